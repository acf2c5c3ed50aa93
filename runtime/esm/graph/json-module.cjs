// @ts-check
"use strict";

// Synthetic Module Record (ECMA-262 16.2.1.8) of a JSON file (16.2.1.8.2, ParseJSONModule).

const { takeRequired } = require("../../commonjs/shared-json.cjs");
const { Cell } = require("./cell.cjs");
const { faults } = require("../link/link.cjs");
const { Module } = require("./module-record.cjs");

/** @typedef {import("./module-record.cjs").Resolution} Resolution */

class JsonModule extends Module {
  cells = [new Cell()];
  /** @type {unknown} */
  value;
  /** Without a query: what `require()` of the file gives, too. */
  isSharedJson;
  /** An update that brings it has told the engine that it reads this text. */
  isTold = false;

  /** @param {string} url @param {string} file @param {string} text */
  constructor(url, file, text) {
    super(url);
    this.file = file;
    this.text = text;
    this.isSharedJson = !/[?#]/.test(url);
    this.value = parseJson(file, text);
  }

  /** Begins a version. @param {string} text */
  adopt(text) {
    this.value = parseJson(this.file, text);
    this.text = text;
    this.isTold = false;
    this.cells = [new Cell()];
    this.reset();
  }

  /** @override */
  getExportedNames() {
    return ["default"];
  }

  /** @override @param {string} name @returns {Resolution} */
  resolveExport(name) {
    return name === "default" ? { module: this, cell: this.cells[0] } : null;
  }

  /** Synthetic modules have no dead zone (16.2.1.8.4.2, CreateMutableBinding and undefined). @override */
  initializeEnvironment() {
    if (!this.isCyclic) return;
    this.cells[0].initialize(undefined);
    this.cells[0].mayChange = true;
  }

  /** @override */
  begin() {
    if (this.isSharedJson) takeRequired(this);
    this.cells[0].mayChange = false;
    this.cells[0].initialize(this.value);
    return super.begin();
  }
}

/** As Node: its error names the file. @param {string} file @param {string} text without a byte order mark @returns {unknown} */
function parseJson(file, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const syntaxError = /** @type {Error} */ (error);
    syntaxError.message = `${file}: ${syntaxError.message}`;
    // Our own frames say nothing about it.
    syntaxError.stack = `${syntaxError.name}: ${syntaxError.message}\n    at ${file}`;
    faults.set(syntaxError, { file, isJson: true });
    throw syntaxError;
  }
}

module.exports = { JsonModule, parseJson };
