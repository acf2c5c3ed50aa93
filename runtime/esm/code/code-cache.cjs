// @ts-check
"use strict";

// Compiles bodies, with what V8 has made of the same text in a process before (src/code_cache.rs).
// Only what is loaded first is looked up and kept: what is saved later is compiled once.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const addon = require("../../../native/load.cjs");
// Not by intrinsics.cjs: this is a part of the head, which would read and compile that by itself.
const { setTimeout } = globalThis;

/** The cache's file; null: there is none. @type {Buffer | null} */
let data = null;
let isOpen = false;
/** Of the program whose project's cache it is. @type {string | null} */
let root = null;
/** V8 did not take what was in it. */
let isRefused = false;

/**
 * Opens the cache of a file's project. Once.
 * @param {string | null} file null: what another thread of the process has opened
 */
function openCache(file) {
  if (isOpen) return;
  // V8 does not count what is run from a cache as what it has compiled itself.
  if (process.env.NODE_V8_COVERAGE) return;
  const open = () => (file === null ? addon.codeCacheData() : addon.openCodeCache(file, make()));
  data = process.env.WATCH_REPORT_DEPENDENCIES ? require("./watched-cache.cjs").openWatched(open) : open();
  root = file;
  isOpen = file !== null || data !== null;
}

/** What V8's code depends on beside the text. What else it does V8 finds itself, and refuses. */
function make() {
  const { arch, execArgv, platform, version, versions } = process;
  // Most flags of V8 change it, and of Node's these are common and do not.
  const flags = execArgv.filter(
    (flag) => !/^(-r|--(import|require|loader|inspect|watch|env|cond))/.test(flag),
  );
  return [version, versions.v8, platform, arch, ...flags.filter((flag) => flag.startsWith("--"))].join(" ");
}

/** V8 of Node 20 does not keep, with a module's code, what `import()` needs in indirect eval() and `new Function`. */
const losesImport = Number.parseInt(process.versions.v8, 10) < 12;

/** @param {string} code */
const mayEvaluateImport = (code) => losesImport && (code.includes("eval") || code.includes("Function"));

/** Whose the code of a key is. @type {Map<string, string>} */
const urls = new Map();

/**
 * The function that is a module's body.
 * @param {string} url
 * @param {import("../../../native/addon").JsEsm} record
 * @param {boolean} isFirst of its module's versions
 * @returns {Function}
 */
function compile(url, { code, parameters, key, cachedStart, cachedLength = 0 }, isFirst) {
  /** @type {vm.CompileFunctionOptions} */
  const options = {
    filename: url,
    lineOffset: -1,
    cachedData: undefined,
    produceCachedData: false,
    // import() in eval: Node's own loader, relative to this file.
    importModuleDynamically: /** @type {any} */ (vm).constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  };
  if (!data || !key || !isFirst || mayEvaluateImport(code))
    return vm.compileFunction(code, parameters, options);
  // Of one text, V8 of Node 20 gives the second module the first one's URL.
  const other = urls.get(key);
  if (other !== undefined && other !== url) return vm.compileFunction(code, parameters, options);
  urls.set(key, url);
  if (cachedStart !== undefined && !isRefused) {
    options.cachedData = data.subarray(cachedStart, cachedStart + cachedLength);
    const compiled = /** @type {any} */ (vm.compileFunction(code, parameters, options));
    if (!compiled.cachedDataRejected) return compiled;
    refuse();
    options.cachedData = undefined;
  }
  if (later?.canTakeLater()) {
    const compiled = vm.compileFunction(code, parameters, options);
    later.takeLater(key, compiled);
    return compiled;
  }
  options.produceCachedData = true;
  const compiled = /** @type {any} */ (vm.compileFunction(code, parameters, options));
  if (compiled.cachedData) addon.addCode(key, compiled.cachedData);
  compiled.cachedData = undefined;
  return compiled;
}

/** What was compiled of our own, to be kept once the program is about to run. @type {(() => void) | null} */
let startup = null;

/**
 * Runs a script that is an expression: our own bundle.
 * @param {string} filename
 * @param {string} text
 * @param {string} key of this very text
 * @param {boolean} isForHooks on their thread
 */
