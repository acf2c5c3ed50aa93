// @ts-check
"use strict";

// ES modules that came by require() alone, until it shows whose that is: Node tells nobody who requires one.

const fs = require("node:fs");
const { Loader, parentOf } = require("../../commonjs/commonjs.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { consumedFiles } = require("../../runner/ownership.cjs");
const { keepGiven } = require("../graph/being-linked.cjs");
const { isLoadedByNode } = require("../native/loaded-by-node.cjs");
const { hasFacade } = require("../namespace/facade-url.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");
const { Facade } = require("../namespace/facade.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

class RequiredModules {
  #graph;
  #isOfOthers;
  /** What is nobody's. (Not behind functions, as each save asks how many these are.) @type {Set<Module>} */
  unclaimed = new Set();
  /** Since the last `takeRequired`, whoever has required them. @type {Set<Module>} */
  #required = new Set();
  /** @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {Graph} graph
   * @param {(module: Module) => boolean} isOfOthers does Node import it for somebody, too?
   */
  constructor(graph, isOfOthers) {
    this.#graph = graph;
    this.#isOfOthers = isOfOthers;
  }

  /** It was required just now; by whom shows later. @param {Module} module */
  note(module) {
    this.#required.add(module);
    if (!this.#graph.roots.has(module)) this.unclaimed.add(module);
  }

  /** Is it not known yet who has required it? A package has it for good, and so has `sync.require`. @param {Module} module */
  isNobodys(module) {
    return this.unclaimed.has(module) && !this.#isHeld(module);
  }

  /** It is known who has. @param {Module} module */
  claim(module) {
    if (this.unclaimed.delete(module)) this.#graph.roots.delete(module);
  }

  /** It was no root until something asked for it that was given up since. @param {Module} module */
  isAsBefore(module) {
    const { file } = /** @type {SourceTextModule} */ (module);
    if (module.dynamicImporters.size + module.importers.size === 0 || consumedFiles().has(file)) return;
    const entry = Loader._cache[file];
    // Of what is in no graph nobody sees what it has required meanwhile.
    const isOutside = (/** @type {NodeJS.Module | undefined} */ it) =>
      it?.children?.includes(/** @type {any} */ (entry)) && !this.#graph.modules.get(it.filename);
    if (this.#isOfOthers(module) || (entry && Object.values(Loader._cache).some(isOutside))) return;
    this.unclaimed.delete(module);
    this.#graph.roots.delete(module);
  }

  /** What was required since the last call. Where its requirer was given up nobody may have it, though it was known whose it is. */
  takeRequired() {
    const required = [...this.#required];
    this.#required.clear();
    return required;
  }

  /** @param {Module} module */
  #isHeld(module, held = heldModules()) {
    const { file } = /** @type {SourceTextModule} */ (module);
    const entry = Loader._cache[file];
    if (entry && (held.has(entry) || this.#isFromOutside(parentOf(entry)?.filename))) return true;
    return consumedFiles().has(file);
  }

  /**
   * What `createRequire()` gives is in no cache, and shows nothing if the file that it is made for is in no graph: a package's, one that
   * Node runs itself (without register that is the program's own), or a place where there is no file.
   * @param {string | null | undefined} from
   */
  #isFromOutside(from) {
    if (!from || this.#graph.modules.get(from)) return false;
    return !isProjectFile(from) || !fs.existsSync(from) || (!hasFacade(from) && isLoadedByNode(from));
  }

  /**
   * What was required by what has thrown since: nobody has it.
   * @param {(module: Module) => boolean} [isMeant] others stay
   * @returns {Module[]}
   */
  takeUnclaimed(isMeant = () => true) {
    if (this.unclaimed.size === 0) return [];
    const held = heldModules();
    return [...this.unclaimed].filter((module) => {
      if (!isMeant(module) || this.#isHeld(module, held) || this.#isOfOthers(module)) return false;
      this.claim(module);
      return true;
    });
  }

  /** Whoever required it has an error in its place; Node has refused one that awaits, and says so for good. */
  dropFailed() {
    for (const module of this.unclaimed) {
      const { file } = /** @type {SourceTextModule} */ (module);
      const isThere = Loader._cache[file] !== undefined;
      const isRefused = !isThere && module.status === "linked";
      // It runs, for whoever imports it: what Node has been given awaits for good, its next version may not.
      const isRefusedAsync = !isThere && module.status === "evaluated" && isAsync(module);
      if (!(module.evaluationError || isRefused || isRefusedAsync) || this.#isOfOthers(module)) continue;
      this.claim(module);
      if (isRefusedAsync) this.#graph.requiredAgain?.left(module);
      if (!isRefused || this.#graph.modules.get(file) !== module) continue;
      this.#graph.modules.delete(file);
      keepGiven(this.#graph, file, module);
      this.#mayComeBack(module);
      this.#graph.requiredAgain?.left(module);
    }
  }

  /** Node evaluates what it has been given when somebody imports it: it is of the graph again, if nothing else is by then. @param {Module} module */
  #mayComeBack(module) {
    const { facade } = module;
    if (!(facade instanceof Facade)) return;
    facade.onEnter = () => {
      facade.onEnter = null;
      const { file } = /** @type {SourceTextModule} */ (module);
      if (facade.module !== module || this.#graph.modules.get(file)) return;
      this.#graph.modules.set(file, module);
      this.#graph.roots.add(module);
    };
  }

  /** Files can't be required, because of themselves or another one. @param {string[]} files */
  noteRefused(files) {
    for (const file of files) this.#refused.add(file);
  }

  /** Since the last call. */
  takeRefused() {
    const refused = [...this.#refused];
    this.#refused.clear();
    return refused;
  }
}

const heldModules = () => new Set(Object.values(Loader._cache).flatMap((holder) => holder?.children ?? []));

module.exports = { RequiredModules };
