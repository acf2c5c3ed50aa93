// @ts-check
"use strict";

// A Module Environment Record that runs: the compiled body, and what it sees as its host. One for
// each evaluation of a module.

const {
  SafeMap,
  apply,
  asyncContext,
  asyncGeneratorNext,
  generatorNext,
  queueMicrotask,
  reactIn,
} = require("../../intrinsics.cjs");
const { Cell, none } = require("../graph/cell.cjs");
const { compile } = require("../code/code-cache.cjs");
const { Host } = require("./body-host.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { namespaceCell, namespaceOf } = require("../namespace/namespace.cjs");
const { notePositions } = require("../positions/positions.cjs");
const { place } = require("../../report.cjs");

/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {(value: unknown) => void} Setter */
/** An import whose value changes. @typedef {{ number: number, cell: Cell }} Followed */
/**
 * What modules need from the runtime.
 * @typedef {object} Realm
 * @property {(module: SourceTextModule) => object} importMeta
 * @property {(module: SourceTextModule, isCurrent: () => boolean, isGivenUp: () => boolean) => (specifier: unknown, options: unknown) => Promise<unknown>} importCall
 * @property {(module: SourceTextModule, imported: import("../../commonjs/gone-without.cjs").Imported) => Promise<unknown>} importFor what it has imported in vain
 */

/** Most have nothing to follow and nothing to set: functions that are shared. */
const noSetter = () => none;
/** @returns {unknown[]} */
const noExports = () => [];
const nothing = () => {};

class Environment {
  /** The setter of an import of an acyclic body. @type {(number: number) => Setter} */
  setterOf = noSetter;
  /** Initializes, later sets, the imports of a cyclic one. @type {Setter[]} */
  #setters = [];
  /** @type {Generator | AsyncGenerator | null} */
  #generator = null;
  /** @type {(() => void)[]} */
  #subscriptions = [];
  #follows = nothing;
  /** Of a body that returns none. @type {() => unknown[]} */
  #exports = noExports;
  /** Where variables are declared that a pattern of a cyclic body initializes. @type {Generator[]} */
  #variables = [];
  /** How its body ended while another version was tried. @type {(() => void) | null} */
  #late = null;
  /**
   * Of a body with top-level await, the context that it is evaluated in: its importers are, too, whatever store it enters, since V8
   * asks to be told of its end first (ExecuteAsyncModule, 16.2.1.6.1.3.2, steps 9 and 10).
   * @type {import("node:async_hooks").AsyncResource | null}
   */
  #context = null;
  /** Its version was given up: how its body ends is nobody's affair. */
  #isAbandoned = false;

  /** @param {SourceTextModule} module @param {Realm} realm */
  constructor(module, realm) {
    this.module = module;
    this.realm = realm;
    module.body ??= bodyOf(module);
    this.compiled = module.body;
  }

  /** InitializeEnvironment ( ), 16.2.1.7.3.1, from step 8: bindings come into being. */
  initialize() {
    const { module } = this;
    if (!module.isCyclic) return;
    Reflect.apply(this.compiled, undefined, [new Host(this)]);
    module.resolved.forEach((binding, number) => {
      const cell = binding.cell ?? namespaceCell(binding.module);
      this.#followInCycle(cell, number);
    });
    for (const [index, cell] of module.record.cells.entries()) {
      if (cell.kind !== "namespace") continue;
      const source = namespaceCell(module.resolved[/** @type {number} */ (cell.import)].module);
      this.#follow(source, (value) => module.cells[index].initialize(value));
    }
    // The first step hands out `var` names and functions.
    this.#generator?.next();
  }

  /** @param {Cell} cell @param {Setter} setter */
  #follow(cell, setter) {
    if (cell.isLive) this.#subscriptions.push(cell.subscribe(setter));
    if (cell.isInitialized) setter(cell.get());
  }

  /** The first value initializes the variable; those that come after it are pushed without a detour. @param {Cell} cell @param {number} number */
  #followInCycle(cell, number) {
    if (cell.isInitialized) {
      this.#setters[number](cell.get());
      if (cell.isLive) this.#subscriptions.push(cell.subscribe(this.#setters[number]));
      return;
    }
    const place = this.#subscriptions.length;
    const unsubscribe = cell.subscribe((value) => {
      unsubscribe();
      this.#setters[number](value);
      this.#subscriptions[place] = cell.subscribe(this.#setters[number]);
    });
    this.#subscriptions.push(unsubscribe);
  }

  /** What an acyclic body is called with: its host, and the values of all imports, which are initialized by then. */
  #arguments() {
    /** @type {Followed[] | null} */
    let live = null;
    /** @type {unknown[]} */
    const values = [new Host(this)];
    const { resolved } = this.module;
    for (let number = 0; number < resolved.length; number++) {
      const { cell, module } = resolved[number];
      if (!cell) {
        values[number + 1] = namespaceNow(module);
        continue;
      }
      if (cell.isLive) {
        live ??= [];
        live[live.length] = { number, cell };
      }
      values[number + 1] = cell.isInitialized ? cell.get() : undefined;
    }
    if (live) this.#followOnce(live);
    return values;
  }

  /** Once the body has handed out its setters, which it does before anything else. @param {Followed[]} live */
  #followOnce(live) {
    this.#follows = () => {
      for (let index = 0; index < live.length; index++) {
        const { number, cell } = live[index];
        this.#subscriptions[this.#subscriptions.length] = cell.subscribe(this.setterOf(number));
      }
    };
  }

  /** What runs the body; the generator of a cyclic one was begun when it was linked. */
  begin() {
    const generator = this.#generator;
    if (this.module.hasTLA) this.#context = asyncContext();
    // `next` of a suspended async generator runs at once, as an async function does.
    if (generator)
      return { call: this.module.hasTLA ? asyncGeneratorNext : generatorNext, self: generator, values: [] };
    const values = this.#arguments();
    if (!this.module.hasTLA) return { call: this.compiled, self: undefined, values };
    return { call: apply(this.compiled, undefined, values), self: undefined, values: [] };
  }

  /**
   * @param {any} result of the call
   * @param {() => void} [fulfilled] both, with top-level await
   * @param {(error: unknown) => void} [rejected]
   * @returns {boolean} was that the last call?
   */
  end(result, fulfilled, rejected) {
    const { hasTLA } = this.module;
    if (this.#generator) {
      if (!hasTLA) return result.done;
      this.#react(result, fulfilled, rejected);
    } else if (hasTLA) {
      const done = (/** @type {unknown[] | undefined} */ values) => {
        this.#handOut(values);
        fulfilled?.();
      };
      this.#react(result, done, rejected);
    } else {
      this.#handOut(result);
    }
    return true;
  }

  /** @param {Promise<any>} promise @param {((value: any) => void) | undefined} fulfilled @param {((error: unknown) => void) | undefined} rejected */
  #react(promise, fulfilled, rejected) {
    const context = /** @type {import("node:async_hooks").AsyncResource} */ (this.#context);
    this.#context = null;
    reactIn(context, promise, this.#unlessAbandoned(fulfilled), this.#unlessAbandoned(rejected));
  }

  /** @param {((value: any) => void) | undefined} reaction */
  #unlessAbandoned(reaction) {
    return (/** @type {unknown} */ value) => {
      if (this.#isAbandoned) return;
      // Another version is being tried in its place.
      if (this.module.environment !== this) this.#late = () => reaction?.(value);
      else reaction?.(value);
    };
  }

  /** The version that was tried is given up: this one goes on. */
  resume() {
    const late = this.#late;
    this.#late = null;
    late?.();
  }

  /** @param {() => unknown[]} exports of a body that disposes of something when it ends, and so returns nothing */
  endWith(exports) {
    this.#exports = exports;
  }

  /** @param {unknown[] | undefined} returned */
  #handOut(returned) {
    const values = returned ?? this.#exports();
    Cell.initializeAll(this.module.cells, values);
  }

  /** Gives every import its present value: what it comes from was evaluated anew. */
  rebind() {
    this.dispose();
    this.module.resolved.forEach((binding, number) => {
      const { isCyclic } = this.module;
      if (!binding.cell) {
        const setter = isCyclic ? this.#setters[number] : this.setterOf(number);
        setter(namespaceNow(binding.module));
      } else if (isCyclic) {
        this.#followInCycle(binding.cell, number);
      } else {
        this.#follow(binding.cell, this.setterOf(number));
      }
    });
  }

  /** Nothing is pushed to this instance any more. */
  dispose() {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    for (let index = 0; index < subscriptions.length; index++) subscriptions[index]();
  }

  /** Whatever its body still does reaches nobody. */
  abandon() {
    this.#isAbandoned = true;
    this.dispose();
  }

  get isAbandoned() {
    return this.#isAbandoned;
  }

  /** @param {(number: number) => Setter} setterOf */
  adopt(setterOf) {
    this.setterOf = setterOf;
    this.#follows();
  }

  /** @param {number} number @param {() => Generator<Setter>} scope */
  tdz(number, scope) {
    const generator = scope();
    // Runs what the scope holds, the next scope or the body's function, up to `let a = yield …`.
    const setter = apply(generatorNext, generator, []).value;
    this.#setters[number] = (value) => {
      apply(generatorNext, generator, [value]);
      this.#setters[number] = setter;
    };
  }

  /** A variable around the body, in its dead zone until `begin`. @param {number} number @param {() => Generator<undefined>} scope */
  late(number, scope) {
    const generator = scope();
    apply(generatorNext, generator, []);
    this.#variables[number] = generator;
  }

  /** @param {number} number @param {unknown} value */
  beginVariable(number, value) {
    apply(generatorNext, this.#variables[number], [value]);
  }

  /** @param {() => Generator | AsyncGenerator} body */
  adoptBody(body) {
    this.#generator = body();
  }
}

