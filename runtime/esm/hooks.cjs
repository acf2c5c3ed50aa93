// @ts-check
"use strict";

// Node 22.15 and newer: hooks in the program's own thread, which see require(), too.

const Module = require("node:module");
const chain = require("./chain.cjs");
const { facadeFor } = require("./entered.cjs");

const { registerHooks } = Module;

/** Ours come first in the chain: what they ask is asked of all others, and nobody is given a facade to work on. */
function install() {
  const own = chain.resolveAlias ? { load, resolve: chain.resolveAlias } : { load };
  let hooks = registerHooks(own);
  chain.watchForOthers(() => {
    hooks.deregister();
    hooks = registerHooks(own);
  });
}

/** @type {import("node:module").LoadHookSync} */
function load(url, context, nextLoad) {
  if (chain.isAsking) return nextLoad(url, context);
  if (!chain.hasOthers) {
    const source = facadeFor(url, context);
    return source === null ? nextLoad(url, context) : { format: "module", source, shortCircuit: true };
  }
  const loaded = nextLoad(url, context);
  const source = loaded.format === "module" ? facadeFor(url, { ...context, format: "module" }) : null;
  return source === null ? loaded : { format: "module", source, shortCircuit: true };
}

module.exports = { install };
