// @ts-check
"use strict";

// Which URL a facade gets.

const { pathToFileURL } = require("node:url");
const { noteAtUrl, renewImportedAtUrl } = require("./at-file-url.cjs");
const { lookIfMuch, noteGiven } = require("./released-facades.cjs");
const { showSynthetic } = require("./synthetic-facade.cjs");
const { bridge, bridgeCall, compileNatively, dataUrl } = require("../native/bridge.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */
/** @typedef {import("./facade.cjs").Facade} Facade */

/**
 * The file's own URL can be taken once, unless packages import it (`at-file-url.cjs`); a module with a query, or whose names changed, has a
 * facade in a data: URL, which can't name itself; or none that Node loads (`synthetic-facade.cjs`).
 * @param {ModuleRecord} module
 * @param {(self: string | null) => string} textOf
 */
function evaluateNatively(module, textOf) {
  const file = /** @type {any} */ (module).file;
  const facade = /** @type {Facade} */ (module.facade);
  // A JSON file's URL, without its attribute, is nobody's.
  const isFree = module.isSourceText && (!taken.has(file) || renewImportedAtUrl(module.url));
  if (isFree && !/[?#]/.test(module.url.slice(module.url.lastIndexOf("/")))) {
    taken.add(file);
    try {
      compileNatively(textOf(module.url), file);
    } catch (error) {
      if (facade.isStarted) throw error;
    }
    // Else Node itself has, or had, something under this URL.
    if (facade.isStarted) {
      ours.add(file);
      noteAtUrl(module.url, facade);
      return onTaken(file);
    }
  }
  lookIfMuch();
  if (showSynthetic(facade)) return;
  facade.url = dataUrl(textOf(null));
  noteGiven(facade.url);
  const data = JSON.stringify(facade.url);
  const source = `import * as namespace from ${data};${bridgeCall}(namespace);`;
  const named = (/** @type {string} */ at) => {
    facade.bridgeUrl = pathToFileURL(at).href;
  };
  facade.adopt(bridge(file, source, named));
}

/** Files whose URL has a facade. @type {Set<string>} */
const taken = new Set();
/** Those of them that had none of Node's. @type {Set<string>} */
const ours = new Set();
/** @type {(file: string) => void} */
let onTaken = () => {};

/** @param {typeof onTaken} callback called with each file under whose URL Node has our facade from now on, and for good */
function tellOfTaken(callback) {
  onTaken = callback;
}

/** Can't this file be Node's any more? @param {string} file */
const isTaken = (file) => ours.has(file);

/** The facade at this file's URL is Node's to load. @param {string} file */
function claim(file) {
  taken.add(file);
}

/** Is what Node has under this file's URL ours? @param {string} file */
const hasFacade = (file) => taken.has(file);

module.exports = { claim, evaluateNatively, hasFacade, isTaken, tellOfTaken };
