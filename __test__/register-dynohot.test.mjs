// A program written for dynohot, with this package installed under that name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "./support/install.mjs";
import { project } from "./support/project.mjs";

const program = {
  "package.json": { type: "module", private: true, dependencies: { dynohot: "npm:heatsync-rs" } },
  "main.js": `import { now, dependency } from "./now.js";
    let last; setInterval(() => { const text = \`\${now} \${dependency}\`; if (text !== last) console.log(last = text); }, 2);
    console.log(import.meta.hot === import.meta.dynoHot, typeof import.meta.hot.accept);
    import.meta.hot?.accept("./now.js", () => console.log("accepted"));`,
  "now.js": `export { dependency } from "./dependency.js"; export const now = "first";
    import.meta.hot?.dispose((data) => { data.count = (import.meta.hot.data?.count ?? 0) + 1; console.log("disposed", data.count); });`,
  "dependency.js": `export const dependency = 1;`,
  "loaders.js": `import { register } from "node:module"; register("dynohot/loader", { parentURL: import.meta.url, data: { silent: true } });`,
};

test("its program and its flags", async (t) => {
  const self = project(t, program);
  install(self, "dynohot");
  for (const flags of [
    ["--import", "dynohot/register"],
    ["--import", "dynohot"],
    ["--import", "./loaders.js"],
    ["--loader", "dynohot/loader"],
  ]) {
    self.write("dependency.js", program["dependency.js"]);
    const running = self.run("main.js", { nodeArguments: ["--no-warnings", ...flags] });
    await running.line("true function");
    await running.line("first 1");
    self.write("dependency.js", `export const dependency = 2;`);
    await running.line("disposed 1");
    await running.line("accepted");
    await running.line("first 2");
    self.write("dependency.js", `export const dependency = 3;`);
    await running.line("disposed 2");
    await running.line("first 3");
    await running.end();
  }
});

test("without a flag there is no import.meta.hot, as there", async (t) => {
  const self = project(t, {
    ...program,
    "main.js": `import "dynohot/register"; console.log(typeof import.meta.hot, typeof import.meta.dynoHot);`,
  });
  install(self, "dynohot");
  const running = self.run("main.js");
  assert.deepEqual(await running.exit, { code: 0, signal: null }, running.stderr);
  assert.equal(running.stdout, "undefined undefined\n");
});
