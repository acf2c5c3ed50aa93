// A file that is being written again, in place, while an update evaluates it: truncated first, so that Node would read
// nothing. What is evaluated is the text that the engine has read and checked; the later save is an update of its own.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";
import { HOT, synced } from "./support/seen.mjs";
import { syncProject } from "./support/sync.mjs";

/**
 * Saves `name`, truncates it when the update is about to evaluate, and writes `last` when that has ended.
 * @param {ReturnType<typeof syncProject>} given
 * @param {string} name @param {string} good @param {string} last
 * @param {() => unknown} value
 * @returns {Promise<unknown[]>} the values that were live
 */
async function tear({ project, sync }, name, good, last, value) {
  /** @type {unknown[]} */
  const values = [];
  const file = project.path(name);
  sync.events.once("any", () => fs.writeFileSync(file, ""));
  const look = () => {
    if (values.push(value()) === 1) fs.writeFileSync(file, last);
  };
  sync.events.on("reload", look);
  project.write(name, good);
  const isLive = () => values.length > 0 && last === fs.readFileSync(file, "utf8");
  await until(() => isLive() && last.includes(String(value())), "the later save");
  sync.events.off("reload", look);
  return [...new Set(values)];
}

for (const [how, files, name, load, value] of /** @type {const} */ ([
  ["that sync.require has", {}, "c.cjs", "c.cjs", "require"],
  ["of TypeScript", { "c.cts": "exports.v = 1 as number;" }, "c.cts", "c.cts", "require"],
  [
    "of TypeScript that an ES module imports",
    { "c.cts": "exports.v = 1 as number;", "m.mjs": `export { v } from "./c.cts";` },
    "c.cts",
    "m.mjs",
    "import",
  ],
  ["that a file with a hook of require() is", { "c.txt": "exports.v = 1;" }, "c.txt", "c.txt", "require"],
  ["that an ES module imports", { "m.mjs": `export { v } from "./c.cjs";` }, "c.cjs", "m.mjs", "import"],
  ["that sync.import has", {}, "c.cjs", "c.cjs", "import"],
])) {
  test(`a CommonJS file ${how}`, async (t) => {
    const given = syncProject(t, { "c.cjs": "exports.v = 1;", ...files });
    if (name === "c.txt") {
      given.require.extensions[".txt"] = given.require.extensions[".js"];
      t.after(() => delete given.require.extensions[".txt"]);
    }
    const held = value === "import" ? await given.import(`./${load}`) : given.load(`./${load}`);
    for (const n of [2, 3]) await given.save(name, `exports.v = ${n};`, load);
    assert.equal(held.v, 3);
    const seen = await tear(given, name, "exports.v = 4;", "exports.v = 5;", () => held.v);
    assert.deepEqual(seen, [4, 5]);
    // Written again with the text that is live: no update makes up for an empty version.
    assert.deepEqual(await tear(given, name, "exports.v = 6;", "exports.v = 6;", () => held.v), [6]);
    assert.deepEqual(given.errors, []);
  });
}

/** The program itself goes on with the save as soon as the update has evaluated something: nothing else is as quick on a busy machine. */
const tearing = (/** @type {string} */ last) => `globalThis.tear = (file) => {
  globalThis.tear = undefined;
  const { writeFileSync } = process.getBuiltinModule("node:fs");
  writeFileSync(file, "");
  globalThis.mend = () => {
    globalThis.mend = undefined;
    writeFileSync(file, ${JSON.stringify(last)});
  };
}; 1`;
const c = (/** @type {number} */ v) => `
  globalThis.mend?.();
  exports.v = ${v};
  module.hot.dispose(() => globalThis.tear?.(__filename));`;

for (const [how, main, a] of [
  ["accepts itself", `import "./c.cjs";`, ""],
  [
    "an ES module accepts",
    `import { v } from "./c.cjs"; import.meta.hot.accept("./c.cjs", () => say(v));`,
    "",
  ],
  ["a CommonJS file accepts", `require("./c.cjs"); module.hot.accept("./c.cjs", (c) => say(c.v));`, ""],
  [
    "its importer requires",
    `require("./a.cjs"); module.hot.accept("./a.cjs", (a) => say(a.v));`,
    `exports.v = require("./c.cjs").v;`,
  ],
  [
    "an ES module requires",
    `import "./a.mjs"; import.meta.hot.accept("./a.mjs", ({ v }) => say(v));`,
    `import { createRequire } from "node:module"; export const { v } = createRequire(import.meta.url)("./c.cjs");`,
  ],
]) {
  test(`under register, a CommonJS file that ${how}`, async (t) => {
    const isModule = main.startsWith("import");
    const text = (/** @type {number} */ v) =>
      c(v) + (how === "accepts itself" ? `module.hot.accept(); if (exports.v > 1) say(exports.v);` : "");
    const { ask, program, said, save } = await hotProgram(t, {
      [isModule ? "main.mjs" : "main.cjs"]: main,
      "c.cjs": text(1),
      ...(a ? { [isModule ? "a.mjs" : "a.cjs"]: a } : {}),
    });
    await save({ "c.cjs": text(2) });
    assert.deepEqual(said(), ["2"]);
    await ask(tearing(text(4)));
    assert.equal((await save({ "c.cjs": text(3) })).type, "accepted");
    assert.equal((await program.value("result")).type, "accepted");
    assert.deepEqual(said(), ["3", "4"]);
  });
}

// ext4 shows a truncated file as empty with its old time, and nobody is told of it, for as long as it writes its journal. Here
// it is truncated by another name, of which the watch hears nothing either.
for (const [how, entry, isRegistered] of /** @type {const} */ ([
  ["sync.require", synced("require"), false],
  ["sync.import", synced("import"), false],
  ["sync.require, registered", synced("require"), true],
  ["sync.import, registered", synced("import"), true],
  ["import.meta.hot", HOT, true],
])) {
  test(`what an update evaluates beside what was saved is empty, as an ES module that is truncated just then is: ${how}`, async (t) => {
    const root = (/** @type {string} */ file) =>
      `import m from "./${file}"; import user from "./user.cjs"; export const value = () => m.v + user.v;`;
    const m = (/** @type {number} */ v) => `exports.v = ${v};`;
    const self = project(t, {
      "main.mjs": entry,
      "root.mjs": root("m.js"),
      "m.js": m(1),
      "user.cjs": `exports.v = require("./m").v;`,
    });
    const elsewhere = project(t, {});
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("value 2");
    const here = self.path("root.mjs");
    const other = elsewhere.path("root.mjs");
    fs.linkSync(here, other);
    const { atime, mtime } = fs.statSync(here);
    const file = fs.openSync(other, "w");
    fs.futimesSync(file, atime, mtime);
    // Who imported that reads anew what it is made from.
    fs.unlinkSync(self.path("m.js"));
    self.write("m/index.js", m(2));
    // A writer that is held up for so long.
    await new Promise((resolve) => setTimeout(resolve, 200));
    fs.writeSync(file, root("m/index.js"));
    fs.closeSync(file);
    self.write("root.mjs", `${root("m/index.js")}// saved`);
    await program.line("value 4");
  });
}
