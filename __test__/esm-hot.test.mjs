// `import.meta.hot` on our runtime: who is evaluated, who is told, what is kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import { program, runtime } from "./support/esm-program.mjs";
import { until } from "./support/project.mjs";

runtime.enableHot();
const hot = "const hot = import.meta.hot;";
const main = `import { value } from "./x.mjs"; log.push("main"); globalThis.out = () => value;`;
const accepted = (/** @type {string[]} */ ...evaluated) => ({ type: "accepted", evaluated });

test("a module accepts itself: its importer stays and sees the new value", async (t) => {
  const x = (/** @type {number} */ n) =>
    `${hot} log.push("x${n} " + JSON.stringify(hot.data)); hot.data.seen; hot.dispose((data) => { data.from = ${n}; }); hot.accept((ns) => log.push("accepted " + ns.value)); export const value = ${n};`;
  const { out, update, said } = await program(t, { "main.mjs": main, "x.mjs": x(1) });
  assert.deepEqual(said(), ["x1 {}", "main"]);
  assert.deepEqual(await update({ "x.mjs": x(2) }), accepted("x.mjs"));
  assert.deepEqual(said(), ['x2 {"from":1}', "accepted 2"]);
  assert.deepEqual(await update({ "x.mjs": x(3) }), accepted("x.mjs"));
  assert.deepEqual(said(), ['x3 {"from":2}', "accepted 3"]);
  assert.equal(out(), 3);
});

test("an importer accepts", async (t) => {
  const { out, update, said } = await program(t, {
    "main.mjs": `${hot} ${main} hot.accept("./x.mjs", (ns) => log.push("one " + ns.value + value)); hot.accept(["./y.mjs", "./x.mjs"], ([y, x]) => log.push("two " + y.y + x.value)); import "./y.mjs";`,
    "x.mjs": "export const value = 1;",
    "y.mjs": "export const y = 'y';",
  });
  said();
  assert.deepEqual(await update({ "x.mjs": "export const value = 2;" }), accepted("x.mjs"));
  assert.deepEqual(said(), ["one 22", "two y2"]);
  assert.equal(out(), 2);
});

test("what lies between a change and its boundary is evaluated", async (t) => {
  const { out, update, said } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import { mid } from "./mid.mjs"; import.meta.hot.accept(); log.push("x"); export const value = mid + 1;`,
    "mid.mjs": `import { leaf } from "./leaf.mjs"; log.push("mid"); export const mid = leaf + 1;`,
    "leaf.mjs": "export const leaf = 1;",
  });
  said();
  assert.deepEqual(
    await update({ "leaf.mjs": "export const leaf = 10;" }),
    accepted("leaf.mjs", "mid.mjs", "x.mjs"),
  );
  assert.deepEqual(said(), ["mid", "x"]);
  assert.equal(out(), 12);
});

test("one path without a boundary refuses the whole update", async (t) => {
  const { out, update, said } = await program(t, {
    "main.mjs": `${main} import "./other.mjs";`,
    "x.mjs": `import { leaf } from "./leaf.mjs"; import.meta.hot.accept(); export const value = leaf;`,
    "other.mjs": `import { leaf } from "./leaf.mjs"; void leaf;`,
    "leaf.mjs": "export const leaf = 1;",
  });
  said();
  assert.deepEqual(await update({ "leaf.mjs": "export const leaf = 2;" }), {
    type: "unaccepted",
    path: ["main.mjs", "other.mjs", "leaf.mjs"],
  });
  assert.deepEqual([out(), said()], [1, []]);
});

test("decline", async (t) => {
  const { out, update } = await program(t, {
    "main.mjs": `import.meta.hot.accept(); ${main}`,
    "x.mjs": "import.meta.hot.decline(); export const value = 1;",
  });
  assert.deepEqual(await update({ "x.mjs": "export const value = 2;" }), {
    type: "declined",
    declinedBy: ["x.mjs"],
  });
  assert.equal(out(), 1);
});

test("dispose handlers, the last first, are awaited before the new body runs", async (t) => {
  const x = (/** @type {number} */ n) =>
    `${hot} log.push("x${n}"); hot.accept(); hot.dispose(async () => { await new Promise(setImmediate); log.push("first"); }); hot.dispose(() => log.push("second")); export const value = ${n};`;
  const { update, said } = await program(t, { "main.mjs": main, "x.mjs": x(1) });
  said();
  await update({ "x.mjs": x(2) });
  assert.deepEqual(said(), ["second", "first", "x2"]);
});

test("prune when the last importer goes", async (t) => {
  const leaf = `import.meta.hot.prune(() => log.push("pruned")); import.meta.hot.dispose(() => log.push("disposed"));`;
  const { update, said } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import "./leaf.mjs"; import.meta.hot.accept(); export const value = 1;`,
    "leaf.mjs": `${leaf} log.push("leaf");`,
  });
  said();
  await update({ "x.mjs": "import.meta.hot.accept(); export const value = 2;" });
  assert.deepEqual(said(), ["disposed", "pruned"]);
  await update({ "x.mjs": `import "./leaf.mjs"; import.meta.hot.accept(); export const value = 3;` });
  assert.deepEqual(said(), ["leaf"]);
});

