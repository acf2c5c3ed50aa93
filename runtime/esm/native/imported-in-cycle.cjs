// @ts-check
"use strict";

// A tool that import()s its user's configuration while it is evaluated, which imports the tool. Since Node 24 what import() leads to is
// linked within the call, and what is being evaluated is nothing that Node links synchronously (`#checkCachedJobForRequireESM` and
// `loadAndTranslateForImportInRequiredESM`, lib/internal/modules/esm/loader.js). So Node gets a facade with the names that the files
// tell, and the module is loaded when that is evaluated: then the tool has ended, or waits.

const entered = require.resolve("../hooks/entered.cjs");
const { facadeText } = require("../namespace/facade-text.cjs");
const { asInternal } = require("./internal-source.cjs");
const { namesOfPackage } = require("../link/names-of-package.cjs");

/**
 * @param {import("../graph/chained-loader.cjs").ChainedLoader} loader
 * @param {string} url
 * @param {string} file
 * @returns {string | null} null: it can't be read, and Node says so
 */
function facadeToEnter(loader, url, file) {
  const names = namesOfPackage(loader, file)?.map((name) => [name]);
  if (!names) return null;
  const given = [entered, entered, url, names].map((it) => JSON.stringify(it));
  const host = `process.getBuiltinModule("module").createRequire(${given[0]})(${given[1]}).enter(${given[2]},${given[3]})`;
  const variables = names.map((names) => ({ names, from: null }));
  return asInternal(facadeText({ host, self: url, enter: "may wait", variables }), url);
}

module.exports = { facadeToEnter };
