// The ES module face of index.js: the same class, under its default and its named exports.
import Heatsync from "./index.js";

export const { hmr, hot } = Heatsync;
export { Heatsync, Heatsync as default };

//# sourceURL=node:heatsync-rs/../index.mjs
