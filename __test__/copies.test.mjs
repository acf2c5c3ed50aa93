// Several copies of the package in one program: each of the names it goes by, a command that is installed elsewhere.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { install } from "./support/install.mjs";
import { project } from "./support/project.mjs";

const program = {
  "main.mjs": `import Heatsync from "heatsync";
    import { hot, hmr } from "hot-hook";
    import { it } from "./it.mjs";
    hot.on("update", ({ type }) => console.log("heard", type));
    import.meta.hot?.accept("./it.mjs", () => console.log("accepted", it));
    const sync = new Heatsync();
    sync.events.on("error", (error) => console.log("error", error.message));
    const synced = await sync.import("./synced.mjs");
    const required = sync.require("./required.cjs");
    sync.events.on("reload", () => console.log("reloaded", synced.it, required.it));
    await hmr("./called.mjs", "./called.mjs", ({ it }) => console.log("called", it)).ready;
    console.log("ready", it, (await hot.dump()).length > 0);`,
  "it.mjs": "export const it = 1;",
  "synced.mjs": "export const it = 1;",
  "required.cjs": "exports.it = 1;",
  "called.mjs": "export const it = 1;",
};

/** @param {import("node:test").TestContext} t */
function several(t, files = program) {
  const self = project(t, files);
  for (const name of ["heatsync", "hot-hook", "dynohot"]) install(self, name);
  return self;
}

/**
 * @param {import("./support/project.mjs").Project} self
 * @param {import("./support/project.mjs").Program} app
 * @param {boolean} isHot
 */
async function follows(self, app, isHot) {
  await app.line("called 1");
  await app.line(`ready 1 ${isHot}`);
  self.write("synced.mjs", "export const it = 2;");
  await app.line("reloaded 2 1");
  self.write("required.cjs", "exports.it = 2;");
  await app.line("reloaded 2 2");
  self.write("called.mjs", "export const it = 2;");
  await app.line("called 2");
  if (!isHot) return;
  self.write("it.mjs", "export const it = 2;");
  await app.line("accepted 2");
  await app.line("heard accepted");
}

for (const flags of [
  ["--import", "dynohot/register"],
  ["--require", "hot-hook/register"],
  ["--import", "dynohot/register", "--import", "heatsync-rs/register"],
  ["--import", "dynohot"],
  ["--loader", "dynohot/loader"],
]) {
  test(`one registers, others are used: ${flags.join(" ")}`, async (t) => {
    const self = several(t);
    const app = self.run("main.mjs", { nodeArguments: ["--no-warnings", ...flags] });
    await follows(self, app, true);
    assert.equal(app.stderr.replace(/^\[heatsync\] (it\.mjs: 1 evaluated|waiting).*\n/gm, ""), "");
  });
}

test("nobody registers", async (t) => {
  const self = several(t);
  await follows(self, self.run("main.mjs"), false);
});

test("a command from elsewhere", async (t) => {
  const self = several(t);
  for (const flags of [[], ["--no-register"]]) {
    for (const name of ["it.mjs", "synced.mjs", "called.mjs"]) self.write(name, program["it.mjs"]);
    self.write("required.cjs", program["required.cjs"]);
    const command = self.path("node_modules/dynohot/runtime/cli/main.cjs");
    const app = self.run(command, { arguments: [...flags, "main.mjs"] });
    await follows(self, app, flags.length === 0);
    assert.doesNotMatch(app.stderr, /restarting/);
    await app.end();
  }
});

test("two versions: the first is used, and that is said once", async (t) => {
  const self = several(t);
  const file = self.path("node_modules/heatsync/package.json");
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, "utf8")), version: "0.0.9" }));
  const app = self.run("main.mjs", { nodeArguments: ["--import", "dynohot/register"] });
  await follows(self, app, true);
  assert.equal(
    app.stderr.match(/two versions of heatsync-rs are loaded.*0\.0\.9 in .*heatsync$/gm)?.length,
    1,
  );
});
