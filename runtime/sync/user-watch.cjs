// @ts-check
"use strict";

// `watchFunction`: the user's own way of watching, one file at a time, with the signature of
// `fs.watch` and `fs.watchFile`.

const fs = require("node:fs");

/**
 * @typedef {(file: string, options: { persistent: boolean }, listener: (...args: any[]) => void) => any} WatchFunction
 */

class UserWatchers {
  /** @type {Map<string, { watcher: any, timer?: NodeJS.Timeout }>} */
  #watchers = new Map();
  #watch;
  #persistent;
  #debounce;
  #changed;

  /**
   * @param {WatchFunction} watch
   * @param {boolean} persistent
   * @param {number} debounce milliseconds
   * @param {(file: string) => void} changed
   */
  constructor(watch, persistent, debounce, changed) {
    this.#watch = watch;
    this.#persistent = persistent;
    this.#debounce = debounce;
    this.#changed = changed;
  }

  /**
   * Watches exactly `files`.
   * @param {Set<string>} files
   */
  set(files) {
    for (const file of this.#watchers.keys()) if (!files.has(file)) this.#close(file);
    for (const file of files) if (!this.#watchers.has(file)) this.#open(file);
  }

  /** @param {string} file */
  #open(file) {
    /** @type {{ watcher: any, timer?: NodeJS.Timeout }} */
    const entry = { watcher: undefined };
    this.#watchers.set(file, entry);
    const listener = () => {
      clearTimeout(entry.timer);
      if (this.#debounce <= 0) return this.#changed(file);
      entry.timer = setTimeout(() => this.#changed(file), this.#debounce);
      entry.timer.unref();
    };
    entry.watcher = this.#watch(file, { persistent: this.#persistent }, listener);
  }

  /** @param {string} file */
  #close(file) {
    const entry = this.#watchers.get(file);
    this.#watchers.delete(file);
    clearTimeout(entry?.timer);
    const watcher = entry?.watcher;
    // fs.FSWatcher has close(), fs.StatWatcher (of fs.watchFile) only stop().
    if (typeof watcher?.close === "function") watcher.close();
    else if (typeof watcher?.stop === "function") {
      watcher.stop();
      fs.unwatchFile(file);
    }
  }

  /** fs.watch follows the inode: after an atomic save it watches a file that is gone.
   * @param {string[]} files */
  renew(files) {
    for (const file of files) {
      if (!this.#watchers.has(file) || !fs.existsSync(file)) continue;
      this.#close(file);
      this.#open(file);
    }
  }

  close() {
    for (const file of [...this.#watchers.keys()]) this.#close(file);
  }
}

module.exports = { UserWatchers };
