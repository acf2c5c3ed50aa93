// @ts-check
"use strict";

// Where an import() stands that leads nowhere, and that the version which has thrown did not catch: the frames of Node's error are Node's
// alone. It says who imports what; the line is looked for in that file.

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { frame, linesOf, textIn } = require("./code-frame.cjs");
const { unreadOf } = require("./place.cjs");

/** @typedef {import("../update/outcome.cjs").Place} Place */

const NOWHERE =
  /^(?:Cannot find (module|package) '(.+)'|Directory import '(.+)' is not supported resolving ES modules) imported from (.+)$/m;
/** What the importer is not named of. The last two are of Node 20. */
const UNNAMED =
  /^(?:Module "(.+?)" needs an import attribute|No such built-in module: (.+)|Module "(.+?)" needs an import assertion)/;
const CALLS = /\b(?:(?:import|require)\s*\(\s*|(?:from|import)\s*)(["'\u0060])(.+?)\1/g;

/** @typedef {import("../../../native/addon").JsProblem} Problem */

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
  const help = kind === "package" ? { help: `Is it installed? npm install ${target}` } : {};
  return { file, ...askedIn(file, target, help) };
}

/**
 * Where a file asks for what is not there.
 * @param {string} file
 * @param {string} target
 * @param {{ help?: string }} help
 * @returns {Place | undefined}
 */
function askedIn(file, target, help) {
  try {
    const text = textIn(file);
    const lines = linesOf(text);
    for (const [index, line] of lines.entries()) {
      for (const call of line.matchAll(CALLS)) {
        const [all, , specifier] = call;
        if (!leadsTo(specifier, file, target)) continue;
        const length = specifier.length + 2;
        const column = call.index + all.length - length + 1;
        return { file, line: index + 1, column, frame: frame(text, index + 1, column, length), ...help };
      }
    }
  } catch {
    // It is gone by now.
  }
  return undefined;
}

/** @param {Error} error @param {string[]} files which may have asked for it @returns {Place | undefined} */
function unnamedAt({ message }, files) {
  const [, json, builtin, assertion] = UNNAMED.exec(message) ?? [];
  const target = json ?? builtin ?? assertion;
  if (!target) return undefined;
  const help = builtin ? {} : { help: 'Did you mean: … with { type: "json" }?' };
  for (const file of files) {
    const place = askedIn(file, target.startsWith("file:") ? fileURLToPath(target) : target, help);
    if (place) return place;
  }
  return undefined;
}

/**
 * The same of what does not parse: Node's words say neither what that is nor who imports it.
 * @param {unknown} error
 * @param {string[]} files which may have asked for it
 * @param {(file: string) => Problem | undefined} problemOf what is wrong with the text of a file
 * @returns {Place | undefined}
 */
function unparsedAt(error, files, problemOf) {
  if (!isOfParser(error)) return undefined;
  try {
    for (const file of files) {
      for (const [, , specifier] of textIn(file).matchAll(CALLS)) {
        if (!/^\.{1,2}\//.test(specifier)) continue;
        const place = placedAt(problemOf(placeOf(specifier, file)));
        if (place) return place;
      }
    }
  } catch {
    // Gone by now.
  }
  return undefined;
}

/** Has Node found it in a text that it was about to compile? What the program has parsed (`JSON.parse`) has frames of its own above those. @param {unknown} error */
function isOfParser(error) {
  if (!(error instanceof SyntaxError)) return false;
  const [, first] =
    /\n {4}at ([^\n]+)/.exec(error.stack?.slice(error.stack.indexOf(error.message)) ?? "") ?? [];
  return first === undefined || /\bnode:internal\//.test(first);
}

/** @param {Problem | undefined} problem @returns {Place | undefined} */
function placedAt(problem) {
  if (!problem?.line || !problem.file) return undefined;
  const { file, line, column, frame: lines, help } = problem;
  return { file, line, column, ...(lines && { frame: lines }), ...(help && { help }) };
}

/** What does not parse of an ES module. @param {import("../graph/chained-loader.cjs").ChainedLoader} loader @param {string} file @returns {Problem | undefined} */
function unparsedBy(loader, file) {
  if (!loader.isModule(file)) return undefined;
  const found = loader.load(file, pathToFileURL(file).href, false, []);
  return "parameters" in found ? undefined : found;
}

/**
 * What a first load, or CommonJS of an update, has met, of which Node's words say no place.
 * @param {Error} error
 * @param {string[]} files what was loaded
 * @param {(file: string) => Problem | undefined} problemOf what is wrong with the text of a file
 * @returns {Place | undefined}
 */
function placeInTexts(error, files, problemOf) {
  if (!(error instanceof SyntaxError)) return nowhereAt(error) ?? unnamedAt(error, files);
  const named = unreadOf(error);
  if (named) return placedAt(problemOf(named.file)) ?? named;
  if (!isOfParser(error)) return undefined;
  for (const file of files) {
    const place = placedAt(problemOf(file));
    if (place) return place;
  }
  return unparsedAt(error, files, problemOf);
}

/** @param {string} specifier @param {string} file @param {string} target */
function leadsTo(specifier, file, target) {
  if (specifier === target || specifier.startsWith(`${target}/`)) return true;
  if (!/^\.{0,2}\//.test(specifier)) return false;
  return placeOf(specifier, file) === path.resolve(target);
}

/** @param {string} specifier a path @param {string} file which names it */
const placeOf = (specifier, file) => path.resolve(path.dirname(file), specifier.replace(/[?#].*$/, ""));

module.exports = { nowhereAt, placeInTexts, unparsedAt, unparsedBy };
