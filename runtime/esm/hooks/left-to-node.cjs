// @ts-check
"use strict";

// TypeScript that other loaders leave to Node is ours, but Node is asked through them. Where the package.json leaves open what the file is, it
// strips the types to find out (`getFileProtocolModuleFormat`, lib/internal/modules/esm/get_format.js): it refuses an enum there, and warns that
// CommonJS is read again as an ES module.

const { SafeSet } = require("../../intrinsics.cjs");
const { projectCommonJs } = require("../graph/project-file.cjs");

/** Does this Node have anything to do with types? */
const readsTypes = Boolean(/** @type {any} */ (process.features).typescript);

/** What Node says of a file that it does not know, or can't strip of its types. */
const REFUSALS = new SafeSet([
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
]);

/**
 * The format that the chain is asked with: of CommonJS Node is not to find it out.
 * @param {{ isModule(file: string): boolean }} loader
 * @param {string} url of TypeScript
 * @param {string | null | undefined} format that it was resolved to
 */
function formatToAskWith(loader, url, format) {
  const isOpen = readsTypes && !format && /\.ts(?:$|[?#])/.test(url);
  return isOpen && projectCommonJs(loader, url) !== null ? "commonjs-typescript" : format;
}

/**
 * @param {{ format?: string | null }} loaded by the whole chain
 */
const isLeftToNode = ({ format }) => format?.endsWith("-typescript") === true;

/** @param {unknown} error of the whole chain */
const isRefusedByNode = (error) => REFUSALS.has(/** @type {any} */ (error)?.code);

module.exports = { formatToAskWith, isLeftToNode, isRefusedByNode };
