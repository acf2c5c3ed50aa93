// Changes that come together, in great number, or while an update is under way; listeners and
// modules that misbehave; and how the process ends.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import {
  ask,
  atOnce,
  errors,
  eventually,
  HMR,
  history,
  IMPORT,
  KINDS,
  live,
  REQUIRE,
  SYNC,
  started,
  watching,
} from "./support/observed.mjs";
import { project } from "./support/project.mjs";

/** @typedef {import("./support/project.mjs").Program} Program */

/**
 * Saves several files at once, again and again. Each time what they make together is live in the end; most times
 * nothing else was in between. (A machine so busy that the watcher is held up between two events has two updates.)
 * @param {Program} program
 * @param {number[]} values
 * @param {(value: number) => unknown} save and what is to be live then
 */
async function mostlyInOneUpdate(program, values, save) {
  let single = 0;
  for (const value of values) {
    const before = history(program).length;
    /** @type {unknown} */
    let expected;
    await atOnce(program, () => {
      expected = save(value);
    });
    await eventually(program, expected);
    if (history(program).length === before + 1) single++;
  }
  assert.ok(single > values.length / 2, program.stdout);
}

for (const kind of KINDS) {
  const file = `mod.${kind.extension}`;
  const numbered = (/** @type {number} */ count) =>
    Array.from({ length: count }, (_, index) => `many/m${index}.${kind.extension}`);
  const sum = (/** @type {string[]} */ names) =>
    names.map((name, index) => kind.imports(`m${index}`, `./${name}`)).join("") +
    kind.computes(`[${names.map((_, index) => `m${index}.value`).join(",")}].reduce((a, b) => a + b)`);
  const all = (/** @type {string[]} */ names, /** @type {number} */ value) =>
    Object.fromEntries(names.map((name) => [name, kind.exports(value)]));

  test(`${kind.name}: two files saved together are one update`, async (t) => {
    const names = numbered(2);
    const files = { [file]: sum(names), ...all(names, 1) };
    const { own, program } = await started(t, kind, files, { first: 2 });
    await watching(own, program, file);
    await mostlyInOneUpdate(program, [2, 3, 4, 5, 6], (value) => {
      for (const name of names) own.write(name, kind.exports(value));
      return 2 * value;
    });
  });

  test(`${kind.name}: a module and its dependency saved together are one update`, async (t) => {
    const dep = `dep.${kind.extension}`;
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    await watching(own, program, file);
    await mostlyInOneUpdate(program, [2, 3, 4, 5, 6], (value) => {
      own.writeAtomically(dep, kind.exports(`${value}`));
      own.writeAtomically(
        file,
        kind.imports("dep", `./${dep}`) + kind.computes(`dep.value + " of ${value}"`),
      );
      return `${value} of ${value}`;
    });
  });

  test(`${kind.name}: 500 files changed at once are one update, or two`, async (t) => {
    const names = numbered(500);
    const files = { [file]: sum(names), ...all(names, 1) };
    const { own, program } = await started(t, kind, files, { first: 500 });
    await watching(own, program, file);
    // One; where the system holds up who reads the events in between, two. It may do that again and again on a busy
    // machine, but not each time, and never so often that it is file by file.
    let joined = 0;
    for (const value of [2, 3, 4]) {
      const before = history(program).length;
      await atOnce(program, () => {
        for (const name of names) own.write(name, kind.exports(value));
      });
      await eventually(program, 500 * value);
      const updates = history(program).length - before;
      assert.ok(updates < 20, program.stdout);
      if (updates <= 2) joined++;
    }
    assert.ok(joined > 0, program.stdout);
    // And as they come, however fast that is.
    for (const name of names) own.writeAtomically(name, kind.exports(5));
    await eventually(program, 2500);
    assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: more events than the system's queue holds`, async (t) => {
    const names = numbered(3);
    const files = { [file]: sum(names), ...all(names, 1) };
    const { own, program } = await started(t, kind, files, { first: 3 });
    await watching(own, program, file);
    await atOnce(program, () => {
      // Names in turn, or the system would merge the events: two of each save. Default limit: 16,384 of them.
      for (let count = 0; count < 5000; count++) {
        fs.writeFileSync(own.path("many/noise-a.txt"), "1");
        fs.writeFileSync(own.path("many/noise-b.txt"), "1");
      }
      for (const name of names) own.write(name, kind.exports(2));
    });
    await live(program, 6);
    own.write(names[0], kind.exports(10));
    await live(program, 14);
  });
}

