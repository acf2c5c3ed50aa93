// @ts-check
"use strict";

// Whether two names lead to one binding: then two stars that have both are not in conflict (ECMA-262 16.2.1.7.2.2, step 9.d).

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").ResolvedBinding} ResolvedBinding */

/**
 * Before V8 14.6 each `export * as ns` makes a variable of its own. Since then there is none, and `import * as ns` with
 * `export { ns }` is the same (ecma262 pull request 3715).
 */
const passesOnNamespaces = Number.parseInt(process.versions.node, 10) >= 26;

/** Whose namespace is it? @param {ResolvedBinding} binding @returns {Module | null} */
function shownBy({ module, cell }) {
  if (!cell) return module;
  if (!module.isSourceText) return null;
  const { cells, record, requested } = /** @type {import("./module-record.cjs").SourceTextModule} */ (module);
  const { kind, import: number } = record.cells[cells.indexOf(cell)];
  return kind === "namespace" ? requested[record.imports[number ?? 0].request] : null;
}

/** @param {ResolvedBinding} a @param {ResolvedBinding} b */
function isSame(a, b) {
  if (a.module === b.module && a.cell === b.cell && a.entry === b.entry) return true;
  if (passesOnNamespaces) {
    const shown = shownBy(a);
    if (shown && shown === shownBy(b)) return true;
  }
  // Two packages that have it from a third: V8 knows.
  return a.module.isNative && a.module.sharesBinding(a, b);
}

module.exports = { isSame };
