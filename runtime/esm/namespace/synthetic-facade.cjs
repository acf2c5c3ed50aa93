// @ts-check
"use strict";

// Facades that Node does not load: those of modules whose names change, once there were many (`released-facades.cjs`).

const { syntheticModule } = require("../native/synthetic-module.cjs");

/** @typedef {import("./facade.cjs").Facade} Facade */

/** For each what tells it of a value. @type {WeakMap<object, { names: string[][], mirrors: import("../native/nodes-loader.cjs").ModuleWrap[] }>} */
const synthetic = new WeakMap();

/** @param {Facade} facade @returns {boolean} false: Node has to load it */
function showSynthetic(facade) {
  const names = facade.plainNames();
  const module = names && syntheticModule(names.flat());
  if (!module) return false;
  const mirrors = [module];
  synthetic.set(facade, { names, mirrors });
  facade.url = "heatsync-rs:synthetic";
  facade.start(module.getNamespace(), (index, value) => {
    for (const it of mirrors) for (const name of names[index]) it.setExport(name, value);
  });
  for (const index of names.keys()) {
    const value = facade.next(index);
    for (const name of names[index]) module.setExport(name, value);
  }
  return true;
}

/**
 * The same names and values, and `__esModule`: what `require()` gives of a module that has a default export.
 * @param {{ namespace: Record<string, unknown> | null }} facade
 * @returns {Record<string, unknown> | null} null: Node has loaded it
 */
function markedNamespace(facade) {
  const known = synthetic.get(facade);
  if (!known) return null;
  const { names, mirrors } = known;
  const marked = /** @type {typeof mirrors[number]} */ (syntheticModule([...names.flat(), "__esModule"]));
  marked.setExport("__esModule", true);
  const namespace = /** @type {Record<string, unknown>} */ (facade.namespace);
  for (const name of names.flat()) marked.setExport(name, namespace[name]);
  mirrors.push(marked);
  return marked.getNamespace();
}

module.exports = { markedNamespace, showSynthetic };
