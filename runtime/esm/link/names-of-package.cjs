// @ts-check
"use strict";

// The names that a package's module exports, from its files alone: one with top-level await Node links for nobody who
// can't wait.

const { builtinModules } = require("node:module");
const { pathToFileURL } = require("node:url");
const { Cell } = require("../graph/cell.cjs");
const { WHOLE } = require("../commonjs/commonjs-module.cjs");
const { Module, SourceTextModule } = require("../graph/module-record.cjs");
const { placeOf } = require("../graph/request-key.cjs");

/** @typedef {Pick<import("../graph/chained-loader.cjs").ChainedLoader, "commonjsNames" | "isModule" | "load">} Loader */

/** @param {Loader} loader @param {string} file @returns {string[] | null} null: it can't be read */
function namesOfPackage(loader, file) {
  /** @type {Map<string, Module>} */
  const known = new Map();
  /** @param {string} file @returns {Module} */
  const visit = (file) => {
    const found = known.get(file);
    if (found) return found;
    if (file.startsWith("node:") && builtinModules.includes(file.slice(5))) {
      return new Named(file, Object.keys(require(file)));
    }
    const url = pathToFileURL(file).href;
    if (!loader.isModule(file)) {
      const names = loader.commonjsNames(file);
      return new Named(url, [...(WHOLE ? [WHOLE] : []), ...(Array.isArray(names) ? names : [])]);
    }
    const record = loader.load(file, url, false, []);
    if (!("parameters" in record)) throw UNREADABLE;
    const module = new SourceTextModule(url, file, record);
    known.set(file, module);
    // What it imports for itself has no say in it, but that two names may be one namespace.
    const named = record.imports.filter(({ name }) => name === undefined);
    const sources = new Set([
      ...record.stars,
      ...[...record.indirect, ...named].map(({ request }) => request),
    ]);
    module.requested = record.requests.map((request, index) =>
      request.file && sources.has(index)
        ? visit(/** @type {string} */ (placeOf(request)))
        : new Named("", []),
    );
    return module;
  };
  try {
    return visit(file)
      .resolvedExports()
      .map(([name]) => name);
  } catch (error) {
    if (error === UNREADABLE) return null;
    throw error;
  }
}

const UNREADABLE = new Error("no module");

/** No ES module. */
class Named extends Module {
  #cells;

  /** @param {string} url @param {string[]} names */
  constructor(url, names) {
    super(url);
    this.#cells = new Map(["default", ...names].map((name) => [name, new Cell()]));
  }

  /** @override */
  getExportedNames() {
    return [...this.#cells.keys()];
  }

  /** @override @param {string} name */
  resolveExport(name) {
    const cell = this.#cells.get(name);
    return cell ? { module: this, cell } : null;
  }
}

module.exports = { namesOfPackage };
