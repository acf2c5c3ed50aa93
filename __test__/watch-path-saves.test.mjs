// What editors put beside a file while it is open and while it is saved: under a watch path a save is one change, and
// opening a file is none.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/** Functions of node:fs, in the folder of `a.ini`. @typedef {[name: string, ...args: string[]][]} Steps */

/** How a.ini is opened, saved and closed. @type {Record<string, { open?: Steps, save: (text: string) => Steps, close?: Steps }>} */
const WAYS = {
  "by rename": {
    save: (text) => [
      ["writeFileSync", "x7Yq", text],
      ["renameSync", "x7Yq", "a.ini"],
    ],
  },
  vim: {
    open: [["writeFileSync", ".a.ini.swp", "b0VIM 9.0"]],
    save: (text) => [
      ["writeFileSync", "4913", ""],
      ["rmSync", "4913"],
      ["renameSync", "a.ini", "a.ini~"],
      ["writeFileSync", "a.ini", text],
      ["rmSync", "a.ini~"],
    ],
    close: [["rmSync", ".a.ini.swp"]],
  },
  Emacs: {
    open: [
      ["symlinkSync", "user@host.123:456", ".#a.ini"],
      ["writeFileSync", "#a.ini#", "saved by itself"],
    ],
    save: (text) => [
      ["renameSync", "a.ini", "a.ini~"],
      ["writeFileSync", "a.ini", text],
    ],
    close: [
      ["rmSync", "#a.ini#"],
      ["unlinkSync", ".#a.ini"],
    ],
  },
  JetBrains: {
    save: (text) => [
      ["writeFileSync", "a.ini___jb_tmp___", text],
      ["renameSync", "a.ini", "a.ini___jb_old___"],
      ["renameSync", "a.ini___jb_tmp___", "a.ini"],
    ],
    close: [["rmSync", "a.ini___jb_old___"]],
  },
};

/** @param {any} fs @param {string} folder @param {Steps} steps */
function take(fs, folder, steps) {
  for (const [name, first, second] of steps) {
    const isPath = name === "renameSync";
    if (name === "symlinkSync") fs.symlinkSync(first, folder + second);
    else fs[name](folder + first, isPath ? folder + second : second);
  }
}

/**
 * `hmr("./mod.mjs", watchPath)`, whose module shows what a.ini holds.
 * @param {import("node:test").TestContext} t
 * @param {string} watchPath
 */
async function watched(t, watchPath) {
  const TICKS = 4;
  const own = project(t, {
    "mod.mjs": `
      import fs from "node:fs";
      export const value = fs.existsSync("data/a.ini") ? fs.readFileSync("data/a.ini", "utf8") : "none";`,
    "clock.mjs": "globalThis.ticks = (globalThis.ticks ?? -1) + 1;\nexport const value = globalThis.ticks;\n",
    "main.mjs": `
      import fs from "node:fs";
      import { hmr } from "heatsync-rs";
      process.on("disconnect", () => process.exit());
      const take = ${take};
      process.on("message", (steps) => {
        take(fs, "data/", steps);
        console.log("taken");
      });
      await hmr("./clock.mjs", "clock", ({ value }) => console.log("clock " + value)).ready;
      await hmr("./mod.mjs", ${JSON.stringify(watchPath)}, ({ value }) => console.log("live " + value)).ready;
      console.log("ready");`,
    "data/a.ini": "1",
    ...Object.fromEntries(Array.from({ length: TICKS }, (_, tick) => [`clock/${tick + 1}`, ""])),
  });
  const program = own.run("main.mjs");
  await program.line("live 1");
  await program.line("ready");
  let ticks = 0;
  return {
    own,
    program,
    lives: () => program.lines.filter((line) => line.startsWith("live ")),
    /** By the program itself: it sees all of them at once, when parts are gone again. @param {Steps} steps */
    async takes(steps) {
      program.child.send(steps);
      await program.line("taken");
    },
    /** What is gone is looked at after a while: until then all that was done before has been looked at. */
    async tick() {
      own.delete(`clock/${++ticks}`);
      await program.line(`clock ${ticks}`);
    },
  };
}

for (const [name, { open, save, close }] of Object.entries(WAYS)) {
  for (const watchPath of ["data", "data/**", "data/*"]) {
    test(`hmr(…, "${watchPath}"): ${name}: one update a save`, async (t) => {
      const { program, lives, takes, tick } = await watched(t, watchPath);
      if (open) await takes(open);
      await tick();
      await takes(save("2"));
      await tick();
      if (close) await takes(close);
      await tick();
      await tick();
      assert.deepEqual(lives(), ["live 1", "live 2"], program.stderr);
    });
  }
}

test("hmr(): a file that was always there counts when it is deleted, and so does one that comes", async (t) => {
  const { own, program } = await watched(t, "data");
  const changes = [
    () => own.delete("data/a.ini"),
    () => own.write("data/a.ini", "2"),
    () => own.write("data/new.ini", "1"),
    () => own.write("data/new.ini", "2"),
    () => own.delete("data/new.ini"),
  ];
  for (const change of changes) {
    change();
    await program.line(/^live /);
  }
});

test("hmr(): what the watch path itself names counts, whatever it is called", async (t) => {
  const { own, program } = await watched(t, "data/a.ini~");
  own.write("data/a.ini~", "a backup");
  await program.line(/^live /);
  own.write("data/a.ini~", "another one");
  await program.line(/^live /);
});

test("the runner: what is opened in an editor, under `restart`, restarts nothing; what is saved, once", async (t) => {
  const { project: own, start } = runnerProject(t, {
    "package.json": { heatsync: { restart: ["./data/*"] } },
    "app.mjs": `import fs from "node:fs"; console.log("value", fs.readFileSync("data/a.ini", "utf8")); setInterval(() => {}, 1000);`,
    "data/a.ini": "0",
  });
  const runner = start(["app.mjs"]);
  await runner.line("value 0");
  let value = 0;
  let isQuick = true; // else it may rightly be told that the file is gone
  for (const { open = [], save, close = [] } of Object.values(WAYS)) {
    take(fs, own.path("data/"), open);
    const before = performance.now();
    take(fs, own.path("data/"), save(String(++value)));
    isQuick &&= performance.now() - before < 25;
    await runner.line(`value ${value}`);
    take(fs, own.path("data/"), close);
  }
  if (!isQuick) return;
  const told = runner.stderr.split("\n").filter((line) => line.includes("restarting"));
  assert.equal(told.length, value, runner.stderr);
  for (const line of told) assert.match(line, /restarting: data\/a\.ini /);
});
