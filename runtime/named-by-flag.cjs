// @ts-check
"use strict";

// `node --import heatsync-rs`, `--loader heatsync-rs`: who names the package itself in a flag registers.
// Its root is then loaded by Node, ahead of the program; loaded by the program alone it does nothing.

const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { flags } = require("./flags.cjs");
const { isHooksThread } = require("./thread.cjs");

const ROOTS = ["index.js", "index.mjs"].map((name) => path.join(__dirname, "..", name));

/** In which ways this process was started with the package's root. @returns {Set<string>} */
function waysNamed() {
  /** @type {Set<string>} */
  const ways = new Set();
  for (const [way, specifier] of flags()) {
    if (way !== "condition" && !ways.has(way) && isRoot(specifier)) ways.add(way);
  }
  return ways;
}

/** @param {string} specifier as on the command line: relative to the working directory */
function isRoot(specifier) {
  try {
    return ROOTS.includes(Module.createRequire(path.join(process.cwd(), "noop.js")).resolve(specifier));
  } catch {
    return false;
  }
}

const ways = waysNamed();
if (isHooksThread()) {
  if (ways.has("loader")) {
    // Loaded already it is registered before Node asks for the program's first module: nobody waits for that.
    require("./esm/loader.cjs");
    Module.register("./esm/loader.cjs", pathToFileURL(__filename));
  }
} else if (ways.size > 0) {
  if (ways.has("loader")) require("./esm/hooks/hooks-thread.cjs").state.hasLoader = true;
  require("./esm/register.cjs");
}
