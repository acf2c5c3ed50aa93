// @ts-check
"use strict";

// A rehearsal of an update, once the program has started: V8 compiles a function when it is first
// called, and for all that an update calls that takes longer than the update of a first save itself.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { apply } = require("./apply.cjs");
const { Loader } = require("./commonjs.cjs");
const { addConsumer } = require("./consumers.cjs");
const { isPlain } = require("./plain-loader.cjs");

/** @typedef {import("./consumers.cjs").Consumer} Consumer */

/** Modules nobody else sees. They are no files of the project, so that the engine never hears of them. */
const commonJs = path.join(__dirname, "warm-up-module.cjs");
const esModule = path.join(__dirname, "esm", "rehearsal", "alone.mjs");
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
    apply(session, updateOf(commonJs, "commonjs"));
    apply(session, updateOf(commonJs, "commonjs"));
  } finally {
    remove();
    delete Loader._cache[commonJs];
  }
}

/**
 * The same of an ES module. No other update may be applied meanwhile.
 * @param {(value: any) => void} live
 * @param {boolean} copies
 * @returns {Promise<boolean>} did they go live?
 */
async function rehearseModule(live, copies) {
  const { graph, loader } = require("./esm/index.cjs");
  const { evaluate } = require("./esm/evaluate.cjs");
  const { SourceTextModule } = require("./esm/module-record.cjs");
  const url = pathToFileURL(esModule).href;
  const record = loader.load(esModule, url, false, []);
  if (!("parameters" in record)) return false;
  record.key = undefined; // V8's code of it is not worth keeping
  const module = new SourceTextModule(url, esModule, record);
  graph.modules.set(esModule, module);
  graph.renewed.add(esModule);
  const remove = follow(esModule, "import", live, copies);
  const all = [];
  try {
    graph.link([module], new Set([module]));
    await evaluate(module);
    for (let time = 0; time < TIMES; time++)
      all.push(...(await apply(session, updateOf(esModule, "module"))));
  } finally {
    remove();
    graph.modules.delete(esModule);
    graph.renewed.delete(esModule);
    graph.roots.delete(module);
  }
  return all.length === TIMES && all.every(Boolean);
}

/** @param {string} file @param {Consumer["via"]} via @param {Consumer["live"]} live @param {boolean} copies */
function follow(file, via, live, copies) {
  const consumer = { file, from: __filename, via, deep: true, watch: false, follows: true, copies };
  return addConsumer(session, { ...consumer, live, failed() {} });
}

/** @param {string} file @param {"commonjs" | "module"} format @returns {import("../native/addon").JsUpdate} */
function updateOf(file, format) {
  const module = { file, format, changed: true, missing: false, reconfigured: false, importers: [] };
  return { id: 0, groups: [{ modules: [module], boundaries: [file], outside: [] }], problems: [] };
}

module.exports = { rehearse, rehearseModule };
