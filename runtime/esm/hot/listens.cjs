// @ts-check
"use strict";

// What a version listens to by its `import.meta.hot`. A module may listen for each connection: of a listener that was taken away nothing
// is kept.

const events = require("../../hot-events.cjs");
const { SafeMap, SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("./hot.cjs").Callback} Callback */

class Listens {
  /** By event and listener, what takes it away again. @type {Map<string, Map<Callback, Set<() => void>>>} */
  #all = new SafeMap();

  /** @param {string} event @param {Callback} callback @returns {() => void} takes it away again */
  on(event, callback) {
    const off = events.on(event, callback);
    const name = events.nameOf(event, "on");
    const ofEvent = this.#all.get(name) ?? new SafeMap();
    const offs = ofEvent.get(callback) ?? new SafeSet();
    this.#all.set(name, ofEvent.set(callback, offs.add(off)));
    return () => {
      off();
      offs.delete(off);
      // It may have been taken away by `off()`, and be there again.
      if (offs.size === 0 && ofEvent.get(callback) === offs) this.#takeAway(name, callback);
    };
  }

  /** Also the name, if that was the last listener of it. @param {string} name @param {Callback} callback */
  #takeAway(name, callback) {
    const ofEvent = this.#all.get(name);
    ofEvent?.delete(callback);
    if (ofEvent?.size === 0) this.#all.delete(name);
  }

  /** @param {string} event @param {Callback} callback whoever has asked for it */
  off(event, callback) {
    events.off(event, callback);
    this.#takeAway(events.nameOf(event, "off"), callback);
  }

  end() {
    for (const ofEvent of this.#all.values()) {
      for (const offs of ofEvent.values()) for (const off of offs) off();
    }
    this.#all.clear();
  }
}

module.exports = { Listens };
