// Names of records: an index of thousands of files, or a module of thousands of exports, is no reason to look at each for each.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { randomOf } from "./support/random-edits.mjs";

const require = createRequire(import.meta.url);
const { entryNamed } = require("../runtime/esm/graph/export-entries.cjs");
const { Module, SourceTextModule } = require("../runtime/esm/graph/module-record.cjs");
const { quick } = require("../runtime/esm/graph/resolve-export.cjs");
const { StarNames } = require("../runtime/esm/graph/star-names.cjs");

test("an entry of many is found without a look at all of them", () => {
  let looks = 0;
  const plain = Array.from({ length: 1000 }, (_, at) => ({ exported: `e${at}`, cell: at }));
  const entries = new Proxy(plain, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      return Reflect.get(target, key);
    },
  });
  for (const entry of plain) assert.equal(entryNamed(entries, entry.exported), entry);
  assert.equal(entryNamed(entries, "other"), undefined);
  assert.ok(looks <= 3 * plain.length, `${looks} looks`);
});

const NAMES = ["default", "a", "b", "c", "d"];
const SEED = 58;
const GRAPHS = 2000;

/**
 * Modules with random exports, re-exports and stars, cycles among them, and some that Node runs, which do not tell all that they have.
 * @param {() => number} chance
 */
function randomGraph(chance) {
  const below = (/** @type {number} */ limit) => Math.floor(chance() * limit);
  const some = (/** @type {number} */ share) => NAMES.filter(() => chance() < share);
  const size = 2 + below(8);
  /** @type {any[]} */
  const modules = Array.from({ length: size }, (_, at) => {
    if (chance() > 0.1) return new SourceTextModule(`m${at}`, `m${at}`, { cells: [] });
    const native = new Module(`m${at}`);
    const [told, untold] = [some(0.4), some(0.2)];
    native.getExportedNames = () => told;
    native.resolveExport = (name) =>
      [...told, ...untold].includes(name) ? { module: native, cell: null, name } : null;
    return native;
  });
  for (const module of modules) {
    if (!module.isSourceText) continue;
    const requests = Array.from({ length: 1 + below(4) }, () => below(size));
    module.requested = requests.map((to) => modules[to]);
    const own = some(0.25);
    const passedOn = some(0.2).filter((name) => !own.includes(name));
    module.cells = own.map((name) => ({ name }));
    module.record = {
      requests: requests.map((to) => ({ specifier: `./m${to}` })),
      cells: own.map(() => ({ kind: "lexical" })),
      locals: own.map((exported, cell) => ({ exported, cell })),
      indirect: passedOn.map((exported) => ({
        exported,
        request: below(requests.length),
        name: NAMES[below(NAMES.length)],
      })),
      stars: Array.from({ length: below(5) }, () => below(requests.length)),
    };
  }
  return modules;
}

test("what resolves many names comes to what asking each star comes to", () => {
  const chance = randomOf(SEED);
  let found = 0;
  for (let graph = 0; graph < GRAPHS; graph++) {
    for (const module of randomGraph(chance)) {
      const starNames = new StarNames();
      for (const name of NAMES) {
        const ask = (/** @type {any} */ set) => {
          const it = module.resolveExport(name, set);
          return it === null || it === "ambiguous" ? [it] : [it.module, it.cell, it.name];
        };
        const [alone, quickly, among] = [ask([]), ask(quick()), ask(quick(starNames))];
        // By then there was a look.
        for (let more = 0; more < 8; more++) among.splice(0, among.length, ...ask(quick(starNames)));
        const where = `seed ${SEED}, graph ${graph}, '${name}' of ${module.url}`;
        for (const [at, part] of alone.entries()) {
          assert.equal(quickly[at], part, where);
          assert.equal(among[at], part, where);
        }
        if (alone[0]) found++;
      }
    }
  }
  assert.ok(found > GRAPHS, `${found} names were found`);
});

test("who asks an index for a few names looks at no more of its stars' names than are asked", () => {
  let looks = 0;
  const source = (/** @type {string} */ url, /** @type {string[]} */ names, /** @type {any[]} */ stars) => {
    const module = new SourceTextModule(url, url, { cells: [] });
    module.requested = stars;
    module.cells = names.map((name) => ({ name }));
    const locals = names.map((name, cell) => ({
      get exported() {
        looks++;
        return name;
      },
      cell,
    }));
    module.record = {
      requests: stars.map(() => ({ specifier: "./it" })),
      locals,
      indirect: [],
      stars: stars.map((_, at) => at),
    };
    return module;
  };
  const FILES = 2;
  const EACH = 1000;
  const files = Array.from({ length: FILES }, (_, at) => {
    const names = Array.from({ length: EACH }, (_, name) => `m${at}_${name}`);
    return source(`m${at}`, names, []);
  });
  const index = source("index", [], files);
  for (let importer = 0; importer < 100; importer++) {
    const starNames = new StarNames();
    for (let name = 0; name < 20; name++) assert.ok(index.resolveExport(`m1_${name}`, quick(starNames)));
  }
  assert.ok(looks <= 2 * FILES * EACH, `${looks} looks`);
});
