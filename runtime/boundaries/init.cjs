// @ts-check
"use strict";

// `hot.init`: turns boundaries on, in a program that is running already or from register.

const fs = require("node:fs");
const path = require("node:path");
const { refusal } = require("../flags.cjs");
const { isMainThread } = require("../thread.cjs");
const { waitIfItFails } = require("./failed-start.cjs");
const { invalid, settingsOf } = require("./options.cjs");
const parent = require("./parent.cjs");

/** @typedef {import("./options.cjs").Settings} Settings */

/** Of the trigger that watches what is under `restart`. */
const RESTART = 1;
/** And what mends a program that has failed. */
const MENDING = 2;
const SOURCES = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,json}"];

/**
 * `hot.init(options)`, `hot.init(import.meta.url, options)`.
 * @param {unknown} first
 * @param {unknown} [second]
 */
async function init(first, second) {
  const isRoot = typeof first === "string" || first instanceof URL;
  // What is spread would be nothing, or its letters.
  if (isRoot && second != null && !isObject(second)) throw invalid("hot.init: the options must be an object");
  const options = isRoot ? { root: first, .../** @type {any} */ (second ?? {}) } : (first ?? {});
  if (
    isRoot &&
    /** @type {any} */ (second)?.root &&
    String(/** @type {any} */ (second).root) !== String(first)
  ) {
    throw invalid("hot.init: two roots, the first argument and the option");
  }
  require("../esm/register.cjs");
  // It has said so.
  if (refusal) return;
  start(settingsOf(options, "hot.init"));
}

let isHeld = false;

/** The program is still to begin: package.json is not to be looked at yet. */
function hold() {
  isHeld = true;
}

/** Now it begins. */
function release() {
  isHeld = false;
  if (refusal) return;
  const settings = settingsOfPackage();
  if (settings) start(settings);
}

/**
 * What register finds in package.json, above the working directory.
 * @returns {Settings | null} checked
 */
function settingsOfPackage() {
  const file = isHeld ? null : packageAbove(process.cwd());
  if (!file) return null;
  const { heatsync, hotHook } = parsed(file);
  if (heatsync !== undefined && hotHook !== undefined) {
    throw invalid(`${file}: both "heatsync" and "hotHook" are given: leave one out`);
  }
  const given = heatsync ?? hotHook;
  if (given === undefined) return null;
  const folder = path.dirname(file);
  const where = `${file}, ${heatsync === undefined ? "hotHook" : "heatsync"}`;
  const rootDirectory = given?.rootDirectory ?? folder;
  return settingsOf(isObject(given) ? { ...given, rootDirectory } : given, where, folder);
}

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {string} folder @returns {string | null} */
function packageAbove(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, "package.json");
    if (mayBeRead(file)) return file;
    if (at === path.dirname(at)) return null;
  }
}

/**
 * What Node's permission model lets the program read ends somewhere above the program, and asking beyond it throws.
 * @param {string} file
 */
function mayBeRead(file) {
  try {
    return fs.existsSync(file);
  } catch {
    return false;
  }
}

/** @param {string} file @returns {Record<string, any>} */
function parsed(file) {
  try {
    const value = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    return isObject(value) ? value : {};
  } catch (error) {
    // Node says it better, if it is needed at all.
    if (!(error instanceof SyntaxError)) throw error;
    throw Object.assign(new SyntaxError(`${file}: ${error.message}`), { code: "HEATSYNC_INVALID_OPTION" });
  }
}

/** @param {Settings} settings */
function start(settings) {
  const { boundaries, watch } = require("../esm/hooks/entered.cjs");
  const { options } = require("../esm/graph/project-file.cjs");
  const { anywhere } = require("../globs.cjs");
  const addon = require("../../native/load.cjs");
  const { ignore, restart, root, rootDirectory, where } = settings;
  const { root: known } = boundaries.settings ?? {};
  if (root && known && root !== known) throw invalid(`${where}: two roots, ${known} and now ${root}`);
  boundaries.configure(settings);
  if (isMainThread) warnOfUnmatched(settings);
  const ignored = ignore.length > 0 ? new addon.PathMatcher(rootDirectory, anywhere(ignore)) : null;
  options.isIgnored = ignored && ((file) => ignored.matches(file));
  require("./imported-natively.cjs").install(boundaries, settings);
  if (settings.inspect) require("../inspect/in-process.cjs").serve(settings.inspect);
  /** @type {any} */ (globalThis).hot ??= require("../hot.cjs").hot;
  if (!settings.watch) {
    watch.stop();
    parent.listen((file) => void watch.changed(file));
    return;
  }
  parent.listen(null);
  const beside = root ?? path.join(rootDirectory, "package.json");
  waitIfItFails(() =>
    watch.triggers.add(MENDING, beside, rootDirectory, SOURCES, (files) => boundaries.mayMend(files)),
  );
  if (root) watch.root(root);
  if (restart.length > 0) {
    watch.triggers.add(
      RESTART,
      beside,
      rootDirectory,
      // Not anywhere: "**" is to watch this folder, not the file system.
      restart,
      (files) => boundaries.restart(files),
    );
  }
}

/** It may be that there are to be some later. @param {Settings} settings */
function warnOfUnmatched({ boundaries, rootDirectory, where }) {
  if (boundaries.length === 0) return;
  const { say } = require("../hot-events.cjs");
  const { unmatched } = require("./unmatched.cjs");
  for (const glob of unmatched(boundaries, rootDirectory)) {
    say(`${where}: boundaries: no file in ${rootDirectory} matches ${JSON.stringify(glob)}`);
  }
}

module.exports = { hold, init, release, settingsOfPackage, start };
