// Programs written for npm heatsync run unchanged where "heatsync" is this package. With HEATSYNC_PEER=<folder of npm
// heatsync> the same programs run with that one: what they print is what both do.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const peer = process.env.HEATSYNC_PEER;

/** @param {import("node:test").TestContext} t @param {Record<string, string | object>} files */
function program(t, files) {
  const self = project(t, files);
  // As `"heatsync": "npm:heatsync-rs"` installs it.
  fs.symlinkSync(peer ?? root, self.path("node_modules/heatsync"), "junction");
  return self;
}

/** Waits, in the programs, for what a save does; npm heatsync takes a second. */
const waiting = `
  const until = async (condition) => {
    const end = Date.now() + 15_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error("not in time: " + condition);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };`;

it("a chat bot: commands, remembered state, reloadable rooms, temporary listeners (CommonJS)", async (t) => {
  const self = program(t, {
    "passthrough.js": `
      const Heatsync = require("heatsync");
      const { EventEmitter } = require("events");
      const sync = new Heatsync();
      module.exports = { sync, bus: new EventEmitter(), rooms: [] };`,
    "commands/echo.js": `
      const { sync, bus } = require("../passthrough");
      /** @type {import("../lib/text")} */
      const text = sync.require("../lib/text.js");
      sync.addTemporaryListener(bus, "message", (message) => bus.emit("reply", text.shout(message)));
      module.exports = { name: "echo", version: 1 };`,
    "commands/count.js": `
      const { sync } = require("../passthrough");
      const counts = sync.remember(() => new Map());
      const started = sync.remember(() => Symbol("started"));
      exports.count = (name) => { counts.set(name, (counts.get(name) || 0) + 1); return counts.get(name); };
      exports.started = started;`,
    "lib/text.js": "exports.shout = (message) => message.toUpperCase();",
    "lib/room.js": `
      const { sync } = require("../passthrough");
      class Room extends sync.ReloadableClass {
        constructor(name) { super(); this.name = name; }
        greet() { return "hello from " + this.name; }
      }
      sync.reloadClassMethods(Room);
      module.exports.Room = Room;`,
    "settings.json": { prefix: "!" },
    "main.js": `
      const fs = require("fs");
      const path = require("path");
      const { sync, bus, rooms } = require("./passthrough.js");
      ${waiting}
      const [echo, count] = sync.require(["./commands/echo.js", "./commands/count"]);
      const settings = sync.require("./settings.json");
      const { Room } = sync.require("./lib/room.js");
      const errors = [];
      sync.events.on("error", (error) => errors.push(path.basename(error.file) + " " + error.name));
      const seen = new Set();
      sync.events.on("any", (file) => seen.add(path.basename(file)));
      let own = 0;
      sync.events.on(path.join(__dirname, "lib", "text.js"), () => own++);
      rooms.push(new Room("lobby"));
      const edit = (file, change) => {
        const full = path.join(__dirname, file);
        fs.writeFileSync(full, change(fs.readFileSync(full, "utf8")));
      };
      const say = (message) => {
        const replies = [];
        const listener = (reply) => replies.push(reply);
        bus.on("reply", listener).emit("message", message);
        bus.off("reply", listener);
        return replies;
      };
      (async () => {
        await until(() => bus.listenerCount("message") === 1);
        console.log("say", JSON.stringify(say("hi")));
        console.log("count", count.count("a"), count.count("a"));
        const { started } = count;

        edit("lib/text.js", () => "exports.shout = (message) => message + '!';");
        await until(() => say("hi")[0] === "hi!");
        console.log("say", JSON.stringify(say("hi")), own > 0, seen.has("text.js"));

        edit("commands/count.js", (text) => text + "exports.added = true;");
        await until(() => count.added);
        console.log("count", count.count("a"), count.started === started);

        edit("lib/room.js", (text) => text.replace("hello from", "welcome to"));
        await until(() => rooms[0].greet() !== "hello from lobby");
        console.log("room", rooms[0].greet(), rooms[0].name);

        edit("commands/echo.js", (text) => text.replace("version: 1", "version: 2"));
        await until(() => echo.version === 2 && bus.listenerCount("message") === 1);
        console.log("listeners", bus.listenerCount("message"), JSON.stringify(say("once")));

        edit("settings.json", () => JSON.stringify({ prefix: "?", more: true }));
        await until(() => settings.more);
        console.log("settings", JSON.stringify(settings));

        edit("lib/text.js", () => "throw new TypeError('broken on purpose');");
        await until(() => errors.length > 0);
        console.log("error", errors[0], say("still")[0]);
        edit("lib/text.js", () => "exports.shout = () => 'mended';");
        await until(() => say("hi")[0] === "mended");

        edit("lib/text.js", () => "exports.shout = () => 'by hand';");
        const text = sync.resync("./lib/text.js");
        console.log("resync", text === sync.require("./lib/text.js"), say("hi")[0]);
        sync.addTemporaryInterval(() => {}, 1000);
        console.log("dispose", await sync.dispose());
      })();`,
  });
  const run = self.run("main.js");
  const { code } = await run.exit;
  assert.equal(run.stderr, "");
  assert.equal(code, 0);
  assert.deepEqual(run.lines, [
    `say ["HI"]`,
    "count 1 2",
    `say ["hi!"] true true`,
    "count 3 true",
    "room welcome to lobby lobby",
    `listeners 1 ["once!"]`,
    `settings {"prefix":"?","more":true}`,
    "error text.js TypeError still!",
    "resync true by hand",
    "dispose undefined",
  ]);
});

