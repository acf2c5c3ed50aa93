// @ts-check
"use strict";

// Namespace objects (ECMA-262 10.4.6), real ones: each is that of a facade, a tiny native module
// at the file's own URL with a variable for every export, which is set from here.
//
// The namespace of a module in a cycle can be seen while it is evaluated, with names that are not
// initialized yet. There the facade drives: evaluating it evaluates the module, and each of its
// `let`s waits for the module's own declaration.

const Module = require("node:module");
const { Cell } = require("./cell.cjs");
const { facadeText } = require("./facade-text.cjs");
const { PROGRAM, asInternal } = require("./internal-source.cjs");
const { noteEntry } = require("./stack.cjs");

/** @typedef {import("./module-record.cjs").Module} ModuleRecord */
/** @typedef {import("./module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {{ binding: ResolvedBinding, names: string[], isHoisted: boolean }} Variable */

const FACADES = Symbol.for("heatsync-rs.esm.facades");
/** @type {Map<number, Facade>} */
const waiting = new Map();
let count = 0;
Object.defineProperty(globalThis, FACADES, {
  configurable: true,
  value: (/** @type {number} */ number) => waiting.get(number),
});

class Facade {
  /** @type {Record<string, unknown> | null} */
  namespace = null;
  cell = new Cell();
  isStarted = false;
  /** @type {Variable[]} */
  #variables = [];
  /** @type {(number: number, value: unknown) => void} */
  #set = () => {};
  /** @type {(() => void) | null} */
  #requested = null;
  /** What it is called where Node evaluates it. */
  #entry = PROGRAM;
  /** @type {(() => void)[]} */
  #subscriptions = [];
  /** What native modules bring by `export *` is their own affair. */
  #hasNativeStars = false;

  /** @param {ModuleRecord} module @param {boolean} isDriven */
  constructor(module, isDriven) {
    this.module = module;
    this.isDriven = isDriven;
  }

  /** Evaluates the module by evaluating the facade. @param {() => void} requested */
  drive(requested) {
    this.#requested = requested;
    this.#run();
    this.isDriven = false;
  }

  get() {
    if (!this.namespace) this.#run();
    return /** @type {Record<string, unknown>} */ (this.namespace);
  }

  /**
   * The facade as a native importer loads it: it evaluates the module, then shows its exports.
   * Node evaluates it when it sees fit, if at all.
   */
  entered() {
    const variables = variablesOf(this.module, false);
    this.#variables = variables;
    const number = ++count;
    waiting.set(number, this);
    this.#entry = this.module.url;
    const source = this.#source(number, this.module.url, isAsync(this.module) ? "wait" : "enter");
    return asInternal(source, this.#entry);
  }

  /**
   * The same, where the facade's text was made without this module, in another thread.
   * @param {string[][]} names for each of its variables
   */
  enteredAs(names) {
    this.#entry = this.module.url;
    this.#hasNativeStars = true;
    this.#variables = names.map((names) => {
      const binding = this.module.resolveExport(names[0]);
      // A name that has gone since: a binding that never gets a value.
      const none = { module: this.module, cell: new Cell() };
      return { binding: binding && binding !== "ambiguous" ? binding : none, names, isHoisted: false };
    });
    return this;
  }

  /** A module that throws. @param {unknown} error */
  static thrower(error) {
    const number = ++count;
    waiting.set(number, /** @type {any} */ ({ error }));
    return asInternal(
      `throw globalThis[Symbol.for(${JSON.stringify(FACADES.description)})](${number}).error`,
    );
  }

  /** Evaluate ( ), on behalf of Node's own evaluation. @returns {Promise<void> | undefined} */
  enter() {
    const { begin, runBodies } = require("./evaluate.cjs");
    noteEntry(this.#entry);
    const { promise, bodies, finished, failed } = begin(this.module, this.#entry);
    try {
      if (bodies) runBodies(bodies);
      finished();
    } catch (error) {
      failed(error);
    }
    if (this.module.evaluationError) throw this.module.evaluationError.error;
    return this.module.status === "evaluated" ? undefined : promise;
  }

  #run() {
    this.#variables = variablesOf(this.module, this.isDriven);
    const number = ++count;
    waiting.set(number, this);
    try {
      evaluateNatively(this.module, (self) => this.#source(number, self));
    } finally {
      waiting.delete(number);
    }
  }

  /**
   * @param {number} number
   * @param {string | null} self the specifier the facade knows itself by
   * @param {import("./facade-text.cjs").FacadeText["enter"]} [enter]
   */
  #source(number, self, enter = "") {
    const host = `globalThis[Symbol.for(${JSON.stringify(FACADES.description)})](${number})`;
    return facadeText({ host, self, enter, variables: this.#variables });
  }

  /** @param {Record<string, unknown>} namespace @param {(number: number, value: unknown) => void} set */
  start(namespace, set) {
    this.isStarted = true;
    this.#set = set;
    if (namespace) this.adopt(namespace);
    this.#variables.forEach((variable, index) => {
      if (variable.isHoisted) this.#follow(index);
    });
    this.#requested?.();
  }

  /** @param {Record<string, unknown>} namespace */
  adopt(namespace) {
    this.namespace = namespace;
    this.cell.initialize(namespace);
  }

  /** The value of a `let`, once it has one. @param {number} index */
  next(index) {
    const { binding } = this.#variables[index];
    const { cell } = binding;
    if (this.isDriven && cell && binding.module === this.module) {
      while (!cell.isInitialized && !sourceOf(this.module).step());
    }
    return this.#follow(index);
  }

  /** The rest of the body. */
  end() {
    if (this.isDriven) while (!sourceOf(this.module).step());
  }

  /** @param {number} index */
  #follow(index) {
    const { binding, isHoisted } = this.#variables[index];
    const cell = binding.cell ?? namespaceCell(binding.module);
    if (cell.isLive) this.#subscriptions.push(cell.subscribe((value) => this.#set(index, value)));
    if (!cell.isInitialized) return undefined;
    if (isHoisted) this.#set(index, cell.get());
    return cell.get();
  }

  /**
   * Modules were evaluated anew. With the same names the namespace stays and its variables are set;
   * with others there must be another one.
   * @param {Set<ModuleRecord>} evaluated
   */
  refresh(evaluated) {
    const isConcerned = this.#variables.some(({ binding }) => evaluated.has(binding.module));
    if (!isConcerned && !evaluated.has(this.module)) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions = [];
    const variables = variablesOf(this.module, false).filter(
      ({ binding }) => !(this.#hasNativeStars && binding.module.isNative),
    );
    if (shapeOf(variables) !== shapeOf(this.#variables)) {
      this.module.facade = null;
      return;
    }
    this.#variables = this.#variables.map((old) => ({
      .../** @type {Variable} */ (variables.find(({ names }) => names[0] === old.names[0])),
      isHoisted: true,
    }));
    this.#variables.forEach((_, index) => void this.#follow(index));
  }
}

