// How long things go on: `dispose`, and what keeps a process alive.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { it } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";
import { reloaded, syncProject } from "./support/sync.mjs";

it("ends everything an instance does with dispose", async (t) => {
  const emitter = new EventEmitter();
  /** @type {string[]} */
  const log = [];
  Object.defineProperty(globalThis, "disposal", { configurable: true, value: { emitter, log } });
  t.after(() => Reflect.deleteProperty(globalThis, "disposal"));
  const test = syncProject(t, {
    "a.js": `
      const { sync } = require("./sync.js");
      sync.addTemporaryListener(disposal.emitter, "event", () => {});
      sync.addTemporaryInterval(() => disposal.log.push("interval"), 1);
      exports.remembered = () => sync.remember(() => ({}), "key");
      exports.value = require("./deep.js").value;`,
    "deep.js": "exports.value = 1;",
    "m.mjs": "export const value = 1;",
    "slow.mjs": `await new Promise((resolve) => setTimeout(resolve, 30)); disposal.log.push("slow");`,
    "witness.js": "exports.count = 0;",
  });
  const witness = new Heatsync();
  t.after(() => witness.dispose());
  witness.require("./witness.js", test.project.directory);
  const a = test.load("./a.js");
  const m = await test.import("./m.mjs");
  const remembered = a.remembered();
  assert.equal(a.remembered(), remembered);
  await until(() => log.includes("interval") && emitter.listenerCount("event") === 1);
  for (const name of ["any", "reload"])
    test.sync.events.on(name, (/** @type {string} */ file) => log.push(file));

  const slow = test.import("./slow.mjs");
  const disposed = test.sync.dispose();
  assert.ok(disposed instanceof Promise);
  await disposed;
  // As npm heatsync: what is still being imported is waited for.
  assert.ok(log.includes("slow"));
  await slow;
  assert.equal(emitter.listenerCount("event"), 0);
  assert.deepEqual(test.sync.events.eventNames(), []);

  log.length = 0;
  test.project.write("a.js", "exports.value = 2;");
  test.project.write("deep.js", "exports.value = 2;");
  test.project.write("m.mjs", "export const value = 2;");
  await reloaded(witness, test.project.path("witness.js"), () =>
    test.project.write("witness.js", "exports.count = 1;"),
  );
  assert.deepEqual([a.value, m.value], [1, 1]);
  assert.deepEqual(log, []);
  // Values are forgotten, the objects stay usable.
  assert.notEqual(a.remembered(), remembered);
  await test.sync.dispose();
});

it("ignores what it was told to, also when it is used again after dispose", async (t) => {
  const test = syncProject(t, { "ignored.js": "exports.value = 1;" }, `{ ignore: ["**/ignored.js"] }`);
  const witness = syncProject(t, { "witness.js": "exports.count = 0;" });
  witness.load("./witness.js");
  await test.sync.dispose();
  const ignored = test.load("./ignored.js");
  test.project.write("ignored.js", "exports.value = 2;");
  await witness.save("witness.js", "exports.count = 1;");
  await witness.save("witness.js", "exports.count = 2;");
  assert.equal(ignored.value, 1);
});

it("ignores nothing for others any more once it is disposed", async (t) => {
  const test = syncProject(t, {}, `{ ignore: ["**/ignored-once.js"] }`);
  const other = syncProject(t, { "ignored-once.js": "exports.value = 1;" });
  const once = other.load("./ignored-once.js");
  await test.sync.dispose();
  await other.save("ignored-once.js", "exports.value = 2;");
  assert.equal(once.value, 2);
});

it("imports anew when it is used again after dispose: what was given before stays as it was", async (t) => {
  const test = syncProject(t, { "m.mjs": "export const value = 1;" });
  const before = await test.import("./m.mjs");
  await test.sync.dispose();
  const after = await test.import("./m.mjs");
  assert.notEqual(after, before);
  await test.save("m.mjs", "export const value = 2;");
  assert.deepEqual([before.value, after.value], [1, 2]);
});

it("moves no instances any more that were made before it was disposed", async (t) => {
  const text = (/** @type {number} */ version) => `
    const { sync } = require("./sync.js");
    exports.Room = class Room extends sync.ReloadableClass { version() { return ${version}; } };
    sync.reloadClassMethods(exports.Room);`;
  const test = syncProject(t, { "room.js": text(1) });
  const room = new (test.load("./room.js").Room)();
  await test.sync.dispose();
  const exports = test.load("./room.js");
  await test.save("room.js", text(2));
  const other = new exports.Room();
  assert.deepEqual([room.version(), other.version()], [1, 2]);
  await test.save("room.js", text(3));
  assert.deepEqual([room.version(), other.version()], [1, 3]);
});

