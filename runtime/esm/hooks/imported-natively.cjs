// @ts-check
"use strict";

// Who imports a module of the graph natively. Node's loader runs CommonJS files, and its `import()` in them is Node's
// own; but hooks in the program's thread are told who asks, so that a CommonJS file can accept what it imports.

const fs = require("node:fs");
const { fileURLToPath } = require("node:url");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { SafeMap } = require("../../intrinsics.cjs");
const { isLetGo } = require("../../commonjs/let-go.cjs");
const { countAsImport } = require("../../session/held-require.cjs");
const { PACKAGES, isOwnFile } = require("../../project-files.cjs");
const { isOfBridge } = require("../native/bridge.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { Facade } = require("../namespace/facade.cjs");
const { takesPart } = require("../graph/project-file.cjs");
const { evictUnheld } = require("../update/prune.cjs");
const { isQuoted } = require("../positions/quoted.cjs");
const { textOf } = require("../graph/taken-by-node.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** Node's module that a file was when it asked. Another thread tells later, and can't say. @typedef {WeakRef<object> | null} Version */
/** `specifier`: of what another thread tells, or will: it may have been asked by the next version already. @typedef {{ version: Version, specifier: string | undefined }} Asked */

class ImportedNatively {
  /** Who asked for a file since the last look, by both: a program may do so for each request, and save nothing. @type {Map<string, [from: string | undefined, file: string, asked: Asked]>} */
  #asked = new SafeMap();
  /**
   * By file, which versions have imported it: with hooks Node asks for each `import()` that is run, so a new version that no longer runs it
   * is not asked for.
   * @type {Map<string, Map<string, Asked>>}
   */
  #importers = new Map();
  /** Files that somebody else imports: the program's entry point, a package, code in eval. @type {Set<string>} */
  #others = new Set();
  /** Those of them that not only `sync.import()` has Node import. @type {Set<string>} */
  #outside = new Set();
  /** By file, a package's file that imports it: who asks why nobody accepts it is to know. @type {Map<string, string>} */
  #packages = new SafeMap();

  /** @param {string | undefined} from a URL @param {string} url @param {string} [specifier] @returns {string | null} the project's file */
  note(from, url, specifier) {
    // With a query it is another module, which stays a root.
    if (!url.startsWith("file:") || url.includes("/node_modules/") || /[?#]/.test(url)) return null;
    const file = fileURLToPath(url);
    // A facade imports itself, and a module of ours asks Node what is wrong with it.
    if (from === url || !takesPart(file) || isOfBridge(from)) return null;
    const importer = from?.startsWith("file:") ? fileURLToPath(from) : undefined;
    if (importer?.includes(PACKAGES)) this.#packages.set(file, importer);
    const version = importer === undefined ? undefined : Loader._cache[importer];
    const asked = { version: version ? new WeakRef(version) : null, specifier };
    this.#asked.set(`${importer ?? ""}\0${file}`, [importer, file, asked]);
    return file;
  }

  /** Modules that CommonJS files of the graph alone have imported are theirs to accept. @param {Graph} graph */
  link(graph) {
    if (this.#asked.size > 0) this.#takeAsked(graph);
    // An iterator that finds nothing is a cold function, too (docs/speed-notes.md).
    if (this.#importers.size === 0) return;
    for (const [file, importers] of this.#importers) {
      // One that failed is Node's for good; versions of a boundary are exchanged by import() itself.
      if (graph.isBoundary(file)) continue;
      for (const module of graph.modules.ofFile(file)) {
        const isEsModule = module instanceof SourceTextModule;
        if (isEsModule && (module.status !== "evaluated" || module.evaluationError)) continue;
        linkImporters(graph, module, importers);
        // What is not Node's own is a module as others are (kept-by-node.cjs).
        if (!isEsModule || !isNodes(module)) continue;
        const isOfOthers = this.#others.has(file);
        // Below a boundary the next version of who imported it may do so as well, which shows once that is evaluated.
        const isNobodys = module.importers.size + module.dynamicImporters.size === 0;
        module.isLeft = isNobodys && !isOfOthers && !graph.expected.has(module);
        // Nobody can import it any more: what it leads to would keep every update waiting for it.
        if (module.isLeft && !fs.existsSync(file)) {
          leave(graph, module);
          continue;
        }
        // Who imported it natively may be gone, or not do so any more: then it is of those who are left.
        if (isOfOthers || module.isLeft) graph.roots.add(module);
        else graph.roots.delete(module);
      }
    }
  }

  /** @param {Graph} graph */
  #takeAsked(graph) {
    for (const [from, file, asked] of this.#asked.values()) this.#add(graph, from, file, asked);
    this.#asked.clear();
  }

  /** CommonJS of the graph whose version that runs has imported a file, in the graph or not. @param {Graph} graph @param {string} file */
  importersOf(graph, file) {
    this.#takeAsked(graph);
    return [...(this.#importers.get(file) ?? [])].flatMap(([from, asked]) => {
      const importer = graph.modules.get(from);
      return importer instanceof CommonJsModule && mayHaveAsked(importer, asked) ? [importer] : [];
    });
  }

  /** Is somebody who is not in the graph known to import it? @param {Module} module */
  isOfOthers(module) {
    return module instanceof SourceTextModule && this.#others.has(module.file);
  }

  /** A package has required it, which no hook is asked for once it is loaded. @param {string} file */
  noteOutside(file) {
    this.#outside.add(file);
  }

  /** The same of who is no instance of Heatsync. @param {{ file: string }} module */
  isFromOutside({ file }) {
    return this.#outside.has(file);
  }

  /** @param {string} file @returns {string | undefined} a package's file that imports it, and is known */
  packageOf(file) {
    return this.#packages.get(file);
  }

  /** @param {Graph} graph @param {string | undefined} from @param {string} file @param {Asked} asked */
  #add(graph, from, file, { version, specifier }) {
    const importer = from === undefined ? undefined : graph.modules.get(from);
    // Another thread tells later: code of what has left the graph meanwhile, which is no reason to refuse the next update.
    if (from !== undefined && !importer && isLetGo(from)) return;
    // What a loader has put around the file (`x.cjs?iitm=true`) is another module of it.
    if (from === undefined || from === file || !(importer instanceof CommonJsModule)) {
      this.#others.add(file);
      if (from === undefined || !isOwnFile(from)) this.#outside.add(file);
      return;
    }
    const importers = this.#importers.get(file) ?? new Map();
    this.#importers.set(file, importers);
    version ??= importer.instance ? new WeakRef(importer.instance) : null;
    importers.set(from, { version, specifier });
  }
}

/** Nobody imports it any more. @param {Graph} graph @param {SourceTextModule} module */
function leave(graph, module) {
  module.isLeft = false;
  graph.roots.delete(module);
  evictUnheld(graph, [module]);
}

/** Has Node a facade of it, which it keeps? @param {Module} module */
const isNodes = ({ entrance, facade }) => [entrance, facade].some((it) => it instanceof Facade && it.isGiven);

/** @param {Graph} graph @param {Module} module @param {Map<string, Asked>} importers */
function linkImporters(graph, module, importers) {
  for (const [from, asked] of importers) {
    const importer = graph.modules.get(from);
    if (!(importer instanceof CommonJsModule) || !mayHaveAsked(importer, asked)) continue;
    const names = importer.dynamicImports.get(module);
    if (names) {
      countAsImport(names);
      continue;
    }
    importer.dynamicImports.set(module, new Set());
    module.dynamicImporters.add(importer);
  }
}

/** @param {CommonJsModule} importer @param {Asked} asked */
function mayHaveAsked(importer, { version, specifier }) {
  if (version === null || version.deref() === importer.instance) return true;
  return specifier !== undefined && names(importer, specifier);
}

/** What versions speak of. @type {WeakMap<object, Map<string, boolean>>} */
const named = new WeakMap();

/** @param {CommonJsModule} importer @param {string} specifier */
function names({ file, instance }, specifier) {
  const known = instance && named.get(instance)?.get(specifier);
  if (known !== null && known !== undefined) return known;
  const isNamed = isQuoted(textOf(file) ?? "", specifier);
  if (instance) named.set(instance, (named.get(instance) ?? new Map()).set(specifier, isNamed));
  return isNamed;
}

module.exports = { ImportedNatively, leave };
