// @ts-check
"use strict";

// Node's own namespaces of its builtins. A builtin exports what its properties were when it was first imported, and whenever somebody
// called `syncBuiltinESMExports` since (`BuiltinModule`, lib/internal/bootstrap/realm.js): not what is there now.

const NodeModule = require("node:module");
const { SafeMap, SafeSet, inPlaceOf } = require("../../intrinsics.cjs");
const { bridge, bridgeCall } = require("./bridge.cjs");
const { nativeImport } = require("./native-import.cjs");
const { noteRefused } = require("./refused-by-node.cjs");

/** @type {Map<string, Record<string, unknown>>} by name, without `node:` */
const namespaces = new SafeMap();

/** @typedef {import("./native.cjs").NativeModule} Importable */

/** @type {Set<Importable>} */
const inUse = new SafeSet();

// Node's way to have a builtin's changed properties show in its named exports.
const { syncBuiltinESMExports } = NodeModule;
NodeModule.syncBuiltinESMExports = inPlaceOf(() => {
  syncBuiltinESMExports();
  syncAll();
}, syncBuiltinESMExports);

function syncAll() {
  inUse.forEach((module) => void module.sync());
}

/** @param {string | undefined} file of a request @returns {string | null} its name, if it is a builtin */
function builtinName(file) {
  const name = file?.startsWith("node:") ? file.slice(5) : "";
  return NodeModule.builtinModules.includes(name) ? name : null;
}

/**
 * Takes the namespaces of all that are not there yet at once, which takes as long as for one.
 * @param {Set<import("../graph/module-record.cjs").Module>} modules
 */
function takeBuiltins(modules) {
  /** @type {Importable[]} */
  const missing = [];
  modules.forEach((module) => {
    if (!module.isNative) return;
    const native = /** @type {Importable} */ (/** @type {unknown} */ (module));
    if (native.builtin !== null && !namespaces.has(native.builtin)) missing.push(native);
  });
  if (missing.length > 0)
    take([...new SafeSet(missing.map(({ builtin }) => String(builtin)))], missing[0].from);
}

/** @param {string[]} names @param {string} from the file that asks first */
function take(names, from) {
  const imports = names.map((name, index) => `import * as $${index} from ${JSON.stringify(`node:${name}`)};`);
  const source = `${imports.join("")}${bridgeCall}([${names.map((_, index) => `$${index}`)}])`;
  let found;
  try {
    found = bridge(from, source);
  } catch (error) {
    // Node 20: an import() of a package has begun to load one, and the thread of hooks has not answered.
    noteRefused(
      error,
      names.map((name) => pending(`node:${name}`, from)),
    );
    throw error;
  }
  names.forEach((name, index) => void namespaces.set(name, found[index]));
  // Who was preloaded before us may have Node's own `syncBuiltinESMExports`, and have called it.
  syncAll();
}

/** @param {string} specifier @param {string} from @returns {import("./refused-by-node.cjs").Refused} */
const pending = (specifier, from) => ({
  request: { specifier, attributes: [], target: "native", file: specifier },
  from,
  import: () => nativeImport(from)(specifier),
});

/** @param {string} name @param {string} from @returns {Record<string, unknown>} */
function builtinNamespace(name, from) {
  if (!namespaces.has(name)) take([name], from);
  return /** @type {Record<string, unknown>} */ (namespaces.get(name));
}

/** Bindings were made of it. @param {Importable} module */
function noteInUse(module) {
  inUse.add(module);
}

module.exports = { builtinName, builtinNamespace, noteInUse, takeBuiltins };