it("hears of no error of a version in whose update it is disposed", async (t) => {
  const self = project(t, {
    "m.mjs": "",
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      const [first, second] = [new Heatsync(), new Heatsync({ persistentWatchers: true })];
      for (const sync of [first, second]) await sync.import("./m.mjs");
      first.events.on("error", () => console.log("first"));
      first.events.on("any", () => { globalThis.disposed = first.dispose(); });
      second.events.on("error", (error) => { console.log("second", error.message); second.dispose(); });
      console.log("ready");`,
  });
  const program = self.run("main.mjs");
  await program.line("ready");
  self.write("m.mjs", `await globalThis.disposed; throw new Error("new");`);
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["ready", "second new"]);
});

it("lets a process end by itself, whatever was loaded, and holds it with persistentWatchers", async (t) => {
  const self = project(t, {
    "a.js": "exports.value = 1;",
    "m.mjs": "export const value = 1;",
    "by-default.js": `
      const fs = require("node:fs");
      const Heatsync = require("heatsync-rs");
      const instances = [new Heatsync(), new Heatsync({ watchFunction: fs.watch }), new Heatsync({ watchFunction: fs.watchFile }),
        new Heatsync({ watchDebounceMS: 1e6 }), new Heatsync({ watchFS: false, persistentWatchers: true })];
      Promise.all(instances.map(async (sync) => {
        sync.require("./a.js");
        await sync.import("./m.mjs");
        sync.reloadClassMethods(() => class A extends sync.ReloadableClass {});
      })).then(() => fs.writeFileSync("a.js", "exports.value = 2;"));
      process.on("exit", () => console.log("the end"));`,
    "module.mjs": `
      import Heatsync from "heatsync-rs";
      const sync = new Heatsync();
      await sync.import(["./m.mjs", "./a.js"]);
      process.on("exit", () => console.log("the end"));`,
    "persistent.js": `
      const fs = require("node:fs");
      const Heatsync = require("heatsync-rs");
      const options = { none: {}, watch: { watchFunction: fs.watch } }[process.argv[2]];
      const sync = new Heatsync({ persistentWatchers: true, ...options });
      const a = sync.require("./live.js");
      sync.events.on("reload", () => {
        console.log("value", a.value);
        if (a.value === 3) sync.dispose();
      });
      process.on("exit", () => console.log("the end"));
      console.log("ready");`,
    "live.js": "exports.value = 1;",
    "temporary.js": `
      const sync = new (require("heatsync-rs"))();
      sync.addTemporaryInterval(() => {}, 1e6);
      sync.addTemporaryTimeout(() => {}, 1e6);
      console.log("ready");
      process.on("message", () => { process.disconnect(); sync.dispose(); });`,
  });
  const ending = ["by-default.js", "module.mjs"].map((name) => self.run(name));
  const staying = ["none", "watch"].map((kind) => self.run("persistent.js", { arguments: [kind] }));
  const temporary = self.run("temporary.js");
  for (const program of ending) {
    await program.line("the end");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
    assert.equal(program.stderr, "");
  }
  for (const program of [...staying, temporary]) await program.line("ready");
  for (const value of [2, 3]) {
    self.write("live.js", `exports.value = ${value};`);
    await Promise.all(staying.map((program) => program.line(`value ${value}`)));
  }
  for (const program of staying) {
    await program.line("the end");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
  }
  // Its timers are Node's own: they hold the process until they are cleared.
  assert.equal(temporary.hasEnded, false);
  temporary.child.send("dispose");
  assert.deepEqual(await temporary.exit, { code: 0, signal: null });
});

for (const [options, watches] of /** @type {const} */ ([
  ["{}", true],
  ["{ watchFS: true }", true],
  ["{ watchFS: false }", false],
  ["{ watchFunction: () => {} }", false],
])) {
  it(`${watches ? "asks" : "does not ask"} the system to watch with ${options}`, async (t) => {
    const program = project(t, {
      "first/a.js": "exports.value = 1;",
      "second/b.js": "exports.value = 1;",
      "main.js": `
        const sync = new (require("heatsync-rs"))(${options});
        const { watchStatus } = require("node:module").createRequire(require.resolve("heatsync-rs"))("./native/load.cjs");
        const watched = () => {
          const { native, polled } = watchStatus();
          return native + polled;
        };
        sync.require("./first/a.js");
        // The folder of package.json is, whatever the options.
        const before = watched();
        sync.require("./second/b.js");
        console.log("more", watched() - before);`,
    }).run("main.js");
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.deepEqual(program.lines, [`more ${Number(watches)}`]);
  });
}

it("holds the process with persistentWatchers also when it is used again after dispose", async (t) => {
  const program = project(t, {
    "a.js": "exports.value = 1;",
    "main.js": `
      const sync = new (require("heatsync-rs"))({ persistentWatchers: true });
      sync.require("./a.js");
      sync.dispose().then(() => {
        sync.require("./a.js");
        setTimeout(() => { console.log("held"); sync.dispose(); }, 50).unref();
      });`,
  }).run("main.js");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["held"]);
});
