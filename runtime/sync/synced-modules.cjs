// @ts-check
"use strict";

// The modules an instance has loaded: where they come from, and which objects follow them.

const path = require("node:path");
const { Loader, isProjectFile, reportEdges } = require("../commonjs.cjs");
const { addConsumer } = require("../consumers.cjs");
const environment = require("../environment.cjs");
const { importAnew, importFile, requireFile } = require("../evaluate.cjs");
const { isNamespace } = require("../namespaces.cjs");
const { explain } = require("../report.cjs");
const {
  assertReloadable,
  assertUpdatable,
  isModules,
  repopulate,
  stableObject,
} = require("./export-object.cjs");
const { isPath, locateImport, locateRequire } = require("./locate.cjs");

/**
 * @typedef {import("../consumers.cjs").Consumer} Consumer
 * @typedef {import("../report.cjs").Failure} Failure
 * @typedef {{ object: object, remove: () => void }} Entry
 *
 * @typedef {object} Caller
 * @property {string} file the calling file, or any file in the directory ids are relative to
 * @property {boolean} isModule an ES module calls
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
    const located = locateRequire(id, path.dirname(caller.file));
    // A builtin never changes.
    return located.kind === "file" ? this.#require(located.file, caller.file).object : require(String(id));
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
    const located = await locateImport(this.#session, id, caller.file);
    if (located.kind === "builtin") return { ...(await import(located.name)) };
    if (located.kind === "url") return { ...(await import(located.url, attributes && { with: attributes })) };
    return this.#import(located.file, attributes);
  }

  /**
   * @param {string} file
   * @param {ImportAttributes} [attributes]
   * @param {typeof importFile} [load]
   * @returns {Promise<object>}
   */
  #import(file, attributes, load = importFile) {
    const known = this.#entries.get(`import:${file}`);
    if (known) return Promise.resolve(known.object);
    const pending = this.#pending.get(file);
    if (pending) return pending;
    assertNotOwn(file);
    const loading = load(this.#session, file, attributes)
      .then(
        (value) => this.#add(file, file, "import", this.#objectFor(file, value), attributes).object,
        (error) => {
          throw this.#explained(error, file);
        },
      )
      .finally(() => this.#pending.delete(file));
    this.#pending.set(file, loading);
    return loading;
  }

  /**
   * The stable object of a module whose exports are `value`.
   * @param {string} file
   * @param {object} value
   */
  #objectFor(file, value) {
    const objects = isNamespace(value) ? this.#namespaces : commonjsObjects;
    const known = objects.get(file);
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
        assertUpdatable(file, object);
      },
      live: (value) => {
        repopulate(object, value);
        if (via === "require" && !isModules(value)) shareWithRequire(file, object);
      },
      failed: this.#failed,
    };
    reportEdges(this.#session);
    const entry = { object, remove: addConsumer(this.#session, consumer) };
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
      delete Loader._cache[required];
      return this.#require(required, caller.file).object;
    }
    return locateImport(this.#session, id, caller.file).then((located) => {
      if (located.kind !== "file") throw new Error(`${id} is not a file and can't be reloaded`);
      const { file } = located;
      if (this.#entries.has(`import:${file}`)) return this.#reload(file, "import");
      // Node may have it, in an older version.
      return this.#import(file, undefined, importAnew);
    });
  }

  /**
   * @param {string | URL} id
   * @param {Caller} caller
   * @returns {string | undefined}
   */
  #locateRequired(id, caller) {
    try {
      const located = locateRequire(id, path.dirname(caller.file));
      return located.kind === "file" ? located.file : undefined;
    } catch (error) {
      // What only import() resolves (`exports` with an `import` condition alone, say) is no path. A
      // CommonJS caller hears of the rest as of every failure: at once.
      if (!caller.isModule && (error instanceof TypeError || isPath(id))) throw error;
      return undefined;
    }
  }

  /**
   * @param {string} file
   * @param {"require" | "import"} via
   */
  #reload(file, via) {
    /** @param {Failure | undefined} failure */
    const done = (failure) => {
      if (!failure) return this.#entries.get(`${via}:${file}`)?.object;
      // Without a listener this throws the error itself, to the caller.
      this.#failed(failure.error, failure.file);
      throw new Error(`Module failed to resync: ${failure.error.message}`, { cause: failure.error });
    };
    const failure = environment.reloadNow(file);
    if (failure instanceof Promise) return failure.then(done);
    return via === "import" ? Promise.resolve().then(() => done(failure)) : done(failure);
  }

  /** @param {unknown} error @param {string} file */
  #explained(error, file) {
    if (!(error instanceof Error)) return error;
    return explain(this.#session, error, undefined, this.#session.reachable(file).concat(file)).error;
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
  const object = stableObject({ ...value });
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

/** @param {string} file */
function assertNotOwn(file) {
  const isFace = file === require.resolve("../../index.js") || file === require.resolve("../../index.mjs");
  if (isFace || (file.startsWith(__dirname) && !isProjectFile(file))) {
    throw new Error("heatsync-rs can't reload itself: load it with require or import");
  }
}

module.exports = { SyncedModules };
