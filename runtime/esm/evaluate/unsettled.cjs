// @ts-check
"use strict";

// Node ends with code 13 and a warning when the entry point awaits something for ever. It would name the facade that
// waits for our evaluation, so the modules that await, and where, are named by us.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const addon = require("../../../native/load.cjs");
const { nextTick, putBack, queueMicrotask } = require("../../intrinsics.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

const UNSETTLED = 13;
/** Node 20 says nothing. */
const isTold = Number.parseInt(process.versions.node, 10) >= 22;

/**
 * @param {() => Module | undefined} entryPoint
 * @param {(file: string) => Module[]} modulesOf those of the graph
 */
function installUnsettled(entryPoint, modulesOf) {
  if (!isTold) return;
  beforeEmitted("beforeExit", () => {
    const giveBack = putBack();
    const awaited = awaitingBelow(entryPoint(), new Set());
    const natives = awaited.map((it) => (it.isNative ? belowNative(it, modulesOf) : null));
    giveBack?.();
    if (awaited.length === 0) return;
    const before = String(process.getActiveResourcesInfo());
    afterAllTicks(() => {
      // What else listens may have found something to do.
      if (String(process.getActiveResourcesInfo()) !== before) return;
      const awaiting = awaitingBelow(entryPoint(), new Set());
      if (awaiting.length === 0) return;
      const words = awaiting.flatMap((it) => warningsOf(it, natives[awaited.indexOf(it)]));
      // Node says so and gives its code, unless the program has given another, before "exit" is emitted.
      if (process.exitCode !== undefined) return;
      if (!areWarningsOff()) fs.writeSync(2, [...new Set(words)].join(""));
      process.exit(UNSETTLED);
    });
  });
}

/** When no promise has a reaction to run; no event is waited for. @param {() => void} callback */
function afterAllTicks(callback) {
  // A tick that a microtask asks for comes when there are no more microtasks.
  const next = (/** @type {() => void} */ then) => queueMicrotask(() => nextTick(then));
  next(() => next(callback));
}

/**
 * Modules whose bodies have begun and await (16.2.1.6.1.3.2), in the order of evaluation.
 * @param {Module | undefined} module
 * @param {Set<Module>} seen
 * @returns {Module[]}
 */
function awaitingBelow(module, seen) {
  if (module?.status !== "evaluating-async" || seen.has(module)) return [];
  seen.add(module);
  const below = module.requested.flatMap((required) => awaitingBelow(required, seen));
  if (module.hasTLA && module.pendingAsyncDependencies === 0) below.push(module);
  return below;
}

/**
 * @param {any} native
 * @param {(file: string) => Module[]} modulesOf
 */
function belowNative(native, modulesOf) {
  try {
    return require("./awaiting-packages.cjs").filesBelow(
      native,
      modulesOf,
      (file) => placesIn(file).length > 0,
    );
  } catch {
    return null;
  }
}

/**
 * @param {Module} module
 * @param {ReturnType<typeof belowNative> | undefined} below if it is native
 * @returns {string[]}
 */
function warningsOf(module, below) {
  const { file, request } = /** @type {{ file?: string, request?: { file?: string } }} */ (
    /** @type {unknown} */ (module)
  );
  if (!module.isNative) return [warning(module.url, file ?? "")];
  const { awaitingAmong } = require("./awaiting-packages.cjs");
  const awaiting = awaitingAmong(below ?? [], (it) => awaitingBelow(it, new Set()));
  if (awaiting.length > 0)
    return awaiting.flatMap((it) =>
      typeof it === "string" ? warning(pathToFileURL(it).href, it) : warningsOf(it, null),
    );
  // A package's key is a path.
  return [warning(request?.file ? pathToFileURL(request.file).href : module.url, request?.file ?? "")];
}

/** @param {string} url @param {string} file */
function warning(url, file) {
  // Which of several it is only V8 knows.
  const shown = placesIn(file).map(({ line, text, underline }) => `${url}:${line}\n${text}\n${underline}\n`);
  if (shown.length === 0) shown.push(`${url}\n`);
  const where = shown.length > 1 ? "at one of\n" : "at ";
  return `Warning: Detected unsettled top-level await ${where}${shown.join("")}\n\n\n`;
}

/** @param {string} file */
function placesIn(file) {
  try {
    return addon.topLevelAwaits(fs.readFileSync(file, "utf8"), file);
  } catch {
    return [];
  }
}

/** Node's `--no-warnings`; its variable of that name does not concern this one. */
function areWarningsOff() {
  const words = [...(process.env.NODE_OPTIONS ?? "").split(/\s+/), ...process.execArgv];
  return words.includes("--no-warnings");
}

module.exports = { installUnsettled };
