// @ts-check
"use strict";

// When the engine begins to watch: with the event loop. What the program loads before it comes there is watched from then on.

const { setImmediate } = require("../../intrinsics.cjs");
const { BEGINNINGS, after, rehearses } = require("../../session/undisturbed.cjs");

/** @typedef {import("../../../native/addon").Session} NativeSession */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */

class Beginning {
  #graph;
  #session;
  #roots;
  #rehearse;
  /** @type {"not yet" | "soon" | "over"} */
  #state = "not yet";

  /** @param {Graph} graph @param {NativeSession} session @param {Set<string>} roots @param {() => void} rehearse */
  constructor(graph, session, roots, rehearse) {
    this.#graph = graph;
    this.#session = session;
    this.#roots = roots;
    this.#rehearse = rehearse;
  }

  soon() {
    if (this.#state !== "not yet") return;
    this.#state = "soon";
    setImmediate(() => this.now()).unref();
    if (!process.env.WATCH_REPORT_DEPENDENCIES) return;
    require("../hooks/node-watch.cjs").tellNode(this.#graph, this.#session, this.#roots);
  }

  now() {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#session.beginWatches();
    if (rehearses) after(BEGINNINGS, this.#rehearse);
  }
}

module.exports = { Beginning };
