// What a function requires that is loaded already, Node tells nobody of: it is an entry more among `children`, whoever looks. So is what
// is in `require.cache` because the program has put it there. A save of either is its requirer's business from then on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = { nodeArguments: ["--import", "heatsync-rs/register"] };

/** By what a function requires. @type {Record<string, string>} */
const WAYS = {
  "require()": `() => require("./NAME")`,
  "module.require, kept": `module.require.bind(module, "./NAME")`,
  "Module._load": `() => require("node:module")._load("./NAME", module, false)`,
  "createRequire()": `require("node:module").createRequire(__filename).bind(null, "./NAME")`,
};

for (const [way, text] of Object.entries(WAYS)) {
  for (const name of ["m.cjs", "m.mjs"]) {
    test(`${name} that a function requires later, by ${way}`, async (t) => {
      const value = (/** @type {number} */ n) =>
        name === "m.cjs" ? `exports.value = ${n};` : `export const value = ${n};`;
      const own = project(t, {
        [name]: value(0),
        "first.cjs": `require("./${name}"); module.hot.accept("./${name}", () => {});`,
        "later.cjs": `
          exports.get = ${text.replace("NAME", name)};
          module.hot.accept("./${name}", () => console.log("later", require("./${name}").value));`,
        "other.mjs": `console.log("other"); import.meta.hot.accept();`,
        "main.mjs": `
          import "./first.cjs";
          import later from "./later.cjs";
          import "./other.mjs";
          process.on("message", () => console.log("required", later.get().value));
          console.log("ready");`,
      });
      const program = own.run("main.mjs", REGISTER);
      await program.line("ready");
      // An update that has nothing to do with CommonJS, and sees what there is.
      own.write("other.mjs", `console.log("other again"); import.meta.hot.accept();`);
      await program.line("other again");
      program.child.send("require it");
      await program.line("required 0");
      own.write(name, value(1));
      await program.line("later 1");
    });
  }
}

test("a version that the program itself has put into require.cache is replaced as any other", async (t) => {
  const own = project(t, {
    "leaf.cjs": "exports.value = 0;",
    "middle.cjs": `exports.value = require("./leaf.cjs").value;`,
    "main.cjs": `
      const Module = require("node:module");
      require("./middle.cjs");
      module.hot.accept("./middle.cjs", () => console.log("live", require("./middle.cjs").value));
      process.on("message", () => {
        const file = require.resolve("./middle.cjs");
        const middle = new Module(file, module);
        middle.load(file);
        require.cache[file] = middle;
        console.log("replaced");
      });
      console.log("ready");`,
  });
  const program = own.run("main.cjs", REGISTER);
  await program.line("ready");
  own.write("leaf.cjs", "exports.value = 1;");
  await program.line("live 1");
  program.child.send("replace it");
  await program.line("replaced");
  own.write("leaf.cjs", "exports.value = 2;");
  assert.equal(await program.line(/^live/), "live 2");
});
