// @ts-check
"use strict";

// What a start needs of us, from two files, runtime/startup.head, with which the program's files begin to be read, and
// runtime/startup.bundle, or on the thread of Node's hooks runtime/startup.hooks (scripts/build-startup.mjs). The modules made of them are those that Node would make of the
// files: it knows them by their names, so that there is never a second one.

/** A program may delete it, or put another in its place. */
const { process } = globalThis;
const fs = keptOf(require("node:fs"));
const Module = require("node:module");
const path = keptOf(require("node:path"));
const vm = keptOf(require("node:vm"));

/** @typedef {(exports: unknown, require: unknown, module: unknown, file: string, folder: string, process: NodeJS.Process) => void} Body */

const HEAD = path.join(__dirname, "startup.head");
const BUNDLE = path.join(__dirname, "startup.bundle");
const HOOKS = path.join(__dirname, "startup.hooks");
const FOLDER = path.join(__dirname, path.sep);
/**
 * What the names of our scripts begin with. Our folder lies in `node_modules`, and Node keeps to itself that something
 * is deprecated if it is a package that calls it: it looks for such folders in the names of the scripts on the stack, past
 * those that begin as its own do. Debuggers step over these, too, and node:test's report of coverage has none of them. What
 * Node itself loads of ours is called so by a comment, `sourceURL`.
 */
const NAME = "node:heatsync-rs/";
/**
 * Jest gives each file of tests a class of its own, which has Node's cache, and whose `createRequire` ends with that file. What is
 * loaded there is for that file alone: the next one's `sync.require()` would ask a registry that is no more.
 */
const isOfTestRunner = "_cache" in Object.getPrototypeOf(Module);
/** Node's modules, by file. @type {Record<string, NodeJS.Module | undefined>} */
const modules = isOfTestRunner ? Object.create(null) : keeping(/** @type {any} */ (Module)._cache);
/** By the file's path. @type {Map<string, Body>} */
const bodies = new Map();
/** Null: not looked at. @type {boolean | null} */
let isUsable = null;
let isOpen = false;
/** Once the program can have replaced any built-ins. @type {typeof import("./intrinsics.cjs").putBack} */
let putBack = () => null;

/**
 * A test runner's own cache (Vitest's `vmThreads`) says yes to whatever is written into it, and keeps nothing: each of our files would
 * be evaluated by whoever requires it.
 * @template {object} T
 * @param {T} cache
 * @returns {T}
 */
function keeping(cache) {
  const probe = { __proto__: null, value: 1, configurable: true };
  Object.defineProperty(cache, FOLDER, probe);
  const isKept = Reflect.get(cache, FOLDER) === probe.value;
  Reflect.deleteProperty(cache, FOLDER);
  return isKept ? cache : Object.create(cache);
}

/** What comes before V8's code of the rest can be asked for. */
function openHead() {
  const text = textOf(HEAD, (file) => fs.readFileSync(file, "latin1"));
  if (text) adopt(new vm.Script(text, { filename: nameOf(HEAD) }).runInThisContext());
}

/** Reads the bundle, if there is one of the present files. @param {boolean} [isForHooks] */
function openBundle(isForHooks = false) {
  if (isOpen) return;
  isOpen = true;
  const file = isForHooks ? HOOKS : BUNDLE;
  /** @type {import("../native/addon").Addon} */
  const { ownText } = load("../native/load.cjs");
  const text = textOf(file, ownText);
  /** @type {typeof import("./esm/code/code-cache.cjs")} */
  const { compileStartup } = load("esm/code/code-cache.cjs");
  // Its first line is a comment with a hash of what it was made of.
  if (text) adopt(compileStartup(nameOf(file), text, text.slice(3, 35), isForHooks));
  putBack = load("intrinsics.cjs").putBack;
}

/** @param {string} file of ours */
const nameOf = (file) => NAME + path.relative(__dirname, file);

/** @param {string} script V8's name of it */
const isOwnScript = (script) => script.startsWith(NAME) || script.startsWith(FOLDER);

/** @param {string} line of a stack */
const isOwnLine = (line) => line.includes(NAME) || line.includes(FOLDER);

/** @param {Record<string, Body>} table */
function adopt(table) {
  for (const name of Object.keys(table)) bodies.set(joined(__dirname, `./${name}`), table[name]);
}

/**
 * `path.join` of what our own files name, which has no more in it than leading dots: some three hundred at each start.
 * @param {string} folder
 * @param {string} specifier
 */
function joined(folder, specifier) {
  if (path.sep !== "/") return path.join(folder, specifier);
  for (let at = 0; ; at += 3) {
    if (specifier.startsWith("./", at)) at += 2;
    if (!specifier.startsWith("../", at)) return `${folder}/${specifier.slice(at)}`;
    folder = folder.slice(0, folder.lastIndexOf("/"));
  }
}

/** @param {string} file @param {(file: string) => string | null} read @returns {string | null} null: the files themselves are loaded */
function textOf(file, read) {
  isUsable ??= process.env.HEATSYNC_BUNDLE !== "0" && isPresent();
  try {
    return isUsable ? read(file) : null;
  } catch {
    return null;
  }
}

