// @ts-check
"use strict";

// `--enable-source-maps`: Node takes note of a text's `//# sourceMappingURL=` where it compiles it (`maybeCacheSourceMap`,
// lib/internal/source_map/source_map_cache.js), and we compile a module's. So when a stack is asked for, it is had to compile a text at
// that URL with nothing in it but the comment: it looks for the map, and maps our places, which are those of the file.

const fs = require("node:fs");
const NodeModule = require("node:module");
const { fileURLToPath } = require("node:url");
const { SafeMap } = require("../intrinsics.cjs");
const { compileCommonJs } = require("../native-compile.cjs");

/** Node keeps a map for as long as there is the module that it is of. @type {Map<string, object>} */
const modules = new SafeMap();

/** The last one counts. */
const COMMENT = /^[ \t]*\/\/[#@][ \t]sourceMappingURL=[^\s'"]*[ \t]*$/gm;

/** @param {string} url of a module of ours */
function noteSourceMap(url) {
  if (!url.startsWith("file:")) return;
  const file = fileURLToPath(url.replace(/[?#].*$/, ""));
  const comment = commentOf(file);
  modules.delete(url);
  if (!comment) return;
  const module = new NodeModule(file);
  module.filename = file;
  module.paths = [];
  compileCommonJs(module, comment, url);
  modules.set(url, module);
}

/** @param {string} file */
function commentOf(file) {
  try {
    return fs.readFileSync(file, "utf8").match(COMMENT)?.at(-1) ?? "";
  } catch {
    return "";
  }
}

module.exports = { noteSourceMap };
