// @ts-check
"use strict";

// Listeners and timers that live as long as the version of the file that made them.

const { nextTick } = require("../intrinsics.cjs");

/**
 * @typedef {object} Resource
 * @property {() => void} clear
 */

class TemporaryResources {
  /** @type {Map<string, Set<Resource>>} */
  #byFile = new Map();
  /** Of timers that nobody can start any more. @type {FinalizationRegistry<() => void>} */
  #ended = new FinalizationRegistry((forget) => forget());

  /**
   * @param {string} file
   * @param {Resource} resource
   * @returns {() => void} forgets the resource
   */
  add(file, resource) {
    const resources = this.#byFile.get(file) ?? new Set();
    resources.add(resource);
    this.#byFile.set(file, resources);
    return () => {
      resources.delete(resource);
    };
  }

  /**
   * Node holds a timer while it runs. One that has ended is there as long as the program has it, and may `refresh()` it.
   * @param {string} file
   * @param {NodeJS.Timeout} timer
   * @param {(timer: NodeJS.Timeout | undefined) => void} clear that which belongs to what has made it: fake timers, put in the place of
   *   Node's since, or for one of the two kinds alone, end none of these
   */
  addTimer(file, timer, clear) {
    // Others in place of Node's (fake timers, the numbers of a DOM) need not be held by what runs them.
    if (timer?.constructor?.name !== "Timeout") return void this.add(file, { clear: () => clear(timer) });
    this.#ended.register(timer, this.add(file, weakly(timer, clear)));
  }

  /**
   * The files are about to be evaluated anew: what they make from now on belongs to the new version.
   * @param {string[]} files
   */
  retire(files) {
    /** @type {Map<string, Set<Resource>>} */
    const retired = new Map();
    const open = new Set(files);
    for (const file of files) {
      const resources = this.#byFile.get(file);
      if (resources) retired.set(file, resources);
      this.#byFile.delete(file);
    }
    return {
      /** The new versions are live: the old ones' resources end. */
      clear: () => {
        for (const resources of retired.values()) clearAll(resources);
      },
      /** The new versions failed, maybe of some of the files: what they made ends, what was there goes on. */
      restore: (failed = files) => {
        for (const file of failed) {
          if (!open.delete(file)) continue;
          clearAll(this.#byFile.get(file) ?? new Set());
          this.#byFile.set(file, retired.get(file) ?? new Set());
          retired.delete(file);
        }
      },
    };
  }

  clear() {
    const all = [...this.#byFile.values()];
    this.#byFile.clear();
    for (const resources of all) clearAll(resources);
  }
}

/** @param {NodeJS.Timeout} timer @param {(timer: NodeJS.Timeout | undefined) => void} clear @returns {Resource} */
function weakly(timer, clear) {
  const reference = new WeakRef(timer);
  return { clear: () => clear(reference.deref()) };
}

/**
 * One that can't be cleared (a user's emitter that throws) keeps none of the others.
 * @param {Set<Resource>} resources
 */
function clearAll(resources) {
  for (const resource of resources) {
    try {
      resource.clear();
    } catch (error) {
      nextTick(() => {
        throw error;
      });
    }
  }
}

module.exports = { TemporaryResources };
