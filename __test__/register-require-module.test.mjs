// Without require() of ES modules our runtime can't be: programs under register run as without us, and are told so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { same } from "./support/same.mjs";

const FLAG = "--no-experimental-require-module";
const files = {
  "main.mjs": `
    import pack from "pack";
    import fs, { existsSync } from "node:fs";
    import { createRequire } from "node:module";
    import { b } from "./b.cjs";
    import data from "./data.json" with { type: "json" };
    console.log(pack, b, data, typeof existsSync, import.meta.hot);
    console.log(await import("./x.mjs"), await eval('import("node:fs")') === await import("fs"));
    try { createRequire(import.meta.url)("./x.mjs"); } catch (error) { console.log(error.code); }`,
  "main.cjs": `
    console.log(require("./b.cjs"), module.hot, module.id);
    try { require("./x.mjs"); } catch (error) { console.log(error.code); }
    import("./x.mjs").then(console.log);`,
  "x.mjs": `export { default } from "pack"; export const x = 1;`,
  "b.cjs": "exports.b = 2;",
  "data.json": { c: 3 },
  "node_modules/pack/package.json": { name: "pack", type: "module", exports: "./index.js" },
  "node_modules/pack/index.js": "await 0; export default 4;",
};

for (const entry of ["main.mjs", "main.cjs"]) {
  test(`${entry}: as without us`, async (t) => {
    await same(t, { run: [entry], files, env: { NODE_OPTIONS: FLAG } });
  });
}

test("one line says what to do, whichever way we are registered", async (t) => {
  const self = project(t, files);
  const ways = [
    ["--import", "heatsync-rs/register"],
    ["--require", "heatsync-rs/register"],
    ["--no-warnings", "--loader", "heatsync-rs/loader"],
  ];
  for (const way of ways) {
    const program = self.run("main.mjs", { nodeArguments: [FLAG, ...way] });
    assert.equal((await program.exit).code, 0, program.stderr);
    assert.match(program.stderr, /^\[heatsync\] nothing is reloaded .*leave that flag out\n$/);
  }
});

test("hot.init: says it, and the program goes on", async (t) => {
  const self = project(t, {
    ...files,
    "main.mjs": `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, {}); console.log(await import("./x.mjs"));`,
  });
  const program = self.run("main.mjs", { nodeArguments: [FLAG] });
  assert.equal((await program.exit).code, 0, program.stderr);
  assert.match(program.stderr, /leave that flag out\n$/);
});

test("sync.import reloads all the same, by Node's own loader", async (t) => {
  const self = project(t, {
    ...files,
    "main.mjs": `
      import { Heatsync } from "heatsync-rs";
      const sync = new Heatsync();
      const module = await sync.import("./y.mjs");
      console.log(\`now \${module.value()}\`);
      setInterval(() => console.log(\`now \${module.value()}\`), 20);`,
    "y.mjs": `import pack from "pack"; export const value = () => pack + 0;`,
  });
  const program = self.run("main.mjs", { nodeArguments: [FLAG] });
  await program.line("now 4");
  self.write("y.mjs", `import pack from "pack"; export const value = () => pack + 1;`);
  await program.line("now 5");
});
