// @ts-check
"use strict";

// In place of a facade: a module that imports a package which another import() has begun to load. Node links that for nobody who can't
// wait (Node 20, where facades can); so the module is linked once that has come.

const { setImmediate } = require("../../intrinsics.cjs");

const IntrinsicPromise = Promise;

/** @typedef {import("../namespace/facade.cjs").Facade} Facade */

/** In turns of the event loop, in which Node reads files. */
const PATIENCE = 1000;

class EnteredLater {
  /** @type {unknown[]} */
  #given = [];
  /** @type {Facade | null} */
  #facade = null;
  #prepare;
  #isTooEarly;

  /**
   * @param {() => Facade} prepare
   * @param {(error: unknown) => boolean} isTooEarly of what it throws
   */
  constructor(prepare, isTooEarly) {
    this.#prepare = prepare;
    this.#isTooEarly = isTooEarly;
  }

  /** @param {unknown[]} given */
  start(...given) {
    this.#given = given;
  }

  async enter() {
    for (let turn = 0; !this.#facade; turn++) {
      await new IntrinsicPromise((resolve) => void setImmediate(resolve));
      try {
        this.#facade = this.#prepare();
      } catch (error) {
        if (turn > PATIENCE || !this.#isTooEarly(error)) throw error;
      }
    }
    Reflect.apply(this.#facade.start, this.#facade, this.#given);
    await this.#facade.enter();
  }

  /** @param {number} index */
  next(index) {
    return this.#facade?.next(index);
  }

  end() {}
}

module.exports = { EnteredLater };
