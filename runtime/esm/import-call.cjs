// @ts-check
"use strict";

// `import()` in modules of the graph: EvaluateImportCall (ECMA-262 13.3.10.1) after its operands, and
// FinishLoadingImportedModule.

const chain = require("./chain.cjs");
const { begin, runBodies } = require("./evaluate.cjs");
const { hasAssert } = require("./import-assertions.cjs");
const { keyOf } = require("./request-key.cjs");
const { LoadError } = require("./load-error.cjs");
const { Imported, newest } = require("./imported.cjs");
const { NativeModule, nativeImport } = require("./native.cjs");
const { namespaceOf } = require("./namespace.cjs");
const { versionNamespace } = require("./version-namespace.cjs");

/** @typedef {import("../../native/addon").JsRequest} JsRequest */
/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */

/** How many microtasks Node 20 to 26 take for a module that was evaluated before, but for the caller's own. */
const TICKS = 7;

class ImportCalls {
  #graph;
  #rootIsKnown;

  /**
   * @param {import("./graph.cjs").Graph} graph
   * @param {(file: string) => void} rootIsKnown called with each file that is imported, before it is loaded
   */
  constructor(graph, rootIsKnown) {
    this.#graph = graph;
    this.#rootIsKnown = rootIsKnown;
  }

  /**
   * The `import()` of one version of a module.
   * @param {SourceTextModule} module
   * @returns {(specifier: unknown, options: unknown) => Promise<unknown>}
   */
  of(module) {
    const imported = new Imported(module, this.#graph);
    return (specifier, options) => this.#call(module, imported, specifier, options);
  }

  /**
   * @param {SourceTextModule} module
   * @param {Imported} imported
   * @param {unknown} specifier
   * @param {unknown} options
   */
  async #call(module, imported, specifier, options) {
    // `String` would take symbols; ToString throws, and a throw is a rejection here.
    const text = typeof specifier === "string" ? specifier : `${/** @type {any} */ (specifier)}`;
    const attributes = attributesOf(options);
    // V8 refuses it, in words that differ from version to version.
    if ("refused" in attributes) return nativeImport(module.file)(text, attributes.refused);
    const isBoundary = takeBoundaryMark(attributes);
    // Other loaders are asked each time, as Node does.
    const isSimple = attributes.length === 0 && !chain.hasOthers;
    const known = isSimple ? imported.find(text, isBoundary) : null;
    if (known) {
      for (let tick = 0; tick < TICKS; tick++) await null;
      return known;
    }
    const graph = this.#graph;
    const request = graph.loader.target(text, attributes, module.file, module.url);
    if (request.target === "native") {
      const given = attributes.length > 0 ? { with: Object.fromEntries(attributes) } : undefined;
      return nativeImport(module.file)(request.specifier, given);
    }
    if (isBoundary && request.file) graph.boundaries?.mark(request.file);
    return importModule(this, request, module, isSimple ? { imported, isBoundary, specifier: text } : null);
  }

  /**
   * The same for Node's own import() of a boundary: its newest version's namespace.
   * @param {JsRequest} request
   * @param {string} file
   */
  async boundary(request, file) {
    if (request.target === "native") return nativeImport(file)(request.specifier);
    return importModule(this, request, null, null);
  }

  /** Are its versions exchanged by import()? Then who keeps what one of them gave keeps that version. @param {JsRequest} request */
  isBoundary({ file }) {
    return file !== undefined && this.#graph.isBoundary(file);
  }

  /** @param {JsRequest} request @param {string} from */
  async prepare(request, from) {
    if (request.file && request.target !== "commonjs") this.#rootIsKnown(request.file);
    try {
      const module = this.#graph.prepare(request, from);
      // The first step of an async generator ends a microtask after it ran.
      for (let tick = 0; tick < 3; tick++) await null;
      return module;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      await nativeImport(from)(error.url);
      throw new Error(`heatsync-rs refuses what Node takes: ${error.message}`, { cause: error });
    }
  }
}

/**
 * `with: { hot: "true" }` is for us, not for Node.
 * @param {[string, string][]} attributes
 */
function takeBoundaryMark(attributes) {
  const place = attributes.findIndex(([key, value]) => key === "hot" && value === "true");
  if (place < 0) return false;
  attributes.splice(place, 1);
  return true;
}

/**
 * EvaluateImportCall, step 11. Every getter is called once.
 * @param {unknown} options
 * @returns {[string, string][] | { refused: unknown }}
 */
function attributesOf(options) {
  if (options === undefined) return [];
  if (!isObject(options)) return { refused: options };
  let attributes = Reflect.get(options, "with");
  if (attributes === undefined && hasAssert()) attributes = Reflect.get(options, "assert");
  if (attributes === undefined) return [];
  if (!isObject(attributes)) return { refused: { with: attributes } };
  /** @type {[string, string][]} */
  const entries = [];
  for (const key of Object.keys(attributes).sort()) {
    const value = Reflect.get(attributes, key);
    if (typeof value !== "string") return { refused: { with: { [key]: value } } };
    entries.push([key, value]);
  }
  return entries;
}

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/**
 * Loads, links and evaluates; the result is the namespace. `stack.cjs` knows it by name.
 * @param {ImportCalls} calls
 * @param {JsRequest} request
 * @param {SourceTextModule | null} importer null: it is Node that imports a boundary
 * @param {{ imported: Imported, isBoundary: boolean, specifier: string } | null} remembered
 */
async function importModule(calls, request, importer, remembered) {
  // Node loads asynchronously: what the caller does next comes before anything of the module.
  await null;
  const file = importer?.file ?? /** @type {string} */ (request.file);
  const module = await calls.prepare(request, file);
  // What has phases is Node's, and may await.
  if (module instanceof NativeModule) return module.import();
  if (importer) note(importer, module, request.specifier);
  const { promise, bodies, finished, failed } = begin(module);
  try {
    if (bodies) runBodies(bodies);
    finished();
  } catch (error) {
    failed(error);
  }
  try {
    await promise;
  } catch (error) {
    const { explain } = require("./explain.cjs");
    await explain(error, module);
    throw error;
  }
  const isExchanged = importer === null || calls.isBoundary(request);
  const namespace = isExchanged ? versionNamespace(module) : namespaceOf(module);
  remembered?.imported.add(remembered, {
    key: keyOf(request, file),
    called: request.specifier,
    module,
    namespace,
  });
  return namespace;
}

/**
 * The importer as it is now: what an instance that was replaced still imports is its successor's.
 * @param {SourceTextModule} importer
 * @param {Module} module
 * @param {string} specifier
 */
function note(importer, module, specifier) {
  importer = newest(importer);
  const specifiers = importer.dynamicImports.get(module);
  if (specifiers) specifiers.add(specifier);
  else importer.dynamicImports.set(module, new Set([specifier]));
  module.dynamicImporters.add(importer);
}

module.exports = { ImportCalls };
