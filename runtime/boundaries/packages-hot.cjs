// @ts-check
"use strict";

// `import.meta.hot` in packages, where boundaries are: hot-hook gives it to every module, and frameworks look for it to
// know that what an import() gave may change (AdonisJS then asks again with each request). A package is never
// reloaded, so nothing is ever called.

const PACKAGE = /[\\/]node_modules[\\/]/;
const HOT = 'import.meta.hot={boundary:{with:{hot:"true"}},dispose(){},decline(){}};';

/**
 * @param {string} url
 * @param {import("node:module").LoadFnOutput} loaded
 * @returns {import("node:module").LoadFnOutput}
 */
function withHot(url, loaded) {
  if (loaded.format !== "module" || !url.startsWith("file:") || !PACKAGE.test(url)) return loaded;
  const source = textOf(loaded.source);
  // Nearly none asks: theirs stays as it is, to the column.
  const asks = source?.includes("import.meta") && /\bhot\b/.test(source) && !source.startsWith("#!");
  return asks ? { ...loaded, source: HOT + source } : loaded;
}

/** @param {import("node:module").ModuleSource | null | undefined} source */
function textOf(source) {
  if (typeof source === "string" || source == null) return source;
  return Buffer.from(/** @type {Uint8Array} */ (source)).toString();
}

module.exports = { withHot };
