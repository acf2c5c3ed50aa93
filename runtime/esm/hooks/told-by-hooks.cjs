// @ts-check
"use strict";

// Node 20 with `--loader`: the hooks are on their thread already, and are only to tell another one who imports what.
// A second registration of theirs would ask every loader twice.

const hooks = require("../loader.cjs");

/** @typedef {import("node:worker_threads").MessagePort} MessagePort */
/** @param {{ tell?: MessagePort, tally?: Int32Array, lose?: MessagePort }} data */
const initialize = ({ tell, tally, lose }) => hooks.initialize({ tell, tally, lose });

module.exports = { initialize };

//# sourceURL=node:heatsync-rs/esm/hooks/told-by-hooks.cjs
