// @ts-check
"use strict";

// LoadRequestedModules (ECMA-262 16.2.1.6.1.1), and HostLoadImportedModule (16.2.1.10): which module a request leads to, ours or Node's.

const NodeModule = require("node:module");
const { pathToFileURL } = require("node:url");
const { refuse } = require("../../commonjs/named-anew.cjs");
const { isTypeScript, transformsTypes } = require("../../typescript-file.cjs");
const { beingLinked, takeGiven } = require("./being-linked.cjs");
const chain = require("../hooks/chain.cjs");
const { CommonJsModule, isNameless } = require("../commonjs/commonjs-module.cjs");
const { leadsNowhere } = require("../import-call/in-vain.cjs");
const { isLoadedByNode } = require("../native/loaded-by-node.cjs");
const { bequeath } = require("../namespace/inherited-facade.cjs");
const { faults } = require("../link/link.cjs");
const { LoadError } = require("./load-error.cjs");
const { NativeModule } = require("../native/native.cjs");
const { JsonModule } = require("./json-module.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { options } = require("./project-file.cjs");
const { keyOf } = require("./request-key.cjs");
const { isJson, isRefused, jsonOf, namesOf, sourceOf } = require("./source.cjs");
const { isReadAs, isTakenByNode, textOf } = require("./taken-by-node.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * A module of which not all is loaded that it requests. `isReading`: what is new below it comes with an update.
 * @typedef {{ module: SourceTextModule, requested: Module[], isReading: boolean }} Open
 */

/**
 * A module, and all that it leads to. A chain of imports may be deeper than the stack is: what is open is a list.
 * @param {Graph} graph
 * @param {JsRequest} request
 * @param {string} from
 * @param {Map<string, Module>} fresh
 * @returns {Module}
 */
function loadImported(graph, request, from, fresh) {
  /** @type {Open[]} */
  const open = [];
  const module = enter(graph, request, from, fresh, open);
  if (open.length > 0) loadOpen(graph, open, fresh);
  return module;
}

/**
 * @param {Graph} graph
 * @param {SourceTextModule} module
 * @param {Map<string, Module>} fresh
 * @param {boolean} isRead
 */
function loadRequested(graph, module, fresh, isRead) {
  loadOpen(graph, [openOf(graph, module, isRead)], fresh);
}

/** @param {Graph} graph @param {SourceTextModule} module @param {boolean} isRead @returns {Open} */
const openOf = (graph, module, isRead) => ({ module, requested: [], isReading: isRead || graph.isReading });

/** Depth first, in source order. @param {Graph} graph @param {Open[]} open @param {Map<string, Module>} fresh */
function loadOpen(graph, open, fresh) {
  const isWithin = graph.isReading;
  try {
    while (open.length > 0) {
      const { module, requested, isReading } = open[open.length - 1];
      const { requests } = module.record;
      const depth = open.length;
      graph.isReading = isReading;
      while (requested.length < requests.length && open.length === depth) {
        requested.push(enter(graph, requests[requested.length], module.file, fresh, open));
      }
      if (open.length > depth) continue;
      open.pop();
      haveRequested(graph, module, requested);
    }
  } finally {
    graph.isReading = isWithin;
  }
}

/**
 * Of a name that an edited package.json leads nowhere: nothing in the words need tell which import it is.
 * @param {Graph} graph
 * @param {JsRequest} request
 * @param {string} from
 */
function refuseNamed(graph, request, from) {
  try {
    refuse(graph.loader, request.specifier, from);
  } catch (error) {
    if (error instanceof Error) faults.set(error, { file: from, requests: [request], refused: request });
    throw error;
  }
}

/** @param {Graph} graph @param {SourceTextModule} module @param {Module[]} requested */
function haveRequested(graph, module, requested) {
  module.requested = requested;
  for (let index = 0; index < requested.length; index++) requested[index].importers.add(module);
  const { boundaries } = graph;
  if (!boundaries) return;
  requested.forEach((required, index) => {
    boundaries.requested(module, required, module.record.requests[index]);
  });
}

/**
 * @param {Graph} graph
 * @param {JsRequest} request
 * @param {string} from
 * @param {Map<string, Module>} fresh
 * @param {Open[]} open gets the module, if there is more to be loaded for it
 * @returns {Module}
 */
function enter(graph, request, from, fresh, open) {
  request = graph.asLoaded(request, from, fresh);
  const target = graph.kinds?.get(request.file ?? "");
  if (target && isOfKind(request)) request = { ...request, target };
  const key = keyOf(request, from);
  const known = graph.known(key) ?? fresh.get(key) ?? graph.freshOf(key) ?? beingLinked(graph, key);
  if (known && isNameless(known)) {
    // Node has loaded it, for require().
    known.name(namesOf(graph.loader, known.file, known.url));
    fresh.set(key, known);
    return known;
  }
  if (known) {
    const isRead = graph.renewal ? graph.renewModule(known, graph.renewal, key) : null;
    if (!graph.renewal) graph.isGivenOut(known, from);
    if (isRead !== null) open.push(openOf(graph, /** @type {SourceTextModule} */ (known), isRead));
    return known;
  }
  if (request.target === "native") {
    // Another loader in the chain may know it.
    if (leadsNowhere(request) && !chain.hasOthers) refuseNamed(graph, request, from);
    if (request.file?.endsWith(".wasm")) graph.leavesToNode(request.file, "wasm");
    const module = new NativeModule(request, from, graph.loader);
    fresh.set(key, module);
    return module;
  }
  const file = /** @type {string} */ (request.file);
  const url = request.url ?? pathToFileURL(file).href + (request.suffix ?? "");
  if (request.target === "commonjs") {
    return add(graph, key, new CommonJsModule(url, file, namesOf(graph.loader, file, url)), fresh);
  }
  if (isNodes(graph, request, file)) {
    if (request.target === "json" && !isReadByNode(file)) {
      graph.tellOf(file, url);
      graph.renewal?.jsonOfNode.add(file);
    }
    const native = enter(graph, { ...request, specifier: url, target: "native" }, from, fresh, open);
    return request.target === "module" ? /** @type {NativeModule} */ (native).takeAsLoaded() : native;
  }
  if (request.target === "json") return loadJson(graph, request, from, url, fresh);
  const natively = { ...request, specifier: url, target: /** @type {const} */ ("native") };
  if (options.deferred?.has(url)) return enter(graph, natively, from, fresh, open);
  try {
    // Of a file that is just being written nobody has told us: its text is what it was.
    const known = graph.superseding?.get(key);
    if (!known) graph.tellOf(file, url);
    const record = known ?? sourceOf(graph, file, url, false);
    // import defer, import source: the running Node has them or has not.
    if (record.usesPhases) {
      const { leaveDeferred } = require("../native/deferred.cjs");
      graph.leavesToNode(file, "phases");
      leaveDeferred(graph, record, file, (key) => graph.modules.has(key) || fresh.has(key));
      return enter(graph, natively, from, fresh, open);
    }
    const module = add(graph, key, new SourceTextModule(url, file, record), fresh);
    if (transformsTypes || record.typeless !== undefined) asNodeWarns(graph, module, request);
    const predecessor = graph.predecessors?.get(url);
    if (predecessor) module.succeed(predecessor);
    open.push(openOf(graph, module, false));
    return module;
  } catch (error) {
    const isOfThis = error instanceof LoadError && error.url === url && !fresh.has(key);
    if (!isOfThis || graph.renewal || isTypeScript(file)) throw error;
    // What was not there, or was mended meanwhile, is not to be Node's.
    const text = textOf(file);
    if (!isRefused(graph, file, url)) return enter(graph, request, from, fresh, open);
    const isIt = text !== null && isReadAs(graph.loader, file, text) && textOf(file) === text;
    if (!isIt || !isTakenByNode(natively, from, text)) throw error;
    graph.leavesToNode(file, "syntax");
    return enter(graph, natively, from, fresh, open);
  }
}

/** @param {JsRequest} request */
const isOfKind = ({ suffix, target }) => !suffix && (target === "module" || target === "commonjs");

/**
 * Without register Node has loaded it, and has said so.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 * @param {JsRequest & { by?: import("../hooks/as-node-warns.cjs").By }} request
 */
function asNodeWarns(graph, module, { by }) {
  if (graph.isSharedWithNode) return;
  const { noteTransformed, noteTypeless } = require("../hooks/as-node-warns.cjs");
  if (transformsTypes && isTypeScript(module.file)) noteTransformed();
  const { typeless } = module.record;
  if (typeless !== undefined) noteTypeless(module, typeless, by);
}

/** @param {Graph} graph @param {JsRequest} request @param {string} from @param {string} url @param {Map<string, Module>} fresh */
function loadJson(graph, request, from, url, fresh) {
  const file = /** @type {string} */ (request.file);
  try {
    const isTold = graph.tellOf(file, url);
    const module = new JsonModule(url, file, jsonOf(graph.loader, file, url));
    module.isTold = isTold;
    return add(graph, keyOf(request, from), module, fresh);
  } catch (error) {
    // Node would give what it read when there was an older version; also what was required then
    // (lib/internal/modules/esm/translators.js), for good.
    // In an update it may be mended before Node reads it, whose it would be then.
    if (graph.isReading || graph.superseding || graph.renewed.has(file) || isReadByNode(file)) throw error;
    // Node has its own words for a file that is no JSON.
    const native = enter(graph, { ...request, target: "native" }, from, fresh, []);
    /** @type {NativeModule} */ (native).refusal = {
      error,
      isOver: () => isJson(graph.loader, file, url),
    };
    return native;
  }
}

/**
 * Has Node an instance that is good? Everybody is to have the same.
 * @param {Graph} graph
 * @param {JsRequest} request
 * @param {string} file
 */
function isNodes(graph, { target, suffix }, file) {
  if (!graph.isSharedWithNode || suffix || graph.renewed.has(file)) return false;
  // Node can't be asked for JSON; it loads it as well as we do.
  return target === "json" || isLoadedByNode(file);
}

/** Who has imported JSON, or required it, has left it there (lib/internal/modules/esm/translators.js). @param {string} file */
const isReadByNode = (file) => file in /** @type {any} */ (NodeModule)._cache;

/** @template {Module} T @param {Graph} graph @param {string} key @param {T} module @param {Map<string, Module>} fresh @returns {T} */
function add(graph, key, module, fresh) {
  bequeath(graph.retired.get(key) ?? null, module);
  takeGiven(graph, key, module);
  fresh.set(key, module);
  return module;
}

module.exports = { loadImported, loadRequested };
