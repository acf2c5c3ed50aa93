// @ts-check
"use strict";

// What Node gives a module beside its bindings, for one that Node does not run: its own `import()`, `import.meta.resolve`
// and `import.meta`.

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { SafeMap, putBack } = require("../../intrinsics.cjs");
const { bridge, bridgeCall, clauseOf, dataUrl, namedAfter, standsFor } = require("./bridge.cjs");
const { isV8s } = require("../link/linking-words.cjs");

/** @type {Map<string, { import: (specifier: string, options: any) => Promise<any>, resolve: (specifier: string, parent?: unknown) => string, file: string }>} */
const natives = new SafeMap();

/** Node's own `import()` and `import.meta.resolve`, as they are where `from` stands. @param {string} from */
function nativesOf(from) {
  const directory = path.dirname(from);
  let natives_ = natives.get(directory);
  if (!natives_) {
    const source = `${bridgeCall}({import:(s,o)=>import(s,o),resolve:(s,p)=>import.meta.resolve(s,p),url:import.meta.url})`;
    const giveBack = putBack();
    try {
      const functions = bridge(from, source);
      natives_ = { ...functions, file: fileURLToPath(functions.url) };
      natives.set(directory, /** @type {any} */ (natives_));
    } finally {
      giveBack?.();
    }
  }
  return /** @type {NonNullable<typeof natives_>} */ (natives_);
}

/** @param {string} from @returns {(specifier: string, options?: any) => Promise<any>} */
function nativeImport(from) {
  const native = nativesOf(from);
  return async (specifier, options) => {
    standsFor(native.file, from);
    try {
      const namespace = await native.import(specifier, options);
      if (underWay > 0) await evaluated(clauseOf(native.resolve(specifier), options));
      return namespace;
    } catch (error) {
      if (isUnlinked(error)) await refused(error, native.resolve(specifier), options);
      else if (error instanceof SyntaxError) require("../link/unlinked.cjs").explain(error);
      throw namedAfter(error, native.file, from);
    }
  };
}

/**
 * Of what was linked synchronously in vain Node 20 and 22 fail an assertion of their own, and newer ones don't say where it is. A
 * parent of the module is told what is wrong with it.
 * @param {any} error
 */
const isUnlinked = (error) =>
  error?.code === "ERR_INTERNAL_ASSERTION"
    ? /imported again after being required/.test(error.message)
    : error instanceof SyntaxError && isV8s(error.message);

/** How many evaluations have not ended that come to native modules with top-level await. */
let underWay = 0;
let count = 0;

/** @param {Promise<unknown>} evaluation */
function isUnderWay(evaluation) {
  underWay++;
  void evaluation.finally(() => void underWay--);
}

const isAnyUnderWay = () => underWay > 0;

/**
 * Node 22 and newer give at once what was linked synchronously and is being evaluated because of another one that imports it
 * (`ModuleJobSync.run`, lib/internal/modules/esm/module_job.js). V8 has a parent wait for it (16.2.1.6.1.3.2, step 12).
 * @param {string} clause what follows `import` there, with an absolute specifier
 * @returns {Promise<unknown>}
 */
function evaluated(clause) {
  return require("../../startup.cjs").importUrl(dataUrl(`import ${clause}//${++count}`));
}

/** @param {any} error @param {string} url of what does not link @param {Parameters<typeof clauseOf>[1]} options */
async function refused(error, url, options) {
  let found = error;
  try {
    await evaluated(clauseOf(url, options));
  } catch (told) {
    // Node 20 may have forgotten who imports what.
    if (told instanceof SyntaxError) found = told;
  }
  require("../link/unlinked.cjs").explain(found, url);
  if (found !== error) throw found;
}

/**
 * @param {string} from
 * @returns {(specifier: string, parent?: unknown) => string} `parent` counts with `--experimental-import-meta-resolve`
 */
function nativeResolve(from) {
  return (specifier, parent) => {
    const native = nativesOf(from);
    standsFor(native.file, from);
    try {
      return native.resolve(specifier, parent);
    } catch (error) {
      throw namedAfter(error, native.file, from);
    }
  };
}

/** An `import.meta` as Node makes them. @param {string} from @returns {object} */
function bridgeMeta(from) {
  return bridge(from, `${bridgeCall}(import.meta)`);
}

module.exports = {
  bridgeMeta,
  evaluated,
  isAnyUnderWay,
  isUnderWay,
  isUnlinked,
  nativeImport,
  nativeResolve,
};
