// @ts-check
"use strict";

// What Node would warn of because of how we compile, and plain Node does not. A body has Node's
// vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER (code-cache.cjs), which is experimental, and hands it on to what it makes of a
// text by `new Function` or an indirect eval: the first import() in there has Node say so. And what Node tells of a name that it
// resolves for us is to say who imports it, and once: it has seen a bridge, to link it, and another one to evaluate it. Once, too, what both
// Node and we say of what each has loaded (as-node-warns.cjs).

const { SafeMap, putBack } = require("../../intrinsics.cjs");
const { bridgeNamedIn, namedAfter } = require("./bridge.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");
const { isOfLook } = require("../import-call/import-assertions.cjs");
const { isOurs } = require("../positions/positions.cjs");

const MESSAGE = "vm.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature";

function installUnwarned() {
  beforeEmitted("warning", (warning) => {
    const giveBack = putBack();
    try {
      return isOfOurs(warning) || isOfLook(warning) || isToldAgain(warning);
    } catch {
      return false;
    } finally {
      giveBack?.();
    }
  });
}

/** A script to which the program itself has given that constant is no code of an eval. Of few frames none may tell. @param {any} warning */
function isOfOurs({ name, message, stack }) {
  if (name !== "ExperimentalWarning" || !message.startsWith(MESSAGE)) return false;
  const asking = stack.split("\n").find((/** @type {string} */ line) => /^ {4}at (?!.*\bnode:)/.test(line));
  if (asking === undefined || asking.includes("(eval at ")) return true;
  // Of `import()` there is none left in a body, but `import.source()`, where an update has brought it.
  const [, url = ""] = /(file:.*?):\d+:\d+\)?$/.exec(asking) ?? [];
  return isOurs(url);
}

/** What is said of a subject, once. @type {Map<string, { message: string, isSaid: boolean }>} */
const told = new SafeMap();

/** @param {any} warning that may be about a name @returns {boolean} */
function isToldAgain(warning) {
  const subject = subjectOf(warning);
  if (subject === null) return false;
  const known = told.get(subject);
  const isThis = known === undefined || (known.message === warning.message && !known.isSaid);
  if (isThis) told.set(subject, { message: warning.message, isSaid: true });
  return !isThis;
}

/**
 * What Node says of the same meanwhile does not count.
 * @param {string} message of a warning that is about to be emitted
 */
function willTell(message) {
  const subject = typelessIn(message);
  if (!told.has(subject)) told.set(subject, { message, isSaid: false });
}

/** Its last line names the package.json. @param {string} message */
const typelessIn = (message) => message.slice(message.lastIndexOf("\n"));

/** @param {any} warning @returns {string | null} null: how often it is told of is nothing of ours */
function subjectOf(warning) {
  const { code, name, message } = warning;
  if (code === "MODULE_TYPELESS_PACKAGE_JSON") return typelessIn(message);
  if (name === "ExperimentalWarning" && message.startsWith("Transform Types ")) return message;
  if (name !== "DeprecationWarning") return null;
  const named = bridgeNamedIn(message);
  if (!named) return null;
  namedAfter(warning, ...named, true);
  return warning.message;
}

module.exports = { installUnwarned, willTell };
