// @ts-check
"use strict";

// Native modules of ours, compiled in memory: the way to what only V8 and Node can do.

const fs = require("node:fs");
const NodeModule = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { isByLoader } = require("../../flags.cjs");
const { SafeMap, putBack } = require("../../intrinsics.cjs");
const { compileModule } = require("../../commonjs/native-compile.cjs");
const { asInternal } = require("./internal-source.cjs");
const { takeOut } = require("./load-cache.cjs");
const { nodesLoader } = require("./nodes-loader.cjs");

const BRIDGE = Symbol.for("heatsync-rs.esm.bridge");
/** In the source of a bridge: hands a value to whoever runs it. */
const bridgeCall = `globalThis[Symbol.for(${JSON.stringify(BRIDGE.description)})]`;
/** What the running bridge hands out. @type {any} */
let handed = null;
Object.defineProperty(globalThis, BRIDGE, {
  __proto__: null,
  configurable: true,
  value: (/** @type {any} */ value) => {
    handed = value;
  },
});
let count = 0;

/**
 * Compiles, links and evaluates a native ES module, at once. Only what has no top-level await.
 * @param {string} source
 * @param {string} file
 */
function compileNatively(source, file) {
  const module = /** @type {any} */ (new NodeModule(file));
  module.filename = file;
  module.paths = [];
  around(() => compileModule(module, asInternal(source), file));
}

/** What goes on around it. @type {(work: () => void) => void} */
let around = (work) => work();

/** @param {(work: () => void) => void} callback */
function onBridge(callback) {
  around = callback;
}

/** @param {string} directory @returns {string} a file that is none */
const bridgeFile = (directory) => path.join(directory, `.heatsync-${++count}.mjs`);

/** @param {string | undefined} url */
const isOfBridge = (url) => url !== undefined && /\/\.heatsync-\d+\.mjs$/.test(url);

/** For whom bridges have stood of late, by their files: Node tells later what is deprecated about a name. @type {Map<string, string>} */
const importers = new SafeMap();
const OF_LATE = 500;

/** @param {string} file @param {string} from */
function standsFor(file, from) {
  if (importers.size > OF_LATE) importers.clear();
  importers.set(file, from);
}

/** @param {string} text that may name a bridge @returns {[file: string, from: string] | null} */
function bridgeNamedIn(text) {
  const [file] =
    /(?:[A-Za-z]:)?[\\/][^\n]*[\\/]\.heatsync-\d+\.mjs/.exec(
      text.slice(text.lastIndexOf(" imported from ")),
    ) ?? [];
  const from = file && importers.get(file);
  return from ? [file, from] : null;
}

/**
 * Runs a module that stands where `from` stands.
 * @param {string} from
 * @param {string} source
 * @param {(file: string) => void} [onNamed] called with what it is called
 */
function bridge(from, source, onNamed) {
  const file = bridgeFile(path.dirname(from));
  onNamed?.(file);
  standsFor(file, from);
  handed = null;
  try {
    compileNatively(source, file);
    return handed;
  } catch (error) {
    const hasStack =
      error instanceof SyntaxError || (isNamed(error, file) && (isByLoader || isBrought(error)));
    throw namedAfter(error, file, from, hasStack);
  } finally {
    handed = null;
  }
}

/** Of Node 20 all errors of resolving are copies from the hooks' thread, of newer ones those of loaders that are there. */
const areCopied = isByLoader || !("registerHooks" in NodeModule);

/**
 * The file the user knows, in place of ours. Of an error that has no stack yet it is in the message alone, which the stack
 * begins with; and whose stack is asked for, of that V8 forgets where it was thrown, which Node prints the line of.
 * @param {any} error
 * @param {string} ours
 * @param {string} file
 * @param {boolean} [hasStack] has somebody asked for it, in this thread or another?
 */
function namedAfter(
  error,
  ours,
  file,
  hasStack = error instanceof SyntaxError || (isNamed(error, ours) && isCopied(error)),
) {
  // `decorateErrorWithCommonJSHints` (lib/internal/modules/esm/resolve.js) has.
  hasStack ||= mentions(error, "\nDid you mean to import ");
  /** @type {[ours: string, theirs: string][]} */
  const names = [
    [pathToFileURL(ours).href, pathToFileURL(file).href],
    [ours, file],
  ];
  return renamed(error, names, hasStack ? ["message", "stack"] : ["message"]);
}

/** Is its stack a text that was made on another thread? Else it is an accessor, which is not to be asked. @param {any} error */
function isCopied(error) {
  if (areCopied) return true;
  const giveBack = putBack();
  const stack = Object.getOwnPropertyDescriptor(Object(error), "stack")?.value;
  giveBack?.();
  return typeof stack === "string";
}

/** Has Node made it of what came from the thread of hooks? Then it is no error to V8, and its stack is a text. @param {unknown} error */
function isBrought(error) {
  return error instanceof Error && !require("node:util").types.isNativeError(error);
}

/** By its path, or by its URL. @param {unknown} error @param {string} file */
const isNamed = (error, file) => mentions(error, file) || mentions(error, pathToFileURL(file).href);

/** @param {any} error @param {string} text */
function mentions(error, text) {
  const giveBack = putBack();
  const message = Object.getOwnPropertyDescriptor(Object(error), "message")?.value;
  const isIn = typeof message === "string" && message.includes(text);
  giveBack?.();
  return isIn;
}

