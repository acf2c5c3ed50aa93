// @ts-check
"use strict";

// Node 22.15 and newer: hooks in the program's own thread, which see require(), too.

const Module = require("node:module");
const { facadeFor } = require("./entered.cjs");

function install() {
  Module.registerHooks({ load });
}

/** @type {import("node:module").LoadHookSync} */
function load(url, context, nextLoad) {
  const source = facadeFor(url, context);
  return source === null ? nextLoad(url, context) : { format: "module", source, shortCircuit: true };
}

module.exports = { install };
