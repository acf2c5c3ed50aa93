// @ts-check
"use strict";

// What is said when something does not link: V8's words, and Node's, which has others where a name of CommonJS is missing.

/** Which module lacks which name. */
const NAMELESS = /^The requested module '(?<specifier>.*)' does not provide an export named '(?<name>.+)'$/;
const NAMELESS_COMMONJS =
  /^Named export '(?<name>.+)' not found\. The requested module '(?<specifier>.*)' is a CommonJS module/;

/** @param {string} message */
const isV8s = (message) => /^The requested module |^Detected cycle while resolving name /.test(message);

/** @param {string} message V8's, or Node's */
const isOfLinking = (message) => isV8s(message) || message.startsWith("Named export ");

module.exports = { NAMELESS, NAMELESS_COMMONJS, isOfLinking, isV8s };
