// @ts-check
"use strict";

// The modules an instance has loaded: where they come from, and which objects follow them.

const { createRequire } = require("node:module");
const { Loader } = require("../commonjs/commonjs.cjs");
const { reportEdges } = require("../commonjs/edges.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { addConsumer } = require("../session/consumers.cjs");
const environment = require("../session/environment.cjs");
const { IntrinsicPromise, isPromise, lastly, nextTick, react } = require("../intrinsics.cjs");
const { importFile, requireFile } = require("../session/evaluate.cjs");
const { importUrl } = require("../startup.cjs");
const { explain } = require("../report.cjs");
const { showCode } = require("../show-code.cjs");
const {
  assertReloadable,
  assertUpdatable,
  isModules,
  repopulate,
  stableObject,
} = require("./export-object.cjs");
const { locateImport, locateRequire } = require("./called-at.cjs");
const { isPath } = require("./locate.cjs");

/**
 * @typedef {import("../session/consumers.cjs").Consumer} Consumer
 * @typedef {import("../report.cjs").Failure} Failure
 * @typedef {{ object: object, remove: () => void }} Entry
 *
 * @typedef {object} Caller
 * @property {string} file the calling file, or any file in the directory ids are relative to
 * @property {boolean} isModule an ES module calls
 * @property {import("../caller.cjs").CallSite} at where
 */

/** Export objects of CommonJS modules: one per module, shared by all instances and by `require`. @type {Map<string, object>} */
const commonjsObjects = new Map();

class SyncedModules {
  #session;
  #options;
  #failed;
  #added;
  /** `require:file`, `import:file` → what was handed out. @type {Map<string, Entry>} */
  #entries = new Map();
  /** Objects made from ES modules' namespaces, the same for both methods. @type {Map<string, object>} */
  #namespaces = new Map();
  /** @type {Map<string, Promise<object>>} */
  #pending = new Map();
  /** Imports in progress, from the call on. @type {Set<Promise<object>>} */
  #loading = new Set();

  /**
   * @param {import("../../native/addon").Session} session
   * @param {{ deep: boolean, watch: boolean, follows: boolean }} options
   * @param {(error: Error, file: string) => void} failed told of failed reloads
   * @param {() => void} added called when a module was added
   */
  constructor(session, options, failed, added) {
    this.#session = session;
    this.#options = options;
    this.#failed = failed;
    this.#added = added;
  }

  /**
   * @param {string | URL} id
   * @param {Caller} caller
   * @returns {any}
   */
  require(id, caller) {
    const located = locateRequire(id, caller);
    // A builtin never changes.
    return located.kind === "file"
      ? this.#require(located.file, caller.file).object
      : createRequire(caller.file)(String(id));
  }

  /**
   * @param {string} file
   * @param {string} from
   * @returns {Entry}
   */
  #require(file, from) {
    const known = this.#entries.get(`require:${file}`);
    if (known) return known;
    assertNotOwn(file);
    let value;
    this.#tellOfPackages(file);
    try {
      value = requireFile(this.#session, file, from);
    } catch (error) {
      throw this.#explained(error, file);
    }
    assertReloadable(file, value);
    const object = this.#objectFor(file, value);
    // A cycle of sync.require may have added it meanwhile.
    return this.#entries.get(`require:${file}`) ?? this.#add(file, from, "require", object);
  }

  /**
   * Of a package's file that Node is about to load nobody else tells: installed since the program began, it was taken for one that
   * was saved after its load, and evaluated twice.
   * @param {string} file
   */
  #tellOfPackages(file) {
    if (isProjectFile(file) || Loader._cache[file] || this.#session.format(file) === "module") return;
    this.#session.loading(file, false);
  }

  /**
   * @param {string | URL} id
   * @param {ImportAttributes | undefined} attributes
   * @param {Caller} caller
   * @returns {Promise<object>}
   */
  async import(id, attributes, caller) {
    const loading = this.#locateAndImport(id, attributes, caller);
    this.#loading.add(loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(loading);
    }
  }

  /**
   * @param {string | URL} id
   * @param {ImportAttributes | undefined} attributes
   * @param {Caller} caller
   * @returns {Promise<object>}
   */
  async #locateAndImport(id, attributes, caller) {
    const located = await locateImport(this.#session, id, caller);
    if (located.kind === "builtin") return { ...(await importUrl(located.name)) };
    if (located.kind === "url")
      return { ...(await importUrl(located.url, attributes && { with: attributes })) };
    return this.#import(located.file, attributes);
  }

  /**
   * @param {string} file
   * @param {ImportAttributes} [attributes]
   * @returns {Promise<object>}
   */
  #import(file, attributes) {
    const known = this.#entries.get(`import:${file}`);
    if (known) return IntrinsicPromise.resolve(known.object);
    const pending = this.#pending.get(file);
    if (pending) return pending;
    assertNotOwn(file);
    const added = react(
      importFile(this.#session, file, attributes),
      (value) => this.#add(file, file, "import", this.#objectFor(file, value), attributes).object,
      (error) => {
        throw this.#explained(error, file);
      },
    );
    const loading = lastly(added, () => void this.#pending.delete(file));
    this.#pending.set(file, loading);
    return loading;
  }

  /**
   * The stable object of a module whose exports are `value`.
   * @param {string} file
   * @param {object} value
   */
  #objectFor(file, value) {
    const objects = isModules(value) ? this.#namespaces : commonjsObjects;
    const known = objects.get(file);
    const instance = objects === commonjsObjects ? Loader._cache[file] : undefined;
    if (known && known !== value && instance?.loaded === false) {
      // It is being evaluated anew, and has required who asks: what it exports so far is no version yet.
      nextTick(repopulateFrom, file, instance, known);
      return known;
    }
    // Evaluated again since, by `resync` of another instance or because the cache was emptied.
    if (known) repopulate(known, value);
    const object = known ?? stableObject(value);
    objects.set(file, object);
    if (objects === commonjsObjects) shareWithRequire(file, object);
    return object;
  }

  /**
   * @param {string} file
   * @param {string} from
   * @param {"require" | "import"} via
   * @param {object} object
   * @param {ImportAttributes} [attributes]
   * @returns {Entry}
   */
  #add(file, from, via, object, attributes) {
    return this.#keep(file, via, this.#follow(file, from, via, object, attributes));
  }

  /**
   * @param {string} file
   * @param {string} from
   * @param {"require" | "import"} via
   * @param {object} [object] none: it is made of the next version
   * @param {ImportAttributes} [attributes]
   * @returns {Entry}
   */
  #follow(file, from, via, object, attributes) {
    const entry = /** @type {Entry} */ ({ object });
    /** @type {Consumer} */
    const consumer = {
      file,
      from,
      via,
      attributes,
      ...this.#options,
      copies: true,
      check: (value) => {
        assertReloadable(file, value);
        if (entry.object) assertUpdatable(file, entry.object);
      },
      live: (value) => {
        if (entry.object) repopulate(entry.object, value);
        else entry.object = this.#objectFor(file, value);
        if (via === "require" && !isModules(value)) shareWithRequire(file, entry.object);
      },
      failed: this.#failed,
    };
    reportEdges(this.#session);
    entry.remove = addConsumer(this.#session, consumer);
    return entry;
  }

  /**
   * @param {string} file
   * @param {"require" | "import"} via
   * @param {Entry} entry
   */
  #keep(file, via, entry) {
    this.#entries.set(`${via}:${file}`, entry);
    environment.warmUp(rehearseLive);
    if (via === "import") environment.warmUpModules(rehearseLive, true);
    this.#added();
    return entry;
  }

  /** Every file that is followed. @returns {Set<string>} */
  files() {
    const own = [...this.#entries.keys()].map((key) => key.slice(key.indexOf(":") + 1));
    return new Set(this.#options.deep ? own.flatMap((file) => this.#session.reachable(file)) : own);
  }

  /**
   * Reloads a module now. Synchronous for what was loaded with `require`.
   * @param {string | URL} id
   * @param {Caller} caller
   * @returns {any}
   */
  resync(id, caller) {
    const required = this.#locateRequired(id, caller);
    for (const via of /** @type {const} */ (["require", "import"])) {
      if (required && this.#entries.has(`${via}:${required}`)) return this.#reload(required, via);
    }
    if (required && !caller.isModule && this.#session.format(required) !== "module") {
      return this.#loadAnew(required, caller.file, "require");
    }
    const found = (/** @type {Awaited<ReturnType<typeof locateImport>>} */ located) => {
      if (located.kind !== "file") throw new Error(`${id} is not a file and can't be reloaded`);
      const { file } = located;
      if (this.#entries.has(`import:${file}`)) return this.#reload(file, "import");
      return this.#pending.get(file) ?? this.#importAnew(file);
    };
    return react(locateImport(this.#session, id, caller), found);
  }

  /**
   * @param {string | URL} id
   * @param {Caller} caller
   * @returns {string | undefined}
   */
  #locateRequired(id, caller) {
    try {
      const located = locateRequire(id, caller);
      return located.kind === "file" ? located.file : undefined;
    } catch (error) {
      // What only import() resolves (`exports` with an `import` condition alone, say) is no path. A
      // CommonJS caller hears of the rest as of every failure: at once.
      if (!caller.isModule && (error instanceof TypeError || isPath(id))) throw error;
      return undefined;
    }
  }

  /**
   * A reload of what this instance has not loaded: Node may have it, in an older version, and others may follow it.
   * @param {string} file
   * @param {string} from
   * @param {"require" | "import"} via
   */
  #loadAnew(file, from, via) {
    assertNotOwn(file);
    this.#session.prepare(file);
    return this.#reload(file, via, this.#follow(file, from, via));
  }

  /** @param {string} file @returns {Promise<object>} */
  #importAnew(file) {
    const reloading = /** @type {Promise<object>} */ (this.#loadAnew(file, file, "import"));
    const loading = lastly(reloading, () => void this.#pending.delete(file));
    this.#pending.set(file, loading);
    return loading;
  }

  /**
   * @param {string} file
   * @param {"require" | "import"} via
   * @param {Entry} [added] follows from this reload on, if it succeeds
   */
  #reload(file, via, added) {
    /** @param {Failure | undefined} failure */
    const done = (failure) => {
      const known = this.#entries.get(`${via}:${file}`);
      // A cycle of sync.require may have added it meanwhile.
      if (failure || known) added?.remove();
      if (!failure) return (known ?? (added && this.#keep(file, via, added)))?.object;
      // Without a listener this throws the error itself, to the caller.
      this.#failed(failure.error, failure.file);
      throw new Error(`Module failed to resync: ${failure.error.message}`, { cause: failure.error });
    };
    /** @param {unknown} error @returns {never} */
    const giveUp = (error) => {
      added?.remove();
      throw error;
    };
    /** @type {ReturnType<typeof environment.reloadNow>} */
    let failure;
    try {
      failure = environment.reloadNow(file, via === "import");
    } catch (error) {
      giveUp(error);
    }
    if (isPromise(failure)) return react(failure, done, giveUp);
    const now = failure;
    return via === "import" ? react(IntrinsicPromise.resolve(), () => done(now)) : done(now);
  }

  /** @param {unknown} error @param {string} file */
  #explained(error, file) {
    if (!(error instanceof Error)) return error;
    const failure = explain(this.#session, error, undefined, this.#session.reachable(file).concat(file));
    if (failure.isToShow) showCode(failure.error, this.#session);
    return failure.error;
  }

  /** Ends every following, when what is being loaded has ended. */
  async dispose() {
    await Promise.allSettled([...this.#loading, ...this.#pending.values()]);
    for (const entry of this.#entries.values()) entry.remove();
    this.#entries.clear();
    this.#namespaces.clear();
  }
}

/** @param {Record<string, unknown>} value */
function rehearseLive(value) {
  // As in an update: the object has these very names.
  const object = stableObject(isModules(value) ? value : Object.assign({}, value));
  assertReloadable("", value);
  assertUpdatable("", object);
  repopulate(object, value);
}

/**
 * A later plain `require()` gives the stable object too, in every version.
 * @param {string} file
 * @param {object} object
 */
function shareWithRequire(file, object) {
  const module = Loader._cache[file];
  if (module) module.exports = object;
}

/**
 * Unless it has failed, or an update has done that.
 * @param {string} file
 * @param {NodeJS.Module} instance
 * @param {object} object
 */
function repopulateFrom(file, instance, object) {
  const value = instance.exports;
  if (!instance.loaded || Loader._cache[file] !== instance || value === object) return;
  try {
    assertReloadable(file, value);
    assertUpdatable(file, object);
  } catch {
    // Whoever follows it says so.
    return;
  }
  repopulate(object, value);
  shareWithRequire(file, object);
}

/** @param {string} file */
function assertNotOwn(file) {
  const isFace = file === require.resolve("../../index.js") || file === require.resolve("../../index.mjs");
  if (isFace || (file.startsWith(__dirname) && !isProjectFile(file))) {
    throw new Error("heatsync-rs can't reload itself: load it with require or import");
  }
}

module.exports = { SyncedModules };
