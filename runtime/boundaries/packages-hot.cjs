// @ts-check
"use strict";

// `import.meta.hot` in packages, where boundaries are: hot-hook gives it to every module, and frameworks look for it to
// know that what an import() gave may change (AdonisJS then asks again with each request). A package is never
// reloaded, so nothing is ever called.

const fs = require("node:fs");
const { fileURLToPath } = require("node:url");

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

/**
 * Node 20, where what is imported by modules of ours passes no hooks (read-for-bridges.cjs).
 * @param {{ isModule(file: string): boolean }} loader
 * @param {string} url
 * @returns {string | null} null: its text stays as it is
 */
function textWithHot(loader, url) {
  if (!PACKAGE.test(url) || !/\.m?js$/.test(url)) return null;
  const file = fileURLToPath(url);
  const loaded = { format: "module", source: fs.readFileSync(file, "utf8") };
  const changed = withHot(url, loaded);
  // CommonJS, a bundler's, has these words in its strings.
  return changed !== loaded && loader.isModule(file) ? /** @type {string} */ (changed.source) : null;
}

/** @param {import("node:module").ModuleSource | null | undefined} source */
function textOf(source) {
  if (typeof source === "string" || source == null) return source;
  return Buffer.from(/** @type {Uint8Array} */ (source)).toString();
}

module.exports = { textWithHot, withHot };
