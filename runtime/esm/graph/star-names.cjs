// @ts-check
"use strict";

// Which of a module's `export *` may have a name. Asked one by one for each name, those of an index of 2,000 files would be asked some
// million times, so who resolves many names asks here. It holds for as long as no module gets a new version. To look at all names takes
// longer than to ask for a few, and each importer of an index asks anew: there is a look once as much was asked as it costs.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */

/** Fewer names are resolved faster by asking each star. */
const MANY = 16;

/** Places in `record.stars`. `others`: what they have, not all of them tell. @typedef {{ named: Map<string, number[]>, others: number[] }} Places */

class StarNames {
  /** How many names each was asked for, until there was a look. @type {Map<Module, number | Places>} */
  #known = new SafeMap();

  /**
   * @param {SourceTextModule} module
   * @param {string} name
   * @returns {number[]} requests, in the order of `record.stars`
   */
  thatMayHave(module, name) {
    const { stars } = module.record;
    let known = this.#known.get(module) ?? 0;
    if (typeof known === "number") {
      const asked = known + 1;
      known = (isTimeToLook(asked) && placesByName(module, asked * stars.length)) || asked;
      this.#known.set(module, known);
      if (typeof known === "number") return stars;
    }
    const { named, others } = known;
    const own = named.get(name) ?? [];
    const places = others.length === 0 ? own : [...own, ...others].sort((one, other) => one - other);
    return places.map((place) => stars[place]);
  }
}

/** Not each time: a look that was given up has cost something, too. @param {number} asked */
const isTimeToLook = (asked) => asked > 1 && (asked & (asked - 1)) === 0;

/**
 * @param {SourceTextModule} module
 * @param {number} most so many modules and names are looked at
 * @returns {Places | null} null: there are more
 */
function placesByName({ record: { stars }, requested }, most) {
  /** @type {Map<string, number[]>} */
  const named = new SafeMap();
  /** @type {number[]} */
  const others = [];
  let left = most;
  for (let place = 0; place < stars.length; place++) {
    const reached = reachedByStars(requested[stars[place]]);
    for (const it of reached) left -= 1 + it.countNames();
    if (left < 0) return null;
    const names = reached.map((it) => it.allNames());
    if (names.includes(null)) others.push(place);
    else for (const name of names.flat()) add(named, /** @type {string} */ (name), place);
  }
  return { named, others };
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
