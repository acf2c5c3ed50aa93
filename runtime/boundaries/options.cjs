// @ts-check
"use strict";

// Options of `hot.init` and of package.json, checked: (what was given) → what holds. The names and the
// defaults are hot-hook's.

const fs = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { faultOf } = require("../globs.cjs");
const { pageSettings } = require("../inspect/settings.cjs");

/** @typedef {import("../../boundaries").HotInitOptions} HotInitOptions */
/**
 * @typedef {object} Settings
 * @property {string} where the options were given
 * @property {string | undefined} root
 * @property {string} rootDirectory
 * @property {string[]} boundaries
 * @property {string[]} restart
 * @property {string[]} ignore
 * @property {boolean} watch
 * @property {boolean} throws
 * @property {(() => unknown) | undefined} onFullReloadAsked
 * @property {import("../inspect/wire").PageSettings | null} inspect
 */

const IGNORED = [
  "**/node_modules/**",
  // Vite writes, loads and deletes these whenever it reads its configuration.
  "**/vite.config.js.timestamp*",
  "**/vite.config.ts.timestamp*",
];
const LISTS = /** @type {const} */ (["boundaries", "restart", "reload", "ignore"]);
const SWITCHES = /** @type {const} */ (["throwWhenBoundariesAreNotDynamicallyImported", "watch"]);
const KNOWN = [...LISTS, ...SWITCHES, "root", "rootDirectory", "onFullReloadAsked", "inspect"];

/**
 * @param {unknown} given
 * @param {string} where for errors: "hot.init", "package.json, hotHook"
 * @param {string} [folder] what paths are relative to
 * @returns {Settings}
 */
function settingsOf(given, where, folder = process.cwd()) {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalid(`${where}: the options must be an object`);
  }
  const options = /** @type {Record<string, any>} */ (given);
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) {
      throw invalid(
        `${where}: there is no option ${JSON.stringify(name)}; there are ${KNOWN.sort().join(", ")}`,
      );
    }
  }
  const root = pathOption(options.root, "root", where, folder);
  if (root && !fs.statSync(root, { throwIfNoEntry: false })?.isFile()) {
    throw invalid(`${where}: root: there is no file ${root}`);
  }
  const rootDirectory =
    pathOption(options.rootDirectory, "rootDirectory", where, folder) ?? (root ? path.dirname(root) : folder);
  if (!fs.statSync(rootDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw invalid(`${where}: rootDirectory: there is no folder ${rootDirectory}`);
  }
  for (const name of SWITCHES) {
    if (options[name] !== undefined && typeof options[name] !== "boolean") {
      throw invalid(`${where}: ${name} must be true or false`);
    }
  }
  if (options.onFullReloadAsked !== undefined && typeof options.onFullReloadAsked !== "function") {
    throw invalid(`${where}: onFullReloadAsked must be a function`);
  }
  const [boundaries, restart, reload, ignore] = LISTS.map((name) => {
    const list = globs(options[name], name, where);
    for (const glob of list ?? []) {
      const fault = faultOf(glob, rootDirectory);
      if (fault) throw invalid(`${where}: ${name}: ${fault}`);
    }
    return list;
  });
  const inspect = pageSettings(options.inspect);
  if (typeof inspect === "string") throw invalid(`${where}: ${inspect}`);
  return {
    where,
    root: root && fs.realpathSync(root),
    rootDirectory,
    boundaries: boundaries ?? [],
    // Both mean the same: `reload` is what hot-hook called it before 0.3.
    restart: [...(restart ?? [".env"]), ...(reload ?? [])],
    ignore: ignore ?? IGNORED,
    watch: options.watch ?? watchOfEnvironment(),
    throws: options.throwWhenBoundariesAreNotDynamicallyImported ?? false,
    onFullReloadAsked: options.onFullReloadAsked,
    inspect,
  };
}

/** Whatever is not "false" means yes, as in hot-hook. */
function watchOfEnvironment() {
  const value = process.env.HEATSYNC_WATCH ?? process.env.HOT_HOOK_WATCH;
  return value !== "false";
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {string} where
 * @param {string} folder
 */
function pathOption(value, name, where, folder) {
  if (value === undefined) return undefined;
  if (value instanceof URL) return fileURLToPath(value);
  if (typeof value !== "string" || value === "") throw invalid(`${where}: ${name} must be a path`);
  return value.startsWith("file:") ? fileURLToPath(value) : path.resolve(folder, value);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {string} where
 * @returns {string[] | undefined}
 */
function globs(value, name, where) {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((it) => typeof it === "string" && it !== "")) {
    throw invalid(`${where}: ${name} must be a list of globs`);
  }
  return list;
}

/** @param {string} message */
function invalid(message) {
  return Object.assign(new TypeError(message), { code: "HEATSYNC_INVALID_OPTION" });
}

module.exports = { invalid, settingsOf };
