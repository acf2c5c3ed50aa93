// @ts-check
"use strict";

// Names of the transform's in what it has made of a module (src/transform/names.rs), for who looks at that text.

/** The call of an import, where the source's is not known. */
const importCalls = /(?<![\w$.])\$[a-z]aaaa(?=\s*\()/g;
const importMetas = /(?<![\w$.])import_meta(?![\w$])/g;

/**
 * What stands for `import` in calls of it, which the first line declares, the transform's (src/transform/preamble.rs).
 * @param {string} code of a module
 * @returns {string | undefined} nothing: there is no such call
 */
const importCallName = (code) => /([$\w]+)=[$\w]+\.import;/.exec(code.slice(0, code.indexOf("\n")))?.[1];

/** `import()` and `import.meta` in a text of V8's whose source nobody has. @param {string} text */
const withImports = (text) => text.replace(importCalls, "import").replace(importMetas, "import.meta");

module.exports = { importCallName, withImports };
