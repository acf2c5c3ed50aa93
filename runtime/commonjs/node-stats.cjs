// @ts-check
"use strict";

// What Node's CommonJS loader has found to be there while it evaluates: a table that begins with the outermost `_compile`, and ends
// with it only if that has not thrown (lib/internal/modules/cjs/loader.js, `statCache`; Node 20 to 26). Until the next one a file that
// has gone is there.

const { apply } = require("../intrinsics.cjs");

const Loader = /** @type {any} */ (require("node:module"));

// As it was before anybody asks what it compiles.
const { _compile } = Loader.prototype;

/** Of what has thrown. Without effect while something else is being evaluated. */
function endStats() {
  apply(_compile, new Loader(""), ["", "", "commonjs"]);
}

module.exports = { endStats };
