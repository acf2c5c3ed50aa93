// @ts-check
"use strict";

// Sources that our parser refuses and V8 takes: syntax that is newer than the parser, or that engines take for the
// web's sake (`for (f() of [])`). Node runs them; they are not hot.

const fs = require("node:fs");
const { linkOnly } = require("../native/bridge.cjs");
const { hasFacade } = require("../namespace/facade-url.cjs");
const { canLoad } = require("../native/probe.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** Hooks ask our graph what is behind a URL that is being asked for. @type {Set<string>} */
const asked = new Set();

/**
 * @param {JsRequest} request native, of a file that our parser refuses
 * @param {string} from
 * @param {string} text that was refused
 */
function isTakenByNode(request, from, text) {
  const file = /** @type {string} */ (request.file);
  // Under the file's URL Node would find our facade, of another version.
  if (asked.has(request.specifier) || hasFacade(file)) return false;
  asked.add(request.specifier);
  try {
    // A copy first: what Node has once taken is Node's for good, and may be another text than the one that was refused.
    linkOnly(file, text);
    if (textOf(file) !== text) return false;
    canLoad(request, from);
    return true;
  } catch {
    return false;
  } finally {
    asked.delete(request.specifier);
  }
}

/** @param {string} file */
function textOf(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/**
 * Is it what the loader has of the file? While an update is in flight that is what it was planned with. A planned text has no byte order mark.
 * @param {import("./chained-loader.cjs").ChainedLoader} loader
 * @param {string} file
 * @param {string | null} text
 */
function isReadAs(loader, file, text) {
  const planned = loader.plannedText(file);
  return planned === null || planned === text?.replace(/^\uFEFF/, "");
}

module.exports = { isReadAs, isTakenByNode, textOf };
