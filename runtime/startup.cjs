// @ts-check
"use strict";

// What a start needs of us, from one file, runtime/startup.bundle (scripts/build-startup.mjs). The modules made of it
// are those that Node would make of the files: it knows them by their names, so that there is never a second one.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { compileStartup } = require("./esm/code-cache.cjs");

/** @typedef {(exports: unknown, require: unknown, module: unknown, file: string, folder: string) => void} Body */

const BUNDLE = path.join(__dirname, "startup.bundle");
/** Node's modules, by file. @type {Record<string, { exports: any, loaded: boolean, filename: string }>} */
const modules = /** @type {any} */ (Module)._cache;
/** By the file's path. @type {Map<string, Body>} */
let bodies = new Map();
let isOpen = false;

/** Reads the bundle, if there is one of the present files. */
function openBundle() {
  if (isOpen) return;
  isOpen = true;
  if (process.env.HEATSYNC_BUNDLE === "0" || !isPresent()) return;
  /** @type {string} */
  let text;
  try {
    text = fs.readFileSync(BUNDLE, "latin1");
  } catch {
    return;
  }
  // Its first line is a comment with a hash of what it was made of.
  const table = compileStartup(BUNDLE, text, text.slice(3, 35));
  bodies = new Map(Object.entries(table).map(([name, body]) => [path.join(__dirname, name), body]));
}

/** Was the bundle made of the files as they are? In a package that was installed nobody edits them. */
function isPresent() {
  /** @type {[name: string, mtime: number, size: number][]} */
  let states;
  try {
    states = JSON.parse(fs.readFileSync(path.join(__dirname, ".startup"), "utf8"));
  } catch {
    return true;
  }
  return states.every(([name, mtime, size]) => {
    const state = fs.statSync(path.join(__dirname, name), { throwIfNoEntry: false });
    return state?.mtimeMs === mtime && state.size === size;
  });
}

/** @param {string} name of a file in runtime/ */
function load(name) {
  return loadFile(path.join(__dirname, name));
}

/** @param {string} file */
function loadFile(file) {
  const known = modules[file];
  if (known) return known.exports;
  const body = bodies.get(file);
  return body ? run(file, body) : require(file);
}

/** @param {string} file @param {Body} body */
function run(file, body) {
  const module = /** @type {any} */ (new Module(file));
  module.filename = file;
  module.paths = [];
  modules[file] = module;
  const folder = path.dirname(file);
  const requireThere = (/** @type {string} */ specifier) =>
    specifier.startsWith(".") ? loadFile(path.join(folder, specifier)) : builtin(specifier);
  requireThere.cache = modules;
  requireThere.resolve = (/** @type {string} */ specifier) => path.join(folder, specifier);
  try {
    Reflect.apply(body, module.exports, [module.exports, requireThere, module, file, folder]);
  } catch (error) {
    delete modules[file];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

/** @type {(name: string) => any} Node's builtins are all that we require beside our own files. */
const builtin = /** @type {any} */ (process).getBuiltinModule;

module.exports = { load, openBundle };
