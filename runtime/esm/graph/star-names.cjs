// @ts-check
"use strict";

// Which of a module's `export *` may have a name. Asked one by one for each name, those of an index of 2,000 files would be asked some
// million times, so who resolves many names asks here. It holds for as long as no module gets a new version.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */

/** Fewer names are resolved faster by asking each star. */
const MANY = 16;

class StarNames {
  /** Places in `record.stars`. @type {Map<Module, { named: Map<string, number[]>, others: number[] }>} */
  #known = new SafeMap();

  /**
   * @param {SourceTextModule} module
   * @param {string} name
   * @returns {number[]} requests, in the order of `record.stars`
   */
  thatMayHave(module, name) {
    const { named, others } = this.#known.get(module) ?? this.#look(module);
    const own = named.get(name) ?? [];
    const places = others.length === 0 ? own : [...own, ...others].sort((one, other) => one - other);
    return places.map((place) => module.record.stars[place]);
  }

  /** @param {SourceTextModule} module */
  #look(module) {
    /** @type {Map<string, number[]>} */
    const named = new SafeMap();
    /** What they have, not all of them tell. @type {number[]} */
    const others = [];
    for (const [place, request] of module.record.stars.entries()) {
      const names = reachedByStars(module.requested[request]).map((it) => it.allNames());
      if (names.includes(null)) others.push(place);
      else for (const name of names.flat()) add(named, /** @type {string} */ (name), place);
    }
    const known = { named, others };
    this.#known.set(module, known);
    return known;
  }
}

/** @param {Map<string, number[]>} named @param {string} name @param {number} place */
function add(named, name, place) {
  const places = named.get(name);
  if (!places) named.set(name, [place]);
  else if (places[places.length - 1] !== place) places.push(place);
}

/** A module, and what its stars lead to, in the order in which they are asked. @param {Module} root @returns {Module[]} */
function reachedByStars(root) {
  /** @type {Set<Module>} */
  const seen = new SafeSet();
  /** The next one is the last. @type {Module[]} */
  const open = [root];
  for (let module = open.pop(); module; module = open.pop()) {
    if (seen.has(module)) continue;
    seen.add(module);
    if (!module.isSourceText) continue;
    const { record, requested } = /** @type {SourceTextModule} */ (module);
    for (let index = record.stars.length - 1; index >= 0; index--) open.push(requested[record.stars[index]]);
  }
  return [...seen];
}

/** For the resolution of so many names. @param {number} names */
const starNamesFor = (names) => (names > MANY ? new StarNames() : undefined);

module.exports = { StarNames, reachedByStars, starNamesFor };
