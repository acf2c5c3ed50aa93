// @ts-check
"use strict";

// `hmr(modulePath, watchPath, callback)`: the module's namespace, first and on every change.

const { AsyncLocalStorage } = require("node:async_hooks");
const fs = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { inspect } = require("node:util");
const native = require("../native/load.cjs");
const { callSite } = require("./caller.cjs");
const { collectLoads } = require("./commonjs/commonjs.cjs");
const { reportEdges } = require("./commonjs/edges.cjs");
const { failedInVain } = require("./commonjs/gone-without.cjs");
const { addConsumer } = require("./session/consumers.cjs");
const environment = require("./session/environment.cjs");
const { textOf } = require("./error-text.cjs");
const { isFile } = require("./file-state.cjs");
const deepFrames = require("./esm/positions/deep-frames.cjs");
const { anywhere } = require("./globs.cjs");
const { forget, importFile, useQueryVersions } = require("./session/evaluate.cjs");
const { clearInterval, setInterval } = require("./intrinsics.cjs");
const { explain, notice, relative } = require("./report.cjs");
const { showCode } = require("./show-code.cjs");
const { calledAt } = require("./sync/called-at.cjs");
const { locateImport } = require("./sync/locate.cjs");

/**
 * @typedef {object} HmrOptions
 * @property {boolean} [clearEveryTime]
 * @property {string | RegExp | (string | RegExp)[]} [ignore]
 * @property {AbortSignal} [signal]
 * @property {"runtime" | "query"} [esm]
 * @property {boolean} [persistent]
 */

let triggers = 0;
/** Which callbacks the running code belongs to: one can't wait for its own end. @type {AsyncLocalStorage<HotCallback>} */
const running = new AsyncLocalStorage();

/**
 * @param {string | URL} modulePath
 * @param {string | string[]} [watchPath]
 * @param {(module: any) => unknown} [callback]
 * @param {boolean | HmrOptions} [options]
 */
function hmr(modulePath, watchPath = ".", callback = undefined, options = {}) {
  const site = callSite();
  const settings = readArguments(modulePath, watchPath, callback, options);
  const run = new HotCallback(modulePath, site, settings);
  const ready = run.start();
  // As node-esm-hmr's, the result can be awaited; a failure was logged and is waited out.
  return Object.assign(ready, { ready, close: () => run.close() });
}

/**
 * @param {unknown} modulePath
 * @param {string | string[]} watchPath
 * @param {((module: any) => unknown) | undefined} callback
 * @param {boolean | HmrOptions} options
 */
function readArguments(modulePath, watchPath, callback, options) {
  if (!(modulePath instanceof URL) && (typeof modulePath !== "string" || modulePath === "")) {
    throw new TypeError(`hmr: a module path is a non-empty string or a URL, not ${inspect(modulePath)}`);
  }
  if (typeof callback !== "function") {
    throw new TypeError(`hmr takes a callback as its third argument, not ${typeof callback}`);
  }
  const patterns = Array.isArray(watchPath) ? watchPath : [watchPath];
  for (const pattern of patterns) {
    if (typeof pattern !== "string" || pattern === "") {
      throw new TypeError(`hmr: a watch path is a non-empty string, not ${inspect(pattern)}`);
    }
  }
  const given = typeof options === "boolean" ? { clearEveryTime: options } : (options ?? {});
  if (typeof given !== "object") {
    throw new TypeError(`hmr takes options or a boolean as its fourth argument, not ${inspect(given)}`);
  }
  const { clearEveryTime = true, ignore: ignored, signal, esm, persistent = true, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const names = "clearEveryTime, esm, ignore, persistent, signal";
    throw new TypeError(`hmr: there is no option ${inspect(unknown)}; there are ${names}`);
  }
  for (const [name, value] of Object.entries({ clearEveryTime, persistent })) {
    if (typeof value !== "boolean") throw new TypeError(`hmr: ${name} is a boolean, not ${inspect(value)}`);
  }
  const ignore = ignored === undefined ? [] : [ignored].flat();
  for (const pattern of ignore) {
    if (!(pattern instanceof RegExp) && (typeof pattern !== "string" || pattern === "")) {
      throw new TypeError(`hmr: ignore is a glob, a RegExp or an array of these, not ${inspect(pattern)}`);
    }
  }
  if (signal != null && !(signal instanceof AbortSignal)) {
    throw new TypeError(`hmr: signal is an AbortSignal, not ${inspect(signal)}`);
  }
  if (esm != null && esm !== "query" && esm !== "runtime") {
    throw new TypeError(`hmr: esm is "runtime" or "query", not ${inspect(esm)}`);
  }
  if (esm === "query") useQueryVersions();
  return { patterns, callback, clearEveryTime, ignore, persistent, signal };
}

