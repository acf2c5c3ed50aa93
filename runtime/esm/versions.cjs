// @ts-check
"use strict";

// ES modules for sync.import, sync.require and hmr: what Node has loaded is the first version, and
// everybody's; a module that is evaluated anew runs on this runtime, under the same URL, and what it
// was before can be collected.

const { pathToFileURL } = require("node:url");
const { namespaceObject } = require("../namespaces.cjs");
const { registered } = require("../plain-loader.cjs");
const chain = require("./chain.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { evaluate } = require("./evaluate.cjs");
const { isLoadedByNode } = require("./loaded-by-node.cjs");
const { culpritOf, isUnlinked } = require("./link.cjs");
const { LoadError } = require("./load-error.cjs");
const { graph, loader } = require("./index.cjs");
const { evictRoot } = require("./prune.cjs");
const { isHere, leadsToOurs } = require("./led-to-ours.cjs");
const { leaveOutdated } = require("./outdated-natives.cjs");
const { putBack, SourceTextModule, versionOf } = require("./module-record.cjs");
const { isPlain, newBody, takeBody } = require("./new-body.cjs");
const { isAsync } = require("./namespace.cjs");
const { inNodesWords } = require("./syntax-in-nodes-words.cjs");
const { isOutOfDate } = require("./thrown-since.cjs");
const { hasThrown } = require("./thrown-natives.cjs");
const { versionExports, versionNamespace } = require("./version-namespace.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./graph.cjs").Renewal} Renewal */
/** @typedef {import("./module-record.cjs").Version} Version */
/** @typedef {import("../../native/addon").Session} NativeSession */

// Under register Node has facades alone.
graph.isSharedWithNode = !registered();

/** What is being evaluated, the innermost last: `require()` of an ES module belongs to it. @type {Attempt[]} */
const attempts = [];
graph.freshOf = (key) => attempts.findLast((it) => it.freshOf(key))?.freshOf(key);

/** @type {WeakSet<NativeSession>} */
const compiled = new WeakSet();

/** Changed modules of a session are made ready for this runtime. @param {NativeSession} session */
function compileFor(session) {
  if (compiled.has(session)) return;
  compiled.add(session);
  loader.compileFor(session);
}

/** New versions of some files, until it is clear whether they are good. */
class Attempt {
  /** @type {Renewal} */
  #renewal;
  /** Files that were Node's so far. */
  #taken;
  #willReadAgain;
  /** What `loadAlone` has loaded, as it was before. @type {Version | null} */
  #alone = null;

