// @ts-check
"use strict";

// `node --watch-path=.` watches all of a folder, `node_modules/.cache` too: what we keep there would start the program anew.

const fs = require("node:fs");
const path = require("node:path");

/**
 * Opens the cache of a program that Node watches: in the user's folder for what can be made again (as code_cache/file.rs has it), unless the
 * project's is known not to be watched.
 * @template T
 * @param {() => T} open
 * @returns {T}
 */
function openWatched(open) {
  const { env } = process;
  if (env.HEATSYNC_CACHE || !isByPath()) return open();
  env.HEATSYNC_CACHE = userFolder() ?? "0";
  try {
    return open();
  } finally {
    delete env.HEATSYNC_CACHE;
  }
}

/** Node gives its child no options of its own for watching. */
function isByPath() {
  const { env, platform, ppid } = process;
  if (env.NODE_OPTIONS?.includes("--watch-path")) return true;
  try {
    // Elsewhere nothing tells.
    return platform !== "linux" || fs.readFileSync(`/proc/${ppid}/cmdline`, "utf8").includes("--watch-path");
  } catch {
    return true;
  }
}

/** @returns {string | null} */
function userFolder() {
  const { env, platform } = process;
  const home = env.HOME ?? "";
  const folders = { win32: env.LOCALAPPDATA, darwin: path.join(home, "Library", "Caches") };
  const folder =
    platform in folders
      ? folders[/** @type {"win32"} */ (platform)]
      : env.XDG_CACHE_HOME || path.join(home, ".cache");
  return folder && path.isAbsolute(folder) ? path.join(folder, "heatsync-rs") : null;
}

module.exports = { openWatched };
