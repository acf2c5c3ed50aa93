// @ts-check
"use strict";

// Globs that no file matches: most often a folder that was misspelt, or moved.

const fs = require("node:fs");
const path = require("node:path");
const addon = require("../../native/load.cjs");
const { anywhere } = require("../globs.cjs");

/** What a program starts with is not to wait for a walk through a huge tree: then nothing is said. */
const MOST_ENTRIES = 5000;
const SKIPPED = new Set(["node_modules", ".git"]);

/**
 * @param {string[]} globs
 * @param {string} folder what they are relative to
 * @returns {string[]} those that match no file now
 */
function unmatched(globs, folder) {
  return globs.filter((glob) => !glob.startsWith("!") && !hasMatch(glob, folder));
}

/** @param {string} glob @param {string} folder */
function hasMatch(glob, folder) {
  const matcher = new addon.PathMatcher(folder, anywhere([glob]));
  const open = [path.resolve(folder, prefixOf(glob))];
  let entries = 0;
  for (const at of open) {
    if (matcher.matches(at) && fs.statSync(at, { throwIfNoEntry: false })?.isFile()) return true;
    for (const entry of entriesOf(at)) {
      if (++entries > MOST_ENTRIES) return true;
      const file = path.join(at, entry.name);
      if (entry.isFile() && matcher.matches(file)) return true;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) open.push(file);
    }
  }
  return false;
}

/** The folders that it names, up to the first with a pattern. @param {string} glob */
function prefixOf(glob) {
  const parts = glob.split("/");
  const first = parts.findIndex((part) => /[*?[\]{}()@+!\\]/.test(part));
  return first < 0 ? glob : parts.slice(0, first).join("/") || (glob.startsWith("/") ? "/" : ".");
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a file, or nothing
  }
}

module.exports = { unmatched };
