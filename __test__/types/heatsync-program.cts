// A program written against the typings of npm heatsync 3.3.0 (2.8.3 has fewer members): "heatsync" stands for heatsync-rs here, as
// `"heatsync": "npm:heatsync-rs"` makes it. What type-checks there must type-check here.
import Sync = require("heatsync-rs");
import fs = require("node:fs");

import { EventEmitter } from "node:events";

const sync = new Sync({
  watchFS: true,
  persistentWatchers: false,
  watchFunction: fs.watchFile,
  watchDebounceMS: 10,
});
const watch: ConstructorParameters<typeof Sync>[0] = { watchFunction: fs.watch };
const wrapped = new Sync({
  watchFunction: (path, options, cb) => fs.watch(path, options as fs.WatchOptions, cb),
});

const utils = sync.require("./utils.js") as typeof import("./sample.cjs");
const [one, two] = sync.require(["./one.js", "./two.js"]);
const from = sync.require<{ a: 1 }>("./one.js", __dirname);
const tuple = sync.require<[{ a: 1 }, { b: 2 }]>(["./one.js", "./two.js"]);
const imported: Promise<{ a: 1 }> = sync.import("./one.mjs", { type: "json" }, __dirname);
const importedList: Promise<any[]> = sync.import(["./one.mjs"], { type: "json" }, __dirname);

sync.events.on("error", (error) => console.error(error.file, error.anything));
sync.events.once("/abs/path.js", () => {});
sync.events.on("any", (file) => file.endsWith(".js"));
const events: EventEmitter = sync.events;
sync.events = new EventEmitter();

const target: NodeJS.Process = sync.addTemporaryListener(
  process,
  "uncaughtException",
  (e) => console.log(e),
  "once",
);
const own = sync.addTemporaryListener(new EventEmitter(), "x", () => {});
const timeout: NodeJS.Timeout = sync.addTemporaryTimeout(() => {}, 10);
const maybe: NodeJS.Timeout | number = sync.addTemporaryTimeout((a: string, b: number) => {}, 10, "a", 1);
clearInterval(sync.addTemporaryInterval((a: string) => {}, 5, "a"));

const resynced = sync.resync("./one.js");
const resyncedList: any[] = sync.resync(["./one.js"], __dirname);
const map = sync.remember(() => new Map<string, number>(), "map");
const size: number = map.size;

class Plain extends sync.ReloadableClass {
  magic() {}
}
const base = sync.reloadClassMethods(Plain);
class Late extends sync.reloadClassMethods(() => Late, { keepInstanceof: true }) {}
abstract class Abstract extends sync.ReloadableClass {}
sync.reloadClassMethods(Abstract);

class Mine extends Sync {
  override require(id: any): any {
    return super.require(id);
  }
}
const key: symbol = Sync.ClassKeySpecifier;
const ended: void | Promise<void> = sync.dispose();
function takes(instance: Sync): Sync["events"] {
  return instance.events;
}
takes(new Mine());
void [
  watch,
  wrapped,
  utils.answer,
  one,
  two,
  from.a,
  tuple[1].b,
  imported,
  importedList,
  events,
  target,
  own,
  timeout,
];
void [maybe, resynced, resyncedList, size, base, Late, key, ended];
