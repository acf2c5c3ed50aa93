// @ts-check
"use strict";

// What modules ask for in vain while they are evaluated, and go on without: a require() in a `try`, an import() whose
// rejection is caught. In a process that is started now they might have it. The engine waits for it, and has them evaluated
// anew.

const { Loader, isProjectFile } = require("./commonjs.cjs");

/** @typedef {import("../native/addon").Session} NativeSession */
/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */

/** @type {NativeSession[]} */
const sessions = [];
/** Is the ES module that `createRequire` is used by being evaluated? @type {(file: string) => boolean} */
let isEvaluatedAsModule = () => false;

/** @param {NativeSession} session */
function waitWith(session) {
  sessions.push(session);
}

/** @param {typeof isEvaluatedAsModule} answer */
function answerForModules(answer) {
  isEvaluatedAsModule = answer;
}

/**
 * The file that is being evaluated as `module`. What a function asks for later is asked for at each call.
 * @param {LoaderModule | null | undefined} module
 * @returns {string | null}
 */
function evaluatedAs(module) {
  const file = module?.filename;
  if (!module || module.loaded || !isProjectFile(file)) return null;
  return Loader._cache[file] === module || isEvaluatedAsModule(file) ? file : null;
}

/** @param {unknown} request @param {LoaderModule | null | undefined} module who requires it, and is not given it */
function requiredInVain(request, module) {
  const file = evaluatedAs(module);
  if (file && typeof request === "string") askedInVain(file, request, false);
}

/** @param {string} file it is being evaluated @param {string} request @param {boolean} isImport */
function askedInVain(file, request, isImport) {
  for (let index = 0; index < sessions.length; index++) sessions[index].askedInVain(file, request, isImport);
}

/** @param {string} failed its load has thrown @param {LoaderModule | null | undefined} module who requires it */
function requiredAsItFails(failed, module) {
  const file = evaluatedAs(module);
  if (file) goesWithoutFailed(file, failed);
}

/** @param {string} file it is being evaluated @param {string} failed */
function goesWithoutFailed(file, failed) {
  for (let index = 0; index < sessions.length; index++) sessions[index].goesWithoutFailed(file, failed);
}

module.exports = {
  answerForModules,
  askedInVain,
  evaluatedAs,
  goesWithoutFailed,
  requiredAsItFails,
  requiredInVain,
  waitWith,
};
