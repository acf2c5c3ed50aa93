// @ts-check
"use strict";

// Node 20 with `--loader`: the hooks are on their thread already, and are only to tell another one who imports what.
// A second registration of theirs would ask every loader twice.

const hooks = require("./loader.cjs");

/** @param {{ tell: import("node:worker_threads").MessagePort }} data */
const initialize = ({ tell }) => hooks.initialize({ tell });

module.exports = { initialize };
