// CommonJS: `import = require`, and every way of reaching the class.
import Heatsync = require("heatsync-rs");

import { EventEmitter } from "node:events";
import { hmr, Heatsync as Named } from "heatsync-rs";

const sync = new Heatsync({ watchFS: true, ignore: ["**/*.log"], poll: 100, deep: false, esm: "query" });
const same: Heatsync = new Named();
const alsoSame: Heatsync = new Heatsync.Heatsync();
const byDefault: typeof Heatsync = Heatsync.default;
const options: Heatsync.Options = { watchFunction: require("node:fs").watchFile };

const any = sync.require("./x.js");
any.whatever();
const typed = sync.require<{ answer: number }>("./x.js");
const answer: number = typed.answer;
const list: any[] = sync.require(["./x.js", "./y.json"]);
const emitter: EventEmitter = sync.events;
const symbol: symbol = Heatsync.ClassKeySpecifier;

class Room extends sync.reloadClassMethods(() => Room) {
  static [Heatsync.ClassKeySpecifier] = "room";
  greet(): string {
    return "hello";
  }
}
const greeting: string = new Room().greet();

// As servers and sockets are declared, one overload an event.
class Overloaded extends EventEmitter {
  override on(event: "request", listener: (url: string) => void): this;
  override on(event: "close", listener: () => void): this;
  override on(event: string, listener: (...args: any[]) => void): this {
    return super.on(event, listener);
  }
}
const overloaded: Overloaded = sync.addTemporaryListener(new Overloaded(), "request", (url) => url.trim());
sync.addTemporaryListener(overloaded, Symbol("own"), () => {});

const handle: Heatsync.HmrHandle = hmr("./x.js", undefined, (module) => module.start(), { ignore: /x/ });
const closed: Promise<void> = handle.close();
Heatsync.hmr("./x.js", ["a/**", "!a/b"], async () => {}, false).then(() => handle.ready);

// @ts-expect-error
new Heatsync({ watchFs: true });
// @ts-expect-error
hmr("./x.js");
// @ts-expect-error
sync.remember(1);
// @ts-expect-error
sync.addTemporaryListener(overloaded, 1, () => {});
// @ts-expect-error
sync.reloadClassMethods("Room");

export { alsoSame, answer, byDefault, closed, emitter, greeting, list, options, same, symbol };
