// @ts-check
"use strict";

// Worker threads have graphs of their own. Each has an agent, too, which speaks to the page by way of the main
// thread, over a channel that all threads of the process have in common.

const threads = require("node:worker_threads");
const { BroadcastChannel, getEnvironmentData, isMainThread, setEnvironmentData, threadId } = threads;

/** @typedef {import("./agent.cjs").Listener} Listener */
/** @typedef {import("./wire").WirePatch} WirePatch */
/**
 * From a worker's thread: it is there; or what its agent has to tell; or the end of one that it had started.
 * @typedef {{ from: number } & ({ hello: true } | { entry: import("./wire").NewEntry } | { patch: WirePatch } | { ended: true })} FromWorker
 *
 * From the main thread, to all.
 * @typedef {{ viewers: number }} FromMain
 */

/** Of the channel, and of what workers find when they begin. */
const NAME = "heatsync-rs: page";

/**
 * In the main thread: what workers tell is told by `listener`.
 * @param {Listener} listener
 * @param {boolean} source
 */
function showWorkers(listener, source) {
  const channel = new BroadcastChannel(NAME);
  /** Names of its modules, by thread. @type {Map<number, Set<string>>} */
  const known = new Map();
  let viewers = 0;
  const tellViewers = () => channel.postMessage({ viewers });

  /** @param {number} thread */
  const ended = (thread) => {
    const gone = [...(known.get(thread) ?? [])];
    known.delete(thread);
    if (gone.length > 0) listener.patch({ set: [], gone, isOfWorker: true });
  };

  channel.onmessage = (/** @type {any} */ event) => {
    /** @type {FromWorker} */
    const message = event.data;
    if ("hello" in message) {
      known.set(message.from, new Set());
      tellViewers();
    } else if ("ended" in message) ended(message.from);
    // Said before it ended, heard after.
    else if (!known.has(message.from)) return;
    else if ("entry" in message) listener.entry(message.entry);
    else if ("patch" in message) {
      const names = /** @type {Set<string>} */ (known.get(message.from));
      for (const { name } of message.patch.set) names.add(name);
      for (const name of message.patch.gone) names.delete(name);
      listener.patch({ ...message.patch, isOfWorker: true });
    }
  };
  /** @type {any} */ (channel).unref();
  watchEnds(ended);
  setEnvironmentData(NAME, { source });
  return {
    /** @param {number} count */
    viewers(count) {
      viewers = count;
      tellViewers();
    },
  };
}

/** In a worker: begins, if there is a page. */
function beginInWorker() {
  const page = /** @type {{ source: boolean } | undefined} */ (getEnvironmentData(NAME));
  if (!page || isMainThread) return;
  const { Agent } = require("./agent.cjs");
  const channel = new BroadcastChannel(NAME);
  const tell = (/** @type {object} */ message) => channel.postMessage({ from: threadId, ...message });
  const agent = new Agent(
    { entry: (entry) => tell({ entry }), patch: (patch) => tell({ patch }) },
    page.source,
  );
  let viewers = 0;
  channel.onmessage = (/** @type {any} */ { data }) => {
    // It is told to all, also when another worker begins.
    if (!("viewers" in data) || data.viewers === viewers) return;
    viewers = data.viewers;
    agent.viewers(viewers);
  };
  /** @type {any} */ (channel).unref();
  watchEnds((thread) => channel.postMessage({ from: thread, ended: true }));
  tell({ hello: true });
}

/**
 * A worker that is terminated can't say so.
 * @param {(thread: number) => void} onEnd
 */
function watchEnds(onEnd) {
  process.on("worker", (worker) => {
    const { threadId } = worker;
    worker.once("exit", () => onEnd(threadId));
  });
}

module.exports = { beginInWorker, showWorkers };
