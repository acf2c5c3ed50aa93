// @ts-check
"use strict";

// In which of Node's threads is this?

const threads = /** @type {any} */ (require("node:worker_threads"));

/**
 * Is this the thread on which Node runs the hooks of `module.register` and `--loader`? What is
 * preloaded by `--require` is loaded there, too, and no program runs there.
 */
function isHooksThread() {
  // Node has it since 22.14.
  if ("isInternalThread" in threads) return threads.isInternalThread;
  // A worker of the program's has a port to its parent.
  return !threads.isMainThread && threads.parentPort === null;
}

module.exports = { isHooksThread };