it("a small server's routes (ES modules)", async (t) => {
  const self = program(t, {
    "package.json": { name: "server", type: "module" },
    "passthrough.js": `
      import Sync from "heatsync";
      export const sync = new Sync({ watchFS: true, persistentWatchers: true, watchDebounceMS: 20 });
      export const log = [];
      export { Sync };`,
    "routes/index.js": `
      import { sync, log } from "../passthrough.js";
      const templates = await sync.import("../templates.js");
      const visits = sync.remember(() => []);
      sync.addTemporaryInterval(() => log.push("tick 1"), 1);
      export const render = (name) => { visits.push(name); return templates.page(name) + " " + visits.length; };
      export default { version: 1 };`,
    "templates.js": `export function page(name) { return "<" + name + ">"; }`,
    "session.js": `
      import { sync, Sync } from "./passthrough.js";
      export class Session extends sync.reloadClassMethods(() => Session) {
        static [Sync.ClassKeySpecifier] = "web session";
        describe() { return "one"; }
      }`,
    "data.json": { users: 1 },
    "main.js": `
      import fs from "node:fs";
      import { fileURLToPath } from "node:url";
      import { sync, log } from "./passthrough.js";
      ${waiting}
      sync.events.on("error", (error) => log.push("error " + error.message.split("\\n")[0]));
      const routes = await sync.import("./routes/index.js");
      const [templates, session] = await sync.import(["./templates.js", "./session.js"]);
      const data = await sync.import("./data.json", { type: "json" });
      await new Promise((resolve) => setImmediate(resolve));
      const live = new session.Session();
      const edit = (name, change) => {
        const file = fileURLToPath(new URL(name, import.meta.url));
        fs.writeFileSync(file, change(fs.readFileSync(file, "utf8")));
      };
      console.log("render", routes.render("a"), routes.default.version, data.default.users);

      edit("./templates.js", (text) => text.replace('"<"', '"["').replace('">"', '"]"'));
      await until(() => templates.page("b") === "[b]");
      console.log("render", routes.render("b"));

      edit("./routes/index.js", (text) => text.replace("version: 1", "version: 2").replace("tick 1", "tick 2"));
      await until(() => routes.default.version === 2 && log.includes("tick 2"));
      log.length = 0;
      await until(() => log.length > 3);
      console.log("timers", log.includes("tick 1"), routes.render("c"));

      edit("./session.js", (text) => text.replace("one", "two"));
      await until(() => live.describe() === "two");
      console.log("session", live.describe(), live.constructor === session.Session);

      edit("./templates.js", () => "throw new Error('broken');");
      await until(() => log.includes("error broken"));
      console.log("kept", templates.page("d"));

      edit("./templates.js", () => "export const page = () => 'by hand';");
      const again = await sync.resync("./templates.js");
      console.log("resync", again === templates, templates.page("e"));
      await sync.dispose();
      console.log("disposed");`,
  });
  const run = self.run("main.js");
  const { code } = await run.exit;
  assert.equal(run.stderr.replace(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, ""), "");
  assert.equal(code, 0);
  assert.deepEqual(run.lines, [
    "render <a> 1 1 1",
    "render [b] 2",
    "timers false [c] 3",
    "session two true",
    "kept [d]",
    "resync true by hand",
    "disposed",
  ]);
});
