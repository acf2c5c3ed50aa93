// @ts-check
"use strict";

// What Node has under a file's own URL: a facade with the names that the module had when it was first asked for (ECMA-262 10.4.6), and Node
// gives that to every package which imports the file. Once the names are others, it is taken out of Node's map: who imports the file next
// has Node ask for another. Who has the old one goes on with it (`former-facades.cjs`).

const { SafeMap } = require("../../intrinsics.cjs");
const { putBackIn, takeOut } = require("../native/load-cache.cjs");

/** @typedef {import("./facade.cjs").Facade} Facade */
/** @typedef {Facade | import("./staged.cjs").StagedFacade} AnyFacade a staged one is at no file's URL */
/** @typedef {import("../native/load-cache.cjs").TakenOut} TakenOut */

/** By the URL. @type {Map<string, Facade>} */
const present = new SafeMap();
/** What Node had of those that are not there now. @type {WeakMap<AnyFacade, TakenOut>} */
const aside = new WeakMap();
/** What something that Node runs has imported, and whether that was another thread's to answer. @type {Map<string, boolean>} */
const imported = new SafeMap();
/** Those that we would not be asked for, and whose modules are not evaluated yet. @type {Set<AnyFacade>} */
const waiting = new Set();

/** Node has this facade under this URL. @param {string} url @param {Facade} facade */
function noteAtUrl(url, facade) {
  if (!/[?#]/.test(url)) present.set(url, facade);
}

/**
 * The same, as something that Node runs imports it.
 * @param {string} url
 * @param {Facade} facade
 * @param {boolean} isByThread
 */
function noteImportedAtUrl(url, facade, isByThread) {
  noteAtUrl(url, facade);
  if (present.get(url) === facade) imported.set(url, isByThread);
}

/** Its module has other names; on Node 20 nobody asks us before Node looks. @param {AnyFacade} facade */
function noteOutdated(facade) {
  facade.isOutdated = true;
  const { url } = facade.module;
  if (imported.get(url) && !renewAtUrl(url)) waiting.add(facade);
}

/** They are again what they were. @param {AnyFacade} facade */
function noteUpToDate(facade) {
  if (!facade.isOutdated) return;
  facade.isOutdated = false;
  waiting.delete(facade);
  const entry = aside.get(facade);
  if (entry) replace(entry, /** @type {Facade} */ (facade));
}

/**
 * Node is about to look for what it has under this URL.
 * @param {string} url
 * @returns {boolean} is there nothing any more?
 */
function renewAtUrl(url) {
  const facade = present.get(url);
  if (!facade?.isOutdated || facade.module.status !== "evaluated") return false;
  const entry = takeOut(url);
  if (!entry) return false;
  present.delete(url);
  aside.set(facade, entry);
  facade.isTakenOut();
  return true;
}

/** The same for a namespace of our own making, which is to be the one that packages get; if they have had the one before. @param {string} url */
const renewImportedAtUrl = (url) => imported.has(url) && (!present.has(url) || renewAtUrl(url));

/** @param {TakenOut} entry @param {Facade} facade whose it is */
function replace(entry, facade) {
  const other = present.get(entry.url);
  const replaced = other && takeOut(entry.url);
  if (other && replaced) aside.set(other, replaced);
  aside.delete(facade);
  putBackIn(entry);
  present.set(entry.url, facade);
}

/** An update has ended. */
function renewWaiting() {
  for (const { module } of waiting) renewAtUrl(module.url);
  waiting.clear();
}

module.exports = {
  noteAtUrl,
  noteImportedAtUrl,
  noteOutdated,
  noteUpToDate,
  renewAtUrl,
  renewImportedAtUrl,
  renewWaiting,
};
