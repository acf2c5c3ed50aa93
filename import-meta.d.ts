// `/// <reference types="heatsync-rs/import-meta" />` types `import.meta.hot`.

interface ImportMeta {
  /** There under `heatsync-rs/register` only. */
  readonly hot?: import("./hot.js").Hot;
  /** The same: the name that dynohot knows it by, too. */
  readonly dynoHot?: import("./hot.js").Hot;
}
