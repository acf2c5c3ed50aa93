// @ts-check
"use strict";

// `hmr(modulePath, watchPath, callback)`: the module's namespace, first and on every change.

const fs = require("node:fs");
const path = require("node:path");
const { inspect } = require("node:util");
const { callSite } = require("./caller.cjs");
const { addConsumer } = require("./consumers.cjs");
const environment = require("./environment.cjs");
const { importFile } = require("./evaluate.cjs");
const { explain, notice, relative } = require("./report.cjs");
const { directoryOf, locateImport } = require("./sync/locate.cjs");

/**
 * @typedef {object} HmrOptions
 * @property {boolean} [clearEveryTime]
 * @property {string | RegExp | (string | RegExp)[]} [ignore]
 * @property {AbortSignal} [signal]
 */

let triggers = 0;

/**
 * @param {string | URL} modulePath
 * @param {string | string[]} [watchPath]
 * @param {(module: any) => unknown} [callback]
 * @param {boolean | HmrOptions} [options]
 */
function hmr(modulePath, watchPath = ".", callback = undefined, options = {}) {
  const { directory } = callSite();
  const settings = readArguments(watchPath, callback, options);
  const run = new HotCallback(modulePath, directory, settings);
  const ready = run.start();
  // As node-esm-hmr's, the result can be awaited; a failure was logged and is waited out.
  return Object.assign(ready, { ready, close: () => run.close() });
}

/**
 * @param {string | string[]} watchPath
 * @param {((module: any) => unknown) | undefined} callback
 * @param {boolean | HmrOptions} options
 */
function readArguments(watchPath, callback, options) {
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
  const ignore = given.ignore === undefined ? [] : [given.ignore].flat();
  return { patterns, callback, clearEveryTime: given.clearEveryTime ?? true, ignore, signal: given.signal };
}

class HotCallback {
  #session = environment.session();
  #modulePath;
  #directory;
  #settings;
  #trigger = ++triggers;
  #calls = 0;
  #isClosed = false;
  #remove = () => {};
  /** Callbacks one after another. @type {Promise<unknown>} */
  #queue = Promise.resolve();

  /**
   * @param {string | URL} modulePath
   * @param {string} directory
   * @param {ReturnType<typeof readArguments>} settings
   */
  constructor(modulePath, directory, settings) {
    this.#modulePath = modulePath;
    this.#directory = directory;
    this.#settings = settings;
  }

  async start() {
    const { signal } = this.#settings;
    if (signal?.aborted) return this.close();
    signal?.addEventListener("abort", () => void this.close(), { once: true });

    const file = await this.#locate();
    if (!file || this.#isClosed) return;
    let namespace;
    try {
      namespace = await importFile(this.#session, file);
    } catch (error) {
      this.#session.failedFirstLoad(file);
      this.#log(
        explain(this.#session, error, undefined, [...this.#session.reachable(file), file]).error,
        file,
      );
    }
    if (this.#isClosed) return;
    this.#watch(file);
    if (namespace) await this.#call(namespace, file);
  }

  /** The module's file; for one that does not exist (yet), the place where it is waited for. */
  async #locate() {
    try {
      const located = await locateImport(this.#session, this.#asSpecifier(), this.#directory);
      if (located.kind === "file") return located.file;
      notice(`hmr: ${this.#modulePath} is no file and can't be reloaded`);
    } catch (error) {
      const file = path.resolve(directoryOf(this.#directory), String(this.#modulePath));
      if (fs.existsSync(path.dirname(file))) return file;
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
    this.#remove = addConsumer(this.#session, {
      file,
      via: "import",
      deep: true,
      watch: true,
      live: (namespace) => this.#call(namespace, file),
      failed: (error) => this.#log(error, file),
    });
    const ignore = ["**/node_modules", "**/node_modules/**", "**/.git", "**/.git/**", ...globs];
    this.#session.addTrigger(this.#trigger, file, process.cwd(), this.#settings.patterns, ignore);
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
        await this.#settings.callback(namespace);
      } catch (error) {
        this.#log(error, file);
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
    console.error(error);
    notice(`waiting for changes to ${relative(file)}`);
  }

  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#remove();
    this.#session.removeTrigger(this.#trigger);
    environment.exceptions.delete(this.#trigger);
  }
}

module.exports = { hmr };
