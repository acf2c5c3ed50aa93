// @ts-check
"use strict";

// In place of a facade: a module that imports a package, or a builtin, which another import() has begun to load. Node links that for
// nobody who can't wait (Node 20, where facades can); so the module is linked once that has come.

const { IntrinsicPromise, setImmediate } = require("../../intrinsics.cjs");
const { isHalfLoaded } = require("../link/linking-words.cjs");
const { canLoad } = require("./probe.cjs");
const { toldOfRefused } = require("./refused-by-node.cjs");

/** @typedef {import("../namespace/facade.cjs").Facade} Facade */

/** In turns of the event loop, in which Node reads files. What the thread of hooks has not answered by then is imported, too. */
const PATIENCE = 1000;
/** How many times: what has come may lead to another. */
const ROUNDS = 20;

class EnteredLater {
  /** @type {unknown[]} */
  #given = [];
  /** @type {Facade | null} */
  #facade = null;
  #prepare;

  /** @param {() => Facade} prepare */
  constructor(prepare) {
    this.#prepare = prepare;
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
        if (turn > PATIENCE + ROUNDS || !isHalfLoaded(error)) throw error;
        if (turn > PATIENCE) await toldOfRefused(error, ({ request, from }) => canLoad(request, from));
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
