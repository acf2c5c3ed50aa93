// @ts-check
"use strict";

// Native modules of ours (facades, bridges, drivers) must stand at the file's own URL, because that
// is what import.meta.url and relative specifiers go by. `sourceURL` (tc39.es/ecma426) gives them
// another name for people: in stacks, breakpoints by URL, coverage and profiles they are not that file.

const PREFIX = "heatsync-rs:internal/";

/** Run by us, with Node's `require()` of an ES module between: its frames are there for us. */
const BRIDGE = "bridge";
/** Between our `import()` and our bodies. */
const DRIVER = "driver";
/** `program.mjs`. A facade that Node evaluates is called by its URL. */
const PROGRAM = "program";

/** @param {string} source @param {string} [name] which of ours it is */
function asInternal(source, name = BRIDGE) {
  return `${source}\n//# sourceURL=${PREFIX}${name}`;
}

const DATA = "data:text/javascript,";
const MARK = encodeURIComponent(`sourceURL=${PREFIX}`);

/** The text of such a module that another one imports. @param {string} url @returns {string | null} null: it is none of ours */
function internalText(url) {
  return url.startsWith(DATA) && url.includes(MARK) ? decodeURIComponent(url.slice(DATA.length)) : null;
}

/** @param {string} script @returns {string | null} */
function internalName(script) {
  return script.startsWith(PREFIX) ? script.slice(PREFIX.length) : null;
}

module.exports = { BRIDGE, DRIVER, PROGRAM, asInternal, internalName, internalText };
