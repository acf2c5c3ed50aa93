// @ts-check
"use strict";

// Which files are the developer's project.

const path = require("node:path");
const { isMainThread } = require("./thread.cjs");

const PACKAGES = `${path.sep}node_modules${path.sep}`;
const OWN_PACKAGE = path.join(__dirname, "..", path.sep);
// Our own files are not a project's, but a project may live below this folder (our own tests).
const OWN_FILES = ["index.js", "index.mjs"].map((name) => path.join(OWN_PACKAGE, name));
const OWN_FOLDERS = ["runtime", "native"].map((name) => path.join(OWN_PACKAGE, name, path.sep));

/** What development servers of frameworks write all the while, and load anew themselves: to start the program anew would have them write it again. */
const GENERATED = /[\\/]\.(?:next|nitro|nuxt|vinxi)[\\/]/;

/** What Vite and Vinxi bundle a configuration into, load and delete: a start that takes long would be one for nothing, again and again. */
const BUNDLED = /\.timestamp[-_]\d{13}[^\\/]*\.[cm]?js$/;

/** Unless the program is started from there: then something else writes it. @param {string} file */
function isGenerated(file) {
  const found = GENERATED.exec(file);
  if (!found) return BUNDLED.test(file);
  const folder = file.slice(0, found.index + found[0].length);
  return !isMainThread || !process.argv[1]?.startsWith(folder);
}

/**
 * Is `file` part of the developer's project? Packages are not, workspace packages are: Node's
 * loader names them by their real path.
 * @param {string | null | undefined} file
 * @returns {file is string}
 */
function isProjectFile(file) {
  if (!file || !path.isAbsolute(file) || file.includes(PACKAGES) || file.endsWith(".node")) return false;
  return !isOwnFile(file) && !isGenerated(file);
}

/** @param {string} file */
function isOwnFile(file) {
  if (!file.startsWith(OWN_PACKAGE)) return false;
  return OWN_FILES.includes(file) || OWN_FOLDERS.some((folder) => file.startsWith(folder));
}

module.exports = { PACKAGES, isGenerated, isOwnFile, isProjectFile };
