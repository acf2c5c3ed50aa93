// @ts-check
"use strict";

// Which modules have versions, what of a Module Record is its version, and which of its facades a version goes on with.

const { CommonJsModule, cellsOf } = require("../commonjs/commonjs-module.cjs");
const { noteFormer } = require("../namespace/former-facades.cjs");
const { JsonModule } = require("../graph/json-module.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {Record<string, any>} Version */
/**
 * @typedef {{ old: Version, next: Version | null, isInstalled: boolean, putBack?: () => void }} Staged
 *   `putBack`: gives Node's loader the CommonJS module it had
 */

/** Modules of the project, which have versions. @param {Module} module */
const isOurs = (module) =>
  module instanceof SourceTextModule || module instanceof JsonModule || module instanceof CommonJsModule;

/** All but what outlives a version; Node keeps what entered it, whatever becomes of the version. @param {any} module @returns {Version} */
function versionOf({ url, file, importers, entrance, ...version }) {
  return version;
}

/**
 * The facade of the version whose turn it is: the one that the program knows, unless this one has other names, with which
 * modules of its cycle were linked already.
 * @param {Module} module
 * @param {Staged} staged
 */
function facadeOf({ facade }, { old, next }) {
  const own = next?.facade;
  if (!facade || !own || own === old.facade || own === facade) return facade ?? own;
  noteFormer(facade);
  return own;
}

/**
 * The facade of a version that is put back. What was made while the new one was tried, as something imported or required it, is Node's for good:
 * it shows what is there again.
 * @param {Module} module
 * @param {Staged} staged
 */
function facadeKept({ facade }, { old }) {
  return old.facade || facade?.hasFailed ? old.facade : facade;
}

/**
 * CommonJS that was required alone, and that an ES module imports since its new version was put aside: an import() in what was evaluated
 * before that. Both versions have the names that it was linked with, whichever stays.
 * @param {CommonJsModule} module whose turn it is
 * @param {Staged & { next: Version }} staged
 */
function shareNames(module, staged) {
  if (!module.names || staged.next.bindings) return;
  staged.next.bindings = cellsOf(module.names);
  if (!staged.old.bindings) staged.old = versionOf(module);
}

module.exports = { facadeKept, facadeOf, isOurs, shareNames, versionOf };
