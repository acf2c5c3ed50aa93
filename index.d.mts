import Heatsync from "./index.js";

export { hmr } from "./index.js";
export { Heatsync, Heatsync as default };

export type Options = Heatsync.Options;
export type WatchFunction = Heatsync.WatchFunction;
export type Class = Heatsync.Class;
export type HmrOptions = Heatsync.HmrOptions;
export type HmrHandle = Heatsync.HmrHandle;
