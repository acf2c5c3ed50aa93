// @ts-check
"use strict";

// An export of the name `module.exports` is all that `require()` gives of an ES module: Node 23 and later, and later versions of those before.
// `export *` from CommonJS brings it along, too.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { compileModule } = require("../../commonjs/native-compile.cjs");
const { Exports } = require("../../session/namespaces.cjs");

const NAME = "module.exports";

/** @type {boolean | null} */
let isKnown = null;

/** Does this Node know it? */
function knowsWhole() {
  const module = /** @type {any} */ (new Loader(`${__dirname}/.heatsync-whole.mjs`));
  module.filename = module.id;
  module.paths = [];
  compileModule(module, `export const it=1;export{it as "module.exports"}`, module.id);
  return module.exports === 1;
}

const isWhole = () => (isKnown ??= knowsWhole());

/** @param {Record<string, unknown>} namespace */
const hasWhole = (namespace) => Object.hasOwn(namespace, NAME) && isWhole();

/** What `require()` gives of an ES module with these exports, but for the mark of a default export. @param {object} exports */
function wholeOf(exports) {
  if (!(exports instanceof Exports)) {
    const namespace = /** @type {Record<string, unknown>} */ (exports);
    return hasWhole(namespace) ? namespace[NAME] : exports;
  }
  const index = exports.names.indexOf(NAME);
  return index >= 0 && isWhole() ? exports.values()[index] : exports;
}

module.exports = { hasWhole, wholeOf };
