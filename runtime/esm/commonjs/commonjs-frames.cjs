// @ts-check
"use strict";

// What of Node's lies, on the stack, between the evaluation of an ES module and CommonJS that it imports: where ours does the
// evaluation it calls `Module._load` by itself, and these frames are missing. They are Node's real ones, of a file of ours that Node
// has imported: register, or, where that was required, one that is imported for this: not before it is needed, since it takes a
// millisecond. On Node 20 it is Node that evaluates such files, but for an ES module that was required, and then it has other frames.

const path = require("node:path");
const { pathToFileURL } = require("node:url");

/** @typedef {NodeJS.CallSite} CallSite */

const LOADER = "node:internal/modules/cjs/loader";
const TRANSLATORS = "node:internal/modules/esm/translators";
/** V8 calls it `Module._load` or `Function._load`, and knows no name of the function itself. */
const LOAD = /^\w+\._load /;

/** Innermost first. @type {CallSite[]} */
let frames = [];
let isLearnt = false;

/** @param {CallSite | undefined} site */
const isLoad = (site) => site?.getScriptNameOrSourceURL() === LOADER && LOAD.test(`${site}`);

/** @param {CallSite} site */
const isTranslator = (site) => site.getScriptNameOrSourceURL() === TRANSLATORS;

/** @param {() => CallSite[]} callSites those of the moment */
function noteFrames(callSites) {
  if (isLearnt) return;
  const sites = callSites();
  const first = sites.findIndex(isTranslator);
  // A preload that was imported may have required us.
  const begin = sites.slice(0, Math.max(first, 0)).findLastIndex(isLoad) + 1;
  if (begin === 0) return;
  const length = sites.slice(first).findIndex((site) => !isTranslator(site));
  frames = sites.slice(begin, first + length);
  isLearnt = true;
}

/** Of such a file something was thrown, whose stack nobody has read yet. @param {string} file */
function learnFrames(file) {
  if (isLearnt) return;
  const { bridge } = require("../native/bridge.cjs");
  const url = pathToFileURL(path.join(__dirname, "commonjs-entry.cjs")).href;
  bridge(file, `import ${JSON.stringify(url)};`);
  isLearnt = true;
  require("../../startup.cjs").hideLoaded();
}

module.exports = { isLoad, learnFrames, noteFrames, ofCommonJs: () => frames };
