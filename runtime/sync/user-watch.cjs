// @ts-check
"use strict";

// `watchFunction`: the user's own way of watching, one file at a time, with the signature of
// `fs.watch` and `fs.watchFile`.

const fs = require("node:fs");
const { clearTimeout, setTimeout } = require("../intrinsics.cjs");

/**
 * @typedef {(file: string, options: { persistent: boolean }, listener: (...args: any[]) => void) => any} WatchFunction
 */

/** @typedef {{ watcher: any, listener: (...args: any[]) => void, inode: string, timer?: NodeJS.Timeout }} Entry */

class UserWatchers {
  /** @type {Map<string, Entry>} */
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
    const listener = () => {
      clearTimeout(entry.timer);
      if (this.#debounce <= 0) return this.#changed(file);
      entry.timer = setTimeout(() => this.#changed(file), this.#debounce);
      entry.timer.unref();
    };
    /** @type {Entry} */
    const entry = { watcher: undefined, listener, inode: inodeOf(file) };
    this.#watchers.set(file, entry);
    entry.watcher = this.#watch(file, { persistent: this.#persistent }, listener);
    if (!looksAtPath(entry.watcher)) return;
    // fs.watchFile compares with its own first look, which is under way on another thread: a save since
    // the file was loaded and before that look would never be told.
    fs.stat(file, () => {
      fs.stat(file, () => {
        if (this.#watchers.get(file) === entry) this.#changed(file);
      });
    });
  }

  /** @param {string} file */
  #close(file) {
    const entry = this.#watchers.get(file);
    this.#watchers.delete(file);
    if (entry) end(file, entry);
  }

  /** fs.watch follows the inode: after an atomic save it watches a file that is gone.
   * @param {string[]} files */
  renew(files) {
    for (const file of files) {
      const entry = this.#watchers.get(file);
      // What has no close() looks at the path.
      if (typeof entry?.watcher?.close !== "function") continue;
      const inode = inodeOf(file);
      if (inode === "" || inode === entry.inode) continue;
      this.#open(file);
      end(file, entry);
      // A save since the file was read may have been told to the old watcher alone; the same content
      // is no change.
      this.#changed(file);
    }
  }

  close() {
    for (const file of [...this.#watchers.keys()]) this.#close(file);
  }
}

/** Is it like that of fs.watchFile, which looks at the path again and again? @param {any} watcher */
const looksAtPath = (watcher) => typeof watcher?.close !== "function" && typeof watcher?.stop === "function";

/**
 * What file it is, whatever its name; "" when there is none.
 * @param {string} file
 */
function inodeOf(file) {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  // A number is given again as soon as it is free.
  return stat ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : "";
}

/**
 * @param {string} file
 * @param {Entry} entry
 */
function end(file, { watcher, listener, timer }) {
  clearTimeout(timer);
  // fs.FSWatcher has close(), fs.StatWatcher (of fs.watchFile) only stop(). One StatWatcher serves all
  // who watch the file, other instances included.
  if (typeof watcher?.close === "function") watcher.close();
  else if (typeof watcher?.stop === "function") {
    const listeners = watcher.listenerCount?.("change");
    fs.unwatchFile(file, listener);
    if (watcher.listenerCount?.("change") !== listeners) return;
    // The user's function listens in its own way.
    watcher.stop();
    fs.unwatchFile(file);
  }
}

module.exports = { UserWatchers };
