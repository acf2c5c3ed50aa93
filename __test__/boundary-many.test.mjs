// A branch is switched below a boundary: many files change at once, and are seen while others are missing, or broken. What can be linked is
// linked at once, and what can't be is not tried again and again: each attempt loads all that leads to what changed.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

const COUNT = 60;
const GRAPH = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../runtime/esm/graph/graph.cjs");
const name = (/** @type {number} */ i) => `m${i}.${i % 3 === 0 ? "cjs" : "mjs"}`;
const text = (/** @type {number} */ i, /** @type {number | string} */ v) =>
  i % 3 === 0 ? `module.exports = ${v};` : `export default ${v};`;
const numbers = Array.from({ length: COUNT }, (_, i) => i);

/** @param {(i: number) => string} named */
const all = (named) =>
  `${numbers.map((i) => `import m${i} from "./${named(i)}";`).join("\n")}\nexport default [${numbers.map((i) => `m${i}`)}].join("");\n`;

const GET = `[(await import("./all.mjs")).default, prepared]`;
/** Counts how often what a boundary leads to is loaded. */
const SPY = `
  const { Graph } = process.getBuiltinModule("node:module").createRequire(import.meta.url)(${JSON.stringify(GRAPH)});
  const { prepare } = Graph.prototype;
  let prepared = 0;
  Graph.prototype.prepare = function (...given) {
    prepared++;
    return Reflect.apply(prepare, this, given);
  };
  await hot.init(import.meta.url, { boundaries: ["./all.mjs"] });`;

/** @param {import("node:test").TestContext} t */
async function start(t) {
  const files = Object.fromEntries(numbers.map((i) => [name(i), text(i, 1)]));
  const it = new BoundaryProgram(t, {
    files: { "all.mjs": all(name), "main.js": main("", `...${GET}`, SPY), ...files },
    nodeArguments: [],
  });
  await it.ready();
  /** What the boundary says, and how often something was loaded for that since the last time. */
  let before = 0;
  const ask = async () => {
    const [, value, prepared] = (await it.ask()).split(" ");
    const since = Number(prepared) - before;
    before = Number(prepared);
    return { value, since };
  };
  /** @param {string} expected @returns {Promise<number>} how often something was loaded for it */
  const until = async (expected) => {
    const end = performance.now() + 20_000;
    for (let sum = 0; ; ) {
      const { value, since } = await ask();
      sum += since;
      if (value === expected) return sum;
      assert.ok(performance.now() < end, `${value} is not ${expected}\n${it.program.stderr}`);
    }
  };
  assert.equal((await ask()).value, "1".repeat(COUNT));
  return { it, until };
}

const isGone = (/** @type {number} */ i) => i >= COUNT / 2;

test("files that are gone do not hold back the others, and are loaded no more often than twice", async (t) => {
  const { it, until } = await start(t);
  for (const i of numbers.filter(isGone)) it.self.delete(name(i));
  for (const i of numbers) if (!isGone(i)) it.self.write(name(i), text(i, 2));
  const half = COUNT / 2;
  const mixed = "2".repeat(half) + "1".repeat(half);
  const attempts = await until(mixed);
  for (const i of numbers.filter(isGone)) await it.program.errorOutput(new RegExp(`/${name(i)}`));
  const more = await until(mixed);
  // There were as many as files, and twice.
  assert.ok(attempts + more < half, `${attempts}, then ${more}`);
  for (const i of numbers.filter(isGone)) it.self.write(name(i), text(i, 3));
  await until("2".repeat(half) + "3".repeat(half));
});

test("files that do not parse do not hold back the others, whether they are named as they were or not", async (t) => {
  const { it, until } = await start(t);
  const isBroken = (/** @type {number} */ i) => i % 2 === 1;
  for (const i of numbers) it.self.write(name(i), text(i, isBroken(i) ? "(" : 2));
  const mixed = numbers.map((i) => (isBroken(i) ? 1 : 2)).join("");
  await until(mixed);
  const renamed = (/** @type {number} */ i) => (i === 4 ? "renamed.mjs" : name(i));
  // What imports it comes first.
  it.self.write("all.mjs", all(renamed));
  await it.program.errorOutput(/all\.mjs: not updated/);
  for (const i of numbers) if (isBroken(i)) it.self.write(name(i), text(i, 3));
  it.self.delete(name(4));
  it.self.write("renamed.mjs", text(4, 4));
  await until(numbers.map((i) => (i === 4 ? 4 : isBroken(i) ? 3 : 2)).join(""));
});
