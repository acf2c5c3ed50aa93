// What an instance had by sync.require before it was disposed is no import of the file that has called it, and what it had by sync.import is
// no root: what others accept is live.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const sync = `import { Heatsync } from "heatsync-rs"; const sync = new Heatsync(); globalThis.dispose = () => sync.dispose();`;

/** @param {string} c @param {number} n */
const held = (c, n) =>
  `say("c${n} runs"); ${c.endsWith(".cjs") ? `exports.x = ${n};` : `export const x = ${n};`}`;

/** @param {string} c */
const mid = (c) => `import { x } from "./${c}"; export const v = x;`;

/** @type {Record<string, (c: string) => Record<string, string>>} */
const programs = {
  "an ES module": (c) => ({
    "main.mjs": `${sync} import { v } from "./mid.mjs"; globalThis.held = sync.require("./${c}");
      import.meta.hot.accept("./mid.mjs", () => say("told", v));`,
    "mid.mjs": mid(c),
  }),
  CommonJS: (c) => ({
    "main.cjs": `const { Heatsync } = require("heatsync-rs");
      const sync = new Heatsync(); globalThis.dispose = () => sync.dispose();
      const accepting = require("./mid.mjs"); globalThis.held = sync.require("./${c}");
      module.hot.accept("./mid.mjs", () => say("told", require("./mid.mjs").v));`,
    "mid.mjs": mid(c),
  }),
};

for (const [who, files] of Object.entries(programs)) {
  for (const c of ["c.cjs", "c.mjs"]) {
    test(`${c}, which ${who} had, and others import and accept`, async (t) => {
      const it = await hotProgram(t, { ...files(c), [c]: held(c, 1) });
      assert.equal((await it.save({ [c]: held(c, 2) })).type, "accepted");
      await it.shows("2", "held.x");
      await it.ask("dispose()");
      for (const n of [3, 4]) {
        const result = await it.save({ [c]: held(c, n) });
        assert.deepEqual(result, {
          ...{ type: "accepted", evaluated: [c, "mid.mjs"], acceptedBy: [Object.keys(files(c))[0]] },
          ...{ pruned: [], files: [c] },
        });
        assert.deepEqual(it.said(), [`c${n} runs`, `told ${n}`]);
        assert.equal(await it.ask("held.x"), "2");
      }
    });
  }
}

test("what leads to a file that others import and accept", async (t) => {
  const it = await hotProgram(t, {
    ...programs["an ES module"]("d.cjs"),
    "main.mjs": programs["an ES module"]("d.cjs")["main.mjs"].replace(
      `require("./d.cjs")`,
      `require("./c.cjs")`,
    ),
    "c.cjs": `exports.x = require("./d.cjs").x;`,
    "d.cjs": held("d.cjs", 1),
  });
  await it.ask("dispose()");
  assert.deepEqual(await it.save({ "d.cjs": held("d.cjs", 2) }), {
    ...{ type: "accepted", evaluated: ["d.cjs", "mid.mjs", "c.cjs"], acceptedBy: ["main.mjs"] },
    ...{ pruned: [], files: ["d.cjs"] },
  });
  assert.deepEqual(it.said(), ["c2 runs", "told 2"]);
});

test("what nobody else has is told of", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${sync} sync.require("./c.cjs");`,
    "c.cjs": held("c.cjs", 1),
  });
  await it.ask("dispose()");
  const { type, path } = await it.save({ "c.cjs": held("c.cjs", 2) });
  assert.deepEqual([type, path, it.said()], ["unaccepted", ["main.mjs", "c.cjs"], []]);
});

for (const [how, files] of Object.entries({
  "before that": (/** @type {string} */ main) =>
    main.replace("sync.require", `require("./c.cjs"); sync.require`),
  "after that": (/** @type {string} */ main) => main.replace("module.hot", `require("./c.cjs"); module.hot`),
})) {
  test(`what its file has required itself, too, ${how}: it would have to accept that`, async (t) => {
    const { "main.cjs": main, ...others } = programs.CommonJS("c.cjs");
    const it = await hotProgram(t, { "main.cjs": files(main), ...others, "c.cjs": held("c.cjs", 1) });
    await it.ask("dispose()");
    const { type, path } = await it.save({ "c.cjs": held("c.cjs", 2) });
    assert.deepEqual([type, path, it.said()], ["unaccepted", ["main.cjs", "c.cjs"], []]);
  });
}

test("a handler invalidates: who accepts it is asked, and not of what the instance had", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import "./first.mjs"; import { v } from "./top.mjs";
      import.meta.hot.accept("./top.mjs", () => say("told", v));`,
    "first.mjs": `${sync} sync.require("./c.cjs");`,
    "top.mjs": `export { v } from "./mid.mjs"; say("top runs");
      import.meta.hot.accept("./mid.mjs", () => import.meta.hot.invalidate());`,
    "mid.mjs": mid("d.cjs"),
    "c.cjs": `exports.x = require("./d.cjs").x;`,
    "d.cjs": held("d.cjs", 1),
  });
  await it.ask("dispose()");
  assert.equal((await it.save({ "d.cjs": held("d.cjs", 2) })).type, "accepted");
  assert.deepEqual(it.said(), ["c2 runs", "top runs", "told 2"]);
});

