// @ts-check
"use strict";

// Does Node load CommonJS files here as it comes out of the box? Then a file the engine has just
// read need not be resolved, looked up and read again: a third of what a reload takes. Anyone who
// has taught Node's loader something (pirates, tsx, an APM agent) gets Node's whole way.

const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");
const { nodeOptions } = require("../flags.cjs");
const { inPlaceOf } = require("../intrinsics.cjs");

/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {(module: any, file: string) => void} Handler */

const extensions = /** @type {any} */ (Module)._extensions;
/** Before another is put in its place, below. */
const registerOfNode = Module.register;
const LOADERS = /(^|\s)--(experimental-)?loader\b/;
const PRELOADS = /(^|\s)(--import|--require|-r|--loader|--experimental-loader|--experimental-vm-modules)\b/;

/** Handlers that were found to be Node's own, or not. @type {WeakMap<Handler, boolean>} */
const checked = new WeakMap();
/** Those that may be: what was here before us. And ours, which hand on to them. @type {WeakMap<Handler, true>} */
const possible = new WeakMap();
for (const name of Reflect.ownKeys(extensions)) {
  const handler = extensions[name];
  if (typeof handler === "function") possible.set(handler, true);
}
/** Does a flag of Node's say so? Asked when somebody wants to know. @param {RegExp} flag */
const isFlagged = (flag) => flag.test([...process.execArgv, nodeOptions].join(" "));
/** Module hooks registered before us can't be asked for; those who preload something may have some. @type {boolean | null} */
let hasHooks = null;
/** Hooks that are known to be there. @type {boolean | null} */
let hasKnownHooks = null;

for (const name of /** @type {const} */ (["register", "registerHooks"])) {
  const register = /** @type {any} */ (Module)[name];
  if (typeof register !== "function") continue;
  /** @type {any} */ (Module)[name] = inPlaceOf(
    /** @this {unknown} @param {any[]} args */
    function (...args) {
      // Our own hooks only resolve, and only what import() asks for.
      if (!isOwn(args)) hasHooks = hasKnownHooks = true;
      return Reflect.apply(register, this, args);
    },
    register,
  );
}

/** @param {any[]} args */
const isOwn = ([first]) => first?.[OWN] === true || first === "./modules-hooks.mjs";
const PROBE = "heatsync-rs asks a handler";
/** Of all our files. */
const RUNTIME = path.dirname(__dirname);
const NO_FILE = path.join(__dirname, "no such file.js");
/** The program was started with our `register`, which asks the other loaders of the chain itself. */
let isRegistered = false;
const registered = () => isRegistered;
const markRegistered = () => {
  isRegistered = true;
};
/** May hooks of others say what an ES module's file means, without our asking them? */
const hasModuleHooks = () => {
  if (isRegistered) return false;
  hasKnownHooks ??= isFlagged(LOADERS);
  return hasKnownHooks;
};

/** There are, though they were registered before us. */
const noteModuleHooks = () => {
  hasHooks = hasKnownHooks = true;
};

/** Marks our own hooks. */
const OWN = Symbol.for("heatsync-rs: own hooks");

/** May somebody else's module hooks make something of any file, as far as flags tell where ours are among them? */
function mayBeHooked() {
  return isRegistered ? isFlagged(PRELOADS) : (hasHooks ?? isFlagged(PRELOADS));
}

/**
 * May `file` be compiled from its text, as Node's loader would?
 * @param {string} file
 */
function isPlain(file) {
  hasHooks ??= isFlagged(PRELOADS);
  if (hasHooks) return false;
  const extension = path.extname(file);
  // `.cjs` is loaded by the `.js` handler: there is none of its own unless someone made one.
  if (extension !== ".js" && !(extension === ".cjs" && !extensions[".cjs"])) return false;
  return isReadPlainly(file);
}

/** Neither Node nor we, nor a require hook: a loader may know it. @param {string} file */
function isOfUnknownLanguage(file) {
  const extension = path.extname(file);
  return !/^(\.[cm]?[jt]s|\.[jt]sx|\.json|\.node|\.wasm|)$/.test(extension) && !extensions[extension];
}

/** Is what reads `file` the `.js` handler, and Node's own? @param {string} file */
function isReadPlainly(file) {
  const handler = extensions[".js"];
  return handlerOf(file) === handler && isKnownAsNodes(handler);
}

/** What loads `file`: for what has no handler of its own Node asks that of `.js`. @param {string} file @returns {Handler} */
const handlerOf = (file) => extensions[path.extname(file)] ?? extensions[".js"];

