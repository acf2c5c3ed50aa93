// @ts-check
"use strict";

// What Node imports, not our runtime, and would keep in its first version: boundaries, from the file that calls
// `hot.init`, which runs already, and from CommonJS; CommonJS and JSON, from CommonJS (kept-by-node.cjs). Node keeps what it has loaded under a URL for good, and asks no second time what is behind it. So it
// gets one tiny module for each, whose only export is a function `then`: import() resolves its promise with the
// namespace, and a promise that is resolved with a thenable asks that (ECMA-262 27.2.1.3.2). What it answers is the
// newest version's own namespace, whatever it is: ES module, CommonJS, TypeScript, JSON.

const { existsSync } = require("node:fs");
const { fileURLToPath } = require("node:url");
const { asInternal } = require("../esm/native/internal-source.cjs");
const { standsForBoundary, stoodFor } = require("./stand-in-url.cjs");

/** @typedef {import("../../native/addon").JsRequest} JsRequest */

/**
 * What Node loads in place of a boundary.
 * @param {string} url
 * @returns {import("node:module").LoadFnOutput | null} null: it is another module's URL
 */
function standIn(url) {
  if (!url.startsWith("file:") || stoodFor(url) === null) return null;
  const own = [__filename, __filename, url].map((it) => JSON.stringify(it));
  // The hooks may run on another thread: it is where this is evaluated that the runtime is.
  const host = `process.getBuiltinModule("module").createRequire(${own[0]})(${own[1]}).boundaryAt(${own[2]})`;
  return { format: "module", source: asInternal(`export const {then}=${host}`, url), shortCircuit: true };
}

/** @param {JsRequest} request */
const isNowhere = (request) => request.target === "native" && request.file === undefined;

let isHidden = false;

/** @param {string} url of the stand-in */
function boundaryAt(url) {
  if (!isHidden) {
    isHidden = true;
    // Node 20: it is Node that has loaded this file, for the stand-in.
    require("../startup.cjs").hideLoaded();
  }
  const { boundaries } = require("../esm/hooks/entered.cjs");
  const { graph, importBoundary, importKept } = require("../esm/index.cjs");
  const { hasCome } = require("../esm/import-call/in-flight.cjs");
  const { keyOf } = require("../esm/graph/request-key.cjs");
  const { noteEntry } = require("../esm/positions/stack.cjs");
  const { knownNamespace } = require("../esm/namespace/version-namespace.cjs");
  const plain = /** @type {string} */ (stoodFor(url));
  const file = fileURLToPath(plain);
  // Node's frames under its import(), as stacks have them.
  noteEntry(plain);
  /** @type {JsRequest} */
  let request;
  let key = "";
  let generation = -1;

  const target = () =>
    graph.loader.target(plain, file.endsWith(".json") ? [["type", "json"]] : [], file, plain);

  const isBoundary = standsForBoundary(url);

  async function importNewest() {
    if (isBoundary) boundaries.mark(file);
    if (generation !== graph.loader.generation) {
      request = target();
      // It leads nowhere, and yet the file is there: it has come back, and nobody has told of it yet.
      if (isNowhere(request) && existsSync(file)) {
        graph.loader.clearCache();
        request = target();
      }
      key = keyOf(request, file);
      // What leads nowhere is looked for again each time.
      generation = isNowhere(request) ? -1 : graph.loader.generation;
    }
    return isBoundary ? importBoundary(request, file) : importKept(request, file);
  }

  /** @param {(namespace: unknown) => void} resolve @param {(error: unknown) => void} reject */
  function then(resolve, reject) {
    const module = generation === graph.loader.generation ? graph.modules.get(key) : undefined;
    const known = isBoundary && module && knownNamespace(module);
    if (known) resolve(known);
    else importNewest().then(resolve, reject);
    hasCome(file);
  }
  return { then };
}

module.exports = { boundaryAt, standIn };

//# sourceURL=node:heatsync-rs/boundaries/native-boundary.cjs
