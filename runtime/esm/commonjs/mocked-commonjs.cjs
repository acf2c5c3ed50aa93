// @ts-check
"use strict";

// Node 22: what `mock.module()` of node:test puts in the place of a builtin, or of CommonJS, is CommonJS with a text of its own. Where
// it is imported synchronously, as our bridges do, Node looks for a file of that name. So importers get the same as an ES module.

const MARK = /[?&]node-test-mock=/;

/** @typedef {import("node:module").LoadFnOutput} Loaded */

/** @param {string} url @param {Loaded} loaded @returns {Loaded} */
function mockedAsModule(url, loaded) {
  if (loaded.format !== "commonjs" || typeof loaded.source !== "string" || !MARK.test(url)) return loaded;
  const names = [...loaded.source.matchAll(/^module\.exports\[("(?:[^"\\]|\\.)*")\] = /gm)].map(
    ([, name]) => name,
  );
  const own = names.filter((name) => name !== '"default"');
  const source = [
    "const module={exports:{}};",
    // In sloppy mode, as CommonJS is.
    `new Function("require","module",${JSON.stringify(loaded.source)})(process.getBuiltinModule,module);`,
    "export default module.exports;",
    ...own.map((name, index) => `const $${index}=module.exports[${name}];export{$${index} as ${name}};`),
  ].join("");
  return { ...loaded, format: "module", source };
}

module.exports = { mockedAsModule };
