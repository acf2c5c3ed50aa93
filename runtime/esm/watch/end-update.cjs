// @ts-check
"use strict";

// An update of the engine's has ended: it is told what of it is live, and says whether there is more.

const plannedText = require("../../commonjs/planned-text.cjs");
const { liveness } = require("../update/outcome.cjs");

/** @typedef {import("../../../native/addon").JsUpdate} JsUpdate */
/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */
/**
 * @typedef {object} Ending
 * @property {import("./brought.cjs").Brought} brought
 * @property {import("../graph/graph.cjs").Graph} graph
 * @property {import("./refusals.cjs").Refusals} refusals
 * @property {import("../../../native/addon").Session} session
 * @property {import("./still-imported.cjs").StillImported} stillImported
 */

/**
 * @param {Ending} ending
 * @param {JsUpdate} plan
 * @param {string[]} left files that were left out, or of which sync.* and hmr() tell
 * @param {import("./chosen.cjs").Chosen} chosen
 * @param {Outcome[]} outcomes
 */
function endUpdate({ brought, graph, refusals, session, stillImported }, plan, left, chosen, outcomes) {
  const { id, groups } = plan;
  const { joining, strangers } = chosen;
  plannedText.end();
  const evaluated = outcomes.flatMap((it) => (it.type === "accepted" ? it.evaluated : []));
  // Each evaluation of CommonJS is one of what it holds then.
  const { modules } = graph;
  const live = liveness(outcomes, (file) => evaluated.includes(file) && modules.isCommonJs(file));
  for (const file of left) live.set(file, false);
  // As a part of what has failed it would count as what it was before.
  const arrived = brought.end(strangers, modules);
  for (const file of arrived) if (!live.has(file)) live.set(file, true);
  // Also of what came along, and was evaluated as it was because of what changed: what it holds is not live.
  const areLive = groups.map(({ modules }) => modules.every(({ file }) => live.get(file) !== false));
  // Of a group that is live as a whole the engine knows it: told once more, it would be evaluated again.
  const refused = groups.filter((_, index) => !areLive[index]);
  const accepted = refused.flatMap(({ modules }) =>
    modules.flatMap(({ file }) => (live.get(file) ? file : [])),
  );
  if (accepted.length > 0) session.accepted(id, accepted);
  for (const file of joining) {
    const isLive = live.get(file);
    // It was not loaded after all, and waits for what it lacks.
    if (isLive === false) session.failedLoad(file);
    // Or it is left to sync.*, as what is of the plan and of no outcome: were it news again, it and what it came along with
    // would be tried by turns for good, and sync.* never have its turn.
    else session.wentLive(file);
  }
  refusals.blame(outcomes);
  // Before the engine asks whether there is more: what is watched anew may have been saved.
  stillImported.note(outcomes);
  const hasMore = session.finishUpdate(id, areLive, [...evaluated, ...arrived]);
  brought.tell(arrived, session);
  return hasMore;
}

module.exports = { endUpdate };
