// @ts-check
"use strict";

// Which files have types or JSX, by their names: those of `is_typescript` in src/typescript/mod.rs.

const path = require("node:path");

const EXTENSIONS = [".ts", ".mts", ".cts", ".tsx", ".jsx"];

/** @param {unknown} file */
const isTypeScript = (file) => typeof file === "string" && EXTENSIONS.includes(path.extname(file));

/** `--experimental-transform-types` (Node 22 and 24), which Node says to be experimental. */
const transformsTypes = /** @type {any} */ (process.features).typescript === "transform";

module.exports = { EXTENSIONS, isTypeScript, transformsTypes };
