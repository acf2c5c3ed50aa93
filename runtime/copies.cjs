// @ts-check
"use strict";

// Two copies of the package in one program: under several of the names it goes by ("heatsync": "npm:heatsync-rs" beside
// "hot-hook": "npm:heatsync-rs"), a command that is installed globally beside the project's own, one for each package of a
// workspace. Node's hooks, the graph of modules and what facades call are there once a thread: whatever copy is asked,
// the one that was loaded first answers.

const fs = require("node:fs");
const path = require("node:path");

const FIRST = Symbol.for("heatsync-rs.copy");
const OWN = path.dirname(__dirname);

/**
 * The same file of the copy that answers in this thread in the place of this one. The first that asks is itself the one.
 * @param {string} file of this copy
 * @returns {string | null} null: this one
 */
function inOtherCopy(file) {
  const first = /** @type {any} */ (globalThis)[FIRST];
  if (first?.folder === OWN) return null;
  if (first) {
    tellOfVersions(first);
    return path.join(first.folder, path.relative(OWN, file));
  }
  Object.defineProperty(globalThis, FIRST, {
    __proto__: null,
    configurable: true,
    value: { folder: OWN, told: new Set() },
  });
  return null;
}

/** What the other one does not know is missing, and nobody would look for the reason there. @param {{ folder: string, told: Set<string> }} first */
function tellOfVersions({ folder, told }) {
  if (told.has(OWN)) return;
  told.add(OWN);
  const [theirs, ours] = [folder, OWN].map(versionIn);
  if (theirs === ours) return;
  process.stderr.write(
    `[heatsync] two versions of heatsync-rs are loaded, and the first is used for both: ${theirs} in ${folder}, ${ours} in ${OWN}\n`,
  );
}

/** @param {string} folder @returns {string} */
const versionIn = (folder) => JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version;

module.exports = { inOtherCopy };
