// @ts-check
"use strict";

// What this Node was started with, on its command line and in NODE_OPTIONS.

const path = require("node:path");

/** What the runner puts before the NODE_OPTIONS of what it starts. Node splits these at spaces; within quotes a backslash escapes. */
const RUNNER_PRELOAD = `--require="${path.join(__dirname, "runner", "in-app.cjs").replace(/[\\"]/g, "\\$&")}"`;
const isUnderRunner = process.env.NODE_OPTIONS?.startsWith(RUNNER_PRELOAD) ?? false;
/** The user's own. */
const nodeOptions = (process.env.NODE_OPTIONS ?? "").slice(isUnderRunner ? RUNNER_PRELOAD.length : 0);

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
  const words = [...nodeOptions.split(/\s+/), ...process.execArgv];
  for (const [index, word] of words.entries()) {
    const [, flag, value] = /^([^=]+)(?:=(.*))?$/s.exec(word.replaceAll('"', "")) ?? [];
    const purpose = FLAGS.get(flag);
    const given = value ?? words[index + 1]?.replaceAll('"', "");
    if (purpose && given) yield [purpose, given];
  }
}

/** What `exports` and `imports` of packages are resolved with, beside Node's own. */
const conditions = [...flags()].flatMap(([purpose, value]) => (purpose === "condition" ? [value] : []));

module.exports = { RUNNER_PRELOAD, conditions, flags, isUnderRunner, nodeOptions };
