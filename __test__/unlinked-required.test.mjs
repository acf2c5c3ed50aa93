// require() of an ES module below which an import leads nowhere: the error says where, as it does without register.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const files = {
  "module.mjs": `export const a = 1;\n\texport { a as none, none as "a b" } from "./some.mjs";`,
  "some.mjs": "export const a = 1;",
  "deep.mjs": `import "./some.mjs";\nimport "./module.mjs";`,
  "commonjs.mjs": `import { a as b, none as a } from "./some.cjs";`,
  "some.cjs": "exports.a = 1;",
  "node.mjs": `\nimport { readFileSync, none } from "node:fs";`,
  "deeper.mjs": `import "./node.mjs"; import "node:os";`,
  "package.mjs": `import * as whole from "pkg"; import { none } from "pkg";`,
  "node_modules/pkg/package.json": { name: "pkg", exports: "./whole.cjs" },
  "node_modules/pkg/whole.cjs": "exports.a = 1;",
};
const modules = Object.keys(files).filter((name) => /^\w+\.mjs$/.test(name) && name !== "some.mjs");

/** Of the error that ends it Node prints the place, the line, and marks from where the name begins. @param {string} stderr */
const topOf = (stderr) => /^file:.*\n.*\n\s+\^/m.exec(stderr)?.[0];
/** @param {string} stderr */
const wordsOf = (stderr) => /^SyntaxError: (?:.*\n)*?(?= +at )/m.exec(stderr)?.[0];

for (const name of modules) {
  test(`${name}: place, line and words as without us, and no frame of ours`, async (t) => {
    const self = project(t, { ...files, "main.cjs": `require("./${name}");` });
    const run = async (/** @type {string[]} */ nodeArguments) => {
      const program = self.run("main.cjs", { nodeArguments });
      assert.equal((await program.exit).code, 1);
      return program.stderr;
    };
    const plain = await run([]);
    assert.match(plain, /^file:.*\.mjs:\d+\n/);
    for (const flag of ["--import", "--require"]) {
      const told = await run([flag, "heatsync-rs/register"]);
      assert.equal(topOf(told), topOf(plain), told);
      assert.equal(wordsOf(told), wordsOf(plain), told);
      assert.match(told, /\n +at .*main\.cjs:1:1\)/);
      assert.doesNotMatch(told, /\n +at .*heatsync-rs[:/]/);
    }
  });
}
