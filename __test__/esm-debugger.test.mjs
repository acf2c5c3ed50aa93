// Breakpoints by file URL, under the inspector's protocol.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspected } from "./support/inspector.mjs";
import { project, until } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../runtime/esm/register.cjs")).href;

/**
 * The program stands at its beginning; `run` lets it go.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 */
async function start(t, files) {
  const self = project(t, files);
  const program = await inspected(t, self.directory, ["--import", register, "main.mjs"]);
  const url = (/** @type {string} */ name) => pathToFileURL(path.join(self.directory, name)).href;
  const { send, next } = program;
  /** @type {Map<string, string>} */
  const urls = new Map();
  program.each("Debugger.scriptParsed", ({ scriptId, url }) => void urls.set(scriptId, url));
  await send("Debugger.enable");
  await send("Runtime.enable");
  /** @param {string} name @param {number} line from 1 @param {number} [column] from 1 */
  const breakAt = (name, line, column = 1) =>
    send("Debugger.setBreakpointByUrl", { url: url(name), lineNumber: line - 1, columnNumber: column - 1 });
  /** Where it stops next, past Node's own stop at the first line of the program. */
  const paused = async () => {
    const { callFrames, hitBreakpoints, reason } = await next("Debugger.paused");
    const [{ location, functionName, callFrameId }] = callFrames;
    const url = urls.get(location.scriptId) ?? "";
    const frame = { line: location.lineNumber + 1, column: location.columnNumber + 1, functionName };
    return { ...frame, file: path.basename(url), hitBreakpoints, reason, callFrameId };
  };
  /** @param {string} expression @param {string} callFrameId */
  const evaluate = async (expression, callFrameId) =>
    (await send("Debugger.evaluateOnCallFrame", { expression, callFrameId })).result.value;
  const run = async () => {
    await send("Runtime.runIfWaitingForDebugger");
    // `--inspect-brk` stops where the program begins: in the preloaded module.
    await next("Debugger.paused");
    await send("Debugger.resume");
  };
  const resume = () => send("Debugger.resume");
  const prints = (/** @type {string} */ text) => until(() => program.said.stdout.includes(text), text);
  return { ...program, self, breakAt, paused, evaluate, run, resume, prints };
}

test("line 1 is hit once, in the program's text", async (t) => {
  const { breakAt, run, paused, resume, exit, pending, said, close } = await start(t, {
    "main.mjs": `export let n = 1; console.log("main", n);\nimport "./dep.mjs";\nimport * as self from "./main.mjs"; Object.keys(self);`,
    "dep.mjs": `export const x = 1; console.log("dep", x);\nexport const y = 2;`,
  });
  await breakAt("main.mjs", 1);
  await breakAt("dep.mjs", 1);
  await run();
  const first = await paused();
  assert.deepEqual([first.file, first.line], ["dep.mjs", 1]);
  assert.equal(said.stdout, "");
  await resume();
  const second = await paused();
  assert.deepEqual([second.file, second.line], ["main.mjs", 1]);
  assert.equal(said.stdout, "dep 1\n");
  await resume();
  await until(() => said.stdout === "dep 1\nmain 1\n", "the end");
  assert.deepEqual(pending("Debugger.paused"), []);
  close();
  await exit;
});

test("a breakpoint stays when the file is reloaded", async (t) => {
  const dep = (/** @type {number} */ n) =>
    `import.meta.hot.accept();\nexport function f(a) {\n  const b = a + ${n};\n  return b;\n}\nconsole.log("version ${n}");`;
  const { breakAt, run, send, paused, resume, self, evaluate, pending, prints } = await start(t, {
    "main.mjs": `import { f } from "./dep.mjs"; setInterval(() => { if (globalThis.go) { globalThis.go = false; console.log("f", f(1)); } }, 1);`,
    "dep.mjs": dep(1),
  });
  const { breakpointId } = await breakAt("dep.mjs", 4, 3);
  await run();
  for (let version = 1; version <= 3; version++) {
    if (version > 1) self.write("dep.mjs", dep(version));
    await prints(`version ${version}\n`);
    await send("Runtime.evaluate", { expression: "globalThis.go = true" });
    const stop = await paused();
    assert.deepEqual([stop.file, stop.line, stop.functionName], ["dep.mjs", 4, "f"]);
    assert.deepEqual(stop.hitBreakpoints, [breakpointId]);
    assert.equal(await evaluate("b", stop.callFrameId), 1 + version);
    await resume();
    await prints(`f ${1 + version}\n`);
  }
  assert.deepEqual(pending("Debugger.paused"), []);
});

test("`debugger`, in line 1, behind a push, after a reload", async (t) => {
  const { run, paused, resume, self, prints } = await start(t, {
    "main.mjs": `import "./dep.mjs"; setInterval(() => {}, 1000);`,
    "dep.mjs": `export let n = 0; (() => { n = 1 })(); debugger; console.log("first");\nimport.meta.hot.accept();`,
  });
  await run();
  // Columns of a text are V8's: `n = 1,$s0(n)` is seven longer than what the file says.
  const first = await paused();
  assert.deepEqual([first.file, first.line, first.reason], ["dep.mjs", 1, "other"]);
  await resume();
  await prints("first");
  self.write("dep.mjs", `import.meta.hot.accept();\n\n  debugger; console.log("second");`);
  const second = await paused();
  assert.deepEqual([second.file, second.line, second.column], ["dep.mjs", 3, 3]);
  await resume();
  await prints("second");
});

test("what nobody catches has the frames that a debugger asks for, after an update, too", async (t) => {
  const { run, send, next, self, prints } = await start(t, {
    "main.mjs": `import "./dep.mjs"; setInterval(() => {}, 1000);`,
    "dep.mjs": `console.log("version 1"); import.meta.hot.accept();`,
  });
  await run();
  await prints("version 1\n");
  self.write("dep.mjs", `console.log("version 2"); import.meta.hot.accept();`);
  await prints("version 2\n");
  // An update has ended when the next one begins.
  self.write("dep.mjs", `console.log("version 3"); import.meta.hot.accept();`);
  await prints("version 3\n");
  // No error, which would have a stack of its own.
  await send("Runtime.evaluate", {
    expression: "setTimeout(function outer() { (function inner() { throw 7; })(); })",
  });
  const { exceptionDetails } = await next("Runtime.exceptionThrown");
  const [inner, outer] = exceptionDetails.stackTrace?.callFrames ?? [];
  assert.deepEqual([inner?.functionName, outer?.functionName], ["inner", "outer"]);
});
