// @ts-check
"use strict";

// HostLoadImportedModule (ECMA-262 16.2.1.10) is to give a referrer the same module each time that it makes the same
// request. Where requests lead is looked for anew when files have come or gone (ChainedLoader.clearCache); of a file that
// is gone nothing is found, but its module is still there, and Node, which keeps what it has resolved, gives it.

const { existsSync } = require("node:fs");
const { requestOf } = require("../../boundaries/supersede.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { JsonModule } = require("./json-module.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { fileOf } = require("../update/outcome.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * The request's module, if its version of this importer has requested it before and its file is gone.
 * @param {SourceTextModule} importer
 * @param {JsRequest} request one that leads nowhere
 * @returns {JsRequest | null}
 */
function loadedBefore(importer, { specifier, attributes }) {
  const wanted = attributes.join();
  for (const module of loadedModules(importer, specifier)) {
    const request = isGone(module) ? requestOf(module) : null;
    if (request?.attributes.join() === wanted) return { ...request, specifier };
  }
  return null;
}

/**
 * The same of a boundary that Node imports: who has asked for it before nobody tells us.
 * @param {import("./graph.cjs").Graph} graph
 * @param {JsRequest} request one that leads nowhere
 * @param {string} file
 * @returns {JsRequest | null}
 */
function boundaryBefore(graph, { specifier }, file) {
  const module = graph.modules.ofFile(file).find(({ url }) => url === specifier);
  return module && isGone(module) ? requestOf(module) : null;
}

/** [[LoadedModules]], by `import` and by `import()`. @param {SourceTextModule} importer @param {string} specifier */
function* loadedModules({ dynamicImports, record, requested }, specifier) {
  for (const [module, specifiers] of dynamicImports) if (specifiers.has(specifier)) yield module;
  for (const [index, request] of record.requests.entries()) {
    if (request.specifier === specifier) yield requested[index];
  }
}

/** @param {Module} module */
function isGone(module) {
  const isOfFile =
    module instanceof SourceTextModule || module instanceof JsonModule || module instanceof CommonJsModule;
  return isOfFile && !existsSync(fileOf(module));
}

module.exports = { boundaryBefore, loadedBefore };
