// @ts-check
"use strict";

// The seam between deciding and running: how a module's newest version is evaluated. CommonJS goes
// through Node's own loader; ES modules through the query versions of modules.cjs, until the
// runtime of DESIGN 2 takes over here.

const { createRequire } = require("node:module");
const path = require("node:path");
const { isModuleNamespaceObject } = require("node:util").types;
const { evaluateAnew } = require("./commonjs.cjs");
const modules = require("./modules.cjs");

/** @typedef {import("../native/addon").Session} NativeSession */

/**
 * What `require()` of `file` gives, evaluated if it is not in the cache.
 * @param {NativeSession} session
 * @param {string} file
 * @param {string} from the requiring file, for `module.parent` and the require stack of errors
 * @returns {unknown}
 */
function requireFile(session, file, from) {
  if (session.version(file) > 0 && session.format(file) === "module")
    return modules.requireModule(session, file);
  return createRequire(from)(file);
}

/**
 * The same in an update.
 * @param {NativeSession} session
 * @param {import("./consumers.cjs").Consumer} consumer
 * @param {boolean} isCommonjs nothing in the update is an ES module or imported as one
 * @param {() => void} beforeEvaluation everything parses and links (as far as that is known before)
 * @returns {unknown}
 */
function requireAgain(session, { file, from }, isCommonjs, beforeEvaluation) {
  if (!isCommonjs && session.version(file) > 0 && session.format(file) === "module") {
    return modules.requireModule(session, file, beforeEvaluation);
  }
  beforeEvaluation();
  return isCommonjs ? evaluateAnew(file, from) : createRequire(from)(file);
}

/**
 * What `import()` of `file` gives.
 * @param {NativeSession} session
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @param {() => void} [beforeEvaluation] everything parses and links
 */
async function importFile(session, file, attributes, beforeEvaluation) {
  // In an update the engine has already walked what changed.
  if (!beforeEvaluation) session.prepare(file);
  return modules.importFile(session, file, attributes, beforeEvaluation);
}

/** @param {string} directory */
const requireFrom = (directory) => createRequire(path.join(directory, "heatsync.js"));

module.exports = { importFile, isModuleNamespaceObject, requireAgain, requireFile, requireFrom };
