// @ts-check
"use strict";

// What a module accepts and does not import is told of; what an `import()` of its own may still bring is not said to be missing.

const events = require("../../hot-events.cjs");
const { relative } = require("../../report.cjs");
const { nameOfHot } = require("./callbacks.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { importCallName } = require("../positions/transformed-names.cjs");

/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */

/** @type {WeakMap<object, Set<string>>} */
const warned = new WeakMap();

/**
 * @param {HotModule} module
 * @param {string[]} specifiers
 * @param {string} [more]
 * @param {"does not import" | "has not imported"} [what]
 * @param {Record<string, any>} [of] whose handlers they are: in an update, the version that runs
 */
function warnOnce(module, specifiers, more = "", what = "does not import", of = module) {
  const version = module instanceof SourceTextModule ? of.record : module;
  const said = warned.get(version) ?? new Set();
  warned.set(version, said);
  const news = specifiers.filter((specifier) => !said.has(specifier));
  if (news.length === 0) return;
  for (const specifier of news) said.add(specifier);
  const list = news.map((specifier) => JSON.stringify(specifier)).join(", ");
  const they = news.length > 1 ? "them" : "it";
  const why =
    what === "has not imported"
      ? ` ${they} yet; until then the whole list is ignored`
      : ` ${they}, or it is not a module that reloads${more}`;
  events.say(`${relative(module.file)}: ${nameOfHot(module)}.accept(${list}): this module ${what}${why}`);
}

/** @param {SourceTextModule} module */
const usesImportCall = ({ record: { code } }) => importCallName(code) !== undefined;

/**
 * Is it what an `import()` names that was not called yet, or has failed?
 * @param {Record<string, any>} version
 * @param {string} specifier
 */
function mayStillImport({ record: { code } }, specifier) {
  const name = importCallName(code);
  if (name === undefined || !/^(\.{0,2}\/|#)/.test(specifier)) return false;
  const opens = /^\(\s*(\/\*[\s\S]*?\*\/\s*)*["'\x60]$/;
  for (let at = code.indexOf(specifier); at >= 0; at = code.indexOf(specifier, at + 1)) {
    const called = code.lastIndexOf(name, at);
    // "./a.js" is a part of "./a.json".
    if (code[at - 1] !== code[at + specifier.length]) continue;
    if (called >= 0 && opens.test(code.slice(called + name.length, at))) return true;
  }
  return false;
}

module.exports = { mayStillImport, usesImportCall, warnOnce };