/** @param {Handler} handler */
function isKnownAsNodes(handler) {
  const known = checked.get(handler);
  if (known !== undefined) return known;
  // What has come since is somebody's, whose code is not to be called for a file that there is not.
  const answer = possible.has(handler) && isNodes(handler);
  checked.set(handler, answer);
  return answer;
}

/** Ours is as good as Node's where it hands on to that. @param {Handler} handler */
function noteOwnHandler(handler) {
  possible.set(handler, true);
}

/** Is `file` loaded as Node does it, or by a handler that somebody has put into `require.extensions`? @param {string} file */
const isLoadedByNodesHandler = (file) => isKnownAsNodes(handlerOf(file));

/**
 * Node's own code names no file but `node:` ones: let the handler fail to read a file, and look at
 * the stack. A real path, of a file that is not there: Node's package lookup ends the process when
 * it is asked about something that is no string.
 * @param {Handler} handler
 */
function isNodes(handler) {
  // Our own frames are left out of stacks once ES modules run on our runtime: this one is not.
  const call = vm.runInThisContext("(call) => call()", { filename: PROBE });
  const { stackTraceLimit } = Error;
  // Hooks, ours too, add frames of Node's. (Not writable under --frozen-intrinsics.)
  Reflect.set(Error, "stackTraceLimit", 50);
  try {
    call(() => handler(new Module(NO_FILE), NO_FILE));
  } catch (error) {
    const frames = String(/** @type {Error} */ (error).stack)
      .split("\n")
      .filter((line) => /^\s+at /.test(line));
    const probe = frames.findIndex((line) => line.includes(PROBE));
    // Our own hooks hand on what Node loads.
    const isOurs = (/** @type {string} */ line) => line.includes(RUNTIME);
    return probe > 0 && frames.slice(0, probe).every((line) => /\(?node:/.test(line) || isOurs(line));
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  }
  return false;
}

/** By folder, of the function that named them: app-module-path and the like replace it. @type {{ of: unknown, known: Map<string, string[]> }} */
let searched = { of: undefined, known: new Map() };

/**
 * Where a module in `file` looks for packages: Node puts the list together anew each time.
 * @param {string} file
 * @returns {string[]}
 */
function searchPaths(file) {
  const { _nodeModulePaths: list } = /** @type {any} */ (Module);
  if (searched.of !== list) searched = { of: list, known: new Map() };
  const folder = path.dirname(file);
  /** @type {string[]} */
  const paths = searched.known.get(folder) ?? list(folder);
  searched.known.set(folder, paths);
  return [...paths]; // a module may change its own
}

/**
 * A module that stands in `file`, and is nobody's.
 * @param {string} file
 * @returns {LoaderModule}
 */
function standIn(file) {
  const module = /** @type {any} */ (new Module(file));
  module.filename = file;
  module.paths = searchPaths(file);
  return module;
}

/** What Node wraps a file in. */
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/**
 * Parses a CommonJS file's text as Node does.
 * @param {string} source
 * @param {string} file
 * @throws {SyntaxError} in V8's words
 */
function assertParses(source, file) {
  vm.compileFunction(source.replace(/^#!.*/, ""), PARAMETERS, { filename: file });
}

/** @param {string} source @param {string} file */
function parses(source, file) {
  try {
    assertParses(source, file);
    return true;
  } catch {
    return false;
  }
}

/**
 * Not required here: who is told of what is loaded (runner/link.cjs) asks this file, which would be half loaded then.
 * @type {(error: unknown, file: string) => void}
 */
let whenThrown = () => {};

/** @param {(error: unknown, file: string) => void} note is told what an evaluation throws */
function onThrown(note) {
  whenThrown = note;
}

/**
 * What Node's loader does with a file it has read.
 * @param {LoaderModule} module
 * @param {string} file
 * @param {string} source
 */
function compile(module, file, source) {
  module.filename = file;
  module.paths = searchPaths(file);
  try {
    module._compile(source, file);
  } catch (error) {
    // In an update, which catches it: Node shows nobody the line that has thrown last.
    whenThrown(error, file);
    throw error;
  }
  module.loaded = true;
}

module.exports = {
  OWN,
  assertParses,
  compile,
  handlerOf,
  hasModuleHooks,
  isOfUnknownLanguage,
  isPlain,
  isLoadedByNodesHandler,
  isReadPlainly,
  markRegistered,
  mayBeHooked,
  noteModuleHooks,
  noteOwnHandler,
  onThrown,
  parses,
  registerOfNode,
  registered,
  standIn,
};