test("invalidate in an accept handler hands the update on", async (t) => {
  const x = (/** @type {number} */ n) =>
    `${hot} hot.accept(() => hot.invalidate()); log.push("x${n}"); export const value = ${n};`;
  const { out, update, said } = await program(t, {
    "main.mjs": `import "./mid.mjs"; globalThis.out = () => globalThis.mid;`,
    "mid.mjs": `import { value } from "./x.mjs"; import.meta.hot.accept(); globalThis.mid = value; log.push("mid");`,
    "x.mjs": x(1),
  });
  said();
  assert.deepEqual(await update({ "x.mjs": x(2) }), accepted("x.mjs", "mid.mjs"));
  assert.deepEqual(said(), ["x2", "mid"]);
  assert.equal(out(), 2);
});

test("invalidate outside of an update schedules one", async (t) => {
  const { said } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import.meta.hot.accept(() => globalThis.done()); log.push("x"); globalThis.again = () => import.meta.hot.invalidate(); export const value = 1;`,
  });
  said();
  const done = new Promise((resolve) => Object.assign(globalThis, { done: resolve }));
  /** @type {any} */ (globalThis).again();
  await done;
  assert.deepEqual(said(), ["x"]);
});

test("a handler that throws evaluates its module", async (t) => {
  t.mock.method(console, "error", () => {});
  const { out, update, said } = await program(t, {
    "main.mjs": `import "./mid.mjs"; globalThis.out = () => globalThis.mid;`,
    "mid.mjs": `import { value } from "./x.mjs"; import.meta.hot.accept(); import.meta.hot.accept("./x.mjs", () => { throw new Error("handler"); }); globalThis.mid = value; log.push("mid");`,
    "x.mjs": "export const value = 1;",
  });
  said();
  assert.deepEqual(await update({ "x.mjs": "export const value = 2;" }), accepted("x.mjs", "mid.mjs"));
  assert.deepEqual([out(), said()], [2, ["mid"]]);
});

test("members of a cycle are evaluated together", async (t) => {
  const { out, update, said } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import { b } from "./b.mjs"; import.meta.hot.accept(); log.push("x"); export const value = 1; export const get = () => b;`,
    "b.mjs": `import { value } from "./x.mjs"; import.meta.hot.accept(); log.push("b"); export const b = 1; export const look = () => value;`,
  });
  said();
  const outcome = await update({
    "b.mjs": `import { value } from "./x.mjs"; import.meta.hot.accept(); log.push("b2"); export const b = 2; export const look = () => value;`,
  });
  assert.deepEqual(outcome, accepted("b.mjs", "x.mjs"));
  assert.deepEqual([out(), said()], [1, ["b2", "x"]]);
});

