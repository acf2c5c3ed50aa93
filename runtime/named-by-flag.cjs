// @ts-check
"use strict";

// `node --import heatsync-rs`, `--loader heatsync-rs`: who names the package itself in a flag registers.
// Its root is then loaded by Node, ahead of the program; loaded by the program alone it does nothing.

const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { isHooksThread } = require("./thread.cjs");

const FLAGS = new Map([
  ["--import", "preload"],
  ["--require", "preload"],
  ["-r", "preload"],
  ["--loader", "loader"],
  ["--experimental-loader", "loader"],
]);
const ROOTS = ["index.js", "index.mjs"].map((name) => path.join(__dirname, "..", name));

/** In which ways this process was started with the package's root. @returns {Set<string>} */
function waysNamed() {
  /** @type {Set<string>} */
  const ways = new Set();
  for (const [way, specifier] of preloads()) {
    if (!ways.has(way) && isRoot(specifier)) ways.add(way);
  }
  return ways;
}

/** What Node's flags preload: the way, and the specifier. */
function* preloads() {
  // Split as Node does, but for specifiers with spaces: these are no packages.
  const words = [...(process.env.NODE_OPTIONS ?? "").split(/\s+/), ...process.execArgv];
  for (const [index, word] of words.entries()) {
    const [, flag, value] = /^([^=]+)(?:=(.*))?$/s.exec(word.replaceAll('"', "")) ?? [];
    const way = FLAGS.get(flag);
    const specifier = value ?? words[index + 1]?.replaceAll('"', "");
    if (way && specifier) yield [way, specifier];
  }
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
  if (ways.has("loader")) require("./esm/hooks-thread.cjs").state.hasLoader = true;
  require("./esm/register.cjs");
}
