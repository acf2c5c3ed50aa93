// @ts-check
"use strict";

// `import … assert {}`, the syntax before `with`.

const { compileNatively } = require("../native/bridge.cjs");

/** @type {boolean | undefined} */
let knowsAssert;
let isUsed = false;

/** The program has written it: V8's warning of it, which the look below brings about, is due. */
function noteUsed() {
  isUsed = true;
}

/** Is it that warning, and there is nothing to warn of? @param {{ name: string, message: string }} warning */
const isOfLook = ({ name, message }) =>
  !isUsed && name === "V8" && /^heatsync-rs:\S+ 'assert' /.test(message);

/** Does this Node know `assert` for `with`? */
function hasAssert() {
  if (knowsAssert !== undefined) return knowsAssert;
  try {
    compileNatively('import "node:fs" assert {}', `${__dirname}/.heatsync-assert.mjs`);
    knowsAssert = true;
  } catch {
    knowsAssert = false;
  }
  return knowsAssert;
}

module.exports = { hasAssert, isOfLook, noteUsed };
