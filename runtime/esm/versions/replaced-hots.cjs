// @ts-check
"use strict";

// Under register modules that sync.* and hmr() evaluate anew have an `import.meta.hot`, or `module.hot`: what their versions have
// opened is ended by its handlers before the next ones are evaluated, whoever evaluates them.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { Hot } = require("../hot/hot.cjs");
const { graph } = require("../index.cjs");
const { endGivenUp, evictUnheld, givenUp } = require("../update/prune.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { isPromise, react } = require("../../intrinsics.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

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

  /**
   * They are not, and what they have opened is closed. Before the versions that go on are put back.
   * @param {Iterable<Module>} fresh ES modules that came with them
   * @param {Iterable<LoaderModule>} loaded what Node has loaded meanwhile
   * @returns {() => void} closes what these have opened, once they are taken out
   */
  giveUp(fresh, loaded) {
    const before = new Set(this.#hots.values());
    const members = modulesOf(this.#files);
    const opened = givenUp(members).filter(({ hot }) => hot && !before.has(hot));
    const known = new Set(/** @type {Module[]} */ (members));
    const come = givenUp([...comeWith(fresh, loaded)].filter((it) => !known.has(it)));
    for (const [module, hot] of this.#hots) module.hot = hot;
    if (opened.length > 0) void endGivenUp(graph, opened);
    return () => {
      if (come.length === 0) return;
      // What is taken out of `require.cache` leaves the graph when that is looked at.
      graph.commonJs?.refresh();
      // What somebody else has by now goes on.
      const left = come.filter(({ module }) => !graph.modules.holds(module));
      if (left.length > 0) void endGivenUp(graph, left);
      evictUnheld(
        graph,
        come.flatMap(({ module }) => (isTakenOut(module) ? module : [])),
      );
    };
  }
}

/** @param {Module} module */
const isTakenOut = (module) =>
  module instanceof CommonJsModule &&
  graph.modules.holds(module) &&
  Loader._cache[module.file] !== module.instance;

/** @param {Iterable<Module>} fresh @param {Iterable<LoaderModule>} loaded @returns {Set<Module>} in the order in which they were loaded */
function comeWith(fresh, loaded) {
  /** @type {Set<Module>} */
  const all = new Set();
  for (const instance of loaded) {
    const module = graph.modules.get(instance.filename);
    if (module instanceof CommonJsModule && module.instance === instance) all.add(module);
  }
  for (const module of fresh) all.add(module);
  return all;
}

/** @param {string[]} files that are evaluated anew, in that order */
function replacedHots(files) {
  /** @type {Map<HotModule, Hot>} */
  const hots = new Map();
  for (const module of modulesOf(files)) if (module.hot) hots.set(module, module.hot);
  return new ReplacedHots(files, hots);
}

module.exports = { replacedHots };
