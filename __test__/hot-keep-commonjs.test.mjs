// Values of `hot.keep`, and what `hot.own` ends, of CommonJS that throws while it is evaluated for others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("CommonJS that throws twice in an update leaves nothing open, and destroys no value that a version before has made", async (t) => {
  const x = (/** @type {number} */ n, then = "") =>
    `module.hot.keep("a", () => say("create"), () => say("destroy in ${n}"));
    module.hot.own(() => say("end ${n}")); ${then}`;
  const accept = "import.meta.hot.accept();";
  // At once, and one after the other.
  for (const itself of ["", "module.hot.accept();"]) {
    const { save, said } = await hotProgram(t, {
      "main.mjs": `import "./top.mjs";`,
      "top.mjs": `${accept} import "./main.cjs";`,
      "main.cjs": `require("./tries.cjs"); require("./x.cjs");`,
      "tries.cjs": `try { require("./x.cjs"); } catch {} ${itself}`,
      "x.cjs": x(1),
    });
    assert.deepEqual(said(), ["create"]);
    const threw = await save({ "x.cjs": x(2, `say("throws"); throw new Error("on purpose");`) });
    assert.equal(threw.type, "evaluationError");
    const all = said().filter((it) => it !== "throws");
    assert.deepEqual(all, ["end 1", "end 2", "end 2"], itself);
    assert.equal((await save({ "top.mjs": accept })).type, "accepted");
    assert.deepEqual(said(), ["destroy in 1"], itself);
  }
});

test("what CommonJS has kept that an import() brings is destroyed also if what throws has not asked for it", async (t) => {
  const accept = "import.meta.hot.accept();";
  const kept = `module.hot.keep("a", () => say("create"), () => say("destroy"));`;
  const thrown = `throw new Error("on purpose");`;
  // It throws itself, or what it requires before it asks.
  for (const [file, x] of [
    ["x.cjs", kept],
    ["y.cjs", `require("./y.cjs"); ${kept}`],
  ]) {
    const { ask, save, said } = await hotProgram(t, {
      "main.mjs": `import "./top.mjs";`,
      "top.mjs": `${accept} globalThis.imported = import("./x.cjs").catch(() => {});`,
      "x.cjs": x,
      "y.cjs": "",
    });
    await ask("imported.then(() => isTold())");
    assert.deepEqual(said(), ["create"]);
    await save({ [file]: thrown });
    await save({ [file]: file === "x.cjs" ? kept : "" });
    await ask("imported.then(() => isTold())");
    assert.deepEqual(said(), ["destroy", "create"], file);
  }
});

test("CommonJS that import() evaluates for a version that was given up is ended with what it requires, also if it was given up with that before its turn came", async (t) => {
  const opens = (/** @type {string} */ name) =>
    `module.hot.keep("it", () => say("create ${name}"), () => say("destroy ${name}")); module.hot.own(() => say("end ${name}"));`;
  const accept = "import.meta.hot.accept();";
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": accept,
    "throws.mjs": `globalThis.imported = import("./late.cjs"); throw new Error("on purpose");`,
    "late.cjs": `require("./below.cjs"); ${opens("late")}`,
    "below.cjs": opens("below"),
  });
  const both = await save({ "top.mjs": `${accept} import "./throws.mjs"; import "./late.cjs";` });
  assert.equal(both.type, "evaluationError");
  await ask("imported.then(() => isTold())");
  const created = ["create below", "create late"];
  const ended = ["end late", "destroy late", "end below", "destroy below"];
  assert.deepEqual(said(), [...created, ...ended]);
  assert.equal((await save({ "top.mjs": `${accept} import "./late.cjs";` })).type, "accepted");
  assert.deepEqual(said(), created);
  assert.equal((await save({ "top.mjs": accept })).type, "accepted");
  assert.deepEqual(said(), ended);
});

test("what CommonJS that was given up has required is ended also if an import() in the same update finds what throws", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./a.cjs"; import "./b.mjs"; import("./x.cjs").catch(() => {});`,
    "a.cjs": "module.hot.accept();",
    "b.mjs": "import.meta.hot.accept();",
    "x.cjs": "module.exports = 1;",
    "below.cjs": `module.hot.keep("it", () => say("create"), () => say("destroy")); module.hot.own(() => say("end"));`,
  });
  // What comes along with x.cjs later.
  const thrown = `throw new Error("on purpose");`;
  const b = await save({ "b.mjs": `import("./x.cjs").catch(() => {}); ${thrown}` });
  assert.equal(b.type, "evaluationError");
  const a = await save({ "a.cjs": `require("./below.cjs"); import("./b.mjs").catch(() => {}); ${thrown}` });
  assert.equal(a.type, "evaluationError");
  assert.deepEqual(said(), ["create", "end", "destroy"]);
  await save({ "x.cjs": thrown });
  await save({ "x.cjs": `${thrown} // again` });
  await ask("isTold()");
  assert.deepEqual(said(), ["create", "end", "destroy"]);
});
