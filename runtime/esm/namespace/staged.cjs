// @ts-check
"use strict";

// Namespaces that can be seen before their modules are evaluated, or while they are (10.4.6.8,
// [[Get]] of a binding that is not initialized): those of modules in an import cycle, and of what
// such modules import. Each exported variable is a tiny native module of its own, and the facade
//
//   export {v as a} from "data:…,export let v=…";
//   export {v as b} from "data:…,export let v=…";
//
// is linked and not evaluated: a namespace with true `<uninitialized>` names. A variable's module is
// evaluated when the variable is initialized. `var`s and functions have values from the beginning.

const { pathToFileURL } = require("node:url");
const { putBack } = require("../../intrinsics.cjs");
const { compileNatively, dataUrl, linkedNamespaces } = require("../native/bridge.cjs");
const { Cell } = require("../graph/cell.cjs");
const { reexport } = require("./facade-text.cjs");
const { adoptFormer, noteFormer } = require("./former-facades.cjs");
const { asHost, noHost } = require("./hosts.cjs");
const { noteShown } = require("../graph/module-map.cjs");
const { namespaceCell } = require("./namespace.cjs");
const { noteGiven } = require("./released-facades.cjs");
const { noteSource } = require("./shown-by.cjs");
const { Present, PresentOfModules, variablesAtOnce, variablesOf } = require("./variables.cjs");
const { letGoOf, nobody } = require("./without-module.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */
/** @typedef {import("./variables.cjs").Variable} Variable */

/** So many variables stand in one text: with each import Node parses the URL that imports, which is that text. */
const MOST = 100;

/** A variable of a facade, and the native module it is. */
class Stage {
  #number;
  /** Set by the native module. @type {(value: unknown) => void} */
  set = () => {};
  /** @type {unknown} */
  value = undefined;
  isOpen = false;

  constructor() {
    const { number, expression } = asHost(this);
    this.#number = number;
    this.url = dataUrl(`const s=${expression};export let v=s.value;s.set=(x)=>{v=x}`);
  }

  /** What has Node evaluate it. */
  get bridge() {
    return `${__dirname}/.heatsync-stage-${this.#number}.mjs`;
  }

  /** @param {unknown} value */
  put(value) {
    if (this.isOpen) return this.set(value);
    this.isOpen = true;
    this.value = value;
    const giveBack = putBack();
    compileNatively(`import ${JSON.stringify(this.url)}`, this.bridge);
    giveBack?.();
    this.value = undefined;
    noHost(this.#number);
  }
}

class StagedFacade {
  /** @type {Record<string, unknown> | null} */
  namespace = null;
  /** Node does not evaluate it. */
  hasFailed = false;
  isOutdated = false;
  /** @type {(() => void)[]} */
  #subscriptions = [];
  /** Its names, which stay. */
  #shape;
  /** Whose it is to be. @type {ModuleRecord | null} */
  heir = null;

  /** @param {ModuleRecord} module */
  constructor(module) {
    this.module = module;
    noteShown(module);
    this.variables = variablesAtOnce(module);
    this.#shape = new Present(this.variables).shape;
    this.stages = this.variables.map(() => new Stage());
  }

  get() {
    return /** @type {Record<string, unknown>} */ (this.namespace);
  }

  get url() {
    return dataUrl(this.source());
  }

  /** As `Facade#companions`; null: some of it is still to be evaluated. */
  companions() {
    if (!this.stages.every(({ isOpen }) => isOpen)) return null;
    return this.stages.flatMap(({ url, bridge }) => [url, pathToFileURL(bridge).href]);
  }

  source() {
    const parts = this.variables.map(({ names, from }, index) => {
      const own = { clause: JSON.stringify(this.stages[index].url), name: "v" };
      return reexport({ names, from: from ?? own });
    });
    if (parts.length <= MOST) return parts.join("");
    const texts = [];
    for (let from = 0; from < parts.length; from += MOST) {
      const names = this.variables.slice(from, from + MOST).flatMap((it) => it.names);
      const url = dataUrl(parts.slice(from, from + MOST).join(""));
      texts.push(`export{${names.map((name) => JSON.stringify(name))}}from ${JSON.stringify(url)};`);
    }
    return texts.join("");
  }

  follow() {
    const sources = new Set();
    for (const [index, { binding, from }] of this.variables.entries()) {
      noteSource(this, sources, binding.module);
      if (from) continue;
      const stage = this.stages[index];
      const cell = binding.cell ?? namespaceCell(binding.module);
      if (cell.isInitialized) stage.put(cell.get());
      if (cell.isLive) this.#subscriptions.push(cell.subscribe((value) => stage.put(value)));
    }
  }

  /**
   * Modules were evaluated anew. With the same names the namespace stays.
   * @param {Set<ModuleRecord>} evaluated
   * @param {PresentOfModules} [shown]
   */
  refresh(evaluated, shown = new PresentOfModules()) {
    const isConcerned = this.variables.some(({ binding }) => evaluated.has(binding.module));
    if (!isConcerned && !evaluated.has(this.module)) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions = [];
    const now = shown.of(this.module);
    if (now.shape !== this.#shape) {
      noteFormer(this);
      this.#showRemaining(now);
      return;
    }
    adoptFormer(this, this.variables);
    this.variables = this.variables.map((old) => ({
      .../** @type {Variable} */ (now.get(old.names[0])),
      from: old.from,
    }));
    this.follow();
  }

  /** Has it the names that its module has now? Or another one? */
  fits(module = this.module) {
    return new Present(variablesOf(module)).shape === this.#shape;
  }

  /** Its module has left: what it shows stays, and nothing else is kept of that. */
  letGo() {
    this.module = nobody;
    letGoOf(this.variables);
  }

  /** @param {ModuleRecord} module the one that takes its module's place, unless yet another is to do so */
  pass(module) {
    if (this.heir !== module) return;
    this.heir = null;
    this.module = module;
    noteShown(module);
    this.refresh(new Set([module]));
  }

  /** Names that are left show what they are now, those that are gone nothing. @param {import("./variables.cjs").Present} present */
  #showRemaining(present) {
    const none = { module: this.module, cell: new Cell() };
    this.variables = this.variables.map(({ names, from }, index) => {
      const binding = present.get(names[0])?.binding;
      if (!binding && !from) this.stages[index].put(undefined);
      return { binding: binding ?? none, names, from };
    });
    this.follow();
  }
}

/**
 * Gives modules namespaces that show what is initialized.
 * @param {ModuleRecord[]} all
 * @param {Map<string, ModuleRecord> | null} predecessors by URL: with the same names a module has the namespace of the one whose place
 *   it is to take. Node keeps each that it was given, and what is in it
 */
function stage(all, predecessors) {
  const modules = predecessors
    ? all.filter((module) => !inherits(module, predecessors.get(module.url)))
    : all;
  if (modules.length === 0) return;
  const facades = modules.map((module) => new StagedFacade(module));
  const urls = facades.map(({ url }) => url);
  noteGiven(...urls);
  const namespaces = linkedNamespaces(urls.map((url) => JSON.stringify(url)));
  facades.forEach((facade, index) => {
    facade.namespace = namespaces[index];
    facade.module.facade = facade;
  });
  for (const facade of facades) facade.follow();
}

/**
 * Once the first of these is evaluated, the namespaces that they have of those whose places they take show them. Until then they
 * show what runs.
 * @param {[StagedFacade, ModuleRecord][]} heirs
 * @param {Iterable<ModuleRecord>} modules
 */
function passLater(heirs, modules) {
  if (heirs.length === 0) return;
  for (const [facade, module] of heirs) facade.heir = module;
  const succession = () => {
    const giveBack = putBack();
    for (const [facade, module] of heirs.splice(0)) facade.pass(module);
    giveBack?.();
  };
  for (const module of modules) module.succession = succession;
}

/** @param {ModuleRecord} module @param {ModuleRecord | undefined} predecessor */
function inherits(module, predecessor) {
  const facade = predecessor?.facade;
  if (!(facade instanceof StagedFacade && facade.fits(module))) return false;
  module.facade = facade;
  return true;
}

module.exports = { StagedFacade, passLater, stage };
