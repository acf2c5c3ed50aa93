// Programs under register: saved files become live by themselves.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { project, until } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../runtime/esm/register.cjs")).href;

const main = `import { value } from "./x.mjs"; let last; setInterval(() => { if (value !== last) console.log(last = value); }, 2);`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
function start(t, files) {
  const self = project(t, files);
  const program = self.run("main.mjs", { nodeArguments: ["--import", register] });
  const prints = (/** @type {string} */ text) => until(() => program.stdout.includes(`${text}\n`), text);
  const reports = (/** @type {string} */ text) =>
    until(() => program.stderr.includes(text), text).catch((e) => {
      throw new Error(`${e.message}\n${program.stderr}`);
    });
  return { self, program, prints, reports };
}

test("a saved module is live, in place and atomically", async (t) => {
  const x = (/** @type {number} */ n) => `import.meta.hot.accept(); export const value = "v${n}";`;
  const { self, prints } = start(t, { "main.mjs": main, "x.mjs": x(0) });
  await prints("v0");
  for (let n = 1; n < 6; n += 2) {
    self.write("x.mjs", x(n));
    await prints(`v${n}`);
    self.writeAtomically("x.mjs", x(n + 1));
    await prints(`v${n + 1}`);
  }
});

test("a broken save is reported and mended by the next", async (t) => {
  const { self, prints, reports } = start(t, {
    "main.mjs": main,
    "x.mjs": `import { y } from "./y.mjs"; import.meta.hot.accept(); export const value = "x" + y;`,
    "y.mjs": "export const y = 1;",
  });
  await prints("x1");
  self.write("y.mjs", "export const y = ;");
  await reports("y.mjs: not updated: SyntaxError");
  self.write("y.mjs", "export const y = 2;");
  await prints("x2");
  self.write("y.mjs", "export const z = 3;");
  await reports("does not provide an export named 'y'");
  self.write("y.mjs", "export const y = 4;");
  await prints("x4");
});

test("what nobody accepts is named with its way", async (t) => {
  const { self, prints, reports } = start(t, { "main.mjs": main, "x.mjs": "export const value = 1;" });
  await prints("1");
  self.write("x.mjs", "export const value = 2;");
  await reports("x.mjs: nobody accepts it: main.mjs → x.mjs");
});

test("a module that import() brought", async (t) => {
  const { self, prints } = start(t, {
    "main.mjs": `const x = await import("./" + "x.mjs"); let last; setInterval(() => { if (x.value !== last) console.log(last = x.value); }, 2);`,
    "x.mjs": "import.meta.hot.accept(); export const value = 1;",
  });
  await prints("1");
  self.write("x.mjs", "import.meta.hot.accept(); export const value = 2;");
  await prints("2");
});

test("the event loop is not held open", async (t) => {
  const { program } = start(t, { "main.mjs": `import "./x.mjs"; console.log("end");`, "x.mjs": "" });
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});
