// @ts-check
"use strict";

// The key of `const index = sync.remember(() => new Map())` is `index`: read from the source line.

const fs = require("node:fs");

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*`;
// `a`, `this.a`, `exports.a`, `#a`, with a TypeScript annotation in between: `a: Map<string, T> =`,
// or a property of an object literal: `a:`. An arrow or a comparison is no assignment.
const ASSIGNED = new RegExp(
  String.raw`((?:#?${NAME})(?:\??\.#?${NAME})*)\s*(?:[!?]?\s*:[^=;{}]+?)?\s*(?:\?\?|\|\||&&)?=\s*$|((?:#?${NAME}))\s*:\s*$`,
  "u",
);
// What stands between the assignment and the call's own name: `await (lib.sync.`, `<Map<A, B>>`.
const RECEIVER = new RegExp(String.raw`(?:\bawait\b|[\s(!]|${NAME}\s*\??\.)*$`, "u");

/**
 * The name a call's value is assigned to.
 * @param {string} source
 * @param {number} line 1-based line of the call
 * @param {number} column 1-based column of the method's name
 * @returns {string | undefined}
 */
function assignedName(source, line, column) {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const before = [
    ...lines.slice(Math.max(0, line - 4), line - 1),
    (lines[line - 1] ?? "").slice(0, column - 1),
  ];
  const text = before.join("\n").replace(RECEIVER, "");
  const match = ASSIGNED.exec(text);
  return match?.[1] ?? match?.[2];
}

/**
 * @param {{ file: string, line: number, column: number }} position
 * @returns {string}
 */
function inferKey(position) {
  const source = position.line > 0 ? fs.readFileSync(position.file, "utf8") : "";
  const name = assignedName(source, position.line, position.column);
  if (name) return name;
  const line = source.split("\n")[position.line - 1] ?? "";
  throw new Error(
    `${position.file}:${position.line}: can't tell which variable sync.remember is assigned to; ` +
      `pass a key as the second argument.\n  > ${position.line} | ${line}\n`,
  );
}

module.exports = { assignedName, inferKey };
