// Files that import.meta.hot accepts, or could, and that sync.* or hmr() hold as well: one update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";

const holders = `
import Heatsync, { hmr } from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));
sync.events.on("reload", (file) => say("sync", file.replace(/.*[\\\\/]/, "")));
globalThis.held = {};
const holdHmr = (id) => hmr(id, [], (module) => { say("hmr", module.v); held.hmr = module; });
`;
const x = (/** @type {number | string} */ v, more = "") =>
  `${more}\nsay("x${v} runs"); export const v = ${v};\n`;

/** @param {Awaited<ReturnType<typeof hotProgram>>} program @param {RegExp} wanted */
async function heard({ program }, wanted) {
  await program.waitFor(() => wanted.test(program.stdout), String(wanted));
}

test("accepted: evaluated once, whoever holds it gets the new exports", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      import { v } from "./x.mjs";
      held.sync = await sync.import("./x.mjs");
      await holdHmr("./x.mjs");
      globalThis.seen = () => [v, held.sync.v, held.hmr.v].join();`,
    "x.mjs": x(1, "import.meta.hot.accept();"),
  });
  assert.equal(await it.ask("seen()"), "1,1,1");
  for (const v of [2, 3, 4]) {
    const { type, evaluated } = await it.save({ "x.mjs": x(v, "import.meta.hot.accept();") });
    assert.deepEqual([type, evaluated], ["accepted", ["x.mjs"]]);
    await heard(it, new RegExp(`"hmr ${v}"`));
    assert.equal(await it.ask("seen()"), `${v},${v},${v}`);
  }
  const runs = it.program.stdout.match(/x\d runs/g);
  assert.deepEqual(runs, ["x1 runs", "x2 runs", "x3 runs", "x4 runs"]);
  assert.equal(it.program.stdout.match(/"sync x\.mjs"/g)?.length, 3);
  assert.equal(it.program.stdout.match(/"hmr \d"/g)?.length, 4);
});

test("accepted below what sync.import holds: that is not evaluated anew", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held.app = await sync.import("./app.mjs");`,
    "app.mjs": `import { v } from "./x.mjs"; import.meta.hot.accept("./x.mjs"); say("app runs"); export const read = () => v;`,
    "x.mjs": x(1),
  });
  const { type } = await it.save({ "x.mjs": x(2) });
  assert.equal(type, "accepted");
  assert.equal(await it.ask("held.app.read()"), "2");
  // The next change comes after whatever would still come of this one.
  await it.save({ "x.mjs": x(3) });
  assert.equal(await it.ask("held.app.read()"), "3");
  assert.deepEqual(it.program.stdout.match(/\w+ runs/g), ["x1 runs", "app runs", "x2 runs", "x3 runs"]);
});

