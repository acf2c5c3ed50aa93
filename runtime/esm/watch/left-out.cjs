// @ts-check
"use strict";

// What threw waits for a change that it has to do with. The engine hands it out with every change below the same root,
// which may be the whole program: its body would run, and throw, at each save of something else.

/** @typedef {import("../../../native/addon").JsGroup} JsGroup */

/**
 * Files of a plan that are not to be evaluated: their text threw, and nothing else that changed is below or above them.
 * @param {JsGroup[]} groups
 * @param {(file: string) => string[] | null} thrown the files that may mend it, when the very text that it holds threw
 * @returns {Set<string>}
 */
function leftOut(groups, thrown) {
  /** @type {Set<string>} */
  const left = new Set();
  for (const { modules } of groups) {
    const changed = modules.filter((module) => module.changed);
    /** @type {Map<typeof modules[number], string[]>} */
    const waiting = new Map();
    for (const module of changed) {
      const company = thrown(module.file);
      if (company) waiting.set(module, company);
    }
    if (waiting.size === 0 || waiting.size === changed.length) continue;
    const above = new Map(modules.map((module) => [module, new Set([module])]));
    const byFile = new Map(modules.map((module) => [module.file, module]));
    for (const importers of above.values()) {
      for (const { importers: files } of importers) {
        for (const file of files) if (byFile.has(file)) importers.add(/** @type {any} */ (byFile.get(file)));
      }
    }
    const isAbove = (/** @type {any} */ a, /** @type {any} */ b) => above.get(b)?.has(a) === true;
    // Each that comes along may bring others.
    const wanted = new Set(changed.filter((module) => !waiting.has(module)));
    for (const module of wanted) {
      for (const [other, company] of waiting) {
        const isConnected = isAbove(module, other) || isAbove(other, module);
        // It may be the other one that threw.
        if (isConnected || company.includes(module.file)) wanted.add(other);
      }
    }
    for (const module of waiting.keys()) if (!wanted.has(module)) left.add(module.file);
  }
  return left;
}

module.exports = { leftOut };
