// `import defer` and `import source` in a new version of a module: what the running Node has of them, as at a start.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { until } from "./support/project.mjs";

const major = Number.parseInt(process.versions.node, 10);
const takesRestart = /import defer and import source are Node's.*that takes a restart\n/s;
const main = `import * as a from "./a.mjs"; import.meta.hot.accept("./a.mjs", () => {}); globalThis.seen = () => a.v;`;
const files = {
  "main.mjs": main,
  "a.mjs": 'import * as b from "./b.mjs"; export const v = "first";',
  "b.mjs": "export const x = 1;",
};

/** The program, and WebAssembly beside it. @param {import("node:test").TestContext} t @param {string[]} [nodeArguments] */
async function start(t, nodeArguments = []) {
  const running = await hotProgram(t, files, { nodeArguments });
  fs.writeFileSync(running.path("empty.wasm"), Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]));
  return running;
}

/**
 * @param {Awaited<ReturnType<typeof hotProgram>>} running
 * @param {string} text that is refused
 * @param {RegExp} words that are said then
 */
async function refused({ ask, program, save }, text, words) {
  const from = program.stderr.length;
  const result = await save({ "a.mjs": text });
  assert.equal(result.type, "linkError", JSON.stringify(result));
  assert.equal(await ask("seen()"), "first");
  await until(() => /the old version goes on/.test(program.stderr.slice(from)), "the words");
  assert.match(program.stderr.slice(from), words);
  return result;
}

/** @param {Awaited<ReturnType<typeof hotProgram>>} running */
async function goesOn({ ask, save }) {
  assert.equal((await save({ "a.mjs": 'export const v = "next";' })).type, "accepted");
  assert.equal(await ask("seen()"), "next");
}

test("import defer, where Node does not know it", async (t) => {
  const running = await start(t);
  for (const text of [
    'import defer * as b from "./b.mjs"; export const v = "first";',
    'export const v = 1;\n  import  defer * as b from "./b.mjs";\n',
  ]) {
    const frame = /> \d \|.*import +defer \* as b .*\n *\| +\^{5}\n/;
    const { error, line, column } = await refused(running, text, frame);
    const [, shown, carets] = /> \d \| (.*)\n *\| (.*)/.exec(running.program.stderr) ?? [];
    assert.equal(carets.indexOf("^"), shown.indexOf("defer"));
    assert.equal(error, "SyntaxError: Unexpected token '*'");
    const lines = text.split("\n");
    assert.deepEqual([line, column - 1], [lines.length > 1 ? 2 : 1, (lines[1] ?? text).indexOf("defer")]);
  }
  await goesOn(running);
});

test("import defer, where Node knows it: a module that runs can't be Node's any more", {
  skip: major < 26 && "Node 26 has the flag",
}, async (t) => {
  const running = await start(t, ["--js-defer-import-eval"]);
  await refused(running, 'import defer * as b from "./b.mjs"; export const v = b.x;', takesRestart);
  await goesOn(running);
});

// V8 of Node 24 and newer takes it for code of WebAssembly.
const isKnown = major >= 24;
const unknown = /SyntaxError: Unexpected identifier 'b'/;

test("import source", async (t) => {
  const running = await start(t);
  const source = (/** @type {string} */ from) => `import source b from "${from}";\nexport const v = b;\n`;
  const of = { "./b.mjs": /Source phase import object is not defined/, "./none.wasm": /Cannot find module/ };
  for (const [from, words] of Object.entries(of)) {
    const { line, column } = await refused(running, source(from), isKnown ? words : unknown);
    assert.deepEqual([line, column], [1, 8]);
  }
  await refused(running, source("./empty.wasm"), isKnown ? takesRestart : unknown);
  await goesOn(running);
});

test("import.source() in a new version: no warning of how we compile", {
  skip: !isKnown && "no syntax",
}, async (t) => {
  const running = await start(t);
  const text = 'export const v = Object.prototype.toString.call(await import.source("./empty.wasm"));';
  assert.equal((await running.save({ "a.mjs": text })).type, "accepted");
  assert.equal(await running.ask("seen()"), "[object WebAssembly.Module]");
  await running.save({ "a.mjs": "export const v = ;" });
  // What would have been warned of stands before it.
  await until(() => /goes on/.test(running.program.stderr), "the words");
  assert.doesNotMatch(running.program.stderr, /ExperimentalWarning/);
});
