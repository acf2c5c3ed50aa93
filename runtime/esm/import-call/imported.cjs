// @ts-check
"use strict";

// What `import()` in one version of a module gave, so that the next one asks nobody: a boundary is imported for each
// request that a server answers. Nothing tells it of updates. What it knows holds as long as the graph has the
// same module with the same evaluation and the same namespace there, and that module the importer.

const { SafeMap, mapGet, setHas } = require("../../intrinsics.cjs");
const { versionNamespace } = require("../namespace/version-namespace.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {{ specifier: string, isBoundary: boolean }} Question */
/**
 * No module: what was replaced is not to be kept for having been imported.
 * @typedef {{ key: string, called: string, evaluation: unknown, namespace: object, resolution: number }} Answer
 */

class Imported {
  #importer;
  #graph;
  /** @type {Map<string, Answer>} */
  #plain = new SafeMap();
  /** With `with: { hot: "true" }`. @type {Map<string, Answer>} */
  #boundaries = new SafeMap();

  /** @param {SourceTextModule} importer @param {import("../graph/graph.cjs").Graph} graph */
  constructor(importer, graph) {
    this.#importer = importer;
    this.#graph = graph;
  }

  /** @param {string} specifier @param {boolean} isBoundary @returns {object | null} the namespace */
  find(specifier, isBoundary) {
    const answer = (isBoundary ? this.#boundaries : this.#plain).get(specifier);
    if (!answer || answer.resolution !== this.#graph.loader.generation) return null;
    const module = this.#graph.modules.get(answer.key);
    if (!module || !isNamespaceOf(module, answer.namespace)) return null;
    if (evaluationOf(module) !== answer.evaluation) return null;
    const called = mapGet(newest(this.#importer).dynamicImports, module);
    return called && setHas(called, answer.called) ? answer.namespace : null;
  }

  /**
   * The module was evaluated, without an error.
   * @param {Question} question
   * @param {{ key: string, called: string, module: Module, namespace: object }} answer
   */
  add({ specifier, isBoundary }, { key, called, module, namespace }) {
    const answers = isBoundary ? this.#boundaries : this.#plain;
    const resolution = this.#graph.loader.generation;
    answers.set(specifier, { key, called, evaluation: evaluationOf(module), namespace, resolution });
  }
}

/** A new one for each time that it is begun: [[TopLevelCapability]]. @param {Module} module */
const evaluationOf = (module) => (module.cycleRoot ?? module).topLevelCapability;

/** Of a module that is evaluated. Other modules' updates are no reason to look for it again. @param {Module} module @param {object} namespace */
const isNamespaceOf = (module, namespace) =>
  module.facade?.namespace === namespace ||
  (module.ownNamespace?.namespace === namespace && versionNamespace(module) === namespace);

/** What took the place of a version below a boundary: nobody is to keep the old one. @template {Module} M @param {M} module */
const newest = (module) => /** @type {M} */ (module.lineage?.newest ?? module);

/** Specifiers that the version before has imported something by. @type {WeakSet<Set<string>>} */
const handedOn = new WeakSet();

/** @param {Iterable<string>} specifiers @returns {Set<string>} those of the next version, as far as anybody can know */
function handOn(specifiers) {
  const handed = new Set(specifiers);
  handedOn.add(handed);
  return handed;
}

/** Has only the version before imported anything by these? @param {Set<string>} specifiers */
const isHandedOn = (specifiers) => handedOn.has(specifiers);

module.exports = { Imported, handOn, isHandedOn, newest };
