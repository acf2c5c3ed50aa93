// Vite's `acceptExports()`: whose importers ask for accepted exports alone is updated by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @param {number} n @param {string} accepted source text */
const m = (n, accepted) => `export const a = "a${n}", b = "b${n}"; export default "d${n}";
  import.meta.hot.acceptExports(${accepted}, (self) => say("told", self.a));`;

/** @param {string} importing source text */
const importer = (importing) => `globalThis.mains = (globalThis.mains ?? 0) + 1; ${importing}`;

/** What the importer has after a save, and how often it was evaluated; or why it was refused. */
for (const [what, importing, accepted, wanted] of /** @type {const} */ ([
  ["all that is asked for", `import { a } from "./m.mjs"; globalThis.show = () => a;`, `["a"]`, "a2,1"],
  ["one name, as a text", `import { a as x } from "./m.mjs"; globalThis.show = () => x;`, `"a"`, "a2,1"],
  ["the default", `import d from "./m.mjs"; globalThis.show = () => d;`, `"default"`, "d2,1"],
  ["not all", `import { a, b } from "./m.mjs"; globalThis.show = () => a + b;`, `["a"]`, "unaccepted"],
  ["nothing is asked for", `import "./m.mjs"; globalThis.show = () => "";`, "[]", ",1"],
  [
    "none, but one is asked for",
    `import { a } from "./m.mjs"; globalThis.show = () => a;`,
    "[]",
    "unaccepted",
  ],
  [
    "a namespace, and not all",
    `import * as ns from "./m.mjs"; globalThis.show = () => ns.a;`,
    `"a"`,
    "unaccepted",
  ],
  [
    "a namespace, and all",
    `import * as ns from "./m.mjs"; globalThis.show = () => ns.a;`,
    `["a", "b", "default"]`,
    "a2,1",
  ],
  [
    "import(), and not all",
    `const { a } = await import("./m.mjs"); globalThis.show = () => a;`,
    `"a"`,
    "unaccepted",
  ],
  [
    "import(), and all",
    `const ns = await import("./m.mjs"); globalThis.show = () => ns.b;`,
    `["a", "b", "default"]`,
    "b2,1",
  ],
  ["passed on", `export { a } from "./m.mjs"; globalThis.show = () => "";`, `"a"`, ",1"],
  ["passed on, all of it", `export * from "./m.mjs"; globalThis.show = () => "";`, `"a"`, "unaccepted"],
])) {
  test(`accepted: ${what}`, async (t) => {
    const { ask, said, save } = await hotProgram(t, {
      "main.mjs": importer(importing),
      "m.mjs": m(1, accepted),
    });
    const result = await save({ "m.mjs": m(2, accepted) });
    if (wanted === "unaccepted") {
      assert.equal(result.type, "unaccepted");
      assert.deepEqual([result.path, said()], [["main.mjs", "m.mjs"], []]);
      return;
    }
    assert.deepEqual([result.type, result.evaluated, result.acceptedBy], ["accepted", ["m.mjs"], ["m.mjs"]]);
    assert.deepEqual([await ask("[show(), mains].join()"), said()], [wanted, ["told a2"]]);
  });
}

test("one importer asks for more than is accepted: it alone is evaluated anew", async (t) => {
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./less.mjs"; import "./more.mjs"; import.meta.hot.accept("./more.mjs");`,
    "less.mjs": `import { a } from "./m.mjs"; globalThis.less = (globalThis.less ?? 0) + 1; globalThis.show = () => a;`,
    "more.mjs": `import { a, b } from "./m.mjs"; globalThis.more = (globalThis.more ?? 0) + 1; globalThis.both = a + b;`,
    "m.mjs": m(1, `"a"`),
  });
  const { acceptedBy, evaluated } = await save({ "m.mjs": m(2, `"a"`) });
  assert.deepEqual(
    [evaluated, acceptedBy.sort()],
    [
      ["m.mjs", "more.mjs"],
      ["m.mjs", "main.mjs"],
    ],
  );
  assert.deepEqual([await ask("[show(), both, less, more].join()"), said()], ["a2,a2b2,1,2", ["told a2"]]);
});

