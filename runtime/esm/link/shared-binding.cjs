// @ts-check
"use strict";

// Whether a name that two packages export is of one variable, which is no conflict between stars: V8 knows.

const { dataUrl, isRefusedAsAsync, linkOnly } = require("../native/bridge.cjs");

/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {import("../native/native.cjs").NativeModule} NativeModule */

/**
 * V8's answer to whether two exports of native modules are one binding (16.2.1.7.2.2, step 9.d).
 * @param {ResolvedBinding} a
 * @param {ResolvedBinding} b
 */
function isOneBinding(a, b) {
  const sides = [a, b].map(({ module, name }) => {
    const from = /** @type {NativeModule} */ (module).absolute();
    return `export * from ${JSON.stringify(dataUrl(`export {${JSON.stringify(name)} as name} from ${from}`))};`;
  });
  const both = JSON.stringify(dataUrl(sides.join("")));
  try {
    linkOnly(/** @type {NativeModule} */ (a.module).from, `import {name} from ${both};`);
    return true;
  } catch (error) {
    if (isRefusedAsAsync(error)) return true;
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

module.exports = { isOneBinding };
