// @ts-check
"use strict";

// Updates that nobody sees, once the program has started and has had time to do what it does first: V8 compiles a
// function when it is first called, and collects what it knows of it in the calls after. Without, that is most of what
// the first save takes. A graph of its own, of two modules of ours, goes through what an update is.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const addon = require("../../../native/load.cjs");
const { Boundaries } = require("../../boundaries/boundaries.cjs");
const { observers } = require("../../session/consumers.cjs");
const { nobody } = require("../../hot-events.cjs");
const { putBack } = require("../../intrinsics.cjs");
const { takeNews } = require("../../session/news.cjs");
const chain = require("../hooks/chain.cjs");
const { chosenOf } = require("../watch/chosen.cjs");
const { evaluate } = require("../evaluate/evaluate.cjs");
const { Graph } = require("../graph/graph.cjs");
const { Refusals } = require("../watch/refusals.cjs");
const { Updates } = require("./update.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

const importer = path.join(__dirname, "rehearsal", "importer.mjs");
const usual = path.join(__dirname, "rehearsal", "module.mjs");
/**
 * With many exports. What runs once for each is optimized by V8 after so many of them, in saves of the program otherwise, which take half as long
 * again then (docs/speed-notes.md). Programs that nobody edits do without.
 */
const many = path.join(__dirname, "rehearsal", "exports.mjs");
/** The first compiles, the others are what V8 learns from. */
const TIMES = 8;
/** V8 optimizes what looks for replaced built-ins at some time, which would be that of an update of a small program. */
const LOOKS = 64;
/** Has the plan of each update (src/binding/news.rs). @param {string} file */
const planned = (file) =>
  [0, "", 2, "module", "planned", file, 1, importer, "module", "", importer, 0, importer].join("\n");
/** These would be asked for our files, or told of them. They may come while it is rehearsed, too. */
const areWatching = () => chain.hasOthers || observers.size > 0;

/**
 * @param {Graph} graph what is rehearsed for
 * @param {string} [edited] what is updated
 * @returns {Promise<string[]>} how the updates ended
 */
async function rehearse({ loader, realm }, edited = usual) {
  if (areWatching()) return [];
  const own = /** @type {any} */ ({
    generation: 0,
    clearCache() {},
    forgetAhead() {},
    loadAhead() {},
    hasPlannedText: () => true,
    load: (/** @type {string} */ file) => ours(loader.load(file, file, false, []), edited),
    loadLike: (/** @type {string} */ file, /** @type {JsEsm} */ known) =>
      isPlain ? loader.loadLike(file, known) : null,
  });
  let isPlain = true;
  const graph = new Graph(own, realm, nobody);
  const text = planned(edited);
  let isToldAgain = true;
  const session = /** @type {any} */ ({
    takeNews() {
      isToldAgain = !isToldAgain;
      return isToldAgain ? 0 : text;
    },
  });
  /** @type {JsRequest} */
  const request = { specifier: importer, attributes: [], target: "module", file: importer, suffix: "" };
  const root = graph.prepare(request, importer);
  graph.roots.add(root);
  await evaluate(root);
  const updates = new Updates(graph, addon.hotPlan);
  const boundaries = new Boundaries({ graph, updates });
  const host = { graph, refusals: new Refusals(session, graph), session, updates };
  const outcomes = [];
  for (let time = 0; time <= TIMES && !areWatching(); time++) {
    isPlain = time < TIMES;
    const { update } = takeNews(session, true);
    if (update) outcomes.push(...(await boundaries.update(chosenOf(update, host).asked)));
  }
  for (let time = 0; time < LOOKS; time++) putBack()?.();
  // Node keeps their namespaces for good, and we what is at a file's URL: that is not to keep all the rest.
  for (const { facade } of graph.modules.values()) facade?.letGo();
  return outcomes.map(({ type }) => type);
}

/** @param {import("../../../native/addon").JsEsm | import("../../../native/addon").JsProblem} record @param {string} file */
function ours(record, file) {
  if (!("parameters" in record)) return record;
  // As in a program; and what V8 has of it is not worth keeping.
  record.key = undefined;
  const target = { target: "module", file, url: pathToFileURL(file).href, suffix: "" };
  for (const request of record.requests) Object.assign(request, target);
  return record;
}

module.exports = { many, rehearse };
