// @ts-check
"use strict";

// Node looks for what is required when that is required: a file that an update was planned with may be gone by then, and back as it was before
// anybody has looked. Its error says so.

const path = require("node:path");

/**
 * Which of these files has a require() not found, if that is why it threw?
 * @param {any} error
 * @param {() => string[]} files
 * @returns {string | undefined}
 */
function notFoundOf(error, files) {
  try {
    return namedBy(error, files);
  } catch {
    return undefined; // its getters throw, so that it is none of Node's
  }
}

/** @param {any} error @param {() => string[]} files */
function namedBy(error, files) {
  if (error?.code === "ENOENT") return files().find((file) => file === error.path);
  if (error?.code !== "MODULE_NOT_FOUND") return undefined;
  const [, request] = /^Cannot find module '([^'\n]+)'/.exec(String(error.message)) ?? [];
  const from = error.requireStack?.[0];
  if (!request || !(path.isAbsolute(request) || (request.startsWith(".") && from))) return undefined;
  const place = path.resolve(from ? path.dirname(from) : "", request);
  return files().find((file) => {
    const { dir, name } = path.parse(file);
    // With an extension that Node adds, or the folder's index.
    return file === place || path.join(dir, name) === place || (name === "index" && dir === place);
  });
}

module.exports = { notFoundOf };
