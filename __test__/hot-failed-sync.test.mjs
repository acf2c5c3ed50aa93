// CommonJS that goes on, where an update of sync.* was given up in which its new version threw: its `module.hot` is as it was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holds = (/** @type {string} */ how) => `import Heatsync, { hot } from "heatsync-rs";
  const sync = new Heatsync();
  sync.events.on("error", () => { globalThis.failed = true; });
  globalThis.ping = () => hot.send("ping");
  globalThis.held = ${how};
  import "./accepts.mjs";`;
const accepts = "import.meta.hot.accept();";

const it = (/** @type {number} */ n) => `
  const keep = () => module.hot.keep("it", () => say("create in ${n}"), () => say("destroy in ${n}"));
  keep();
  module.hot.on("ping", () => say("heard by ${n}"));
  globalThis.isBad = ${n} === 2;
  if (isBad) throw new Error("on purpose");
  globalThis.later = () => { keep(); module.hot.own(() => say("end ${n}")); };
  globalThis.version = ${n};`;

/** @param {Awaited<ReturnType<typeof hotProgram>>} program */
async function isAsItWas({ ask, said, save, self, shows }) {
  // Which looks at what Node has of CommonJS.
  assert.equal((await save({ "accepts.mjs": `${accepts} globalThis.isLookedAt = true;` })).type, "accepted");
  await ask("ping(), later(), isTold()");
  assert.deepEqual(said(), ["heard by 1"]);
  self.write("it.cjs", it(3));
  await shows("3", "globalThis.version");
  await ask("ping(), isTold()");
  assert.deepEqual(said(), ["end 1", "heard by 3"]);
}

for (const [how, top] of [
  [`sync.require("./top.cjs")`, { "top.cjs": `require("./it.cjs");` }],
  [`await sync.import("./top.cjs")`, { "top.cjs": `require("./it.cjs");` }],
  [`await sync.import("./top.mjs")`, { "top.mjs": `import "./mid.cjs";`, "mid.cjs": `require("./it.cjs");` }],
  // Who requires it goes on without it, and is given up all the same.
  [
    `sync.require("./top.cjs")`,
    { "top.cjs": `try { require("./it.cjs"); } catch {} if (isBad) throw new Error("too");` },
  ],
]) {
  const files = /** @type {Record<string, string>} */ (top);
  test(`${how} of ${Object.values(files).join(" and ")}: it listens on, and what it comes to own stays open`, async (t) => {
    const program = await hotProgram(t, {
      "main.mjs": holds(String(how)),
      "accepts.mjs": accepts,
      ...files,
      "it.cjs": it(1),
    });
    assert.deepEqual(program.said(), ["create in 1"]);
    program.self.write("it.cjs", it(2));
    await program.shows("true", "Boolean(globalThis.failed)");
    await isAsItWas(program);
  });
}

test("… also where the graph is looked at while that update awaits something", async (t) => {
  const program = await hotProgram(t, {
    "main.mjs": `${holds(`await sync.import("./top.mjs")`)}`,
    "top.mjs": `import "./mid.cjs"; if (isBad) { await new Promise((resolve) => { globalThis.goOn = resolve; }); throw new Error("too"); }`,
    "mid.cjs": `try { require("./it.cjs"); } catch {}`,
    "it.cjs": it(1),
    "accepts.mjs": accepts,
  });
  const { ask, said, save, self, shows } = program;
  assert.deepEqual(said(), ["create in 1"]);
  self.write("it.cjs", it(2));
  await shows("true", "Boolean(globalThis.goOn)");
  assert.equal((await save({ "accepts.mjs": `${accepts} globalThis.isTwo = true;` })).type, "accepted");
  await ask("goOn()");
  await shows("true", "Boolean(globalThis.failed)");
  await isAsItWas(program);
});
