// @ts-check
"use strict";

// `import defer` is the running Node's, and so is what it defers, with all that leads to. V8 looks at the graph itself to say
// what of it is evaluated at once (what awaits, and that alone) and what is not ready to be evaluated; a facade imports
// nothing, so V8 would see none of that below one.
// https://tc39.es/proposal-defer-import-eval/#sec-GatherAsynchronousTransitiveDependencies

const vm = require("node:vm");
const { isTypeScript } = require("../../typescript-file.cjs");
const { SafeSet } = require("../../intrinsics.cjs");
const { options } = require("../graph/project-file.cjs");
const { keyOf } = require("../graph/request-key.cjs");
const { sourceOf } = require("../graph/source.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/**
 * A module is Node's, as it has phases: what it defers is Node's from now on, unless it is ours by now.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {import("../../../native/addon").JsEsm} record
 * @param {string} file its own
 * @param {(key: string) => boolean} isOurs
 */
function leaveDeferred(graph, record, file, isOurs) {
  const first = record.requests.filter((request) => request.isDeferred);
  if (first.length === 0 || !canDefer()) return;
  /** @type {[requests: JsRequest[], from: string][]} */
  const left = [[first, file]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [requests, from] = next;
    for (const request of requests) {
      const below = leave(graph, request, from, isOurs);
      if (below.length > 0) left.push([below, /** @type {string} */ (request.file)]);
    }
  }
}

/**
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {JsRequest} request
 * @param {string} from
 * @param {(key: string) => boolean} isOurs
 * @returns {JsRequest[]} what it requests itself
 */
function leave(graph, request, from, isOurs) {
  const { file, target, url } = request;
  // Of TypeScript Node's own loader knows less than we do.
  if (target !== "module" || !file || !url || isTypeScript(file)) return [];
  if (options.deferred?.has(url) || isOurs(keyOf(request, from))) return [];
  options.deferred ??= new SafeSet();
  options.deferred.add(url);
  graph.leavesToNode(file, "deferred");
  try {
    return sourceOf(graph, file, url, false).requests;
  } catch {
    // Node says what is wrong with it.
    return [];
  }
}

/** @type {boolean | null} */
let can = null;

/** Is it syntax to this V8? A module with it does not parse otherwise, and nothing is deferred. */
function canDefer() {
  if (can !== null) return can;
  try {
    new vm.Script("import.defer('node:fs')");
    can = true;
  } catch {
    can = false;
  }
  return can;
}

module.exports = { leaveDeferred };
