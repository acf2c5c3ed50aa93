// @ts-check
"use strict";

// Node's `import()`, for those of our files that are run from the bundle: scripts have none (scripts/build-startup.mjs).

/** @param {string} url */
module.exports = (url) => import(url);