test("accepted below what sync.* holds: what that re-exports is shown, as a namespace shows it", async (t) => {
  const app = (/** @type {number} */ n) =>
    `export * from "./x.mjs"; export { v as w } from "./mid.mjs"; export const n = ${n}; say("app runs");`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      held.app = await sync.import("./app.mjs");
      await holdHmr("./app.mjs");
      globalThis.seen = () => [held.app, held.hmr].flatMap(({ v, w, n }) => [v, w, n]).join();`,
    "app.mjs": app(1),
    "mid.mjs": `export { v } from "./x.mjs";`,
    "x.mjs": x(1, "import.meta.hot.accept();"),
  });
  assert.equal(await it.ask("seen()"), "1,1,1,1,1,1");
  const { evaluated } = await it.save({ "x.mjs": x(2, "import.meta.hot.accept();") });
  assert.deepEqual(evaluated, ["x.mjs"]);
  assert.equal(await it.ask("seen()"), "2,2,1,2,2,1");
  // It is no new version of that module.
  assert.doesNotMatch(it.program.stdout, /sync app\.mjs/);
  assert.equal(it.program.stdout.match(/app runs/g)?.length, 1);
  assert.equal(it.program.stdout.match(/"hmr \d"/g)?.length, 1);

  it.self.write("app.mjs", app(2));
  await heard(it, /(app runs(.|\n)*){2}hmr 2/);
  for (const n of [3, 4]) {
    await it.save({ "x.mjs": x(n, "import.meta.hot.accept();") });
    assert.equal(await it.ask("seen()"), `${n},${n},2,${n},${n},2`);
  }
  // The version before stays what it was in the end.
  await it.ask("void (globalThis.former = held.hmr)");
  it.self.write("app.mjs", app(3));
  await heard(it, /(app runs(.|\n)*){3}hmr 4/);
  await it.save({ "x.mjs": x(5, "import.meta.hot.accept();") });
  assert.equal(await it.ask("seen()"), "5,5,3,5,5,3");
  assert.equal(await it.ask("[former.v, former.w, former.n].join()"), "4,4,2");
});

test("several files, some of them accepted, that sync.* holds together: each is evaluated once", async (t) => {
  const y = (/** @type {number} */ n) => `say("y${n} runs"); export const y = ${n};`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      held.app = await sync.import("./app.mjs");
      globalThis.seen = () => [held.app.both(), held.app.mid()].join();`,
    "app.mjs": `
      import { v } from "./x.mjs"; import { y } from "./y.mjs"; import { mid } from "./mid.mjs";
      say("app runs"); const early = v; export { mid }; export const both = () => [v, early, y].join();`,
    "mid.mjs": `import { v } from "./x.mjs"; import.meta.hot.accept("./x.mjs"); say("mid runs"); export const mid = () => v;`,
    "x.mjs": x(1, "import.meta.hot.accept();"),
    "y.mjs": y(1),
  });
  /** In one turn of the program, so that both are one update. @param {number} n @param {string} [text] */
  const write = (n, text = y(n)) =>
    it.ask(`{
      const fs = process.getBuiltinModule("node:fs");
      fs.writeFileSync("x.mjs", ${JSON.stringify(x(n, "import.meta.hot.accept();"))});
      fs.writeFileSync("y.mjs", ${JSON.stringify(text)});
    }`);
  /** @param {number} n */
  const saveBoth = async (n) => {
    await write(n);
    await heard(it, new RegExp(`y${n} runs(.|\\n)*sync app\\.mjs`));
    assert.equal(await it.ask("seen()"), `${n},${n},${n},${n}`);
  };
  await saveBoth(2);
  await saveBoth(3);
  // One that fails takes nothing from the other.
  await write(4, `say("y4 runs"); throw new Error("body"); export const y = 4;`);
  await heard(it, /sync hears body/);
  assert.equal(await it.ask("seen()"), "4,3,3,4");
  it.self.write("y.mjs", y(5));
  await heard(it, /y5 runs(.|\n)*sync app\.mjs/);
  assert.equal(await it.ask("seen()"), "4,4,5,4");
  const runs = it.program.stdout.match(/\w+ runs/g)?.slice(4);
  assert.deepEqual(runs, [
    ...["x2 runs", "y2 runs", "app runs", "x3 runs", "y3 runs", "app runs"],
    ...["x4 runs", "y4 runs", "y5 runs", "app runs"],
  ]);
});

