// @ts-check
"use strict";

// `import()` in modules of the graph: EvaluateImportCall (ECMA-262 13.3.10.1) after its operands, and
// FinishLoadingImportedModule.

const { askedInVain, found } = require("../../commonjs/gone-without.cjs");
const { IntrinsicPromise, apply, insist, putBack, setImmediate } = require("../../intrinsics.cjs");
const { announceImport, isHeard } = require("../hooks/announced.cjs");
const chain = require("../hooks/chain.cjs");
const { begin, ended, runBodies } = require("../evaluate/evaluate.cjs");
const { GoesWithout } = require("./goes-without.cjs");
const { attributesOf, givenTo, takeBoundaryMark } = require("./import-options.cjs");
const { land, takeOff } = require("./in-flight.cjs");
const { leadsNowhere, mayCome, notFound } = require("./in-vain.cjs");
const { importError, refuseToLink } = require("./looked-for-by-node.cjs");
const { isHalfLoaded } = require("../link/linking-words.cjs");
const { isPlace, keyOf } = require("../graph/request-key.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { formerly, targetOf, withoutNul } = require("./import-target.cjs");
const { handOn, Imported, newest } = require("./imported.cjs");
const { specifierOf } = require("../native/installed-later.cjs");
const { refusalOf } = require("./refused-import.cjs");
const { refuse } = require("../../commonjs/named-anew.cjs");
const { NativeModule } = require("../native/native.cjs");
const { canLoad } = require("../native/probe.cjs");
const { nativeImport } = require("../native/native-import.cjs");
const { Facade } = require("../namespace/facade.cjs");
const { namespaceOf } = require("../namespace/namespace.cjs");
const { noteLoaded } = require("../../runner/link.cjs");
const { UnlinkedImports } = require("../link/unlinked-imports.cjs");
const {
  endEvaluatedInVain,
  evictEvaluatedInVain,
  wasEvaluatedInVain,
} = require("../update/evaluated-in-vain.cjs");
const { versionNamespace } = require("../namespace/version-namespace.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {{ module: SourceTextModule, isCurrent: () => boolean, isEvaluated: boolean, isGivenUp: () => boolean }} Caller a version of a module, which may be being evaluated */

const node = Number.parseInt(process.versions.node, 10);

/** How many microtasks Node takes for a module that was evaluated before, but for the caller's own. */
const TICKS = node === 22 ? 8 : 7;

/** How many of these come after its evaluation's promise, but for ours: it is fulfilled, it is rejected. */
const AFTER = node === 20 ? { fulfilled: 2, rejected: 1 } : { fulfilled: 3, rejected: 2 };

/** And before it, if the module is there. The first step of an async generator ends a microtask after it ran: of a new one. */
const BEFORE = { fresh: 3, known: node < 24 ? 1 : 0 };

const nothing = () => {};

/** Node 20 and 22 load what import() leads to step by step, and what they are at can't be linked meanwhile. @param {any} error */
const isBeingLoaded = (error) =>
  isHalfLoaded(error) ||
  (error?.code === "ERR_INTERNAL_ASSERTION" && /is not yet fully loaded/.test(error.message));

/** In turns of the event loop. */
const PATIENCE = 100;

/** @param {Pick<NativeModule, "request" | "from">} native */
const linkedAlone = ({ request, from }) => canLoad(request, from);

class ImportCalls {
  #graph;
  #rootIsKnown;
  #unlinked = new UnlinkedImports();

  /**
   * @param {import("../graph/graph.cjs").Graph} graph
   * @param {(file: string) => void} rootIsKnown called with each file that is imported, before it is loaded
   */
  constructor(graph, rootIsKnown) {
    this.#graph = graph;
    this.#rootIsKnown = rootIsKnown;
    this.without = new GoesWithout(graph, rootIsKnown);
  }

  /**
   * The `import()` of one version of a module.
   * @param {SourceTextModule} module
   * @param {() => boolean} isCurrent is it the one that runs? What only old code imports is nobody's in the graph
   * @param {() => boolean} isGivenUp
   * @returns {(specifier: unknown, options: unknown) => Promise<unknown>}
   */
  of(module, isCurrent, isGivenUp) {
    const imported = new Imported(module, this.#graph);
    const isNobodys = () => isGivenUp() || wasEvaluatedInVain(module);
    return (specifier, options) => {
      const caller = { module, isCurrent, isEvaluated: isBeingEvaluated(module), isGivenUp: isNobodys };
      return this.#call(caller, imported, specifier, options);
    };
  }

  /**
   * What the version that runs has imported in vain, and went on without. What can't be linked is told in the words of an update.
   * @param {SourceTextModule} module
   * @param {import("../../commonjs/gone-without.cjs").Imported} imported
   */
  async again(module, { specifier, attributes }) {
    const caller = { module, isCurrent: () => true, isEvaluated: true, isGivenUp: () => false };
    const request = targetOf(this.#graph, specifier, attributes, module);
    try {
      if (request.target !== "native") this.load(request, module.file);
    } catch (error) {
      if (!isBeingLoaded(error)) {
        this.without.unlinked(caller.module, request, error);
        throw error;
      }
    }
    return this.#call(caller, new Imported(module, this.#graph), specifier, givenTo(attributes), true);
  }

  /**
   * @param {Caller} caller
   * @param {Imported} imported
   * @param {unknown} specifier
   * @param {unknown} options
   * @param {boolean} [isAnnounced]
   * @returns {Promise<unknown>}
   */
  async #call(caller, imported, specifier, options, isAnnounced) {
    const { module } = caller;
    // `String` would take symbols; ToString throws, and a throw is a rejection here.
    const given = typeof specifier === "string" ? specifier : `${/** @type {any} */ (specifier)}`;
    const text = given[given.length - 1] === "\0" ? withoutNul(given) : given;
    const attributes = attributesOf(options);
    // V8 refuses it, in words that differ from version to version.
    if ("refused" in attributes) return nativeImport(module.file)(text, attributes.refused);
    if (!isAnnounced && isHeard("import"))
      return announceImport(() => this.#call(caller, imported, text, options, true), module.url, text);
    const isBoundary = takeBoundaryMark(attributes);
    // Other loaders are asked each time, as Node does.
    const isSimple = attributes.length === 0 && !chain.hasOthers;
    const known = isSimple ? imported.find(text, isBoundary) : null;
    if (known) {
      for (let tick = 0; tick < TICKS; tick++) await null;
      return known;
    }
    const graph = this.#graph;
    let request = targetOf(graph, text, attributes, module);
    if (leadsNowhere(request)) {
      const nowhere = request;
      request = formerly((files) => files.loadedBefore(module, nowhere)) ?? request;
      // It may have come, and nobody has told of it yet. Node would find it, and whoever imports it so is nobody we know.
      if (request === nowhere && mayCome(request)) {
        graph.loader.refresh();
        request = targetOf(graph, text, attributes, module);
      }
    }
    if (leadsNowhere(request)) {
      if (mayGoOn(caller))
        insist(() => askedInVain(module.file, text, true, { specifier: text, attributes }));
      if (!chain.hasOthers) refuse(graph.loader, text, module.file);
      refuseToLink(request, module.file);
      if (isSimple && isPlace(text)) request = await this.#comeSince(text, request, module);
    }
    if (request.target === "native") {
      if (request.file?.endsWith(".wasm")) graph.leavesToNode(request.file, "wasm");
      return nativeImport(module.file)(specifierOf(request), givenTo(attributes));
    }
    found(module.file, text, true);
    if (isBoundary && request.file) graph.boundaries?.mark(request.file);
    return importModule(this, request, caller, isSimple ? { imported, isBoundary, specifier: text } : null);
  }

  /**
   * The same for Node's own import() of a boundary: its newest version's namespace.
   * @param {JsRequest} request
   * @param {string} file
   */
  async boundary(request, file) {
    if (leadsNowhere(request)) {
      const nowhere = request;
      request = formerly((files) => files.boundaryBefore(this.#graph, nowhere, file)) ?? request;
    }
    if (request.target === "native") return nativeImport(file)(request.specifier);
    return importModule(this, request, null, null);
  }

  /** The same for what is no boundary: it is whoever imports it who is told. @param {JsRequest} request @param {string} file */
  async kept(request, file) {
    if (request.target === "native") return nativeImport(file)(request.specifier);
    return importModule(this, request, undefined, null);
  }

  /** Are its versions exchanged by import()? Then who keeps what one of them gave keeps that version. @param {JsRequest} request */
  isBoundary({ file }) {
    return file !== undefined && this.#graph.isBoundary(file);
  }

  /** @param {Module} module @param {Caller | null} [caller] who has been told */
  hasEvaluated(module, caller) {
    if (caller?.isGivenUp()) evictEvaluatedInVain(this.#graph, module);
    else endEvaluatedInVain(this.#graph, module);
  }

  /** Its evaluation failed: what it failed with is what each import() of it gives. @param {Module} module @returns {string[]} who threw */
  hasThrown(module) {
    const giveBack = putBack();
    try {
      if (this.#graph.isSharedWithNode) require("../versions/thrown-since.cjs").noteThrown(module);
      return require("./thrown.cjs").tellOfThrown(this.#graph, module);
    } finally {
      giveBack?.();
    }
  }

  /** @param {JsRequest} request @param {string} from @param {Caller | null} [caller] @param {number} [attempt] @returns {Promise<Module>} */
  async prepare(request, from, caller = null, attempt = 0) {
    const giveBack = putBack();
    /** @type {Module} */
    let module;
    try {
      module = this.load(request, from);
      this.#unlinked.forget(request, from);
    } catch (error) {
      if (isBeingLoaded(error) && attempt <= PATIENCE) {
        giveBack?.();
        if (attempt < PATIENCE) await new IntrinsicPromise((resolve) => void setImmediate(resolve));
        // It was loaded in vain.
        else await require("../native/refused-by-node.cjs").toldOfRefused(error, linkedAlone);
        return this.prepare(request, from, caller, attempt + 1);
      }
      if (caller && mayGoOn(caller)) this.without.unlinked(caller.module, request, error);
      const told =
        error instanceof LoadError
          ? refusalOf(this.#graph, request, from, error)
          : this.#unlinked.again(request, from, error);
      giveBack?.();
      const words = await told;
      // Written on meanwhile, it may be half written again.
      if (words === null) return this.prepare(request, from, caller, attempt);
      throw words;
    }
    giveBack?.();
    const isFresh = module.status === "linked";
    if (isFresh && node < 22) {
      // Node 20 reads files asynchronously: after "beforeExit" the event loop goes on for it.
      setImmediate(nothing);
      // No hook sees it there, and a program that hangs tells the runner nothing any more.
      if (request.file !== undefined) noteLoaded(request.file);
    }
    for (let tick = isFresh ? BEFORE.fresh : BEFORE.known; tick > 0; tick--) await null;
    return module;
  }

  /** @param {JsRequest} request @param {string} from */
  load(request, from) {
    const { file, target } = request;
    if (file === undefined || target === "commonjs") return this.#graph.prepare(request, from);
    const willRead = () => this.#rootIsKnown(file);
    willRead();
    return this.#graph.prepare(request, from, undefined, willRead);
  }

  /**
   * Throws what Node says of what is not there.
   * @param {string} text
   * @param {JsRequest} request it led nowhere
   * @param {SourceTextModule} module
   * @returns {Promise<JsRequest>} what has come since
   */
  async #comeSince(text, request, module) {
    const graph = this.#graph;
    const error = await importError(request, module.file);
    graph.loader.refresh();
    const come = targetOf(graph, text, [], module);
    if (leadsNowhere(come)) throw error ?? notFound(request, module.file);
    return come;
  }
}

/**
 * Loads, links and evaluates; the result is the namespace. `stack.cjs` knows it by name.
 * @param {ImportCalls} calls
 * @param {JsRequest} request
 * @param {Caller | null | undefined} caller null: it is Node that imports a boundary; undefined: something else that we give it
 * @param {{ imported: Imported, isBoundary: boolean, specifier: string } | null} remembered
 */
async function importModule(calls, request, caller, remembered) {
  const file = caller?.module.file ?? /** @type {string} */ (request.file);
  const flight = takeOff(() => calls.load(request, file));
  // Node loads asynchronously: what the caller does next comes before anything of the module.
  await null;
  let module;
  try {
    module = await calls.prepare(request, file, caller);
  } finally {
    land(flight);
  }
  if (caller === null) module.isCalledByNode = true;
  // What has phases is Node's, and may await.
  if (module instanceof NativeModule) {
    if (module.refusal && caller && mayGoOn(caller))
      calls.without.unlinked(caller.module, request, module.refusal.error);
    return module.import();
  }
  const giveBack = putBack();
  if (caller?.isCurrent() && !caller.isGivenUp()) note(caller.module, module, request.specifier);
  giveBack?.();
  const { promise, bodies, finished, failed } = begin(module);
  try {
    // Under a body are to be no more frames than Node has under it, which are two.
    for (let left = bodies && runBodies(bodies, true); left; left = bodies && runBodies(bodies, true)) {
      const { call, self, values } = left.begin();
      while (!ended(left, apply(call, self, values)));
    }
    finished();
  } catch (error) {
    failed(error);
  }
  // What was given up, and awaits, has an end that nobody is told of.
  calls.hasEvaluated(module);
  try {
    await promise;
  } catch (error) {
    calls.hasEvaluated(module, caller);
    const thrown = calls.hasThrown(module);
    if (caller && mayGoOn(caller)) calls.without.failed(caller.module, request, () => thrown);
    await (isReferenceError(error) ? explained(error, module) : null);
    const isTranslated = "isCommonJs" in module;
    for (let tick = AFTER.rejected - (isTranslated ? 1 : 0); tick > 0; tick--) await null;
    throw error;
  }
  calls.hasEvaluated(module, caller);
  for (let tick = AFTER.fulfilled; tick > 0; tick--) await null;
  const isExchanged = caller === null || calls.isBoundary(request);
  if (!isExchanged && isAboutToShow(module)) await shown(module);
  const namespace = isExchanged ? versionNamespace(module) : namespaceOf(module);
  if (remembered && !isPolled(module))
    remembered.imported.add(remembered, {
      key: keyOf(request, file),
      called: request.specifier,
      module,
      namespace,
    });
  return namespace;
}

/** @param {Module} module */
const isBeingEvaluated = ({ status }) => status === "evaluating" || status === "evaluating-async";

/** It may catch what its import() is rejected with, and have been evaluated. @param {Caller} caller */
const mayGoOn = ({ isCurrent, isEvaluated }) => isEvaluated && isCurrent();

/** Is its namespace to be asked for each time? @param {Module} module */
const isPolled = ({ facade }) => facade !== null && "hasPolled" in facade && facade.hasPolled;

/** Node has its facade, and is about to evaluate it: what that shows is its namespace to everybody. @param {Module} module */
const isAboutToShow = ({ facade }) =>
  facade instanceof Facade && facade.isGiven && !facade.isStarted && facade.onEnter === null;

/** @param {Module} module */
async function shown({ url }) {
  try {
    await require("../../startup.cjs").importUrl(url);
  } catch {
    // Then there is another one.
  }
}

/** @param {any} error */
const isReferenceError = (error) => error?.name === "ReferenceError";

/** @param {unknown} error @param {Module} module */
function explained(error, module) {
  const giveBack = putBack();
  try {
    const { explain } = require("../positions/explain.cjs");
    return explain(error, module);
  } finally {
    giveBack?.();
  }
}

/**
 * What a version below a boundary imports that was superseded is its successor's, as far as anybody can know; if it has none, nobody's: it
 * would hold what is gone for ever.
 * @param {SourceTextModule} importer
 * @param {Module} module
 * @param {string} specifier
 */
function note(importer, module, specifier) {
  if (importer.lineage?.newest === null) return;
  const heir = newest(importer);
  const specifiers = heir.dynamicImports.get(module);
  if (specifiers) specifiers.add(specifier);
  else heir.dynamicImports.set(module, heir === importer ? new Set([specifier]) : handOn([specifier]));
  module.dynamicImporters.add(heir);
}

module.exports = { ImportCalls, isBeingEvaluated };
