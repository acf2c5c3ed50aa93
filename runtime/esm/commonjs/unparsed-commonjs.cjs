// @ts-check
"use strict";

// CommonJS that does not parse. Node finds its names without parsing it (cjs-module-lexer), links who imports them, and says what is
// wrong with the text when that is evaluated. Ours are found in what is parsed: a name that is missing is no error then.

const fs = require("node:fs");
const { isLoadedByNodesHandler } = require("../../commonjs/plain-loader.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { refusalOf } = require("../positions/refused-script.cjs");

/** @typedef {import("../graph/chained-loader.cjs").ChainedLoader} ChainedLoader */

/**
 * Something that is imported is missing. Are there files that do not parse, or require such a one whatever happens? Then they are taken to
 * have all that is asked of them: their evaluation throws.
 * @param {import("../graph/module-record.cjs").Module[]} members
 * @param {ChainedLoader} loader
 */
function mayHaveAll(members, loader) {
  let isAny = false;
  for (const member of members) {
    if (!(member instanceof CommonJsModule) || member.isUnparsed || !leadsToUnparsed(member.file, loader))
      continue;
    member.isUnparsed = true;
    isAny = true;
  }
  return isAny;
}

/** @param {string} file @param {ChainedLoader} loader @param {Set<string>} [seen] @returns {boolean} */
function leadsToUnparsed(file, loader, seen = new Set()) {
  if (seen.has(file) || !/\.c?js$/.test(file) || loader.isModule(file)) return false;
  seen.add(file);
  return isRefused(file, loader) || loader.leadsTo(file).some((it) => leadsToUnparsed(it, loader, seen));
}

/** @param {string} file @param {ChainedLoader} loader */
function isRefused(file, loader) {
  if (!isLoadedByNodesHandler(file)) return false;
  try {
    const text = loader.plannedText(file) ?? fs.readFileSync(file, "utf8");
    return refusalOf(file, text.replace(/^\uFEFF/, ""), () => false) !== null;
  } catch {
    return false;
  }
}

module.exports = { mayHaveAll };
