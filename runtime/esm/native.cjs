// @ts-check
"use strict";

// Modules that Node runs: packages, builtins, CommonJS, data: URLs, whatever we know nothing of.
// Their place in the order of evaluation is kept: each is evaluated, by a native module that does
// nothing but import it, when its turn comes. Node also finds the words when it can't be.

const path = require("node:path");
const NodeModule = require("node:module");
const { pathToFileURL } = require("node:url");
const { Cell } = require("./cell.cjs");
const { aliasOf } = require("./chain.cjs");
const { Module } = require("./module-record.cjs");
const { compileNatively } = require("./namespace.cjs");

/** @typedef {import("../../native/addon").JsRequest} JsRequest */
/** @typedef {import("./module-record.cjs").Resolution} Resolution */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */

const BRIDGE = Symbol.for("heatsync-rs.esm.bridge");
const bridgeCall = `globalThis[Symbol.for(${JSON.stringify(BRIDGE.description)})]`;
/** What the running bridge hands out. @type {any} */
let handed = null;
Object.defineProperty(globalThis, BRIDGE, {
  configurable: true,
  value: (/** @type {any} */ value) => {
    handed = value;
  },
});
let count = 0;

/** What stops a native graph that is to be linked only. Node prints where a value that is no error comes from. */
const stop = new Error("heatsync-rs: linked");
const STOP = Symbol.for("heatsync-rs.esm.stop");
Object.defineProperty(globalThis, STOP, { configurable: true, value: stop });

/** Builtins that bindings were made of. @type {Set<NativeModule>} */
const builtinsInUse = new Set();
// Node's way to have a builtin's changed properties show in its named exports.
const { syncBuiltinESMExports } = NodeModule;
NodeModule.syncBuiltinESMExports = () => {
  syncBuiltinESMExports();
  for (const module of builtinsInUse) module.sync();
};

class NativeModule extends Module {
  isNative = true;
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  /** Names that linking showed to exist, or not. @type {Map<string, boolean>} */
  #known = new Map();
  /** @type {Record<string, unknown> | null} */
  #namespace = null;

  /** @param {JsRequest} request @param {string} from the file that asks first */
  constructor(request, from) {
    super(request.file ?? request.specifier);
    this.request = request;
    this.from = from;
    const name = request.file?.startsWith("node:") ? request.file.slice(5) : "";
    /** A builtin's exports are its properties; it needs no evaluation. @type {any} */
    this.builtin = NodeModule.builtinModules.includes(name) ? require(name) : null;
  }

  /** Values of a builtin that were replaced since. */
  sync() {
    for (const [name, cell] of this.#cells) {
      if (name !== "default" && cell.get() !== this.builtin[name]) cell.initialize(this.builtin[name]);
    }
  }

