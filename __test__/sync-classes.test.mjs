// Reloadable classes: living instances get the methods of the newest version and keep their fields.
import assert from "node:assert/strict";
import { it } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

const start = `const { sync } = require("./sync.js");`;
/** One turn for the function form, which asks for the class on the next. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it("gives instances new methods, accessors and statics; fields stay as they were", async (t) => {
  const text = (/** @type {number} */ version) => `${start}
    class Room extends sync.ReloadableClass {
      static version = ${version};
      field = ${version};
      #secret = ${version};
      constructor(name) { super(); this.name = name; }
      version() { return ${version}; }
      get accessor() { return "accessor ${version} " + this.name; }
      ${version === 1 ? "old() {}" : "added() { return this.field; }"}
      own() { return this.constructor.version; }
    }
    sync.reloadClassMethods(Room);
    exports.Room = Room;`;
  const test = syncProject(t, { "room.js": text(1) });
  const exports = test.load("./room.js");
  const first = exports.Room;
  const rooms = [new first("a"), new first("b")];
  rooms[0].field = "kept";
  rooms[1].extra = "kept";
  for (const version of [2, 3]) {
    await test.save("room.js", text(version));
    assert.notEqual(exports.Room, first);
    for (const room of rooms) {
      assert.equal(room.version(), version);
      assert.equal(room.accessor, `accessor ${version} ${room.name}`);
      assert.equal(room.own(), version);
      assert.equal(room.old, undefined);
      assert.ok(room instanceof exports.Room);
      assert.equal(Object.getPrototypeOf(room), exports.Room.prototype);
    }
    assert.equal(rooms[0].added(), "kept");
    assert.equal(rooms[1].added(), 1);
    assert.equal(rooms[1].extra, "kept");
    // Made in between, and by an old version that someone kept.
    rooms.push(new exports.Room(`made by ${version}`), new first("late"));
    const late = rooms.pop();
    assert.equal(late.version(), 1);
  }
  assert.equal(rooms[2].field, 2);
});

it("takes the class or a function, as statement or in the class's own `extends`", async (t) => {
  const text = (/** @type {number} */ version) => `${start}
    class Hall extends sync.reloadClassMethods(() => Hall) { version() { return ${version}; } }
    class Later extends sync.ReloadableClass { version() { return ${version}; } }
    const returned = sync.reloadClassMethods(() => Later);
    const Expression = class extends sync.ReloadableClass { version() { return ${version}; } };
    sync.reloadClassMethods(Expression);
    function Old() { return Reflect.construct(sync.ReloadableClass, [], new.target); }
    Old.prototype = Object.create(sync.ReloadableClass.prototype, { version: { value: () => ${version} } });
    sync.reloadClassMethods(Old);
    module.exports = { Hall, Later, Expression, Old, returned };`;
  const test = syncProject(t, { "hall.js": text(1) });
  const classes = test.load("./hall.js");
  assert.equal(classes.returned, test.sync.ReloadableClass);
  const instances = ["Hall", "Later", "Expression", "Old"].map((name) => new classes[name]());
  await test.save("hall.js", text(2));
  await turn();
  assert.deepEqual(
    instances.map((it) => it.version()),
    [2, 2, 2, 2],
  );
  assert.deepEqual(test.errors, []);
});

it("tells subclasses, and classes of one name, apart", async (t) => {
  const text = (/** @type {number} */ version) => `
    const Heatsync = require("heatsync-rs");
    ${start}
    class Base extends sync.ReloadableClass { who() { return "base ${version}"; } base() { return ${version}; } }
    class Left extends Base { who() { return "left ${version}"; } }
    class Right extends Left { who() { return super.who() + " right ${version}"; } }
    [Base, Left, Right].forEach((it) => sync.reloadClassMethods(it));
    const twin = (key) => class Twin extends sync.ReloadableClass {
      static [Heatsync.ClassKeySpecifier] = key;
      who() { return key + " ${version}"; }
    };
    const A = twin("a"), B = twin("b");
    sync.reloadClassMethods(A); sync.reloadClassMethods(B);
    module.exports = { Base, Left, Right, A, B };`;
  const test = syncProject(t, { "one.js": text(1), "other.js": text(1) });
  const names = ["Base", "Left", "Right", "A", "B"];
  const one = test.load("./one.js");
  const other = test.load("./other.js");
  const instances = names.map((name) => new one[name]());
  const others = names.map((name) => new other[name]());
  const who = (/** @type {any[]} */ list) => list.map((it) => it.who());
  assert.deepEqual(who(instances), ["base 1", "left 1", "left 1 right 1", "a 1", "b 1"]);
  await test.save("one.js", text(2));
  assert.deepEqual(who(instances), ["base 2", "left 2", "left 2 right 2", "a 2", "b 2"]);
  assert.deepEqual(
    instances.slice(0, 3).map((it) => it.base()),
    [2, 2, 2],
  );
  names.forEach((name, index) => {
    assert.ok(instances[index] instanceof one[name]);
  });
  // The same names in another file are other classes.
  assert.deepEqual(who(others), ["base 1", "left 1", "left 1 right 1", "a 1", "b 1"]);
});

