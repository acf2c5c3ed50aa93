// @ts-check
"use strict";

// What patterns of `--restart` do not mean: Git's files, and packages, unless a pattern names their folder. Who edits a package
// (to find a mistake in it, or for patch-package) names it; who says `**/*.json` has no package in mind.

const path = require("node:path");

const GIT = ["**/.git", "**/.git/**"];
const LEFT_OUT = ["**/node_modules", "**/node_modules/**", ...GIT];
/** In a pattern that takes nothing away. A backslash separates on Windows, and escapes elsewhere (`compile_one` in src/change/filter.rs). */
const NAMES_PACKAGES =
  path.sep === "\\" ? /^(?!!)(.*[\\/{,])?node_modules([\\/},]|$)/ : /^(?!!)(.*[/{,])?node_modules([/},]|$)/;

/**
 * @param {string[]} patterns
 * @returns {{ patterns: string[], leftOut: string[] }[]}
 */
function byWhatIsLeftOut(patterns) {
  const named = patterns.filter((pattern) => NAMES_PACKAGES.test(pattern));
  const all = [{ patterns, leftOut: LEFT_OUT }];
  if (named.length === 0) return all;
  const takenAway = patterns.filter((pattern) => pattern.startsWith("!"));
  return [...all, { patterns: [...named, ...takenAway], leftOut: GIT }];
}

module.exports = { LEFT_OUT, byWhatIsLeftOut };
