// @ts-check
"use strict";

// `node --watch` and `node --test --watch`: a parent process of Node's starts the program anew when a file changes that
// the program has told it of. Node tells of what it loads itself: of the project's modules, which we load, that is
// the entry alone. So we tell of those that no update reloads; the others stay ours.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { isMainThread } = require("../../thread.cjs");
const events = require("../../hot-events.cjs");
const { SafeSet, putBack, setImmediate } = require("../../intrinsics.cjs");
const { after } = require("../../session/undisturbed.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */

/** Milliseconds between looks for modules that were loaded meanwhile. */
const NOW_AND_THEN = 400;

/** As Node asks it. */
const isWatched = () => isMainThread && Boolean(process.env.WATCH_REPORT_DEPENDENCIES && process.send);

/**
 * Node's own `--watch` starts the program anew for what is not reloaded.
 * @param {Graph} graph
 * @param {import("../../../native/addon").Session} session
 * @param {ReadonlySet<string>} roots
 */
function tellNode(graph, session, roots) {
  // What could not be loaded is in no graph.
  const read = () => {
    for (const root of roots) session.prepare(root);
    return [...roots].flatMap((root) => session.reachable(root));
  };
  if (isWatched()) begin(graph, read);
}

/** @param {Graph} graph @param {() => string[]} read files that the program has read, or would have */
function begin(graph, read) {
  /** @type {Set<string>} */
  const told = new SafeSet();
  const send = process.send?.bind(process);
  let extent = -1;
  const tell = (isOver = false) => {
    const giveBack = putBack();
    try {
      extent = graph.modules.size;
      const { notReloaded } = require("../../inspect/collect.cjs");
      // Nothing reloads in a program that has ended.
      const all = isOver ? [...notReloaded(), ...read()] : notReloaded();
      const files = [...new Set(all)].filter((file) => path.isAbsolute(file) && !told.has(file));
      for (const file of files) told.add(file);
      if (files.length === 0 || !process.connected) return;
      send?.({ "watch:import": files.map((file) => pathToFileURL(file).href) });
    } catch (error) {
      events.say(`node --watch can't be told of the modules: ${events.textOf(error)}`);
    } finally {
      giveBack?.();
    }
  };
  const look = () => {
    if (graph.modules.size !== extent) tell();
    after(NOW_AND_THEN, look);
  };
  // Its first modules have said what they accept; and a test ends soon.
  setImmediate(look).unref();
  process.once("exit", () => tell(true));
  events.on("update", () => tell());
}

module.exports = { tellNode };
