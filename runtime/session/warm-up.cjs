// @ts-check
"use strict";

// A rehearsal of an update, once the program has started: V8 compiles a function when it is first
// called, and for all that an update calls that takes longer than the update of a first save itself.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { apply } = require("./apply.cjs");
const { Loader } = require("../commonjs/commonjs.cjs");
const { addConsumer } = require("./consumers.cjs");
const { takeNews } = require("./news.cjs");
const { isPlain } = require("../commonjs/plain-loader.cjs");

/** @typedef {import("./consumers.cjs").Consumer} Consumer */

/** Modules nobody else sees. They are no files of the project, so that the engine never hears of them. */
const commonJs = path.join(__dirname, "warm-up-module.cjs");
const usual = path.join(__dirname, "..", "esm", "update", "rehearsal", "alone.mjs");
/** With as many exports as V8 has to see before it optimizes what runs once for each (esm/update/rehearse.cjs). */
const many = path.join(__dirname, "..", "esm", "update", "rehearsal", "exports.mjs");
const session = /** @type {any} */ ({
  addBoundaries() {},
  removeBoundaries() {},
  loading() {},
  compileWith() {},
  blame() {},
});
/** The first compiles, the others are what V8 learns from; and the first ES module goes no short way. */
const TIMES = 8;

/** @param {(value: any) => void} live what will take a module's new exports */
function rehearse(live) {
  isPlain(commonJs);
  const remove = follow(commonJs, "require", live, true);
  try {
    // The first has nothing to purge, the second has.
    apply(session, planned("commonjs", commonJs));
    apply(session, planned("commonjs", commonJs));
  } finally {
    remove();
    delete Loader._cache[commonJs];
  }
}

/**
 * The same of an ES module. No other update may be applied meanwhile.
 * @param {(value: any) => void} live
 * @param {boolean} copies
 * @param {string} [esModule] what is updated
 * @returns {Promise<boolean>} did they go live?
 */
async function rehearseModule(live, copies, esModule = usual) {
  const { requestOf } = require("../esm/versions/attempt.cjs");
  const { graph, loader } = require("../esm/index.cjs");
  const { evaluate } = require("../esm/evaluate/evaluate.cjs");
  const { SourceTextModule } = require("../esm/graph/module-record.cjs");
  const url = pathToFileURL(esModule).href;
  const record = loader.load(esModule, url, false, []);
  if (!("parameters" in record)) return false;
  record.key = undefined; // V8's code of it is not worth keeping
  const module = new SourceTextModule(url, esModule, record);
  graph.renewed.add(esModule);
  if (esModule === usual) rehearseFirst(graph, requestOf(usual), url);
  graph.modules.set(esModule, module);
  const remove = follow(esModule, "import", live, copies);
  const all = [];
  try {
    graph.link([module], new Set([module]));
    await evaluate(module);
    for (let time = 0; time < TIMES; time++) all.push(...(await apply(session, planned("module", esModule))));
  } finally {
    remove();
    graph.modules.delete(esModule);
    graph.renewed.delete(esModule);
    graph.roots.delete(module);
  }
  return all.length === TIMES && all.every(Boolean);
}

/**
 * What has been Node's until its first update is one of ours then. Nothing of it is kept.
 * @param {import("../esm/graph/graph.cjs").Graph} graph
 * @param {import("../../native/addon").JsRequest} request
 * @param {string} url
 */
function rehearseFirst(graph, request, url) {
  for (let time = 0; time < TIMES; time++) {
    const files = new Set([usual]);
    const known = { versions: new Map(), fresh: new Map(), facades: new Map(), jsonOfNode: new Set() };
    const renewal = { files, changed: files, ...known };
    graph.renew({ ...request, target: "module", file: usual, suffix: "", url }, usual, renewal);
  }
}

/** @param {string} file @param {Consumer["via"]} via @param {Consumer["live"]} live @param {boolean} copies */
function follow(file, via, live, copies) {
  const consumer = { file, from: __filename, via, deep: true, watch: false, follows: true, copies };
  return addConsumer(session, { ...consumer, live, failed() {} });
}

/** As the engine tells of it (src/binding/news.rs). @param {"commonjs" | "module"} format @param {string} file @returns {import("../../native/addon").JsUpdate} */
function planned(format, file) {
  const text = [0, "", 1, format, "changed", file, 0, file].join("\n");
  return /** @type {any} */ (takeNews(/** @type {any} */ ({ takeNews: () => text }), true).update);
}

module.exports = { many, rehearse, rehearseModule };
