// @ts-check
"use strict";

// What modules are made from, as the loader has it of their files: an ES module's record, the names of a CommonJS file, the
// text of a JSON file. What can't be had is thrown, in the words of a loader.

const { syntaxError } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { hasAssert, noteUsed } = require("../import-call/import-assertions.cjs");
const { LoadError } = require("./load-error.cjs");

/** @typedef {import("./chained-loader.cjs").ChainedLoader} ChainedLoader */
/** @typedef {import("./graph.cjs").Graph} Graph */

/**
 * @param {Graph} graph
 * @param {string} file
 * @param {string} url
 * @param {boolean} isCyclic
 * @param {import("../../../native/addon").JsLiveImport[]} [live]
 */
function sourceOf(graph, file, url, isCyclic, live = []) {
  const record = graph.loader.load(file, url, isCyclic, live);
  // Node has no words for what it can't read.
  if (!("parameters" in record)) throw isTypeScript(file) ? syntaxError(record) : new LoadError(url, record);
  if (record.usesAssert) noteUsed();
  if (record.usesAssert && !hasAssert()) {
    throw new LoadError(url, /** @type {any} */ ({ message: "Unexpected identifier 'assert'" }));
  }
  if (graph.instrument) {
    graph.instrument(record, url);
    // It is not that text any more.
    record.key = undefined;
  }
  return record;
}

/** Does the file's text not parse? @param {Graph} graph @param {string} file @param {string} url */
function isRefused(graph, file, url) {
  try {
    sourceOf(graph, file, url, false);
    return false;
  } catch {
    return true;
  }
}

/** @param {ChainedLoader} loader @param {string} file @param {string} url */
function namesOf(loader, file, url) {
  const names = loader.commonjsNames(file);
  if (!Array.isArray(names)) throw isTypeScript(file) ? syntaxError(names) : new LoadError(url, names);
  return names;
}

/** @param {ChainedLoader} loader @param {string} file @param {string} url */
function jsonOf(loader, file, url) {
  const text = loader.json(file);
  if (typeof text !== "string") throw new LoadError(url, text);
  return text;
}

/** Can it be read? @param {ChainedLoader} loader @param {string} file @param {string} url */
function isJson(loader, file, url) {
  try {
    JSON.parse(jsonOf(loader, file, url));
    return true;
  } catch {
    return false;
  }
}

module.exports = { isJson, isRefused, jsonOf, namesOf, sourceOf };
