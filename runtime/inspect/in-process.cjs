// @ts-check
"use strict";

// `inspect` of hot.init or package.json: the program serves the page itself, or, where a runner started it, the runner does,
// whose page outlives restarts.

const { isMainThread } = require("node:worker_threads");
const link = require("../runner/link.cjs");
const { notice } = require("../report.cjs");
const { Agent } = require("./agent.cjs");

/** @typedef {import("./wire").PageSettings} PageSettings */

/** @type {Agent | undefined} */
let agent;

/** Once for the process; workers have graphs of their own, which are not shown. @param {PageSettings} settings */
function serve(settings) {
  if (agent || !isMainThread) return;
  if (link.isConnected()) {
    tellRunner(settings.source, settings.port);
  } else void serveHere(settings);
}

/** @param {boolean} source @param {number} [port] */
function tellRunner(source, port = 0) {
  const own = new Agent(
    {
      entry: (entry) => link.send({ type: "page", what: "entry", entry }),
      patch: (patch) => link.send({ type: "page", what: "patch", patch }),
    },
    source,
  );
  agent = own;
  link.onViewers((count) => own.viewers(count));
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
  const own = new Agent({ entry: (entry) => hub.entry(entry), patch: (patch) => hub.patch(patch) }, source);
  agent = own;
  hub.onViewers = (count) => own.viewers(count);
  try {
    notice(`page: ${await new PageServer(hub).listen(port)}`);
  } catch (error) {
    notice(`no page: ${/** @type {Error} */ (error).message}`);
  }
}

module.exports = { serve, tellRunner };