test("two files had it by instances that were disposed: the one that has a handler for it is told all the same", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${sync} import "./mid.mjs"; import "./second.mjs"; sync.require("./c.cjs");
      import.meta.hot.accept("./c.cjs", () => say("told"));`,
    "second.mjs": `${sync.replace("globalThis.dispose", "globalThis.disposeSecond")} sync.require("./c.cjs");`,
    "mid.mjs": `import { x } from "./c.cjs"; import.meta.hot.accept(); say("mid " + x);`,
    "c.cjs": held("c.cjs", 1),
  });
  await it.ask("dispose(), disposeSecond()");
  const { type, acceptedBy } = await it.save({ "c.cjs": held("c.cjs", 2) });
  assert.deepEqual([type, acceptedBy], ["accepted", ["mid.mjs", "main.mjs"]]);
  assert.deepEqual(it.said(), ["c2 runs", "mid 2", "told"]);
});

const accepting = `import { v } from "./mid.mjs"; import.meta.hot.accept("./mid.mjs", () => say("told", v));`;

/** @param {Awaited<ReturnType<typeof hotProgram>>} it @param {string} c @param {string} had */
async function isLive(it, c, had) {
  await it.ask("dispose()");
  for (const n of [3, 4]) {
    const result = await it.save({ [c]: held(c, n) });
    assert.deepEqual([result.type, result.evaluated], ["accepted", [c, "mid.mjs"]]);
    assert.deepEqual(it.said(), [`c${n} runs`, `told ${n}`]);
    assert.equal(await it.ask("held.x"), had);
  }
}

for (const savedFirst of [true, false]) {
  test(`what it had by sync.import, ${savedFirst ? "and was saved before" : "and was not saved before"}`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `${sync} globalThis.held = await sync.import("./c.mjs"); ${accepting}`,
      "mid.mjs": mid("c.mjs"),
      "c.mjs": held("c.mjs", 1),
    });
    if (savedFirst) {
      await it.save({ "c.mjs": held("c.mjs", 2) });
      await it.shows("2", "held.x");
    }
    it.said();
    await isLive(it, "c.mjs", savedFirst ? "2" : "1");
  });
}

for (const [how, saved] of Object.entries({
  "it was evaluated anew for": null,
  "its caller had run again without": "import.meta.hot.accept();",
})) {
  test(`what ${how} sync.require`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import "./caller.mjs"; ${accepting}`,
      "caller.mjs": `${sync} globalThis.held = sync.require("./c.mjs"); ${saved ?? ""}`,
      "mid.mjs": "export const v = 0;",
      "c.mjs": held("c.mjs", 1),
    });
    if (saved) await it.save({ "caller.mjs": saved });
    it.self.write("c.mjs", held("c.mjs", 2));
    await it.shows("2", "held.x");
    assert.equal((await it.save({ "mid.mjs": mid("c.mjs") })).type, "accepted");
    it.said();
    await isLive(it, "c.mjs", "2");
  });
}

test("what leads from what it had by sync.import to what others accept", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${sync} globalThis.held = await sync.import("./a.mjs"); ${accepting}`,
    "a.mjs": `export { x } from "./c.mjs"; say("a runs");`,
    "mid.mjs": mid("c.mjs"),
    "c.mjs": held("c.mjs", 1),
  });
  await it.ask("dispose()");
  it.said();
  assert.equal((await it.save({ "c.mjs": held("c.mjs", 2) })).type, "accepted");
  assert.deepEqual(it.said().sort(), ["a runs", "c2 runs", "told 2"]);
});

for (const [who, imports] of Object.entries({
  "nobody else has": "",
  "code of eval has, too,": `await (0, eval)("import('" + import.meta.resolve("./c.mjs") + "')");`,
})) {
  test(`what it had by sync.import, and ${who} is told of`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `${sync} globalThis.held = await sync.import("./c.mjs"); ${imports} ${accepting}`,
      "mid.mjs": imports ? mid("c.mjs") : "export const v = 0;",
      "c.mjs": held("c.mjs", 1),
    });
    it.said();
    await it.ask("dispose()");
    const { type, path } = await it.save({ "c.mjs": held("c.mjs", 2) });
    assert.deepEqual([type, path, it.said()], ["unaccepted", ["c.mjs"], []]);
  });
}

test("what it had by sync.import, and CommonJS of a package has required since, which goes on with the version before", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${sync} import { createRequire } from "node:module"; globalThis.held = await sync.import("./c.mjs");
      createRequire(import.meta.url)("requires"); ${accepting}`,
    "mid.mjs": mid("c.mjs"),
    "c.mjs": held("c.mjs", 1),
    "node_modules/requires/index.js": `module.exports = require("../../c.mjs");`,
  });
  it.said();
  await it.ask("dispose()");
  const { type, path } = await it.save({ "c.mjs": held("c.mjs", 2) });
  assert.deepEqual([type, path, it.said()], ["unaccepted", ["node_modules/requires/index.js", "c.mjs"], []]);
});
