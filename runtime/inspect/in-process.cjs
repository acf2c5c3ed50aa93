// @ts-check
"use strict";

// `inspect` of hot.init or package.json: the program serves the page itself, or, where a runner started it, the runner does,
// whose page outlives restarts.

const { isMainThread } = require("node:worker_threads");
const link = require("../runner/link.cjs");
const { notice } = require("../report.cjs");
const { Agent } = require("./agent.cjs");
const { showWorkers } = require("./threads.cjs");

/** @typedef {import("./wire").NewEntry} NewEntry */
/** @typedef {import("./wire").PageSettings} PageSettings */
/** @typedef {import("./wire").WirePatch} WirePatch */

/** @type {Agent | undefined} */
let agent;

/** Once for the process: workers join by themselves. @param {PageSettings} settings */
function serve(settings) {
  if (agent || !isMainThread) return;
  const hasRunner = link.whenConnected(() => tellRunner(settings.source, settings.port));
  if (!hasRunner) void serveHere(settings);
}

/** @param {boolean} source @param {number} [port] */
function tellRunner(source, port = 0) {
  if (agent) return;
  const listener = {
    entry: (/** @type {NewEntry} */ entry) => link.send({ type: "page", what: "entry", entry }),
    patch: (/** @type {WirePatch} */ patch) => link.send({ type: "page", what: "patch", patch }),
  };
  link.onViewers(showAll(listener, source));
  link.send({ type: "page", what: "wanted", port, source });
}

/** @param {PageSettings} settings */
async function serveHere({ port, source }) {
  const { Hub } = require("./hub.cjs");
  const { PageServer } = require("./server.cjs");
  const { nameOf } = require("./name.cjs");
  const hub = new Hub({
    script: nameOf(process.argv[1] ?? ""),
    directory: process.cwd(),
    pid: process.pid,
    node: process.version,
    state: "running",
    hasRunner: false,
    showsSource: source,
  });
  const listener = {
    entry: (/** @type {NewEntry} */ entry) => hub.entry(entry),
    patch: (/** @type {WirePatch} */ patch) => hub.patch(patch),
  };
  hub.onViewers = showAll(listener, source);
  try {
    notice(`page: ${await new PageServer(hub).listen(port)}`);
  } catch (error) {
    notice(`no page: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * Tells of this thread, and of all workers.
 * @param {import("./agent.cjs").Listener} listener
 * @param {boolean} source
 * @returns {(viewers: number) => void}
 */
function showAll(listener, source) {
  const own = new Agent(listener, source);
  agent = own;
  const workers = showWorkers(listener, source);
  return (viewers) => {
    own.viewers(viewers);
    workers.viewers(viewers);
  };
}

module.exports = { serve, tellRunner };
