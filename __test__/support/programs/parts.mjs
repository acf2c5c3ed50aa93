// What several of these programs have: a module, and packages.

/** A module that says when it runs. */
export const esm = (/** @type {string} */ name) =>
  `export const name = ${JSON.stringify(name)}; export default () => name; console.log("runs", name);`;

export const packages = {
  "node_modules/esm/package.json": { name: "esm", exports: "./index.mjs" },
  "node_modules/esm/index.mjs": esm("esm package"),
  "node_modules/cjs/index.js": `console.log("runs cjs package"); exports.a = 1; exports.b = function b() { return this === exports; };`,
  "node_modules/awaits/package.json": { name: "awaits", type: "module", exports: "./index.js" },
  "node_modules/awaits/index.js": `console.log("awaits"); export const it = await 5; console.log("awaited");`,
  "node_modules/dual/package.json": {
    name: "dual",
    exports: {
      ".": { development: "./dev.mjs", import: "./index.mjs", require: "./index.cjs" },
      "./sub/*": "./sub-*.mjs",
    },
  },
  "node_modules/dual/index.mjs": `export const kind = "import";`,
  "node_modules/dual/index.cjs": `exports.kind = "require";`,
  "node_modules/dual/dev.mjs": `export const kind = "development";`,
  "node_modules/dual/sub-x.mjs": `export const kind = "sub";`,
};
