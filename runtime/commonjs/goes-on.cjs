// @ts-check
"use strict";

// What is deleted, and only functions ask for: who has required it is evaluated anew without it, and goes on with what was loaded, as in plain
// Node, until it is saved itself.

const fs = require("node:fs");
const { Loader } = require("./commonjs.cjs");
const edges = require("./edges.cjs");
const { goesWithout } = require("./gone-without.cjs");
const { SafeMap } = require("../intrinsics.cjs");
const { requestsTo } = require("./node-places.cjs");
const { noteReplaced } = require("./replaced.cjs");

/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */

/** By file, what is in `require.cache` for that alone. @type {Map<string, LoaderModule>} */
const kept = new SafeMap();

/**
 * An update is live.
 * @param {import("./commonjs.cjs").Purged} purged
 * @param {string[]} changed files of it
 */
function goOnWithGone({ gone }, changed) {
  letGo();
  for (const { file, module, parents } of gone) {
    if (Loader._cache[file] || fs.existsSync(file)) continue;
    const holders = parents.flatMap(({ filename }) => {
      const holder = Loader._cache[filename];
      if (!holder || changed.includes(filename)) return [];
      // By what led to it the holder may be led elsewhere now; or has asked for it while it was evaluated, and done without.
      const requests = requestsTo(filename, file);
      return requests.length === 0 || goesWithout(filename, requests) ? [] : [holder];
    });
    if (holders.length === 0) continue;
    kept.set(file, module);
    Loader._cache[file] = module;
    noteReplaced(file);
    edges.putBack(file, module);
    // So that it is known whose it is when it is back.
    for (const { children } of holders) if (!children.includes(module)) children.push(module);
  }
}

/** Who had it was saved. */
function letGo() {
  if (kept.size === 0) return;
  const all = Object.values(Loader._cache);
  for (const [file, module] of kept) {
    const isThere = Loader._cache[file] === module;
    if (isThere && all.some((holder) => holder?.children?.includes(module))) continue;
    kept.delete(file);
    if (isThere) delete Loader._cache[file];
  }
}

module.exports = { goOnWithGone, kept };
