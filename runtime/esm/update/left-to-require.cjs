// @ts-check
"use strict";

// CommonJS modules are evaluated when they are required, and if they are: by their importers, when these are
// evaluated in the same update. It is not for us to say when, or whether.

const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { Hot } = require("../hot/hot.cjs");
const { isFollowed } = require("../versions/consumed.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {{ modules: Module[], importer: Module | null }} Step */

class LeftToRequire {
  #transaction;
  #held;
  /** Not required so far. @type {Set<CommonJsModule>} */
  modules = new Set();

  /** @param {import("./transaction.cjs").Transaction} transaction @param {Set<Module>} held what sync.* and hmr() take */
  constructor(transaction, held) {
    this.#transaction = transaction;
    this.#held = held;
  }

  /**
   * What is to be evaluated now; the others are noted.
   * @param {Module[]} modules one, or the members of a cycle
   * @param {Step[]} later
   * @returns {Module[]}
   */
  without(modules, later) {
    if (!modules.some((module) => module instanceof CommonJsModule)) return modules;
    const isOfNode = modules.every((module) => module instanceof CommonJsModule);
    const needed = new Set(modules.filter((module) => this.#isNeeded(module, later)));
    // A cycle is entered by its last member.
    if (!isOfNode || (needed.size === 0 && !areRequired(modules, later)))
      needed.add(modules[modules.length - 1]);
    return modules.filter((module) => {
      if (needed.has(module) || !(module instanceof CommonJsModule)) return true;
      this.modules.add(module);
      return false;
    });
  }

  /**
   * Somebody who accepts it is to find it evaluated; and an instance that has it by `sync.require()` shows the new version, whether who
   * has called that asks again or not.
   * @param {Module} module
   * @param {Step[]} later
   */
  #isNeeded(module, later) {
    if (this.#held.has(module) || isFollowed(module)) return true;
    if (later.some(({ importer, modules }) => importer && modules.includes(module))) return true;
    const { hot } = this.#transaction.oldOf(module);
    return Boolean(hot) && Hot.stateOf(hot).selfAccepts.length > 0;
  }

  /** @param {Iterable<Module>} modules */
  forget(modules) {
    for (const module of modules) this.modules.delete(/** @type {CommonJsModule} */ (module));
  }

  /**
   * What was evaluated so far, or has thrown, which Node has forgotten then; also of what is new, and whose own turn was to come later.
   * @param {Set<Module>} members of the group that is given up
   * @param {Module[]} but of these, whose turn it was
   */
  begun(members, but) {
    const isNew = (/** @type {Module} */ it) =>
      it instanceof CommonJsModule && members.has(it) && !but.includes(it);
    const fresh = /** @type {CommonJsModule[]} */ (this.#transaction.fresh.filter(isNew));
    return [...new Set([...fresh, ...this.modules])].filter((it) => it.isRequired || hasOpened(it));
  }

  /** What has been required by now. @returns {Promise<Module[]>} */
  async required() {
    const required = [...this.modules].filter((module) => module.isRequired);
    for (const module of required) {
      this.modules.delete(module);
      await this.#transaction.evaluate([module]);
    }
    return required;
  }
}

/** Is there anything to be ended with this version, or put back? @param {CommonJsModule} module */
const hasOpened = ({ hot }) => hot !== null && Hot.stateOf(hot).hasOpened;

/**
 * Is an importer of one evaluated later?
 * @param {Module[]} modules
 * @param {Step[]} later
 */
function areRequired(modules, later) {
  const evaluated = new Set(later.flatMap((step) => (step.importer ? [] : step.modules)));
  return modules.some(({ importers, dynamicImporters }) =>
    [...importers, ...dynamicImporters].some((importer) => evaluated.has(importer)),
  );
}

module.exports = { LeftToRequire };