  /** @override @returns {string[]} */
  getExportedNames() {
    return Object.keys(this.#namespace ?? this.nativeNamespace());
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    if (this.#namespace) return name in this.#namespace;
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.builtin ? name === "default" || Object.hasOwn(this.builtin, name) : this.#probe(name);
      this.#known.set(name, known);
    }
    return known;
  }

  /** Node has evaluated it before: its namespace tells all there is to know, unless something awaits. */
  takeAsLoaded() {
    try {
      this.nativeNamespace();
    } catch (error) {
      if (/** @type {any} */ (error)?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
      this.hasTLA = true;
    }
    return this;
  }

  /** Is all known that linking could find out, and well? @param {string[]} names */
  isKnownToHave(names) {
    if (this.builtin) return names.every((name) => this.has(name));
    return this.#namespace !== null && names.every((name) => name in /** @type {object} */ (this.#namespace));
  }

  /** @param {string} name */
  #probe(name) {
    try {
      probe(this.from, [{ request: this.request, names: [name] }]);
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  }

  /** @param {string} name */
  note(name) {
    this.#known.set(name, true);
  }

  /** @override @param {string} name @returns {Resolution} */
  resolveExport(name) {
    if (!this.has(name)) return null;
    let cell = this.#cells.get(name);
    if (!cell) {
      cell = new Cell();
      this.#cells.set(name, cell);
      if (this.status === "evaluated") this.#fill(cell, name);
    }
    return { module: this, cell };
  }

  /** @override */
  begin() {
    if (!this.builtin) this.nativeNamespace();
    for (const [name, cell] of this.#cells) this.#fill(cell, name);
    return super.begin();
  }

  /** Node's own import(). @returns {Promise<Record<string, unknown>>} */
  import() {
    return nativeImport(this.from)(this.request.specifier, optionsOf(this.request));
  }

  /** What another native module writes after `from`, wherever it stands. */
  absolute() {
    const specifier = nativeResolve(this.from)(this.request.specifier);
    return clause({ ...this.request, specifier });
  }

  /** Evaluated: what it exports. @param {Record<string, unknown>} namespace */
  adopt(namespace) {
    this.#namespace = namespace;
    for (const [name, cell] of this.#cells) this.#fill(cell, name);
  }

  /** @param {Cell} cell @param {string} name */
  #fill(cell, name) {
    if (this.builtin && !this.#namespace) {
      builtinsInUse.add(this);
      cell.mayChange = true;
      cell.initialize(name === "default" ? this.builtin : this.builtin[name]);
      return;
    }
    cell.initialize(/** @type {Record<string, unknown>} */ (this.#namespace)[name]);
  }

  nativeNamespace() {
    this.#namespace ??= /** @type {Record<string, unknown>} */ (
      bridge(this.from, `import * as namespace from ${clause(this.request)};${bridgeCall}(namespace);`)
    );
    return this.#namespace;
  }
}

/** @param {JsRequest} request */
function clause({ specifier, attributes }) {
  const text = JSON.stringify(aliasOf(specifier));
  return attributes.length > 0 ? `${text} with ${JSON.stringify(Object.fromEntries(attributes))}` : text;
}

/** @param {JsRequest} request */
function optionsOf({ attributes }) {
  return attributes.length > 0 ? { with: Object.fromEntries(attributes) } : undefined;
}

/**
 * Runs a module that stands where `from` stands.
 * @param {string} from
 * @param {string} source
 */
function bridge(from, source) {
  const file = path.join(path.dirname(from), `.heatsync-${++count}.mjs`);
  handed = null;
  try {
    compileNatively(source, file);
    return handed;
  } catch (error) {
    throw namedAfter(error, file, from);
  } finally {
    handed = null;
  }
}

/** The file the user knows, in place of ours. @param {any} error @param {string} ours @param {string} file */
function namedAfter(error, ours, file) {
  for (const key of ["message", "stack"]) {
    const text = Object.getOwnPropertyDescriptor(Object(error), key)?.value;
    if (typeof text !== "string" || !text.includes(ours)) continue;
    const renamed = text
      .replaceAll(pathToFileURL(ours).href, pathToFileURL(file).href)
      .replaceAll(ours, file);
    Object.defineProperty(error, key, { value: renamed, configurable: true, writable: true });
  }
  return error;
}

/**
 * Links imports of native modules without evaluating them: the first import of the graph throws.
 * @param {string} from
 * @param {{ request: JsRequest, names: string[] }[]} imports
 */
function probe(from, imports) {
  const data = `data:text/javascript,throw globalThis[Symbol.for(${JSON.stringify(STOP.description)})]//${++count}`;
  const statements = imports.map(({ request, names }, module) => {
    const list = names.map((name, index) => `${JSON.stringify(name)} as $${module}_${index}`);
    return `import {${list.join(",")}} from ${clause(request)};`;
  });
  try {
    bridge(from, `import ${JSON.stringify(data)};${statements.join("")}`);
  } catch (error) {
    if (error !== stop) throw error;
  }
}

/**
 * What linking `module` asks of the native modules it requests; throws what Node throws. Those
 * with top-level await are marked.
 * @param {SourceTextModule} module
 */
function linkNatives(module) {
  const imports = module.requested.flatMap((requested, index) => {
    if (!(requested instanceof NativeModule)) return [];
    const entries = [...module.record.imports, ...module.record.indirect];
    const names = entries.flatMap((entry) => (entry.request === index ? (entry.name ?? []) : []));
    // Each probe leaves Node an entry in its module map: one reload after the other may not make any.
    if (requested.isKnownToHave(names)) return [];
    return [{ requested, request: module.record.requests[index], names: [...new Set(names)] }];
  });
  if (imports.length === 0) return;
  try {
    probe(module.file, imports);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    for (const { requested, request } of imports) requested.hasTLA ||= isAsync(module.file, request);
  }
  for (const { requested, names } of imports) names.forEach((name) => void requested.note(name));
}

/** @param {string} from @param {JsRequest} request */
function isAsync(from, request) {
  try {
    probe(from, [{ request, names: [] }]);
    return false;
  } catch (error) {
    return /** @type {any} */ (error)?.code === "ERR_REQUIRE_ASYNC_MODULE";
  }
}

/** @type {Map<string, { import: (specifier: string, options: any) => Promise<any>, resolve: (specifier: string) => string, file: string }>} */
const natives = new Map();

/** Node's own `import()` and `import.meta.resolve`, as they are where `from` stands. @param {string} from */
function nativesOf(from) {
  const directory = path.dirname(from);
  let natives_ = natives.get(directory);
  if (!natives_) {
    const number = count + 1;
    const file = path.join(directory, `.heatsync-${number}.mjs`);
    const source = `${bridgeCall}({import:(s,o)=>import(s,o),resolve:(s)=>import.meta.resolve(s)})`;
    natives_ = { ...bridge(from, source), file };
    natives.set(directory, /** @type {any} */ (natives_));
  }
  return /** @type {NonNullable<typeof natives_>} */ (natives_);
}

/** @param {string} from @returns {(specifier: string, options?: any) => Promise<any>} */
function nativeImport(from) {
  const native = nativesOf(from);
  return async (specifier, options) => {
    try {
      return await native.import(specifier, options);
    } catch (error) {
      throw namedAfter(error, native.file, from);
    }
  };
}

/** @param {string} from @returns {(specifier: string) => string} */
function nativeResolve(from) {
  return (specifier) => {
    const native = nativesOf(from);
    try {
      return native.resolve(specifier);
    } catch (error) {
      throw namedAfter(error, native.file, from);
    }
  };
}

/** An `import.meta` as Node makes them. @param {string} from @returns {object} */
function bridgeMeta(from) {
  return bridge(from, `${bridgeCall}(import.meta)`);
}

module.exports = { bridgeMeta, NativeModule, linkNatives, nativeImport, nativeResolve };
