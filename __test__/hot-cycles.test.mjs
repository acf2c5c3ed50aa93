// Import cycles that would be refused as a whole: who accepts within them is asked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("the entry point accepts what imports it", async (t) => {
  const a = (/** @type {number} */ n) => `import { app } from "./main.mjs"; import { b } from "./b.mjs";
    export const a = () => "a${n}" + b() + app; import.meta.hot.dispose(() => say("a${n} ends"));`;
  const b = (/** @type {number} */ n) =>
    `import { a } from "./a.mjs"; export const b = () => "b${n}" + typeof a;`;
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import { a } from "./a.mjs"; globalThis.runs = (globalThis.runs ?? 0) + 1; globalThis.show = () => a() + runs;
      export const app = "app"; import.meta.hot.accept("./a.mjs", () => say("told", a()));`,
    "a.mjs": a(1),
    "b.mjs": b(1),
  });
  const first = await save({ "a.mjs": a(2) });
  assert.deepEqual(
    [first.type, first.evaluated, first.acceptedBy],
    ["accepted", ["b.mjs", "a.mjs"], ["main.mjs"]],
  );
  assert.deepEqual([said(), await ask("show()")], [["a1 ends", "told a2b1functionapp"], "a2b1functionapp1"]);
  const second = await save({ "b.mjs": b(2) });
  assert.deepEqual([second.type, second.evaluated], ["accepted", ["b.mjs", "a.mjs"]]);
  assert.deepEqual([said(), await ask("show()")], [["a2 ends", "told a2b2functionapp"], "a2b2functionapp1"]);
  assert.equal((await save({ "a.mjs": `${a(3)} throw new Error("bad");` })).type, "evaluationError");
  assert.equal(await ask("show()"), "a2b2functionapp1");
  assert.equal((await save({ "a.mjs": a(4) })).type, "accepted");
  assert.equal(await ask("show()"), "a4b2functionapp1");
});

test("what is new imports names that only the version has which is put back", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    "main.mjs": `import { v } from "./x.mjs"; globalThis.show = () => v; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": "export const v = 1;",
    "y.mjs": `import { a } from "./x.mjs"; export const b = a + 1;`,
  });
  const { type, error } = await save({
    "x.mjs": `import { b } from "./y.mjs"; export const a = 1, v = b;`,
  });
  assert.deepEqual(
    [type, error],
    ["evaluationError", "ReferenceError: Cannot access 'a' before initialization"],
  );
  assert.equal(await ask("show()"), "1");
  assert.equal((await save({ "x.mjs": "export const v = 2;" })).type, "accepted");
  assert.equal(await ask("show()"), "2");
  assert.doesNotMatch(program.stderr, /an update failed/);
});

test("the entry point accepts what requires it", async (t) => {
  const a = (/** @type {number} */ n) => `const main = require("./main.cjs"), b = require("./b.cjs");
    exports.a = () => "a${n}" + b.b() + main.app;`;
  const { ask, save } = await hotProgram(t, {
    "main.cjs": `exports.app = "app"; globalThis.runs = (globalThis.runs ?? 0) + 1; let { a } = require("./a.cjs");
      globalThis.show = () => a() + runs; module.hot.accept("./a.cjs", () => ({ a } = require("./a.cjs")));`,
    "a.cjs": a(1),
    "b.cjs": `const a = require("./a.cjs"); exports.b = () => "b" + typeof a.a;`,
  });
  for (const n of [2, 3]) {
    const { type, evaluated } = await save({ "a.cjs": a(n) });
    assert.deepEqual([type, evaluated], ["accepted", ["b.cjs", "a.cjs"]]);
    assert.equal(await ask("show()"), `a${n}bfunctionapp1`);
  }
});

for (const [extension, files, hot] of /** @type {const} */ ([
  [
    "mjs",
    {
      "main.mjs": `import { a } from "./a.mjs"; globalThis.runs = (globalThis.runs ?? 0) + 1; globalThis.show = () => a() + runs;`,
      "a.mjs": `import { c, name } from "./c.mjs"; export const a = () => c + name(); export const own = "a";`,
      "c.mjs": `import { own } from "./a.mjs"; export const name = () => own; export const c =`,
    },
    "import.meta.hot",
  ],
  [
    "cjs",
    {
      "main.cjs": `const { a } = require("./a.cjs"); globalThis.runs = (globalThis.runs ?? 0) + 1; globalThis.show = () => a() + runs;`,
      "a.cjs": `exports.own = "a"; require("./c.cjs"); exports.a = () => { const { c, name } = require("./c.cjs"); return c + name(); };`,
      "c.cjs": `const a = require("./a.cjs"); exports.name = () => a.own; exports.c =`,
    },
    "module.hot",
  ],
])) {
  test(`.${extension}: who accepts itself is evaluated alone, where nobody accepts its cycle`, async (t) => {
    const name = `c.${extension}`;
    const c = (/** @type {number} */ n, more = "") =>
      `${files[/** @type {keyof typeof files} */ (name)]} ${n}; ${hot}.accept((c) => { say("told", c.c); ${more} });`;
    const { ask, said, save } = await hotProgram(t, { ...files, [name]: c(1) });
    for (const n of [2, 3]) {
      const { type, evaluated, acceptedBy } = await save({
        [name]: c(n, n === 3 ? `${hot}.invalidate();` : ""),
      });
      assert.deepEqual([type, evaluated, acceptedBy], ["accepted", [name], [name]]);
      assert.deepEqual([said(), await ask("show()")], [[`told ${n}`], `${n}a1`]);
    }
    // It is its importers' business after all, and theirs have none.
    const result = await save({ [name]: c(4) });
    const other = `a.${extension}`;
    assert.deepEqual(
      [result.type, result.evaluated, result.path],
      ["unaccepted", [name], [`main.${extension}`, other, name]],
    );
    assert.equal((await save({ [name]: c(5) })).type, "accepted");
    assert.equal(await ask("show()"), "5a1");
  });
}

test("the way up that nobody accepts is told, not the one that is", async (t) => {
  const { save, said } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; import.meta.hot.accept("./a.mjs");`,
    "a.mjs": `import "./main.mjs"; import "./b.mjs"; import.meta.hot.dispose(() => say("ends"));`,
    "b.mjs": `import "./a.mjs"; import.meta.hot.dispose(() => say("ends"));`,
  });
  const { type, path } = await save({ "a.mjs": "import './main.mjs'; import './b.mjs';" });
  assert.deepEqual([type, path, said()], ["unaccepted", ["main.mjs", "b.mjs", "a.mjs"], []]);
});

test("a member that says it can't go on is the business of another that accepts itself", async (t) => {
  const c = (/** @type {number} */ n) => `import "./a.mjs"; export const c = ${n};
    import.meta.hot.accept(({ c }) => { if (c === 2) import.meta.hot.invalidate(); });`;
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs";`,
    "a.mjs": `import "./b.mjs";`,
    "b.mjs": `import { c } from "./c.mjs"; say("b", c); import.meta.hot.accept();`,
    "c.mjs": c(1),
  });
  const { type, evaluated, acceptedBy } = await save({ "c.mjs": c(2) });
  assert.deepEqual(
    [said(), type, evaluated, acceptedBy],
    [["b 2"], "accepted", ["c.mjs", "b.mjs"], ["b.mjs"]],
  );
  assert.equal((await save({ "c.mjs": c(3) })).type, "accepted");
  assert.deepEqual(said(), []);
});
