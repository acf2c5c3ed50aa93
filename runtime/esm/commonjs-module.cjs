// @ts-check
"use strict";

// A CommonJS file of the project as an ES module sees it: Synthetic Module Record (ECMA-262
// 16.2.1.8) with the names that Node finds in its text. Node's own loader evaluates it, so that
// `require()` and `import` have one instance; ours only says when.

const { Loader } = require("../commonjs.cjs");
const { Cell } = require("./cell.cjs");
const { Module } = require("./module-record.cjs");

/** @typedef {import("./module-record.cjs").Resolution} Resolution */

/** Since Node 23 the whole can be imported by this name too. */
const WHOLE = Number(process.versions.node.split(".")[0]) >= 23 ? ["module.exports"] : [];

class CommonJsModule extends Module {
  isCommonJs = true;
  /** By name. @type {Map<string, Cell>} */
  bindings;

  /** @param {string} url @param {string} file @param {string[]} names */
  constructor(url, file, names) {
    super(url);
    this.file = file;
    this.bindings = cellsOf(names);
  }

  /** Begins a version. @param {string[]} names */
  adopt(names) {
    this.bindings = cellsOf(names);
    this.reset();
  }

  /** @override */
  getExportedNames() {
    return [...this.bindings.keys()];
  }

  /** @override @param {string} name @returns {Resolution} */
  resolveExport(name) {
    const cell = this.bindings.get(name);
    return cell ? { module: this, cell } : null;
  }

  /** Synthetic modules have no dead zone (16.2.1.8.4.2). @override */
  initializeEnvironment() {
    if (!this.isCyclic) return;
    for (const cell of this.bindings.values()) {
      cell.initialize(undefined);
      cell.mayChange = true;
    }
  }

  /** @override */
  begin() {
    const exports = /** @type {any} */ (Loader)._load(this.file, undefined, false);
    for (const [name, cell] of this.bindings) {
      cell.mayChange = false;
      cell.initialize(exported(exports, name));
    }
    return super.begin();
  }
}

/** @param {string[]} names */
const cellsOf = (names) => new Map([...names, "default", ...WHOLE].map((name) => [name, new Cell()]));

/**
 * As Node's translator: what is no own property is undefined, and so is what throws.
 * @param {any} exports
 * @param {string} name
 */
function exported(exports, name) {
  if (name === "default" || WHOLE.includes(name)) return exports;
  try {
    return exports != null && Object.hasOwn(Object(exports), name) ? exports[name] : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { CommonJsModule };
