// @ts-check
"use strict";

// A call site in a module of ours, as it would be in the module's source.

const { hasPositions, isOurs, sourcePlace } = require("./positions.cjs");

/** @typedef {NodeJS.CallSite} CallSite */

/** @param {CallSite} site @returns {CallSite} */
function movedSite(site) {
  const url = site.getFileName();
  if (site.isEval()) return evalSite(site);
  if (!url || !hasPositions(url)) return site;
  // V8 puts static initializers at the very beginning of the text, which is a line of ours.
  const line = site.getLineNumber() ?? 1;
  const column = site.getLineNumber() === null ? 1 : (site.getColumnNumber() ?? 1);
  const source = sourcePlace(url, line, column, () => /** @type {any} */ (site).getScriptHash());
  const name = site.getFunctionName();
  const sourceName = nameInSource(name);
  const isThere = source.line === site.getLineNumber() && source.column === site.getColumnNumber();
  if (isThere && name === sourceName) return site;
  const place = `${source.line}:${source.column}`;
  let text = `${site}`.replace(/(:\d+:\d+)?(\)?)$/, `:${place}$2`);
  if (name !== sourceName) {
    text = sourceName ? text.replace(/** @type {string} */ (name), sourceName) : `${url}:${place}`;
    if (!sourceName && site.isAsync()) text = `async ${text}`;
  }
  return copyOf(site, {
    getFunctionName: sourceName,
    getLineNumber: source.line,
    getColumnNumber: source.column,
    toString: text,
  });
}

/**
 * What V8 calls a function after what it was assigned to, where we have put that there:
 * `$d={default:…}`, `$c.a = …`.
 * @param {string | null} name
 */
function nameInSource(name) {
  const [, kind, rest] = /^[$_\w]*\$(?:hs\d*_?)?([dc])\.(.+)$/.exec(name ?? "") ?? [];
  if (!kind) return name;
  return kind === "c" ? rest : null;
}

/**
 * Code that eval() made: V8 says where that was without regard to `lineOffset`.
 * @param {CallSite} site
 */
function evalSite(site) {
  const origin = site.getEvalOrigin();
  const [, url, line, column] = /\((file:.*?):(\d+):(\d+)\)/.exec(origin ?? "") ?? [];
  if (!origin || !isOurs(url)) return site;
  const place = `(${url}:${Number(line) - 1}:${column})`;
  const moved = (/** @type {string} */ text) => text.replace(`(${url}:${line}:${column})`, () => place);
  return copyOf(site, { getEvalOrigin: moved(origin), toString: moved(`${site}`) });
}

/**
 * V8's methods work on V8's call sites only.
 * @param {CallSite} site
 * @param {Record<string, unknown>} changed by the method's name
 * @returns {CallSite}
 */
function copyOf(site, changed) {
  /** @type {any} */
  const copy = Object.create(null);
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(site))) {
    if (name === "constructor") continue;
    copy[name] = name in changed ? () => changed[name] : () => /** @type {any} */ (site)[name]();
  }
  return copy;
}

module.exports = { movedSite };