test("what the version that runs has accepted counts", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": importer(`import { a } from "./m.mjs"; globalThis.show = () => a;`),
    "m.mjs": m(1, `"a"`),
  });
  assert.equal((await save({ "m.mjs": m(2, `"b"`) })).type, "accepted");
  assert.equal(await ask("show()"), "a2");
  assert.equal((await save({ "m.mjs": m(3, `"a"`) })).type, "unaccepted");
  assert.equal(await ask("show()"), "a2");
});

test("invalidate() in its handler: the importers have to take care", async (t) => {
  const text = (/** @type {number} */ n) => `export const a = ${n};
    import.meta.hot.acceptExports("a", () => import.meta.hot.invalidate());`;
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs"; import.meta.hot.accept("./mid.mjs");`,
    "mid.mjs": `import { a } from "./m.mjs"; globalThis.mids = (globalThis.mids ?? 0) + 1; globalThis.show = () => a;`,
    "m.mjs": text(1),
  });
  const { acceptedBy, evaluated } = await save({ "m.mjs": text(2) });
  assert.deepEqual([evaluated, acceptedBy], [["m.mjs", "mid.mjs"], ["main.mjs"]]);
  assert.equal(await ask("[show(), mids].join()"), "2,2");
});

test("what is no function is refused", async (t) => {
  const { said } = await hotProgram(t, {
    "main.mjs": `try { import.meta.hot.acceptExports("a", 1); } catch (error) { say(error.name, error.message); }`,
  });
  assert.match(said()[0], /^TypeError .*acceptExports/);
});

/** @param {number} n @param {string} accepted source text */
const throwing = (n, accepted) => `export const a = ${n}, b = ${n};
  import.meta.hot.acceptExports(${accepted}, ({ a }) => { if (a === 2) throw new Error("handler"); });`;

for (const [what, accepted] of [
  ["some", `"a"`],
  ["all", `["a", "b"]`],
]) {
  test(`its handler throws, and it accepts ${what} of its exports: the importers have to take care`, async (t) => {
    const { ask, save } = await hotProgram(t, {
      "main.mjs": `import "./mid.mjs"; import.meta.hot.accept("./mid.mjs");`,
      "mid.mjs": `import { a } from "./m.mjs"; globalThis.mids = (globalThis.mids ?? 0) + 1; globalThis.show = () => a;
        if (globalThis.isBroken) throw new Error("mid");`,
      "m.mjs": throwing(1, accepted),
    });
    await ask("globalThis.isBroken = true");
    assert.equal((await save({ "m.mjs": throwing(2, accepted) })).type, "evaluationError");
    await ask("globalThis.isBroken = false");
    // The version that runs still accepts them.
    assert.deepEqual((await save({ "m.mjs": throwing(3, accepted) })).acceptedBy, ["m.mjs"]);
    const { acceptedBy, evaluated } = await save({ "m.mjs": throwing(2, accepted) });
    assert.deepEqual([evaluated, acceptedBy], [["m.mjs", "mid.mjs"], ["main.mjs"]]);
    assert.equal(await ask("[show(), mids].join()"), "2,3");
  });
}

test("its handler throws, and nobody accepts that", async (t) => {
  const { save } = await hotProgram(t, {
    "main.mjs": importer(`import { a } from "./m.mjs"; globalThis.show = () => a;`),
    "m.mjs": throwing(1, `"a"`),
  });
  const { evaluated, path, type } = await save({ "m.mjs": throwing(2, `"a"`) });
  assert.deepEqual([type, path, evaluated], ["unaccepted", ["main.mjs", "m.mjs"], ["m.mjs"]]);
});

test("an importer accepts it by name: it is named, too", async (t) => {
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import { a } from "./m.mjs"; import.meta.hot.accept("./m.mjs", () => say(a));`,
    "m.mjs": m(1, `"a"`),
  });
  assert.deepEqual((await save({ "m.mjs": m(2, `"a"`) })).acceptedBy, ["m.mjs", "main.mjs"]);
  assert.deepEqual(said(), ["told a2", "a2"]);
});
