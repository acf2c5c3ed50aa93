// @ts-check
"use strict";

// What a module's compiled body has of the runtime.

const vm = require("node:vm");
const { evalCode } = require("../../../native/load.cjs");
const destructuring = require("./destructuring.cjs");

/** @typedef {import("../graph/cell.cjs").Cell} Cell */
/** @typedef {import("./environment.cjs").Environment} Environment */
/** @typedef {(value: unknown) => void} Setter */

/** %eval%: code is treated for it, not for what somebody may put in its place. */
const intrinsicEval = Reflect.get(globalThis, "eval");

/** What a body sees as `$h`; the names are the transform's (src/transform/preamble.rs). */
class Host {
  /** @type {Environment} */
  #environment;
  /** Those of this version. @type {Cell[]} */
  #live = [];

  /** @param {Environment} environment */
  constructor(environment) {
    this.#environment = environment;
  }
  /** @param {(number: number) => Setter} setterOf */
  set(setterOf) {
    this.#environment.adopt(setterOf);
  }
  /** @param {number} number @param {() => unknown} read @param {(sink: Setter) => void} install */
  live(number, read, install) {
    const cell = this.#environment.module.cells[number];
    this.#live[number] = cell;
    cell.connect(read, install, false);
  }
  /** … as long as nothing was installed there. @param {number} number @param {unknown} value */
  push(number, value) {
    this.#live[number].push(value);
  }
  /** @param {() => unknown[]} exports */
  last(exports) {
    this.#environment.endWith(exports);
  }
  /** @param {number} number @param {() => Generator<Setter>} scope */
  tdz(number, scope) {
    this.#environment.tdz(number, scope);
  }
  /** @param {number} number @param {() => Generator<undefined>} scope */
  late(number, scope) {
    this.#environment.late(number, scope);
  }
  /** @param {number} number @param {unknown} value */
  begin(number, value) {
    this.#environment.beginVariable(number, value);
  }
  /** @param {() => Generator | AsyncGenerator} body */
  body(body) {
    this.#environment.adoptBody(body);
  }
  get init() {
    const { cells } = this.#environment.module;
    return (/** @type {number} */ number, /** @type {unknown} */ value) => cells[number].initialize(value);
  }
  meta() {
    return this.#environment.realm.importMeta(this.#environment.module);
  }
  get import() {
    const environment = this.#environment;
    const { module, realm } = environment;
    return realm.importCall(
      module,
      () => module.environment === environment,
      () => environment.isAbandoned,
    );
  }
  /**
   * What is put around the code of a direct eval. The `eval` it is given to may be somebody's own.
   * @param {import("../../../native/addon").JsEvalSite[]} sites
   */
  eval(sites) {
    return (/** @type {number} */ site, /** @type {unknown} */ code) => {
      if (typeof code !== "string" || Reflect.get(globalThis, "eval") !== intrinsicEval) return code;
      const { inFunction } = sites[site];
      // A function's in V8's eyes; in a module it is nobody's.
      if (!inFunction && /new\s*\.\s*target/.test(code)) refuseNewTarget(code);
      return evalCode(code, sites[site]) ?? code;
    };
  }
  /** A module has no `arguments`: a global of that name, or what V8 says of none. */
  get arguments() {
    const value = () => {
      if ("arguments" in globalThis) return Reflect.get(globalThis, "arguments");
      throw new ReferenceError("arguments is not defined");
    };
    // For `typeof`, which does not mind.
    return Object.defineProperty(value, "v", {
      __proto__: null,
      get: () => Reflect.get(globalThis, "arguments"),
    });
  }
  /** @returns {never} */
  constant() {
    throw new TypeError("Assignment to constant variable.");
  }
  /** The `name` of `export default function () {}`. @param {Function} value */
  named(value) {
    return Object.defineProperty(value, "name", { __proto__: null, value: "default", configurable: true });
  }
}

Object.assign(Host.prototype, destructuring);

/**
 * V8's words for `new.target` where no function is around it. It is Script code that does not parse, so nothing of it is run.
 * @param {string} code
 */
function refuseNewTarget(code) {
  if (isScript(`"use strict";${code}`) || isScript(code)) return;
  intrinsicEval(code);
}

/** @param {string} code */
function isScript(code) {
  try {
    return Boolean(new vm.Script(code));
  } catch {
    return false;
  }
}

module.exports = { Host };