test("accepted by nobody: sync.* evaluates it, and nobody asks for a restart", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      held.lib = await sync.import("./lib.mjs");
      held.c = sync.require("./c.cjs");
      globalThis.seen = () => [held.lib.v, held.c.v].join();`,
    "lib.mjs": `export { v } from "./x.mjs"; say("lib runs");`,
    "x.mjs": x(1),
    "c.cjs": `exports.v = require("./d.cjs").v;`,
    "d.cjs": `say("d1 runs"); exports.v = 1;`,
  });
  it.self.write("x.mjs", x(2));
  await heard(it, /sync lib\.mjs/);
  it.self.write("d.cjs", `say("d2 runs"); exports.v = 2;`);
  await heard(it, /sync c\.cjs/);
  assert.equal(await it.ask("seen()"), "2,2");
  assert.deepEqual(it.program.stdout.match(/\w+ runs/g), [
    ...["x1 runs", "lib runs", "d1 runs"],
    ...["x2 runs", "lib runs", "d2 runs"],
  ]);
  assert.doesNotMatch(it.program.stderr, /nobody accepts/);
  assert.doesNotMatch(it.program.stdout, /unaccepted/);
});

test("a version that throws runs once, is told of to both, and the next good save mends it", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held.sync = await sync.import("./x.mjs"); globalThis.seen = () => held.sync.v;`,
    "x.mjs": x(1, "import.meta.hot.accept();"),
  });
  const throwing = `say("x2 runs"); throw new Error("body"); export const v = 2;`;
  const { type } = await it.save({ "x.mjs": throwing });
  assert.equal(type, "evaluationError");
  await heard(it, /sync hears body/);
  assert.equal(await it.ask("seen()"), "1");
  await it.save({ "x.mjs": x(3, "import.meta.hot.accept();") });
  await heard(it, /sync x\.mjs/);
  assert.equal(await it.ask("seen()"), "3");
  assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
  assert.equal(it.program.stdout.match(/sync hears/g)?.length, 1);
});

test("a version that throws: the error that sync.* hears names its file, whichever was saved", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held.sync = await sync.import("./x.mjs");
      sync.events.on("error", ({ file, message }) => say("of", message, file.replace(/.*[\\\\/]/, "")));`,
    "x.mjs": `import { lib } from "./lib.mjs"; import.meta.hot.accept(); export const v = lib; if (lib === 3) throw new Error("own");`,
    "lib.mjs": "export const lib = 1;",
  });
  await it.save({ "lib.mjs": `throw new Error("body"); export const lib = 2;` });
  await heard(it, /of body lib\.mjs/);
  await it.save({ "lib.mjs": "export const lib = 3;" });
  await heard(it, /of own x\.mjs/);
});

test("CommonJS that accepts itself and is held by sync.require", async (t) => {
  const c = (/** @type {number} */ v) => `say("c${v} runs"); exports.v = ${v}; module.hot.accept();`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held.c = sync.require("./c.cjs"); globalThis.seen = () => held.c.v;`,
    "c.cjs": c(1),
  });
  for (const v of [2, 3]) {
    const { type } = await it.save({ "c.cjs": c(v) });
    assert.equal(type, "accepted");
    await heard(it, new RegExp(`c${v} runs(.|\\n)*sync c\\.cjs`));
    assert.equal(await it.ask("seen()"), String(v));
  }
  assert.deepEqual(it.program.stdout.match(/c\d runs/g), ["c1 runs", "c2 runs", "c3 runs"]);
});

// The function had not been called since its module was evaluated anew: until then nobody leads there, and the save is nobody's.
test("what a function requires as it was, while an update finds that nobody leads there, goes live", async (t) => {
  const a = (/** @type {number} */ v) =>
    `say("a${v} runs"); exports.v = () => "a${v} c" + require("./c.cjs").v;`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held.a = sync.require("./a.cjs");
      globalThis.seen = () => held.a.v();
      globalThis.arm = () => {
        const call = (status) => {
          if (status !== "idle") return;
          import.meta.hot.removeStatusHandler(call);
          say("meanwhile", seen());
        };
        import.meta.hot.addStatusHandler(call);
      };`,
    "a.cjs": a(1),
    "c.cjs": "exports.v = 1;",
  });
  assert.equal(await it.ask("seen()"), "a1 c1");
  it.self.write("a.cjs", a(2));
  await heard(it, /a2 runs(.|\n)*sync a\.cjs/);
  await it.ask("arm()");
  it.self.write("c.cjs", "exports.v = 2;");
  await heard(it, /meanwhile a2 c1(.|\n)*a2 runs/);
  assert.equal(await it.ask("seen()"), "a2 c2");
});

const throwing = (/** @type {string} */ what) =>
  `import.meta.hot.accept("${what}", () => { throw new Error("handler"); });`;

test("a handler throws, and its importer is accepted: that is evaluated, whoever holds what was saved", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      import "./a.mjs";
      held.sync = await sync.import("./x.mjs");
      import.meta.hot.accept("./a.mjs");
      globalThis.seen = () => [held.sync.v, a].join();`,
    "a.mjs": `import { v } from "./x.mjs"; globalThis.a = v; ${throwing("./x.mjs")}`,
    "x.mjs": x(1),
  });
  for (const v of [2, 3]) {
    const { acceptedBy, evaluated, type } = await it.save({ "x.mjs": x(v) });
    assert.deepEqual([type, evaluated, acceptedBy], ["accepted", ["x.mjs", "a.mjs"], ["main.mjs"]]);
    assert.equal(await it.ask("seen()"), `${v},${v}`);
  }
  assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
});

