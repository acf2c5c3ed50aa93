// Programs that put fake timers and clocks, which stand still or throw, in the place of Node's (sinon, node:test): what is saved goes live all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Events, pageUrl } from "./support/page.mjs";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const FAKE_TIMERS = `
    for (const name of ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask"])
      globalThis[name] = () => ({ unref() { return this; } });`;
const FAKES = `
  const { setInterval } = globalThis;
  setInterval(() => {}, 10);
  process.on("message", () => {${FAKE_TIMERS}
    process.nextTick = () => {};
    // What stands for it may call what it stands for (jsdom's does).
    Object.defineProperty(globalThis, "performance", { value: { now() { return performance.now(); } } });
    console.log("faked");
  });`;
const SYNC = `const sync = new Heatsync(); sync.events.on("error", (error) => console.log(error.name));`;
const SAID = `import { hot } from "heatsync-rs"; hot.on("error", ({ error }) => console.log(error.name));`;

/** @type {Record<string, { entry: string, main: string, saved: string, isRegistered?: boolean }>} */
const WAYS = {
  "sync.require": {
    entry: "main.cjs",
    saved: "saved.cjs",
    main: `const Heatsync = require("heatsync-rs"); ${SYNC} sync.require("./saved.cjs");`,
  },
  "sync.import": {
    entry: "main.mjs",
    saved: "saved.mjs",
    main: `import Heatsync from "heatsync-rs"; ${SYNC} await sync.import("./saved.mjs");`,
  },
  "import.meta.hot": {
    entry: "main.mjs",
    saved: "saved.mjs",
    isRegistered: true,
    main: `${SAID} import "./saved.mjs"; import.meta.hot.accept("./saved.mjs");`,
  },
  "import.meta.hot of CommonJS": {
    entry: "main.mjs",
    saved: "saved.cjs",
    isRegistered: true,
    main: `${SAID} import "./saved.cjs"; import.meta.hot.accept("./saved.cjs");`,
  },
};

for (const [name, { entry, main, saved, isRegistered }] of Object.entries(WAYS)) {
  test(`${name} beside fake timers`, async (t) => {
    const version = (/** @type {number} */ n) => `console.log("evaluated ${n}");\n`;
    const self = project(t, { [entry]: `${main}\n${FAKES}`, [saved]: version(1) });
    const program = self.run(entry, {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("evaluated 1");
    program.child.send("fake");
    await program.line("faked");
    for (const n of [2, 3]) {
      self.write(saved, version(n));
      await program.line(`evaluated ${n}`);
    }
    // What does not parse is told of after a while, and the next save mends it.
    self.write(saved, "const broken = ;");
    await program.line("SyntaxError");
    self.write(saved, version(4));
    await program.line("evaluated 4");
  });
}

const AT_THE_END = `process.on("exit", () => console.log("the end"));`;
const PERSISTENT = `const sync = new Heatsync({ persistentWatchers: true }); sync.require("./saved.cjs");`;

for (const [name, before, close] of [
  [
    "hmr()",
    `const watching = hmr("./saved.cjs", "./saved.cjs", () => {}); await watching.ready;`,
    "watching.close()",
  ],
  ["an instance with persistentWatchers", PERSISTENT, "sync.dispose()"],
]) {
  test(`${name} holds a process that fakes timers later until it is closed, and no longer`, async (t) => {
    const main = `import Heatsync, { hmr } from "heatsync-rs"; ${AT_THE_END} ${before} ${FAKE_TIMERS} await ${close};`;
    const self = project(t, { "main.mjs": main, "saved.cjs": "" });
    await self.run("main.mjs").line("the end");
  });

  test(`${name} holds a process that has fake timers`, async (t) => {
    const main = `import Heatsync, { hmr } from "heatsync-rs"; ${FAKE_TIMERS} ${before}
      console.log("loaded"); process.on("beforeExit", () => console.log("nothing left"));`;
    const saved = (/** @type {number} */ n) => `console.log("evaluated ${n}");`;
    const self = project(t, { "main.mjs": main, "saved.cjs": saved(1) });
    const program = self.run("main.mjs");
    await program.line("loaded");
    self.write("saved.cjs", saved(2));
    await program.line("evaluated 2");
    assert.ok(!program.lines.includes("nothing left"), program.stdout);
  });
}

test("an interval of a version ends with it, though timers were faked since", async (t) => {
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; ${AT_THE_END}
      globalThis.sync = new Heatsync(); sync.require("./saved.cjs");
      sync.events.on("reload", () => process.disconnect()); process.on("message", () => {}); ${FAKE_TIMERS}
      console.log("faked");`,
    "saved.cjs": "sync.addTemporaryInterval(() => {}, 10); exports.a = 1;",
  });
  const program = self.run("main.mjs");
  await program.line("faked");
  self.write("saved.cjs", "exports.a = 2;");
  await program.line("the end");
});

