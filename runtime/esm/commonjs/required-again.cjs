// @ts-check
"use strict";

// What `require()` gives of an ES module whose facade, at the file's URL, is Node's for good: when the module's names
// have changed, when it has left the graph (nothing required it any more, or it threw) and is required again.
// Node looks into `require.cache` first, so the answer is there, found when somebody asks.

const fs = require("node:fs");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { Loader, noteAnswered } = require("../../commonjs/commonjs.cjs");
const { isEsModule } = require("../../commonjs/edges.cjs");
const { loadingLater } = require("../../commonjs/let-go.cjs");
const { createDataProperty } = require("../../intrinsics.cjs");
const { isNamespace, isNamespaceOfOurs } = require("../../session/namespaces.cjs");
const { bridge, bridgeCall, dataUrl, linkOnly } = require("../native/bridge.cjs");
const { evaluate } = require("../evaluate/evaluate.cjs");
const { loader } = require("../index.cjs");
const { tellOfFormers } = require("../namespace/former-facades.cjs");
const { culpritOf, faults, isUnlinked } = require("../link/link.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { hasFacade } = require("../namespace/facade-url.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");
const { namespaceOf } = require("../namespace/namespace.cjs");
const { markedNamespace } = require("../namespace/synthetic-facade.cjs");
const { awaits } = require("./require-cycle.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { hasWhole } = require("./whole-export.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {NonNullable<Module["facade"]>} Facade */

class RequiredAgain {
  #graph;
  #prepare;
  #isRequired;
  /** What `require()` gives for each facade. @type {WeakMap<Facade, unknown>} */
  #exports = new WeakMap();
  /** Entries of ours in `require.cache`, and those of Node's that answer as they do. @type {WeakSet<LoaderModule>} */
  #answering = new WeakSet();
  /** For which module they were asked last. @type {WeakMap<LoaderModule, Module>} */
  #asked = new WeakMap();

  /**
   * @param {import("../graph/graph.cjs").Graph} graph
   * @param {(file: string) => void} prepare loads and links a file that is required
   * @param {(file: string) => void} isRequired the same, of what others have loaded already: it is followed for whoever requires it, too
   */
  constructor(graph, prepare, isRequired) {
    this.#graph = graph;
    this.#prepare = prepare;
    this.#isRequired = isRequired;
    tellOfFormers((facade, hasItsNames) => this.#changed(facade, hasItsNames));
  }

  /** What Node has for `require()` is not what its module gives now. @param {Facade} facade @param {boolean} hasItsNames */
  #changed(facade, hasItsNames) {
    const { file } = /** @type {SourceTextModule} */ (facade.module);
    if (this.#graph.modules.get(file) !== facade.module || !hasFacade(file)) return;
    const cached = Loader._cache[file];
    if (cached) this.#answerAsNode(cached, file, hasItsNames ? null : facade);
    else if (!hasItsNames) this.#answerAnew(file);
  }

  /**
   * Node's entry answers from now on; for its facade with what Node has made of that.
   * @param {LoaderModule} cached
   * @param {string} file
   * @param {Facade | null} facade null: what Node has is not of it any more
   */
  #answerAsNode(cached, file, facade) {
    if (this.#answering.has(cached)) return;
    // It may be of another one: the file was gone, and came back with other names.
    if (facade?.url === null && isMadeOf(cached.exports, facade)) this.#exports.set(facade, cached.exports);
    this.#answer(cached, file);
  }

  /**
   * It is to be evaluated in a cycle with CommonJS, which may require it before its turn: that evaluates it. What Node has is a
   * namespace that shows the version before until then.
   * @param {Module} module
   */
  mayBeRequired(module) {
    if (!isRequirable(module) || !module.facade || !hasFacade(module.file)) return;
    const cached = Loader._cache[module.file];
    if (cached) this.#answerAsNode(cached, module.file, module.facade);
  }

  /**
   * It has another version: an entry that an update of sync.* has made has the exports of one (versions.cjs, `required`).
   * @param {Module} module
   */
  replaced(module) {
    if (!isRequirable(module)) return;
    const cached = Loader._cache[module.file];
    const exports = cached && Reflect.getOwnPropertyDescriptor(cached, "exports")?.value;
    if (isNamespaceOfOurs(exports)) this.#answer(cached, module.file);
  }

  /** It has left the graph: whoever requires it gets another. @param {Module} module */
  left(module) {
    if (!isRequirable(module)) return;
    const { file } = module;
    const cached = Loader._cache[file];
    if (hasFacade(file)) this.#answerAnew(file);
    // It came by require() in an update of sync.*: Node asks us again once it does not have what that gave.
    else if (cached && isEsModule(cached)) delete Loader._cache[file];
  }

  /** Node has linked what the file held, and something else that this imports was not good. @param {string} file */
  linkedInVain(file) {
    if (!Loader._cache[file]) this.#answerAnew(file);
  }

  /** @param {string} file */
  #answerAnew(file) {
    const entry = new Loader(file);
    entry.filename = file;
    entry.loaded = true;
    this.#answer(entry, file);
    loadingLater.add(entry);
    Loader._cache[file] = entry;
  }

  /** @param {LoaderModule} entry @param {string} file */
  #answer(entry, file) {
    this.#answering.add(entry);
    const exportsOf = () => this.#exportsOf(file, entry);
    Object.defineProperty(entry, "exports", {
      __proto__: null,
      configurable: true,
      enumerable: true,
      get: exportsOf,
      set(value) {
        createDataProperty(this, "exports", value);
      },
    });
  }

  /** @param {string} file @param {LoaderModule} entry */
  #exportsOf(file, entry) {
    const known = this.#graph.modules.get(file) ?? this.#graph.freshOf(file);
    const isKnown = known instanceof SourceTextModule;
    if (!isKnown && !(fs.existsSync(file) && this.#graph.loader.isModule(file))) {
      // It is CommonJS now, or not there: Node's to load, or to say so.
      if (Loader._cache[file] === entry) delete Loader._cache[file];
      try {
        return /** @type {any} */ (Loader)._load(file, withoutChild(entry), false);
      } catch (error) {
        // When it is an ES module again, Node would give what it gave first.
        Loader._cache[file] ??= entry;
        throw error;
      }
    }
    if (!isKnown || this.#asked.get(entry) !== known) noteAnswered(entry, file, !isKnown);
    if (isKnown) this.#isRequired(file);
    const module = isKnown ? known : this.#loaded(file);
    this.#asked.set(entry, module);
    if (isAsync(module)) throw awaits(file, this.#graph.commonJs?.requirerOf(file));
    return this.exportsOf(module);
  }

  /** @param {SourceTextModule} module evaluated; or new, or linked in an update until somebody would require it */
  exportsOf(module) {
    if (module.status === "linked") evaluated(module);
    const error = module.evaluationError ?? module.cycleRoot?.evaluationError;
    if (error) throw error.error;
    const namespace = namespaceOf(module);
    if (hasWhole(namespace)) return namespace["module.exports"];
    const facade = /** @type {Facade} */ (module.facade);
    if (!this.#exports.has(facade)) this.#exports.set(facade, required(namespace, facade, module));
    return this.#exports.get(facade);
  }

  /** @param {string} file @returns {SourceTextModule} linked, if it has not been evaluated meanwhile */
  #loaded(file) {
    try {
      this.#prepare(file);
    } catch (error) {
      const culprit = culpritOf(error);
      this.#graph.commonJs?.required.noteRefused(culprit ? [file, culprit] : [file]);
      throw inNodesWords(error, file);
    }
    return /** @type {SourceTextModule} */ (this.#graph.modules.get(file));
  }
}

/** An ES module as `require()` names it: one of those that import() has with a query is another. @param {Module} it @returns {it is SourceTextModule} */
const isRequirable = (it) => it instanceof SourceTextModule && !/[?#]/.test(it.url);

/**
 * Is it what Node's `require()` gives of a facade: its namespace, or one that has `__esModule`, too?
 * @param {unknown} exports
 * @param {Facade} facade
 */
function isMadeOf(exports, { namespace }) {
  if (exports === namespace) return true;
  if (!namespace || !isNamespace(exports)) return false;
  // The keys alone: what is not initialized yet has no descriptor (ECMA-262 10.4.6.5).
  const names = Reflect.ownKeys(exports).filter((name) => name !== "__esModule");
  const own = Reflect.ownKeys(namespace);
  // Another facade of the same names may have been given up with an update that failed: its namespace is not this one's.
  const isMarked = Reflect.ownKeys(exports).length > names.length;
  return isMarked && names.length === own.length && names.every((name, at) => name === own[at]);
}

/** @param {SourceTextModule} module that is linked */
function evaluated(module) {
  // The error is thrown by whoever asks, where it can be caught.
  evaluate(module).catch(() => {});
}

/**
 * Takes a module back from whoever is requiring it.
 * @param {LoaderModule} child
 * @returns {LoaderModule | undefined} who that is
 */
function withoutChild(child) {
  const parent = Object.values(Loader._cache).findLast(({ children }) => children?.includes(child));
  parent?.children.splice(parent.children.indexOf(child), 1);
  return parent;
}

/**
 * Why a file can't be required. Node is asked about a copy: what it has once failed to link is at its URL for good.
 * @param {any} error what we say
 * @param {string} file
 * @returns {unknown}
 */
function inNodesWords(error, file) {
  if (isUnlinked(error)) {
    const { toldAsRequired } = require("../link/unlinked-required.cjs");
    return toldAsRequired(error, isOfNative(error) ? nativesOf(error, file) : null);
  }
  return error instanceof LoadError ? (nativesOf(error, file) ?? error.cause ?? error) : error;
}

/** @param {any} error @param {string} file @returns {unknown} null: Node finds nothing wrong */
function nativesOf(error, file) {
  try {
    const asked = error.cause || isTypeScript(file) ? null : askedOf(error, file);
    if (asked !== null) linkOnly(file, asked);
  } catch (native) {
    return native;
  }
  return null;
}

/**
 * Of what does not load that alone: Node loads what stands before it, in vain, and refuses to `require()` it from then on, as it is not
 * instantiated (`importSyncForRequire`, lib/internal/modules/esm/loader.js; "Unexpected module status 0"). Node 20 asks no hooks there, and
 * stops at TypeScript.
 * @param {unknown} error
 * @param {string} file
 * @returns {string | null} the text of what imports it; null: Node has nothing to say of it until it is evaluated
 */
function askedOf(error, file) {
  const { url } = error instanceof LoadError ? error : {};
  if (url === undefined || url === pathToFileURL(file).href) return fs.readFileSync(file, "utf8");
  return loader.isModule(fileURLToPath(url)) ? `import ${JSON.stringify(url)};` : null;
}

/** Does an import of a native module lead nowhere? @param {any} error */
function isOfNative(error) {
  const module = faults.get(error)?.module;
  const isNamed = ({ specifier = "" }) =>
    error.message.startsWith(`The requested module '${specifier}' does not`);
  return module?.requested.some((required, at) => required.isNative && isNamed(module.record.requests[at]));
}

/**
 * As Node's `loadESMFromCJS`: what `require()` makes of a namespace.
 * @param {Record<string, unknown>} namespace
 * @param {Facade} facade
 * @param {SourceTextModule} module
 */
function required(namespace, facade, { file, url }) {
  if (!Object.hasOwn(namespace, "default") || Object.hasOwn(namespace, "__esModule")) return namespace;
  const known = markedNamespace(facade);
  if (known) return known;
  const from = JSON.stringify(facade.url ?? url);
  const marked = dataUrl(`export*from ${from};export{default}from ${from};export const __esModule=true;`);
  try {
    return bridge(file, `import*as namespace from ${JSON.stringify(marked)};${bridgeCall}(namespace);`);
  } catch (error) {
    // Node takes a facade that the hooks' thread has made for a module that awaits.
    if (/** @type {any} */ (error).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    return markedObject(namespace);
  }
}

/** What such a namespace would be, but for its looks: names in the order of ECMA-262 10.4.6.11. @param {Record<string, unknown>} namespace */
function markedObject(namespace) {
  const marked = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const name of [...Object.keys(namespace), "__esModule"].sort()) {
    const get = name === "__esModule" ? () => true : () => namespace[name];
    Object.defineProperty(marked, name, { __proto__: null, enumerable: true, get });
  }
  return Object.preventExtensions(marked);
}

module.exports = { RequiredAgain, inNodesWords, isRequirable };
