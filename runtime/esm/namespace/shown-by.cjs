// @ts-check
"use strict";

// Which namespaces show what a module exports, its own or passed on. An update asks for them after each step: with thousands of modules a walk
// over all that Node sees would be most of a save.

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {NonNullable<Module["facade"]>} Facade */

/** Below so many nobody looks which are still there. */
const FEW = 8;

/** Of modules, facades of others that show bindings of theirs, or did: these know. Nobody is kept by it. @type {WeakMap<Module, { facades: Set<WeakRef<Facade>>, most: number }>} */
const others = new WeakMap();
/** @type {WeakMap<Facade, WeakRef<Facade>>} */
const references = new WeakMap();

/** @param {Facade} facade @param {Set<Module>} sources what it is known to show something of @param {Module} source */
function noteSource(facade, sources, source) {
  if (sources.has(source)) return;
  sources.add(source);
  // Its own module knows it.
  if (source === facade.module) return;
  let reference = references.get(facade);
  if (!reference) {
    reference = new WeakRef(facade);
    references.set(facade, reference);
  }
  const known = others.get(source);
  if (!known) return void others.set(source, { facades: new Set([reference]), most: FEW });
  known.facades.add(reference);
  if (known.facades.size > known.most) known.most = Math.max(FEW, 2 * stillThere(known.facades).length);
}

/** @param {Set<WeakRef<Facade>>} facades @returns {Facade[]} */
function stillThere(facades) {
  return [...facades].flatMap((reference) => {
    const facade = reference.deref();
    if (!facade) facades.delete(reference);
    return facade ?? [];
  });
}

/**
 * Whose namespaces show something of these: they themselves, and what passes on what they export.
 * @param {Iterable<Module>} members
 * @returns {Set<Module>}
 */
function whoShow(members) {
  /** @type {Set<Module>} */
  const all = new Set();
  for (const module of members) {
    all.add(module);
    if (module.facade?.heir) all.add(module.facade.heir);
    const known = others.get(module);
    for (const { heir, module } of known ? stillThere(known.facades) : []) {
      all.add(module);
      // It has its predecessor's until it is evaluated (`passLater` in staged.cjs).
      if (heir) all.add(heir);
    }
  }
  return all;
}

module.exports = { noteSource, whoShow };
