// @ts-check
"use strict";

// A CommonJS file is evaluated from the text that the engine has read and checked, though it is Node's loader, or one that
// somebody has taught it, that reads the file: a file that is being written again just then, in place, is empty for a moment.
// All of them read by `fs.readFileSync`, once, right after the file was resolved, while the module is in the cache and not yet
// loaded; so that answers, this once.

const Module = require("node:module");
const { apply, ownDescriptor } = require("../intrinsics.cjs");

/** Not ours, which nobody replaces (`startup.cjs`). @type {typeof import("node:fs")} */
const fs = /** @type {any} */ (process).getBuiltinModule("node:fs");

/** @typedef {{ file: string, text: string | null, end(): void }} Planned */
/** @typedef {(module: import("./commonjs.cjs").LoaderModule, text: string) => void} Noted what it was loaded from */

/** What is about to be loaded. @type {Planned | null} */
let planned = null;

/**
 * Whoever loads `file` next reads `text`.
 * @param {string} file
 * @param {string | null} text null: what it holds
 * @param {Noted | null} [noted]
 */
function plan(file, text, noted = null) {
  end();
  const before = ownDescriptor(fs, "readFileSync");
  if (!before?.writable || typeof before.value !== "function") return;
  const read = before.value;
  /** @this {unknown} @param {any[]} given */
  function readFileSync(...given) {
    if (given[0] !== file) return apply(read, this, given);
    const { 1: options } = given;
    const module = loadingOf(file);
    const text = take(file);
    const encoding = typeof options === "string" ? options : options?.encoding;
    const isText = encoding === "utf8" || encoding === "utf-8";
    const answer = isText && text !== null ? text : apply(read, this, given);
    if (isText && module) noted?.(module, answer);
    return answer;
  }
  /** @type {any} */ (fs).readFileSync = readFileSync;
  planned = {
    file,
    text,
    end() {
      // Unless somebody has put something in its place, who goes on calling it: then it asks the disk.
      if (fs.readFileSync === readFileSync) /** @type {any} */ (fs).readFileSync = read;
    },
  };
}

/**
 * The text of a file that is being loaded.
 * @param {string} file
 * @returns {string | null} null: it is to be read
 */
function take(file) {
  if (planned?.file !== file) return null;
  const { text } = planned;
  end();
  return loadingOf(file) ? text : null;
}

/** @param {string} file @returns {import("./commonjs.cjs").LoaderModule | null} */
function loadingOf(file) {
  const module = /** @type {any} */ (Module)._cache[file];
  return module && !module.loaded ? module : null;
}

/** What whoever loads it is going to read; null: what it holds. @param {string} file */
const peek = (file) => (planned?.file === file ? planned.text : null);

/** It was read, or is not going to be. */
function end() {
  planned?.end();
  planned = null;
}

module.exports = { end, peek, plan, take };
