// @ts-check
"use strict";

// Listeners and timers that live as long as the version of the file that made them.

/**
 * @typedef {object} Resource
 * @property {() => void} clear
 */

class TemporaryResources {
  /** @type {Map<string, Set<Resource>>} */
  #byFile = new Map();
  /** Resources of versions that are being replaced. @type {Map<string, Set<Resource>>} */
  #replaced = new Map();

  /**
   * @param {string} file
   * @param {Resource} resource
   * @returns {() => void} forgets the resource: it has ended by itself
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
   * The files are about to be evaluated anew: what they make from now on belongs to the new version.
   * @param {string[]} files
   */
  retire(files) {
    for (const file of files) {
      const resources = this.#byFile.get(file);
      if (!resources) continue;
      this.#byFile.delete(file);
      const before = this.#replaced.get(file) ?? new Set();
      for (const resource of resources) before.add(resource);
      this.#replaced.set(file, before);
    }
  }

  /** The new versions are live: the old ones' resources end. */
  clearRetired() {
    const retired = [...this.#replaced.values()];
    this.#replaced.clear();
    for (const resources of retired) for (const resource of resources) resource.clear();
  }

  /** The new versions failed: what they made ends, what was there goes on. */
  restoreRetired() {
    for (const [file, resources] of this.#replaced) {
      for (const resource of this.#byFile.get(file) ?? []) resource.clear();
      this.#byFile.set(file, resources);
    }
    this.#replaced.clear();
  }

  clear() {
    const all = [...this.#byFile.values(), ...this.#replaced.values()];
    this.#byFile.clear();
    this.#replaced.clear();
    for (const resources of all) for (const resource of resources) resource.clear();
  }
}

module.exports = { TemporaryResources };
