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
//
// It is part of the bundle although few programs need it, because the program's bodies run below it: a file of its own would be
// one in `node_modules` on their stack, which Node 20 takes for the caller of what is deprecated (startup.cjs, `NAME`).

const { DRIVER, asInternal } = require("../native/internal-source.cjs");
const { evaluated, isUnderWay } = require("../native/native-import.cjs");

/** @typedef {import("../native/native.cjs").NativeModule} NativeModule */

const DRIVERS = Symbol.for("heatsync-rs.esm.drivers");
/** @type {Map<number, Driver>} */
const drivers = new Map();
let count = 0;
Object.defineProperty(globalThis, DRIVERS, {
  __proto__: null,
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

  /**
   * @param {() => NativeModule | null} runBodies up to the next native module
   * @param {Reactions} reactions
   */
  constructor(runBodies, reactions) {
    this.runBodies = runBodies;
    this.reactions = reactions;
  }

  /** Runs our bodies up to the next native module; V8 evaluates it when this returns. */
  step() {
    const before = this.#begun.at(-1);
    if (before) this.#watch(before);
    try {
      const native = this.runBodies();
      if (native) {
        this.#begun.push(native);
        return;
      }
      this.#isOver = true;
      this.reactions.finished();
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
    evaluated(module.absolute()).catch((error) => this.reactions.rejected(module, error));
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
    if (!this.#isOver) this.reactions.failed(error);
  }
}

/**
 * @param {() => NativeModule | null} runBodies runs ours up to the next native module, which it returns
 * @param {NativeModule[]} natives the same, foreseen
 * @param {Reactions} reactions
 * @param {string} [entry] on whose behalf, for stacks
 */
function drive(runBodies, natives, reactions, entry) {
  const number = ++count;
  const driver = new Driver(runBodies, reactions);
  drivers.set(number, driver);
  const host = `globalThis[Symbol.for(${JSON.stringify(DRIVERS.description)})](${number})`;
  const imports = [dataUrl(`${host}.step()`, entry)];
  for (const [index, native] of natives.entries()) {
    const watch = `import * as namespace from ${native.absolute()};${host}.ended(${index},namespace)`;
    imports.push(dataUrl(watch), dataUrl(`${host}.step(${index + 1})`, entry));
  }
  const source = imports.map((url) => `import ${JSON.stringify(url)};`).join("");
  const evaluation = require("../../startup.cjs")
    .importUrl(dataUrl(source))
    .catch((error) => driver.rejected(error))
    .finally(() => drivers.delete(number));
  isUnderWay(evaluation);
}

/** @param {string} source @param {string} [name] */
const dataUrl = (source, name = DRIVER) =>
  `data:text/javascript,${encodeURIComponent(asInternal(source, name))}`;

module.exports = { drive };
