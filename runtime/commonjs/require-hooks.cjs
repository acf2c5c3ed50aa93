// @ts-check
"use strict";

// Handlers that somebody has put into `require.extensions` (pirates, `@babel/register`, sucrase): what they make of a file's
// text is what has to parse, and what says which kind of module the file is.

const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { textOf } = require("../error-text.cjs");
const { setImmediate } = require("../intrinsics.cjs");
const { EXTENSIONS } = require("../typescript-file.cjs");
const {
  assertParses,
  handlerOf,
  isLoadedByNodesHandler,
  isPlain,
  parses,
  standIn,
} = require("./plain-loader.cjs");

/** Names of what is JavaScript once it was loaded. */
const IS_JAVASCRIPT = /^(\.[cm]?js|\.jsx|)$/;
/** Those of them that do not say which kind of module it is. */
const IS_EITHER_KIND = /^(\.jsx?|)$/;

/** What was judged in this turn of the event loop, by file: several attempts at one update ask again. @type {Map<string, { source: string, made: string | null, error?: unknown }>} */
const judged = new Map();
/** Whose handlers are being asked. @type {Set<string>} */
const asking = new Set();

/** Does a require hook say what kind of module it is, if its package does not? @param {string} file */
const isLeftToHook = (file) => IS_EITHER_KIND.test(path.extname(file)) && !isLoadedByNodesHandler(file);

/**
 * Parses a file whose text others may make something else of before it is compiled: require hooks, and `load` hooks. Then
 * that has to parse.
 * @param {string} source
 * @param {string} file
 * @param {() => boolean} isModule does Node take the file itself for an ES module?
 * @throws {unknown} a SyntaxError in V8's words, or what the handler has thrown
 */
function assertLoads(source, file, isModule) {
  if (!isLoadedByNodesHandler(file) && !isModule()) {
    // What makes no JavaScript of it evaluates it, by its own means: there is nothing to look at before.
    if (IS_JAVASCRIPT.test(path.extname(file))) assertCompiles(source, file);
    return;
  }
  try {
    assertParses(source, file);
  } catch (error) {
    if (isPlain(file) || isModule()) throw error;
    const made = compiledOf(file, source);
    if (made === null || made === source) throw error;
    assertParses(made, file);
  }
}

/** @param {string} source @param {string} file */
function assertCompiles(source, file) {
  const made = compiledOf(file, source);
  if (made !== null) assertParses(made, file);
}

/**
 * What the hook, or V8, has against the present text of a file that a hook makes something else of. (What does not make a module's text
 * of it can't be asked.)
 * @param {string} file
 * @returns {string | null} in words
 */
function refusalOf(file) {
  if (!existsSync(file)) return null;
  try {
    const source = readFileSync(file, "utf8");
    if (EXTENSIONS.includes(path.extname(file))) assertCompiles(source, file);
    else assertLoads(source, file, () => false);
  } catch (error) {
    // The frames are the hook's, Node's and ours.
    const [words] = textOf(error).split(/\n {4}at /);
    return words.trimEnd();
  }
  return null;
}

/**
 * Does a require hook make CommonJS of a file that looks like an ES module? Hooks hand on what they leave as it is.
 * @param {string} file
 */
function isMadeCommonJs(file) {
  // Node's own handler asks hooks for the text: what it holds.
  if (asking.has(file)) return true;
  if (isLoadedByNodesHandler(file)) return false;
  try {
    const made = compiledOf(file, readFileSync(file, "utf8"));
    return made === null || parses(made, file);
  } catch {
    return false;
  }
}

/**
 * What the handler of `file` has compiled of it, without evaluating that.
 * @param {string} file
 * @param {string} source what it holds
 * @returns {string | null} null: it has compiled nothing
 * @throws what the handler throws before it has
 */
function compiledOf(file, source) {
  const known = judged.get(file);
  if (known?.source === source) {
    if ("error" in known) throw known.error;
    return known.made;
  }
  if (judged.size === 0) setImmediate(() => judged.clear()).unref();
  const { made, ...thrown } = compiledBy(file);
  // What it does with exports that there are none of yet is not the text's fault.
  const answer = { source, made, ...(made === null ? thrown : {}) };
  judged.set(file, answer);
  if ("error" in answer) throw answer.error;
  return made;
}

/**
 * Asks the handler of `file`, with a module that evaluates nothing.
 * @param {string} file
 * @returns {{ made: string | null, error?: unknown }} what it has compiled (null: nothing), and what it has thrown
 */
function compiledBy(file) {
  /** @type {{ made: string | null, error?: unknown }} */
  const answer = { made: null };
  const module = standIn(file);
  const { prototype } = /** @type {any} */ (Module);
  const { _compile } = prototype;
  // Handlers call the module's own, which others before them may have replaced, or that of all modules.
  prototype._compile = function (/** @type {unknown} */ text, /** @type {unknown[]} */ ...rest) {
    if (this !== module) return Reflect.apply(_compile, this, [text, ...rest]);
    if (typeof text === "string") answer.made = text;
  };
  asking.add(file);
  try {
    handlerOf(file)(module, file);
  } catch (error) {
    answer.error = error;
  } finally {
    prototype._compile = _compile;
    asking.delete(file);
  }
  return answer;
}

module.exports = { assertLoads, compiledBy, isLeftToHook, isMadeCommonJs, refusalOf };
