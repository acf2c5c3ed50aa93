// @ts-check
"use strict";

// Node 20 and 22: a package that could not be loaded, because of what it imports, and was then asked for by Node's own import(), stays
// in Node's module map half loaded. Who links it synchronously hears "not in cache", or "not been linked", where import() says what is
// wrong with it.

const { SafeMap } = require("../../intrinsics.cjs");
const { isHalfLoaded, isOfLinking, isOfScheme } = require("../link/linking-words.cjs");
const { canLoad } = require("./probe.cjs");

/** @typedef {Pick<import("./native.cjs").NativeModule, "request" | "from" | "import">} Refused */

/** What could not be linked of late, by what was said of it. @type {Map<unknown, Refused[]>} */
const refused = new SafeMap();
const OF_LATE = 20;
const keepsUnlinked = Number.parseInt(process.versions.node, 10) < 22;

/** @param {unknown} error @param {Refused[]} natives one of them is why */
function noteRefused(error, natives) {
  if (!isHalfLoaded(error)) return;
  if (refused.size > OF_LATE) refused.clear();
  refused.set(error, natives);
}

/**
 * Throws what Node says of them. One that has come meanwhile is evaluated by whoever else has begun to import it.
 * @param {unknown} error
 * @param {(native: Refused) => void} link throws if it can't be linked
 */
async function toldOfRefused(error, link) {
  const natives = refused.get(error) ?? [];
  refused.delete(error);
  for (const native of natives) {
    try {
      link(native);
    } catch (failure) {
      if (isHalfLoaded(failure)) await imported(native, error);
    }
  }
}

/**
 * A URL that Node can't load, in an update.
 * @param {unknown} error
 * @returns {Promise<unknown>} what import() says
 */
async function inWordsOfImport(error) {
  // Something else may have come by then, and nothing is to be evaluated for words.
  if (!isOfScheme(error)) return error;
  try {
    await toldOfRefused(error, ({ request, from }) => canLoad(request, from));
  } catch (told) {
    return told;
  }
  return error;
}

/** What was loaded, and did not link, Node 20 has no better words for. @param {Refused} native @param {unknown} error */
async function imported(native, error) {
  try {
    await native.import();
  } catch (told) {
    throw keepsUnlinked && isOfLinking(`${/** @type {any} */ (told)?.message}`) ? error : told;
  }
}

module.exports = { inWordsOfImport, noteRefused, toldOfRefused };