for (const [name, text, type] of [
  ["a syntax error", "export const value = ;", "linkError"],
  ["a missing export", "export const other = 1;", "linkError"],
  ["a throw", "throw new Error('body'); export const value = 2;", "evaluationError"],
]) {
  test(`${name} is refused, the old version keeps its handlers, and the next save mends it`, async (t) => {
    const { out, update, said } = await program(t, {
      "main.mjs": main,
      "x.mjs": `import.meta.hot.accept(() => log.push("accepted")); export const value = 1;`,
    });
    said();
    const outcome = await update({ "x.mjs": text });
    assert.equal(outcome.type, type);
    assert.ok(outcome.error instanceof Error);
    assert.deepEqual([out(), said()], [1, []]);
    assert.deepEqual(await update({ "x.mjs": "export const value = 3;" }), accepted("x.mjs"));
    assert.deepEqual([out(), said()], [3, ["accepted"]]);
  });
}

test("a throwing dispose is fatal to the update", async (t) => {
  const { out, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import.meta.hot.accept(); import.meta.hot.dispose(() => { throw new Error("dispose"); }); export const value = 1;`,
  });
  assert.equal((await update({ "x.mjs": "export const value = 2;" })).type, "fatalError");
  assert.equal(out(), 1);
});

test("updates run one after the other", async (t) => {
  const x = (/** @type {number} */ n) =>
    `log.push("begin ${n}"); await new Promise(setImmediate); log.push("end ${n}"); import.meta.hot.accept(); export const value = ${n};`;
  const { out, update, said } = await program(t, { "main.mjs": main, "x.mjs": x(1), "y.mjs": "" });
  said();
  const first = update({ "x.mjs": x(2) });
  const second = first.then(() => update({ "x.mjs": x(3) }));
  await Promise.all([first, second]);
  assert.deepEqual(said(), ["begin 2", "end 2", "begin 3", "end 3"]);
  assert.equal(out(), 3);
});

test("a module that import() brought, accepted by its importer", async (t) => {
  const { out, update, said } = await program(t, {
    "main.mjs": `const x = await import("./x.mjs"); globalThis.out = () => x.value; import.meta.hot.accept("./x.mjs", (ns) => log.push("told " + (ns === x)));`,
    "x.mjs": "export const value = 1;",
  });
  assert.deepEqual(await update({ "x.mjs": "export const value = 2;" }), accepted("x.mjs"));
  assert.deepEqual([out(), said()], [2, ["told true"]]);
});

test("what came with a text that can't be read leaves alone what came with another one", async (t) => {
  t.mock.method(process.stderr, "write", () => true);
  const { out, updates } = await program(t, {
    "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; globalThis.out = () => [x, y];
      for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it);`,
    "x.mjs": "export const x = 1;",
    "y.mjs": "export const y = 1;",
    "new-x.mjs": "export const x = 2;",
    "new-y.mjs": "export const y = 2;",
    "broken.mjs": "export const broken = ;",
  });
  const y = 'export { y } from "./new-y.mjs";';
  const { "x.mjs": of, "y.mjs": other } = await updates({
    "x.mjs": 'export { x } from "./new-x.mjs";',
    "y.mjs": `${y} import "./broken.mjs";`,
  });
  assert.deepEqual(of, accepted("new-x.mjs", "x.mjs"));
  assert.equal(other.type, "linkError");
  assert.deepEqual(out(), [2, 1]);
  assert.deepEqual(await updates({ "y.mjs": y }), { "y.mjs": accepted("new-y.mjs", "y.mjs") });
  assert.deepEqual(out(), [2, 2]);
});

test("a module that no update is about, and that invalidates itself in one, is evaluated after it", async (t) => {
  const { out, said, update } = await program(t, {
    "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; globalThis.out = () => [x, y];
      import.meta.hot.accept("./x.mjs", () => globalThis.invalidate());
      import.meta.hot.accept("./y.mjs", () => log.push("told"));`,
    "x.mjs": "export const x = 1;",
    "y.mjs": `export const y = {}; log.push("y"); globalThis.invalidate = () => import.meta.hot.invalidate();`,
  });
  assert.deepEqual(said(), ["y"]);
  const [, before] = out();
  assert.deepEqual(await update({ "x.mjs": "export const x = 2;" }), accepted("x.mjs"));
  await until(() => said().includes("told"), "the update after it");
  const [x, after] = out();
  assert.equal(x, 2);
  assert.notEqual(after, before);
});

test("a version that is put back sees what has gone live beside the one that threw", async (t) => {
  t.mock.method(process.stderr, "write", () => true);
  const { out, updates } = await program(t, {
    "main.mjs": `${main} import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `import { y } from "./y.mjs"; export const value = () => y;`,
    "y.mjs": "import.meta.hot.accept(); export const y = 1;",
  });
  const outcomes = await updates({
    "x.mjs": `import { y } from "./y.mjs"; export const value = () => y; throw new Error("no");`,
    "y.mjs": "import.meta.hot.accept(); export const y = 2;",
  });
  assert.equal(outcomes["x.mjs"].type, "evaluationError");
  assert.deepEqual(outcomes["y.mjs"], accepted("y.mjs"));
  assert.equal(out()(), 2);
});