function compileStartup(filename, text, key, isForHooks) {
  // The thread of Node's hooks needs nothing else that the program's thread has opened.
  const kept = (data ? codeOf(key, data) : addon.copyOfCode(key)) ?? undefined;
  const cachedData = kept ?? packedCode(filename, key);
  const script = new vm.Script(text, { filename, cachedData });
  const isTaken = cachedData !== undefined && !script.cachedDataRejected;
  // What is packed was made with no flags of V8's: that says nothing about the file of the project.
  if (kept && !isTaken) refuse();
  // With the functions that have run by then: V8 compiles them when they are called.
  if (data && !isTaken)
    startup = () => (goesWithProject() ? addon.addStartup : addon.addCode)(key, script.createCachedData());
  // No program runs there, and none waits for it once it is up.
  if (isForHooks && !isTaken && !kept)
    setTimeout(() => addon.addCode(key, script.createCachedData()), HOOKS_ARE_UP).unref();
  return script.runInThisContext();
}

/**
 * V8's code of a bundle as it came with the package (scripts/build-code.mjs): a project's first start, or one whose cache is not kept, as in a
 * container, need not compile ours.
 * @param {string} filename
 * @param {string} key
 * @returns {Buffer | undefined} undefined: there is none for this Node, or of another bundle
 */
function packedCode(filename, key) {
  if (process.env.HEATSYNC_CACHE === "0" || process.env.NODE_V8_COVERAGE) return undefined;
  try {
    const packed = fs.readFileSync(path.join(__dirname, "..", "..", packedName(path.basename(filename))));
    return unpacked(packed, key) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * What stands before V8's code in such a file; the key stands behind it, too. V8 does not check all that it is given, and its code names objects by
 * their place in the snapshot that is a part of this very build of Node: somebody else's of the same version (a distribution's) may have another.
 * @param {string} key
 */
function packedHead(key) {
  const head = key + JSON.stringify([process.versions, process.config]);
  // V8 copies what does not begin at a word.
  return head.padEnd(Math.ceil(head.length / 8) * 8);
}

/** @param {Buffer} packed @param {string} key @returns {Buffer | null} null: it is of something else, or not whole */
function unpacked(packed, key) {
  const head = packedHead(key);
  const end = packed.length - key.length;
  const isIt = packed.toString("latin1", 0, head.length) === head && packed.toString("latin1", end) === key;
  return isIt ? packed.subarray(head.length, end) : null;
}

/** @param {string} bundle */
const packedName = (bundle) => `${bundle}.${process.versions.v8}-${process.platform}-${process.arch}.code`;

/** Milliseconds. */
const HOOKS_ARE_UP = 10;

/** @param {string} key @param {Buffer} data */
function codeOf(key, data) {
  const place = addon.findCode(key);
  return place && data.subarray(place[0], place[0] + place[1]);
}

/** Is the cache's file in the project (code_cache/file.rs)? Elsewhere it stays when that is gone: ours alone is not worth one there. */
function goesWithProject() {
  if (process.env.HEATSYNC_CACHE) return true;
  for (let folder = path.dirname(root ?? "/"); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "node_modules"))) return true;
    if (folder === path.dirname(folder)) return false;
  }
}

/** Who takes V8's code when nobody waits for it. @type {typeof import("./code-later.cjs") | null} */
let later = null;

/** Of a program under register. @param {typeof import("./code-later.cjs")} taker */
function keepLater(taker) {
  later = taker;
  later.onTaken(save);
}

/** A program is about to run. */
function keepStartup() {
  if (startup && later?.canTakeLater()) later.takeFirst(startup);
  else startup?.();
  startup = null;
}

/** All that it imports is compiled. */
function saveFirst() {
  if (!later?.isWaiting()) save();
}

function save() {
  if (data) addon.saveFirstCode();
}

/** Of other flags, say. What is in that file is as wrong for the others. */
function refuse() {
  isRefused = true;
  addon.rejectCode();
}

module.exports = {
  compile,
  compileStartup,
  keepLater,
  keepStartup,
  openCache,
  packedHead,
  packedName,
  saveFirst,
  unpacked,
};