test("temporary listeners, where handlers throw, and groups meet for that: those of each version before are gone", async (t) => {
  const listens = (/** @type {string} */ text) =>
    `import { sync } from "./sync.mjs"; ${text} sync.addTemporaryListener(process, "custom", () => {});`;
  const leaf = (/** @type {number} */ v) => listens(`export const v = ${v};`);
  const it = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; import { sync } from "./sync.mjs";
      import.meta.hot.accept(); ${throwing("./a.mjs")} import.meta.hot.accept("./b.mjs");
      if (!globalThis.held) globalThis.held = [await sync.import("./x.mjs"), await sync.import("./y.mjs")];`,
    "a.mjs": listens(`import "./x.mjs"; ${throwing("./x.mjs")}`),
    "b.mjs": listens(`import "./y.mjs"; ${throwing("./y.mjs")}`),
    "sync.mjs": `import Heatsync from "heatsync-rs"; export const sync = new Heatsync();`,
    "x.mjs": leaf(1),
    "y.mjs": leaf(1),
  });
  const count = `process.listenerCount("custom")`;
  assert.equal(await it.ask(count), "4");
  it.self.write("x.mjs", leaf(2));
  it.self.write("y.mjs", leaf(2));
  await it.shows("2,2", "held.map(({ v }) => v).join()");
  assert.equal(await it.ask(count), "4");
});

/** @param {number} v @param {string} [more] */
const accepting = (v, more = "") => x(v, `import.meta.hot.accept(() => { ${more} });`);
const handlers = {
  throws: `if (globalThis.isBad) throw new Error("own");`,
  "says invalidate()": "if (globalThis.isBad) import.meta.hot.invalidate();",
};

for (const [what, handler] of Object.entries(handlers)) {
  for (const [who, importing, accepted, result] of /** @type {const} */ ([
    ["an importer accepts it", `import.meta.hot.accept("./x.mjs");`, "", ["accepted", ["x.mjs"], ["a.mjs"]]],
    [
      "what imports that is accepted",
      "",
      `import.meta.hot.accept("./a.mjs");`,
      ["accepted", ["x.mjs", "a.mjs"], ["main.mjs"]],
    ],
    ["nobody else accepts it", "", "", ["accepted", ["x.mjs"], []]],
    ["its importer declines", "import.meta.hot.decline();", "", ["accepted", ["x.mjs"], []]],
  ])) {
    test(`held by sync.import, its own handler ${what}, and ${who}: evaluated once`, async (t) => {
      const it = await hotProgram(t, {
        "main.mjs": `${holders} import "./a.mjs"; held.sync = await sync.import("./x.mjs"); ${accepted}
          globalThis.seen = () => [held.sync.v, a()].join();`,
        "a.mjs": `import { v } from "./x.mjs"; globalThis.a = () => v; ${importing}`,
        "x.mjs": accepting(1, handler),
      });
      await it.ask("globalThis.isBad = true");
      const { acceptedBy, evaluated, type } = await it.save({ "x.mjs": accepting(2, handler) });
      assert.deepEqual([type, evaluated, acceptedBy], result);
      await it.shows("2,2", "seen()");
      await it.ask("globalThis.isBad = false");
      assert.deepEqual((await it.save({ "x.mjs": accepting(3, handler) })).acceptedBy, ["x.mjs"]);
      await it.shows("3,3", "seen()");
      assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
    });
  }
}

test("held by sync.import, and a handler throws that nobody accepts: evaluated once, and that it takes a restart is told", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} import "./a.mjs"; held.sync = await sync.import("./x.mjs");`,
    "a.mjs": `import { v } from "./x.mjs"; ${throwing("./x.mjs")}`,
    "x.mjs": x(1),
  });
  const { evaluated, path, type } = await it.save({ "x.mjs": x(2) });
  assert.deepEqual([type, evaluated, path], ["unaccepted", ["x.mjs"], ["main.mjs", "a.mjs"]]);
  await it.shows("2", "held.sync.v");
  await it.save({ "x.mjs": x(3) });
  await it.shows("3", "held.sync.v");
  assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
});

