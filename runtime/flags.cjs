// @ts-check
"use strict";

// What this Node was started with, on its command line and in NODE_OPTIONS.

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
  const words = [...(process.env.NODE_OPTIONS ?? "").split(/\s+/), ...process.execArgv];
  for (const [index, word] of words.entries()) {
    const [, flag, value] = /^([^=]+)(?:=(.*))?$/s.exec(word.replaceAll('"', "")) ?? [];
    const purpose = FLAGS.get(flag);
    const given = value ?? words[index + 1]?.replaceAll('"', "");
    if (purpose && given) yield [purpose, given];
  }
}

/** What `exports` and `imports` of packages are resolved with, beside Node's own. */
const conditions = [...flags()].flatMap(([purpose, value]) => (purpose === "condition" ? [value] : []));

module.exports = { conditions, flags };
