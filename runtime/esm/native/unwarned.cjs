// @ts-check
"use strict";

// What Node would warn of because of how we compile, and plain Node does not. A body has Node's
// vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER (code-cache.cjs), which is experimental, and hands it on to what it makes of a
// text by `new Function` or an indirect eval: the first import() in there has Node say so. And what Node tells of a name that it
// resolves for us is to say who imports it, and once: it has seen a bridge, to link it, and another one to evaluate it.

const { SafeSet, putBack } = require("../../intrinsics.cjs");
const { bridgeNamedIn, namedAfter } = require("./bridge.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");

const MESSAGE = "vm.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature";

function installUnwarned() {
  beforeEmitted("warning", (warning) => {
    const giveBack = putBack();
    try {
      return isOfOurs(warning) || isToldAgain(warning);
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
  return asking?.includes("(eval at ") !== false;
}

/** @type {Set<string>} */
const told = new SafeSet();

/** @param {any} warning that may be about a name @returns {boolean} */
function isToldAgain(warning) {
  if (warning.name !== "DeprecationWarning") return false;
  const named = bridgeNamedIn(warning.message);
  if (!named) return false;
  namedAfter(warning, ...named, true);
  const { message } = warning;
  if (told.has(message)) return true;
  told.add(message);
  return false;
}

module.exports = { installUnwarned };
