// @ts-check
"use strict";

// How far an update has come: why modules are part of it, what was evaluated, and what became of its groups. Planning reads here
// what the steps before it have led to (prepare-update.cjs), and each step notes what it has done (apply-update.cjs).

const { legible } = require("../../error-text.cjs");
const { isLeft } = require("../hot/acceptance.cjs");
const { frameAt } = require("../positions/code-frame.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { LeftToRequire } = require("./left-to-require.cjs");
const { thrownIn } = require("../positions/deep-frames.cjs");
const { formerFrames } = require("../positions/former-frame.cjs");
const { leave } = require("../hooks/imported-natively.cjs");
const { goneOr } = require("../graph/load-error.cjs");
const { fileOf, filesOf } = require("./outcome.cjs");
const { importsOf } = require("./prune.cjs");
const { Transaction } = require("./transaction.cjs");
const { Groups } = require("./update-group.cjs");

/** @typedef {import("../hot/acceptance.cjs").Cause} Cause */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("./outcome.cjs").Ending} Ending */
/** @typedef {import("./outcome.cjs").Place} Place */
/** @typedef {import("./update-group.cjs").Group} Group */

class Progress {
  #graph;
  #placeOf;
  /** Why modules are part of it, as far as is known. @type {Map<Module, Cause>} */
  causes = new Map();
  /** In the order in which they were evaluated. @type {Set<Module>} */
  evaluated = new Set();
  /** Of these, what was loaded for who had lacked it, and stays whatever becomes of its group: there is no version before. @type {Set<Module>} */
  brought = new Set();
  groups = new Groups();
  /** What sync.* and hmr() take the new version of in this update, as who accepts itself does. @type {Set<Module>} */
  held = new Set();
  /** Of these, what its importers are evaluated for, too. @type {Set<Module>} */
  passedOn = new Set();
  /** What is new, and was evaluated by somebody's import() before what it imports had its turn. @type {Set<Module>} */
  early = new Set();

  /** @param {import("../graph/graph.cjs").Graph} graph @param {(error: unknown, files: string[]) => Place} placeOf */
  constructor(graph, placeOf) {
    this.#graph = graph;
    this.#placeOf = placeOf;
    this.transaction = new Transaction(graph);
    this.left = new LeftToRequire(this.transaction, this.held);
  }

  /**
   * It is about to be these modules' turn. What is new, imports one, and has been evaluated all the same, because the program has asked for it by
   * import() meanwhile, has a version to be replaced.
   * @param {Module[]} modules
   * @returns {boolean} is there any, so that the plan is wrong?
   */
  noteEarly(modules) {
    const { early, evaluated, transaction } = this;
    const replaced = new Set(modules.filter((module) => transaction.has(module)));
    if (replaced.size === 0) return false;
    const isKnown = (/** @type {Module} */ it) => evaluated.has(it) || transaction.has(it) || early.has(it);
    const begun = transaction.fresh.filter((it) => hasBegun(it) && !isKnown(it));
    if (begun.some((it) => it instanceof CommonJsModule)) this.#graph.commonJs?.refresh([...replaced]);
    const found = begun.filter((it) => importsOf(it).some((imported) => replaced.has(imported)));
    for (const module of found) early.add(module);
    return found.length > 0;
  }

  /**
   * A group can't go on: what was new of it is put back, and it is no reason for anything any more.
   * @param {Group} group
   * @param {Ending} ending
   */
  end(group, ending) {
    const { causes, evaluated, transaction } = this;
    group.ending = ending;
    this.groups.ended.add(group);
    this.left.forget(group.members);
    for (const module of group.members) causes.delete(module);
    for (const module of group.changed) causes.delete(module);
    if (ending.type === "unaccepted") {
      // What was evaluated before nobody accepted it stays: the version before was disposed.
      ending.evaluated = [...group.members].filter((module) => evaluated.has(module)).map(fileOf);
      transaction.rollback([...group.members].filter((module) => !evaluated.has(module)));
      return;
    }
    transaction.rollback([...group.members], "error" in ending ? ending.error : undefined);
    for (const module of group.members) if (!this.brought.has(module)) evaluated.delete(module);
  }

  /**
   * What nobody imports any more, and is kept up to date because Node has it for good (imported-natively.cjs), is not to be why
   * something else is refused: then it leaves the graph.
   * @param {Group} group that failed
   * @returns {boolean} was there any?
   */
  letGoOfLeft(group) {
    const left = [...group.changed, ...group.members].filter(isLeft);
    if (left.length === 0) return false;
    const { causes, evaluated, groups, transaction } = this;
    transaction.rollback(left);
    for (const module of left) {
      for (const all of [group.changed, group.members, evaluated, causes, groups]) all.delete(module);
      leave(this.#graph, /** @type {SourceTextModule} */ (module));
    }
    return true;
  }

  /**
   * @param {"linkError" | "evaluationError" | "fatalError"} type
   * @param {Group} group
   * @param {unknown} thrown
   * @returns {Ending}
   */
  failure(type, group, thrown) {
    const error = goneOf(group, legible(thrown));
    const files = filesOf([...group.changed, ...group.members]);
    const place = this.#placeOf(error, files);
    if (type === "evaluationError") {
      const within = thrownIn(thrown);
      if (within !== undefined) place.file ??= within;
      if (!place.file) {
        const { deepPlaceOf } = require("../positions/place.cjs");
        const { nowhereAt, unparsedAt, unparsedBy } = require("../positions/nowhere.cjs");
        const problemOf = (/** @type {string} */ file) => unparsedBy(this.#graph.loader, file);
        Object.assign(place, nowhereAt(error) ?? unparsedAt(error, files, problemOf));
        if (!place.line && error instanceof Error) Object.assign(place, deepPlaceOf(error));
      }
      place.frame ??= frameAt(place);
      const help = require("../positions/evaluation-help.cjs").helpWith(error, place.file, this.#graph);
      if (help) place.help ??= help;
    }
    // What throws in a dispose handler is the old version's: its text is not in the file any more.
    if (type === "fatalError") place.frame ??= this.#formerFrameAt(place, group);
    return { type, error, disposed: filesOf(group.disposed), ...place };
  }

  /** @param {Place} place @param {Group} group */
  #formerFrameAt(place, { members }) {
    const module = [...members].find((member) => fileOf(member) === place.file);
    if (!module) return frameAt(place);
    return formerFrames(this.#graph.loader, module, this.transaction.oldOf(module))(place);
  }
}

/** Is it evaluated, or being evaluated? @param {Module} module */
const hasBegun = (module) =>
  module instanceof CommonJsModule ? module.isRequired : /^evaluat/.test(module.status);

/**
 * Node, who reads CommonJS by itself, knows no more of a file that is gone than that it can't be read.
 * @param {Group} group
 * @param {any} error
 * @returns {unknown}
 */
function goneOf(group, error) {
  const isMissing = error?.code === "ENOENT" || /No such file/.test(error?.message);
  if (!isMissing) return error;
  const gone = [...group.members].find(
    (it) => it instanceof CommonJsModule && error.message.includes(it.file),
  );
  if (!(gone instanceof CommonJsModule)) return error;
  return goneOr(error, filesOf([...gone.importers, ...gone.dynamicImporters]), gone.file);
}

module.exports = { Progress };
