// @ts-check
"use strict";

// The key of `const index = sync.remember(() => new Map())` is `index`: read from the source line.

const fs = require("node:fs");

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*`;
const TARGET = String.raw`(#?${NAME}(?:\??\.#?${NAME})*)`;
// A TypeScript annotation: `: Map<string, T>`, `: { a: string; b: T }`, `!: () => void`.
const ANNOTATION = String.raw`(?:[!?]?\s*:(?:\{[^{}]*\}|=>|[^=;{}])+?)?`;
// `a =`, `this.a =`, `exports.a ??=`, `#a =`, `a: string =`. An arrow or a comparison is no assignment.
const ASSIGNMENT = String.raw`${TARGET}\s*${ANNOTATION}\s*(?:\?\?|\|\||&&)?=(?![=>])`;
// A property of an object literal; `a ? b :` is none.
const PROPERTY = String.raw`(?:^|[{,])\s*(#?${NAME})\s*:`;
const ASSIGNED = new RegExp(String.raw`(?:${ASSIGNMENT}|${PROPERTY})\s*$`, "u");
const ANY_ASSIGNMENT = new RegExp(ASSIGNMENT, "gu");
// What stands between the assignment and the call's own name: `await (lib.sync.`, `<Map<A, B>>`.
const RECEIVER = new RegExp(String.raw`(?:\bawait\b|[\s(!]|${NAME}\s*\??\.)*$`, "u");
/** How many lines above the call the assignment may stand. */
const LINES_ABOVE = 3;

/**
 * The name a call's value is assigned to.
 * @param {string} source
 * @param {number} line 1-based line of the call
 * @param {number} column 1-based column of the method's name
 * @returns {string | undefined}
 */
function assignedName(source, line, column) {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const head = (lines[line - 1] ?? "").slice(0, column - 1);
  // The nearest lines first: what ends a line above may be a statement of its own.
  for (let above = 0, text = head; above <= LINES_ABOVE; above++) {
    const match = ASSIGNED.exec(text.replace(RECEIVER, ""));
    if (match) return match[1] ?? match[2];
    if (line - 2 - above < 0) break;
    text = `${lines[line - 2 - above]}\n${text}`;
  }
  // `const a = wrap(sync.remember(…))`: as npm heatsync, the last thing before it in the line that is
  // given a value; unless a call before this one has taken that name.
  const last = [...head.matchAll(ANY_ASSIGNMENT)].pop();
  return last && !/\bremember\b/.test(head.slice(last.index)) ? last[1] : undefined;
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

module.exports = { inferKey };
