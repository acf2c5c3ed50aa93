// @ts-check
"use strict";

// Node 20: hooks run on a thread of their own, and do not see what require() loads. A required ES
// module passes through `_compile`, as does CommonJS.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { installTypeScript } = require("../typescript.cjs");
const chain = require("./chain.cjs");
const { facadeFor } = require("./entered.cjs");
const { loader } = require("./index.cjs");

/** `hasLoader`: `--loader` has brought the hooks already. */
const state = { hasLoader: false };

const { register } = Module;

function install() {
  installTypeScript((file) => facadeFor(pathToFileURL(file).href, MODULE));
  const bring = () =>
    register("./loader.cjs", pathToFileURL(__filename), { data: { others: chain.hasOthers } });
  if (!state.hasLoader) bring();
  // Once more: what is registered last comes first.
  chain.watchForOthers(bring);
  const { _compile } = /** @type {any} */ (Module.prototype);
  /** @this {unknown} @param {string} source @param {string} file @param {any[]} rest */
  function compile(source, file, ...rest) {
    const facade = isModule(source, file, rest[0]) && facadeFor(pathToFileURL(file).href, MODULE);
    return facade
      ? Reflect.apply(_compile, this, [facade, file, "module"])
      : Reflect.apply(_compile, this, [source, file, ...rest]);
  }
  /** @type {any} */ (Module.prototype)._compile = compile;
}

/** @type {any} */
const MODULE = { format: "module", importAttributes: {}, conditions: ["require"] };

/**
 * Is the file's own text about to be compiled as an ES module?
 * @param {unknown} source
 * @param {string} file
 * @param {string | undefined} format without one Node is to find out
 */
function isModule(source, file, format) {
  // Native modules of ours stand beside the project's.
  if (typeof file !== "string" || path.basename(file).startsWith(".heatsync-")) return false;
  if (format !== "module" && (format || !loader.isModule(file))) return false;
  try {
    return source === fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return false;
  }
}

module.exports = { install, state };
