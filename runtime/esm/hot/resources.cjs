// @ts-check
"use strict";

// Ending what a module owns: `hot.own(resource)`, and values of `hot.keep` that are pruned.

const { inspect, types } = require("node:util");
const { textOf } = require("./callbacks.cjs");
const { settled } = require("../update/patience.cjs");

/** Stands for a version, and keeps nothing of it. @typedef {{ isGone: boolean }} By */
/** @typedef {{ destroy: ((value: any) => unknown) | undefined, by: By }} Destroyer */
/**
 * A value of `hot.keep`. Of `destroyers` the last is that of the newest version that has asked for it; those before it are of versions that
 * may go on, until others have replaced them for good.
 * @typedef {{ value: unknown, destroyers: Destroyer[] }} Kept
 */

/**
 * How a resource is ended, or null: nobody can tell. A server stops listening at once and is not
 * waited for: its last connection may take for ever, and the new version wants the port.
 * @param {any} resource
 * @returns {(() => unknown) | null}
 */
function endingOf(resource) {
  if (resource === null || (typeof resource !== "object" && typeof resource !== "function")) return null;
  // Both symbols are there on every Node that there is to run on, and timers have the second.
  const { asyncDispose, dispose } = Symbol;
  const isServer = typeof resource.listen === "function" && typeof resource.close === "function";
  if (isServer) return () => void closeServer(resource);
  if (typeof resource[asyncDispose] === "function") return () => resource[asyncDispose]();
  if (typeof resource[dispose] === "function") return () => resource[dispose]();
  if (typeof resource.close === "function") return () => resource.close();
  // A worker thread has Symbol.asyncDispose since Node.js 24.
  if (typeof resource.terminate === "function") return () => resource.terminate();
  if (typeof resource === "function" && !isClass(resource)) return () => resource();
  return null;
}

/** It can't be called, which would be found out when nothing of the program's is on the stack. @param {Function} it */
const isClass = (it) => /^class\b/.test(textOf(it));

/** That of node:http closes its idle connections, too. @param {import("node:net").Server} server */
function closeServer(server) {
  // One that does not listen says so to the callback.
  server.close(() => {});
}

/** Whatever the program has in `inspect.defaultOptions`. */
const PLAINLY = { colors: false, customInspect: false, depth: 0, getters: false };

/**
 * Could it not be made? Asked of a promise as it is: a handler of ours would be one that handles the rejection, and what nobody else
 * handles Node would tell nobody of.
 * @param {unknown} value
 */
function isRejected(value) {
  if (!types.isPromise(value)) return false;
  try {
    return /^[^{]*\{\s*<rejected>/.test(inspect(value, PLAINLY));
  } catch {
    return false;
  }
}

/**
 * A promise of a library's own can't be looked at.
 * @param {unknown} value
 * @param {() => unknown} forget
 */
function onForeignRejection(value, forget) {
  if (!types.isPromise(value)) Promise.resolve(value).catch(forget);
}

/** A version asks for it. @param {Kept} kept @param {Destroyer} destroyer */
function takeOver({ destroyers }, destroyer) {
  const last = destroyers.at(-1);
  if (last?.by === destroyer.by) last.destroy = destroyer.destroy;
  else destroyers.push(destroyer);
}

/** A version was given up: what destroys these may need what it never made. @param {Map<unknown, Kept>} kept @param {By} by */
function putBack(kept, by) {
  for (const it of kept.values()) {
    // What it made itself nobody else knows how to destroy.
    if (it.destroyers.length > 1) it.destroyers = it.destroyers.filter((destroyer) => destroyer.by !== by);
  }
}

/**
 * A version was replaced for good, and marked as gone. One that did not ask for a value leaves it to who did before.
 * @param {Map<unknown, Kept>} kept
 */
function forget(kept) {
  for (const it of kept.values()) {
    const last = it.destroyers.length - 1;
    if (last > 0) it.destroyers = it.destroyers.filter(({ by }, index) => index === last || !by.isGone);
  }
}

/**
 * The module goes for good: no version will ask for what it has kept. The last one goes first.
 * @param {{ kept: Map<unknown, Kept>, file: string }} module
 * @param {(error: unknown, what: string) => unknown} [onThrown]
 */
async function endKept({ kept, file }, onThrown) {
  const all = [...kept.values()].filter(({ value }) => !isRejected(value)).reverse();
  kept.clear();
  for (const it of all) {
    const what = "what destroys the values of hot.keep";
    try {
      await settled(destroyed(it), what, () => file);
    } catch (error) {
      if (!onThrown) throw error;
      await onThrown(error, what);
    }
  }
}

/** @param {Kept} kept */
async function destroyed({ value, destroyers }) {
  const made = await value;
  const destroy = destroyers.at(-1)?.destroy;
  return destroy ? await destroy(made) : await endingOf(made)?.();
}

module.exports = { endKept, endingOf, forget, isRejected, onForeignRejection, putBack, takeOver };
