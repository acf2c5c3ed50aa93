// @ts-check
"use strict";

// How an update ended, as data and in words. One place makes words of it.

const { fileURLToPath, pathToFileURL } = require("node:url");
const { hasCome } = require("../../commonjs/gone-without.cjs");
const { everybody, textOf } = require("../../hot-events.cjs");
const { helpOf, listed, relative } = require("../../report.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { GivenUp } = require("./patience.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {{ file?: string, line?: number, column?: number, frame?: string, help?: string }} Place */
/** @typedef {{ files: string[], milliseconds: number, message: string }} Common */
/** @typedef {{ type: "accepted", evaluated: string[], acceptedBy: string[], pruned: string[] }} Accepted */
/** @typedef {{ type: "declined", declinedBy: string[] }} Declined */
/** @typedef {{ type: "unaccepted", path: string[], evaluated: string[] }} Unaccepted */
/** @typedef {{ type: "linkError", error: unknown, disposed: string[] } & Place} LinkError */
/** @typedef {{ type: "evaluationError", error: unknown, disposed: string[] } & Place} EvaluationError */
/** @typedef {{ type: "fatalError", error: unknown, disposed: string[] } & Place} FatalError */
/** @typedef {Accepted | Declined | Unaccepted | LinkError | EvaluationError | FatalError} Ending */
/** @typedef {Ending & Common} Outcome `UpdateResult` of index.d.ts */

/** @param {Module} module */
function fileOf(module) {
  const { file, url } = /** @type {Module & { file?: string }} */ (module);
  return file ?? (url.startsWith("file:") ? fileURLToPath(url) : url);
}

/** Each once: a file may be several modules, with a query, or with attributes. @param {Iterable<Module>} modules */
const filesOf = (modules) => [...new Set([...modules].map(fileOf))];

/** @param {string[]} files */
const way = (files) => files.map(relative).join(" → ");

/** @param {number} count @param {string} what */
const some = (count, what) => (count > 0 ? [`${count} ${what}`] : []);

/**
 * One line, and what belongs to an error.
 * @param {Ending} ending
 * @param {string[]} files
 * @param {number} milliseconds
 * @param {string} [lackedBy] who goes on without what was not there before
 */
function wordsOf(ending, files, milliseconds, lackedBy = undefined) {
  const changed = listed(files) || "invalidate()";
  const duration = `in ${milliseconds.toFixed(1)} ms`;
  switch (ending.type) {
    case "accepted": {
      const { evaluated, acceptedBy, pruned } = ending;
      if (evaluated.length + acceptedBy.length === 0) return `${changed}: loaded anew by the next import()`;
      const counts = [`${evaluated.length} evaluated`, ...some(pruned.length, "pruned")].join(", ");
      const by = acceptedBy.length > 0 ? `, accepted by ${listed(acceptedBy)}` : "";
      return `${changed}: ${counts}${by}, ${duration}`;
    }
    case "declined":
      return `${changed}: not updated, ${listed(ending.declinedBy)} declined, ${duration}; restart to see it`;
    case "unaccepted": {
      const come = hasCome(files);
      if (come)
        return `${come.what}: loaded by the next import() or require(); ${stays(changed, ending.path)}, ${duration}`;
      const why =
        ending.evaluated.length > 0
          ? `evaluated, then accepted by nobody: ${way(ending.path)}`
          : `nobody accepts it: ${way(ending.path)}`;
      return `${changed}: ${why}, ${duration}; restart to see it`;
    }
    case "linkError":
      return `${changed}: not updated: ${described(ending)}\n${goesOn(ending, duration, lackedBy)}`;
    case "evaluationError":
    case "fatalError":
      if (ending.error instanceof GivenUp)
        return gaveUp(ending.error, changed, goesOn(ending, duration, lackedBy));
      return failed(ending, changed, goesOn(ending, duration, lackedBy));
    default:
      return unreachable(ending);
  }
}

/** @param {string} changed who went on without what has come @param {string[]} path */
const stays = (changed, path) =>
  `${changed} went on without it, and stays as it is: nobody accepts it: ${way(path)}`;

/** @param {EvaluationError | FatalError} ending @param {string} changed @param {string} goesOn */
function failed(ending, changed, goesOn) {
  const why = ending.type === "fatalError" ? "disposing of the old version failed" : "it threw";
  return `${changed}: not updated, ${why}: ${described(ending)}\n${goesOn}`;
}

/** @param {GivenUp} error @param {string} changed @param {string} goesOn */
function gaveUp({ file, message }, changed, goesOn) {
  return `${changed}: not updated: ${file ? `${relative(file)}: ` : ""}${message}\n${goesOn}`;
}

/** @param {LinkError | EvaluationError | FatalError} ending */
function described({ type, error, file, line, column, frame, help }) {
  if (type !== "linkError" && !isNodesAlone(error)) {
    const text =
      error instanceof Error || !file ? textOf(error) : `${textOf(error)}\n    in the evaluation of ${file}`;
    // Node shows the line of CommonJS that does not parse above its words.
    const above = isNamedIn(text, `${file}:${line}:${column}`) ? "" : `\n    at ${file}:${line}:${column}`;
    const shown = frame && !text.startsWith(`${file}:${line}\n`) ? `${text}${above}\n${frame}` : text;
    return help ? `${shown}\n${help}` : shown;
  }
  if (type === "linkError" && !frame && !isFoundByUs(error)) return textOf(error);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const text = helpOf({ message: error instanceof Error ? error.message : "", help });
  if (!frame && file && text && !message.includes(file)) return `${message}\n    at ${file}\n${text}`;
  // The message may have it all already, from Node or from us.
  if (!frame || message.includes(frame)) return message;
  const place = `\n    at ${file}:${line}:${column}\n${frame}`;
  return `${message}${place}${help ? `\n${help}` : ""}`;
}

/** Its stack may be cut off before it. @param {string} text @param {string} place */
const isNamedIn = (text, place) => text.includes(place) || text.includes(pathToFileURL(place).href);

/** What an import() leads to is not there, or does not parse. @param {unknown} error */
const isNodesAlone = (error) =>
  error instanceof Error &&
  ((error instanceof SyntaxError && error.stack?.startsWith("SyntaxError")) ||
    /^ERR_(?:MODULE_NOT_FOUND|UNSUPPORTED_DIR_IMPORT)$/.test(/** @type {any} */ (error).code)) &&
  !hasFrames(error);

/** Is a frame of its stack the program's? @param {Error} error */
const hasFrames = ({ stack = "" }) => /\n {4}at (?!.*\(?node:)/.test(stack);

/** Then its stack is ours, too. @param {unknown} error */
function isFoundByUs(error) {
  if (!(error instanceof SyntaxError)) return false;
  return error instanceof LoadError || /\n\s+at JSON\.parse /.test(error.stack ?? "");
}

/** @param {{ disposed: string[] }} ending @param {string} duration @param {string} [lackedBy] */
function goesOn({ disposed }, duration, lackedBy) {
  const ran = disposed.length > 0 ? `; dispose handlers had already run in ${listed(disposed)}` : "";
  const what = lackedBy ? `${relative(lackedBy)} goes on without it` : "the old version goes on";
  return `${what} (${duration})${ran}`;
}

/** @param {never} ending @returns {never} */
function unreachable(ending) {
  throw new Error(`heatsync-rs: an ending without words: ${JSON.stringify(ending)}`);
}

/**
 * @param {Ending} ending
 * @param {string[]} files
 * @param {number} milliseconds
 * @param {string} [lackedBy]
 * @returns {Outcome}
 */
function outcomeOf(ending, files, milliseconds, lackedBy = undefined) {
  return { ...ending, files, milliseconds, message: wordsOf(ending, files, milliseconds, lackedBy) };
}

/** Tells how an update ended. @param {Outcome} outcome @param {Pick<typeof everybody, "emit">} [listeners] */
async function announce(outcome, { emit } = everybody) {
  if (outcome.type === "accepted") await emit("afterUpdate", outcome);
  else if ("error" in outcome) await emit("error", outcome);
  else await emit("beforeFullReload", outcome);
  await emit("update", outcome);
}

/** What is wrong, and where. @param {Place & { error: unknown }} outcome */
function aboutOf({ file, line, column, error }) {
  const place = [file, line, column].join(":");
  try {
    return `${place} ${String(error)}`;
  } catch {
    return place;
  }
}

/**
 * A name that is imported of the files, and that they have no more: under each query (`./a.mjs?x`, `./a.mjs?y`) another module lacks it, for
 * another importer.
 * @param {Place & { error: unknown, files: string[] }} outcome
 */
function lackedOf({ error, file, files }) {
  if (!(error instanceof SyntaxError) || file === undefined || files.includes(file)) return undefined;
  return / module '[^']*[?#][^']*' does not provide an export named '(.+)'$/.exec(error.message)?.[1];
}

/**
 * A file may be several modules, and what is wrong with it be wrong with each: that is told, and said, once for an update.
 * @param {Outcome[]} outcomes
 */
function withoutRepeated(outcomes) {
  /** @type {Set<string>} */
  const told = new Set();
  return outcomes.filter((outcome) => {
    if (!("error" in outcome)) return true;
    const { type, files, disposed } = outcome;
    const lacked = lackedOf(outcome);
    const what = JSON.stringify([type, files, disposed, lacked ? `without ${lacked}` : aboutOf(outcome)]);
    return !told.has(what) && told.add(what);
  });
}

/**
 * A file may be several modules (JSON that is imported, and required), of which one is accepted and another is not: refused is what
 * such a file is. Outcomes in this order say so to whoever takes the last word about a file for what became of it.
 * @param {Outcome[]} outcomes
 */
const refusedLast = (outcomes) => [
  ...outcomes.filter(({ type }) => type === "accepted"),
  ...outcomes.filter(({ type }) => type !== "accepted"),
];

/**
 * @param {Outcome[]} outcomes as `refusedLast` has them
 * @param {(file: string) => boolean} hasCome was it not there when the update began, and evaluated all the same?
 * @returns {Map<string, boolean>} is what a file holds live?
 */
const liveness = (outcomes, hasCome) =>
  new Map(
    outcomes.flatMap(({ type, files }) =>
      files.map((file) => [file, type === "accepted" || (type === "linkError" && hasCome(file))]),
    ),
  );

module.exports = {
  aboutOf,
  announce,
  fileOf,
  filesOf,
  hasFrames,
  liveness,
  outcomeOf,
  refusedLast,
  withoutRepeated,
};
