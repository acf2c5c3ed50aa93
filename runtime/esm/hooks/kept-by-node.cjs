// @ts-check
"use strict";

// `import()` in CommonJS is Node's, and what it brings stays in Node's map of modules for good: with the names it has first, of
// CommonJS and JSON with the values, too. So Node gets what stands for it (native-boundary.cjs).

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { requestOf, standInFor } = require("../../boundaries/native-request.cjs");
const { takesPart } = require("../graph/project-file.cjs");

const COMMONJS = /\.(c?[jt]s|[jt]sx)$/;
const MODULE = /\.([cm]?[jt]s|[jt]sx|json)$/;

/**
 * What Node is to load in place of what it has resolved; null: that.
 * @param {{ isModule(file: string): boolean }} loader
 * @param {string} specifier
 * @param {import("node:module").ResolveHookContext} context
 * @param {string} url
 */
function insteadOfKept(loader, specifier, context, url) {
  const { parentURL } = context;
  if (!parentURL?.startsWith("file:") || !url.startsWith("file:") || /[?#]/.test(url)) return null;
  if (/[?#]/.test(parentURL) || parentURL === url) return null;
  const { isExchangeable, isHot } = requestOf(specifier, context);
  const [from, file] = [fileURLToPath(parentURL), fileURLToPath(url)];
  if (isHot || !isExchangeable(file) || !takesPart(file) || !takesPart(from)) return null;
  // A bridge of ours imports what Node is to have.
  if (path.basename(from).startsWith(".heatsync-") || !isCommonJs(loader, from)) return null;
  return MODULE.test(file) ? standInFor(url, false) : null;
}

/** @param {{ isModule(file: string): boolean }} loader @param {string} file */
const isCommonJs = (loader, file) => COMMONJS.test(file) && !loader.isModule(file);

module.exports = { insteadOfKept };
