// @ts-check
"use strict";

// The usual edit: a module's body alone is new, what it imports and the names it exports are what they were. What
// versions of such a module need is little, and the same whoever asks for it: `import.meta.hot` (plain-update.cjs) or
// sync.* and hmr() (versions.cjs). What is not so is left to them before anything has happened.

const { Environment, bodyOf } = require("../evaluate/environment.cjs");
const { areDone } = require("../evaluate/evaluate.cjs");
const { link } = require("../link/link.cjs");
const { keyOf } = require("../graph/request-key.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {{ record: JsEsm, body: Function }} NewBody */

/** Is it a module whose versions take each other's place, with nothing that passes through it? @param {SourceTextModule} module */
function isPlain(module) {
  if (!module.isSourceText || module.status !== "evaluated" || module.isCyclic || module.hasTLA) return false;
  if (module.live.size > 0 || module.reexports || module.inheritedFacade) return false;
  // A package's variable may have come since it was compiled.
  return !module.resolved.some(isWritten) && areDone(module.requested);
}

/** @param {import("../graph/module-record.cjs").ResolvedBinding} binding */
function isWritten({ module, name }) {
  return (
    name !== undefined && /** @type {import("../native/native.cjs").NativeModule} */ (module).reassigns(name)
  );
}

/**
 * What the module's file holds now, if only the body is new and all it imports is there.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 * @returns {NewBody | null}
 */
function newBody(graph, module) {
  const record = newRecord(graph, module);
  const body = record && compiled(module, record);
  return record && body ? { record, body } : null;
}

/**
 * @param {Graph} graph
 * @param {SourceTextModule} module
 */
function newRecord(graph, module) {
  const { file, record, requested } = module;
  const next = graph.loader.loadLike(file, record);
  if (!next || requested.length === 0) return next;
  for (const [index, request] of record.requests.entries()) {
    if (!leadsTo(graph, request, file, requested[index])) return null;
  }
  try {
    link(module);
    return next;
  } catch {
    return null;
  }
}

/** Does a request lead where it did? @param {Graph} graph @param {JsRequest} request @param {string} from @param {Module} required */
function leadsTo({ isSharedWithNode, modules, renewed }, request, from, required) {
  const known = modules.get(keyOf(request, from));
  if (known || !isSharedWithNode) return known === required;
  // What Node has loaded is Node's until it is edited.
  return required.isNative && !request.suffix && !renewed.has(/** @type {string} */ (request.file));
}

/** @param {SourceTextModule} module @param {JsEsm} record */
function compiled({ url }, record) {
  try {
    return bodyOf({ url, record, isFirst: false });
  } catch {
    // V8 finds what our parser does not.
    return null;
  }
}

/**
 * The module's next version, linked: the one before is to be kept by then.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 * @param {NewBody} next
 */
function takeBody({ realm }, module, { record, body }) {
  module.adopt(record);
  module.body = body;
  module.status = "linked";
  module.environment = new Environment(module, realm);
}

module.exports = { isPlain, newBody, takeBody };