/** @param {ResolvedBinding["module"]} module */
const namespaceNow = (module) => (module.isNative ? namespaceCell(module).get() : namespaceOf(module));

/** @param {Pick<SourceTextModule, "url" | "record" | "isFirst">} module */
function bodyOf({ url, record, isFirst }) {
  notePositions(url, record.code, record.shifts, record.mappings, record.standIns);
  const ahead = isFirst ? compiledAhead.get(url) : undefined;
  return ahead?.record === record ? ahead.body : compile(url, record, isFirst);
}

/** Bodies that were compiled while other modules were loaded, in this turn of the event loop, by URL. @type {Map<string, { record: import("../../../native/addon").JsEsm, body: Function }>} */
const compiledAhead = new SafeMap();

/** @param {import("../../../native/addon").JsEsm} record outside every cycle, as far as is known @param {string} url */
function compileAhead(record, url) {
  try {
    // What nobody has linked by then is not to be kept.
    if (compiledAhead.size === 0) queueMicrotask(() => compiledAhead.clear());
    compiledAhead.set(url, { record, body: compile(url, record, true) });
  } catch {
    // Said when it is linked.
  }
}

/**
 * @param {SourceTextModule} module
 * @param {Realm} realm
 */
function environmentOf(module, realm) {
  try {
    return new Environment(module, realm);
  } catch (error) {
    // What V8 finds and our parser does not: a regular expression, for one.
    const { refusalOfModule } = require("../positions/refused-script.cjs");
    const problem = refusalOfModule(module, /** @type {Error} */ (error));
    const found = new LoadError(module.url, problem);
    place(found, problem);
    place(/** @type {Error} */ (error), problem);
    found.cause = error;
    throw found;
  }
}

module.exports = { Environment, bodyOf, compileAhead, environmentOf };