  /**
   * @param {string[]} files
   * @param {Iterable<string>} changed those of them that hold another text than before
   * @param {(() => void) | undefined} willReadAgain called before they are
   */
  constructor(files, changed, willReadAgain) {
    this.#willReadAgain = willReadAgain;
    // Before anything is read, also by `loadAlone`: what it finds to be unlike is what `load` is given.
    loader.refresh();
    this.#renewal = {
      files: new Set(files),
      changed: new Set(changed),
      versions: new Map(),
      fresh: new Map(),
      facades: new Map(),
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
    const request = () => (isModule && !attributes && requestOfKnown(file)) || requestOf(file, attributes);
    const module = again(
      () => graph.renew(request(), file, this.#renewal),
      (error) => {
        if (isUnlinked(error)) leaveOutdated(graph, fresh);
        this.#undo(known, keys);
      },
    );
    if (!isRequired || !graph.commonJs) graph.roots.add(module);
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

  /** What is new, and here. @param {string} key */
  freshOf(key) {
    return this.#renewal.fresh.get(key);
  }

  /** What comes of `module` now is another version. @param {Module} module */
  #keep(module) {
    this.#alone = versionOf(module);
    this.#renewal.versions.set(module, this.#alone);
    graph.roots.add(module);
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
    renewal.changed = renewal.files;
    this.#willReadAgain?.();
  }

  /** They are good. */
  commit() {
    this.#end();
    const { files, versions, fresh } = this.#renewal;
    // Nothing it evaluated has required more: all there is to do.
    if (this.#alone && versions.size === 1 && fresh.size === 0) return this.#alone.environment?.dispose();
    // Evaluated anew by require(), or not any more: nobody is to import what they were.
    for (const key of [...files].flatMap((file) => [file, `${file} [["type","json"]]`])) {
      const module = graph.modules.get(key);
      if (!module || versions.has(module)) continue;
      // Under register it is one module, whatever its version: who required it, and what it requires, is seen by that.
      const isOfNode = graph.commonJs && module instanceof CommonJsModule && module.importers.size === 0;
      if (isOfNode) module.unname();
      else graph.modules.delete(key);
    }
    for (const [key, module] of fresh) graph.modules.set(key, module);
    for (const [module, version] of versions) {
      version.environment?.dispose();
      for (const required of version.requested) {
        if (!module.requested.includes(required)) required.importers.delete(module);
      }
    }
    graph.show(new Set(versions.keys()));
  }

  /**
   * They are not: everything is as it was.
   * @param {string[]} attempted what Node has loaded meanwhile, and may keep as failed
   */
  restore(attempted) {
    this.#end();
    const { facades, versions } = this.#renewal;
    for (const [module, version] of versions) putBack(module, version);
    graph.showAgain(facades, new Set(versions.keys()));
    for (const file of this.#taken) graph.renewed.delete(file);
    for (const file of attempted) graph.renewed.add(file);
  }

  #end() {
    attempts.splice(attempts.indexOf(this), 1);
  }
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
 * @returns {import("../../native/addon").JsRequest | null} null: there is none
 */
function requestOfKnown(file) {
  const known = chain.hasOthers ? undefined : graph.modules.get(file);
  if (!known?.isSourceText) return null;
  return { specifier: known.url, attributes: [], target: "module", file, suffix: "", url: known.url };
}

/** Is the newest version of `file` one of ours? @param {string} file */
const isOurs = (file) => graph.renewed.has(file);

/**
 * The same, of a file that is imported now. V8 has no error a second time for what imports a package that threw.
 * @param {string} file
 */
function isOursFromNow(file) {
  if (isOurs(file) || !graph.isSharedWithNode) return isOurs(file);
  if (!hasThrown() && graph.renewed.size === 0) return false;
  if (loader.isModule(file) && (hasThrown() ? !isLoadedByNode(file) : leadsToOurs(graph, file)))
    forget([file]);
  return isOurs(file);
}

/** An ES module that is required, and was not before: is there a version of it here, or is there to be? @param {string} file */
function isOursAtLast(file) {
  if (isOutOfDate(file) || graph.freshOf(file) instanceof SourceTextModule) return true;
  if (!graph.isSharedWithNode || graph.renewed.size === 0 || !loader.isModule(file)) return false;
  return isHere(graph, file) || leadsToOurs(graph, file);
}

/**
 * What `import()` of a module gives that is linked.
 * @param {Module} module
 * @returns {Record<string, unknown> | Promise<Record<string, unknown>>} a promise only if something awaits
 */
const evaluated = (module) => /** @type {any} */ (evaluatedAs(module, versionNamespace));

/**
 * @template T
 * @param {Module} module
 * @param {(module: Module) => T} given
 * @returns {T | Promise<T>}
 */
function evaluatedAs(module, given) {
  const promise = evaluate(module);
  if (module.evaluationError) throw module.evaluationError.error;
  return module.status === "evaluated" ? given(module) : promise.then(() => given(module));
}

/**
 * The exports of a module that is linked, for whoever only copies them.
 * @param {Module} module
 * @param {"require" | "import"} via
 */
function exportsOf(module, via) {
  if (via === "require") refuseAsync(module);
  return evaluatedAs(module, versionExports);
}

/**
 * The same as `import()` gives for `require()`.
 * @param {Module} module
 */
function evaluatedNow(module) {
  refuseAsync(module);
  return /** @type {Record<string, unknown>} */ (evaluated(module));
}

/** @param {Module} module */
function refuseAsync(module) {
  if (isAsync(module)) {
    const file = /** @type {any} */ (module).file ?? module.url;
    const error = new Error(
      `${file} has, or uses what has, top-level await: require() can't wait for it, import() can`,
    );
    throw Object.assign(error, { code: "ERR_REQUIRE_ASYNC_MODULE" });
  }
}

/**
 * The newest version of a file that is ours.
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 */
function load(file, attributes) {
  const running = attempts.at(-1);
  if (running) return running.load(file, attributes);
  loader.refresh();
  /** @type {Map<string, Module>} */
  const fresh = new Map();
  const module = again(
    () => graph.prepare(requestOf(file, attributes), file, fresh),
    (error) => {
      if (isUnlinked(error)) leaveOutdated(graph, fresh);
      fresh.clear();
    },
  );
  graph.roots.add(module);
  return module;
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

/** What Node has of them is not good: whoever wants them gets ours. @param {string[]} files */
function forget(files) {
  for (const file of files) graph.renewed.add(file);
}

/**
 * What `require()` of an ES module gives, as Node 20.19 to 26 have it.
 * @param {string} file
 * @returns {{ exports: unknown } | null} null: Node's own is the newest
 */
function required(file) {
  if (!isOurs(file) && isOursAtLast(file)) forget([file]);
  if (!isOurs(file) || !loader.isModule(file)) return null;
  const before = newestOf(file);
  const wasRoot = before !== undefined && graph.roots.has(before);
  const namespace = importedNow(file);
  if (!wasRoot) noteRequired(file);
  if ("module.exports" in namespace) return { exports: namespace["module.exports"] };
  if (!("default" in namespace) || "__esModule" in namespace) return { exports: namespace };
  // So that compiled CommonJS finds the default export where it looks for it.
  const names = new Map([...Object.keys(namespace), "__esModule"].map((name) => [name, name]));
  const propertyOf = (/** @type {string} */ name) =>
    name === "__esModule" ? { value: true } : { get: () => namespace[name] };
  return { exports: namespaceObject(names, propertyOf) };
}

/** @param {string} file */
const newestOf = (file) => graph.freshOf(file) ?? graph.modules.get(file);

/** Under register it is of whoever has required it, which shows later, and goes when nobody does any more. @param {string} file */
function noteRequired(file) {
  const module = newestOf(file);
  if (!module || !graph.commonJs) return;
  graph.roots.delete(module);
  graph.commonJs.required.note(module);
  graph.roots.add(module);
}

/**
 * What `import()` of a file that is ours gives whoever asks for it first: what throws is evaluated anew by the next who asks.
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @returns {Promise<Record<string, unknown>>}
 */
async function imported(file, attributes) {
  const module = loadAnew(file, attributes);
  try {
    return await evaluated(module);
  } catch (error) {
    leave(module);
    throw error;
  }
}

/**
 * The same for `require()`.
 * @param {string} file
 */
function importedNow(file) {
  const module = loadAnew(file);
  let isDone = false;
  // No `catch`: Node shows the line that has thrown last.
  try {
    const namespace = evaluatedNow(module);
    isDone = true;
    return namespace;
  } finally {
    if (!isDone) leave(module);
  }
}

/** @param {string} file @param {ImportAttributes} [attributes] */
function loadAnew(file, attributes) {
  // It has been imported by others, or within an update.
  const known = graph.modules.get(file);
  if (known) leave(known);
  return load(file, attributes);
}

/** @param {Module} module which is evaluated, maybe */
function leave(module) {
  // An update has its own end.
  if (module.evaluationError && attempts.length === 0) evictRoot(graph, module);
}

/** Is it known what it was made of? @param {string} file */
const hasRecord = (file) => graph.modules.get(file) instanceof SourceTextModule;

/** @param {string[]} files @param {string[]} [changed] all, unless it is said @param {() => void} [willReadAgain] called before they are */
const begin = (files, changed = files, willReadAgain = undefined) =>
  new Attempt(files, changed, willReadAgain);

module.exports = {
  begin,
  compileFor,
  culpritOf,
  evaluated,
  evaluatedNow,
  exportsOf,
  forget,
  hasRecord,
  imported,
  importedNow,
  isOurs,
  isOursFromNow,
  required,
};
