// @ts-check
"use strict";

// Modules that Node runs: packages, builtins, CommonJS, data: URLs, whatever we know nothing of.
// Their place in the order of evaluation is kept: each is evaluated, by a native module that does
// nothing but import it, when its turn comes. Node also finds the words when it can't be.

const { SafeMap } = require("../../intrinsics.cjs");
const { bridge, bridgeCall, isRefusedAsAsync, linkedNamespaces } = require("./bridge.cjs");
const { isLinkedNow, whileLinkedBelow } = require("../graph/being-linked.cjs");
const builtins = require("./builtins.cjs");
const { Cell } = require("../graph/cell.cjs");
const { dropImported } = require("../commonjs/imported-json.cjs");
const { comeAs, hasCome, notFound, whileAsked } = require("../import-call/in-vain.cjs");
const { isInstalledLater, specifierOf } = require("./installed-later.cjs");
const { isInDeadZone, told } = require("./looked-at.cjs");
const { Module } = require("../graph/module-record.cjs");
const { optionsOf, placeOf } = require("../graph/request-key.cjs");
const { nativeImport, nativeResolve } = require("./native-import.cjs");
const { clause, isAsync, probe } = require("./probe.cjs");
const { evaluatedByNode } = require("./thrown-natives.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").Resolution} Resolution */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

class NativeModule extends Module {
  isNative = true;
  /** @type {Map<string, Cell>} */
  #cells = new SafeMap();
  /** Names that linking showed to exist, or not. @type {Map<string, boolean>} */
  #known = new Map();
  /** @type {Record<string, unknown> | null} */
  #namespace = null;
  /** Names of exports that are written after the module was evaluated, or not. @type {Map<string, boolean>} */
  #written = new SafeMap();
  /** Why it is left to Node, if that is because it can't be read, and is that over? @type {{ error: unknown, isOver: () => boolean } | null} */
  refusal = null;
  /** Its namespace as a binding. */
  #own = new Cell();
  /** Before it was evaluated. @type {Record<string, unknown> | null} */
  #linked = null;
  /** Of its exports, once it was evaluated. @type {string[] | null} */
  #names = null;

  /**
   * @param {JsRequest} request
   * @param {string} from the file that asks first
   * @param {import("../graph/chained-loader.cjs").ChainedLoader} loader
   */
  constructor(request, from, loader) {
    super(request.file ?? request.specifier);
    this.request = request;
    this.loader = loader;
    this.from = from;
    /** Its name, if it is a builtin: it needs no evaluation. Of one with attributes Node says what it makes of them. */
    this.builtin = request.attributes.length > 0 ? null : builtins.builtinName(request.file);
  }

