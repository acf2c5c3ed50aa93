// @ts-check
"use strict";

// In which of Node's threads is this?

/** In a worker Node has put something in the place of what only the main thread may do. Asking `node:worker_threads` takes 2 ms. */
const isMainThread = !("disabled" in process.abort);

/**
 * Is this the thread on which Node runs the hooks of `module.register` and `--loader`? What is
 * preloaded by `--require` is loaded there, too, and no program runs there.
 */
function isHooksThread() {
  if (isMainThread) return false;
  const threads = /** @type {any} */ (require("node:worker_threads"));
  // Node has it since 22.14.
  if ("isInternalThread" in threads) return threads.isInternalThread;
  // A worker of the program's has a port to its parent.
  return threads.parentPort === null;
}

module.exports = { isHooksThread, isMainThread };
