// What a module writes over and over (`n++`, or anything in a loop of a function) is read where it is by those that import it, if these
// are many or in a cycle with it: the writer's loop does not push to each of them. That they see what plain Node shows is the business
// of the oracle (esm-programs/counted.txt); here, that nobody is pushed to, and what becomes of it when files are saved.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { Cell } from "../runtime/esm/graph/cell.cjs";
import { program, runtime } from "./support/esm-program.mjs";

runtime.enableHot();
setFlagsFromString("--expose-gc");
const gc = await import("node:vm").then((vm) => vm.runInNewContext("gc"));

/** How often a binding's values were asked for while `run` went on, and what it gave. @param {() => Promise<any>} run */
async function subscribed(run) {
  const { subscribe } = Cell.prototype;
  const askedFor = new Set();
  let count = 0;
  Cell.prototype.subscribe = function (subscriber) {
    askedFor.add(this);
    const leave = subscribe.call(this, subscriber);
    count++;
    return () => {
      count--;
      return leave();
    };
  };
  try {
    return { done: await run(), count };
  } finally {
    Cell.prototype.subscribe = subscribe;
  }
}

const counter = "export let n = 0; export const up = (times) => { for (let i = 0; i < times; i++) n++; };";
const once = "export let n = 0; export const up = (times) => { n = n + times; };";
const importer = (/** @type {number} */ at) => [
  `i${at}.mjs`,
  `import { n } from "./x.mjs"; export const look = () => n;`,
];
/** @param {number} count @param {string} [text] */
const among = (count, text = counter) => ({
  "main.mjs": `import { n, up } from "./x.mjs"; ${Array.from({ length: count - 1 }, (_, at) => `import { look as l${at} } from "./i${at}.mjs";`).join("\n")}
    globalThis.out = (times) => { up(times); return [n, ${Array.from({ length: count - 1 }, (_, at) => `l${at}()`)}]; };`,
  ...Object.fromEntries(Array.from({ length: count - 1 }, (_, at) => importer(at))),
  "x.mjs": text,
});

for (const [count, text, pushes] of /** @type {[number, string, number][]} */ ([
  [1, counter, 1],
  [2, counter, 2],
  [3, counter, 0],
  [8, counter, 0],
  [8, once, 8],
])) {
  const what = text === counter ? "in a loop" : "at once";
  test(`what is written ${what} is pushed to ${pushes} of ${count} importers`, async (t) => {
    const { done, count: found } = await subscribed(() => program(t, among(count, text)));
    for (const times of [1, 2, 500]) assert.equal(new Set(done.out(times)).size, 1);
    assert.deepEqual(done.out(1), new Array(count).fill(504));
    assert.equal(found, pushes);
  });
}

test("in a cycle nobody is pushed to, once all have begun", async (t) => {
  const { done, count } = await subscribed(() =>
    program(t, {
      "main.mjs": `import { out } from "./a.mjs"; globalThis.out = out;`,
      "a.mjs": `import { look } from "./b.mjs"; export let n = 0; const up = () => { for (let i = 0; i < 300; i++) n++; };
        export const out = () => { up(); return [n, look()]; };`,
      "b.mjs": `import { n } from "./a.mjs"; export const look = () => n;`,
    }),
  );
  assert.deepEqual(done.out(), [300, 300]);
  assert.deepEqual(done.out(), [600, 600]);
  assert.equal(count, 0);
});

test("who is called, or taken apart, by V8's words for it, is pushed to", async (t) => {
  const { done, count } = await subscribed(() =>
    program(t, {
      ...among(4),
      "i0.mjs": `import { n } from "./x.mjs"; export const look = () => { try { n(); } catch (error) { return error.message; } };`,
    }),
  );
  assert.deepEqual(done.out(3), [3, "n is not a function", 3, 3]);
  assert.equal(count, 1);
});