/** Were they made of the files as they are? In a package that was installed nobody edits them. */
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
  return loadFile(joined(__dirname, `./${name}`));
}

/** @param {string} file */
function loadFile(file) {
  const known = modules[file];
  if (known) return known.exports;
  if (file === __filename) return module.exports; // loaded by another than Node: a test runner
  return run(file, bodies.get(file) ?? bodyOf(file));
}

/**
 * What is not in the bundle we read ourselves, too: a program may have put its own in the place of `Module._load` (mock-require), of
 * `Module._cache` (mockery, which made a second one of each of our files), of handlers of extensions, of `fs.readFileSync`.
 * @param {string} file
 * @returns {Body}
 */
function bodyOf(file) {
  const text = ownTextOf(file);
  if (path.extname(file) === ".json")
    return (_exports, _require, module) =>
      Object.assign(/** @type {object} */ (module), { exports: JSON.parse(text) });
  const parameters = ["exports", "require", "module", "__filename", "__dirname", "process"];
  return /** @type {Body} */ (vm.compileFunction(text, parameters, { filename: nameOf(file) }));
}

/** @param {string} file */
function ownTextOf(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    // A bundler (esbuild, ncc, webpack) takes this file along, and neither what it reads nor the addon.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
    const help = "a bundler is to leave the package out (esbuild: --external:heatsync-rs)";
    throw new Error(`heatsync-rs: its own files are not where it runs; ${help}`, { cause: error });
  }
}

/** @param {string} file @param {Body} body */
function run(file, body) {
  const module = /** @type {any} */ (new Module(file));
  module.filename = file;
  // Those of Node's know where packages are looked for, which tells them from the bundle's (startup.test.mjs).
  module.paths = bodies.has(file) ? [] : [path.join(path.dirname(file), "node_modules")];
  hide(file, module);
  const folder = path.dirname(file);
  try {
    Reflect.apply(body, module.exports, [module.exports, requireIn(folder), module, file, folder, process]);
  } catch (error) {
    delete modules[file];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

/**
 * Node finds it, and `Object.keys(require.cache)` does not: programs list what they have loaded, or delete it.
 * @param {string} file
 * @param {unknown} module
 */
function hide(file, module) {
  Object.defineProperty(modules, file, {
    __proto__: null,
    value: module,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** Those that Node has loaded. */
function hideLoaded() {
  const root = path.join(__dirname, "..", path.sep);
  for (const file of Object.keys(modules)) {
    const isOwn = ["runtime", "native"].some((folder) => file.startsWith(root + folder + path.sep));
    if (isOwn) hide(file, modules[file]);
  }
}

/** @param {string} folder */
function requireIn(folder) {
  if (!`${folder}${path.sep}`.startsWith(__dirname + path.sep)) return requireOutside(folder);
  const requireThere = (/** @type {string} */ specifier) => {
    const giveBack = putBack();
    try {
      if (specifier.startsWith(".")) return loadFile(joined(folder, specifier));
      return specifier.startsWith("node:") ? builtin(specifier) : require(specifier);
    } finally {
      giveBack?.();
    }
  };
  requireThere.cache = modules;
  requireThere.resolve = (/** @type {string} */ specifier) => joined(folder, specifier);
  return requireThere;
}

/** What finds the addon looks for a package, too, if there is no addon beside it. @param {string} folder */
function requireOutside(folder) {
  const real = () => Module.createRequire(path.join(folder, "x"));
  const requireThere = (/** @type {string} */ specifier) =>
    specifier.startsWith("node:") ? builtin(specifier) : real()(specifier);
  requireThere.resolve = (/** @type {string} */ specifier) => real().resolve(specifier);
  return requireThere;
}

/** By name; Node shows importers of a builtin that is asked for once more what is there by then. @type {Record<string, any>} */
const builtins = {
  __proto__: null,
  "node:fs": fs,
  "node:path": path,
  "node:url": keptOf(require("node:url")),
  "node:vm": vm,
};

/** @param {string} name Node's builtins are all that we require beside our own files. */
const builtin = (name) => (builtins[name] ??= /** @type {any} */ (process).getBuiltinModule(name));

/**
 * A builtin as it was: what a program puts in the place of its functions, a test's mocks, is to hear of what the program does alone.
 * Only functions: `fs.promises` and the like are made when they are asked for.
 * @template {object} T
 * @param {T} real
 * @returns {T}
 */
function keptOf(real) {
  /** @type {Record<string, Function>} */
  const kept = {};
  for (const name of Object.keys(real)) {
    const { value } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(real, name));
    if (typeof value === "function") kept[name] = value;
  }
  // At the end: under --permission `path.resolve` and others are read-only, and can't be assigned to what inherits them.
  return Object.setPrototypeOf(kept, real);
}

/**
 * Node's `import()`, which this file has, since Node loads it, and what is compiled here has not (Node calls the option that gives it
 * experimental, and warns).
 * @param {string} url
 * @param {ImportCallOptions} [options]
 */
const importUrl = (url, options) => import(url, options);

module.exports = {
  hideLoaded,
  importUrl,
  isOwnLine,
  isOwnScript,
  isOfTestRunner,
  load,
  openBundle,
  openHead,
};

//# sourceURL=node:heatsync-rs/startup.cjs
