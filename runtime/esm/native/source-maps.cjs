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

/** That of a version without a comment, whose module had one before: until that one's is collected Node would go on with it. */
const NO_MAP = `//# sourceMappingURL=data:application/json,${encodeURIComponent('{"version":3,"sources":[],"names":[],"mappings":""}')}`;

/** @param {string} url of a module of ours */
function noteSourceMap(url) {
  if (!url.startsWith("file:")) return;
  const file = fileURLToPath(url);
  const hadOne = modules.delete(url);
  const comment = fileText(url)?.match(COMMENT)?.at(-1) ?? (hadOne ? NO_MAP : undefined);
  if (!comment) return;
  const module = new NodeModule(file);
  module.filename = file;
  module.paths = [];
  compileCommonJs(module, comment, url);
  modules.set(url, module);
}

module.exports = { noteSourceMap };
