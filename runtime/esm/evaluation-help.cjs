// @ts-check
"use strict";

// What may help where a new version has thrown. Node adds a hint of its own to such errors where nobody catches them.

/** What only CommonJS has, and an ES module in its place. @type {Record<string, string>} */
const INSTEAD = {
  __proto__: /** @type {any} */ (null),
  __dirname: "import.meta.dirname",
  __filename: "import.meta.filename",
  require: "import, or createRequire(import.meta.url) of node:module",
  module: "export, and import.meta.hot for module.hot",
  exports: "export",
};

/**
 * @param {unknown} error
 * @param {string | undefined} file which has thrown
 * @param {{ isModule(file: string): boolean }} loader
 * @returns {string | undefined}
 */
function helpWith(error, file, loader) {
  if (!(error instanceof ReferenceError) || file === undefined) return undefined;
  const [, name = ""] = /^(\w+) is not defined/.exec(error.message) ?? [];
  const instead = INSTEAD[name];
  return instead && loader.isModule(file) ? `An ES module has no ${name}: use ${instead}` : undefined;
}

module.exports = { helpWith };
