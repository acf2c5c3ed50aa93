// What the first save needs is rehearsed once a program runs, and nobody sees it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

// Most runs of the suite do without (scripts/test.mjs).
process.env.HEATSYNC_REHEARSE = "1";

const runtime = JSON.stringify(fileURLToPath(new URL("../runtime/esm/", import.meta.url)));
/** Waits for the rehearsal that comes by itself, then does it again. */
const again = `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { rehearse } = require(${runtime} + "update/rehearse.cjs");
const { graph } = require(${runtime} + "index.cjs");
`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
function run(t, files) {
  const self = project(t, files);
  return self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
}

test("every update of the rehearsal is accepted, and nothing is left of it", async (t) => {
  const program = run(t, {
    "main.mjs": `${again}
const { patience } = require(${runtime} + "update/patience.cjs");
const { onOverdue } = patience;
const before = [...graph.modules.values()].length;
console.log("types " + JSON.stringify(await rehearse(graph)));
console.log("left " + JSON.stringify([...graph.modules.values()].length - before));
console.log("told " + (patience.onOverdue === onOverdue));`,
  });
  assert.deepEqual(await program.value("types"), Array(9).fill("accepted"));
  assert.equal(await program.value("left"), 0);
  // Whoever hangs is told of by the program's own updates, as before.
  assert.equal(await program.value("told"), true);
  await program.exit;
  assert.equal(program.stderr, "");
});

/** Tells of each time the engine is asked to rehearse. */
const engines = `
import { createRequire } from "node:module";
const { Session } = createRequire(import.meta.url)(${runtime} + "../../native/load.cjs");
const { rehearse } = Session.prototype;
Session.prototype.rehearse = function () {
  console.log("engine " + (rehearse.call(this) === undefined));
};`;

test("the thread that sees saves rehearses them, too", async (t) => {
  const registered = run(t, { "main.mjs": `${engines} setInterval(() => {}, 1000);` });
  assert.equal(await registered.value("engine"), true);
  const self = project(t, {
    "main.mjs": `${engines}
const { default: Heatsync } = await import("heatsync-rs");
new Heatsync().require("./own.cjs");
setInterval(() => {}, 1000);`,
    "own.cjs": "exports.value = 1;",
  });
  assert.equal(await self.run("main.mjs").value("engine"), true);
});

const looks = `
import { createRequire } from "node:module";
const { cache } = createRequire(import.meta.url);
const isThere = () => Reflect.ownKeys(cache).some((file) => /rehearse\\.cjs$/.test(file));`;

test("it comes by itself to a program that goes on", async (t) => {
  const program = run(t, {
    "main.mjs": `${looks}
const timer = setInterval(() => isThere() && (clearInterval(timer), console.log("there true")), 5);
console.log("now " + isThere());`,
  });
  assert.equal(await program.value("now"), false);
  assert.equal(await program.value("there"), true);
  await program.exit;
  assert.equal(program.stderr, "");
});

test("it keeps no program that ends", async (t) => {
  const program = run(t, {
    "main.mjs": `${looks} setImmediate(() => {}); process.on("exit", () => console.log("there " + isThere()));`,
  });
  assert.equal(await program.value("there"), false);
  await program.exit;
});

/** Tells of each module that is loaded for a rehearsal. */
const rehearsals = `
import { createRequire } from "node:module";
const { graph } = createRequire(import.meta.url)(${runtime} + "index.cjs");
const { load } = graph.loader;
graph.loader.load = function (file, ...rest) {
  const [, name] = /rehearsal.(\\w+)\\.mjs$/.exec(file) ?? [];
  if (name && name !== "importer") console.log("rehearsed " + JSON.stringify(name));
  return load.call(this, file, ...rest);
};
setInterval(() => {}, 1000);`;

test("what runs once for each export is rehearsed after the first save, not before", async (t) => {
  const files = {
    "hot.mjs": `${rehearsals}
import { value } from "./edited.mjs";
import.meta.hot?.accept("./edited.mjs", () => console.log("live " + value));`,
    "synced.mjs": `${rehearsals}
import Heatsync from "heatsync-rs";
await new Heatsync().import("./edited.mjs");`,
    "edited.mjs": "export const value = 1;",
  };
  const ways = { "hot.mjs": ["--import", "heatsync-rs/register"], "synced.mjs": [] };
  for (const [main, nodeArguments] of Object.entries(ways)) {
    const self = project(t, files);
    const program = self.run(main, { nodeArguments });
    const usual = main === "hot.mjs" ? "module" : "alone";
    assert.equal(await program.value("rehearsed"), usual);
    self.write("edited.mjs", "export const value = 2;");
    let name = usual;
    while (name === usual) name = await program.value("rehearsed");
    assert.equal(name, "exports");
    program.child.kill();
    await program.exit;
  }
});

