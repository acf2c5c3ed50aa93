// @ts-check
"use strict";

// `Function.prototype.toString` gives the text of the source (ECMA-262 20.2.3.5), and V8 takes it from what it has compiled:
// of a function of a module of ours, where the transform has put something in it, not what its author wrote. Programs send
// such texts to workers and to pages of a browser, where `$aaaaa("./a.mjs")`, which was `import("./a.mjs")`, is nobody's.

const addon = require("../../../native/load.cjs");
const { SafeMap, apply, insist, ownDescriptor, weakMapGet } = require("../../intrinsics.cjs");
const { withImports } = require("./transformed-names.cjs");

const { prototype } = Function;
const { toString: native } = prototype;
const { exec } = RegExp.prototype;

/** What every name of ours has something of (src/transform/names.rs). */
const ours = /[$þðßªºµɵʋ]|import_meta|no_args/;

/** @type {WeakMap<Function, string>} */
const known = new WeakMap();
/** V8's number of a script → the module's file; null: it is none of a module's. @type {Map<number, string | null>} */
const files = new SafeMap();
/** Bodies of modules whose scripts are known. @type {WeakSet<Function>} */
const seen = new WeakSet();

/** @param {import("../graph/graph.cjs").Graph} graph whose modules' functions have the text of their source */
function installFunctionText(graph) {
  // A method has no [[Construct]] and no `prototype`, as V8's has not.
  const { toString: own } = {
    /** @this {unknown} */
    toString() {
      const of = /** @type {Function} */ (this === own ? native : this);
      const text = apply(native, of, []);
      return apply(exec, ours, [text]) === null ? text : (weakMapGet(known, of) ?? sourceOf(graph, of, text));
    },
  };
  // Frozen, or somebody's: it stays.
  if (ownDescriptor(prototype, "toString")?.value === native) Reflect.set(prototype, "toString", own);
}

/** @param {import("../graph/graph.cjs").Graph} graph @param {Function} of @param {string} text */
function sourceOf(graph, of, text) {
  let source = text;
  insist(() => {
    const file = fileOf(graph, addon.scriptOf(of));
    if (file === null) return;
    source = addon.functionSource(file, text) ?? withImports(text);
    known.set(of, source);
  });
  return source;
}

/** The same of any text within a module. @param {string} file @param {string} text */
const writtenText = (file, text) =>
  ours.test(text) ? (addon.functionSource(file, text) ?? withImports(text)) : text;

/** @param {import("../graph/graph.cjs").Graph} graph @param {number} script */
function fileOf({ modules }, script) {
  const there = files.get(script);
  if (there !== undefined) return there;
  for (const module of modules.values()) {
    const { body, file } = /** @type {Partial<import("../graph/module-record.cjs").SourceTextModule>} */ (
      module
    );
    if (!body || !file || seen.has(body)) continue;
    seen.add(body);
    files.set(addon.scriptOf(body), file);
  }
  const file = (script !== 0 && files.get(script)) || null;
  files.set(script, file);
  return file;
}

module.exports = { installFunctionText, writtenText };
