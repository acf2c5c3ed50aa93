// @ts-check
"use strict";

// `class Heatsync`: stable export objects. Behaves as npm heatsync 3.3 does; what is beyond it is
// named in index.d.ts.

const { EventEmitter } = require("node:events");
const { callSite, originalPosition } = require("../caller.cjs");
const { isProjectFile, Loader, reportEdges } = require("../commonjs.cjs");
const { addConsumer, observers } = require("../consumers.cjs");
const environment = require("../environment.cjs");
const { importFile, isModuleNamespaceObject, requireFile } = require("../evaluate.cjs");
const { explain } = require("../report.cjs");
const { assertReloadable, repopulate, stableObject } = require("./export-object.cjs");
const { directoryOf, isPath, locateImport, locateRequire } = require("./locate.cjs");
const { readOptions } = require("./options.cjs");
const { KEY, ReloadableClasses } = require("./reloadable-class.cjs");
const { inferKey } = require("./remember.cjs");
const { TemporaryResources } = require("./temporary.cjs");
const { UserWatchers } = require("./user-watch.cjs");

/**
 * @typedef {import("../consumers.cjs").Consumer} Consumer
 * @typedef {{ object: object, remove: () => void }} Entry
 */

/** Export objects of CommonJS modules: one per module, shared by all instances and by `require`. @type {Map<string, object>} */
const commonjsObjects = new Map();

let instances = 0;

class Heatsync {
  static ClassKeySpecifier = KEY;

  /** @type {import("node:events").EventEmitter<any>} */
  events = new EventEmitter();
  ReloadableClass;

  #options;
  #session;
  #classes = new ReloadableClasses();
  #temporary = new TemporaryResources();
  /** `require:file`, `import:file` → what was handed out. @type {Map<string, Entry>} */
  #entries = new Map();
  /** Objects made from ES modules' namespaces, the same for both methods. @type {Map<string, object>} */
  #namespaces = new Map();
  /** @type {Map<string, Promise<object>>} */
  #pending = new Map();
  /** Imports in progress, from the call on. @type {Set<Promise<object>>} */
  #loading = new Set();
  /** @type {Map<string, unknown>} */
  #remembered = new Map();
  /** @type {UserWatchers | undefined} */
  #watchers;
  /** @type {NodeJS.Timeout | undefined} */
  #keepAlive;
  #release = () => {};

