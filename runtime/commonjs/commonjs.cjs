// @ts-check
"use strict";

// CommonJS as Node loads it, observed: which files are read, and who requires (edges.cjs has who was required by whom). Nothing is
// compiled or evaluated differently; `Module.prototype.load` is the one place through which every
// CommonJS file, JSON file and require()d ES module passes on Node 20 to 26.

const Module = require("node:module");
const { apply } = require("../intrinsics.cjs");
const { forgetNames } = require("./answers.cjs");
const { letGo } = require("./let-go.cjs");
const edges = require("./edges.cjs");
const { endStats } = require("./node-stats.cjs");
const { newestText } = require("./linked-text.cjs");
const { adopt, parentOf } = require("./parents.cjs");
const { compile, isPlain, parses, standIn } = require("./plain-loader.cjs");
const plannedText = require("./planned-text.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { noteReplaced } = require("./replaced.cjs");
const { isLeftToHook } = require("./require-hooks.cjs");

/**
 * What Node's CommonJS loader has and its types do not say.
 * @typedef {NodeJS.Module & { load(file: string): void, _compile(source: string, file: string, format?: string): unknown }} LoaderModule
 * @typedef {Omit<typeof Module, "prototype"> & { new (id: string, parent?: LoaderModule): LoaderModule, _cache: Record<string, LoaderModule>, prototype: LoaderModule }} LoaderClass
 */

const Loader = /** @type {LoaderClass} */ (/** @type {unknown} */ (Module));

/** @typedef {import("../../native/addon").Session} NativeSession */

/** Who wants to know what is loaded meanwhile; null: by an entry of ours, which stays. @type {Set<Map<string, LoaderModule | null>>} */
const collectors = new Set();

/**
 * Starts observing. Once per environment.
 * @param {NativeSession} session
 * @param {() => void} onLoad called when something is loaded whose imports are to be reported
 * @param {(file: string, parent: LoaderModule | null | undefined) => void} onFailed called when a load has thrown
 * @param {(id: unknown, module: LoaderModule) => void} onUnmet called when a require() has thrown
 * @param {(file: string) => boolean} isOfHot is an update of `import.meta.hot` about it?
 */
function observe(session, onLoad, onFailed, onUnmet, isOfHot) {
  loaded = onLoad;
  willRead = (file) => void session.loading(file, false);
  // Theirs have these names, which V8 shows.
  const { load: loadBefore, require: requireBefore, _compile: compileBefore } = Loader.prototype;
  /** @type {string | null} */
  let announced = null;
  let isReadByNode = false;

  /** @this {LoaderModule} @param {any[]} given */
  Loader.prototype.load = function load(...given) {
    /** @type {string} */
    const file = given[0];
    if (!isProjectFile(file)) return apply(loadBefore, this, given);
    // What the engine has planned as CommonJS is no ES module: to ask reads it once more.
    const isPlanned = this === anew;
    const isTaken = !isPlanned && isHad(file, canCompile, session);
    // What `import.meta.hot` evaluates from a text that it has planned may have been saved since: it comes first, and what it has
    // left to do is ours still. What it loads besides is no news: there is nothing older of it.
    const hots = plannedText.peek(file);
    const isJson = file.endsWith(".json");
    // Read already, and told, for what imports it in the update that requires it now: both are to have one text.
    const read = isJson ? require("./shared-json.cjs").textOfUpdate(file) : null;
    const source = isTaken || hots !== null || read !== null ? null : session.loading(file, true);
    if (!isTaken && hots !== null && !isJson && !isOfHot(file)) session.compiled(file, hots);
    noteLoaded(this, file);
    forgetNames(file);
    const answer = isPlanned ? null : esModules(file);
    if (answer) {
      // It may have brought others, which are known to the engine as they were read.
      session.prepare(file);
      this.filename = file;
      edges.noteEsModule(this);
      this.exports = answer.exports;
      this.loaded = true;
      return undefined;
    }
    if (isJson) require("./shared-json.cjs").noteReading(file, source ?? read ?? plannedText.peek(file));
    const isToRead = source !== null && !isJson && !(canCompile && isPlain(file));
    if (isToRead) plannedText.plan(file, source);
    // Not before: whether Node has it is asked by compiling something in its place.
    announced = file;
    isReadByNode = source === null || isToRead;
    try {
      if (source === null || isToRead || isJson) return apply(loadBefore, this, given);
      return compile(this, file, source);
    } finally {
      if (isToRead || isJson) plannedText.end();
      if (!this.loaded) onFailed(file, parentOf(this));
    }
  };

  // A function that requires what is in the cache loads nothing; from then on it depends on it.
  /** @this {LoaderModule} @param {string} id */
  Loader.prototype.require = function require(id) {
    let exports;
    const children = this.children?.length;
    let isLoaded = false;
    try {
      exports = apply(requireBefore, this, [id]);
      isLoaded = true;
    } finally {
      if (!isLoaded) {
        hideOurFrames();
        onUnmet(id, this);
      }
    }
    if (this.children?.length !== children && edges.isReported(this.filename)) loaded();
    return exports;
  };

  // Some loaders compile without `load`: the text is then the only thing to go by.
  /** @this {LoaderModule} @param {any[]} given */
  Loader.prototype._compile = function _compile(...given) {
    const { 0: source, 1: file, 2: format } = given;
    if (format === "module" || (format === undefined && isEsModuleByText(source, file, session))) {
      edges.noteEsModule(this);
    }
    if (announced === file) {
      announced = null;
      if (isReadByNode && format !== "module") given[0] = newestText(this, file, source);
    } else if (
      format !== "module" &&
      isProjectFile(file) &&
      typeof source === "string" &&
      Loader._cache[file] === this
    ) {
      session.compiled(file, source);
      noteLoaded(this, file);
    }
    return apply(compileBefore, this, given);
  };

  // What was loaded before this package: the entry, and whatever it required first.
  for (const module of Object.values(Loader._cache)) {
    if (isProjectFile(module?.filename)) edges.noteLoaded(module.filename, module);
  }
}

/** What `require()` of an ES module gives that Node has in an old version only. @type {(file: string) => { exports: unknown } | null} */
let esModules = () => null;

/**
 * Is there an instance of this ES module or JSON, which `require()` gives as well, or beside which it loads another? It may be of an
 * older text, whose change is still to come. `isUpdating`: CommonJS is evaluated anew.
 * @type {(file: string, isUpdating: boolean, session: NativeSession) => boolean}
 */
let isHad = (file, isUpdating, session) =>
  isUpdating &&
  session.format(file) === "module" &&
  require("../esm/native/loaded-by-node.cjs").isLoadedByNode(file);

/**
 * @param {typeof esModules} answer null: Node's own is right
 * @param {typeof isHad} had
 */
function answerRequire(answer, had) {
  esModules = answer;
  isHad = had;
}

/** Is everything that is loaded right now CommonJS, for CommonJS? */
let canCompile = false;
/** What of it an update is about. @type {LoaderModule | null} */
let anew = null;

/**
 * Evaluates the newest version of `file`, as `require()` of it would, but without resolving again
 * what is known to be there.
 * @param {string} file
 * @param {string} from the file that is given as `module.parent`
 * @returns {unknown}
 */
function evaluateAnew(file, from) {
  // Another of the update's modules may have required it by now.
  const cached = Loader._cache[file];
  if (cached) return cached.exports;
  const module = new Loader(file, standIn(from));
  Loader._cache[file] = module;
  noteReplaced(file);
  let isLoaded = false;
  try {
    loadAnew(module, file);
    isLoaded = true;
  } finally {
    if (!isLoaded) {
      endStats();
      // As Node does with a module that throws.
      if (Loader._cache[file] === module) delete Loader._cache[file];
    }
  }
  return module.exports;
}

/**
 * Loads what an update evaluates anew, which is CommonJS, by the text that the engine has read: where Node would do no more.
 * @param {LoaderModule} module
 * @param {string} file
 */
function loadAnew(module, file) {
  const before = { canCompile, anew };
  canCompile = true;
  // JSON may be an ES module's as well.
  anew = file.endsWith(".json") ? null : module;
  try {
    module.load(file);
  } finally {
    ({ canCompile, anew } = before);
  }
}

/**
 * Is it an ES module by its text, which its package does not tell? Of the few that matter.
 * @param {string} source
 * @param {string} file
 * @param {NativeSession} session
 */
function isEsModuleByText(source, file, session) {
  if (!isProjectFile(file)) return false;
  if (isLeftToHook(file) && session.format(file) === "module" && parses(source, file)) {
    // A require hook has made something else of that text.
    session.takeAsCommonjs(file);
    return false;
  }
  return MAY_BE_WHOLE.test(source) && session.format(file) === "module";
}

/** Of an error that was just thrown: V8 formats its stack when it is first read. */
const hideOurFrames = () => require("../esm/positions/stack.cjs").installStack();

/** What an ES module has to say for that, where its package does not say what it is. */
const MAY_BE_WHOLE = /export\s*\*|(["'])module\.exports\1/;

let loaded = () => {};
/** A file is about to be read by somebody else than Node. @type {((file: string) => void) | null} */
let willRead = null;

/**
 * An entry of ours in the cache is asked for an ES module, by whoever requires that: Node loads nothing, and to an update, and to the engine,
 * it is as if it had.
 * @param {LoaderModule} entry
 * @param {string} file
 * @param {boolean} isToRead nothing of it is loaded so far
 */
function noteAnswered(entry, file, isToRead) {
  if (!willRead || !isProjectFile(file)) return;
  if (isToRead) willRead(file);
  edges.noteLoaded(file, entry);
  for (const collector of collectors) if (!collector.has(file)) collector.set(file, null);
  loaded();
}

/** @param {LoaderModule} module @param {string} file */
function noteLoaded(module, file) {
  edges.noteLoaded(file, module);
  for (const collector of collectors) collector.set(file, module);
  loaded();
}

/**
 * Collects what is loaded from now on.
 * @returns {() => string[]} ends that, and gives the files
 */
function collectLoads() {
  /** @type {Map<string, LoaderModule | null>} */
  const loaded = new Map();
  collectors.add(loaded);
  return () => {
    collectors.delete(loaded);
    return [...loaded.keys()];
  };
}

/**
 * Modules taken out of every list that keeps them, and how to put them back.
 * @typedef {object} Purged
 * @property {() => Set<string>} files what was in the cache
 * @property {() => Set<string>} esModules those of them that are ES modules somebody required
 * @property {() => string[]} restore undoes the purge, forgets what was loaded since, and names it
 * @property {() => LoaderModule[]} loaded what was loaded since
 * @property {() => void} keep the new instances stay
 * @property {{ file: string, module: LoaderModule, parents: LoaderModule[] }[]} gone of these, what is not there any more, and who had required it
 */

/**
 * Takes modules out of the cache and out of the `children` of those that required them: either
 * would keep the old instance alive for ever.
 * @param {{ file: string, importers: string[], missing?: boolean }[]} modules
 * @returns {Purged}
 */
function purge(modules) {
  /** @type {[string, LoaderModule][]} */
  const cached = [];
  /** @type {[LoaderModule, LoaderModule[]][]} */
  const families = [];
  /** @type {Map<string, LoaderModule | null>} */
  const loadedSince = new Map();
  collectors.add(loadedSince);
  /** @type {Purged["gone"]} */
  const gone = [];

  for (const { file, importers, missing } of modules) {
    const module = Loader._cache[file];
    if (!module) continue;
    cached.push([file, module]);
    delete Loader._cache[file];
    letGo(file);
    edges.forget(file);
    /** @type {LoaderModule[]} */
    const parents = [];
    if (missing) gone.push({ file, module, parents });
    for (const importer of importers) {
      const parent = Loader._cache[importer];
      const position = parent ? edges.childrenOf(parent).indexOf(module) : -1;
      if (!parent || position < 0) continue;
      parents.push(parent);
      families.push([parent, /** @type {LoaderModule[]} */ ([...parent.children])]);
      parent.children.splice(position, 1);
      // Its instance still holds the old module: the edge stays, so that it can be named.
      edges.recount(importer, parent);
    }
  }
  return {
    files: () => new Set(cached.map(([file]) => file)),
    esModules: () => new Set(cached.filter(([, module]) => edges.isEsModule(module)).map(([file]) => file)),
    gone,
    loaded: () => [...loadedSince.values()].filter((module) => module !== null),
    keep() {
      collectors.delete(loadedSince);
      for (const [file, module] of cached) adopt(module, Loader._cache[file]);
    },
    restore() {
      collectors.delete(loadedSince);
      for (const [file, module] of loadedSince) {
        if (Loader._cache[file] === module) delete Loader._cache[file];
      }
      for (const [parent, children] of families.reverse()) {
        parent.children = children;
        edges.recount(parent.filename, parent);
      }
      for (const [file, module] of cached) {
        Loader._cache[file] = module;
        noteReplaced(file);
        edges.putBack(file, module);
      }
      return [...loadedSince.keys()];
    },
  };
}

module.exports = {
  adopt,
  answerRequire,
  collectLoads,
  evaluateAnew,
  Loader,
  loadAnew,
  noteAnswered,
  observe,
  parentOf,
  purge,
};
