// @ts-check
"use strict";

// A facade: a tiny native module at the file's own URL with a variable for every export, which is set from here. Its namespace object is the
// module's.

const { putBack } = require("../../intrinsics.cjs");
const { Cell } = require("../graph/cell.cjs");
const { facadeText } = require("./facade-text.cjs");
const { evaluateNatively } = require("./facade-url.cjs");
const { adoptFormer, isFormer, noteFormer } = require("./former-facades.cjs");
const { PROGRAM, asInternal } = require("../native/internal-source.cjs");
const { asHost, noHost } = require("./hosts.cjs");
const { howToEnter } = require("./how-to-enter.cjs");
const { noteShown } = require("../graph/module-map.cjs");
const { resolveShown } = require("../graph/resolve-shown.cjs");
const { leaveEntry, noteEntry } = require("../positions/stack.cjs");
const { noteSource } = require("./shown-by.cjs");
const { letGoOf, nobody } = require("./without-module.cjs");
const {
  Present,
  PresentOfModules,
  areOwn,
  haveSameNames,
  variablesAtOnce,
  variablesOf,
} = require("./variables.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */
/** @typedef {import("./variables.cjs").Variable} Variable */

/** Those of other modules, each of which has a facade. @type {typeof import("./namespace.cjs")} */
let namespaces;

/** They make facades. @param {typeof namespaces} them */
function useNamespaces(them) {
  namespaces = them;
}

class Facade {
  /** @type {Record<string, unknown> | null} */
  namespace = null;
  isStarted = false;
  /** Has its module other names by now? */
  isOutdated = false;
  /** Has Node been given its text? Then it is Node's to evaluate. */
  isGiven = false;
  /** Does that text? Node refuses it to `require()` for good. */
  awaits = false;
  #isShown = false;
  /** As StagedFacade has one. */
  heir = null;
  /** Called once Node evaluates it. @type {(() => void) | null} */
  onEnter = null;
  /** If it is not the file's own. @type {string | null} */
  url = null;
  /** Of the module that then has Node evaluate it. @type {string | null} */
  bridgeUrl = null;
  /** @type {Variable[]} */
  #variables = [];
  /** Exports of its module's own that these are, and nothing else: versions with the same names share them. @type {unknown} */
  #shown = null;
  /** Its names, which stay. */
  #own = new Present([]);
  /** Of names that nobody exports any more. @type {Variable["binding"] | null} */
  #none = null;
  /** Is the export `module.exports` among them, which is what `require()` gives? */
  #isForRequire = false;
  /** The modules these are of: nearly always the facade's own alone. @type {Set<ModuleRecord>} */
  #sources = new Set();
  /** @type {(number: number, value: unknown) => void} */
  #set = () => {};
  /** @type {((values: unknown[]) => void) | null} */
  #setAll = null;
  /** Of what is written over and over. @type {(number: number) => ((value: unknown) => void) | undefined} */
  #setterOf = () => undefined;
  /** By which the texts that Node was given find it. @type {number[]} */
  #numbers = [];
  /** What it is called where Node evaluates it. */
  #entry = PROGRAM;
  /** @type {(() => void)[]} */
  #subscriptions = [];
  /** Some of its variables are a package's that nobody tells us of: they are looked at whenever it is asked for. */
  hasPolled = false;
  /** What native modules bring by `export *` is their own affair. */
  #hasNativeStars = false;

  /** @param {ModuleRecord} module */
  constructor(module) {
    this.module = module;
    noteShown(module);
  }

  get() {
    if (!this.namespace) this.#run();
    if (this.hasPolled) this.#poll();
    return /** @type {Record<string, unknown>} */ (this.namespace);
  }

  /**
   * The facade as a native importer loads it: it evaluates the module, then shows its exports.
   * Node evaluates it when it sees fit, if at all.
   * @param {string} [url] under which it is loaded
   */
  entered(url = this.module.url) {
    const { withoutAsyncStars } = require("../native/native.cjs");
    const { found, stars } = withoutAsyncStars(() => variablesOf(this.module));
    this.#hasNativeStars = stars.length > 0;
    this.#take(found);
    this.isGiven = true;
    const { number, expression } = asHost(this);
    this.#numbers.push(number);
    this.#entry = this.module.url;
    const enter = howToEnter(this.module);
    this.awaits = enter !== "enter";
    const source = this.#source(expression, url, enter, stars);
    return asInternal(source, this.#entry);
  }

  /**
   * The same, where the facade's text was made without this module, in another thread.
   * @param {string[][]} names for each of its variables
   */
  enteredAs(names) {
    this.#entry = this.module.url;
    this.isGiven = true;
    this.#hasNativeStars = true;
    this.#take(names.map((names) => ({ binding: this.#bindingOf(names[0]), names, from: null })));
    return this;
  }

  /** @param {string} name @returns {Variable["binding"]} */
  #bindingOf(name) {
    const binding = resolveShown(this.module, name);
    // A name that has gone since: a binding that never gets a value.
    return binding && binding !== "ambiguous" ? binding : { module: this.module, cell: new Cell() };
  }

  /** Since Node was given its text what it shows was evaluated anew, or its module stands for another. Not what is a package's variable. */
  #takeNewest() {
    const newest = this.#variables.map((it) =>
      it.from ? it : { ...it, binding: this.#bindingOf(it.names[0]) },
    );
    const isOther = newest.some(({ binding: { cell } }, at) => cell !== this.#variables[at].binding.cell);
    if (isOther) this.#take(newest);
  }

  /** Node has evaluated it, and has it no more. */
  isTakenOut() {
    for (const number of this.#numbers.splice(0)) noHost(number);
  }

  /** Another module has come in the place of its own, which did not link, before Node evaluates it. @param {ModuleRecord} module */
  standFor(module) {
    this.module = module;
    this.onEnter = null;
  }

  /** @param {Variable[]} variables */
  #take(variables) {
    this.#variables = variables;
    this.#shown = null;
    this.#own = new Present(variables);
    this.#sources = new Set();
    for (const { binding } of variables) noteSource(this, this.#sources, binding.module);
    this.hasPolled = variables.some(({ isPolled }) => isPolled);
    this.#isForRequire = variables.some(({ names }) => names.includes("module.exports"));
  }

  /** Shows what they are now. */
  #poll() {
    for (let index = 0; index < this.#variables.length; index++) {
      const { binding, isPolled } = this.#variables[index];
      if (!isPolled || binding.module.status !== "evaluated") continue;
      const { [/** @type {string} */ (binding.name)]: value } = namespaces.namespaceOf(binding.module);
      this.#set(index, value);
    }
  }

  /** @param {Set<ModuleRecord>} evaluated */
  #isConcernedBy(evaluated) {
    if (evaluated.has(this.module)) return true;
    for (const source of this.#sources) if (evaluated.has(source)) return true;
    return false;
  }

  /**
   * A module that throws.
   * @param {unknown} error
   * @param {() => Promise<unknown>} [explained] what it is to throw, once it is evaluated
   */
  static thrower(error, explained) {
    const { expression: host } = asHost({ error, explained });
    return asInternal(explained ? `throw await ${host}.explained()` : `throw ${host}.error`);
  }

  /** Evaluate ( ), on behalf of Node's own evaluation. @returns {Promise<void> | undefined} */
  enter() {
    const { begin, runBodies } = require("../evaluate/evaluate.cjs");
    const giveBack = putBack();
    const around = noteEntry(this.#entry);
    this.onEnter?.();
    this.#takeNewest();
    giveBack?.();
    // A package that it imports imports it in turn: nobody waits for who is being evaluated (ECMA-262 16.2.1.6.1.3.1, step 11.c).
    const isCycle = this.module.status === "evaluating" && this.module.isCyclic;
    const { promise, bodies, finished, failed } = begin(this.module, this.#entry);
    try {
      if (bodies) runBodies(bodies);
      finished();
    } catch (error) {
      failed(error);
    }
    // A member of a cycle has ended, and how, when the root has.
    const root = this.module.cycleRoot ?? this.module;
    const failure = this.module.evaluationError ?? root.evaluationError;
    if (failure) throw failure.error;
    leaveEntry(around);
    return isCycle || root.status === "evaluated" ? undefined : promise;
  }

  #run() {
    const { number, expression } = asHost(this);
    try {
      this.#take(variablesAtOnce(this.module));
      evaluateNatively(this.module, (self) => this.#source(expression, self));
    } finally {
      noHost(number);
    }
  }

  /**
   * @param {string} host
   * @param {string | null} self the specifier the facade knows itself by
   * @param {import("./facade-text.cjs").FacadeText["enter"]} [enter]
   * @param {string[]} [stars]
   */
  #source(host, self, enter = "", stars = []) {
    return facadeText({ host, self, enter, variables: this.#variables, stars });
  }

  /**
   * @param {Record<string, unknown>} namespace
   * @param {(number: number, value: unknown) => void} set
   * @param {((values: unknown[]) => void) | null} [setAll]
   * @param {(number: number) => ((value: unknown) => void) | undefined} [setterOf]
   */
  start(namespace, set, setAll = null, setterOf = undefined) {
    this.isStarted = true;
    this.#set = set;
    this.#setAll = setAll;
    if (setterOf) this.#setterOf = setterOf;
    if (namespace) this.adopt(namespace);
  }

  /** @param {Record<string, unknown>} namespace */
  adopt(namespace) {
    this.namespace = namespace;
  }

  /** For each of its variables, if each can be set, and none is written over and over. @returns {string[][] | null} */
  plainNames() {
    const isPlain = this.#variables.every(({ from, binding }) => !from && !binding.cell?.isCounted);
    return isPlain ? this.#variables.map(({ names }) => names) : null;
  }

  /** What Node has loaded besides, and nobody imports again. Null: it is no facade of a data: URL. */
  companions() {
    return this.bridgeUrl ? [this.bridgeUrl] : null;
  }

  /** Of a module that threw: then its variables stay in their dead zone. */
  get hasFailed() {
    return this.isGiven && this.isStarted && !this.#isShown;
  }

  /** The value of a `let`. @param {number} index */
  next(index) {
    this.#isShown = true;
    const cell = this.#follow(index);
    return cell.isInitialized ? cell.get() : undefined;
  }

  /** What a variable that is written calls. @param {number} index @returns {(value: unknown) => void} */
  #sinkOf(index) {
    if (isFormer(this)) return Facade.#weakSink(new WeakRef(this), index);
    return this.#setterOf(index) ?? ((value) => this.#set(index, value));
  }

  /**
   * It is no reason to keep a facade. (A function of its own: V8 keeps for a closure what its neighbours need.)
   * @param {WeakRef<Facade>} self
   * @param {number} index
   * @returns {(value: unknown) => void}
   */
  static #weakSink(self, index) {
    return (value) => {
      const facade = self.deref();
      if (facade) facade.#set(index, value);
    };
  }

  /** @param {number} index */
  #follow(index) {
    const { binding } = this.#variables[index];
    const cell = binding.cell ?? namespaces.namespaceCell(binding.module);
    if (cell.isLive) {
      const subscriptions = this.#subscriptions;
      subscriptions[subscriptions.length] = cell.subscribe(this.#sinkOf(index));
    }
    return cell;
  }

  /**
   * The usual case, without putting anything together: all names are the module's own, one a variable, and
   * what they were.
   */
  #showOwn() {
    const module = /** @type {import("../graph/module-record.cjs").SourceTextModule} */ (this.module);
    if (!module.isSourceText || module.reexports) return false;
    const variables = this.#variables;
    const { cells, record } = module;
    if (this.#shown !== record.locals && !areOwn(variables, record)) return false;
    this.#shown = record.locals;
    if (this.#sources.size > 1 || !this.#sources.has(module)) this.#sources = new Set([module]);
    for (let index = 0; index < variables.length; index++)
      variables[index].binding = { module, cell: cells[index] };
    const values = this.#setAll && Cell.constants(cells);
    if (values) this.#setAll?.(values);
    else for (let index = 0; index < variables.length; index++) this.#show(index);
    return true;
  }

  /**
   * Modules were evaluated anew. With the same names the namespace stays and its variables are set;
   * with others there must be another one.
   * @param {Set<ModuleRecord>} evaluated
   * @param {PresentOfModules} [shown] what is known by now of what modules export
   */
  refresh(evaluated, shown = new PresentOfModules()) {
    if (!this.#isConcernedBy(evaluated)) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions = [];
    if (this.#showOwn()) {
      this.#none = null;
      // It is the module's, as before, and `require()` gives the namespace of it.
      const isAsBefore = !this.isOutdated && this.module.facade === this && !this.#isForRequire;
      return isAsBefore ? undefined : adoptFormer(this, this.#variables);
    }
    const now = this.#hasNativeStars ? new Present(this.#present()) : shown.of(this.module);
    const isInOrder = haveSameNames(now.variables, this.#variables);
    if (!isInOrder && now.shape !== this.#own.shape) {
      noteFormer(this);
      this.#showRemaining(now);
      return;
    }
    adoptFormer(this, this.#variables);
    this.#none = null;
    const present = this.#variables.map(({ names: [first], from }, index) => {
      const variable = isInOrder ? now.variables[index] : now.get(first);
      return { .../** @type {Variable} */ (variable), from };
    });
    this.#take(present);
    for (let index = 0; index < this.#variables.length; index++) this.#show(index);
  }

  /** What the module's variables are now. */
  #present() {
    const known = new Set(this.#hasNativeStars ? this.#variables.map(({ names }) => names[0]) : []);
    return variablesOf(this.module).filter(
      ({ binding, names }) => !(this.#hasNativeStars && binding.module.isNative && !known.has(names[0])),
    );
  }

  /** Its module has left: what it shows stays, and nothing else is kept of that. */
  letGo() {
    // Node is evaluating it.
    if (this.hasFailed) return;
    this.module = nobody;
    this.#none = null;
    this.#shown = null;
    this.#sources = new Set();
    letGoOf(this.#variables);
  }

  /** Has it the names that its module has now? */
  fits() {
    return new Present(this.#present()).shape === this.#own.shape;
  }

  /** @param {number} index */
  #show(index) {
    if (this.#variables[index].from) return;
    const cell = this.#follow(index);
    // What is not evaluated yet shows what it was until then.
    if (cell.isInitialized) this.#set(index, cell.get());
  }

  /**
   * Names that are left show what they are now, those that are gone nothing. Each save does this for all facades that a module
   * ever had: nothing is made anew.
   * @param {Present} present
   */
  #showRemaining(present) {
    if (this.#none?.module !== this.module) this.#none = { module: this.module, cell: new Cell() };
    this.#sources.clear();
    this.hasPolled = false;
    for (let index = 0; index < this.#variables.length; index++) {
      const variable = this.#variables[index];
      const binding = present.get(variable.names[0])?.binding;
      const isGone = !binding && !variable.from && variable.binding !== this.#none;
      variable.binding = binding ?? this.#none;
      variable.isPolled = false;
      noteSource(this, this.#sources, variable.binding.module);
      if (binding) this.#show(index);
      else if (isGone) this.#set(index, undefined);
    }
  }
}

module.exports = { Facade, useNamespaces };
