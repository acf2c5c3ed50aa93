// The map of a graph's modules: its order, what of it is CommonJS, and how it is put back after an attempt that failed, beside a Map.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const { ModuleMap, inOrder } = require("../runtime/esm/graph/module-map.cjs");

/** @param {number} seed @returns {(below: number) => number} */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** @param {string} key @param {boolean} isCommonJs */
const made = (key, isCommonJs) => ({
  file: key.replace(/\?.*$/, ""),
  place: 0,
  ...(isCommonJs && { isCommonJs }),
});

/** @param {any} modules @param {Map<string, any>} expected */
function assertSame(modules, expected) {
  const { size } = modules;
  assert.equal(size, expected.size);
  // Each is under one key.
  assert.deepEqual(
    inOrder(modules.values()).map((it) => modules.keysOf(it)),
    [...expected.keys()].map((key) => [key]),
  );
  for (const [key, module] of expected) assert.equal(modules.get(key), module);
  const commonJs = [...expected.values()].filter((it) => it.isCommonJs);
  assert.deepEqual(inOrder(modules.commonJs), commonJs);
  for (const file of ["/a", "/b", "/c"]) {
    const there = [...expected.values()].filter((it) => it.file === file);
    assert.deepEqual(inOrder(modules.ofFile(file)), there);
  }
}

test("it is as a Map is, and as it was before what is rolled back", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = random(seed);
    const modules = new ModuleMap();
    /** @type {Map<string, any>} */
    let expected = new Map();
    /** @type {Map<string, any> | null} */
    let before = null;
    for (let step = 0; step < 60; step++) {
      const key = `/${"abcdef"[chance(6)]}${["", "?1", "?2"][chance(3)]}`;
      const what = chance(10);
      if (what < 5) {
        const module = made(key, chance(3) === 0);
        modules.set(key, module);
        expected.set(key, module);
      } else if (what < 8) {
        assert.equal(modules.delete(key), expected.delete(key));
      } else if (before === null) {
        modules.begin();
        before = new Map(expected);
      } else if (what === 8) {
        modules.end();
        before = null;
      } else {
        const all = [...expected.values()];
        const come = new Set(all.filter((it) => ![.../** @type {any} */ (before).values()].includes(it)));
        assert.deepEqual(new Set(modules.rollBack()), come);
        expected = before;
        before = null;
      }
      assertSame(modules, expected);
    }
  }
});

test("what Node runs has the key by which it was asked for", () => {
  const modules = new ModuleMap();
  const request = { specifier: "a-package", attributes: [], target: "native" };
  const native = { isNative: true, from: "/main.mjs", request, place: 0 };
  const key = `native /main.mjs a-package []`;
  modules.set(key, native);
  assert.deepEqual(modules.keysOf(native), [key]);
  modules.delete(key);
  assert.deepEqual(modules.keysOf(native), []);
});
