// What functions require when they are called, by `sync.require`: loaded without an update, and so told to nobody but by our looking.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const PROGRAM = `const sync = new (require("heatsync-rs"))();
  const root = sync.require("./root.cjs");`;

test("a program that waits for requests alone: what it has required in a timer is followed", async (t) => {
  const late = (/** @type {number} */ version) => `module.exports = ${version};`;
  const self = project(t, {
    "main.cjs": `${PROGRAM} require("node:net").createServer().listen(0);
      sync.events.on("reload", () => console.log("reloaded"));
      setTimeout(() => console.log("sees", root.call()), 300);`,
    "root.cjs": `exports.call = () => require("./elsewhere/late.cjs");`,
    "elsewhere/late.cjs": late(1),
  });
  // V8's own timer would wake the loop after eight seconds.
  const program = self.run("main.cjs", { nodeArguments: ["--no-memory-reducer"] });
  await program.line("sees 1");
  // Its folder is not watched until that was told, so that the save does not wake the loop either.
  self.write("elsewhere/late.cjs", late(2));
  await program.line("reloaded");
});

test("what is outdated, and required again, is evaluated anew", async (t) => {
  const user = (/** @type {number} */ version) =>
    `console.log("user ${version}"); exports.get = () => require("./late.cjs").get();`;
  const base = (/** @type {number} */ version) =>
    `console.log("base ${version}"); exports.value = ${version};`;
  const self = project(t, {
    "main.cjs": `${PROGRAM} const look = () => console.log("sees " + root.get());
      process.on("message", (text) => (text === "look" ? look() : setInterval(look, 20)));`,
    "root.cjs": `const user = require("./user.cjs"), base = require("./base.cjs");
      exports.get = () => base.value + " " + user.get();`,
    "user.cjs": user(1),
    "late.cjs": `const base = require("./base.cjs"); exports.get = () => base.value;`,
    "base.cjs": base(1),
  });
  const program = self.run("main.cjs");
  await program.line("base 1");
  const look = () => program.child.send("look");
  look();
  await program.line("sees 1 1");
  // Nobody has called the new version: nothing leads to `late.cjs` when what that requires is saved.
  self.write("user.cjs", user(2));
  await program.line("user 2");
  self.write("base.cjs", base(2));
  await program.waitFor(() => program.stderr.includes("keeps the old instance"), "word of the old instance");
  look();
  await program.line("sees 2 1");
  program.child.send("look on");
  await program.line("sees 2 2");
  assert.equal(program.lines.filter((line) => line === "base 2").length, 1);
});
