// @ts-check
"use strict";

/** @typedef {import("./wire").PageSettings} PageSettings */

/**
 * The option `inspect`, wherever it is given.
 * @param {unknown} given
 * @returns {PageSettings | null | string} null: no page; a string: what is wrong
 */
function pageSettings(given) {
  if (given === undefined || given === false) return null;
  if (given === true) return { port: 0, source: false };
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return "inspect must be true, false or an object";
  }
  const { port = 0, source = false, ...others } = /** @type {Record<string, unknown>} */ (given);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return `inspect: there is no option ${JSON.stringify(unknown)}; there are port, source`;
  if (!isPort(port))
    return `inspect.port must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`;
  if (typeof source !== "boolean") return "inspect.source must be true or false";
  return { port, source };
}

/** @param {unknown} port @returns {port is number} */
const isPort = (port) => Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535;

module.exports = { isPort, pageSettings };
