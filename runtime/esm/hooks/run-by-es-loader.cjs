// @ts-check
"use strict";

// Node 22.15 to 22.18 and 24.0 to 24.11, at least: as soon as there are hooks in its thread, the ES loader runs CommonJS that is imported, and the
// program's entry point beside `--import`, itself (`loadCJSModule`, lib/internal/modules/esm/translators.js): with a `require` that has no `cache`,
// `main` and `extensions`, and whose requests come to hooks as imports. Plain Node has its CommonJS loader run them.

const NodeModule = require("node:module");
const { fileURLToPath } = require("node:url");
const { hasCondition } = require("../../older-hooks.cjs");
const { asksNoHandler } = require("../../typescript.cjs");
const { asInternal } = require("../native/internal-source.cjs");
const { isImportCall } = require("../native/imported-meanwhile.cjs");

/** Newer ones pass this on, to have CommonJS loaded as without hooks. */
const isSo =
  "registerHooks" in NodeModule &&
  !asksNoHandler &&
  !/\bshouldSkipModuleHooks\b/.test(String(/** @type {any} */ (NodeModule)._load));

/** Is what hooks are asked as for an import() in CommonJS a `require()` of it? */
const isByRequire = () => isSo && !isImportCall();

/** Of JSON, addons and WebAssembly it has the format. */
const FORMATS = new Set([null, undefined, "commonjs", "commonjs-typescript"]);

/**
 * What has the CommonJS loader run the entry point, as plain Node does.
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 * @param {{ isModule(file: string): boolean }} loader
 * @param {(file: string) => boolean} isMain
 * @returns {import("node:module").LoadFnOutput | null} null: it is none
 */
function entryForLoader(url, context, loader, isMain) {
  if (!isSo || !url.startsWith("file:") || /[?#]/.test(url) || !FORMATS.has(context.format)) return null;
  if (hasCondition(context.conditions, "require")) return null;
  const file = fileURLToPath(url);
  if (!isMain(file) || loader.isModule(file)) return null;
  const text = `process.getBuiltinModule("module")._load(${JSON.stringify(file)},undefined,true)`;
  return { format: "module", source: asInternal(text, url), shortCircuit: true };
}

module.exports = { entryForLoader, isByRequire };