test("versions that threw are not told of what they import any more", async (t) => {
  t.mock.method(process.stderr, "write", () => true);
  const text = `import { count } from "./count.mjs"; import.meta.hot.accept(); export const value = () => count;`;
  const { out, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": text,
    "count.mjs": "export let count = 0; globalThis.increment = () => ++count;",
  });
  const { cells } = [...runtime.graph.modules.values()].findLast(({ file }) => file?.endsWith("count.mjs"));
  const [cell] = cells;
  const { subscribe } = cell;
  let told = 0;
  cell.subscribe = (/** @type {(value: unknown) => void} */ subscriber) =>
    subscribe.call(cell, (/** @type {unknown} */ value) => {
      told++;
      subscriber(value);
    });
  for (let version = 0; version < 3; version++) {
    assert.equal(
      (await update({ "x.mjs": `${text} throw new Error("${version}");` })).type,
      "evaluationError",
    );
  }
  told = 0;
  /** @type {any} */ (globalThis).increment();
  assert.equal(out()(), 1);
  assert.ok(told <= 1, `${told} versions are told`);
});

test("who imports the members of a cycle keeps a namespace of the names there were, which shows what they are now", async (t) => {
  const x = (/** @type {number} */ n, more = "") =>
    `import "./cycle.mjs"; export const value = ${n}; ${more}`;
  const { out, update } = await program(t, {
    "main.mjs": `import * as x from "./x.mjs"; import { now } from "./cycle.mjs"; const kept = x;
      import.meta.hot.accept(["./x.mjs", "./cycle.mjs"]);
      globalThis.out = () => [kept.value, x.value, now(), Object.keys(kept).length, Object.keys(x).length];`,
    "x.mjs": x(1),
    "cycle.mjs": `import * as x from "./x.mjs"; export const now = () => x.value;`,
  });
  assert.deepEqual(out(), [1, 1, 1, 1, 1]);
  for (const n of [2, 3]) {
    assert.equal((await update({ "x.mjs": x(n, "export const other = 1;") })).type, "accepted");
    assert.deepEqual(out(), [n, n, n, 1, 2]);
  }
});

for (const [end, seen] of /** @type {const} */ ([
  ["", 2],
  ['throw new Error("no");', 1],
])) {
  test(`members of a cycle that are evaluated anew see what is live of a file that was saved with them: version ${seen}`, async (t) => {
    t.mock.method(process.stderr, "write", () => true);
    const one = (/** @type {number} */ n) =>
      `import "./other.mjs"; import { x } from "./x.mjs"; log.push("sees " + x + " in ${n}"); export const value = () => x;`;
    const { out, said, updates } = await program(t, {
      "main.mjs": `import { value } from "./one.mjs"; import.meta.hot.accept("./one.mjs"); globalThis.out = () => value();`,
      "x.mjs": "import.meta.hot.accept(); export const x = 1;",
      "one.mjs": one(1),
      "other.mjs": `import { value } from "./one.mjs"; export const other = () => value();`,
    });
    const outcomes = await updates({
      "one.mjs": one(2),
      "x.mjs": `import.meta.hot.accept(); export const x = 2; ${end}`,
    });
    assert.equal(outcomes["one.mjs"].type, "accepted");
    assert.deepEqual(said(), ["sees 1 in 1", `sees ${seen} in 2`]);
    assert.equal(out(), seen);
  });
}