it("follows ES modules too, and a reload that fails changes nothing", async (t) => {
  const text = (/** @type {number} */ version, end = "") => `import { sync } from "./sync.js";
    export class Room extends sync.ReloadableClass { version() { return ${version}; } }
    sync.reloadClassMethods(() => Room);
    ${end}`;
  const test = syncProject(t, { "room.mjs": text(1) });
  const module = await test.import("./room.mjs");
  await turn();
  const room = new module.Room();
  await test.save("room.mjs", text(2));
  await turn();
  assert.equal(room.version(), 2);
  await test.fail("room.mjs", "const = 1;");
  assert.equal(room.version(), 2);
});

it("says what is no reloadable class", async (t) => {
  const { sync, errors } = syncProject(t);
  const other = new Heatsync();
  t.after(() => other.dispose());
  class Plain {}
  class Foreign extends other.ReloadableClass {}
  for (const value of [undefined, null, 5, "text", {}, []]) {
    assert.throws(() => sync.reloadClassMethods(value), /takes a class/);
  }
  const file = new RegExp(import.meta.filename.replace(/[\\.]/g, "\\$&"));
  assert.throws(() => sync.reloadClassMethods(Plain), {
    message: /Plain needs to extend sync\.ReloadableClass/,
  });
  assert.throws(() => sync.reloadClassMethods(Plain), { message: file });
  assert.throws(() => sync.reloadClassMethods(Foreign), /Foreign needs to extend/);
  assert.throws(() => sync.reloadClassMethods(sync.ReloadableClass), /needs to extend/);

  const wrong = [
    () => Plain,
    () => 5,
    () => undefined,
    () => {
      throw new RangeError("own");
    },
    async () => {},
  ];
  for (const value of wrong) assert.equal(sync.reloadClassMethods(value), sync.ReloadableClass);
  await until(() => errors.length === wrong.length);
  assert.deepEqual(new Set(errors.map((it) => it.file)), new Set([import.meta.filename]));
  assert.match(errors[0].message, /Plain needs to extend/);
  assert.match(errors[1].message, /takes a class.*number/);
  assert.equal(errors[3].name, "RangeError");
});

it("holds neither instances nor old versions", async (t) => {
  const self = project(t, {
    "room.js": `exports.define = (sync) => {
      class Room extends sync.ReloadableClass { constructor() { super(); this.weight = new Array(1000).fill(0); } }
      sync.reloadClassMethods(Room);
      return Room;
    };`,
    "main.js": `
      const sync = new (require("heatsync-rs"))();
      const collected = { instances: 0, classes: 0 };
      const registry = new FinalizationRegistry((kind) => { collected[kind]++; });
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const kept = [];
      (async () => {
        for (let version = 0; version < 20; version++) {
          const Room = sync.require("./room.js").define(sync);
          registry.register(Room, "classes");
          for (let i = 0; i < 50; i++) registry.register(new Room(), "instances");
          if (version === 0) kept.push(new Room());
          sync.resync("./room.js");
          await turn();
        }
        for (let i = 0; i < 200 && (collected.instances < 990 || collected.classes < 18); i++) {
          global.gc();
          await turn();
        }
        console.log("collected", JSON.stringify(collected));
        console.log("kept", JSON.stringify(kept[0].weight.length));
      })();`,
  });
  const program = self.run("main.js", { nodeArguments: ["--expose-gc"] });
  const { instances, classes } = JSON.parse((await program.line(/^collected /)).slice(10));
  assert.ok(instances >= 990, `${instances} of 1000 instances were collected`);
  assert.ok(classes >= 18, `${classes} of 20 classes were collected`);
  await program.line("kept 1000");
  assert.equal((await program.exit).code, 0);
});

it("passes over instances that are gone, and that nobody was told of yet", async (t) => {
  const self = project(t, {
    "room.js": `exports.define = (sync) => {
      class Room extends sync.ReloadableClass {}
      sync.reloadClassMethods(Room);
      return Room;
    };`,
    "main.js": `
      const sync = new (require("heatsync-rs"))();
      const made = (count) => {
        const Room = sync.require("./room.js").define(sync);
        return Array.from({ length: count }, () => new Room());
      };
      const [kept] = made(100);
      // Weak references hold what they are to until the turn has ended.
      setImmediate(() => {
        global.gc();
        const [newer] = made(1);
        console.log("same", Object.getPrototypeOf(kept) === Object.getPrototypeOf(newer));
      });`,
  });
  const program = self.run("main.js", { nodeArguments: ["--expose-gc"] });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["same true"]);
});

