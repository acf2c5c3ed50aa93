// @ts-check
"use strict";

// A process that has booted and waits, so that a restart need not.

const fs = require("node:fs");
const path = require("node:path");
const { AppProcess } = require("./app-process.cjs");

/** @typedef {import("./runner.cjs").Settings} Settings */

/** Milliseconds after a start: what has just been started has the processor first. */
const SOON = 200;

class Spare {
  #settings;
  #isWanted;
  /** @type {{ app: AppProcess, read: string } | undefined} */
  #process;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    const { nodeArguments, env } = settings.command;
    const opensInspector = /(^|\s)--inspect/.test([...nodeArguments, env.NODE_OPTIONS ?? ""].join(" "));
    // Only one process can listen at the inspector's port. On Windows a pipe can't be waited at.
    this.#isWanted = settings.spare && !opensInspector && process.platform !== "win32";
  }

  prepareSoon() {
    if (!this.#isWanted || this.#process || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#prepare();
    }, SOON);
    this.#timer.unref();
  }

  #prepare() {
    // Read before it boots: it may read what is saved while it is being spawned, and is then thrown away for nothing. Read
    // after it, it could have the old and pass for the new.
    const read = this.#read();
    const own = { app: new AppProcess(this.#settings.command, true), read };
    this.#process = own;
    void own.app.ended.then(() => {
      if (this.#process === own) this.#process = undefined;
    });
  }

  /** The spare, if there is one, and it is as one that would be started now. @returns {AppProcess | undefined} */
  take() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const own = this.#process;
    this.#process = undefined;
    if (!own || own.app.exit) return undefined;
    if (own.read !== this.#read()) {
      own.app.signalAll("SIGKILL");
      return undefined;
    }
    own.app.release();
    return own.app;
  }

  /** What Node has read when it booted: `--env-file`, the entry point's package.json, for its `type`, and the link that names it. */
  #read() {
    const { envFiles, command, entry } = this.#settings;
    const texts = [...envFiles, ...manifestsAbove(entry)].map((file) => {
      try {
        return fs.readFileSync(path.resolve(command.cwd, file), "utf8");
      } catch {
        return null;
      }
    });
    return JSON.stringify([realPathOf(path.resolve(command.cwd, command.script)), ...texts]);
  }

  discard() {
    clearTimeout(this.#timer);
    this.#isWanted = false;
    this.#process?.app.signalAll("SIGKILL");
    this.#process = undefined;
  }
}

/** Node keeps what it has found. @param {string} file a link may lead to another one meanwhile */
function realPathOf(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return null; // without its extension: no link
  }
}

/** The nearest of them counts, and it may be yet to come. @param {string} file */
function manifestsAbove(file) {
  const manifests = [];
  for (let at = file, above = path.dirname(at); above !== at; at = above, above = path.dirname(at)) {
    manifests.push(path.join(above, "package.json"));
  }
  return manifests;
}

module.exports = { Spare };
