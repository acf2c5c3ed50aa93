// @ts-check
"use strict";

// What Node would warn of because of how we compile, and plain Node does not. A body has Node's
// vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER (code-cache.cjs), which is experimental, and hands it on to what it makes of a
// text by `new Function` or an indirect eval: the first import() in there has Node say so.

const { putBack } = require("../intrinsics.cjs");
const { beforeEmitted } = require("./process-emit.cjs");

const MESSAGE = "vm.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature";

function installUnwarned() {
  beforeEmitted("warning", (warning) => {
    const giveBack = putBack();
    try {
      return isOfOurs(warning);
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

module.exports = { installUnwarned };
