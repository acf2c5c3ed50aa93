// @ts-check
"use strict";

// What people read: one place makes words of what happened.

const { existsSync } = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { inspected, setStack, standIn } = require("./error-text.cjs");
const { clearTimeout, nextTick, setTimeout } = require("./intrinsics.cjs");

/**
 * @typedef {import("../native/addon").Session} NativeSession
 * @typedef {import("../native/addon").JsProblem} Problem
 */

/** How long a link error found by Node (a missing export) may wait to be mended. */
const LINK_ERROR_HOLD = 80;
const LINK_ERRORS = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);

/** @param {string} file */
const relative = (file) => {
  const short = path.relative(workingDirectory() ?? path.sep, file);
  return short && short.length < file.length ? short : file;
};

/** @returns {string | null} null: somebody has deleted it, which is no reason to say nothing */
function workingDirectory() {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** How many files a line names: a branch that is checked out may change hundreds. */
const NAMED = 5;

/** @param {string[]} files @param {(file: string) => string} [nameOf] */
function listed(files, nameOf = relative) {
  const names = files.slice(0, NAMED).map(nameOf).join(", ");
  return files.length > NAMED ? `${names} and ${files.length - NAMED} more` : names;
}

const PLURALS = { is: "are", was: "were", imports: "import" };

/**
 * @param {string} words begin with a verb
 * @param {string[]} files what it is said of
 */
function agreeing(words, files) {
  if (files.length < 2) return words;
  return words.replace(/^(?:is|was|imports)\b/, (verb) => PLURALS[/** @type {keyof PLURALS} */ (verb)]);
}

/** @param {string} text */
function notice(text) {
  process.stderr.write(`[heatsync] ${text}\n`);
}

/** @type {Set<string>} */
const named = new Set();

/** Of whom it is said in other words. @param {Iterable<string>} importers @param {string} module */
function namedOtherwise(importers, module) {
  for (const importer of importers) named.add(`${importer}\0${module}`);
}

/**
 * Says once per pair which importers keep an old instance.
 * @param {{ importer: string, module: string }[]} outside
 */
function nameOutsiders(outside) {
  for (const { importer, module } of outside) {
    const pair = `${importer}\0${module}`;
    // Who is deleted holds it still, and there is nothing to be done about it.
    if (named.has(pair) || !existsSync(importer)) continue;
    named.add(pair);
    notice(
      `${relative(module)} was reloaded; ${relative(importer)} imports it directly and keeps the old instance ` +
        `(load it with sync.require, sync.import or hmr to have it follow)`,
    );
  }
}

/**
 * An error with the place it is about.
 * @typedef {object} Failure
 * @property {Error} error
 * @property {string} file
 * @property {boolean} [isToShow] the program has thrown it: its message does not show the lines there
 * @property {boolean} isLinkError nothing was evaluated, or a file was missing: the next save may mend it
 * @property {boolean} wasHeld the engine has already waited for that save
 */

/**
 * Makes sure that a loading error names file, line and column and shows the code. Node's own
 * errors do so for some ways of loading only: a SyntaxError from import() names nothing.
 * @param {NativeSession} session
 * @param {unknown} thrown
 * @param {string | undefined} known the file at fault, when it is known already
 * @param {string[]} files what was to be evaluated
 * @param {string[]} [attempted] what was loaded besides
 * @returns {Failure}
 */
function explain(session, thrown, known, files, attempted = []) {
  try {
    return look(session, thrown, known, files, attempted);
  } catch {
    // An error whose own getters throw, or a broken Error.prepareStackTrace: say what can be said.
    return {
      error: standIn(thrown),
      file: known ?? files[files.length - 1],
      isLinkError: false,
      isToShow: false,
      wasHeld: false,
    };
  }
}

/** @param {NativeSession} session @param {unknown} thrown @param {string | undefined} known @param {string[]} files @param {string[]} attempted @returns {Failure} */
function look(session, thrown, known, files, attempted) {
  const told = insteadOfUnreadable(thrown);
  const within = thrownIn(told);
  const error = told instanceof Error || isErrorLike(told) ? /** @type {Error} */ (told) : wrap(told, within);
  const code = /** @type {NodeJS.ErrnoException} */ (error).code ?? "";
  const isFromLink = error.name === "SyntaxError" || LINK_ERRORS.has(code);
  const held = isFromLink ? findProblem(session, error, known, files) : undefined;
  const linked = held ? undefined : linking.placeOf(error, (file) => session.problems(file));
  const refused = fileRefused(error);
  const called = isFromLink || refused || Object.isFrozen(error) ? undefined : calledFrom(error);
  const all = [...files, ...attempted];
  const problem =
    held ?? places.get(error) ?? linked ?? called ?? (refused ? undefined : inTexts(session, error, all));
  const isLinkError = isFromLink || linked !== undefined;
  const file =
    problem?.file ?? known ?? refused ?? within ?? fileInStack(error, all) ?? files[files.length - 1];
  if (problem) describe(error, problem);
  if (isLinkError || code === "ERR_REQUIRE_ASYNC_MODULE") leaveOutOwnFrames(error);
  // A loader of the program's, or a compiler, may say that what it reads does not parse: its own place is no matter then.
  const isToShow = !problem?.frame && (!isFromLink || all.includes(stackFileOf(error)));
  return { error, file, isLinkError, isToShow, wasHeld: Boolean(held) };
}

/** @param {Error} error */
const stackFileOf = (error) => require("./esm/positions/place.cjs").stackPlace(error).file ?? "";

/** What Node has found while something was loaded, and says no place of. @param {NativeSession} session @param {Error} error @param {string[]} files */
function inTexts(session, error, files) {
  if (!(error instanceof SyntaxError) && !(/** @type {any} */ (error).code)) return undefined;
  const { placeInTexts } = require("./esm/positions/nowhere.cjs");
  return placeInTexts(
    error,
    files,
    (file) => session.problems(file).find(isSyntax) ?? linking.unparsed(file),
  );
}

/** What is wrong with a module's text is known where it was loaded, which looks closer than the engine. @type {WeakMap<object, Problem>} */
const places = new WeakMap();

const linking = {
  /**
   * Where what the ES module runtime could not link is; that sets it.
   * @type {(error: Error, problems: (file: string) => Problem[]) => import("./esm/update/outcome.cjs").Place | undefined}
   */
  placeOf: () => undefined,
  /**
   * Which ES modules import each other, from a file through one that exports a name, on disk; that sets it, too.
   * @type {(file: string, name: string) => string[] | undefined}
   */
  cycleThrough: () => undefined,
  /**
   * What is wrong with an ES module's text, for whoever compiles it.
   * @type {(file: string) => Problem | undefined}
   */
  unparsed: () => undefined,
};

/** @param {object} error @param {Problem} problem */
function place(error, problem) {
  places.set(error, problem);
}

/** Its text is at fault. @param {import("../native/addon").JsProblem} problem */
const isSyntax = ({ code }) => code === "HEATSYNC_SYNTAX";

/** Where the project has called the package that threw, if its stack does not reach as far. @param {Error} error */
const calledFrom = (error) => require("./esm/positions/place.cjs").deepPlaceOf(error);

/** Of a file that is gone the engine has the system's words, which name no module. @param {unknown} thrown */
function insteadOfUnreadable(thrown) {
  const { goneOr, isUnreadable, LoadError } = require("./esm/graph/load-error.cjs");
  if (!(thrown instanceof LoadError) || !isUnreadable(thrown.problem)) return thrown;
  return goneOr(thrown, [], thrown.problem.file ?? "");
}

/**
 * What does not parse or link has run nothing: frames of ours, and of Node's around them, say nothing of the program. (A `require()` of the
 * program's that has led there stays.)
 * @param {Error} error
 */
function leaveOutOwnFrames(error) {
  const { message, stack } = error;
  const end = typeof stack === "string" && message ? stack.indexOf(message) + message.length : 0;
  const frames = stack?.slice(end).split("\n") ?? [];
  if (end < message.length || !frames.some(isOwnFrame)) return;
  const foreign = frames.filter((line) => !isOwnFrame(line));
  const isProgrammes = (/** @type {string} */ line) =>
    line.startsWith("    at ") && !/\bnode:|<anonymous>/.test(line);
  const kept = foreign.some(isProgrammes) ? foreign : foreign.filter((line) => !line.startsWith("    at "));
  setStack(error, stack?.slice(0, end) + kept.join("\n"));
}

/** @param {string} line */
const isOwnFrame = (line) => line.startsWith("    at ") && require("./startup.cjs").isOwnLine(line);

/** What it exports can't be updated in place: its stack is ours. @param {Error & { code?: string, file?: string }} error */
const fileRefused = ({ code, file }) => (code === "HEATSYNC_NOT_RELOADABLE" ? file : undefined);

/** @param {unknown} value */
const thrownIn = (value) => require("./esm/positions/deep-frames.cjs").thrownIn(value);

/** @param {unknown} thrown */
function isErrorLike(thrown) {
  // Errors of another realm (vm contexts, jest) are not instanceof ours.
  return require("node:util").types.isNativeError(thrown);
}

/** @param {unknown} thrown @param {string | undefined} within the module that was evaluated then, if that is known */
function wrap(thrown, within) {
  const text = typeof thrown === "string" ? thrown : inspected(thrown);
  const error = new Error(`a module threw ${text}`, { cause: thrown });
  // Its frames are ours, and say nothing about the program.
  error.stack = `${error.name}: ${error.message}${within ? `\n    in the evaluation of ${within}` : ""}`;
  return error;
}

/**
 * @param {NativeSession} session
 * @param {Error} error
 * @param {string | undefined} known
 * @param {string[]} files
 */
function findProblem(session, error, known, files) {
  const problems = [...new Set([...(known ? [known] : []), ...files])].flatMap((file) =>
    session.problems(file),
  );
  // A missing export is a SyntaxError too (ECMA-262 16.2.1.6.4, InitializeEnvironment).
  const isMissingExport = / export named /.test(error.message);
  const kind = isMissingExport
    ? "HEATSYNC_MISSING_EXPORT"
    : error.name === "SyntaxError"
      ? "HEATSYNC_SYNTAX"
      : "";
  /** @param {Problem} problem */
  const fits = (problem) =>
    kind
      ? problem.code === kind
      : problem.code !== "HEATSYNC_SYNTAX" && problem.code !== "HEATSYNC_MISSING_EXPORT";
  // Several files may lack the same: the place is to be that of the one which the words name.
  const [, importer] = /(?: imported from |\nRequire stack:\n- )([^\n]+)/.exec(error.message) ?? [];
  const isOf = (/** @type {string | undefined} */ file) => (/** @type {Problem} */ problem) =>
    problem.file === file && fits(problem);
  return problems.find(isOf(importer)) ?? problems.find(isOf(known)) ?? problems.find(fits);
}

/**
 * @param {Error} error
 * @param {Problem | import("./esm/update/outcome.cjs").Place} problem
 */
function describe(error, problem) {
  const help = helpOf(problem);
  const isText = problem.frame || help;
  if (!isText || !problem.file || error.message.includes(problem.frame ?? problem.file)) return;
  const place = problem.frame ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const shown = [problem.frame, help].filter(Boolean).join("\n");
  const before = error.message;
  // Read first: it is put together at the first look, from the message as it is then.
  const stack = problem.frame ? withoutFrame(error.stack ?? "", problem.frame) : (error.stack ?? "");
  error.message = `${before}\n    at ${place}\n${shown}`;
  const position = stack.indexOf(before);
  if (position >= 0) {
    setStack(error, stack.slice(0, position) + error.message + stack.slice(position + before.length));
  }
}

/** Of what is no text there are no lines to be shown. @param {{ message?: string, help?: string }} problem */
const helpOf = ({ message, help }) =>
  help ??
  (message === "File appears to be binary." ? "It is no UTF-8 (UTF-16?): save it as UTF-8" : undefined);

/**
 * Place and frame that stand above the words (TypeScript's) are told below them.
 * @param {string} stack
 * @param {string} frame
 */
function withoutFrame(stack, frame) {
  const [head] = stack.split("\n\nSyntaxError: ", 1);
  if (head === stack || !head.endsWith(frame.trimEnd())) return stack;
  const [place] = head.split("\n", 1);
  return stack.slice(head.length + 2).replace(`\n    at ${place}`, "");
}

/**
 * The first of `files` that the error's stack names.
 * @param {Error} error
 * @param {string[]} files
 */
function fileInStack(error, files) {
  for (const line of String(error.stack).split("\n")) {
    const url = /file:\/\/[^\s?#)]+/.exec(line)?.[0].replace(/:\d+(:\d+)?$/, "");
    const named = url ? safePath(url) : undefined;
    const file = files.find((it) => it === named || line.includes(`${it}:`));
    if (file) return file;
  }
  return undefined;
}

/** @param {string} url */
function safePath(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Reports that wait to be mended, by the files they are about. @type {Set<{ files: string[], isOfEach: boolean, timer: NodeJS.Timeout }>} */
const waiting = new Set();

/**
 * Tells of a failure: at once, or, when the next save of a moment later may mend it, after a short hold.
 * @param {() => void} tell
 * @param {Failure} failure
 * @param {string[]} files
 * @param {boolean} [isOfEach] some of them may go live without the others, which is worth a word then
 */
function failLater(tell, failure, files, isOfEach = false) {
  if (!failure.isLinkError || failure.wasHeld) {
    // Out of our own stack: a listener that throws must not break the update that is being applied.
    nextTick(tell);
    return;
  }
  const entry = {
    files,
    isOfEach,
    timer: setTimeout(() => {
      waiting.delete(entry);
      tell();
    }, LINK_ERROR_HOLD),
  };
  waiting.add(entry);
}

/**
 * An update of these files went live, or they hold again what runs: what was wrong with them is no longer worth a word.
 * @param {string[]} files
 * @returns {boolean} there was something that nobody has been told of
 */
function mended(files) {
  let isUntold = false;
  for (const entry of waiting) {
    if (!entry.files.some((file) => files.includes(file))) continue;
    isUntold = true;
    entry.files = entry.isOfEach ? entry.files.filter((file) => !files.includes(file)) : [];
    if (entry.files.length > 0) continue;
    clearTimeout(entry.timer);
    waiting.delete(entry);
  }
  return isUntold;
}

/** Does a failure wait for its telling? */
const isHolding = () => waiting.size > 0;

module.exports = {
  agreeing,
  explain,
  linking,
  mended,
  failLater,
  helpOf,
  isHolding,
  isSyntax,
  leaveOutOwnFrames,
  listed,
  nameOutsiders,
  namedOtherwise,
  notice,
  place,
  relative,
  workingDirectory,
};