  /** Its namespace, if there is no need to link or evaluate it for that. */
  get #present() {
    return this.builtin ? this.nativeNamespace() : this.#namespace;
  }

  /** Of a builtin: exports that are others since. */
  sync() {
    const namespace = this.nativeNamespace();
    for (const [name, cell] of this.#cells) {
      if (cell.get() !== namespace[name]) cell.initialize(namespace[name]);
    }
  }

  /** @override @returns {string[]} */
  getExportedNames() {
    if (asyncStars && isLinkedNow(this)) {
      asyncStars.add(nativeResolve(this.from)(specifierOf(this.request)));
      return [];
    }
    try {
      return namesIn(this.linkedNamespace());
    } catch (error) {
      if (!isRefusedAsAsync(error)) throw error;
      const { namesOfPackage } = require("../link/names-of-package.cjs");
      const file = placeOf(this.request);
      const names = file && namesOfPackage(this.loader, file);
      if (names) return names;
      if (!asyncStars) throw error;
      asyncStars.add(nativeResolve(this.from)(specifierOf(this.request)));
      return [];
    }
  }

  /** The namespace, whether it was evaluated or not. @returns {Record<string, unknown>} */
  linkedNamespace() {
    const present = this.#present;
    if (present) return present;
    this.#linked ??= linkedNamespaces([this.absolute()])[0];
    return this.#linked;
  }

  /** @override @param {string} [name] @returns {import("../namespace/facade-text.cjs").From | null} */
  variableOf(name) {
    return name !== undefined && (isLinkedNow(this) || this.reassigns(name))
      ? { clause: this.absolute(), name }
      : null;
  }

  /** Is an export written after the module was evaluated? @param {string} name */
  reassigns(name) {
    const { specifier, attributes } = this.request;
    // A builtin's follow `syncBuiltinESMExports`.
    if (this.builtin || attributes.length > 0) return false;
    let isWritten = this.#written.get(name);
    if (isWritten === undefined) {
      isWritten = this.loader.reassigns(placeOf(this.request) ?? specifier, name);
      this.#written.set(name, isWritten);
    }
    return isWritten;
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    const present = this.#present;
    if (present) return name in present;
    // It imports who passes the name on: V8 links both, and says so if there is none.
    if (isLinkedNow(this)) return true;
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#probe(name);
      this.#known.set(name, known);
    }
    return known;
  }

  /** It was not there, or could not be read, and is there by now. */
  hasCome() {
    return this.refusal ? this.refusal.isOver() : hasCome(this.loader, this.request, this.from);
  }

  /** Node has evaluated it before: its namespace tells all there is to know, unless something awaits. */
  takeAsLoaded() {
    try {
      this.nativeNamespace();
    } catch (error) {
      if (!isRefusedAsAsync(error)) throw error;
      this.hasTLA = true;
    }
    return this;
  }

  /** A namespace has the same names for good. @override @returns {string[] | null} */
  allNames() {
    const present = this.#present;
    if (!present) return null;
    this.#names ??= namesIn(present);
    return this.#names;
  }

  /** @override */
  countNames() {
    return this.allNames()?.length ?? 0;
  }

  /** Is all known that linking could find out, and well? @param {string[]} names */
  isKnownToHave(names) {
    const present = this.#present;
    return present !== null && names.every((name) => name in present);
  }

  /** @param {string} name */
  #probe(name) {
    try {
      probe(this.from, [{ request: this.request, names: [name] }]);
      return true;
    } catch (error) {
      if (isRefusedAsAsync(error)) return this.note(name, true);
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  }

  /** @param {string} name @param {boolean} isRefused could Node not link it? */
  note(name, isRefused) {
    const isThere = !isRefused || !placeOf(this.request)?.endsWith(".wasm") || isInWasm(this.request, name);
    this.#known.set(name, isThere);
    return isThere;
  }

  /** @override @param {string} name @returns {Resolution} */
  resolveExport(name) {
    if (!this.has(name)) return null;
    let cell = this.#cells.get(name);
    if (!cell) {
      cell = new Cell();
      this.#cells.set(name, cell);
      // What has thrown has no value to show, and nobody who imports it is evaluated.
      if (this.status === "evaluated" && !this.evaluationError) this.#fill(cell, name);
      else if (this.isCyclic) this.#fillEarly(cell, name);
    }
    return { module: this, cell, name };
  }

  /**
   * @override
   * @param {import("../graph/module-record.cjs").ResolvedBinding} own
   * @param {import("../graph/module-record.cjs").ResolvedBinding} other
   */
  sharesBinding(own, other) {
    if (!(other.module instanceof NativeModule) || !own.cell || !other.cell) return false;
    const { isOneBinding } = require("../link/shared-binding.cjs");
    return isOneBinding(own, other);
  }

  /** @override */
  begin() {
    this.nativeNamespace();
    this.#cells.forEach((cell, name) => void this.#fill(cell, name));
    return super.begin();
  }

  /** Node's own import(). @returns {Promise<Record<string, unknown>>} */
  import() {
    return nativeImport(this.from)(specifierOf(this.request), optionsOf(this.request));
  }

  /** What another native module writes after `from`, wherever it stands. */
  absolute() {
    if (isInstalledLater(this.request.file)) return clause(this.request);
    const specifier = nativeResolve(this.from)(specifierOf(this.request));
    return clause({ ...this.request, specifier });
  }

  /** Evaluated: what it exports. @param {Record<string, unknown>} namespace */
  adopt(namespace) {
    this.#namespace = namespace;
    this.#names = null;
    if (!this.#own.isInitialized) this.#own.initialize(namespace);
    this.#cells.forEach((cell, name) => void this.#fill(cell, name));
  }

  /** @param {Cell} cell @param {string} name */
  #fill(cell, name) {
    cell.mayChange = this.builtin !== null;
    if (this.builtin) builtins.noteInUse(this);
    const namespace = /** @type {Record<string, unknown>} */ (this.#namespace);
    const read = () => namespace[name];
    // Passed on from a package that is evaluated after this one, for which it was: who sees that reads the namespace (link-modules.cjs).
    const isEarly = isInDeadZone(read);
    cell.initialize(isEarly ? undefined : read());
    if (!isEarly && (cell.isLive || !this.reassigns(name))) return;
    // For importers that were compiled when the name was not the package's: all others read it from the namespace.
    cell.connect(read, told(isEarly ? () => (isInDeadZone(read) ? undefined : read()) : read));
  }

  /** What can be seen before the evaluation: functions, `var`s, and all of CommonJS, undefined. @param {Cell} cell @param {string} name */
  #fillEarly(cell, name) {
    try {
      cell.initialize(this.linkedNamespace()[name]);
      cell.mayChange = true;
    } catch {
      // In its dead zone; or a package with top-level await, which can't be looked at.
    }
  }

  /** Of a package with top-level await only once it was evaluated. @returns {Cell} */
  namespaceCell() {
    const cell = this.#own;
    if (cell.isInitialized) return cell;
    try {
      cell.initialize(this.linkedNamespace());
    } catch (error) {
      if (!isRefusedAsAsync(error)) throw error;
    }
    return cell;
  }

  nativeNamespace() {
    if (this.builtin) {
      this.#namespace ??= builtins.builtinNamespace(this.builtin, this.from);
      return this.#namespace;
    }
    const source = () => `import * as namespace from ${clause(this.request)};${bridgeCall}(namespace);`;
    this.#namespace ??= /** @type {Record<string, unknown>} */ (
      evaluatedByNode(this, () => bridge(this.from, source()))
    );
    return this.#namespace;
  }
}

