// @ts-check
"use strict";

// What an update of sync.*, hmr() evaluates anew: versions beside those that run, until it is clear whether they are good.

const { realpathSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const chain = require("../hooks/chain.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { dropImported } = require("../commonjs/imported-json.cjs");
const { isTaken } = require("../namespace/facade-url.cjs");
const { forgetDynamic } = require("../graph/importers.cjs");
const { heldInVain, putInCache } = require("./held-in-vain.cjs");
const { inheritAll } = require("../namespace/inherited-facade.cjs");
const { retire } = require("../namespace/left-shown.cjs");
const { exchangesSoFar } = require("../namespace/version-namespace.cjs");
const { isUnlinked } = require("../link/link.cjs");
const { JsonModule } = require("../graph/json-module.cjs");
const { isAsRead } = require("../../commonjs/shared-json.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { graph, loader, updates } = require("../index.cjs");
const { holdAsRoot } = require("../../session/held-require.cjs");
const { leaveOutdated } = require("./outdated-natives.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { bindToPresent, putBack, versionOf } = require("./renewed-version.cjs");
const { isPlain, newBody, takeBody } = require("../update/new-body.cjs");
const { evictTorn, evictUnheld } = require("../update/prune.cjs");
const { jsonKeyOf } = require("../graph/request-key.cjs");
const { inNodesWords } = require("../positions/syntax-in-nodes-words.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/graph.cjs").Renewal} Renewal */
/** @typedef {import("./renewed-version.cjs").Version} Version */
/**
 * `willRead` is called before the files are read, once more; `tellOfRead` before one is that is new, or of which nothing is.
 * `session` is the engine's, whose update this is.
 * @typedef {{ willRead?: () => void, tellOfRead?: (file: string) => void, session?: import("../../../native/addon").Session }} Reading
 */

/** What is being evaluated, the innermost last: `require()` of an ES module belongs to it. @type {Attempt[]} */
const attempts = [];
graph.freshOf = (key) => {
  for (let at = attempts.length - 1; at >= 0; at--) {
    const fresh = attempts[at].freshOf(key);
    if (fresh) return fresh;
  }
  return undefined;
};
graph.isBeingTried = (file) => attempts.some((attempt) => attempt.has(file));
graph.jsonTextOf = (key) => {
  for (let at = attempts.length - 1; at >= 0; at--) {
    const text = attempts[at].jsonText(key);
    if (text !== null) return text;
  }
  return null;
};
// Also of what none of them is about: its file may have been saved since, which waits for their end. Who has imported it before is told anyway.
graph.isGivenOut = (module, from) => {
  if (attempts.length > 0 && ![...module.importers].some((it) => fileOf(it) === from))
    attempts[0].giveOut(module);
};

/** @param {Module} module @returns {string | undefined} undefined: it is of Node */
const fileOf = (module) => /** @type {{ file?: string }} */ (module).file;

/** New versions of some files, until it is clear whether they are good. */
class Attempt {
  /** @type {Renewal} */
  #renewal;
  /** Files that were Node's so far. */
  #taken;
  #willRead;
  #session;
  /** Files that something hot imports since, of which another session of the engine tells. @type {Set<string>} */
  #givenOut = new Set();
  /** What `loadAlone` has loaded, as it was before. @type {Version | null} */
  #alone = null;
  #exchanges = exchangesSoFar();
  /** What has become a root because a version asked for it. @type {Set<Module>} */
  #roots = new Set();

  /**
   * @param {string[]} files
   * @param {Iterable<string>} changed those of them that hold another text than before
   * @param {Reading} [reading]
   */
  constructor(files, changed, { willRead, tellOfRead, session } = {}) {
    this.#willRead = willRead;
    this.#session = session;
    // Before anything is read, also by `loadAlone`: what it finds to be unlike is what `load` is given.
    loader.refresh();
    const targets = files.filter((file) => !graph.modules.has(file)).flatMap(targetOf);
    if (targets.length > 0) {
      files = [...files, ...targets];
      changed = [...changed, ...targets];
    }
    this.#renewal = {
      files: new Set(files),
      changed: new Set(changed),
      versions: new Map(),
      fresh: new Map(),
      facades: new Map(),
      jsonOfNode: new Set(),
      tellOfRead,
    };
    this.#taken = files.filter((file) => !graph.renewed.has(file));
    for (const file of files) graph.renewed.add(file);
    attempts.push(this);
  }

  /**
   * Loads and links the newest version of `file`.
   * @param {string} file
   * @param {ImportAttributes} [attributes]
   * @param {boolean} [isModule] the update is about it as an ES module
   * @param {boolean} [isRequired] it is who requires it then that has it, if somebody does: under register that is seen
   */
  load(file, attributes, isModule = false, isRequired = false) {
    const { versions, fresh } = this.#renewal;
    const known = new Set(versions.keys());
    const keys = new Set(fresh.keys());
    const found = () => this.#requestOfFresh(file) ?? (isModule ? requestOfKnown(file) : null);
    const request = () => (!attributes && found()) || requestOf(file, attributes);
    const module = again(
      () => graph.renew(request(), file, this.#renewal),
      (error) => {
        if (isUnlinked(error)) leaveOutdated(graph, fresh);
        this.#undo(known, keys);
      },
    );
    if (isRequired && graph.commonJs) return module;
    if (!graph.roots.has(module)) this.#roots.add(module);
    holdAsRoot(graph.roots, module);
    return module;
  }

  /**
   * The same in few steps, of a module that is all there is to evaluate, if its body alone is new.
   * @param {string} file
   * @returns {Module | null} null: `load` is to be asked
   */
  loadAlone(file) {
    const module = graph.modules.get(file);
    if (!module || !graph.renewed.has(file) || graph.instrument || graph.boundaries?.isActive) return null;
    // Who sees its namespace, or passes it on, is to see the new version before that runs.
    if (module.facade || module.entrance || module.importers.size > 0) return null;
    if (module instanceof CommonJsModule) return this.#commonJsAlone(module);
    if (!(module instanceof SourceTextModule) || !isPlain(module)) return null;
    const next = newBody(graph, module);
    if (!next) return null;
    this.#keep(module);
    takeBody(graph, module, next);
    return module;
  }

  /**
   * Whether it parses is seen when Node loads it: no handler of a version before is called by then, as under register.
   * @param {CommonJsModule} module
   */
  #commonJsAlone(module) {
    if (graph.commonJs || !module.bindings || module.status !== "evaluated" || module.isCyclic) return null;
    const names = loader.commonjsNames(module.file);
    if (!Array.isArray(names)) return null;
    this.#keep(module);
    module.adopt(names);
    module.status = "linked";
    return module;
  }

  /** Is it about this file? @param {string} file */
  has(file) {
    return this.#renewal.files.has(file);
  }

  /** What is imported, and new. */
  fresh() {
    return [...this.#renewal.fresh.values()];
  }

  /** ES modules of these. */
  freshFiles() {
    return this.fresh().flatMap((it) => (it instanceof SourceTextModule ? it.file : []));
  }

  /** What is new, and here. @param {string} key */
  freshOf(key) {
    return this.#renewal.fresh.get(key);
  }

  /** What it has read of JSON that is imported. @param {string} key */
  jsonText(key) {
    const fresh = this.#renewal.fresh.get(key);
    const module = fresh ?? graph.modules.get(key);
    if (!(module instanceof JsonModule) || !(fresh || this.#renewal.versions.has(module))) return null;
    return module.text;
  }

  /** Its file may have been saved again by then, which is news once this has ended. @param {Module} module */
  giveOut(module) {
    const file = fileOf(module);
    if (file !== undefined) this.#givenOut.add(file);
  }

  /**
   * What was loaded is it for whoever requires it next, also if its file is gone just then: where that leads is found to be nowhere, and of
   * what leads nowhere Node has what it had loaded first.
   * @param {string} file
   */
  #requestOfFresh(file) {
    const fresh = this.#renewal.fresh.get(file);
    return fresh?.isSourceText ? requestTo(file, fresh) : null;
  }

  /** What comes of `module` now is another version. @param {Module} module */
  #keep(module) {
    this.#alone = versionOf(module);
    this.#renewal.versions.set(module, this.#alone);
    holdAsRoot(graph.roots, module);
  }

  /**
   * Takes back what was renewed since, and leaves nothing to what is known of files.
   * @param {Set<Module>} versions
   * @param {Set<string>} fresh
   */
  #undo(versions, fresh) {
    const renewal = this.#renewal;
    const undone = [...renewal.versions].filter(([module]) => !versions.has(module));
    for (const [module, version] of undone) {
      putBack(module, version);
      renewal.versions.delete(module);
    }
    for (const [key, module] of [...renewal.fresh].filter(([key]) => !fresh.has(key))) {
      for (const required of module.requested) required.importers.delete(module);
      renewal.fresh.delete(key);
    }
    graph.showAgain(renewal.facades, new Set(undone.map(([module]) => module)));
    this.#takeJson();
    renewal.changed = renewal.files;
    this.#willRead?.();
  }

  /** They are good. */
  commit() {
    this.#end();
    const { files, versions, fresh } = this.#renewal;
    this.#forgetCalled();
    // Nothing it evaluated has required more: all there is to do.
    if (this.#alone && versions.size === 1 && fresh.size === 0) {
      this.#alone.environment?.dispose();
      this.#letGo();
      return;
    }
    // What import.meta.hot could not evaluate it tries again, for who imports these.
    const isTriedAgain = graph.commonJs !== null && [...files].some((file) => updates.isInVain(file));
    // Evaluated anew by require(), or not any more: nobody is to import what they were.
    for (const key of [...files].flatMap((file) => [file, jsonKeyOf(file)])) {
      const module = graph.modules.get(key);
      // What only CommonJS had required, and is imported from now on, goes on as the module that it was.
      if (!module || versions.has(module) || fresh.get(key) === module) continue;
      // Under register import.meta.hot has taken care of what is imported, as it is now.
      if (graph.commonJs && module instanceof JsonModule && isAsRead(module)) continue;
      // Under register it is one module, whatever its version: who required it, and what it requires, is seen by that.
      const isImported = module.importers.size > 0;
      if (graph.commonJs && module instanceof CommonJsModule && (isTriedAgain || !isImported)) {
        if (isImported) module.goOnAsRequired();
        else module.unname();
      } else {
        graph.modules.delete(key);
        retire(graph, key, module);
      }
    }
    for (const [key, module] of fresh) graph.modules.set(key, module);
    inheritAll(fresh.values());
    for (const [module, version] of versions) {
      version.environment?.dispose();
      for (const required of version.requested) {
        if (!module.requested.includes(required)) required.importers.delete(module);
      }
    }
    graph.show(new Set(versions.keys()));
    this.#letGo();
  }

  /**
   * What versions that are replaced had required, or imported by import(), they hold no longer: else that would not leave the graph,
   * nor `require.cache`, when it is edited, and come back as it was.
   */
  #forgetCalled() {
    for (const [module, version] of this.#renewal.versions) {
      if (module instanceof HotModule) forgetDynamic(module, /** @type {any} */ (version).dynamicImports);
    }
  }

  /** Errors that nobody has read may hold this: see `Transaction#letGo`. */
  #letGo() {
    this.#alone = null;
    for (const kept of [this.#renewal.versions, this.#renewal.fresh, this.#renewal.facades]) kept.clear();
  }

  /**
   * They are not: everything is as it was.
   * @param {string[]} attempted what Node has loaded meanwhile, and may keep as failed
   * @param {Iterable<import("../../commonjs/commonjs.cjs").LoaderModule>} loaded as which modules
   */
  restore(attempted, loaded) {
    this.#end();
    const { facades, fresh, versions } = this.#renewal;
    for (const [module, version] of versions) {
      const { dynamicImports } = /** @type {import("../graph/module-record.cjs").HotModule} */ (module);
      putBack(module, version);
      if (module instanceof HotModule) forgetDynamic(module, dynamicImports);
    }
    if (exchangesSoFar() !== this.#exchanges) bindToPresent(graph, versions.keys());
    const held = heldInVain(graph, this.#renewal, new Set(loaded), attempted);
    graph.withdraw(fresh);
    graph.showAgain(facades, new Set(versions.keys()));
    // A namespace that was seen meanwhile Node keeps under the file's URL.
    for (const file of this.#taken) if (!isTaken(file)) graph.renewed.delete(file);
    for (const file of attempted) graph.renewed.add(file);
    this.#takeJson();
    if (graph.commonJs) leaveRequired(graph.commonJs, attempted);
    // Whoever had it before has it again: the handlers above that take care of it, and not nobody.
    for (const module of this.#roots) graph.commonJs?.required.isAsBefore(module);
    putInCache(graph, loaded);
    const left = held();
    if (left.length > 0) updates.renew(left);
  }

  /** What Node has of it, for good, and in `require.cache`, it was given for nothing: what the file held then, which may have been undone since. */
  #takeJson() {
    for (const file of this.#renewal.jsonOfNode) {
      graph.renewed.add(file);
      dropImported(file);
    }
  }

  #end() {
    attempts.splice(attempts.indexOf(this), 1);
    const session = this.#session;
    if (session) for (const file of this.#givenOut) graph.isShared(file, session);
  }
}

/**
 * Under register what CommonJS requires is in the graph at once, as what it was in that update; whoever requires it next gets
 * another from Node, and whoever imports it is to have the same.
 * @param {import("../commonjs/commonjs-graph.cjs").CommonJsGraph} commonJs
 * @param {string[]} files that were required in an update that failed
 */
function leaveRequired(commonJs, files) {
  commonJs.refresh();
  const modules = new Set(files.flatMap((file) => graph.modules.ofFile(file)));
  commonJs.required.takeUnclaimed((module) => modules.has(module));
  evictTorn(graph, [...modules]);
  evictUnheld(graph, modules);
}

/**
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 */
function requestOf(file, attributes) {
  const entries = /** @type {[string, string][]} */ (Object.entries(attributes ?? {}));
  const { href } = pathToFileURL(file);
  return loader.target(href, entries, file, href);
}

/**
 * The same of a module there is, which needs no look at the disk.
 * @param {string} file
 * @returns {import("../../../native/addon").JsRequest | null} null: there is none
 */
function requestOfKnown(file) {
  const known = chain.hasOthers ? undefined : graph.modules.get(file);
  return known?.isSourceText ? requestTo(file, known) : null;
}

/** @param {string} file @param {Module} module @returns {import("../../../native/addon").JsRequest} */
const requestTo = (file, { url }) => ({
  specifier: url,
  attributes: [],
  target: "module",
  file,
  suffix: "",
  url,
});

/** A file that has become a link is a module by the name of what it leads to. @param {string} file @returns {string[]} */
function targetOf(file) {
  try {
    const target = realpathSync(file);
    return target === file ? [] : [target];
  } catch {
    return []; // gone by now
  }
}

/**
 * What was found on disk before may be wrong, where nobody watched: whatever fails is tried once more.
 * @template T
 * @param {() => T} work
 * @param {(error: unknown) => void} undo
 */
function again(work, undo) {
  try {
    return work();
  } catch (error) {
    undo(error);
    loader.clearCache();
  }
  try {
    return work();
  } catch (error) {
    throw error instanceof LoadError ? inNodesWords(error) : error;
  }
}

module.exports = { Attempt, again, attempts, requestOf, requestOfKnown };
