// @ts-check
"use strict";

// What `require()` of an ES module fails with, when an import below it leads nowhere. It can't wait until Node has linked copies of the
// files (unlinked.cjs), so the place and the line of the import are put where Node puts them: at the top of the stack, whose frames
// are those of the program and of Node.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { isOwnLine } = require("../../startup.cjs");
const { linesOf } = require("../positions/code-frame.cjs");
const { loader } = require("../index.cjs");
const { faults } = require("./link.cjs");
const { NAMELESS, isOfLinking } = require("./linking-words.cjs");

/** Ours are left out of them. */
const FRAMES = 100;

/**
 * @param {SyntaxError} error of the linking
 * @param {unknown} native Node's of the same, if there is one, which says more of CommonJS
 * @returns {unknown}
 */
function toldAsRequired(error, native) {
  // Of an error that V8 has made for a text of ours Node would print that text.
  const told = native === null ? error : new SyntaxError(error.message);
  const isSame = native instanceof SyntaxError && isOfLinking(native.message);
  const { file, ...fault } = faults.get(error) ?? {};
  // Of what is Node's own V8 knows it, and says so.
  const { specifier, name } = fault.name === undefined ? (NAMELESS.exec(error.message)?.groups ?? {}) : fault;
  if (file === undefined || specifier === undefined || name === undefined) return isSame ? native : error;
  const problem = loader.importedAt(file, specifier, name);
  const top = problem && topOf(file, problem);
  if (!top) return isSame ? native : error;
  if (isSame) told.message = native.message;
  told.stack = [top, `SyntaxError: ${told.message}`, ...framesBelow()].join("\n");
  faults.set(told, { file, ...fault });
  return told;
}

/** @param {string} file @param {{ line: number, column: number }} place */
function topOf(file, { line, column }) {
  try {
    const text = linesOf(fs.readFileSync(file, "utf8"))[line - 1];
    const start = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    const [word] = /^(?:[\w$]+|["'].*?["'])/.exec(text.slice(column - 1)) ?? ["^"];
    return `${pathToFileURL(file)}:${line}\n${text}\n${start}${"^".repeat(word.length)}\n`;
  } catch {
    return null;
  }
}

/** As many as the program wants. */
function framesBelow() {
  const { stackTraceLimit } = Error;
  // Not writable under --frozen-intrinsics.
  Reflect.set(Error, "stackTraceLimit", FRAMES);
  const { stack } = new Error("here");
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  const frames = String(stack)
    .split("\n")
    .filter((line) => line.startsWith("    at ") && !isOwnLine(line));
  return frames.slice(0, stackTraceLimit);
}

module.exports = { toldAsRequired };
