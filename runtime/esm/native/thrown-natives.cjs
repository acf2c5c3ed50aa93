// @ts-check
"use strict";

// CommonJS of packages that has thrown. To V8 (Node 20 to 26), a module that is no source text, and has failed, counts as
// evaluated for the next one that imports it: that one runs, with `undefined` for all it imports, and the error is that of a
// promise that nobody handles, which ends the process. So it is required first, as often as somebody asks for it, and
// imported by a URL that has not failed.

const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { importAs } = require("./installed-later.cjs");

/** @typedef {import("./native.cjs").NativeModule} NativeModule */

const { _cache, _load } = /** @type {any} */ (Module);

/** Something has, and Node may have the module of a file that is not in its cache. */
let isAny = false;

function noteThrown() {
  isAny = true;
}

/**
 * What Node evaluates as `module`.
 * @template T
 * @param {NativeModule} module
 * @param {() => T} evaluate
 */
function evaluatedByNode(module, evaluate) {
  if (isAny) requireFirst(module);
  let isDone = false;
  // No `catch`: Node shows the line that has thrown last.
  try {
    const namespace = evaluate();
    isDone = true;
    return namespace;
  } finally {
    isAny ||= !isDone;
  }
}

/** @param {NativeModule} module */
function requireFirst({ loader, request: { attributes, file } }) {
  if (!file || !path.isAbsolute(file) || attributes.length > 0 || _cache[file]) return;
  if (!/^\.(?:c?js)?$/.test(path.extname(file) || ".") || loader.isModule(file)) return;
  _load(file, null, false);
  importAs(file, `${pathToFileURL(file).href}?again`);
}

const hasThrown = () => isAny;

module.exports = { evaluatedByNode, hasThrown, noteThrown };
