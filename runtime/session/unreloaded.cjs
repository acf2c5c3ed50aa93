// @ts-check
"use strict";

// What runs and no update reloads: a save of it takes a restart. It is said of each file once; with a runner that is the
// runner's, who restarts the program instead.

const { relative } = require("../report.cjs");

/** As the engine has it (src/engine/session/unreloaded.rs). @typedef {import("../../native/addon").Unreloaded} Why */

/** @type {Record<Exclude<Why, "told" | "untaken"> | "deferred" | "hooks" | "midway" | "phases" | "syntax" | "uncached", string>} */
const SENTENCES = {
  deferred: "import defer leads to it, and what that defers is Node's, which loads it once",
  hooks:
    "another package's hooks (module.register) have to do with it, and beside them Node 20 runs it itself",
  midway: "it was loaded for a package while Node was loading one that it imports, and so Node runs it",
  phases: "import defer and import source are Node's, and so is who uses them",
  syntax: "Node takes it and our parser does not, so Node runs it",
  uncached: "the program has it outside of require.cache, and reloads it itself, if anybody does",
  wasm: "WebAssembly that is imported is Node's, which loads it once",
  "import()": "nobody reloads it, import() alone leads to it",
  entry: "the program's entry point is evaluated once, whoever imports it",
  link: "leads elsewhere by now, and nobody can load what was loaded through it again",
  "of the entry": "the program's entry point imports it, and is evaluated once",
};

/** @type {Set<string>} */
const said = new Set();
/** Sentences of files that the runtime has told the engine of. @type {Map<string, string>} */
const reasons = new Map();

/**
 * Node runs these for good.
 * @param {import("../../native/addon").Session} session
 * @param {string[]} files
 * @param {string} reason
 */
function leaveToNode(session, files, reason) {
  const fresh = files.filter((file) => !reasons.has(file));
  for (const file of fresh) reasons.set(file, reason);
  if (fresh.length > 0) session.unreloadedByNode(fresh);
}

/**
 * Called by the engine: such a file was saved.
 * @param {string} file
 * @param {Why | "uncached"} why
 * @returns {string | null} what there is to say; null: nothing, it is what will run
 */
function savedUnreloaded(file, why) {
  if (why === "untaken") return tellUntaken(file);
  // What was not imported yet is loaded as it is then.
  if (why === "import()" && !isLoaded(file)) return null;
  const sentence = why === "told" ? reasons.get(file) : SENTENCES[why];
  const message = `${relative(file)}: ${sentence}; restart to see it`;
  if (said.has(file) || require("../runner/link.cjs").isRestartedFor(file)) return message;
  said.add(file);
  require("../hot-events.cjs").say(message);
  return message;
}

/**
 * Said by another thread than the one it is about, and by the engine once.
 * @param {string} file
 */
function tellUntaken(file) {
  const advice = `is it busy, or does it wait in Atomics.wait (piscina: the option atomics: "disabled")?`;
  const message = `${relative(file)}: a worker thread has not taken its update for 5 s: ${advice}`;
  require("../hot-events.cjs").say(message);
  return null;
}

/**
 * The same under register, where it is an update that is refused: nobody could have accepted it.
 * @param {string} file
 * @param {Why | "uncached"} why
 * @param {import("../boundaries/boundaries.cjs").Boundaries | null} boundaries those of the thread
 */
function refuseUnreloaded(file, why, boundaries) {
  const message = savedUnreloaded(file, why);
  if (message === null) return;
  void boundaries?.saidOf(file);
  const { announce } = require("../esm/update/outcome.cjs");
  void announce({ type: "unaccepted", path: [file], evaluated: [], files: [file], milliseconds: 0, message });
}

/**
 * The same of those of an update's files that Node runs, or the program itself, and of which nothing has come.
 * @param {string[]} files
 * @param {import("../esm/update/outcome.cjs").Outcome[]} outcomes
 * @param {import("../esm/graph/graph.cjs").Graph} graph of the thread
 */
function refuseLeftToNode(files, outcomes, { boundaries, commonJs }) {
  for (const file of files) {
    const why = reasons.has(file) ? "told" : commonJs?.isTakenOut(file) ? "uncached" : null;
    const hasCome = () => outcomes.some((it) => it.files.includes(file));
    if (why && !hasCome()) refuseUnreloaded(file, why, boundaries);
  }
}

let isAdvised = false;

/**
 * Who runs beside another package's hooks has no `import.meta.hot`: what it seems to accept is accepted by nobody.
 * @param {string[]} files of such an update
 * @returns {string} a line that says so, the first time
 */
function adviceBesideHooks(files) {
  const own = [...reasons].flatMap(([file, reason]) => (reason === SENTENCES.hooks ? relative(file) : []));
  if (isAdvised || own.length === 0) return "";
  isAdvised = true;
  const typescript = files.some((file) => /\.[cm]?tsx?$/.test(file))
    ? "; heatsync-rs/register runs TypeScript without them"
    : "";
  const who = own.length > 3 ? `${own.slice(0, 3).join(", ")} and ${own.length - 3} more` : own.join(", ");
  return `\nNode 20 runs ${who} itself, beside another package's hooks (module.register), and what is accepted there does not count${typescript}`;
}

/** @param {string} file */
function isLoaded(file) {
  return (
    file in require.cache || require("../esm/native/loaded-by-node.cjs").isLoadedByNode(file) || isOurs(file)
  );
}

/** @param {string} file */
function isOurs(file) {
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = require.cache[require.resolve("../esm/index.cjs")]?.exports;
  return (runtime?.graph?.modules.ofFile(file).length ?? 0) > 0;
}

module.exports = {
  SENTENCES,
  adviceBesideHooks,
  leaveToNode,
  refuseLeftToNode,
  refuseUnreloaded,
  savedUnreloaded,
};