class HotCallback {
  #session = environment.session();
  #modulePath;
  #from;
  #site;
  /** What was said of a module that is not there yet. @type {unknown} */
  #notFound;
  #directory;
  #settings;
  #trigger = ++triggers;
  #calls = 0;
  #isClosed = false;
  /** Keeps the process: who calls hmr() wants to wait for changes. @type {NodeJS.Timeout | undefined} */
  #keepAlive;
  #remove = () => {};
  /** A signal may be there for longer, and would keep this. */
  #aborted = () => void this.close();
  /** Callbacks one after another. @type {Promise<unknown>} */
  #queue = Promise.resolve();

  /**
   * @param {string | URL} modulePath
   * @param {import("./caller.cjs").CallSite} site of the call
   * @param {ReturnType<typeof readArguments>} settings
   */
  constructor(modulePath, site, settings) {
    this.#modulePath = modulePath;
    this.#site = site;
    this.#from = site.file;
    this.#directory = path.dirname(site.file);
    this.#settings = settings;
  }

  async start() {
    const { signal } = this.#settings;
    if (signal?.aborted) return this.close();
    signal?.addEventListener("abort", this.#aborted);
    if (this.#settings.persistent) this.#keepAlive = setInterval(() => {}, 2 ** 30);

    const file = await this.#locate();
    if (!file) return this.close();
    if (this.#isClosed) return;
    let namespace;
    const endCollecting = collectLoads();
    deepFrames.begin();
    try {
      namespace = await importFile(this.#session, file);
      endCollecting();
    } catch (error) {
      this.#session.failedFirstLoad(file);
      const attempted = endCollecting();
      forget(this.#session, attempted);
      this.#session.blame([file], attempted);
      failedInVain(file, error);
      // Node would name a file of ours as the one that imports it, also where it is a folder.
      const isGone = this.#notFound !== undefined && !isFile(file);
      this.#log(isGone ? this.#notFound : this.#explained(error, file, attempted), file);
    } finally {
      deepFrames.end();
    }
    if (this.#isClosed) return;
    this.#watch(file);
    // The engine answers in order: once it does, the watch path is being watched.
    native.watchStatus();
    if (namespace) await this.#call(namespace, file);
  }

  /** The module's file; for one that does not exist (yet), the place where it is waited for. */
  async #locate() {
    try {
      const located = await locateImport(this.#session, this.#asSpecifier(), this.#from);
      if (located.kind === "file") return located.file;
      notice(`hmr: ${this.#modulePath} is no file and can't be reloaded`);
    } catch (error) {
      this.#notFound = calledAt(error, this.#site);
      const text = String(this.#modulePath);
      if (text.startsWith("file:")) return fileURLToPath(text);
      const file = path.resolve(this.#directory, text);
      // A folder that does not exist yet is waited for, too; `pkg/file` may be a package's.
      const isPath = /^\.{0,2}[/\\]/.test(text) || path.isAbsolute(text);
      if (isPath || fs.existsSync(path.dirname(file))) return file;
      notice(`hmr: ${/** @type {Error} */ (error).message}`);
    }
    return undefined;
  }

  /** node-esm-hmr takes `bar.js` for `./bar.js`. */
  #asSpecifier() {
    const text = String(this.#modulePath);
    const isPath = !/^(\.{0,2}\/|#|file:)/.test(text) && !path.isAbsolute(text);
    return isPath && fs.existsSync(path.join(this.#directory, text)) ? `./${text}` : text;
  }

  /** @param {string} file */
  #watch(file) {
    const globs = this.#settings.ignore.filter((it) => typeof it === "string");
    const patterns = this.#settings.ignore.filter((it) => it instanceof RegExp);
    const isException = (/** @type {string} */ changed) =>
      patterns.some((it) => {
        it.lastIndex = 0; // a global or sticky expression remembers where it stopped
        return it.test(changed);
      });
    environment.exceptions.set(this.#trigger, isException);
    // CommonJS below the module has said what it requires by being evaluated; it is watched from now on.
    reportEdges(this.#session);
    this.#remove = addConsumer(this.#session, {
      file,
      from: this.#from,
      via: "import",
      deep: true,
      watch: true,
      follows: true,
      // Not waited for: a callback may run as long as it likes, and updates go on.
      live: (namespace) => void this.#call(namespace, file),
      failed: (error) => this.#log(error, file),
    });
    const ignore = anywhere(["**/node_modules", "**/node_modules/**", "**/.git", "**/.git/**", ...globs]);
    environment.warmUp(() => {});
    environment.warmUpModules(() => {}, false);
    this.#session.addTrigger(this.#trigger, file, process.cwd(), this.#settings.patterns, ignore);
  }

  /** @param {unknown} error of the first load @param {string} file @param {string[]} attempted */
  #explained(error, file, attempted) {
    const files = [...this.#session.reachable(file), file];
    const failure = explain(this.#session, error, undefined, files, attempted);
    if (failure.isToShow) showCode(failure.error, this.#session);
    return failure.error;
  }

  /**
   * @param {unknown} namespace
   * @param {string} file
   * @returns {Promise<void>}
   */
  #call(namespace, file) {
    const call = async () => {
      if (this.#isClosed) return;
      this.#calls += 1;
      if (this.#calls > 1 && this.#settings.clearEveryTime && process.stdout.isTTY) {
        console.clear();
        console.log(`[heatsync] ${relative(file)} reloaded`);
      }
      try {
        await running.run(this, this.#settings.callback, namespace);
      } catch (error) {
        showCode(error, this.#session);
        // Closed meanwhile: nobody else tells of what it throws then.
        if (!this.#isClosed) this.#log(error, file);
        else if (!this.#isAbort(error)) print(error);
      }
    };
    const result = this.#queue.then(call);
    this.#queue = result;
    return result;
  }

  /**
   * @param {unknown} error
   * @param {string} file
   */
  #log(error, file) {
    if (this.#isClosed) return;
    print(error);
    notice(`waiting for changes to ${relative(file)}`);
  }

  /** Has the callback ended with what it waited for because the signal told it to? Node's own errors have its reason as their cause. @param {any} error */
  #isAbort(error) {
    const { signal } = this.#settings;
    return signal?.aborted && (error === signal.reason || error?.cause === signal.reason);
  }

  async close() {
    if (!this.#isClosed) {
      this.#isClosed = true;
      clearInterval(this.#keepAlive);
      this.#settings.signal?.removeEventListener("abort", this.#aborted);
      this.#remove();
      this.#session.removeTrigger(this.#trigger);
      environment.exceptions.delete(this.#trigger);
    }
    if (running.getStore() !== this) await this.#queue;
  }
}

/** @param {unknown} error */
function print(error) {
  try {
    console.error(error);
  } catch {
    console.error(textOf(error));
  }
}

module.exports = { hmr };
