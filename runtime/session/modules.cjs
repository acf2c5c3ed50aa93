// @ts-check
"use strict";

// ES modules by query version: the documented fallback, `esm: "query"`. Node keeps every module it
// ever imported under its URL, so a module is evaluated anew under a URL of its own:
// file:///app/x.mjs?heatsync=3. A resolve hook gives each file of the last update its number, which
// makes it transitive: an importer evaluated anew meets its edited dependency. Every version stays
// in memory for the life of the process, which is why runtime/esm does this elsewhere.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { MessageChannel, receiveMessageOnPort } = require("node:worker_threads");
const { Loader } = require("../commonjs/commonjs.cjs");
const { asked } = require("../esm/hooks/asked-hooks.cjs");
const { compileModule } = require("../commonjs/native-compile.cjs");
const { importUrl, isOfTestRunner } = require("../startup.cjs");
const { hasCondition, namelessBuiltin } = require("../older-hooks.cjs");
const { nativeSource, resolveNatively } = require("../typescript.cjs");
const {
  OWN,
  hasModuleHooks,
  isOfUnknownLanguage,
  noteModuleHooks,
  registered,
  standIn,
} = require("../commonjs/plain-loader.cjs");
const { isProjectFile } = require("../project-files.cjs");

/** @typedef {import("../../native/addon").Session} NativeSession */

const QUERY = "heatsync";
/** URL → version; only files that were evaluated anew are in here. @type {Map<string, number>} */
const versions = new Map();
let isInstalled = false;
let bridges = 0;

/**
 * Makes the versions known to Node's resolution. In Jest's tests `import()` is Jest's, and it refuses hooks, which would be about its own.
 * @param {NativeSession} session
 */
function installHooks(session) {
  if (isInstalled || isOfTestRunner) return;
  if (typeof Module.registerHooks !== "function") assertFolder();
  isInstalled = true;
  if (typeof Module.registerHooks === "function") {
    Module.registerHooks({
      // @ts-expect-error known to plain-loader.cjs
      [OWN]: true,
      resolve(specifier, context, nextResolve) {
        const found = resolveNatively(specifier, context);
        const resolved = found
          ? { url: found, shortCircuit: true }
          : asked(nextResolve, undefined, [specifier, context]);
        if (!hasCondition(context.conditions, "import")) return resolved;
        noteLoadersImport(session, context.parentURL, resolved.url);
        if (versions.size === 0) return resolved;
        const version = versions.get(resolved.url);
        return version ? { ...resolved, url: withVersion(resolved.url, version) } : resolved;
      },
      load: (url, context, nextLoad) =>
        namelessBuiltin(url, context) ??
        nativeSource(url, context) ??
        loadedByOthers(url, nextLoad(url, context)),
    });
  } else {
    // Node 20: hooks run on a thread of their own and ask the engine, which all threads share.
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    fromHooks = port1;
    const data = { session: session.id, isRegistered: registered(), port: port2 };
    Module.register("./modules-hooks.mjs", pathToFileURL(__filename), { data, transferList: [port2] });
  }
}

/** Node 20's thread of hooks ends as it begins without a working directory, and Node would wait for it for ever. */
function assertFolder() {
  if (registered() || hasModuleHooks()) return; // it is there
  try {
    // Not process.cwd(), which says what was there when it was asked first.
    fs.realpathSync.native(".");
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code !== "ENOENT") return;
    const words =
      "the working directory is gone, and without one Node.js 20 can't begin to reload ES modules";
    throw new Error(`${words}; process.chdir() to one that is there`, { cause });
  }
}

/** What files of a loader's own language were seen to import: what they hold tells us nothing. @type {Map<string, Set<string>>} */
const imports = new Map();

/** @param {NativeSession} session @param {string | undefined} parentUrl @param {string} url */
function noteLoadersImport(session, parentUrl, url) {
  const parent = fileOf(parentUrl);
  if (!parent || !isOfUnknownLanguage(parent)) return;
  const file = fileOf(url);
  if (!file || !isProjectFile(parent) || !isProjectFile(file)) return;
  const known = imports.get(parent) ?? new Set();
  if (known.has(file)) return;
  imports.set(parent, known.add(file));
  session.link([[parent, [...known]]]);
}

/** What Node alone could not have loaded: then there are hooks of others. @param {string} url @param {import("node:module").LoadFnOutput} loaded */
function loadedByOthers(url, loaded) {
  const file = fileOf(url);
  if (file && loaded.source != null && isOfUnknownLanguage(file)) noteModuleHooks();
  return loaded;
}

/** Node 20's hooks have seen the same, in their thread. @param {NativeSession} session */
function hearHooks(session) {
  for (;;) {
    const { parentUrl, url } = (fromHooks && receiveMessageOnPort(fromHooks)?.message) ?? {};
    if (!url) return;
    if (parentUrl) noteLoadersImport(session, parentUrl, url);
    else noteModuleHooks();
  }
}

