// @ts-check
"use strict";

// The names of a namespace, one variable a binding.

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {{ binding: ResolvedBinding, names: string[], from: import("./facade-text.cjs").From | null, isPolled?: boolean }} Variable */

/** The usual case, which is seen without putting a text together. @param {Variable[]} some @param {Variable[]} others */
function haveSameNames(some, others) {
  if (some.length !== others.length) return false;
  return some.every(({ names }, index) => {
    const { names: other } = others[index];
    return names.length === other.length && names.every((name, at) => name === other[at]);
  });
}

/** Which names are one binding. @param {Variable[]} variables */
function shapeOf(variables) {
  return JSON.stringify(variables.map(({ names }) => [...names].sort()).sort());
}

/**
 * GetModuleNamespace ( module ), 16.2.1.10: every name that resolves, one variable a binding.
 * @param {ModuleRecord} module
 * @returns {Variable[]}
 */
function variablesOf(module) {
  /** By the binding: a cell is one module's, what has none is a module's namespace. @type {Map<object, Variable>} */
  const variables = new Map();
  for (const [name, binding] of module.resolvedExports()) {
    const known = variables.get(binding.cell ?? binding.module);
    if (known) known.names.push(name);
    else {
      const from = binding.module.variableOf(binding.name);
      variables.set(binding.cell ?? binding.module, { binding, names: [name], from });
    }
  }
  return [...variables.values()];
}

/**
 * The same, for what is compiled and linked at once: that can import nothing that awaits. What a package with top-level
 * await writes is looked at whenever somebody imports the namespace.
 * @param {ModuleRecord} module
 */
function variablesAtOnce(module) {
  const variables = variablesOf(module);
  for (let index = 0; index < variables.length; index++) {
    const { binding, from } = variables[index];
    if (!from || !binding.module.hasTLA) continue;
    variables[index].from = null;
    variables[index].isPolled = true;
  }
  return variables;
}

/** What a module exports now: each of its facades, and of former ones there may be many, asks for the same. */
class Present {
  /** @type {Map<string, Variable> | null} */
  #byName = null;
  /** @type {string | null} */
  #shape = null;

  /** @param {Variable[]} variables */
  constructor(variables) {
    this.variables = variables;
  }

  get shape() {
    this.#shape ??= shapeOf(this.variables);
    return this.#shape;
  }

  /** @param {string} name @returns {Variable | undefined} */
  get(name) {
    this.#byName ??= new Map(
      this.variables.flatMap((variable) => variable.names.map((name) => [name, variable])),
    );
    return this.#byName.get(name);
  }
}

/** For as long as nothing is evaluated. */
class PresentOfModules {
  /** @type {Map<ModuleRecord, Present>} */
  #known = new Map();

  /** @param {ModuleRecord} module */
  of(module) {
    let present = this.#known.get(module);
    if (!present) {
      present = new Present(variablesOf(module));
      this.#known.set(module, present);
    }
    return present;
  }
}

/** Are these a module's own exports, one name each, and nothing else? @param {Variable[]} variables @param {import("../../../native/addon").JsEsm} record */
function areOwn(variables, { cells, locals }) {
  if (variables.length !== cells.length || variables.length !== locals.length) return false;
  for (let index = 0; index < locals.length; index++) {
    const { exported, cell } = locals[index];
    const { names, from } = variables[index];
    if (cell !== index || from || names.length !== 1 || names[0] !== exported) return false;
  }
  return true;
}

module.exports = { Present, PresentOfModules, areOwn, haveSameNames, variablesAtOnce, variablesOf };
