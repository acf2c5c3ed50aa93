// @ts-check
"use strict";

// `module.hot` of CommonJS files: an accessor of all of Node's modules, since it is there before a file is evaluated.

const { createDataProperty } = require("../../intrinsics.cjs");
const { Loader } = require("../../commonjs/commonjs.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

/** @param {(instance: LoaderModule) => import("../hot/hot.cjs").Hot | undefined} hotOf */
function defineModuleHot(hotOf) {
  Object.defineProperty(Loader.prototype, "hot", {
    __proto__: null,
    configurable: true,
    enumerable: false,
    /** @this {LoaderModule} */
    get() {
      return hotOf(this);
    },
    /** @this {LoaderModule} @param {unknown} value */
    set(value) {
      createDataProperty(this, "hot", value);
    },
  });
}

module.exports = { defineModuleHot };