/** Two ways to have `edited.mjs`, with what tells that it goes live. @type {[string, string[], string, string][]} */
const ways = [
  [
    "hot.mjs",
    ["--import", "heatsync-rs/register"],
    "module",
    `
import { value } from "./edited.mjs";
import { value as other } from "./other.mjs";
import.meta.hot.accept("./edited.mjs", () => went("edited", value));
import.meta.hot.accept("./other.mjs", () => went("other", other));`,
  ],
  [
    "synced.mjs",
    [],
    "alone",
    `
import Heatsync from "heatsync-rs";
const sync = new Heatsync();
const edited = await sync.import("./edited.mjs");
const other = await sync.import("./other.mjs");
sync.events.on("reload", (file) => {
  if (file.endsWith("edited.mjs")) went("edited", edited.value);
  else went("other", other.value);
});`,
  ],
];

/** @param {import("node:test").TestContext} t @param {typeof ways[number]} way @param {string} then */
async function begun(t, [main, nodeArguments, usual, text], then) {
  const self = project(t, {
    [main]: `${rehearsals.replace("setInterval", "const timer = setInterval")} ${then} ${text}`,
    "edited.mjs": "export const value = 1;",
    "other.mjs": "export const value = 1;",
  });
  const program = self.run(main, { nodeArguments });
  assert.equal(await program.value("rehearsed"), usual);
  return { self, program };
}

test("what waits for the end of the first save comes before the rehearsal", async (t) => {
  // As if something had been saved meanwhile.
  const waits = `
const { Session } = createRequire(import.meta.url)(${runtime} + "../../native/load.cjs");
const { finishUpdate } = Session.prototype;
let updates = 0;
Session.prototype.finishUpdate = function (...all) {
  const hasMore = finishUpdate.apply(this, all);
  return updates++ === 0 || hasMore;
};
globalThis.went = (name, value) => console.log(name + " " + value);`;
  for (const way of ways) {
    const { self, program } = await begun(t, way, waits);
    self.write("edited.mjs", "export const value = 2;");
    assert.equal(await program.value("edited"), 2);
    self.write("other.mjs", "export const value = 2;");
    assert.equal(await program.value("other"), 2);
    assert.doesNotMatch(program.stdout, /exports[\s\S]*other/);
    let name;
    while (name !== "exports") name = await program.value("rehearsed");
    program.child.kill();
    await program.exit;
  }
});

test("a program that ends with its first update is not kept by it", async (t) => {
  for (const way of ways) {
    // On a busy machine it may have begun before the program has come to its end.
    for (let attempts = 1; ; attempts++) {
      const { self, program } = await begun(t, way, "globalThis.went = () => clearInterval(timer);");
      // The end of the first one, where it has several turns of the event loop.
      if (way[2] === "module") await program.value("rehearsed");
      await self.olderThanNow();
      self.write("edited.mjs", "export const value = 2;");
      await program.exit;
      if (!program.stdout.includes("exports")) break;
      assert.ok(attempts < 6, program.stdout);
    }
  }
});

test("nor is it done once query versions are asked for", async (t) => {
  const self = project(t, {
    "main.mjs": `${synced}
const { rehearseModule } = warmUp;
warmUp.rehearseModule = (live, copies, file) => {
  console.log("rehearsed " + JSON.stringify(file ?? "usual"));
  return rehearseModule(live, copies, file).then(() => new Heatsync({ esm: "query" }));
};
const own = await sync.import("./own.mjs");
sync.events.on("reload", () => console.log("value " + own.value));
setInterval(() => {}, 1000);`,
    "own.mjs": "export const value = 1;",
  });
  const program = self.run("main.mjs");
  assert.equal(await program.value("rehearsed"), "usual");
  for (const value of [2, 3]) {
    self.write("own.mjs", `export const value = ${value};`);
    assert.equal(await program.value("value"), value);
  }
  assert.doesNotMatch(program.stdout, /exports/);
  program.child.kill();
  await program.exit;
});

test("what is rehearsed then goes live, too, is one module, and is not kept", async (t) => {
  const self = project(t, {
    "main.mjs": `${again}
import { pathToFileURL } from "node:url";
const { Facade } = require(${runtime} + "namespace/facade.cjs");
const { adopt } = Facade.prototype;
let last;
Facade.prototype.adopt = function (namespace) {
  const { file, url } = this.module;
  last = new WeakRef(this.module);
  console.log("names " + (url === pathToFileURL(file).href && Reflect.ownKeys(namespace).length));
  return adopt.call(this, namespace);
};
const { many } = require(${runtime} + "update/rehearse.cjs");
const warmUp = require(${runtime} + "../session/warm-up.cjs");
await rehearse(graph);
console.log("types " + JSON.stringify(await rehearse(graph, many)));
console.log("live " + (await warmUp.rehearseModule(() => {}, true, warmUp.many)));
for (let turn = 0; turn < 50 && last.deref(); turn++) {
  await new Promise((go) => setTimeout(go, 10));
  gc();
}
console.log("kept " + (last.deref() !== undefined));`,
  });
  const program = self.run("main.mjs", {
    nodeArguments: ["--expose-gc", "--import", "heatsync-rs/register"],
    env: { HEATSYNC_REHEARSE: "0" },
  });
  assert.ok((await program.value("names")) < 10);
  // And @@toStringTag.
  assert.equal(await program.value("names"), 202);
  assert.deepEqual(await program.value("types"), Array(9).fill("accepted"));
  assert.equal(await program.value("live"), true);
  assert.equal(await program.value("kept"), false);
  await program.exit;
  assert.equal(program.stderr, "");
});