/** Packages whose names are left out, since nobody can look at them yet, and their files don't tell. @type {Set<string> | null} */
let asyncStars = null;

/**
 * What `look` finds, where packages with top-level await whose names are not to be had have none; and these packages. A facade that
 * passes them on itself (`export *`) has V8 evaluate them before what stands before them.
 * @template T
 * @param {() => T} look
 */
function withoutAsyncStars(look) {
  const stars = new Set();
  asyncStars = stars;
  try {
    return { found: look(), stars: [...stars] };
  } finally {
    asyncStars = null;
  }
}

/** @param {Record<string, unknown>} namespace */
const namesIn = (namespace) => Reflect.ownKeys(namespace).filter((key) => typeof key === "string");

/** @param {JsRequest} request @param {string} name @returns {boolean} */
const isInWasm = (request, name) => require("../link/wasm-names.cjs").exportsName(placeOf(request), name);

/**
 * What linking `module` asks of the native modules it requests; throws what Node throws. Those
 * with top-level await are marked.
 * @param {SourceTextModule} module
 */
function linkNatives(module) {
  if (!module.requested.some((requested) => requested.isNative)) return;
  const imports = module.requested.flatMap((requested, index) => {
    if (!(requested instanceof NativeModule)) return [];
    const entries = [...module.record.imports, ...module.record.indirect];
    const names = entries.flatMap((entry) => (entry.request === index ? (entry.name ?? []) : []));
    // Each probe leaves Node an entry in its module map: one reload after the other may not make any.
    if (requested.isKnownToHave(names)) return [];
    return [{ requested, request: module.record.requests[index], names: [...new Set(names)] }];
  });
  if (imports.length === 0) return;
  assertNotThere(imports);
  const natives = imports.map(({ requested }) => requested);
  let isRefused = false;
  try {
    whileLinkedBelow(module, natives, () => whileAsked(natives, () => probe(module.file, imports)));
  } catch (error) {
    if (!isRefusedAsAsync(error)) {
      require("./refused-by-node.cjs").noteRefused(error, natives);
      throw error;
    }
    isRefused = true;
    for (const { requested, request } of imports) requested.hasTLA ||= isAsync(module.file, request);
  }
  // Meanwhile.
  assertNotThere(imports);
  for (const { requested, names } of imports) names.forEach((name) => void requested.note(name, isRefused));
}

/**
 * What was not there when we looked is not to be what Node finds.
 * @param {{ requested: NativeModule }[]} imports
 */
function assertNotThere(imports) {
  for (const { requested } of imports) {
    if (!requested.hasCome()) continue;
    const { from, loader, refusal, request } = requested;
    // JSON that was mended meanwhile, and Node has it by now.
    if (refusal && request.file) dropImported(request.file);
    throw refusal?.error ?? notFound(request, from, comeAs(loader, request, from));
  }
}

module.exports = { NativeModule, linkNatives, withoutAsyncStars };