/** Which names are one binding. @param {Variable[]} variables */
function shapeOf(variables) {
  return JSON.stringify(variables.map(({ names }) => [...names].sort()).sort());
}

/** @param {ModuleRecord} module @returns {import("./environment.cjs").Environment} */
function sourceOf(module) {
  return /** @type {any} */ (module).environment;
}

/**
 * GetModuleNamespace ( module ), 16.2.1.10: every name that resolves, one variable a binding.
 * @param {ModuleRecord} module
 * @param {boolean} isDriven
 * @returns {Variable[]}
 */
function variablesOf(module, isDriven) {
  /** @type {Variable[]} */
  const variables = [];
  for (const name of module.getExportedNames()) {
    const binding = module.resolveExport(name);
    if (!binding || binding === "ambiguous") continue;
    const known = variables.find(
      (other) => other.binding.cell === binding.cell && other.binding.module === binding.module,
    );
    if (known) known.names.push(name);
    else variables.push({ binding, names: [name], isHoisted: isDriven && isSet(binding) });
  }
  // In the order of their declarations.
  const cells = /** @type {Cell[]} */ (/** @type {any} */ (module).cells ?? []);
  const place = (/** @type {Variable} */ { binding }) =>
    binding.cell && cells.includes(binding.cell) ? cells.indexOf(binding.cell) : cells.length;
  return variables.sort((a, b) => place(a) - place(b));
}

/** Functions, `var`s and namespaces have values before anything runs. @param {ResolvedBinding} binding */
function isSet({ cell }) {
  return !cell || cell.isInitialized;
}

/**
 * @param {ModuleRecord} module
 * @returns {Record<string, unknown>}
 */
function namespaceOf(module) {
  const native = /** @type {any} */ (module);
  if (native.nativeNamespace) return native.nativeNamespace();
  module.facade ??= new Facade(module, false);
  return module.facade.get();
}

/**
 * A namespace as a binding: that of a module in a cycle comes to be when its evaluation begins.
 * @param {ModuleRecord} module
 */
function namespaceCell(module) {
  if (module.facade?.isDriven) return module.facade.cell;
  const cell = new Cell();
  cell.initialize(namespaceOf(module));
  return cell;
}

/**
 * The file's own URL can be taken once; a module with a query, or whose names changed, has a
 * facade in a data: URL, which can't name itself.
 * @param {ModuleRecord} module
 * @param {(self: string | null) => string} source
 */
function evaluateNatively(module, source) {
  const file = /** @type {any} */ (module).file;
  const facade = /** @type {Facade} */ (module.facade);
  // The URL of a JSON file is that of what is imported without attributes: Node's error.
  const isOwn = file && /** @type {any} */ (module).record;
  if (isOwn && !taken.has(file) && !/[?#]/.test(module.url.slice(module.url.lastIndexOf("/")))) {
    taken.add(file);
    try {
      compileNatively(source(module.url), file);
    } catch (error) {
      if (facade.isStarted) throw error;
    }
    // Else Node itself has, or had, something under this URL.
    if (facade.isStarted) return;
  }
  const data = `data:text/javascript,${encodeURIComponent(asInternal(source(null)))}`;
  const number = ++count;
  const bridge = `import * as namespace from ${JSON.stringify(data)};globalThis[Symbol.for(${JSON.stringify(FACADES.description)})](${number}).adopt(namespace);`;
  waiting.set(number, facade);
  try {
    compileNatively(bridge, `${process.cwd()}/.heatsync-facade-${number}.mjs`);
  } finally {
    waiting.delete(number);
  }
}

/** Files whose URL has a facade. @type {Set<string>} */
const taken = new Set();

/**
 * Compiles, links and evaluates a native ES module, at once. Only what has no top-level await.
 * @param {string} source
 * @param {string} file
 */
function compileNatively(source, file) {
  const module = /** @type {any} */ (new Module(file));
  module.filename = file;
  module.paths = [];
  module._compile(asInternal(source), file, "module");
}

/** The facade at this file's URL is Node's to load. @param {string} file */
function claim(file) {
  taken.add(file);
}

/** Does it, or does anything it imports, await at the top level? @param {ModuleRecord} module @param {Set<ModuleRecord>} [seen] @returns {boolean} */
function isAsync(module, seen = new Set()) {
  if (seen.has(module)) return false;
  seen.add(module);
  return module.hasTLA || module.requested.some((required) => isAsync(required, seen));
}

module.exports = { Facade, claim, isAsync, compileNatively, namespaceCell, namespaceOf, variablesOf };
