// @ts-check
"use strict";

// `module.parent`: who was the first to require a CommonJS module. Node follows it up to the entry point whenever something can't be
// found (`requireStack`), and would go round for ever: it is never to lead back.

const { isDeprecationPending } = require("../flags.cjs");
const { createDataProperty, ownDescriptor } = require("../intrinsics.cjs");

const { ownKeys } = Reflect;

/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */

const Loader = /** @type {any} */ (require("node:module"));

/**
 * `module.parent` is deprecated, with `--pending-deprecation` aloud: what we do with it is no use of the program's.
 * @template T
 * @param {() => T} use
 * @returns {T}
 */
function quietly(use) {
  if (!isDeprecationPending) return use();
  const before = ownDescriptor(process, "noDeprecation");
  createDataProperty(process, "noDeprecation", true);
  try {
    return use();
  } finally {
    if (before) Object.defineProperty(process, "noDeprecation", before);
    else delete (/** @type {any} */ (process).noDeprecation);
  }
}

/** @param {LoaderModule | NodeJS.Module} module @returns {LoaderModule | null | undefined} */
const parentOf = (module) => quietly(() => /** @type {any} */ (module).parent);

/**
 * The same while a program begins. What is deprecated Node tells of once: to ask, however quietly, would leave the program's own use of it
 * untold. Among the modules that Node knows, but for those of `createRequire`.
 * @param {LoaderModule | NodeJS.Module} module
 * @returns {LoaderModule | null | undefined}
 */
function requirerOf(module) {
  if (!isDeprecationPending) return parentOf(module);
  const cache = Loader._cache;
  // Our own are not enumerable.
  const holder = ownKeys(cache).find((file) => cache[file]?.children?.includes(module));
  return holder === undefined ? undefined : cache[holder];
}

/**
 * What an old version was the first to require names it as its parent, and would keep it.
 * @param {LoaderModule} old
 * @param {LoaderModule | undefined} successor
 */
function adopt(old, successor) {
  for (const child of old.children ?? []) {
    if (parentOf(child) !== old) continue;
    const parent = parentFor(child, successor);
    quietly(() => Object.assign(child, { parent }));
  }
}

/**
 * @param {LoaderModule | NodeJS.Module} child
 * @param {LoaderModule | undefined} wanted
 * @returns {LoaderModule | undefined} another one, if by now `child`, or what that has required, is who has required that
 */
function parentFor(child, wanted) {
  const seen = new Set();
  for (let at = wanted; at && !seen.has(at); at = parentOf(at) ?? undefined) {
    if (at === child)
      return process.mainModule === child ? undefined : /** @type {any} */ (process.mainModule);
    seen.add(at);
  }
  return wanted;
}

/** Nobody has required it. The program is running: no built-in that it may have replaced is called. @param {any} module */
function orphan(module) {
  if (requirerOf(module)) quietly(() => (module.parent = undefined));
}

module.exports = { adopt, orphan, parentFor, parentOf, requirerOf };
