// @ts-check
"use strict";

const { relative } = require("../report.cjs");

/**
 * @param {{ staticImportAt(file: string, specifier: string): import("../../native/addon").JsProblem | null }} loader
 * @param {string} importer
 * @param {string} specifier
 * @param {string} file
 */
function staticImportError(loader, importer, specifier, file) {
  const { line, column, frame } = loader.staticImportAt(importer, specifier) ?? {};
  const place = line ? `${importer}:${line}:${column}` : importer;
  const text =
    `The boundary ${relative(file)} is imported statically from ${relative(importer)} (${JSON.stringify(specifier)}): ` +
    `only what is imported by import() can be reloaded\n    at ${place}${frame ? `\n${frame}` : ""}`;
  return Object.assign(new Error(text), { code: "HEATSYNC_STATIC_BOUNDARY", file: importer, line, column });
}

module.exports = { staticImportError };
