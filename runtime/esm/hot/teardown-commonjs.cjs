// @ts-check
"use strict";

// The timers of CommonJS files of the project, which Node compiles: what declares them stands before a
// file's text where Node's loader is given it. Node's own function compiles all other files, in as many frames.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { createDataProperty } = require("../../intrinsics.cjs");
const { mappingsOf, noteCommonJs } = require("../positions/positions.cjs");
const { takesPart } = require("../graph/project-file.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {(file: string, code: string, parameters: string[]) => string} DeclarationFor */

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
/** What may stand before a directive (ECMA-262 11.2.1): blanks, comments, other directives. */
const BEFORE = /\s+|;|\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;

/** @param {DeclarationFor} declarationFor what is to stand before a file's text */
function instrumentCommonJs(declarationFor) {
  const { _compile } = Loader.prototype;
  let compile = _compile;
  /** @this {LoaderModule} @param {string} source @param {string} file @param {any[]} rest */
  function instrumented(source, file, ...rest) {
    const isText = typeof source === "string" && rest[0] !== "module";
    const code = isText ? withDeclaration(source, file, declarationFor) : source;
    return Reflect.apply(compile, this, [code, file, ...rest]);
  }
  Object.defineProperty(Loader.prototype, "_compile", {
    __proto__: null,
    configurable: true,
    enumerable: true,
    /** @this {LoaderModule} */
    get() {
      return takesPart(this.filename) ? instrumented : compile;
    },
    /** @this {LoaderModule} @param {any} value */
    set(value) {
      if (this === Loader.prototype) compile = value;
      else createDataProperty(this, "_compile", value);
    },
  });
}

/**
 * In the first line, whose places are noted.
 * @param {string} source
 * @param {string} file
 * @param {DeclarationFor} declarationFor
 */
function withDeclaration(source, file, declarationFor) {
  // V8 skips it at the beginning only.
  const [hashbang] = /^#!.*/.exec(source) ?? [""];
  const text = source.slice(hashbang.length);
  const declaration = declarationFor(file, text, PARAMETERS);
  if (declaration === "") return source;
  const inserted = (isStrict(text) ? '"use strict";' : "") + declaration;
  const mappings = mappingsOf(file, source);
  noteCommonJs(file, inserted + text, mappings, [1, inserted.length, hashbang.length]);
  return inserted + text;
}

/** Has it the directive, which must come first? @param {string} text */
function isStrict(text) {
  for (BEFORE.lastIndex = 0; ; ) {
    const [found] = BEFORE.exec(text) ?? [];
    if (found === undefined) return false;
    if (/^.use strict.$/.test(found)) return true;
  }
}

module.exports = { instrumentCommonJs };