for (const kind of [IMPORT, HMR]) {
  test(`${kind.name}: saves during an update whose top-level await is slow are the next update`, async (t) => {
    const { own, program, file } = await started(t, kind, {}, {});
    const slow = (/** @type {number} */ value) =>
      `console.log("begun ${value}");\nawait new Promise((go) => { globalThis.go = go; });\n${kind.exports(value)}`;
    own.write(file, slow(2));
    await program.line("begun 2");
    own.write(file, kind.exports(3));
    own.writeAtomically(file, kind.exports(4));
    own.write(file, kind.exports(5));
    assert.deepEqual(history(program), [1]);
    await ask(program, "void globalThis.go()");
    await live(program, 2);
    await eventually(program, 5);
    own.write(file, kind.exports(6));
    await live(program, 6);
  });

  test(`${kind.name}: a save that breaks the file during an update`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.write(
      file,
      `console.log("begun");\nawait new Promise((go) => { globalThis.go = go; });\n${kind.exports(2)}`,
    );
    await program.line("begun");
    own.write(file, "let a = ;");
    await ask(program, "void globalThis.go()");
    await live(program, 2);
    if (kind === HMR) await program.errorOutput("SyntaxError");
    else assert.equal((await program.value("error")).name, "SyntaxError");
    own.write(file, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: an update that fails after a while, another edit having come`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.write(file, `console.log("begun");\nawait new Promise((_, fail) => { globalThis.fail = fail; });`);
    await program.line("begun");
    own.write(file, kind.exports(2));
    await ask(program, "void globalThis.fail(new Error('too late'))");
    await live(program, 2);
  });
}

test("sync.import: an import() and an edit of the same file, many times", async (t) => {
  const { own, program } = await started(t, IMPORT, {
    "dep.mjs": IMPORT.exports(1),
    "mod.mjs": IMPORT.passesOn("./dep.mjs"),
  });
  for (let value = 2; value < 30; value++) {
    program.child.send("sync.import('./dep.mjs').then((other) => say('other', typeof other.value))");
    own.writeAtomically("dep.mjs", IMPORT.exports(value));
    await program.waitFor(() => history(program).includes(value), `live ${value}`);
    await program.waitFor(
      () => program.lines.filter((line) => line === 'other "number"').length === value - 1,
      "import()",
    );
  }
  program.child.send("sync.import('./dep.mjs').then((dep) => say('in the end', dep.value))");
  await program.line("in the end 29");
});

for (const kind of SYNC) {
  test(`${kind.name}: a listener that throws is uncaught, and everything else goes on`, async (t) => {
    const { own, program, file } = await started(t, kind);
    await ask(
      program,
      `process.on("uncaughtException", (error) => say("uncaught", error.message)) &&
       sync.events.on("any", () => { throw new Error("from any"); }) &&
       sync.events.prependListener("reload", () => { throw new Error("from reload"); }) && true`,
    );
    own.write(file, kind.exports(2));
    assert.equal(await program.value("uncaught"), "from any");
    assert.equal(await program.value("uncaught"), "from reload");
    assert.equal(await ask(program, "mod.value"), 2, "live all the same");
    own.write(file, kind.exports(3));
    await program.value("uncaught");
    await program.value("uncaught");
    assert.equal(await ask(program, "mod.value"), 3);
  });

  test(`${kind.name}: an 'error' listener that throws is uncaught, and the next save goes live`, async (t) => {
    const { own, program, file } = await started(t, kind);
    await ask(
      program,
      `process.on("uncaughtException", (error) => say("uncaught", error.message)) &&
       sync.events.on("error", () => { throw new Error("from error"); }) && true`,
    );
    own.write(file, "let a = ;");
    assert.equal(await program.value("uncaught"), "from error");
    own.write(file, kind.exports(2));
    await live(program, 2);
  });

  test(`${kind.name}: a module that calls process.exit while it is reloaded`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.write(file, "process.exit(7);");
    assert.deepEqual(await program.exit, { code: 7, signal: null });
    assert.equal(program.stderr, "");
  });

  test(`${kind.name}: a module that starts to listen while it is reloaded keeps the process alive`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const net = kind === REQUIRE ? 'const net = require("node:net");' : 'import net from "node:net";';
    own.write(file, `${net}\nnet.createServer().listen(0);\n${kind.exports(2)}`);
    await live(program, 2);
    own.write(file, kind.exports(3));
    await live(program, 3);
  });
}

for (const kind of KINDS) {
  test(`${kind.name}: Ctrl-C ends the process, by the signal`, {
    skip: process.platform === "win32",
  }, async (t) => {
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
      const { program } = await started(t, kind);
      program.child.kill(signal);
      assert.deepEqual(await program.exit, { code: null, signal });
      assert.equal(program.stderr, "");
    }
  });

  test(`${kind.name}: Ctrl-C in the middle of an update`, {
    skip: process.platform === "win32",
  }, async (t) => {
    const { own, program, file } = await started(t, kind);
    const endless = kind === REQUIRE ? "for (;;);" : "await new Promise(() => {});";
    own.write(file, `console.log("begun");\n${endless}`);
    await program.line("begun");
    program.child.kill("SIGINT");
    assert.equal((await program.exit).signal, "SIGINT");
  });
}

/** @param {import("node:test").TestContext} t @param {string} name @param {string} source */
async function ends(t, name, source) {
  const own = project(t, {
    [name]: source,
    "mod.cjs": "exports.value = 1;",
    "mod.mjs": "export const value = 1;",
  });
  const program = own.run(name);
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  return program;
}

test("sync.require: the process exits by itself when its work is done", async (t) => {
  await ends(
    t,
    "main.cjs",
    `const Heatsync = require("heatsync-rs");
     const sync = new Heatsync();
     sync.require("./mod.cjs");
     new Heatsync({ poll: true, watchDebounceMS: 50 }).require("./mod.cjs");
     setTimeout(() => {}, 20);`,
  );
});

test("sync.import: the process exits by itself when its work is done", async (t) => {
  await ends(
    t,
    "main.mjs",
    `import Heatsync from "heatsync-rs";
     const sync = new Heatsync();
     await sync.import("./mod.mjs");
     await new Heatsync().import(["./mod.cjs", "./mod.mjs"]);`,
  );
});

test("persistentWatchers keep the process alive, until dispose()", async (t) => {
  const { own, program } = await started(t, REQUIRE, {}, { options: "{ persistentWatchers: true }" });
  own.write("mod.cjs", REQUIRE.exports(2));
  await live(program, 2);
  const ended = project(t, {
    "mod.cjs": "exports.value = 1;",
    "main.cjs": `const Heatsync = require("heatsync-rs");
      const fs = require("node:fs");
      const sync = new Heatsync({ persistentWatchers: true });
      const mod = sync.require("./mod.cjs");
      sync.events.once("reload", () => { console.log("live", mod.value); sync.dispose(); });
      console.log("ready");`,
  });
  const other = ended.run("main.cjs");
  await other.line("ready");
  ended.write("mod.cjs", "exports.value = 2;");
  await other.line("live 2");
  assert.deepEqual(await other.exit, { code: 0, signal: null });
});
