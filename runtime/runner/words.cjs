// @ts-check
"use strict";

// What the runner says of files.

const path = require("node:path");

/** Why the program is started anew, of what was deleted. */
const GONE = "is not there any more";

/** @param {string[]} files @param {string} cwd the program's directory */
function namesOf(files, cwd) {
  const names = files.map((file) => {
    const short = path.relative(cwd, file);
    return short && !short.startsWith("..") ? short : file;
  });
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
}

/** @param {import("../../native/addon").JsProblem} problem */
function describe({ file, line, column, message, frame, help }) {
  return [`SyntaxError: ${message}`, `    at ${file}:${line}:${column}`, frame, help]
    .filter(Boolean)
    .join("\n");
}

module.exports = { GONE, describe, namesOf };
