import Heatsync from "./index.js";

export { hmr, hot } from "./index.js";
export { Heatsync, Heatsync as default };

export type Options = Heatsync.Options;
export type WatchFunction = Heatsync.WatchFunction;
export type Class = Heatsync.Class;
export type HmrOptions = Heatsync.HmrOptions;
export type HmrHandle = Heatsync.HmrHandle;
export type Hot<Data extends object = any> = Heatsync.Hot<Data>;
export type HotEventMap = Heatsync.HotEventMap;
export type HotInitOptions = Heatsync.HotInitOptions;
export type InspectOptions = Heatsync.InspectOptions;
export type DumpedModule = Heatsync.DumpedModule;
export type UpdateResult = Heatsync.UpdateResult;
