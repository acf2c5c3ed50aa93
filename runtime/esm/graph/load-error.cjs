// @ts-check
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { agreeing, listed } = require("../../report.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { AS_IT_IS } = require("./project-file.cjs");

/** @typedef {import("../../../native/addon").JsProblem} JsProblem */

/** What errors of ours say, and those of TypeScript that Node was to load. @type {WeakMap<object, JsProblem>} */
const problems = new WeakMap();

/** A module that can't be loaded; Node says why, in its own words, when it is asked to import it. */
class LoadError extends SyntaxError {
  /** @param {string} url @param {JsProblem} problem */
  constructor(url, problem) {
    super(problem.message);
    this.name = isUnreadable(problem) ? "Error" : "SyntaxError";
    this.url = url;
    this.problem = problem;
    problems.set(this, problem);
    // Ours to know: who prints the error has it all in the message.
    for (const name of ["name", "problem", "url"]) Object.defineProperty(this, name, { enumerable: false });
  }

  /**
   * By which Node finds the same. For what V8 alone has found another thread has a facade, which is passed by; but of TypeScript it
   * has nothing else.
   */
  get nodesUrl() {
    return this.cause && !isTypeScript(this.problem.file) ? `${this.url}${AS_IT_IS}` : this.url;
  }
}
// As it is printed.
Object.defineProperty(LoadError.prototype, "constructor", { value: SyntaxError });

/** What is wrong with a file, if that is what the error says. It may be anything that a program throws, and is not touched. @param {any} error */
const problemOf = (error) => problems.get(error);

/** It is a folder now, or may not be read: nothing is wrong with its text. @param {JsProblem} problem */
const isUnreadable = ({ code }) => code === "HEATSYNC_UNREADABLE";

/** The file of a module that runs is gone; in words for whoever has deleted or renamed it. */
class Gone extends Error {
  code = "ERR_MODULE_NOT_FOUND";

  /** @param {string} file @param {string[]} importers */
  constructor(file, importers) {
    const by = importers.length > 0 ? `; ${listed(importers)} ${agreeing("imports", importers)} it` : "";
    super(`Cannot find module '${file}': it is not there any more${by}`);
    this.file = file;
    // As Node's own: where it was thrown says nothing about the program.
    this.stack = `Error [${this.code}]: ${this.message}`;
  }
}

/**
 * Why a module of the program can't be loaded any more. Each loader has other words for a file that is not there.
 * @param {unknown} error
 * @param {string[]} importers
 * @param {string} file what was to be loaded
 * @returns {unknown} another one's, as it is
 */
function goneOr(error, importers, file) {
  return !path.isAbsolute(file) || fs.existsSync(file) ? error : new Gone(file, importers);
}

module.exports = { Gone, goneOr, isUnreadable, LoadError, problemOf, problems };