it("keeps nothing of instances that are gone, in a program that makes one with each request", async (t) => {
  const self = project(t, {
    "main.js": `
      const sync = new (require("heatsync-rs"))();
      class Request extends sync.ReloadableClass {}
      sync.reloadClassMethods(Request);
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const heap = async () => {
        for (let i = 0; i < 5; i++) { global.gc(); await turn(); }
        return process.memoryUsage().heapUsed;
      };
      const answer = async () => {
        for (let round = 0; round < 20; round++) {
          for (let i = 0; i < 5000; i++) new Request();
          global.gc();
          await turn();
        }
      };
      (async () => {
        await answer();
        const before = await heap();
        await answer();
        console.log("grown", (await heap()) - before);
      })();`,
  });
  const program = self.run("main.js", { nodeArguments: ["--expose-gc"] });
  const grown = Number((await program.line(/^grown /)).slice(6));
  // What says of one instance that it is gone takes some 50 bytes.
  assert.ok(grown < 1_000_000, `${grown} bytes of 100,000 instances`);
  assert.equal((await program.exit).code, 0);
});

it("keepInstanceof: an instance of one version is one of all, and of nothing else", async (t) => {
  const text = (/** @type {number} */ version, options = "{ keepInstanceof: true }") => `${start}
    class Room extends sync.ReloadableClass { version() { return ${version}; } }
    sync.reloadClassMethods(Room, ${options});
    class Hall extends sync.reloadClassMethods(() => Hall, ${options}) {}
    class Own extends sync.ReloadableClass { static [Symbol.hasInstance](it) { return it === ${version}; } }
    sync.reloadClassMethods(Own, ${options});
    class Cellar extends Room {}
    Object.assign(exports, { Room, Hall, Own, Cellar });`;
  const test = syncProject(t, { "room.js": text(1), "plain.js": text(1, "{}").replaceAll("Room", "Plain") });
  const exports = test.load("./room.js");
  const plain = test.load("./plain.js");
  await turn();
  const first = { ...exports };
  const firstPlain = plain.Plain;
  const rooms = [new first.Room(), new first.Hall(), new first.Cellar()];
  const old = new firstPlain();
  await test.save("room.js", text(2));
  await test.save("plain.js", text(2, "{}").replaceAll("Room", "Plain"));
  await turn();
  assert.notEqual(exports.Room, first.Room);
  rooms.push(new first.Room(), new exports.Room(), new exports.Cellar());
  const of = (/** @type {string} */ name) =>
    rooms.map((room) => [room instanceof first[name], room instanceof exports[name]].map(Number).join(""));
  assert.deepEqual(of("Room"), ["11", "00", "11", "11", "11", "11"]);
  assert.deepEqual(of("Hall"), ["00", "11", "00", "00", "00", "00"]);
  // One that only inherits from such a class is as ever.
  assert.deepEqual(of("Cellar"), ["00", "00", "10", "00", "00", "01"]);
  assert.ok(/** @type {any} */ (1) instanceof first.Own && !(/** @type {any} */ (1 instanceof exports.Own)));
  for (const value of [null, 1, {}, Object.create(null)]) assert.ok(!(value instanceof exports.Room));
  // Without the option: the newest version alone.
  assert.ok(old instanceof plain.Plain && !(old instanceof firstPlain));
  // The name of what instanceof asks does not show.
  assert.deepEqual(Object.keys(exports.Room), []);
});

it("keepInstanceof: what is no such option is refused, or told of, as those of `new Heatsync` are", async (t) => {
  const sync = new Heatsync();
  t.after(() => sync.dispose());
  class Room extends /** @type {any} */ (sync.ReloadableClass) {}
  const reload = (/** @type {any} */ options) => sync.reloadClassMethods(Room, options);
  for (const [options, message] of /** @type {const} */ ([
    [5, "sync.reloadClassMethods takes an options object, not number"],
    [true, "sync.reloadClassMethods takes an options object, not boolean"],
    [{ keepInstanceof: 1 }, "sync.reloadClassMethods: keepInstanceof is a boolean, not number"],
  ])) {
    assert.throws(() => reload(options), { name: "TypeError", message });
  }
  for (const options of [undefined, null, {}, { keepInstanceof: undefined }]) reload(options);
  const self = project(t, {
    "main.js": `const sync = new (require("heatsync-rs"))();
      class Room extends sync.ReloadableClass {}
      sync.reloadClassMethods(Room, { keepInstanceOf: true });
      sync.dispose();`,
  });
  const program = self.run("main.js");
  assert.equal((await program.exit).code, 0);
  const words = 'sync.reloadClassMethods: there is no option "keepInstanceOf"; there is keepInstanceof';
  assert.equal(program.stderr, `[heatsync] ${words}\n`);
});
