// @ts-check
"use strict";

/** @typedef {import("../../native/addon").JsProblem} JsProblem */

/** A module that can't be loaded; Node says why, in its own words, when it is asked to import it. */
class LoadError extends SyntaxError {
  /** @param {string} url @param {JsProblem} problem */
  constructor(url, problem) {
    super(problem.message);
    this.name = "SyntaxError";
    this.url = url;
    this.problem = problem;
  }
}

module.exports = { LoadError };
