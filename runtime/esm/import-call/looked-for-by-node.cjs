// @ts-check
"use strict";

// What an import() leads to nowhere for is looked for by Node, too, which has the words for it. What has come since our look
// it would find, and evaluate beside us: not as JSON, which it asks about once there is something.

const { SafeSet, putBack } = require("../../intrinsics.cjs");
const { registered } = require("../../commonjs/plain-loader.cjs");
const chain = require("../hooks/chain.cjs");
const { specifierOf } = require("../native/installed-later.cjs");
const { canLoad } = require("../native/probe.cjs");
const { nativeImport } = require("../native/native-import.cjs");
const { keyOf } = require("../graph/request-key.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** @type {any} */
const AS_JSON = { __proto__: null, with: { __proto__: null, type: "json" } };

/** Of what is there. @param {any} error */
const isOfJson = (error) => error instanceof SyntaxError || /^ERR_IMPORT_A/.test(error?.code);

/** Hooks are on another thread. */
const resolvesElsewhere = !("registerHooks" in require("node:module"));

/** @type {Set<string>} */
const refused = new SafeSet();

/**
 * On Node 20 it is the hooks' thread that finds nothing: its errors come as copies, which know no place where they were
 * thrown. Linking finds nothing in this thread. Once for each request: Node keeps what it was to link.
 * @param {JsRequest} request
 * @param {string} from
 */
function refuseToLink(request, from) {
  if (!resolvesElsewhere || chain.hasOthers || !registered()) return;
  const giveBack = putBack();
  try {
    const key = keyOf(request, from);
    if (refused.has(key)) return;
    refused.add(key);
    canLoad({ ...request, attributes: [["type", "json"]] }, from);
  } catch (error) {
    if (!isOfJson(error)) throw error;
  } finally {
    giveBack?.();
  }
}

/**
 * @param {JsRequest} request without attributes
 * @param {string} from
 * @returns {Promise<unknown>} undefined: something is there by now
 */
async function importError(request, from) {
  try {
    await nativeImport(from)(specifierOf(request), AS_JSON);
  } catch (error) {
    return isOfJson(error) ? undefined : error;
  }
}

module.exports = { importError, refuseToLink };
