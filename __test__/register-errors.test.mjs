// Errors that Node throws while it resolves or loads: under register they are what they are without it, the line of Node's
// own source that it prints included, but for the frames: it is another way through Node that leads there. None is of ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project } from "./support/project.mjs";

const files = {
  "folder/index.mjs": "",
  "static.mjs": `import "./gone.mjs";`,
  "deep.mjs": `import "./static.mjs";`,
  "package.mjs": `import "no-package";`,
  "several.mjs": `import "first-missing"; import "./several/deep.mjs"; import "./several/later.mjs";`,
  "after.mjs": `import { none } from "pkg/whole"; import "./several/deep.mjs"; import "later-missing";`,
  "several/deep.mjs": `import "./deeper.mjs"; import "deep-missing"; import "./gone.mjs";`,
  "several/deeper.mjs": `import "./later.mjs"; import "./deep.mjs"; export {};`,
  "several/later.mjs": `import "other-missing";`,
  "broken.mjs": `import { x } from "pkg/broken"; console.log(x);`,
  "commonjs.mjs": `import "./broken.cjs";`,
  "requires.mjs": `import "./requires.cjs";`,
  "requires.cjs": `require("./gone.cjs");`,
  "broken.cjs": "exports.a = 1;\nvar b = ;",
  "broken.json": `{ "a": `,
  "dynamic.mjs": "await import(process.argv[2], process.argv[3] && { with: { type: process.argv[3] } });",
  "caught.mjs": `for (const it of process.argv.slice(2)) await import(it).catch(({ code, message, stack }) => console.log(code, message, stack));`,
  "node_modules/pkg/package.json": {
    name: "pkg",
    exports: { "./broken": "./broken.mjs", "./gone": "./gone.mjs", "./whole": "./whole.cjs" },
  },
  "node_modules/pkg/whole.cjs": "exports.a = 1;",
  "node_modules/pkg/broken.mjs": "export const x = 1;\nvar b = ;",
};

/** @type {Record<string, string[]>} */
const programs = {
  "a file that is not there, imported statically": ["static.mjs"],
  "the same deeper in the graph": ["deep.mjs"],
  "by import()": ["dynamic.mjs", "./gone.mjs"],
  "a package that is not there": ["package.mjs"],
  "a package that is not there, by import()": ["dynamic.mjs", "no-package"],
  "several packages that are not there": ["several.mjs"],
  "several, and a name that a package does not have": ["after.mjs"],
  "several, by import()": ["caught.mjs", "./after.mjs", "./several.mjs", "./several/deeper.mjs"],
  "a subpath that is not exported": ["dynamic.mjs", "pkg/hidden"],
  "a file of a package that is not there": ["dynamic.mjs", "pkg/gone"],
  "a folder": ["dynamic.mjs", "./folder"],
  "a package that does not parse": ["broken.mjs"],
  "a CommonJS file that does not parse": ["commonjs.mjs"],
  "the same by import()": ["dynamic.mjs", "./broken.cjs"],
  "JSON that does not parse": ["dynamic.mjs", "./broken.json", "json"],
  "a CommonJS file that is not there, required": ["requires.mjs"],
  "caught, again and again": [
    "caught.mjs",
    "./gone.mjs",
    "./gone.mjs",
    "no-package",
    "pkg/hidden",
    "./folder",
    "./broken.cjs",
    "./static.mjs",
  ],
};

for (const [name, [entry, ...args]] of Object.entries(programs)) {
  test(name, async (t) => {
    const self = project(t, files);
    /** @param {string[]} nodeArguments */
    const run = async (nodeArguments) => {
      const program = self.run(entry, { nodeArguments, arguments: args });
      await program.exit;
      return [program.stdout, program.stderr];
    };
    // Node folds frames that are there several times.
    const withoutFrames = (/** @type {string} */ text) =>
      text.replaceAll(/^ +(?:at |\.\.\. collapsed ).*?( \{)?\n/gm, "$1");
    const plain = await run(["--stack-trace-limit=100"]);
    const ours = await run(["--stack-trace-limit=100", "--import", "heatsync-rs/register"]);
    assert.deepEqual(ours.map(withoutFrames), plain.map(withoutFrames));
    assert.doesNotMatch(ours.join(), /node:heatsync-rs|runtime\/|\.heatsync-/);
  });
}

// What Node writes at the end is caught where there is `dup2` (src/binding/last_words.rs).
const skip = process.platform === "win32";

test("by --require, what does not parse or link is told without the line of ours that throws it", {
  skip,
}, async (t) => {
  const self = project(t, {
    "typed.ts": "const x: = 1;\n",
    "requires.cjs": 'require("./unlinked.mjs");\n',
    "unlinked.mjs": 'import { none } from "./other.mjs";\n',
    "other.mjs": "export const other = 1;\n",
  });
  for (const [entry, first] of [
    ["typed.ts", `${self.path("typed.ts")}:1:10`],
    ["requires.cjs", `${pathToFileURL(self.path("unlinked.mjs"))}:1`],
  ]) {
    const program = self.run(entry, { nodeArguments: ["--require", "heatsync-rs/register"] });
    await program.exit;
    assert.equal(program.stderr.split("\n")[0], first);
    assert.doesNotMatch(program.stderr, /node:heatsync-rs|runtime\//);
  }
});
