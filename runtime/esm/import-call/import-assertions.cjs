// @ts-check
"use strict";

// `import … assert {}`, the syntax before `with`.

const { compileNatively } = require("../native/bridge.cjs");

/** @type {boolean | undefined} */
let knowsAssert;

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

module.exports = { hasAssert };
