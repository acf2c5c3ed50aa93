// hmr(): whether it keeps the process.

import assert from "node:assert/strict";
import { test } from "node:test";
import { live } from "./support/observed.mjs";
import { project, until } from "./support/project.mjs";

const calling = (/** @type {string} */ options) => ({
  "mod.mjs": "export const value = 1;",
  "main.mjs": `
    import { hmr } from "heatsync-rs";
    const handle = hmr("./mod.mjs", "mod.mjs", ({ value }) => {
      console.log("live " + value);
      if (value === 2) handle.close();
    }, ${options});
    await handle.ready;
    console.log("ready");`,
});

for (const options of ["undefined", "null", "{}", "{ persistent: true }"]) {
  test(`options ${options}: it stays until it is closed`, async (t) => {
    const own = project(t, calling(options));
    const program = own.run("main.mjs");
    await live(program, 1);
    await program.line("ready");
    // A process that nothing keeps would be gone: the write is seen by one that waits.
    own.write("mod.mjs", "export const value = 2;");
    await until(() => program.hasEnded, "its end");
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.deepEqual(program.lines, ["live 1", "ready", "live 2"]);
  });
}

test("persistent: false: it ends with the program's own work", async (t) => {
  const program = project(t, calling("{ persistent: false }")).run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["live 1", "ready"]);
});

test("what is no file is told of, and kept for nothing", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      await hmr("node:fs", ".", () => console.log("called")).ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["ready"]);
  assert.match(program.stderr, /hmr: node:fs is no file and can't be reloaded/);
});

// On Node 20 the process ends there, as in a program without us: CommonJS throws while an ES module imports it.
const skip = process.version.startsWith("v20.");
test("what a required ES module threw at the first load is asked anew by the next change", {
  skip,
}, async (t) => {
  const own = project(t, {
    "data/x": "1",
    "bad.mjs": `import fs from "node:fs"; if (!fs.existsSync("flag")) throw new Error("not yet"); export const value = 1;`,
    "c.cjs": `exports.value = require("./bad.mjs").value;`,
    "mod.mjs": `import { value } from "./c.cjs"; export { value };`,
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      const handle = hmr("./mod.mjs", "data", ({ value }) => { console.log("live " + value); handle.close(); });
      await handle.ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await program.line("ready");
  await program.errorOutput(/Error: not yet/);
  own.write("flag", "");
  own.write("data/x", "2");
  await live(program, 1);
});

test("closed while its module is loaded: that is not followed", async (t) => {
  const text = (/** @type {number} */ v) =>
    `console.log("runs ${v}"); await globalThis.close?.(); export const value = ${v};`;
  const own = project(t, {
    "mod.mjs": text(1),
    "other.mjs": "export const value = 1;",
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      process.on("message", () => {});
      // Not awaited: it waits for nothing that is running.
      globalThis.close = () => void handle.close();
      const handle = hmr("./mod.mjs", "none", () => console.log("called"));
      await handle.ready;
      await hmr("./other.mjs", "none", ({ value }) => console.log("live " + value)).ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await program.line("ready");
  own.write("mod.mjs", text(2));
  for (const value of [2, 3]) {
    own.write("other.mjs", `export const value = ${value};`);
    await live(program, value);
  }
  assert.deepEqual(program.lines, ["runs 1", "live 1", "ready", "live 2", "live 3"]);
});

test("closed while a callback runs: the one that waits for its end is not called", async (t) => {
  const own = project(t, {
    "mod.mjs": "export const value = 1;",
    "main.mjs": `
      import Heatsync, { hmr } from "heatsync-rs";
      let open;
      const gate = new Promise((resolve) => { open = resolve; });
      const handle = hmr("./mod.mjs", "none", async ({ value }) => {
        console.log("live " + value);
        await gate;
        console.log("done " + value);
      });
      const sync = new Heatsync();
      await sync.import("./mod.mjs");
      // It is told of when all have been given the new version.
      sync.events.on("reload", async () => {
        const closed = handle.close();
        open();
        await closed;
        console.log("closed");
      });
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await live(program, 1);
  await program.line("ready");
  own.write("mod.mjs", "export const value = 2;");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(program.lines.slice(2), ["done 1", "closed"]);
});
