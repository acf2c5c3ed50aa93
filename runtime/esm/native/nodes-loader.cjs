// @ts-check
"use strict";

// Node's loader of ES modules (lib/internal/modules/esm/loader.js). Nothing of Node's API leads to it; but V8 tells a debugger what a
// function can see, and Node's `register` can see the loader. For this once there is a debugger. Where there is no inspector, or
// Node has it otherwise some day, the loader is not to be had, and what is said here to be done without.

const { registerOfNode } = require("../../commonjs/plain-loader.cjs");

/**
 * @typedef {object} NodesLoader
 * @property {Map<unknown, unknown>} modules by URL
 * @property {Map<unknown, unknown> | null} resolved where specifiers have led
 * @property {new (url: string, context: undefined, names: string[], evaluate: () => void) => ModuleWrap} ModuleWrap
 */
/**
 * V8's module, as Node has it.
 * @typedef {object} ModuleWrap
 * @property {(requests: []) => void} link
 * @property {() => void} instantiate
 * @property {() => Record<string, unknown>} getNamespace
 * @property {(name: string, value: unknown) => void} setExport
 */

/** Null: it was looked for in vain. @type {NodesLoader | null | undefined} */
let found;

/** It takes some 15 ms, once. @returns {NodesLoader | null} */
function findNodesLoader() {
  if (found !== undefined) return found;
  found = null;
  try {
    found = ask();
  } catch {
    // No inspector, or it is not allowed, or Node's own affair has changed.
  }
  return found;
}

/** If it was looked for. */
const nodesLoader = () => found ?? null;

/** @returns {NodesLoader | null} */
function ask() {
  const { Session } = require("node:inspector");
  const { isMap } = require("node:util").types;
  // The one way from what a debugger is told to us.
  const key = Symbol.for("heatsync-rs.esm.nodes-loader");
  /** @type {any} */
  let told;
  const tell = (/** @type {unknown} */ it) => {
    told = it;
    return registerOfNode;
  };
  const session = new Session();
  session.connect();
  Object.defineProperty(globalThis, key, { __proto__: null, configurable: true, value: tell });
  try {
    const call = `globalThis[Symbol.for(${JSON.stringify(key.description)})]`;
    const { objectId } = post(session, "Runtime.evaluate", { expression: `${call}()` }).result;
    const scopes = named(looksOf(session, objectId).internalProperties, "[[Scopes]]");
    /** @param {string} of an object's number @param {string} expression of it @returns {string} the number of what that is */
    const telling = (of, expression) => {
      const functionDeclaration = `function(){const it=${expression};${call}(it);return it}`;
      return post(session, "Runtime.callFunctionOn", { objectId: of, functionDeclaration }).result.objectId;
    };
    telling(scopes, "this[0].object.ModuleWrap");
    const ModuleWrap = told;
    const loader = telling(scopes, "this[0].object.cascadedLoader");
    const modules = told.loadCache;
    const cache = named(looksOf(session, loader).privateProperties ?? [], "#resolveCache");
    if (cache) telling(cache, "this");
    return isMap(modules) ? { modules, resolved: cache && isMap(told) ? told : null, ModuleWrap } : null;
  } finally {
    session.disconnect();
    Reflect.deleteProperty(globalThis, key);
  }
}

/** @param {import("node:inspector").Session} session @param {string} method @param {object} parameters @returns {any} */
function post(session, method, parameters) {
  let answer;
  session.post(method, parameters, (_, result) => {
    answer = result;
  });
  return answer;
}

/** @param {import("node:inspector").Session} session @param {string} objectId */
const looksOf = (session, objectId) =>
  post(session, "Runtime.getProperties", { objectId, ownProperties: true });

/** @param {any[]} properties @param {string} name @returns {string} the number of its value */
const named = (properties, name) => properties.find((it) => it.name === name)?.value.objectId;

module.exports = { findNodesLoader, nodesLoader };
