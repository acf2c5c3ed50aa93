// @ts-check
"use strict";

// The seam between deciding and running: how a module's newest version is evaluated. CommonJS goes
// through Node's own loader. Of an ES module Node runs the first version, ours (esm/versions/versions.cjs) the
// later ones; with `esm: "query"`, and where module hooks of others say what a file means, Node runs
// these too, by query versions (modules.cjs). So it does where ours, which needs require() of ES modules, may not have it.

const commonjs = require("../commonjs/commonjs.cjs");
const modules = require("./modules.cjs");
const { refusal } = require("../flags.cjs");
const { heldRequire } = require("./held-require.cjs");
const { hasModuleHooks, isOfUnknownLanguage, registered } = require("../commonjs/plain-loader.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { isTypeScript } = require("../typescript-file.cjs");

/**
 * @typedef {import("../../native/addon").Session} NativeSession
 * @typedef {import("../../native/addon").JsGroup} Group
 * @typedef {import("./consumers.cjs").Consumer} Consumer
 * @typedef {import("./consumers.cjs").Transaction} Transaction
 * @typedef {ReturnType<typeof commonjs.purge>} Purged
 *
 * One try at evaluating a group of modules.
 * @typedef {object} Attempt
 * @property {(group: Group, purged: Purged, announce: () => void) => void} prepare whatever can be known to fail
 *   before anything runs; what comes before the consumers' modules
 * @property {(consumer: Consumer, announce: () => void) => unknown} value the new exports; a promise if need be
 * @property {() => void | Group["outside"]} commit gives who else is known to go on with the versions before
 * @property {(attempted: string[], loaded: Iterable<commonjs.LoaderModule>) => void} restore `attempted`: what was loaded beside the
 *   group's own files; `loaded`: all that Node has
 * @property {() => Iterable<import("../esm/graph/module-record.cjs").Module>} [fresh] ES modules that are new with it
 * @property {(error: unknown) => string | undefined} [culprit] the file that does not load or link, if that is why
 */

let isQueryWanted = refusal !== null;

/** From now on ES modules get query versions: one way for all, because an update is one for all. */
function useQueryVersions() {
  isQueryWanted = true;
}

/** Under register, and hot.init, our runtime has what they import, whatever its URL. */
const usesQuery = () => (isQueryWanted && !registered()) || hasModuleHooks();

/** The runtime of ES modules, loaded when it is needed first. @param {NativeSession} [session] whose changes it is to hear of */
function versions(session) {
  if (!loadedVersions) {
    loadedVersions = require("../esm/versions/versions.cjs");
    commonjs.answerRequire(loadedVersions.required, loadedVersions.isHad);
  }
  if (session) loadedVersions.compileFor(session);
  return loadedVersions;
}

/** @type {typeof import("../esm/versions/versions.cjs") | undefined} */
let loadedVersions;

/** Has the runtime evaluated it before? @param {string} file */
const isOurs = (file) => !usesQuery() && loadedVersions !== undefined && loadedVersions.isOurs(file);

/**
 * What `require()` of `file` gives, evaluated if it is not in the cache.
 * @param {NativeSession} session
 * @param {string} file
 * @param {string} from the requiring file, for `module.parent` and the require stack of errors
 * @returns {unknown}
 */
function requireFile(session, file, from) {
  if (session.format(file) === "module") {
    if (isOurs(file)) {
      session.prepare(file);
      return versions().whole(file);
    }
    if (session.version(file) > 0) return modules.requireModule(session, file);
    // What it imports is found as TypeScript means it.
    if (isTypeScript(file)) modules.installHooks(session);
  }
  try {
    return heldRequire(from)(file);
  } catch (error) {
    if (!isRefusal(error) && session.format(file) === "module") forget(session, [file]);
    throw error;
  }
}

/**
 * `require()` of it has failed, whoever it was.
 * @param {NativeSession} session
 * @param {string} file
 */
function couldNotBeRequired(session, file) {
  if (usesQuery() || session.format(file) !== "module") return;
  versions();
  noteThrown();
  session.prepare(file);
  require("../esm/versions/thrown-since.cjs").noteRequired(file, [file, ...session.reachable(file)]);
}

/** It may be good for import(), or is being evaluated. @param {any} error */
const isRefusal = (error) => /^ERR_REQUIRE_(?:ASYNC|CYCLE)_MODULE$/.test(String(error?.code));

/**
 * What `import()` of `file` gives.
 * @param {NativeSession} session
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @returns {Promise<Record<string, unknown>>}
 */
async function importFile(session, file, attributes) {
  session.prepare(file);
  if (!usesQuery() && loadedVersions?.isOursFromNow(file)) return loadedVersions.imported(file, attributes);
  try {
    const namespace = await modules.importFile(session, file, attributes);
    if (registered()) tellOfLoadersFiles(session);
    return namespace;
  } catch (error) {
    forget(session, [file]);
    throw error;
  }
}

/** The others need not be looked through at each save. */
let hasLoadersFiles = false;

/** Under register our runtime evaluates what other loaders serve, and knows what that imports. @param {NativeSession} session */
function tellOfLoadersFiles(session) {
  const { graph } = require("../esm/index.cjs");
  const fileOf = (/** @type {any} */ module) => module.file;
  const theirs = [...graph.modules.values()].filter((it) => fileOf(it) && isOfUnknownLanguage(fileOf(it)));
  hasLoadersFiles = theirs.length > 0;
  if (!hasLoadersFiles) return;
  session.link(
    theirs.map((it) => [fileOf(it), /** @type {any} */ (it).requested.map(fileOf).filter(isProjectFile)]),
  );
}

/**
 * Node keeps a module that failed under its URL for ever: the next one to load it gets another.
 * @param {NativeSession} session
 * @param {string[]} files
 */
function forget(session, files) {
  if (usesQuery()) modules.bumpVersions(session, files);
  else versions().forget(files);
  noteThrown();
}

/** It may be a package that has. */
const noteThrown = () => require("../esm/native/thrown-natives.cjs").noteThrown();

/**
 * What `import.meta.hot` of versions that are replaced has to end, which is there under register.
 * @param {string[]} files
 */
function replacedHots(files) {
  return registered() ? versions().replacedHots(files) : null;
}

/**
 * @param {NativeSession} session
 * @param {Group} group
 * @param {Transaction} transaction of its files
 * @returns {Attempt}
 */
function begin(session, group, transaction) {
  const { consumers } = transaction;
  const isCommonJs =
    group.modules.every((module) => module.format !== "module") &&
    consumers.every((it) => it.via === "require");
  if (isCommonJs) return commonJsAttempt;
  return usesQuery() ? new QueryAttempt(session, group) : new RuntimeAttempt(session, group, transaction);
}

/** Nothing in the update is an ES module or imported as one. @type {Attempt} */
const commonJsAttempt = {
  prepare() {},
  value({ file, from }, announce) {
    announce();
    return commonjs.evaluateAnew(file, from);
  },
  commit() {},
  restore() {},
};

/** @implements {Attempt} */
class RuntimeAttempt {
  #attempt;
  #files;
  /** @type {Map<Consumer, import("../esm/graph/module-record.cjs").Module>} */
  #modules = new Map();

  /** @param {NativeSession} session @param {Group} group @param {Transaction} transaction */
  constructor(session, group, { changed, consumers, files }) {
    this.session = session;
    this.consumers = consumers;
    this.#files = files;
    this.#attempt = versions(session).begin(files, changed, {
      willRead: () => this.#willRead(group),
      tellOfRead: (file) => void session.loading(file, false),
      session,
    });
  }

  /**
   * They may hold something newer by now than what the update is about, or be there: that would be evaluated twice. What only
   * lies between is read, too, where Node has run it so far; what it holds then is no news, unless the engine is told.
   * @param {Group} group
   */
  #willRead(group) {
    for (const { file, changed, format } of group.modules) {
      if (format === "commonjs" || (!changed && versions().hasRecord(file))) continue;
      this.session.loading(file, false);
      // Saved just now, and planned as it was before, it may import something else.
      if (!changed) this.session.prepare(file);
    }
  }

  /** @param {Group} group @param {Purged} purged */
  prepare(group, purged) {
    this.#willRead(group);
    if (group.modules.length === 1 && this.#prepareAlone(group.modules[0])) return;
    const esModules = new Set(
      group.modules.filter(({ format }) => format === "module").map(({ file }) => file),
    );
    for (const consumer of this.consumers) {
      const { file, via, attributes } = consumer;
      if (via === "import" || esModules.has(file))
        this.#modules.set(consumer, this.#attempt.load(file, attributes, esModules.has(file)));
    }
    // CommonJS modules that are not evaluated yet will ask for them.
    const oldEsModules = purged.esModules();
    for (const { file, missing } of group.modules) {
      if (oldEsModules.has(file) && esModules.has(file) && !missing)
        this.#attempt.load(file, undefined, false, true);
    }
    this.#tellOfFresh();
  }

  /** What is new is known to the engine as it was read: it may be saved again before anybody asks who imports what. */
  #tellOfFresh() {
    for (const file of this.#attempt.freshFiles()) this.session.prepare(file);
  }

  /** The usual update: one module, of an ES module the body alone is new. @param {Group["modules"][number]} of @returns {boolean} was it? */
  #prepareAlone({ file, format, changed, missing }) {
    if (!changed || missing || (format !== "module" && format !== "commonjs")) return false;
    for (const { attributes, file: own, via } of this.consumers) {
      if (attributes || own !== file || (format === "commonjs" && via === "require")) return false;
    }
    const module = this.#attempt.loadAlone(file);
    if (module) for (const consumer of this.consumers) this.#modules.set(consumer, module);
    return module !== null;
  }

  /** @param {Consumer} consumer @param {() => void} announce */
  value(consumer, announce) {
    announce();
    const module = this.#modules.get(consumer);
    if (!module) return heldRequire(consumer.from)(consumer.file);
    if (consumer.copies) return versions().exportsOf(module, consumer.via);
    return consumer.via === "import" ? versions().evaluated(module) : versions().evaluatedNow(module);
  }

  commit() {
    this.#attempt.commit();
    if (hasLoadersFiles) tellOfLoadersFiles(this.session);
    return versions().outsiders(this.#files);
  }

  /** @type {Attempt["restore"]} */
  restore(attempted, loaded) {
    this.#attempt.restore(attempted, loaded);
  }

  fresh() {
    return this.#attempt.fresh();
  }

  /** @param {unknown} error */
  culprit(error) {
    return versions().culpritOf(error);
  }
}

