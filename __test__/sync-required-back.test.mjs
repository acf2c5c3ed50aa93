// What makes an instance, and is required by what that reloads: a command that takes `sync` from the program's entry.
import { test } from "node:test";
import { project } from "./support/project.mjs";

const INSTANCE = `const { Heatsync } = require("heatsync-rs"); const sync = new Heatsync(); sync.events.on("error", console.error);`;

test("an object that another instance asks for while it is evaluated anew has what the new version exports", async (t) => {
  const hub = (/** @type {number} */ v) =>
    `exports.v = ${v}; ${INSTANCE} const ping = sync.require("./ping.js"); exports.ping = () => ping;`;
  const self = project(t, {
    "main.js": `${INSTANCE} const ping = sync.require("./ping.js"); require("./hub.js");
      console.log("ready", ping.run());
      setInterval(() => console.log(typeof ping.run, ping.run?.(), ping === require("./hub.js").ping()), 20);`,
    "hub.js": hub(1),
    "ping.js": `const hub = require("./hub.js"); exports.run = () => "pong" + hub.v;`,
  });
  const program = self.run("main.js");
  await program.line("ready pong1");
  for (const v of [2, 3]) {
    self.write("hub.js", hub(v));
    await program.line(`function pong${v} true`);
  }
  self.write("hub.js", `${hub(4)} throw new Error("slip");`);
  await program.errorOutput(/slip/);
  await program.line("function pong3 true");
  self.write("hub.js", hub(5));
  await program.line("function pong5 true");
});

test("and so when the cache was emptied", async (t) => {
  const self = project(t, {
    "main.js": `${INSTANCE} const ping = sync.require("./ping.js"); require("./hub.js");
      for (const name of ["./ping.js", "./hub.js"]) delete require.cache[require.resolve(name)];
      globalThis.turn = 2;
      require("./ping.js");
      setImmediate(() => console.log(ping.run(), ping === require("./ping.js")));`,
    "hub.js": `${INSTANCE} exports.v = globalThis.turn ?? 1; const ping = sync.require("./ping.js"); exports.ping = () => ping;`,
    "ping.js": `const hub = require("./hub.js"); exports.run = () => "pong" + hub.v;`,
  });
  await self.run("main.js").line("pong2 true");
});