test("a temporary listener listens beside fake timers", async (t) => {
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; ${FAKE_TIMERS}
      globalThis.sync = new Heatsync(); sync.require("./saved.cjs"); process.on("message", () => console.log("heard by main.mjs"));
      console.log("loaded");`,
    "saved.cjs": `sync.addTemporaryListener(process, "message", () => console.log("heard by saved.cjs"));`,
  });
  const program = self.run("main.mjs");
  await program.line("loaded");
  await program.answers("heard by saved.cjs");
});

test("the page of a program that fakes timers shows what is loaded, and what a save came to", async (t) => {
  const { project: self, start } = runnerProject(t, {
    "main.mjs": `setInterval(() => {}, 1000); ${FAKE_TIMERS} import "./word.mjs"; import.meta.hot.accept("./word.mjs");`,
    "word.mjs": "export const word = 1;",
    "below.mjs": "",
  });
  const events = new Events(t, await pageUrl(start(["inspect", "main.mjs"])));
  await events.module("word.mjs", ({ version }) => version === 0);
  self.write("word.mjs", `import "./below.mjs"; export const word = 2;`);
  await events.module("word.mjs", ({ version }) => version === 1);
  await events.module("below.mjs");
});

test("a program that fakes timers is started anew for what it loads since", async (t) => {
  const { project: self, start } = runnerProject(t, {
    "main.cjs": `setInterval(() => {}, 1000); const later = setTimeout;
      ${FAKE_TIMERS} Object.defineProperty(globalThis, "performance", { value: { now: () => 0 } });
      later(() => { require("./late.cjs"); console.log("loaded"); }, 1);`,
    "late.cjs": `require("./below.cjs"); exports.a = 1;`,
    "below.cjs": "exports.a = 1;",
  });
  const program = start(["--no-register", "main.cjs"]);
  await program.line("loaded");
  self.write("below.cjs", "console.log('below 2');");
  await program.line("below 2");
});

test("an interval of a version ends with it where node:test fakes intervals alone", async (t) => {
  const beat = (/** @type {number} */ n) => `sync.addTemporaryInterval(() => console.log("beat ${n}"), 10);`;
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; import { mock } from "node:test";
      mock.timers.enable({ apis: ["setInterval"] });
      globalThis.sync = new Heatsync(); sync.require("./saved.cjs"); process.on("message", () => {});
      sync.events.on("reload", () => { mock.timers.tick(10); console.log("ticked"); });
      console.log("faked");`,
    "saved.cjs": beat(1),
  });
  const program = self.run("main.mjs");
  await program.line("faked");
  self.write("saved.cjs", beat(2));
  await program.line("ticked");
  assert.match(program.stdout, /beat 2/);
  assert.doesNotMatch(program.stdout, /beat 1/);
});

const CAUGHT = (/** @type {string} */ file) => `
    ${FAKE_TIMERS}
    try { console.log("has " + require(${JSON.stringify(file)})); } catch (error) { console.log("goes without: " + error.message.split("\\n")[0]); }`;

for (const [name, broken] of /** @type {const} */ ([
  ["is missing", undefined],
  ["throws", "throw new Error('not yet');"],
])) {
  test(`CommonJS that catches that a file ${name} has it once it is there, beside fake timers`, async (t) => {
    const self = project(t, {
      "main.mjs": `process.on("message", () => {}); import "./asks.cjs"; import.meta.hot.accept("./asks.cjs");`,
      "asks.cjs": `module.hot?.accept(); console.log("evaluated");\n${CAUGHT("./later.cjs")}`,
      ...(broken && { "later.cjs": broken }),
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line(broken ? "goes without: not yet" : /^goes without: Cannot find module/);
    self.writeAtomically("later.cjs", "module.exports = 'it';");
    await program.line("has it");
  });
}

test("a program that awaits for good says so as in plain Node, beside fake timers", async (t) => {
  const self = project(t, { "main.mjs": `${FAKE_TIMERS}\nawait new Promise(() => {});` });
  const [program, plain] = [["--import", "heatsync-rs/register"], []].map((nodeArguments) =>
    self.run("main.mjs", { nodeArguments }),
  );
  assert.deepEqual(await program.exit, { code: 13, signal: null });
  await plain.exit;
  assert.equal(program.stderr, plain.stderr);
});
