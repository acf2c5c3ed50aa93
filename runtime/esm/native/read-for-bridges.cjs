// @ts-check
"use strict";

// Node 20: what a package imports that one of our bridges imports, or that is required, is loaded synchronously, past all hooks
// (`getModuleJobForRequire`, lib/internal/modules/esm/loader.js). Nothing can be put in the place of a file's text there but where
// Node reads it: `readFileSync` opens a URL by `fs.openSync`, and the facade of a project's module is what it opens.

const kept = require("node:fs");
const { apply, ownDescriptor } = require("../../intrinsics.cjs");
const { sitesHere } = require("../positions/sites-here.cjs");
const { isLinkingOnly, onBridge, temporaryFile, temporaryFolder } = require("./bridge.cjs");

/** Not ours, which nobody replaces (`startup.cjs`). @type {typeof import("node:fs")} */
const fs = /** @type {any} */ (process).getBuiltinModule("node:fs");
/** @type {typeof fs.openSync | null} */
let installed = null;

/** Is it `require()` that has led there? */
let isRequiring = false;
/** What is read in the place of a package's file, where boundaries are (packages-hot.cjs). @type {((url: string) => string | null) | null} */
let ofPackages = null;

/** @param {(url: string) => string | null} textFor null: the file itself is to be read */
function readPackages(textFor) {
  ofPackages = textFor;
}

/**
 * From now on what bridges lead to of the project is read as facades.
 * @param {(url: string, isRequired: boolean) => string | null} facadeFor null: the file itself is to be read
 * @returns {<T>(work: () => T) => T} so is what `require()` leads to, which does this work
 */
function readFacades(facadeFor) {
  const readInstead = (/** @type {string} */ url) => facadeFor(url, isRequiring) ?? ofPackages?.(url) ?? null;
  /** @template T @param {boolean} isRequired @param {() => T} work @returns {T} */
  const reading = (isRequired, work) => {
    const wasRequiring = isRequiring;
    const before = ownDescriptor(fs, "openSync");
    const isOpen = !installed && before?.writable === true && typeof before.value === "function";
    // While it links nothing of the program runs that its mocks are for.
    const putMocksBack = isOpen && isLinkingOnly() ? takeMocksOut() : null;
    const open = fs.openSync;
    /** @this {unknown} @param {any[]} given */
    function openSync(...given) {
      const source = isReadByNode(given[0]) ? readInstead(given[0].href) : null;
      return source === null ? apply(open, this, given) : opened(source, open);
    }
    if (isOpen) /** @type {any} */ (fs).openSync = installed = /** @type {any} */ (openSync);
    isRequiring = isRequired;
    try {
      return work();
    } finally {
      isRequiring = wasRequiring;
      if (isOpen) {
        installed = null;
        // Unless the package has put something in its place.
        if (/** @type {any} */ (fs.openSync) === openSync) /** @type {any} */ (fs).openSync = open;
        putMocksBack?.();
      }
    }
  };
  onBridge((work) => reading(false, work));
  return (work) => reading(true, work);
}

/** What Node's `readFileSync` calls. */
const READING = /** @type {const} */ (["openSync", "readSync", "closeSync"]);

function takeMocksOut() {
  const mocked = READING.filter((name) => fs[name] !== kept[name] && ownDescriptor(fs, name)?.writable);
  if (mocked.length === 0) return null;
  const mocks = mocked.map((name) => fs[name]);
  for (const name of mocked) /** @type {any} */ (fs)[name] = kept[name];
  return () => {
    for (const [index, name] of mocked.entries()) /** @type {any} */ (fs)[name] = mocks[index];
  };
}

/** A program reads its files by URL, too. @param {unknown} from */
function isReadByNode(from) {
  if (!(from instanceof URL) || from.protocol !== "file:") return false;
  return sitesHere(8).some(
    (site) => site.getFunctionName() === "getSourceSync" && site.getFileName()?.startsWith("node:internal/"),
  );
}

/** @param {string} source @param {Function} open @returns {number} what it is read from */
function opened(source, open) {
  const file = temporaryFile(temporaryFolder(), source, kept);
  try {
    return open(file, "r");
  } finally {
    kept.rmSync(file, { force: true });
  }
}

module.exports = { readFacades, readPackages };
