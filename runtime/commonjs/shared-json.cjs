// @ts-check
"use strict";

// JSON that ES modules import and CommonJS requires is one object: Node's ES loader takes what stands in `require.cache`, and
// puts there what it has read. With us each of the two is loaded, watched and exchanged as if the other were not there, so that no
// save is lost to either; only what they are given is one object, as long as both are made of the same text.

const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { createDataProperty, insist } = require("../intrinsics.cjs");
const { jsonKeyOf } = require("../esm/graph/request-key.cjs");
const { timesLetGo } = require("./let-go.cjs");
const { registered } = require("./plain-loader.cjs");
const plannedText = require("./planned-text.cjs");

/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../esm/graph/json-module.cjs").JsonModule} JsonModule */

/** Where JSON is that ES modules import. @type {import("../esm/graph/graph.cjs").Graph | null} null: Node has all of it */
let graph = null;

/** @param {import("../esm/graph/graph.cjs").Graph} it */
function shareJsonOf(it) {
  graph = it;
}

/** Under register. @returns {import("../esm/graph/graph.cjs").Graph} */
const graphOfProgram = () => require("../esm/index.cjs").graph;

/** What Node's modules of JSON are made of. @type {WeakMap<LoaderModule, string>} */
const texts = new WeakMap();

/** By file, what was given last to whom asked later: a version, of ours, and how often we had let go of the file by then. @type {Map<string, { version: unknown, times: number }>} */
const given = new Map();

/**
 * Node is about to load a JSON file.
 * @param {string} file
 * @param {string | null} text what it is to read, if that is known
 */
function noteReading(file, text) {
  plannedText.plan(file, text, (module, read) => insist(() => noteRead(module, read)));
}

/**
 * What imports JSON in the update that brings it, and what requires it there, have one text: of what was saved meanwhile, and undone, nobody
 * would tell.
 * @param {import("../esm/graph/graph.cjs").Graph} graph in which it is imported
 * @param {string} file
 * @param {boolean} isUpdating
 * @returns {string | null} null: it is read
 */
function textToRequire(graph, file, isUpdating) {
  const planned = textOfUpdate(file, graph) ?? graph.loader.plannedText(file);
  if (planned !== null || !isUpdating) return planned;
  const imported = /** @type {JsonModule | undefined} */ (graph.modules.get(jsonKeyOf(file)));
  return imported?.isTold ? imported.text : null;
}

/**
 * The same of an update of sync.* or hmr(), whose session was told of that text.
 * @param {string} file
 * @returns {string | null} null: none brings it, or a version of it, as JSON that is imported
 */
const textOfUpdate = (file, importedIn = graph) => importedIn?.jsonTextOf(jsonKeyOf(file)) ?? null;

/** @param {LoaderModule} module @param {string} read */
function noteRead(module, read) {
  const text = withoutMark(read);
  texts.set(module, text);
  if (registered()) graph ??= graphOfProgram();
  const key = jsonKeyOf(module.filename);
  const imported = /** @type {JsonModule | undefined} */ (graph?.freshOf(key) ?? graph?.modules.get(key));
  const isHad = imported?.status === "evaluated" && imported.text === text;
  if (isHad && !wasPurged(imported)) become(module, imported);
}

/**
 * Node defines what a module exports, and assigns that it is loaded.
 * @param {LoaderModule} instance
 * @param {JsonModule} imported
 */
function become(instance, imported) {
  const { value } = imported;
  Object.defineProperty(instance, "loaded", {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => false,
    set(isLoaded) {
      createDataProperty(instance, "loaded", isLoaded);
      instance.exports = value;
    },
  });
  noteGiven(imported);
}

/** What is imported for the first time is what CommonJS has of that text, if it has any. @param {JsonModule} module */
function takeRequired(module) {
  insist(() => {
    const cached = /** @type {any} */ (Module)._cache[module.file];
    if (!cached?.loaded || texts.get(cached) !== module.text) return;
    module.value = cached.exports;
    noteGiven(module);
  });
}

/** Is it made of the text that CommonJS has of the file, or would read now? @param {JsonModule} module */
function isAsRead({ file, text }) {
  const cached = /** @type {any} */ (Module)._cache[file];
  if (cached) return texts.get(cached) === text;
  try {
    return withoutMark(readFileSync(file, "utf8")) === text;
  } catch {
    return false;
  }
}

/** @param {string} text */
const withoutMark = (text) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

/** @param {JsonModule} module */
const noteGiven = ({ cells, file }) => void given.set(file, { version: cells[0], times: timesLetGo(file) });

/** The program has taken it out of `require.cache`, to have another. @param {JsonModule} module */
function wasPurged({ cells, file }) {
  const last = given.get(file);
  return last?.version === cells[0] && last.times === timesLetGo(file);
}

module.exports = { isAsRead, noteReading, shareJsonOf, takeRequired, textOfUpdate, textToRequire };
