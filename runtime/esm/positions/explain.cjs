// @ts-check
"use strict";

// What Node adds to the message of a module that uses a variable only CommonJS has. Its words differ
// from version to version, so Node is asked: a module of ours throws the error once more.

const fs = require("node:fs");
const path = require("node:path");
const { importUrl } = require("../../startup.cjs");
const { dataUrl } = require("../native/bridge.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

const EXPLAIN = Symbol.for("heatsync-rs.esm.explain");
/** @type {unknown[]} */
const errors = [];
let count = 0;
Object.defineProperty(globalThis, EXPLAIN, {
  __proto__: null,
  configurable: true,
  value: () => errors.pop(),
});

/** @param {any} error the ReferenceError that the evaluation of `module` threw @param {Module} module */
async function explain(error, module) {
  const { message } = error;
  if (!/^(?:module|exports|require|__filename|__dirname) is not defined$/.test(message)) return;
  const wait = isAsync(module) ? "await 0;" : "";
  const source = `${wait}throw globalThis[Symbol.for(${JSON.stringify(EXPLAIN.description)})]()//${++count}`;
  errors.push(error);
  await importUrl(dataUrl(source)).catch(() => {});
  const file = packageOf(
    module.url.replace(/[?#].*$/, "").endsWith(".js") ? /** @type {any} */ (module).file : "",
  );
  if (error.code !== undefined || !file) return;
  error.message += `\nThis file is being treated as an ES module because it has a '.js' file extension and '${file}' contains "type": "module". To treat it as a CommonJS script, rename it to use the '.cjs' file extension.`;
}

/** The nearest package.json, if it makes `.js` files modules. @param {string} file */
function packageOf(file) {
  for (
    let folder = path.dirname(file);
    file && folder !== path.dirname(folder);
    folder = path.dirname(folder)
  ) {
    const candidate = path.join(folder, "package.json");
    try {
      return JSON.parse(fs.readFileSync(candidate, "utf8")).type === "module" ? candidate : null;
    } catch (error) {
      if (/** @type {any} */ (error).code !== "ENOENT") return null;
    }
  }
  return null;
}

module.exports = { explain };
