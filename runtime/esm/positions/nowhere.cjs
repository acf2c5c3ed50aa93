// @ts-check
"use strict";

// Where an import() stands that leads nowhere, and that the version which has thrown did not catch: the frames of Node's error are Node's
// alone. It says who imports what; the line is looked for in that file.

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { frame, linesOf, textIn } = require("./code-frame.cjs");
const { hasFrames } = require("../update/outcome.cjs");

/** @typedef {import("../update/outcome.cjs").Place} Place */

const NOWHERE =
  /^(?:Cannot find (module|package) '(.+)'|Directory import '(.+)' is not supported resolving ES modules) imported from (.+)$/m;
const CALLS = /\bimport\s*\(\s*(["'\u0060])(.+?)\1/g;

/**
 * @param {unknown} error
 * @returns {Place | undefined}
 */
function nowhereAt(error) {
  if (!(error instanceof Error) || typeof error.message !== "string") return undefined;
  const [, kind, missing, folder, importer] = NOWHERE.exec(error.message) ?? [];
  const file = importer?.startsWith("file:") ? fileURLToPath(importer) : importer;
  if (!file || !path.isAbsolute(file)) return undefined;
  const target = missing ?? folder;
  try {
    const text = textIn(file);
    const lines = linesOf(text);
    for (const [index, line] of lines.entries()) {
      for (const call of line.matchAll(CALLS)) {
        const [all, , specifier] = call;
        if (!leadsTo(specifier, file, target)) continue;
        const length = specifier.length + 2;
        const column = call.index + all.length - length + 1;
        const help = kind === "package" ? { help: `Is it installed? npm install ${target}` } : {};
        return { file, line: index + 1, column, frame: frame(text, index + 1, column, length), ...help };
      }
    }
  } catch {
    // It is gone by now.
  }
  return { file };
}

/**
 * The same of what does not parse: Node's words say neither what that is nor who imports it.
 * @param {unknown} error
 * @param {string[]} files which may have asked for it
 * @param {import("../graph/chained-loader.cjs").ChainedLoader} loader
 * @returns {Place | undefined}
 */
function unparsedAt(error, files, loader) {
  if (!(error instanceof SyntaxError) || hasFrames(error)) return undefined;
  try {
    for (const file of files) {
      for (const [, , specifier] of textIn(file).matchAll(CALLS)) {
        if (!/^\.{1,2}\//.test(specifier)) continue;
        const target = placeOf(specifier, file);
        if (!loader.isModule(target)) continue;
        const found = loader.load(target, pathToFileURL(target).href, false, []);
        if ("code" in found && "line" in found && found.line > 0) {
          const { line, column, frame: lines, help } = found;
          return { file: target, line, column, ...(lines && { frame: lines }), ...(help && { help }) };
        }
      }
    }
  } catch {
    // Gone by now.
  }
  return undefined;
}

/** @param {string} specifier @param {string} file @param {string} target */
function leadsTo(specifier, file, target) {
  if (specifier === target || specifier.startsWith(`${target}/`)) return true;
  if (!/^\.{0,2}\//.test(specifier)) return false;
  return placeOf(specifier, file) === path.resolve(target);
}

/** @param {string} specifier a path @param {string} file which names it */
const placeOf = (specifier, file) => path.resolve(path.dirname(file), specifier.replace(/[?#].*$/, ""));

module.exports = { nowhereAt, unparsedAt };
