// @ts-check
"use strict";

// Under register modules that sync.* and hmr() evaluate anew have an `import.meta.hot`, or `module.hot`: what their versions have
// opened is ended by its handlers before the next ones are evaluated, whoever evaluates them.

const { Hot } = require("../hot/hot.cjs");
const { graph } = require("../index.cjs");
const { endGivenUp, givenUp } = require("../update/prune.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { isPromise, react } = require("../../intrinsics.cjs");

/** @param {string[]} files @returns {HotModule[]} */
const modulesOf = (files) =>
  files.flatMap((file) => {
    const known = graph.modules.ofFile(file);
    const fresh = graph.freshOf(file);
    const all = fresh && !known.includes(fresh) ? [...known, fresh] : known;
    return all.filter((module) => module instanceof HotModule);
  });

class ReplacedHots {
  #files;
  #hots;

  /** @param {string[]} files @param {Map<HotModule, Hot>} hots those that were asked for, in the order in which they are evaluated */
  constructor(files, hots) {
    this.#files = files;
    this.#hots = hots;
  }

  /**
   * What is evaluated next is linked.
   * @returns {Promise<unknown> | null} null: nothing awaits
   * @throws what a handler throws
   */
  end() {
    /** @type {Promise<unknown> | null} */
    let waiting = null;
    for (const [{ file }, hot] of this.#hots) {
      const hand = (/** @type {Record<string, any>} */ data) => {
        for (const module of modulesOf([file])) module.handed = data;
      };
      if (waiting)
        waiting = react(
          react(waiting, () => Hot.end(hot)),
          hand,
        );
      else {
        const ended = Hot.endAtOnce(hot);
        if (isPromise(ended)) waiting = react(/** @type {Promise<Record<string, any>>} */ (ended), hand);
        else hand(ended);
      }
    }
    return waiting;
  }

  /** The new versions are live. */
  retire() {
    for (const hot of this.#hots.values()) Hot.retire(hot);
  }

  /** They are not, and what they have opened is closed. Before the versions that go on are put back. */
  giveUp() {
    const before = new Set(this.#hots.values());
    const opened = givenUp(modulesOf(this.#files)).filter(({ hot }) => hot && !before.has(hot));
    for (const [module, hot] of this.#hots) module.hot = hot;
    if (opened.length > 0) void endGivenUp(graph, opened);
  }
}

/** @param {string[]} files that are evaluated anew, in that order */
function replacedHots(files) {
  /** @type {Map<HotModule, Hot>} */
  const hots = new Map();
  for (const module of modulesOf(files)) if (module.hot) hots.set(module, module.hot);
  return new ReplacedHots(files, hots);
}

module.exports = { replacedHots };
