// @ts-check
"use strict";

// Packages with top-level await, in their place. `require` refuses them and `import()` starts them
// too late: whatever follows them in the graph would run first. So the evaluation is driven by a
// native module that imports, in this order,
//
//   step 0   runs our bodies up to the first such package
//   watch 0  imports it: V8 begins it now; when it has ended, tells us, as V8 runs its parents
//   step 1   runs our bodies up to the next one …
//
// and V8's own evaluation (16.2.1.6.1.3) puts everything in order.

/** @typedef {import("./native.cjs").NativeModule} NativeModule */

const DRIVERS = Symbol.for("heatsync-rs.esm.drivers");
/** @type {Map<number, Driver>} */
const drivers = new Map();
let count = 0;
Object.defineProperty(globalThis, DRIVERS, {
  configurable: true,
  value: (/** @type {number} */ number) => drivers.get(number),
});

/**
 * What the evaluation tells of itself.
 * @typedef {object} Reactions
 * @property {() => void} finished every module was begun
 * @property {(error: unknown) => void} failed one threw, and what was to follow does not run
 * @property {(module: NativeModule) => void} fulfilled
 * @property {(module: NativeModule, error: unknown) => void} rejected
 */

class Driver {
  #isOver = false;
  /** @type {NativeModule[]} */
  #begun = [];

  /** @param {Generator<NativeModule>} evaluation @param {Reactions} reactions */
  constructor(evaluation, reactions) {
    this.evaluation = evaluation;
    this.reactions = reactions;
  }

  /** Runs our bodies up to the next native module; V8 evaluates it when this returns. */
  step() {
    const before = this.#begun.at(-1);
    if (before) this.#watch(before);
    try {
      const { done, value } = this.evaluation.next();
      if (done) {
        this.#isOver = true;
        this.reactions.finished();
        return;
      }
      this.#begun.push(value);
    } catch (error) {
      this.#isOver = true;
      this.reactions.failed(error);
      throw error;
    }
  }

  /**
   * Its rejection, if it comes to that: a parent's `import()` tells. That of a module which is
   * being evaluated already says nothing, or the wrong thing, from Node to Node.
   * @param {NativeModule} module
   */
  #watch(module) {
    const parent = dataUrl(`import ${module.absolute()}//${++count}`);
    import(parent).catch((error) => this.reactions.rejected(module, error));
  }

  /** @param {number} index @param {Record<string, unknown>} namespace */
  ended(index, namespace) {
    const module = this.#begun[index];
    module.adopt(namespace);
    this.reactions.fulfilled(module);
  }

  /**
   * The driver was rejected. If the evaluation is not over, then by a module that a native one
   * requests and that threw at once: V8 stops there, and so do we.
   * @param {unknown} error
   */
  rejected(error) {
    if (this.#isOver) return;
    try {
      this.evaluation.throw(error);
    } catch {
      this.reactions.failed(error);
    }
  }
}

/**
 * @param {Generator<NativeModule>} evaluation yields native modules when their turn comes
 * @param {NativeModule[]} natives the same, foreseen
 * @param {Reactions} reactions
 */
function drive(evaluation, natives, reactions) {
  const number = ++count;
  const driver = new Driver(evaluation, reactions);
  drivers.set(number, driver);
  const host = `globalThis[Symbol.for(${JSON.stringify(DRIVERS.description)})](${number})`;
  const imports = [dataUrl(`${host}.step()`)];
  for (const [index, native] of natives.entries()) {
    const watch = `import * as namespace from ${native.absolute()};${host}.ended(${index},namespace)`;
    imports.push(dataUrl(watch), dataUrl(`${host}.step(${index + 1})`));
  }
  const source = imports.map((url) => `import ${JSON.stringify(url)};`).join("");
  import(dataUrl(source)).catch((error) => driver.rejected(error)).finally(() => drivers.delete(number));
}

/** @param {string} source */
const dataUrl = (source) => `data:text/javascript,${encodeURIComponent(source)}`;

module.exports = { drive };
