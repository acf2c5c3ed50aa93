// @ts-check
"use strict";

// Which of what Node is about to load is the project's, and takes part; and marks at URLs of what is to be loaded as it is.

const fs = require("node:fs");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { isProjectFile } = require("../../project-files.cjs");
const { isMadeCommonJs } = require("../../commonjs/require-hooks.cjs");
const { hasCondition } = require("../../older-hooks.cjs");
const { projectFile } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** At the end of a module's URL: it is to be loaded by Node, as it is. */
const AS_IT_IS = "#heatsync-rs:native";

/** The same, and so are the project's modules it imports. @param {number} number of the copies */
const copyMark = (number) => `#${number}${AS_IT_IS}`;

/** What marks a module's URL as that of a copy. @param {string | undefined} url */
const markOf = (url) => (url?.endsWith(AS_IT_IS) && /#\d+#[^#]*$/.exec(url)?.[0]) || "";

/** In the context of a `load` hook: the same. Of one thread it is told to another. */
const AS_IT_IS_KEY = "heatsync-rs:native";

/**
 * Which URLs are not to take part, though they are the project's. `deferred`: by `import defer` (deferred.cjs).
 * @type {{ ignore: RegExp | null, isIgnored: ((file: string) => boolean) | null, deferred: Set<string> | null }}
 */
const options = { ignore: null, isIgnored: null, deferred: null };

/** @param {string} url */
const isLeftOut = (url) => options.ignore?.test(url) || options.deferred?.has(url) || false;

/**
 * Is it a file of the project that is not left out?
 * @param {unknown} file what a program has put into `require.cache` need not have a name
 * @param {string} [suffix] of its URL
 * @returns {file is string}
 */
function takesPart(file, suffix = "") {
  if (typeof file !== "string" || !isProjectFile(file) || options.isIgnored?.(file)) return false;
  return (!options.ignore && !options.deferred) || !isLeftOut(pathToFileURL(file).href + suffix);
}

/**
 * The file, if what Node is about to load is an ES module of the project.
 * @param {{ isModule(file: string): boolean }} loader
 * @param {string} url
 * @param {{ format?: string | null, importAttributes?: object, conditions?: string[] }} context
 * @returns {string | null}
 */
function projectModule(loader, url, { conditions, format, importAttributes }) {
  if (!url.startsWith("file:") || Object.keys(importAttributes ?? {}).length > 0) return null;
  const file = fileURLToPath(url);
  if (!isProjectFile(file) || isLeftOut(url) || options.isIgnored?.(file)) return null;
  // Of TypeScript Node knows more or less, by version.
  const isOpen = !format || isTypeScript(file);
  const isModule = isOpen ? fs.existsSync(file) && loader.isModule(file) : format === "module";
  if (!isModule) return null;
  // Made CommonJS by a require hook it is that: Node runs it.
  const isRequired = !format && !isTypeScript(file) && hasCondition(conditions, "require");
  return isRequired && isMadeCommonJs(file) ? null : file;
}

/**
 * The file, if what Node is about to load is a TypeScript file of the project that is CommonJS.
 * @param {{ isModule(file: string): boolean }} loader
 * @param {string} url
 * @returns {string | null}
 */
function projectCommonJs(loader, url) {
  const file = isLeftOut(url) ? null : projectFile(url);
  return file && !loader.isModule(file) ? file : null;
}

/**
 * Where a request leads, with what is the project's but not to take part left to Node.
 * @param {JsRequest} request
 * @returns {JsRequest}
 */
function leftToNode(request) {
  const { target, file, suffix } = request;
  if (target === "native" || !file) return request;
  return takesPart(file, suffix) ? request : { ...request, target: "native" };
}

module.exports = {
  AS_IT_IS,
  AS_IT_IS_KEY,
  copyMark,
  leftToNode,
  markOf,
  options,
  projectCommonJs,
  projectModule,
  takesPart,
};
