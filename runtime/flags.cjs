// @ts-check
"use strict";

// What this Node was started with, on its command line and in NODE_OPTIONS.

const path = require("node:path");

/** What the runner puts before the NODE_OPTIONS of what it starts. Node splits these at spaces; within quotes a backslash escapes. */
const runnerPreload = () =>
  `--require="${path.join(__dirname, "runner", "in-app.cjs").replace(/[\\"]/g, "\\$&")}"`;
const allOptions = process.env.NODE_OPTIONS ?? "";
const isUnderRunner = allOptions !== "" && allOptions.startsWith(runnerPreload());
/** The user's own. */
const nodeOptions = allOptions.slice(isUnderRunner ? runnerPreload().length : 0);

/** Flags of Node with a value that concern us, and their other names. @type {Map<string, "import" | "require" | "loader" | "condition">} */
const FLAGS = new Map([
  ["--import", "import"],
  ["--require", "require"],
  ["-r", "require"],
  ["--loader", "loader"],
  ["--experimental-loader", "loader"],
  ["--conditions", "condition"],
  ["-C", "condition"],
]);

/** @returns {Generator<["import" | "require" | "loader" | "condition", string]>} what for, and the value */
function* flags() {
  // Split as Node does, but for values with spaces: these are no packages and no conditions.
  const words = [...(nodeOptions === "" ? [] : nodeOptions.split(/\s+/)), ...process.execArgv];
  for (let index = 0; index < words.length; index++) {
    const word = words[index].replaceAll('"', "");
    const end = word.indexOf("=");
    const purpose = FLAGS.get(end < 0 ? word : word.slice(0, end));
    const given = end < 0 ? words[index + 1]?.replaceAll('"', "") : word.slice(end + 1);
    if (purpose && given) yield [purpose, given];
  }
}

/** Then ours are among the hooks of Node's other thread, too, and there it resolves, on every Node. */
const isByLoader = [...flags()].some(([purpose]) => purpose === "loader");

/** What `exports` and `imports` of packages are resolved with, beside Node's own. */
const conditions = [...flags()].flatMap(([purpose, value]) => (purpose === "condition" ? [value] : []));

/** A flag without a value, or its variable, if it has one. @param {string} flag @param {string} [variable] */
const isSet = (flag, variable) =>
  process.execArgv.includes(flag) ||
  (nodeOptions !== "" && nodeOptions.split(/\s+/).includes(flag)) ||
  (variable !== undefined && process.env[variable] === "1");

/** Files go by the paths they were found at. */
if (isSet("--preserve-symlinks", "NODE_PRESERVE_SYMLINKS")) require("../native/load.cjs").preserveSymlinks();
const preservesMain = isSet("--preserve-symlinks-main", "NODE_PRESERVE_SYMLINKS_MAIN");
const isDeprecationPending = isSet("--pending-deprecation", "NODE_PENDING_DEPRECATION");
const defaultsToModule = isSet("--experimental-default-type=module");
/** Is the entry point named by a URL? */
const isEntryUrl = isSet("--entry-url");
/** May `mock.module()` of node:test be called? */
const mocksModules = isSet("--experimental-test-module-mocks");
/** Does node:test report coverage? It turns that on itself, where no NODE_V8_COVERAGE does. */
const reportsCoverage = isSet("--experimental-test-coverage");

/** Why nothing can be reloaded under register: our runtime links what Node runs by `require()` of modules that import it. */
const refusal =
  /** @type {any} */ (process.features).require_module === false
    ? "nothing is reloaded under register: our runtime needs require() of ES modules, and this Node.js was told to have none (--no-experimental-require-module); leave that flag out"
    : null;

module.exports = {
  conditions,
  defaultsToModule,
  flags,
  isByLoader,
  isDeprecationPending,
  isEntryUrl,
  isUnderRunner,
  mocksModules,
  nodeOptions,
  preservesMain,
  refusal,
  reportsCoverage,
  runnerPreload,
};