/** @implements {Attempt} */
class QueryAttempt {
  #session;
  #versions;

  /** @param {NativeSession} session @param {Group} group */
  constructor(session, group) {
    this.#session = session;
    this.#versions = modules.bumpVersions(
      session,
      group.modules.map(({ file }) => file),
    );
  }

  /** @param {Group} group @param {Purged} purged @param {() => void} announce */
  prepare(group, purged, announce) {
    for (const file of purged.esModules()) {
      modules.answerWith(file, () => modules.requireModule(this.#session, file));
    }
    if (this.#willLink(group)) this.#evaluateCommonjsFirst(group, purged.files(), announce);
  }

  /**
   * Will import() get as far as evaluating, as far as the engine can tell?
   * @param {Group} group
   */
  #willLink(group) {
    const changed = group.modules.filter((module) => module.changed && module.format === "module");
    return changed.every((module) => this.#session.problems(module.file).length === 0);
  }

  /**
   * The CommonJS modules that were loaded before are evaluated before the ES modules that import them.
   * Left to Node's translator, which puts an empty module into the cache when it links, two things go
   * wrong: a `require()` of such a module that was resolved before finds the empty one (its relative
   * resolve cache does not look whether it was ever loaded), and on Node 20 one that throws ends the
   * process, since the rejection is handled one promise too late. Both also without us.
   * @param {Group} group
   * @param {Set<string>} files those that were in the cache
   * @param {() => void} announce
   */
  #evaluateCommonjsFirst(group, files, announce) {
    for (const { file, format } of group.modules) {
      if (format !== "commonjs" || !files.has(file)) continue;
      announce();
      requireFile(this.#session, file, file);
    }
  }

  /** @param {Consumer} consumer @param {() => void} announce */
  value({ file, from, via, attributes }, announce) {
    const session = this.#session;
    if (via === "import") return modules.importFile(session, file, attributes, announce);
    if (session.version(file) > 0 && session.format(file) === "module") {
      return modules.requireModule(session, file, announce);
    }
    announce();
    return heldRequire(from)(file);
  }

  commit() {}

  /** @param {string[]} attempted */
  restore(attempted) {
    this.#versions.restore();
    // Node keeps a failed module under its URL for ever: the next attempt needs another one.
    modules.bumpVersions(this.#session, attempted);
  }
}

/** Loads what the first update needs, when there is time. @param {NativeSession} session */
function warmUp(session) {
  if (!usesQuery()) versions(session);
}

module.exports = {
  begin,
  couldNotBeRequired,
  forget,
  importFile,
  replacedHots,
  requireFile,
  useQueryVersions,
  usesQuery,
  warmUp,
};