test("CommonJS that sync.require holds, saved again while an update that has read it awaits: what was saved last is live", async (t) => {
  const c = (/** @type {number} */ v) => `say("x${v} runs"); exports.v = ${v};`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders} import fs from "node:fs"; import "./mid.mjs"; globalThis.fs = fs; held.sync = sync.require("./c.cjs");
      import.meta.hot.accept("./mid.mjs", () => new Promise((resolve) => { globalThis.release = resolve; }));`,
    "mid.mjs": "export const v = 1;",
    "c.cjs": c(1),
  });
  const write = (/** @type {string} */ name, /** @type {string} */ text) => it.self.write(name, text);
  await saveAtOnce({ ...it, write }, { "mid.mjs": "export const v = 2;", "c.cjs": c(2) });
  await it.shows("function", "typeof globalThis.release");
  it.self.write("c.cjs", c(3));
  await it.ask("release()");
  await it.shows("3", "held.sync.v");
});

test("CommonJS that is accepted, and held, and requires a new file: all of it is evaluated once", async (t) => {
  const cjs = (/** @type {number} */ v, requires = "") => `say("m${v} runs"); exports.v = ${v}; ${requires}`;
  const n = (/** @type {number} */ v) => `say("n${v} runs"); exports.v = ${v};`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      import { m } from "./app.mjs";
      held.sync = await sync.import("./held.mjs");
      globalThis.seen = () => [m.v, m.n?.v, held.sync.v, held.sync.n?.v].join();`,
    "app.mjs": `import m from "./m.cjs"; import.meta.hot.accept("./m.cjs", () => {}); export { m };`,
    "held.mjs": `import m from "./m.cjs"; say("held runs"); export const { v, n } = m;`,
    "m.cjs": cjs(1),
  });
  await it.save({ "n.cjs": n(1), "m.cjs": cjs(2, `exports.n = require("./n.cjs");`) });
  assert.equal(await it.ask("seen()"), "2,1,2,1");
  // An update of sync.* that waits for what import.meta.hot is to be told of does so by 30 timers at most (`waitForNews`).
  await it.ask(`new Promise((resolve) => {
    let left = 90;
    const timer = setInterval(() => --left || resolve(clearInterval(timer)), 5);
  })`);
  const { evaluated } = await it.save({ "n.cjs": n(2) });
  assert.deepEqual(evaluated.sort(), ["held.mjs", "m.cjs", "n.cjs"]);
  assert.equal(await it.ask("seen()"), "2,2,2,2");
  const runs = it.program.stdout.match(/\w+ runs/g)?.sort();
  const twice = ["held runs", "m2 runs", "held runs"];
  assert.deepEqual(runs, ["held runs", "m1 runs", "n1 runs", "n2 runs", ...twice, "m2 runs"].sort());
  assert.doesNotMatch(it.program.stderr, /keeps the old instance/);
});
