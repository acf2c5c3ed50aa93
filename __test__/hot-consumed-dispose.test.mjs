// What sync.* and hmr() evaluate anew under register, as nobody else accepts it: its versions end what they have opened by their
// `import.meta.hot`, or `module.hot`, as in any other update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holders = `
import Heatsync, { hmr } from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));
globalThis.sync = sync;
globalThis.held = {};
`;

/** @param {number} v @param {string} [more] */
const text = (v, more = "") => `
  const hot = import.meta.hot;
  say("x${v} runs", hot.data.from ?? "none");
  hot.own({ close() { say("x${v} closed"); } });
  hot.dispose((data) => { data.from = "x${v}"; say("x${v} disposed"); });
  hot.on("own:event", () => say("x${v} heard"));
  ${more}
  export const v = ${v};`;

/** @param {string} of source text of an ES module */
const commonJs = (of) =>
  of.replaceAll("import.meta.hot", "module.hot").replace("export const v", "exports.v");

for (const [what, file, hold] of /** @type {const} */ ([
  ["sync.import", "x.mjs", `held = await sync.import("./x.mjs");`],
  ["sync.require", "x.mjs", `held = sync.require("./x.mjs");`],
  ["sync.require", "x.cjs", `held = sync.require("./x.cjs");`],
  ["sync.import", "x.cjs", `held = await sync.import("./x.cjs");`],
  ["hmr", "x.mjs", `await hmr("./x.mjs", [], (module) => { held = module; }).ready;`],
])) {
  const written = file.endsWith(".cjs")
    ? (/** @type {string} */ it) => commonJs(it)
    : (/** @type {string} */ it) => it;
  test(`${what} of ${file}: each version ends what it has opened, and hands on its data`, async (t) => {
    const it = await hotProgram(t, { "main.mjs": `${holders} ${hold}`, [file]: written(text(1)) });
    it.said();
    for (const v of [2, 3]) {
      it.self.write(file, written(text(v)));
      await it.shows(String(v), "held.v");
      await it.ask(`import("heatsync-rs").then(({ hot }) => hot.send("own:event"))`);
      assert.deepEqual(it.said(), [
        ...[`x${v - 1} disposed`, `x${v - 1} closed`, `x${v} runs x${v - 1}`, `x${v} heard`],
      ]);
    }
  });

  test(`${what} of ${file}: what throws is closed, and the version before it is disposed once`, async (t) => {
    const it = await hotProgram(t, { "main.mjs": `${holders} ${hold}`, [file]: written(text(1)) });
    it.said();
    it.self.write(file, written(text(2, `throw new Error("body");`)));
    await it.program.waitFor(() => /"x2 closed"/.test(it.program.stdout), "x2 closed");
    it.self.write(file, written(text(3)));
    await it.shows("3", "held.v");
    await it.ask(`import("heatsync-rs").then(({ hot }) => hot.send("own:event"))`);
    const said = it.said().filter((/** @type {string} */ line) => !line.startsWith("sync hears"));
    assert.deepEqual(said, [
      ...["x1 disposed", "x1 closed", "x2 runs x1", "x2 disposed", "x2 closed"],
      ...["x3 runs x2", "x3 heard"],
    ]);
  });
}

test("sync.import: a dispose handler is waited for", async (t) => {
  const slow = (/** @type {number} */ v) => `say("x${v} runs"); export const v = ${v};
    import.meta.hot.dispose(async () => { await new Promise(setImmediate); await 0; say("x${v} disposed"); });`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held = await sync.import("./x.mjs");`,
    "x.mjs": slow(1),
  });
  for (const v of [2, 3]) {
    it.self.write("x.mjs", slow(v));
    await it.shows(String(v), "held.v");
  }
  assert.deepEqual(it.said(), ["x1 runs", "x1 disposed", "x2 runs", "x2 disposed", "x3 runs"]);
});

test("sync.import: a dispose handler that throws is told of, and the next save goes live", async (t) => {
  const throwing = (/** @type {number} */ v) => `say("x${v} runs"); export const v = ${v};
    import.meta.hot.dispose(() => { if (globalThis.isBad) throw new Error("handler"); });`;
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held = await sync.import("./x.mjs");`,
    "x.mjs": throwing(1),
  });
  await it.ask("globalThis.isBad = true");
  it.self.write("x.mjs", throwing(2));
  await it.program.waitFor(() => /sync hears handler/.test(it.program.stdout), "sync hears handler");
  await it.ask("globalThis.isBad = false");
  it.self.write("x.mjs", throwing(3));
  await it.shows("3", "held.v");
  assert.deepEqual(it.said(), ["x1 runs", "sync hears handler", "x3 runs"]);
});

test("resync() of what sync.require holds: its handlers have run when that returns", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} held = sync.require("./x.cjs");
      globalThis.resync = () => { sync.resync("./x.cjs"); say("returned"); };`,
    "x.cjs": commonJs(text(1)),
  });
  await it.ask("resync()");
  assert.deepEqual(it.said(), ["x1 runs none", "x1 disposed", "x1 closed", "x1 runs x1", "returned"]);
});

for (const [what, index] of /** @type {const} */ ([
  [
    "sync.require",
    `const sync = new (require("heatsync-rs"))(); module.exports = (file) => sync.require(file);`,
  ],
  [
    "createRequire()",
    `module.exports = (file) => require("node:module").createRequire(__dirname + "/noop.js")(file);`,
  ],
])) {
  test(`what a package has by ${what} is not pruned by an update that fails`, async (t) => {
    const prune = `hot.prune(() => say("pruned"));`;
    const it = await hotProgram(t, {
      "main.mjs": `import held from "holds"; import "./app.mjs"; globalThis.held = held(import.meta.dirname + "/x.mjs");`,
      "app.mjs": `import "./y.mjs"; import.meta.hot.accept("./y.mjs");`,
      "y.mjs": "",
      "x.mjs": text(1, prune),
      "node_modules/holds/index.js": index,
    });
    it.said();
    const { type } = await it.save({ "y.mjs": `throw new Error("no");` });
    assert.equal(type, "evaluationError");
    assert.deepEqual(it.said(), []);
    assert.equal(await it.ask("held.v"), "1");
  });
}
