// `/// <reference types="heatsync-rs/import-meta" />` types `import.meta.hot`, and `module.hot` of CommonJS files. So does
// `"types": ["node", "heatsync-rs/import-meta"]` in tsconfig.json, for all files of the project.

interface ImportMeta {
  /** There under `heatsync-rs/register` only. */
  readonly hot?: import("./hot.js").Hot;
  /** The same: the name that dynohot knows it by, too. */
  readonly dynoHot?: import("./hot.js").Hot;
  /** The same, for modules that are written for webpack: the one function that they accept themselves with may be an error handler. */
  readonly webpackHot?: import("./hot.js").WebpackHot;
}

declare namespace NodeJS {
  interface Module {
    /**
     * `import.meta.hot` of a CommonJS file: there under `heatsync-rs/register` only. Specifiers are those of `require()`,
     * and handlers get what `require()` gives, the new `module.exports`.
     *
     * @example
     * let routes = require("./routes");
     * module.hot?.accept("./routes", (newRoutes) => {
     *   routes = newRoutes;
     * });
     */
    readonly hot?: import("./hot.js").CommonJsHot;
  }
}
