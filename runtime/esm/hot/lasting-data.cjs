// @ts-check
"use strict";

// `hot.data` as Vite's documentation uses it: what a version writes there itself is there for all versions after it. What a
// dispose handler puts into the object that it gets is for the next version alone, as in webpack and dynohot.

const { ownKeys, set } = Reflect;

/** @typedef {Record<PropertyKey, any>} Data */

/** What dispose handlers have put into each object. @type {WeakMap<Data, Map<string | symbol, unknown>>} */
const given = new WeakMap();

/** @param {Data} data */
const entriesOf = (data) => new Map(ownKeys(data).map((key) => [key, data[key]]));

/**
 * Before the dispose handlers run: Vite's find there what their version wrote.
 * @param {unknown} had the `hot.data` of the version that ends
 * @param {Data} handed that of the next one, which may have been begun
 */
function passOn(had, handed) {
  if (had === handed || typeof had !== "object" || had === null) return;
  const fromHandlers = given.get(had);
  for (const [key, value] of entriesOf(had)) {
    const isGiven = fromHandlers?.has(key) && Object.is(fromHandlers.get(key), value);
    if (!isGiven && !Object.hasOwn(handed, key)) handed[key] = value;
  }
}

/**
 * After them: what they have written into the `data` of their own version, which in Vite is the object that they get. And what a version
 * that goes on, as the next one has thrown, has written there since.
 * @param {unknown} had
 * @param {Map<string | symbol, unknown>} hadBefore its entries before they ran
 * @param {Data} handed
 * @param {Map<string | symbol, unknown>} before its entries
 * @returns {Map<string | symbol, unknown>} those of `had` by now
 */
function passOnWritten(had, hadBefore, handed, before) {
  if (had === handed || typeof had !== "object" || had === null) return hadBefore;
  const now = entriesOf(had);
  for (const key of new Set([...hadBefore.keys(), ...now.keys()])) {
    const isWritten = now.has(key) !== hadBefore.has(key) || !Object.is(now.get(key), hadBefore.get(key));
    const isGiven =
      Object.hasOwn(handed, key) !== before.has(key) || !Object.is(handed[key], before.get(key));
    if (!isWritten || isGiven) continue;
    if (now.has(key)) handed[key] = now.get(key);
    // What it has used up is what it was given itself: its handlers may have put another one there since.
    else if (Object.is(handed[key], hadBefore.get(key))) delete handed[key];
  }
  return now;
}

/** After them. @param {Data} handed @param {Map<string | symbol, unknown>} before its entries */
function noteGiven(handed, before) {
  for (const [key, value] of entriesOf(handed)) {
    if (before.has(key) && Object.is(before.get(key), value)) continue;
    const known = given.get(handed);
    if (known) known.set(key, value);
    else given.set(handed, new Map([[key, value]]));
  }
}

/**
 * The version goes on, as the next one has thrown, and finds in its own `data` what its dispose handlers have put into that one's.
 * @param {unknown} had
 * @param {Data} handed
 * @param {Map<string | symbol, unknown>} passed what of `had` is there already
 */
function showGiven(had, handed, passed) {
  const data = /** @type {Data} */ (Object(had));
  const before = entriesOf(data);
  for (const key of given.get(handed)?.keys() ?? []) {
    if (!Object.hasOwn(handed, key)) continue;
    set(data, key, handed[key]);
    passed.set(key, handed[key]);
  }
  noteGiven(data, before);
}

/** What one version hands on to the next. */
class HandedOn {
  /** @type {Data | null} */
  #handed = null;
  /** What its own `data` held when that was last filled: it may go on, as the next version throws. @type {Map<string | symbol, unknown> | null} */
  #passed = null;

  /**
   * Its dispose handlers are about to run. `note`: to be called when they have.
   * @param {Data} own its `data`
   * @param {Data} [data] to be filled, if that is the first time
   */
  begin(own, data = {}) {
    const isFirst = !this.#handed;
    this.#handed ??= data;
    const handed = this.#handed;
    if (isFirst) passOn(own, handed);
    else if (this.#passed) passOnWritten(own, this.#passed, handed, entriesOf(handed));
    const before = entriesOf(handed);
    const had = entriesOf(Object(own));
    const note = () => {
      noteGiven(handed, before);
      this.#passed = passOnWritten(own, had, handed, before);
    };
    return { handed, note };
  }

  /** webpack's error handler has the `hot.data` of the version that threw; here it is of this one, which goes on. @param {Data} own */
  show(own) {
    if (this.#handed && this.#passed) showGiven(own, this.#handed, this.#passed);
  }

  /** It goes on no more. */
  end() {
    this.#passed = null;
  }
}

module.exports = { HandedOn };
