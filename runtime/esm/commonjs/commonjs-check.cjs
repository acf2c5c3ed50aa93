// @ts-check
"use strict";

// A look at a CommonJS file before the version there is goes: does it parse, is there what it requires?
// The addon's parser only knows the language; Node, who may have been taught more, confirms what it finds.

const fs = require("node:fs");
const path = require("node:path");
const { syntaxError } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { parseJson } = require("../graph/json-module.cjs");
const { isLoadedByNodesHandler } = require("../../commonjs/plain-loader.cjs");
const { faults } = require("../link/link.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { refusalOf } = require("../positions/refused-script.cjs");
const { resolveRequired } = require("./resolve-required.cjs");

/** @typedef {import("../../../native/addon").JsProblem} JsProblem */

/**
 * @param {string} file
 * @param {string} url
 * @param {{ commonjsNames(file: string): string[] | JsProblem, isModule(file: string): boolean, plannedText(file: string): string | null }} loader
 * @param {JsProblem[]} problems
 * @returns {string[]} the names that an ES module may import from it
 */
function checkedCommonJs(file, url, loader, problems) {
  const extension = path.extname(file);
  const text = () => (loader.plannedText(file) ?? fs.readFileSync(file, "utf8")).replace(/^\uFEFF/, "");
  if (extension === ".json") {
    if (isLoadedByNodesHandler(file)) parseJson(file, text());
    return [];
  }
  // A language that only a handler of somebody else's knows.
  if (!/^(\.[cm]?[jt]s|\.[jt]sx|)$/.test(extension)) return [];
  const names = loader.commonjsNames(file);
  const found = Array.isArray(names) ? problems.find(({ source }) => source !== undefined) : names;
  if (found && isTypeScript(file)) throw syntaxError(found);
  const isModule = () => loader.isModule(file);
  const refusal = isTypeScript(file) ? null : refusalOf(file, text(), isModule);
  if (refusal) throw new LoadError(url, found ?? refusal);
  assertRequires(file, problems);
  return Array.isArray(names) ? names : [];
}

/** Is there what it requires, come what may? @param {string} file @param {JsProblem[]} problems */
function assertRequires(file, problems) {
  for (const { specifier } of problems) {
    if (specifier !== undefined) confirm(specifier, file);
  }
}

/** @param {string} specifier @param {string} file */
function confirm(specifier, file) {
  try {
    resolveRequired(specifier, file);
  } catch (error) {
    if (error instanceof Error) faults.set(error, { file, specifier });
    throw error;
  }
}

module.exports = { assertRequires, checkedCommonJs };
