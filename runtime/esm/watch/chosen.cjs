// @ts-check
"use strict";

// What is evaluated for a plan of the engine's: what it names, without what would fail again for nothing, and with what comes
// along, since it waits to be tried again or imports something else by now.

const { forgetGone } = require("../../commonjs/node-places.cjs");
const { forgetNames } = require("../../commonjs/answers.cjs");
const { dropImported } = require("../commonjs/imported-json.cjs");
const { takesPart } = require("../graph/project-file.cjs");
const { ledElsewhere } = require("./led-elsewhere.cjs");

/** @typedef {import("../../../native/addon").JsModule} JsModule */
/** @typedef {import("../../../native/addon").JsUpdate} JsUpdate */
/**
 * @typedef {object} Host
 * @property {import("../graph/graph.cjs").Graph} graph
 * @property {import("./refusals.cjs").Refusals} refusals
 * @property {import("../../../native/addon").Session} session
 * @property {import("../update/update.cjs").Updates} updates
 *
 * `changed`: of the plan, what is not what it was; `asked`: files to be updated, `gone`: those of them that are not there,
 * `joining`: those that are not of the plan; `left`: files that are left out; `strangers`: those of the plan that are no modules of the
 * graph yet; `targets`: what is imported instead of what is gone.
 * @typedef {{ asked: string[], changed: JsModule[], gone: string[], joining: string[], left: Set<string>,
 *   strangers: string[], targets: string[] }} Chosen
 */

/**
 * An update of it is about to begin. Nearly every plan is: one ES module was edited, whatever imports it, and nothing waits to be tried
 * with it.
 * @param {JsUpdate} plan
 * @param {Host} host
 * @returns {Chosen}
 */
function chosenOf(plan, host) {
  const { groups, isUsual } = plan;
  const { graph, refusals } = host;
  if (groups.length !== 1 || refusals.hasAny) return allOf(plan, host);
  const { modules } = groups[0];
  /** @type {JsModule | null} */
  let only = null;
  for (let index = 0; index < modules.length; index++) {
    const module = modules[index];
    if (module.changed && only) return allOf(plan, host);
    if (module.changed) only = module;
  }
  if (!only) return allOf(plan, host);
  const { file, format, missing } = only;
  if (missing || format !== "module" || graph.modules.ofFile(file).length === 0) return allOf(plan, host);
  forgetGone(file);
  if (!isUsual) forgetNames(file);
  refusals.begin([]);
  return {
    asked: [file],
    changed: [only],
    gone: [],
    joining: [],
    left: new Set(),
    strangers: [],
    targets: [],
  };
}

/** @param {JsUpdate} plan @param {Host} host @returns {Chosen} */
function allOf({ groups }, { graph, refusals, session, updates }) {
  const left = refusals.leftOut(groups);
  const changed = groups.flatMap(({ modules }) => modules.filter((it) => it.changed));
  const asked = changed.map(({ file }) => file).filter((file) => !left.has(file));
  const missing = changed.flatMap((it) => (it.missing ? it.file : []));
  const gone = missing.filter((file) => asked.includes(file));
  // What failed, or is gone, is its importers' business before the update begins.
  if (missing.length > 0 || refusals.hasAny) {
    const concerned = [...new Set([...missing, ...asked, ...refusals.files])];
    graph.commonJs?.refresh(concerned.flatMap((file) => graph.modules.ofFile(file)));
  }
  const company = refusals.companyOf(asked);
  for (const file of asked.filter((it) => !gone.includes(it))) {
    forgetGone(file);
    forgetNames(file);
  }
  updates.comesAlong = (file) => company.includes(file);
  for (const file of asked) if (file.endsWith(".json")) dropImported(file);
  const { importers, targets } = ledElsewhere(graph, gone, asked);
  const among = new Set([...company, ...importers, ...leadingTo(graph, changed, left)]);
  const joining = [...among].filter((file) => !asked.includes(file));
  for (const file of joining) left.delete(file);
  refusals.begin([...joining, ...asked.filter((file) => file.endsWith(".json"))]);
  for (const file of joining) {
    asked.push(file);
    // It is evaluated from what it holds now, in an update that the engine has not planned.
    session.loading(file, false);
  }
  const planned = groups.flatMap(({ modules }) => modules.map(({ file }) => file));
  const strangers = planned.filter((file) => isStranger(graph, file));
  return { asked, changed, gone, joining, left, strangers, targets };
}

/** Is nothing of it in the graph? @param {Host["graph"]} graph @param {string} file */
const isStranger = (graph, file) => graph.modules.ofFile(file).length === 0;

/**
 * Who imports, by its text, what the graph knows nothing of: what runs was led there by a link since, and an update that found it so has
 * failed, so that it still is what the link was before. (What is ignored is no link: it never comes into the graph.)
 * @param {Host["graph"]} graph
 * @param {JsModule[]} changed
 * @param {Set<string>} left
 */
function leadingTo(graph, changed, left) {
  const isIt = (/** @type {JsModule} */ { file, format, missing }) =>
    format === "module" && !missing && !left.has(file) && isStranger(graph, file) && takesPart(file);
  const importers = changed.flatMap((it) => (isIt(it) ? it.importers : []));
  return importers.filter((file) => graph.modules.hasEsModule(file));
}

module.exports = { chosenOf };
