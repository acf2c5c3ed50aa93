// A file that an update was planned with is gone when it is required, and back as it was saved, before anybody has looked: that the update was
// without it, its error says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

for (const [how, specifier] of [
  ["by its name", "./c.cjs"],
  ["without its extension", "./c"],
]) {
  test(`what is gone while it is required is evaluated when it is back: ${how}`, async (t) => {
    const c = specifier === "./c" ? "c.js" : "c.cjs";
    const { ask, program, save, self } = await hotProgram(t, {
      "main.cjs": `let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; });
        globalThis.seen = () => b.v;
        const fs = require("node:fs"), file = require.resolve("${specifier}");
        globalThis.away = () => fs.renameSync(file, file + ".away");`,
      "b.cjs": `if (globalThis.goes) away(); const c = require("${specifier}"); exports.v = "b " + c.v;`,
      [c]: "exports.v = 1;",
    });
    await ask("globalThis.goes = true");
    assert.equal((await save({ [c]: "exports.v = 2;" })).type, "evaluationError");
    await ask("globalThis.goes = false");
    self.rename(`${c}.away`, c);
    assert.equal((await program.value("result")).type, "accepted");
    assert.equal(await ask("seen()"), "b 2");
  });
}

test("what is gone while it is required for the first time, and back, is a reason to evaluate what has changed alone", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "main.mjs": `import fs from "node:fs"; import { v } from "./b.mjs"; import.meta.hot.accept("./b.mjs");
      globalThis.seen = () => v;
      globalThis.away = () => { if (globalThis.goes) fs.renameSync("c.cjs", "c.cjs.away"); };`,
    "b.mjs": "export const v = 1;",
    "away.cjs": "away();",
    "c.cjs": "exports.v = 2;",
  });
  await ask("globalThis.goes = true");
  const { type } = await save({
    "b.mjs": `import "./away.cjs"; import c from "./c.cjs"; export const { v } = c;`,
  });
  assert.equal(type, "evaluationError");
  await ask("globalThis.goes = false");
  self.rename("c.cjs.away", "c.cjs");
  assert.equal((await program.value("result")).type, "accepted");
  assert.equal(await ask("seen()"), "2");
});

const ADDON = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));

// Events of the file may tell the engine, too, and mostly do: it depends on when it looks.
test("what sync.require did not find, and is back at once, is told to the engine, and evaluated", async (t) => {
  const self = project(t, {
    "main.cjs": `const { Session } = require(${ADDON}), { wasGone } = Session.prototype;
      Session.prototype.wasGone = function (file) {
        console.log("was gone", require("node:path").basename(file));
        return wasGone.call(this, file);
      };
      const sync = new (require("heatsync-rs"))();
      const { renameSync } = require("node:fs"), file = require("node:path").join(__dirname, "c.cjs");
      let isGoing = false;
      globalThis.meanwhile = (load) => {
        if (!isGoing) return load();
        isGoing = false;
        renameSync(file, file + ".away");
        try { return load(); } finally { renameSync(file + ".away", file); }
      };
      sync.events.on("error", () => {});
      const b = sync.require("./b.cjs");
      let last;
      setInterval(() => { if (b.v !== last) console.log("sees", (last = b.v)); }, 5);
      process.on("message", () => { isGoing = true; console.log("armed"); });`,
    "b.cjs": `const c = meanwhile(() => require("./c.cjs")); exports.v = "b " + c.v;`,
    "c.cjs": "exports.v = 1;",
  });
  const program = self.run("main.cjs");
  await program.line("sees b 1");
  program.child.send("arm");
  await program.line("armed");
  self.write("c.cjs", "exports.v = 2;");
  await program.line("was gone c.cjs");
  await program.line("sees b 2");
});

for (const [how, nodeArguments] of /** @type {const} */ ([
  ["alone", []],
  ["registered", ["--import", "heatsync-rs/register"]],
])) {
  test(`what was not found, and is back before it is told to the engine, is asked for again: ${how}`, async (t) => {
    const self = project(t, {
      "main.cjs": `const { Session } = require(${ADDON}), { askedInVain } = Session.prototype;
      const { existsSync, renameSync } = require("node:fs"), file = require("node:path").join(__dirname, "d.cjs");
      Session.prototype.askedInVain = function (...told) {
        if (existsSync(file + ".away")) renameSync(file + ".away", file);
        return askedInVain.apply(this, told);
      };
      const sync = new (require("heatsync-rs"))();
      let times = 0;
      globalThis.goAway = () => {
        if (times++ === 0) renameSync(file, file + ".away");
      };
      sync.events.on("error", () => {});
      const b = sync.require("./b.cjs");
      let last;
      setInterval(() => { if (b.v !== last) console.log("sees", (last = b.v), times); }, 5);`,
      "b.cjs": `exports.v = "b " + require("./c.cjs").v;`,
      "c.cjs": "exports.v = 1;",
      "d.cjs": "exports.v = 2;",
    });
    const program = self.run("main.cjs", { nodeArguments: [...nodeArguments] });
    await program.line("sees b 1 0");
    self.write("b.cjs", `goAway(); exports.v = "b2 " + require("./d.cjs").v;`);
    await program.line("sees b2 2 2");
  });
}
