// What V8 refuses, and our parser takes: a regular expression, above all. It has its place in the source, as other errors of
// syntax have, though V8 was given a text that was rewritten.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const words = "SyntaxError: Invalid regular expression: /(/: Unterminated group";
/** Lines and columns of what is rewritten are others. @param {string} value */
const typed = (value) => `enum Many {\n  One,\n  Two,\n}\nexport const y: unknown = ${value};`;

/** @param {string} text */
const exactly = (text) => new RegExp(text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));

test("import.meta.hot", async (t) => {
  const x = (/** @type {string} */ value) => `\nexport const v = import.meta.url, x = ${value};`;
  const { ask, path, program, save } = await hotProgram(t, {
    "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.ts";
import.meta.hot.accept(["./x.mjs", "./y.ts"]); globalThis.seen = () => [x, y].join();`,
    "x.mjs": x("1"),
    "y.ts": typed("1"),
  });
  const refused = await save({ "x.mjs": x("/(/") });
  assert.deepEqual([refused.type, refused.file, refused.line, refused.column], ["linkError", "x.mjs", 2, 39]);
  await program.errorOutput(
    exactly(`x.mjs: not updated: ${words}\n    at ${path("x.mjs")}:2:39
  1 |
> 2 | export const v = import.meta.url, x = /(/;
    | ${" ".repeat(38)}^^^
the old version goes on`),
  );
  assert.equal(await ask("seen()"), "1,1");
  assert.equal((await save({ "x.mjs": x("2") })).type, "accepted");
  const { file, line, column } = await save({ "y.ts": typed("/(/") });
  assert.deepEqual([file, line, column], ["y.ts", 5, 27]);
  assert.equal((await save({ "y.ts": typed("2") })).type, "accepted");
  assert.equal(await ask("seen()"), "2,2");
});

test("sync.import and sync.require", async (t) => {
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", ({ file, stack }) => console.log("error " + JSON.stringify([file, stack])));
sync.events.on("reload", (file) => console.log("reload " + JSON.stringify(file)));
await sync.import("./x.mjs");
sync.require("./y.ts");
console.log("ready");
setInterval(() => {}, 1000);`,
    "x.mjs": "export const x = 1;",
    "y.ts": typed("1"),
  });
  const program = self.run("main.mjs");
  await program.line("ready");
  for (const [name, text, place] of [
    ["x.mjs", "\nexport const x = /(/;", "2:18"],
    ["y.ts", typed("/(/"), "5:27"],
  ]) {
    self.write(name, text);
    const [file, stack] = await program.value("error");
    assert.equal(file, self.path(name));
    assert.ok(stack.startsWith(`${words}\n    at ${self.path(name)}:${place}\n`), stack);
    assert.match(stack, /\n> \d \| export const .* = \/\(\/;\n +\| +\^\^\^$/m);
    self.write(name, text.replace("/(/", "2"));
    assert.equal(await program.value("reload"), self.path(name));
  }
});

// Of TypeScript Node itself has nothing to say on Node 20.
for (const entry of ["y.ts", "above.mjs", "dynamic.mjs"]) {
  test(`TypeScript, from the start, by ${entry}`, async (t) => {
    const self = project(t, {
      "above.mjs": `import "./y.ts"; console.log("never");`,
      "dynamic.mjs": `await import("./above.mjs").catch(({ message, stack }) => console.error("caught", message, stack));`,
      "y.ts": typed("/(/"),
    });
    const program = self.run(entry, { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.exit;
    assert.ok(program.stderr.includes(words), program.stderr);
    assert.doesNotMatch(program.stderr + program.stdout, /ERR_UNKNOWN_FILE_EXTENSION|never/);
  });
}
