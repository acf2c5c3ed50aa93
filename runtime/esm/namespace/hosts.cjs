// @ts-check
"use strict";

// What the text of a facade finds its host by: the one way from a native module to us.

const { SafeMap } = require("../../intrinsics.cjs");

const NAME = "heatsync-rs.esm.facades";
const HOST = `globalThis[Symbol.for("${NAME}")]`;
/** @type {Map<number, object>} */
const hosts = new SafeMap();
let count = 0;
Object.defineProperty(globalThis, Symbol.for(NAME), {
  __proto__: null,
  configurable: true,
  value: (/** @type {number} */ number) => hosts.get(number),
});

/** @param {object} host @returns {{ number: number, expression: string }} */
function asHost(host) {
  const number = ++count;
  hosts.set(number, host);
  return { number, expression: `${HOST}(${number})` };
}

/** Nothing asks for it any more. @param {number} number */
function noHost(number) {
  hosts.delete(number);
}

module.exports = { asHost, noHost };
