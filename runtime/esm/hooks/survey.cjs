// @ts-check
"use strict";

// What a facade's text must say of a module: its names. Found by reading the files alone, for a thread
// that runs none of them.

const { pathToFileURL } = require("node:url");
const { Cell } = require("../graph/cell.cjs");
const { Module, SourceTextModule } = require("../graph/module-record.cjs");
const { variablesOf } = require("../namespace/variables.cjs");
const { recordOf } = require("../graph/record.cjs");
const { placeOf } = require("../graph/request-key.cjs");

const { parse } = JSON;

/** @typedef {import("../../../native/addon").EsmLoader} EsmLoader */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {{ names: string[], from: null }} Variable */

/**
 * @param {EsmLoader} loader
 * @param {string} file
 * @param {string} url
 * @param {boolean} isDeep the whole graph is looked at. Else what names come from alone: the program's thread finds out
 *   whether the rest is good, and would wait for us to have read it all.
 * @returns {{ variables: Variable[], stars: string[] } | null} null: Node has something
 *   to say of a module that was looked at
 */
function survey(loader, file, url, isDeep) {
  /** @type {Map<string, Module>} */
  const known = new Map();
  /** @type {Set<string>} */
  const stars = new Set();
  /** @type {Module | undefined} */
  let root;

  /** @param {string} file @param {string} url @returns {Module} */
  const visit = (file, url) => {
    const key = new URL(url).href;
    const found = known.get(key);
    if (found) return found;
    const record = recordOf(loader.load(file, false, []));
    if (!("parameters" in record)) throw UNREADABLE;
    if (record.usesPhases) return new Module(url);
    const module = new SourceTextModule(url, file, record);
    root ??= module;
    known.set(key, module);
    const sources = new Set([...record.stars, ...record.indirect.map((entry) => entry.request)]);
    module.requested = record.requests.map((request, index) => {
      if (request.target === "module" && request.file && (isDeep || sources.has(index))) {
        return visit(request.file, request.url ?? pathToFileURL(request.file).href + (request.suffix ?? ""));
      }
      const named = record.indirect.flatMap((entry) => (entry.request === index ? (entry.name ?? []) : []));
      if (request.target !== "native" || !record.stars.includes(index))
        return new Unread(request.specifier, named);
      const passedOn = namesOf(loader, request);
      if (passedOn) return new Unread(request.specifier, named, passedOn);
      const native = nativeUrl(request, module === root);
      if (native) stars.add(native);
      return new Unread(request.specifier, named);
    });
    return module;
  };

  if (isDeep) loader.loadAhead(file);
  try {
    const module = visit(file, url);
    // What has phases is Node's.
    if (!(module instanceof SourceTextModule)) return null;
    const variables = variablesOf(module).map(({ names }) => ({ names, from: null }));
    return { variables, stars: [...stars] };
  } catch (error) {
    if (error === UNREADABLE) return null;
    throw error;
  } finally {
    loader.forgetAhead();
  }
}

/** A module of Node's: it is taken to have what is exported of it by name. */
class Unread extends Module {
  /** @type {Map<string, Cell>} */
  #cells;

  #passedOn;

  /** @param {string} url @param {string[]} names @param {string[]} [passedOn] what `export *` finds there */
  constructor(url, names, passedOn = []) {
    super(url);
    this.#cells = new Map([...passedOn, ...names].map((name) => [name, new Cell()]));
    this.#passedOn = passedOn;
  }

  /** @override */
  getExportedNames() {
    return this.#passedOn;
  }

  /** @override @param {string} name */
  resolveExport(name) {
    const cell = this.#cells.get(name);
    return cell ? { module: this, cell } : null;
  }
}

/**
 * The names of what is a package's, if its files tell: a facade that says `export *` itself has V8 evaluate the package before what
 * stands before it, and where something does not link.
 * @param {EsmLoader} loader
 * @param {JsRequest} request
 * @returns {string[] | null}
 */
function namesOf(loader, request) {
  const file = placeOf(request);
  if (!file || file.startsWith("data:") || !/^node:|\.[cm]?js$/.test(file)) return null;
  const { namesOfPackage } = require("../link/names-of-package.cjs");
  /** @type {import("../link/names-of-package.cjs").Loader} */
  const reader = {
    commonjsNames: (file) => {
      const names = loader.commonjsNames(file);
      return typeof names === "string" ? parse(names) : names;
    },
    isModule: (file) => loader.isModule(file),
    load: (file) => recordOf(loader.load(file, false, [])),
  };
  return namesOfPackage(reader, file);
}

const UNREADABLE = new Error("a module of the graph is no module");

/**
 * What the facade writes after `from`.
 * @param {JsRequest} request
 * @param {boolean} isRoot is it the facade's own module that requests it?
 */
function nativeUrl(request, isRoot) {
  const { specifier, suffix = "" } = request;
  const file = placeOf(request);
  if (!file) return isRoot ? specifier : null;
  return /^(node|data):/.test(file) ? file : pathToFileURL(file).href + suffix;
}

module.exports = { survey };