/** @type {import("node:worker_threads").MessagePort | null} */
let fromHooks = null;

/** @param {string | undefined} url */
const fileOf = (url) => (url?.startsWith("file:") ? fileURLToPath(url) : null);

/**
 * @param {string} url
 * @param {number} version
 */
const withVersion = (url, version) => `${url}?${QUERY}=${version}`;

/**
 * Gives each file a version it never had. The result takes that back.
 * @param {NativeSession} session
 * @param {string[]} files
 */
function bumpVersions(session, files) {
  installHooks(session);
  const before = session.bumpVersions(files);
  /** @param {string} file */
  const note = (file) => {
    const version = session.version(file);
    const url = pathToFileURL(file).href;
    if (version === 0) versions.delete(url);
    else versions.set(url, version);
  };
  files.forEach(note);
  return {
    restore() {
      session.restoreVersions(files, before);
      files.forEach(note);
    },
  };
}

/**
 * The namespace of `file`'s newest version.
 * @param {NativeSession} session
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @param {() => void} [beforeEvaluation]
 * @returns {Promise<Record<string, unknown>>}
 */
async function importFile(session, file, attributes, beforeEvaluation) {
  installHooks(session);
  const url = pathToFileURL(file).href;
  const bridge = beforeEvaluation && bridgeTo(url, attributes, beforeEvaluation);
  try {
    if (bridge)
      return (await importUrl(`data:text/javascript,${encodeURIComponent(bridge.source)}`)).namespace;
    return await importUrl(url, attributes && { with: attributes });
  } finally {
    bridge?.close();
    hearHooks(session);
  }
}

/**
 * The same, synchronously: what `require()` gives for an ES module, of its newest version. Node's
 * require() knows no queries, but an ES module compiled in memory can import what it likes.
 * @param {NativeSession} session
 * @param {string} file
 * @param {() => void} [beforeEvaluation]
 * @returns {unknown}
 */
function requireModule(session, file, beforeEvaluation) {
  installHooks(session);
  const version = session.version(file);
  const url = pathToFileURL(file).href;
  const target = version > 0 && !Module.registerHooks ? withVersion(url, version) : url;
  const bridge = bridgeTo(target, undefined, beforeEvaluation);
  const bridgeFile = path.join(path.dirname(file), `.heatsync-${++bridges}.mjs`);
  const module = standIn(bridgeFile);
  try {
    compileModule(module, bridge.source, bridgeFile);
  } finally {
    bridge.close();
  }
  return module.exports.namespace;
}

/**
 * What is called when a graph is linked and before it is evaluated, by number. On the global object,
 * where a `data:` module can find it, and shared by all copies of this package a project may have.
 * @type {Map<number, () => void> & { last?: number }}
 */
const gates = sharedGates();

function sharedGates() {
  const shared = /** @type {any} */ (globalThis);
  const key = Symbol.for("heatsync-rs.gates");
  shared[key] ??= new Map();
  return shared[key];
}

/**
 * A module that imports `target`. Its first import is evaluated only when the whole graph is
 * linked, and before anything in it (ECMA-262 16.2.1.5.1 Link, 16.2.1.5.2 Evaluate): the one moment
 * between "nothing can be wrong with the files any more" and "something has happened".
 * @param {string} target
 * @param {ImportAttributes | undefined} attributes
 * @param {(() => void) | undefined} beforeEvaluation
 * @returns {{ source: string, close: () => void }} `close` when the import has ended, either way
 */
function bridgeTo(target, attributes, beforeEvaluation) {
  const clause = attributes ? ` with ${JSON.stringify(attributes)}` : "";
  const body = `import * as namespace from ${JSON.stringify(target)}${clause};export { namespace };`;
  if (!beforeEvaluation) return { source: body, close: () => {} };
  const gate = (gates.last ?? 0) + 1;
  gates.last = gate;
  gates.set(gate, beforeEvaluation);
  const code = `globalThis[Symbol.for("heatsync-rs.gates")].get(${gate})?.()`;
  return {
    source: `import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)};${body}`,
    close: () => gates.delete(gate),
  };
}

/**
 * `require()` of `file` gives what `load` gives, at the first time somebody asks. Node's own
 * `require()` of an ES module knows one version only.
 * @param {string} file
 * @param {() => unknown} load
 */
function answerWith(file, load) {
  const module = new Loader(file);
  module.filename = file;
  module.loaded = true;
  /** @type {{ exports: unknown } | undefined} */
  let result;
  Object.defineProperty(module, "exports", {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      result ??= { exports: load() };
      return result.exports;
    },
  });
  Loader._cache[file] = module;
}

module.exports = { answerWith, bumpVersions, importFile, installHooks, requireModule };
