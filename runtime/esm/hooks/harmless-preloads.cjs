// @ts-check
"use strict";

// What was preloaded before us (`-r dotenv/config`) may have registered hooks, and Node tells nobody. Most has not, and its text says
// so. With hooks that may be there Rust loads no graph ahead, and on Node 20 what is imported by `import()` is not hot.

const fs = require("node:fs");

/** `register`, `registerHooks`, by whatever way to `node:module`; and what may lead to an ES module, of which nobody can see what it imports. */
const MAY_REGISTER = /register|\bimport\b\s*(?:\/[/*]|\()/;
/** More is not read: it is a tool of its own. */
const MOST_FILES = 60;
const MOST_BYTES = 1 << 20;

/**
 * Is all that preloads have loaded CommonJS that does not so much as name what registers hooks?
 * @param {string[]} preloads as on the command line
 * @param {(specifier: string) => string} fileOf
 */
function areHarmless(preloads, fileOf) {
  try {
    const files = new Set(preloads.map(fileOf));
    let bytes = 0;
    for (const file of files) {
      const loaded = require.cache[file];
      if (!loaded?.loaded || files.size > MOST_FILES) return false;
      if (file.endsWith(".node")) continue;
      const text = fs.readFileSync(file, "utf8");
      bytes += text.length;
      if (bytes > MOST_BYTES || MAY_REGISTER.test(text)) return false;
      for (const { id } of loaded.children) files.add(id);
    }
    return true;
  } catch {
    return false;
  }
}

module.exports = { areHarmless };