  /** @param {import("./options.cjs").SyncOptions} [options] */
  constructor(options) {
    this.#options = readOptions(options);
    this.#session = environment.session({ poll: this.#options.poll });
    this.ReloadableClass = this.#classes.Base;

    const { persistentWatchers, watchDebounceMS, watchFS, watchFunction } = this.#options;
    if (watchFS && watchFunction) {
      const changed = (/** @type {string} */ file) => this.#session.touched(file);
      this.#watchers = new UserWatchers(watchFunction, persistentWatchers, watchDebounceMS, changed);
    }
    const takeBack =
      watchFS && !watchFunction && watchDebounceMS > 0 ? environment.debounce(watchDebounceMS) : () => {};
    const observer = {
      before: this.#before,
      after: this.#after,
      rolledBack: () => this.#temporary.restoreRetired(),
    };
    observers.add(observer);
    const owner = ++instances;
    if (this.#options.ignore.length > 0) this.#session.ignore(owner, process.cwd(), this.#options.ignore);
    this.#release = () => {
      observers.delete(observer);
      this.#session.stopIgnoring(owner);
      takeBack();
    };
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {string | URL} [from]
   * @returns {any}
   */
  require(id, from) {
    const site = from === undefined ? callSite() : undefined;
    const directory = site ? site.directory : directoryOf(/** @type {string | URL} */ (from));
    if (Array.isArray(id)) return id.map((item) => this.require(item, directory));
    const located = locateRequire(id, directory);
    // A builtin never changes.
    if (located.kind !== "file") return require(String(id));
    return this.#require(located.file, site?.file ?? `${directory}/heatsync.js`).object;
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
    return this.#add(file, from, "require", object);
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {ImportAttributes} [attributes]
   * @param {string | URL} [from]
   * @returns {Promise<any>}
   */
  async import(id, attributes, from) {
    const directory = from === undefined ? callSite().directory : directoryOf(from);
    if (Array.isArray(id)) return Promise.all(id.map((item) => this.import(item, attributes, directory)));
    const loading = this.#locateAndImport(id, attributes, directory);
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
   * @param {string} directory
   * @returns {Promise<object>}
   */
  async #locateAndImport(id, attributes, directory) {
    const located = await locateImport(this.#session, id, directory);
    if (located.kind === "builtin") return { ...(await import(located.name)) };
    if (located.kind === "url") return { ...(await import(located.url, attributes && { with: attributes })) };
    return this.#import(located.file, attributes);
  }

  /**
   * @param {string} file
   * @param {ImportAttributes} [attributes]
   * @returns {Promise<object>}
   */
  #import(file, attributes) {
    const key = `import:${file}`;
    const known = this.#entries.get(key);
    if (known) return Promise.resolve(known.object);
    const pending = this.#pending.get(file);
    if (pending) return pending;
    assertNotOwn(file);
    const loading = importFile(this.#session, file, attributes)
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
    if (isModuleNamespaceObject(value)) {
      const object = this.#namespaces.get(file) ?? stableObject(value);
      this.#namespaces.set(file, object);
      return object;
    }
    const known = commonjsObjects.get(file);
    const object = known ?? stableObject(value);
    // Evaluated again since, by `resync` of another instance or because the cache was emptied.
    if (known) repopulate(known, value);
    commonjsObjects.set(file, object);
    shareWithRequire(file, object);
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
    const { deep, watchFS, watchFunction, persistentWatchers } = this.#options;
    /** @type {Consumer} */
    const consumer = {
      file,
      from,
      via,
      attributes,
      deep,
      watch: watchFS && !watchFunction,
      check: (value) => assertReloadable(file, value),
      live: (value) => {
        repopulate(object, value);
        if (via === "require" && !isModuleNamespaceObject(value)) shareWithRequire(file, object);
      },
      failed: this.#failed,
    };
    reportEdges(this.#session);
    const entry = { object, remove: addConsumer(this.#session, consumer) };
    this.#entries.set(`${via}:${file}`, entry);
    this.#watchWhatIsUsed();
    if (watchFS && persistentWatchers && !watchFunction) this.#keepAlive ??= setInterval(() => {}, 2 ** 30);
    return entry;
  }

  #watchWhatIsUsed() {
    if (!this.#watchers) return;
    const own = [...this.#entries.keys()].map((key) => key.slice(key.indexOf(":") + 1));
    const files = this.#options.deep ? own.flatMap((file) => this.#session.reachable(file)) : own;
    this.#watchers.set(new Set(files));
  }

  /** @param {string[]} files @param {Consumer[]} consumers */
  #reloaded(files, consumers) {
    if (this.#options.deep && consumers.some((it) => it.failed === this.#failed)) return files;
    return files.filter(
      (file) => this.#entries.has(`require:${file}`) || this.#entries.has(`import:${file}`),
    );
  }

  /** @param {string[]} files @param {Consumer[]} consumers */
  #before = (files, consumers) => {
    for (const file of this.#reloaded(files, consumers)) {
      this.#emit(file);
      this.#emit("any", file);
    }
    this.#temporary.retire(files);
  };

  /** @param {string[]} files @param {Consumer[]} consumers */
  #after = (files, consumers) => {
    this.#temporary.clearRetired();
    if (this.#watchers) {
      // What the new versions use is not reported yet.
      reportEdges(this.#session);
      this.#watchers.renew(files);
      this.#watchWhatIsUsed();
    }
    for (const file of this.#reloaded(files, consumers)) this.#emit("reload", file);
  };

  /**
   * A listener that throws must not stop the update of everyone else.
   * @param {string} event
   * @param {...string} values
   */
  #emit(event, ...values) {
    try {
      this.events.emit(event, ...values);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }

  /** @param {Error} error @param {string} file */
  #failed = (error, file) => {
    withFile(error, file);
    this.events.emit("error", error);
  };

  /** @param {unknown} error @param {string} file */
  #explained(error, file) {
    if (!(error instanceof Error)) return error;
    return explain(this.#session, error, undefined, this.#session.reachable(file).concat(file)).error;
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {string | URL} [from]
   * @returns {any}
   */
  resync(id, from) {
    const site = callSite();
    const directory = from === undefined ? site.directory : directoryOf(from);
    if (Array.isArray(id)) {
      const results = id.map((item) => this.resync(item, directory));
      return results.some((it) => it instanceof Promise) ? Promise.all(results) : results;
    }
    /** @type {string | undefined} */
    let required;
    try {
      const located = locateRequire(id, directory);
      if (located.kind === "file") required = located.file;
    } catch (error) {
      // What only import() resolves (`exports` with an `import` condition alone, say) is no path. A
      // CommonJS caller hears of the rest as of every failure: at once.
      if (!site.isModule && (error instanceof TypeError || isPath(id))) throw error;
    }
    if (required && this.#entries.has(`require:${required}`)) return this.#resyncFile(required, "require");
    if (required && this.#entries.has(`import:${required}`)) return this.#resyncFile(required, "import");
    if (required && !site.isModule && this.#session.format(required) !== "module") {
      delete Loader._cache[required];
      return this.#require(required, from === undefined ? site.file : required).object;
    }
    return locateImport(this.#session, id, directory).then((located) => {
      if (located.kind !== "file") throw new Error(`${id} is not a file and can't be reloaded`);
      if (!this.#entries.has(`import:${located.file}`)) return this.#import(located.file);
      return this.#resyncFile(located.file, "import");
    });
  }

  /**
   * @param {string} file
   * @param {"require" | "import"} via
   */
  #resyncFile(file, via) {
    /** @param {import("../report.cjs").Failure | undefined} failure */
    const done = (failure) => {
      if (!failure) return this.#entries.get(`${via}:${file}`)?.object;
      const error = withFile(failure.error, failure.file);
      // Without a listener this throws the error itself, to the caller.
      this.events.emit("error", error);
      throw new Error(`Module failed to resync: ${error.message}`, { cause: error });
    };
    const failure = environment.reloadNow(file);
    if (failure instanceof Promise) return failure.then(done);
    return via === "import" ? Promise.resolve().then(() => done(failure)) : done(failure);
  }

  /**
   * @param {import("node:events").EventEmitter} target
   * @param {string | symbol} event
   * @param {(...args: any[]) => any} callback
   * @param {"on" | "once"} [method]
   */
  addTemporaryListener(target, event, callback, method = "on") {
    const add = /** @type {any} */ (target)?.[method];
    if (typeof add !== "function") {
      const name = /** @type {any} */ (target)?.constructor?.name ?? typeof target;
      throw new TypeError(
        `${name} has no method "${method}": sync.addTemporaryListener takes an EventEmitter`,
      );
    }
    // A turn later, as npm heatsync: the version before has left the emitter by then.
    let isCleared = false;
    const immediate = setImmediate(() => {
      if (!isCleared) add.call(target, event, callback);
    });
    this.#temporary.add(callSite().file, {
      clear() {
        isCleared = true;
        clearImmediate(immediate);
        target.removeListener(event, callback);
      },
    });
    return target;
  }

  /**
   * @param {(...args: any[]) => void} callback
   * @param {number} [milliseconds]
   * @param {...any} args
   */
  addTemporaryTimeout(callback, milliseconds, ...args) {
    const run = () => {
      forget();
      callback(...args);
    };
    const timer = setTimeout(run, milliseconds);
    const forget = this.#temporary.add(callSite().file, { clear: () => clearTimeout(timer) });
    return timer;
  }

  /**
   * @param {(...args: any[]) => void} callback
   * @param {number} [milliseconds]
   * @param {...any} args
   */
  addTemporaryInterval(callback, milliseconds, ...args) {
    const timer = setInterval(callback, milliseconds, ...args);
    this.#temporary.add(callSite().file, { clear: () => clearInterval(timer) });
    return timer;
  }

  /**
   * @template T
   * @param {() => T} getter
   * @param {string} [key]
   * @returns {T}
   */
  remember(getter, key) {
    const position = originalPosition(callSite());
    const name = `${position.file}:${key || inferKey(position)}`;
    if (this.#remembered.has(name)) return /** @type {T} */ (this.#remembered.get(name));
    const value = getter();
    this.#remembered.set(name, value);
    return value;
  }

  /** @param {unknown} loadedClass a class, or a function that returns one */
  reloadClassMethods(loadedClass) {
    const { file } = callSite();
    if (typeof loadedClass !== "function" || Object.hasOwn(loadedClass, "prototype")) {
      this.#classes.reload(loadedClass, file);
      return this.ReloadableClass;
    }
    // `class A extends sync.reloadClassMethods(() => A)`: A exists when its declaration is complete.
    setImmediate(() => {
      try {
        this.#classes.reload(loadedClass(), file);
      } catch (error) {
        this.events.emit("error", withFile(/** @type {Error} */ (error), file));
      }
    });
    return this.ReloadableClass;
  }

  async dispose() {
    await Promise.allSettled([...this.#loading, ...this.#pending.values()]);
    for (const entry of this.#entries.values()) entry.remove();
    this.#entries.clear();
    this.#namespaces.clear();
    this.#remembered.clear();
    this.#temporary.clear();
    this.#watchers?.close();
    this.#classes.clear();
    this.#release();
    clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
    this.events.removeAllListeners();
  }
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

/**
 * npm heatsync's errors name the file in `error.file`.
 * @template {Error} E
 * @param {E} error
 * @param {string} file
 */
function withFile(error, file) {
  try {
    Object.assign(error, { file });
  } catch {
    // A frozen error says what it says.
  }
  return error;
}

module.exports = { Heatsync };
