// @ts-check
"use strict";

// `hot` of the package. It registers nothing until `hot.init` is called.

const { fileURLToPath } = require("node:url");
const { off, on, send } = require("./hot-events.cjs");

/**
 * @param {() => any} newest
 * @returns {(this: unknown, ...values: any[]) => any}
 */
function handler(newest) {
  if (typeof newest !== "function") {
    throw new TypeError(
      "hot.handler: pass a function that returns the handler, as in hot.handler(() => app)",
    );
  }
  return function (...values) {
    const now = newest();
    if (typeof now?.then === "function") {
      return now.then((/** @type {unknown} */ it) => Reflect.apply(callable(it), this, values));
    }
    return Reflect.apply(callable(now), this, values);
  };
}

/** @param {unknown} value */
function callable(value) {
  if (typeof value === "function") return value;
  throw new TypeError(
    `hot.handler: the newest handler is no function but ${value === null ? "null" : typeof value}`,
  );
}

/** @param {unknown} first @param {unknown} [second] */
function init(first, second) {
  return require("./boundaries/init.cjs").init(first, second);
}

/** The module tree; without register there is none. */
async function dump() {
  const { boundaries } = require("./esm/hooks/entered.cjs");
  return boundaries.dump();
}

/** `import.meta.hot.dispose` of the module with this URL. @param {string} url @param {(data: any) => unknown} callback */
function dispose(url, callback) {
  hotOf(url)?.dispose(callback);
}

/** `import.meta.hot.decline` of the module with this URL. @param {string} url */
function decline(url) {
  hotOf(url)?.decline();
}

/** @param {string} url */
function hotOf(url) {
  const { graph, updates } = require("./esm/index.cjs");
  const { SourceTextModule } = require("./esm/graph/module-record.cjs");
  const module = graph.modules.ofFile(fileOf(url)).find((it) => it.url === url);
  return module instanceof SourceTextModule ? updates.hotOf(module) : null;
}

/** @param {string} url @returns {string} of what is no file's: no module's */
function fileOf(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

/** @type {import("../hot").HotEvents} */
const hot = /** @type {any} */ ({ decline, dispose, dump, handler, init, off, on, send });

module.exports = { hot };
