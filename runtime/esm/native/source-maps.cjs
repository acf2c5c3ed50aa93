// @ts-check
"use strict";

// `--enable-source-maps`: Node takes note of a text's `//# sourceMappingURL=` where it compiles it (`maybeCacheSourceMap`,
// lib/internal/source_map/source_map_cache.js), and we compile a module's. So when a stack is asked for, Node is given a text to
// compile at that URL with nothing in it but the comment: it looks for the map, and maps our places, which are those of the file.

const NodeModule = require("node:module");
const { fileURLToPath } = require("node:url");
const { SafeMap } = require("../../intrinsics.cjs");
const { compileCommonJs } = require("../../commonjs/native-compile.cjs");
const { fileText } = require("../positions/positions.cjs");

/** Node keeps a map for as long as there is the module that it is of. @type {Map<string, object>} */
const modules = new SafeMap();

/** The last one counts. */
const COMMENT = /^[ \t]*\/\/[#@][ \t]sourceMappingURL=[^\s'"]*[ \t]*$/gm;

/**
 * That of a version without a comment, whose module had one before: until that one's is collected Node would go on with it. Node has none, then, if
 * the text is no JSON; node:test reports no coverage at all where one can't be read, so there it is a map of nothing.
 */
const NO_MAP = `//# sourceMappingURL=data:application/json;base64,${
  process.env.NODE_TEST_CONTEXT ? btoa('{"version":3,"sources":[],"names":[],"mappings":""}') : ""
}`;

/** @param {string} url of a module of ours */
function noteSourceMap(url) {
  if (!url.startsWith("file:")) return;
  const file = fileURLToPath(url);
  const hadOne = modules.delete(url);
  const text = fileText(url) ?? "";
  const comment = text.match(COMMENT)?.at(-1) ?? (hadOne ? NO_MAP : undefined);
  if (!comment) return;
  const module = new NodeModule(file);
  module.filename = file;
  module.paths = [];
  // With lines as long as they are: by them coverage, which Node writes with the map, is told apart.
  const blank = text.slice(0, Math.max(text.lastIndexOf(comment), 0)).replace(/[^\n\u2028\u2029]/g, " ");
  compileCommonJs(module, blank + comment, url);
  modules.set(url, module);
}

module.exports = { noteSourceMap };
