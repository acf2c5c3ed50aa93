// @ts-check
"use strict";

/** @typedef {import("../../native/addon").JsGroup} JsGroup */
/** @typedef {import("../../native/addon").JsModule} JsModule */

/**
 * Modules of a plan's group, and who imports them, as far as the engine knows.
 * @param {JsGroup} group
 * @param {(module: JsModule) => boolean} isMeant
 * @returns {Set<JsModule>}
 */
function aboveInPlan({ modules }, isMeant) {
  const above = new Set(modules.filter(isMeant));
  for (const { importers } of above) {
    for (const module of modules) if (importers.includes(module.file)) above.add(module);
  }
  return above;
}

module.exports = { aboveInPlan };
