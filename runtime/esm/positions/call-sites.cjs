// @ts-check
"use strict";

// `util.getCallSites()` (Node 22) reads V8's frames without asking anybody: frames of ours are left out of its answer,
// and columns mapped back.

const util = /** @type {any} */ (require("node:util"));
const { isOwnScript } = require("../../startup.cjs");
const { nameInSource } = require("./call-site.cjs");
const { internalName } = require("../native/internal-source.cjs");
const { isOurs, namesItself, newestPlace } = require("./positions.cjs");

/** What Node takes at most, and without being asked. */
const MOST = 200;
const USUAL = 10;

/** @typedef {{ functionName: string, scriptId: string, scriptName: string, lineNumber: number, columnNumber?: number, column: number }} Site */

/** Once for each thread. */
function installCallSites() {
  const { getCallSites } = util;
  if (typeof getCallSites !== "function") return;
  const own = {
    /** @param {any[]} given */
    getCallSites(...given) {
      const [frameCount] = given;
      const isCounted = typeof frameCount === "number";
      // What is wrong with them is Node's to say; with a source map they are its own places.
      if (isCounted && !(frameCount >= 1 && frameCount <= MOST)) return getCallSites(...given);
      const rest = isCounted ? given.slice(1) : given;
      /** @type {Site[]} */
      const sites = getCallSites(MOST, ...rest);
      return sites
        .filter((site, index) => !isOwn(site) && !isFacade(sites[index - 1]))
        .map(moved)
        .slice(0, isCounted ? frameCount : USUAL);
    },
  };
  Object.defineProperty(own.getCallSites, "length", {
    __proto__: null,
    value: getCallSites.length,
    configurable: true,
  });
  util.getCallSites = own.getCallSites;
  // Node notes what an ES module imports of it whenever it is asked for.
  /** @type {any} */ (process).getBuiltinModule("util");
}

/** @param {Site} site */
function isOwn(site) {
  const { scriptName, functionName } = site;
  if (isOwnScript(scriptName) || internalName(scriptName) !== null) return true;
  return functionName !== "" && isOurs(scriptName) && lineOf(site) === 0;
}

/** The line in what we have compiled, without ours. @param {Site} site of a module of ours */
const lineOf = ({ scriptName, lineNumber }) => (namesItself(scriptName) ? lineNumber - 1 : lineNumber);

/** V8 calls a facade by its URL here: it is what calls `enter` of ours. @param {Site | undefined} callee */
const isFacade = (callee) => callee?.functionName === "enter" && isOwnScript(callee.scriptName);

/** @param {Site} site @returns {Site} */
function moved(site) {
  const { functionName, scriptName, columnNumber, column } = site;
  if (!isOurs(scriptName)) return site;
  const source = newestPlace(scriptName, lineOf(site), columnNumber ?? column);
  const place = columnNumber === undefined ? {} : { columnNumber: source.column };
  const written = nameInSource(functionName, scriptName) ?? "";
  // Node's have no prototype either.
  return /** @type {any} */ ({
    __proto__: null,
    ...site,
    functionName: written,
    lineNumber: source.line,
    ...place,
    column: source.column,
  });
}

module.exports = { installCallSites };
