// @ts-check
"use strict";

// Link (ECMA-262 16.2.1.6.1.2): what each import and each re-export leads to.

const { isTypeScript } = require("../../typescript-file.cjs");
const { Cell } = require("../graph/cell.cjs");
const { ReaderCell } = require("../graph/counted.cjs");
const { problemOf } = require("../graph/load-error.cjs");
const { quick } = require("../graph/resolve-export.cjs");
const { starNamesFor } = require("../graph/star-names.cjs");
const { namespaceCell, namespaceOf } = require("../namespace/namespace.cjs");
const { linkNatives } = require("../native/native.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

/**
 * Whose import an error of linking is about, for those who explain it.
 * @type {WeakMap<Error, { file?: string, module?: SourceTextModule, requests?: JsRequest[], requested?: Module[], specifier?: string,
 *   name?: string, between?: Module[], isJson?: boolean, refused?: JsRequest }>}
 */
const faults = new WeakMap();

/** The file that does not load, or of which an import leads nowhere. @param {any} error @returns {string | undefined} */
const culpritOf = (error) => problemOf(error)?.file ?? faults.get(error)?.file;

/**
 * Is it of an import, or a re-export, that leads nowhere?
 * @param {unknown} error
 * @returns {error is SyntaxError}
 */
const isUnlinked = (error) => faults.has(/** @type {any} */ (error)) && error instanceof SyntaxError;

/**
 * InitializeEnvironment, up to step 7: every import and every re-export leads somewhere. V8 checks
 * imports first, and its words are used.
 * @param {SourceTextModule} module
 */
function link(module) {
  try {
    linkAll(module);
  } catch (error) {
    if (error instanceof Error) {
      // The module itself is its former version again when that is asked for.
      const { file, record, requested } = module;
      faults.set(error, { ...faults.get(error), file, module, requests: record.requests, requested });
    }
    throw error;
  }
}

/** @param {SourceTextModule} module */
function linkAll(module) {
  linkNatives(module);
  const { imports, indirect, requests } = module.record;
  const starNames = starNamesFor(imports.length + indirect.length);
  module.resolved = imports.map(({ name, request }, number) => {
    const requested = module.requested[request];
    if (name === undefined) return { module: requested, cell: null };
    // Nearly all are: nothing has to be kept for an error's words.
    const own = requested.isSourceText && /** @type {SourceTextModule} */ (requested).ownExport(name);
    if (own) return fromNamespace(module, own, number);
    const resolve = (/** @type {import("../graph/module-record.cjs").ResolveSet} */ set) =>
      module.resolveImport(number, set);
    return fromNamespace(module, check(resolve, requests[request].specifier, name, starNames), number);
  });
  for (const { name, exported, request } of indirect) {
    if (name === undefined) continue;
    if (isType(module, exported, module.requested[request])) continue;
    check((set) => module.resolveExport(exported, set), requests[request].specifier, name, starNames);
  }
}

/**
 * `export { T } from "./t"` without `type`, of a name that `./t` has no value of: a type, which tsc, seeing
 * both files, leaves out. Only between TypeScript files, and only what is passed on: an import of a
 * value that is missing is an error still.
 * @param {SourceTextModule} module
 * @param {string} exported
 * @param {Module} requested
 */
function isType(module, exported, requested) {
  if (!isTypeScript(module.file) || !isTypeScript(/** @type {{ file?: string }} */ (requested).file))
    return false;
  /** @type {import("../graph/module-record.cjs").ResolveSet} */
  const resolveSet = [];
  return module.resolveExport(exported, resolveSet) === null && !resolveSet.cycle;
}

/**
 * What the body gets for an import that it reads where it comes from: the namespace. An update of a module between may
 * have led it to another variable; the body asks for the name that it knows.
 * @param {SourceTextModule} module
 * @param {ResolvedBinding} binding
 * @param {number} number
 * @returns {ResolvedBinding}
 */
function fromNamespace({ live }, binding, number) {
  const known = live.get(number);
  if (known === undefined) return binding;
  if (binding.cell && binding.name === undefined)
    return { module: binding.module, cell: new ReaderCell(binding.cell, known) };
  if (binding.name === known) return { module: binding.module, cell: null };
  const cell = new Cell();
  const get = () => presentValue(binding);
  cell.initialize(Object.defineProperty({}, known, { __proto__: null, get }));
  return { module: binding.module, cell };
}

/** @param {ResolvedBinding} binding */
function presentValue({ module, name }) {
  /** @returns {any} */
  const namespace = () => (module.isNative ? namespaceCell(module).get() : namespaceOf(module));
  return name !== undefined ? namespace()[name] : namespace();
}

/**
 * @param {(resolveSet: import("../graph/module-record.cjs").ResolveSet) => import("../graph/module-record.cjs").Resolution} resolve
 * @param {string} specifier
 * @param {string} name
 * @param {import("../graph/star-names.cjs").StarNames} [starNames]
 * @returns {import("../graph/module-record.cjs").ResolvedBinding}
 */
function check(resolve, specifier, name, starNames) {
  const found = resolve(quick(starNames));
  if (found && found !== "ambiguous") return found;
  /** @type {import("../graph/module-record.cjs").ResolveSet} */
  const resolveSet = Object.assign([], { specifier, fault: { specifier, name } });
  const resolution = resolve(resolveSet);
  const refuse = (/** @type {string} */ message) => {
    const error = new SyntaxError(message);
    faults.set(error, { specifier, name, between: resolveSet.between });
    return error;
  };
  // Not always what was asked: it may have been asked of another module in turn.
  const fault = (resolution === null && resolveSet.missing) || resolveSet.fault || { specifier, name };
  if (resolution === null && resolveSet.cycle) {
    const { cycle } = resolveSet;
    throw refuse(`Detected cycle while resolving name '${cycle.name}' in '${cycle.specifier}'`);
  }
  if (resolution === null) {
    throw refuse(
      `The requested module '${fault.specifier}' does not provide an export named '${fault.name}'`,
    );
  }
  if (resolution === "ambiguous") {
    const { specifier, name } = fault;
    throw refuse(`The requested module '${specifier}' contains conflicting star exports for name '${name}'`);
  }
  return resolution;
}

module.exports = { culpritOf, faults, fromNamespace, isUnlinked, link };
