// @ts-check
"use strict";

// What does not link, told by Node: in its words, which say more of CommonJS than V8 does, with the line of the
// import, and without a frame of ours. Node links copies of the files, at marked URLs, and finds the same.

const { fileURLToPath } = require("node:url");
const { putBack } = require("../../intrinsics.cjs");
const { importUrl } = require("../../startup.cjs");
const { resolveTypeScript } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { loader } = require("../index.cjs");
const { faults } = require("./link.cjs");
const { NAMELESS, NAMELESS_COMMONJS, isOfLinking } = require("./linking-words.cjs");
const { nativeResolve } = require("../native/native-import.cjs");
const { copyMark } = require("../graph/project-file.cjs");

/** Other texts want other URLs: Node keeps what it has once linked in vain. */
let count = 0;

/**
 * @param {SyntaxError} error of the linking of a module
 * @param {string} url the module's
 * @param {string[]} [below] the frames under Node's evaluation, if it is that which is to fail
 * @returns {Promise<Error>} Node's, if it finds the same
 */
async function toldByNode(error, url, below = []) {
  const mark = copyMark(++count);
  try {
    await importUrl(`${url}${mark}`);
  } catch (found) {
    const giveBack = putBack();
    try {
      if (!(found instanceof SyntaxError && isOfLinking(found.message))) return placed(error);
      if (!isSame(found, error)) return placed(error);
      const { stack } = found;
      if (typeof stack === "string") found.stack = withFrames(stack.replaceAll(mark, ""), below);
      explain(found, url);
      return found;
    } finally {
      giveBack?.();
    }
  }
  return placed(error);
}

/**
 * Between TypeScript files Node also misses what is passed on and is only a type.
 * @param {SyntaxError} found
 * @param {SyntaxError} error
 */
function isSame(found, error) {
  const { file, name } = faults.get(error) ?? {};
  return name === undefined || !isTypeScript(file) || found.message.includes(`'${name}'`);
}

/**
 * Node does not find it, since other loaders give it another text, or no text at all: with its place, and without our frames.
 * @param {SyntaxError} error
 */
function placed(error) {
  const { file, specifier, name } = faults.get(error) ?? {};
  if (file === undefined || specifier === undefined || name === undefined) return error;
  const problem = loader.importedAt(file, specifier, name);
  if (!problem) return error;
  const place = `${file}:${problem.line}:${problem.column}`;
  const head = problem.frame === undefined ? place : `${place}\n${problem.frame}\n`;
  error.stack = `${head}\nSyntaxError: ${error.message}\n    at ${place}`;
  return error;
}

/**
 * Node says that names of CommonJS may be missing; with hooks, not always. Since 24 it does so of what the module
 * itself requests, that it was asked for.
 * @param {Error} error whose stack begins with the place of the import, which may be a package's
 * @param {string} url
 */
function isOfCommonJs(error, url) {
  const found = requestedBy(error, NAMELESS);
  if (!found) return false;
  const isAsked = url.replace(/[?#].*$/, "") === found.parentURL.replace(/[?#].*$/, "");
  if (!isAsked && Number.parseInt(process.versions.node, 10) >= 24) return false;
  return /\.c?js$/.test(found.file) && !loader.isModule(found.file);
}

/** Node does not say it of TypeScript, whose format is another one to it; here it is CommonJS. @param {Error} error */
function isOfTypeScript(error) {
  const found = requestedBy(error, NAMELESS_COMMONJS);
  return found !== null && isTypeScript(found.file);
}

/**
 * @param {Error} error
 * @param {RegExp} words
 * @returns {{ file: string, parentURL: string } | null} the file that lacks a name, and who imports it
 */
function requestedBy({ message, stack }, words) {
  const specifier = words.exec(message)?.groups?.specifier;
  const parentURL = PLACE.exec(String(stack))?.groups?.url;
  if (!specifier || !parentURL) return null;
  const found =
    resolveTypeScript(specifier, { parentURL }) ?? nativeResolve(fileURLToPath(parentURL))(specifier);
  return /^file:/.test(found) ? { file: fileURLToPath(found), parentURL } : null;
}

/** @param {unknown} error that the import() of a URL was rejected with @param {string} [url] */
function explain(error, url = "") {
  if (!(error instanceof SyntaxError)) return;
  if (isOfCommonJs(error, url)) explainNames(error);
  else if (isOfTypeScript(error)) sayPlainly(error);
}

/** In V8's words. @param {Error} error */
function sayPlainly(error) {
  const { message, stack } = error;
  const { specifier, name } = NAMELESS_COMMONJS.exec(message)?.groups ?? {};
  error.message = `The requested module '${specifier}' does not provide an export named '${name}'`;
  error.stack = String(stack).replace(message, () => error.message);
}

const PLACE = /^(?<url>file:.*):\d+\n/;

/** @param {Error} error whose stack begins with the place, the line and a mark under it */
function explainNames(error) {
  const { specifier, name } = NAMELESS.exec(error.message)?.groups ?? {};
  const lines = String(error.stack).split("\n");
  const list = /{.*}/.exec(lines[1])?.[0].replace(/\s+as\s+/g, ": ");
  error.message = [
    `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.`,
    "CommonJS modules can always be imported via the default export, for example using:",
    "",
    `import pkg from '${specifier}';`,
    ...(list ? [`const ${list} = pkg;`] : []),
    "",
  ].join("\n");
  lines[3] = `SyntaxError: ${error.message}`;
  error.stack = lines.join("\n");
}

/** An import() ends with the first asynchronous frame of Node's loader, an entry point goes on. @param {string} stack @param {string[]} below */
function withFrames(stack, below) {
  const last = stack.slice(stack.lastIndexOf("\n") + 1);
  const from = below.indexOf(last);
  return from < 0 ? stack : [stack, ...below.slice(from + 1)].join("\n");
}

/** Call it where Node's evaluation comes to us. */
function framesBelow() {
  return String(new Error().stack).split("\n");
}

module.exports = { explain, framesBelow, toldByNode };
