// @ts-check
"use strict";

// Updates that nobody sees, once the program has started and has had time to do what it does first: V8 compiles a
// function when it is first called, and collects what it knows of it in the calls after. Without, that is most of what
// the first save takes. A graph of its own, of two modules of ours, goes through what an update is.

const path = require("node:path");
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
const module_ = path.join(__dirname, "rehearsal", "module.mjs");
/** The first compiles, the others are what V8 learns from. */
const TIMES = 8;
/** V8 optimizes what looks for replaced built-ins at some time, which would be that of an update of a small program. */
const LOOKS = 64;
/** Has the plan of each update (src/binding/news.rs). */
const plan = [0, "", 2, "module", "planned", module_, 1, importer, "module", "", importer, 0, importer];
const session = /** @type {any} */ ({ takeNews: () => plan.join("\n") });
/** These would be asked for our files, or told of them. They may come while it is rehearsed, too. */
const areWatching = () => chain.hasOthers || observers.size > 0;

/**
 * @param {Graph} graph what is rehearsed for
 * @returns {Promise<string[]>} how the updates ended
 */
async function rehearse({ loader, realm }) {
  if (areWatching()) return [];
  const own = /** @type {any} */ ({
    generation: 0,
    clearCache() {},
    forgetAhead() {},
    loadAhead() {},
    hasPlannedText: () => true,
    load: (/** @type {string} */ file) => ours(loader.load(file, file, false, [])),
    loadLike: (/** @type {string} */ file, /** @type {JsEsm} */ known) =>
      isPlain ? loader.loadLike(file, known) : null,
  });
  let isPlain = true;
  const graph = new Graph(own, realm, nobody);
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
    const { update } = takeNews(session);
    if (update) outcomes.push(...(await boundaries.update(chosenOf(update, host).asked)));
  }
  for (let time = 0; time < LOOKS; time++) putBack()?.();
  return outcomes.map(({ type }) => type);
}

/** @param {import("../../../native/addon").JsEsm | import("../../../native/addon").JsProblem} record */
function ours(record) {
  if (!("parameters" in record)) return record;
  // As in a program; and what V8 has of it is not worth keeping.
  record.key = undefined;
  for (const request of record.requests)
    Object.assign(request, { target: "module", file: module_, suffix: "" });
  return record;
}

module.exports = { rehearse };
