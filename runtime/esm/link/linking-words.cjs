// @ts-check
"use strict";

// What is said when something does not link: V8's words, and Node's, which has others where a name of CommonJS is missing.

/** Which module lacks which name. */
const NAMELESS = /^The requested module '(?<specifier>.*)' does not provide an export named '(?<name>.+)'$/;
const NAMELESS_COMMONJS =
  /^Named export '(?<name>.+)' not found\. The requested module '(?<specifier>.*)' is a CommonJS module/;

/** @param {string} message */
const isV8s = (message) => /^The requested module |^Detected cycle while resolving name /.test(message);

/** @param {string} message V8's, or Node's */
const isOfLinking = (message) => isV8s(message) || message.startsWith("Named export ");

/**
 * Node 20 and 22: what an import() has begun to load, or has loaded in vain, can't be linked synchronously (`getModuleJobForRequire`,
 * lib/internal/modules/esm/loader.js). Of what did not parse Node 20 itself fails: its job has no module.
 * @param {any} error
 */
const isHalfLoaded = (error) =>
  error?.code === "ERR_VM_MODULE_LINK_FAILURE" ||
  (error instanceof TypeError && error.message.endsWith("(reading 'getStatus')")) ||
  isOfScheme(error);

/**
 * And a URL that is neither a file's nor a builtin's nor its own text (`virtual:x`, `https://…`) is refused there as what `require()` can't
 * load, by an assertion, or by a class that Node 22 has forgotten to name.
 * @param {any} error
 */
const isOfScheme = (error) =>
  error?.code === "ERR_NETWORK_IMPORT_DISALLOWED" ||
  // Without words of its own: of what is being loaded it says so.
  (error?.code === "ERR_INTERNAL_ASSERTION" &&
    error.message.startsWith("This is caused by") &&
    String(error.stack).includes("getModuleJobForRequire")) ||
  (error instanceof TypeError && error.message === "ERR_NETWORK_IMPORT_DISALLOWED is not a constructor");

module.exports = { NAMELESS, NAMELESS_COMMONJS, isHalfLoaded, isOfLinking, isOfScheme, isV8s };
