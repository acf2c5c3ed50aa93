// The runner: a program that ended because a package is not there, or not as a whole, is started anew once it is installed.
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";
const lib = "node_modules/@scope/late/lib/in.js";
const manifest = "node_modules/@scope/late/package.json";
const packageJson = { name: "@scope/late", exports: { "./in": "./lib/in.js" } };
const marker = "node_modules/.package-lock.json";

const programs = {
  "app.mjs": `import value from "@scope/late/in"; console.log("value", value); ${STAY}`,
  "app.cjs": `console.log("value", require("@scope/late/in")); ${STAY}`,
  "app.mts": `import value from "@scope/late/in"; console.log("value", value as number); ${STAY}`,
};

/** @param {import("./support/project.mjs").Program} runner @param {number} times */
const ended = (runner, times) =>
  runner.waitFor(() => runner.stderr.split("waiting for a change").length > times, `end ${times}`);

for (const [entry, text] of Object.entries(programs)) {
  test(`${entry}: a package that was not there`, async (t) => {
    const { project, start } = runnerProject(t, { [entry]: text });
    const runner = start([entry]);
    await ended(runner, 1);
    project.write(lib, "module.exports = 1;");
    project.write(manifest, packageJson);
    await runner.line("value 1");
  });

  test(`${entry}: file after file`, async (t) => {
    const { project, start } = runnerProject(t, { [entry]: text });
    const runner = start([entry]);
    await ended(runner, 1);
    project.write(manifest, packageJson);
    await ended(runner, 2);
    project.write(lib, "module.exports = 1;");
    project.write(marker, "{}");
    await runner.line("value 1");
  });

  test(`${entry}: what the package itself needs`, async (t) => {
    const { project, start } = runnerProject(t, {
      [entry]: text,
      [manifest]: packageJson,
      [lib]: "try { require('dep'); } catch { throw new Error('no dep'); }",
      [marker]: "{}",
    });
    const runner = start([entry]);
    await ended(runner, 1);
    project.write("node_modules/dep/index.js", "");
    project.write(lib, "require('dep'); module.exports = 1;");
    project.write(marker, `{ "dep": 1 }`);
    await runner.line("value 1");
  });
}

test("there was no node_modules at all", async (t) => {
  const { project, start } = runnerProject(t, { "app.mjs": programs["app.mjs"] });
  project.delete("node_modules");
  const runner = start(["app.mjs"]);
  await ended(runner, 1);
  project.write(lib, "module.exports = 1;");
  project.write(manifest, packageJson);
  project.write(marker, "{}");
  await runner.line("value 1");
});
