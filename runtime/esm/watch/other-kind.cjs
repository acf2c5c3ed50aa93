// @ts-check
"use strict";

// A file of an update that failed because it is another kind of module by now: for who has loaded it it stays what it was.

/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */
/** @typedef {{ reason: string, advice?: string }} OtherKind reason: for the runner; advice: where nobody has given it yet */

/** What only CommonJS has. */
const OF_COMMONJS = /^(?:module|exports|require|__filename|__dirname) is not defined/;
/** V8's words for a name that is imported and missing. */
const LACKED = / does not provide an export named '(.+)'$/;
const fromCommonJs =
  "it was CommonJS when the program loaded it, and is an ES module now: that takes a restart, or CommonJS again";
const toCommonJs =
  "it was an ES module when the program loaded it, and is CommonJS now: that takes a restart, or an ES module again";
const nowCommonJs = { reason: "is CommonJS now, and was an ES module", advice: toCommonJs };
const nowNodes = "it was without them when the program loaded it: that takes a restart";

/**
 * @param {Outcome} outcome
 * @param {import("../graph/graph.cjs").Graph} graph
 * @returns {OtherKind | null}
 */
function otherKind(outcome, { loader, modules }) {
  const { files, type } = outcome;
  const isOther = (/** @type {string} */ file) =>
    /\.[jt]sx?$/.test(file) && !modules.isCommonJs(file) && !loader.isModule(file);
  if (type === "linkError" && outcome.help === fromCommonJs)
    return { reason: "is an ES module now, and was CommonJS" };
  if (type === "linkError" && outcome.help === nowNodes) return { reason: "has import phases now" };
  if (type === "linkError") {
    // Who imports the name finds it in a process that is started now.
    const [, name] = LACKED.exec(String(/** @type {any} */ (outcome.error)?.message)) ?? [];
    const hasIt = (/** @type {string} */ file) => {
      const names = loader.commonjsNames(file);
      return Array.isArray(names) && (names.includes(name) || (name === "default" && names.length > 0));
    };
    const isFound = name !== undefined && files.some((file) => isOther(file) && hasIt(file));
    return isFound ? nowCommonJs : null;
  }
  if (type !== "evaluationError" || !(outcome.error instanceof ReferenceError)) return null;
  if (!OF_COMMONJS.test(outcome.error.message)) return null;
  // Emptied, or half written, it is no ES module either; this one uses what CommonJS has.
  return files.some(isOther) ? nowCommonJs : null;
}

module.exports = { fromCommonJs, nowNodes, otherKind };
