// @ts-check
"use strict";

// What Node says of imports of native modules that it links, and does not evaluate.

const { clauseOf, isRefusedAsAsync, linkOnly } = require("./bridge.cjs");
const { aliasOf } = require("../hooks/chain.cjs");
const { findInstalledLater, specifierOf } = require("./installed-later.cjs");
const { optionsOf } = require("../graph/request-key.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** @param {JsRequest} request */
const clause = (request) => clauseOf(aliasOf(specifierOf(request)), optionsOf(request));

/**
 * Links imports of native modules without evaluating them.
 * @param {string} from
 * @param {{ request: JsRequest, names: string[] }[]} imports
 */
function probe(from, imports) {
  const statements = () =>
    imports.map(({ request, names }, module) => {
      const list = names.map((name, index) => `${JSON.stringify(name)} as $${module}_${index}`);
      return `import {${list.join(",")}} from ${clause(request)};`;
    });
  try {
    linkOnly(from, statements().join(""));
  } catch (error) {
    const requests = imports.map(({ request }) => request);
    const link = (/** @type {JsRequest} */ request) => linkOnly(from, `import ${clause(request)};`);
    if (!findInstalledLater(error, requests, link)) throw error;
    linkOnly(from, statements().join(""));
  }
}

/** @param {string} from @param {JsRequest} request */
function isAsync(from, request) {
  try {
    return canLoad(request, from) === "async";
  } catch {
    return false;
  }
}

/** Throws what Node throws when it can't. @param {JsRequest} request @param {string} from @returns {"sync" | "async"} */
function canLoad(request, from) {
  try {
    probe(from, [{ request, names: [] }]);
    return "sync";
  } catch (error) {
    if (!isRefusedAsAsync(error)) throw error;
    return "async";
  }
}

module.exports = { canLoad, clause, isAsync, probe };