/** @param {any} error @param {[ours: string, theirs: string][]} names @param {string[]} keys */
function renamed(error, names, keys) {
  const giveBack = putBack();
  for (const key of keys) {
    const own = Object.getOwnPropertyDescriptor(Object(error), key);
    // Newer V8 have an accessor for the stack.
    const text = own?.value ?? (own && key === "stack" && error instanceof Error ? error.stack : null);
    if (typeof text !== "string" || !names.some(([ours]) => text.includes(ours))) continue;
    const value = names.reduce((value, [ours, theirs]) => value.replaceAll(ours, () => theirs), text);
    if (own?.set) error[key] = value;
    else Object.defineProperty(error, key, { __proto__: null, value, configurable: true, writable: true });
  }
  giveBack?.();
  return error;
}

/** @param {string} source */
const dataUrl = (source) => `data:text/javascript,${encodeURIComponent(asInternal(source))}`;

const { stringify } = JSON;

/**
 * What follows `from` in an import, or `import` itself.
 * @param {string} specifier
 * @param {{ with?: Record<string, string> }} [options] those of `import()`
 */
const clauseOf = (specifier, options) =>
  stringify(specifier) + (options?.with ? ` with ${stringify(options.with)}` : "");

/**
 * A statement that throws something of ours: an object, because of a primitive Node prints the place; and one without
 * a prototype, because Node writes the place into it. That gives it another map, and makes its prototype slow, which
 * String.prototype remains for good: every method call on a string in optimized code would then look it up.
 */
function stopper() {
  const stop = `heatsync-stop-${++count}`;
  return {
    statement: `throw{__proto__:null,stop:${JSON.stringify(stop)}}`,
    is: (/** @type {unknown} */ error) =>
      Object.getOwnPropertyDescriptor(Object(error), "stop")?.value === stop,
  };
}

/** How many of `linkOnly` are under way: one may lead to another. */
let linking = 0;

/**
 * Links a module that stands where `from` stands, and all it imports. Nothing of it is evaluated: the
 * first import throws. Throws what Node throws when something does not link.
 * @param {string} from
 * @param {string} source
 */
function linkOnly(from, source) {
  const stop = stopper();
  linking++;
  try {
    bridge(from, `import ${JSON.stringify(dataUrl(stop.statement))};${source}`);
  } catch (error) {
    if (!stop.is(error)) throw error;
  } finally {
    linking--;
  }
}

/** Is what Node loads now loaded to see whether it links? Nobody of the program has asked for it. */
const isLinkingOnly = () => linking > 0;

/**
 * Namespaces of native modules that are linked now, and evaluated when somebody else says so. The
 * bridge and its first import are a cycle: that is evaluated first, and calls the bridge's hoisted
 * function, whose imports are initialized since it was linked (16.2.1.7.3.1, step 7.c); and throws.
 * @param {string[]} clauses what follows `from` in an import, with an absolute specifier
 * @returns {Record<string, unknown>[]}
 */
function linkedNamespaces(clauses) {
  // Node lets a module import a file only if there is one.
  const file = temporaryFile(fs.realpathSync(temporaryFolder()), "", fs);
  const stop = stopper();
  const { href } = pathToFileURL(file);
  const self = JSON.stringify(href);
  const first = dataUrl(`import {get} from ${self};${bridgeCall}(get());${stop.statement}`);
  const names = clauses.map((_, index) => `$${index}`);
  const imports = clauses.map((from, index) => `import * as ${names[index]} from ${from};`);
  const source = `import ${JSON.stringify(first)};${imports.join("")}export function get(){return[${names}]}`;
  try {
    compileNatively(source, file);
  } catch (error) {
    if (!stop.is(error)) throw error;
  } finally {
    fs.rmSync(file, { force: true });
  }
  // Nobody else imports them.
  for (const url of [href, first]) if (nodesLoader()) takeOut(url);
  const namespaces = handed;
  handed = null;
  return namespaces;
}

/**
 * A file that nobody else has. Of a process with the same id one may be left that was killed; in a container that always is 1, and several may
 * have one folder.
 * @param {string} folder
 * @param {string} text
 * @param {Pick<typeof fs, "writeFileSync">} files
 * @returns {string} its path
 */
function temporaryFile(folder, text, files) {
  const { threadId } = require("node:worker_threads");
  for (;;) {
    const file = path.join(folder, `heatsync-${process.pid}-${threadId}-${++count}.mjs`);
    try {
      files.writeFileSync(file, text, { flag: "wx", mode: 0o600 });
      return file;
    } catch (error) {
      if (/** @type {any} */ (error)?.code !== "EEXIST") throw error;
    }
  }
}

/** `os.tmpdir()`, which a program may have replaced, and whose module takes its time to load. */
function temporaryFolder() {
  const { TEMP, TMP, TMPDIR } = process.env;
  return process.platform === "win32" ? require("node:os").tmpdir() : TMPDIR || TMP || TEMP || "/tmp";
}

/**
 * It has top-level await, which `require` refuses, or is WebAssembly, which Node 20 and 22 do not require (`--experimental-wasm-modules`).
 * @param {any} error
 */
const isRefusedAsAsync = (error) =>
  error?.code === "ERR_REQUIRE_ASYNC_MODULE" ||
  (error?.code === "ERR_INTERNAL_ASSERTION" &&
    /^WASM is .*unsupported by require\(esm\)/.test(error.message));

module.exports = {
  bridge,
  bridgeCall,
  bridgeNamedIn,
  clauseOf,
  compileNatively,
  dataUrl,
  isLinkingOnly,
  isOfBridge,
  isRefusedAsAsync,
  linkedNamespaces,
  linkOnly,
  namedAfter,
  onBridge,
  standsFor,
  temporaryFile,
  temporaryFolder,
};