test("who listens to updates hears nothing of it, nor who begins to meanwhile", async (t) => {
  const program = run(t, {
    "main.mjs": `${again}
import { hot } from "heatsync-rs";
const heard = [];
const listen = () => {
  for (const event of ["beforeUpdate", "afterUpdate", "update", "error", "status", "message"])
    hot.on(event, (it) => heard.push([event, it]));
};
const rehearsed = rehearse(graph);
// As a program does that has awaited something for as long as it takes to start.
setImmediate(listen);
console.log("types " + JSON.stringify(await rehearsed));
console.log("types " + JSON.stringify(await rehearse(graph)));
console.log("heard " + JSON.stringify(heard));`,
  });
  for (let time = 0; time < 2; time++)
    assert.deepEqual(await program.value("types"), Array(9).fill("accepted"));
  assert.deepEqual(await program.value("heard"), []);
  await program.exit;
});

test("it ends as soon as somebody else takes part in updates", async (t) => {
  const program = run(t, {
    "main.mjs": `${again}
import Heatsync from "heatsync-rs";
const rehearsed = rehearse(graph);
setImmediate(() => new Heatsync());
console.log("times " + (await rehearsed).length);
console.log("types " + JSON.stringify(await rehearse(graph)));`,
  });
  assert.ok((await program.value("times")) < 9);
  assert.deepEqual(await program.value("types"), []);
  await program.exit;
});

const synced = `
import { createRequire } from "node:module";
import Heatsync from "heatsync-rs";
const require = createRequire(import.meta.url);
const warmUp = require(${runtime} + "../session/warm-up.cjs");
const sync = new Heatsync();
`;

test("without register, ES modules of sync.import and hmr()", async (t) => {
  const self = project(t, {
    "main.mjs": `${synced}
await sync.import("./own.mjs");
const { graph } = require(${runtime} + "index.cjs");
const size = () => [graph.modules.values(), graph.roots, graph.renewed].map((all) => [...all].length);
await new Promise((resolve) => setImmediate(resolve));
const before = size();
const values = [];
for (const copies of [true, false])
  console.log("live " + (await warmUp.rehearseModule((value) => void values.push(typeof value), copies)));
console.log("values " + JSON.stringify(values));
console.log("left " + (JSON.stringify(size()) !== JSON.stringify(before)));
process.exit();`,
    "own.mjs": "export const value = 1;",
  });
  const program = self.run("main.mjs");
  for (let way = 0; way < 2; way++) assert.equal(await program.value("live"), true);
  assert.deepEqual(await program.value("values"), Array(16).fill("object"));
  assert.equal(await program.value("left"), false);
  await program.exit;
});

test("it comes by itself, and what is saved meanwhile comes after it", async (t) => {
  const self = project(t, {
    "main.mjs": `${synced}
let end;
warmUp.rehearseModule = () => new Promise((resolve) => {
  console.log("begun true");
  end = resolve;
});
const own = await sync.import("./own.mjs");
let last = own.value;
setInterval(() => own.value !== last && console.log("value " + (last = own.value)), 5);
process.on("message", (what) => {
  if (what === "end") console.log("before " + own.value), end(true);
});`,
    "own.mjs": "export const value = 1;",
  });
  const program = self.run("main.mjs");
  assert.equal(await program.value("begun"), true);
  self.write("own.mjs", "export const value = 2;");
  program.child.send("end");
  assert.equal(await program.value("before"), 1);
  assert.equal(await program.value("value"), 2);
  program.child.kill();
  await program.exit;
});

test("no timer of ours is due beside the program's: its stacks would have frames of Node's", async (t) => {
  const program = run(t, {
    "main.mjs": `
const stacks = new Set();
const until = performance.now() + 300;
while (performance.now() < until) {
  const tick = new Promise((go) => setTimeout(go, 1));
  // So that what is due a little later is due with it.
  for (const start = performance.now(); performance.now() < start + 8; );
  await tick;
  stacks.add(new Error("here").stack);
}
console.log("stacks " + JSON.stringify([...stacks]));`,
  });
  const stacks = await program.value("stacks");
  assert.equal(stacks.length, 1, stacks.join("\n"));
});