for (const way of /** @type {const} */ (["save", "update"])) {
  test(`its new versions are read, the old one no more, by ${way}`, async (t) => {
    const files = among(4);
    // By itself: those that import it stay.
    const accepted = (/** @type {string} */ text) => `${text} import.meta.hot?.accept();`;
    const it = await program(t, {
      ...files,
      "main.mjs": `${files["main.mjs"]} import.meta.hot?.accept("./i0.mjs");`,
      "x.mjs": accepted(counter),
      "y.mjs": "export let n = 'y';",
    });
    const { out } = it;
    assert.deepEqual(out(2), [2, 2, 2, 2]);
    for (let version = 1; version <= 6; version++) {
      await it[way]({ "x.mjs": accepted(counter.replace("n = 0", `n = ${version}00`)) });
      assert.deepEqual(out(0), new Array(4).fill(version * 100));
      assert.deepEqual(out(5), new Array(4).fill(version * 100 + 5));
    }
    // An importer's.
    await it[way]({
      "i0.mjs": `import { n as m } from "./x.mjs"; export const look = () => ({ m }).m * 2;`,
    });
    assert.deepEqual(out(5), [610, 1220, 610, 610]);
    // One that would be called.
    await it[way]({
      "i0.mjs": `import { n } from "./x.mjs"; export const look = () => typeof n === "function" ? n() : n;`,
    });
    assert.deepEqual(out(1), [611, 611, 611, 611]);
    // It is a constant by now, a function, written at once, and over and over again.
    for (const [text, value] of /** @type {[string, any][]} */ ([
      ["export const n = 1, up = () => {};", 1],
      [once.replace("n = 0", "n = 7"), 8],
      [`let m = 50; export { m as n }; export const up = () => { while (m < 60) m++; };`, 60],
      [`export * from "./y.mjs"; export let up = () => {};`, "y"],
      [counter, 1],
    ])) {
      await it[way]({ "x.mjs": accepted(text) });
      assert.deepEqual(out(1), [value, value, value, value], text);
    }
  });
}

test("what was refused leaves them with the version before, and the next save is read", async (t) => {
  const files = among(4);
  const it = await program(t, files);
  assert.deepEqual(it.out(2), [2, 2, 2, 2]);
  for (const broken of ["export let n = ;", "export const up = 1;", `${counter} throw new Error("body");`]) {
    await assert.rejects(it.save({ "x.mjs": broken }));
    const [seen, ...others] = it.out(1);
    assert.deepEqual(others, [seen, seen, seen]);
  }
  assert.deepEqual(it.out(0), [5, 5, 5, 5]);
  await it.save({ "x.mjs": counter });
  assert.deepEqual(it.out(1), [1, 1, 1, 1]);
});

test("a cycle with it is made, evaluated anew and broken", async (t) => {
  const it = await program(t, {
    "main.mjs": `import { n, up } from "./a.mjs"; import { look } from "./b.mjs"; globalThis.out = () => { up(3); return [n, look()]; };`,
    "a.mjs": counter,
    "b.mjs": `import { n } from "./a.mjs"; export const look = () => n;`,
  });
  assert.deepEqual(it.out(), [3, 3]);
  const within = `import { look } from "./b.mjs"; ${counter} export const other = () => look();`;
  await it.save({ "a.mjs": within });
  assert.deepEqual(it.out(), [3, 3]);
  await it.save({ "b.mjs": `import { n } from "./a.mjs"; export const look = () => n * 2;` }, [
    "b.mjs",
    "a.mjs",
  ]);
  assert.deepEqual(it.out(), [3, 6]);
  await it.save({ "a.mjs": counter.replace("n = 0", "n = 10") });
  assert.deepEqual(it.out(), [13, 26]);
});

test("a package takes its place, and gives it back", async (t) => {
  const between = (/** @type {string} */ text) => ({ "x.mjs": text });
  const files = among(4);
  const it = await program(t, {
    ...files,
    "node_modules/pkg/package.json": `{ "type": "module", "exports": "./index.js" }`,
    "node_modules/pkg/index.js": "export let n = 1000; export const up = (times) => { n += times; };",
  });
  assert.deepEqual(it.out(2), [2, 2, 2, 2]);
  await it.save(between(`export { n, up } from "pkg";`));
  assert.deepEqual(it.out(2), [1002, 1002, 1002, 1002]);
  await it.save(between(counter));
  assert.deepEqual(it.out(2), [2, 2, 2, 2]);
});

test("old versions of it can be collected while those that read it stay", async (t) => {
  const text = (/** @type {number} */ at) =>
    `export let n = { at: ${at} }; export const up = () => { for (const at of [0]) n = { at: ${at} }; }; const own = up; globalThis.registry.register(own, ${at});`;
  const collected = new Set();
  /** @type {any} */ (globalThis).registry = new FinalizationRegistry((at) => collected.add(Number(at)));
  const it = await program(t, among(4, text(0)));
  for (let at = 1; at < 20; at++) {
    await it.save({ "x.mjs": text(at) });
    assert.deepEqual(
      it.out(1).map((/** @type {any} */ n) => n.at),
      [at, at, at, at],
    );
  }
  for (let turn = 0; turn < 50 && collected.size < 18; turn++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.ok(collected.size >= 18, `collected ${[...collected].sort((a, b) => a - b)}`);
});
