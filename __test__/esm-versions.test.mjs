// sync.import, sync.require and hmr on the ES module runtime: new versions under the file's own URL,
// in one graph with CommonJS, shared with the program until they are edited, and collectable.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

test("every version has the file's own URL, through sync.import, sync.require and hmr", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import Heatsync, { hmr } from "heatsync-rs";
      const sync = new Heatsync();
      const imported = await sync.import("./a.mjs");
      const required = sync.require("./b.mjs");
      await hmr("./c.mjs", "./c.mjs", (c) => console.log("hmr", c.version, c.url === new URL("c.mjs", import.meta.url).href)).ready;
      sync.events.on("reload", () => console.log(imported.version, required.version,
        imported.url === new URL("a.mjs", import.meta.url).href, required.url === new URL("b.mjs", import.meta.url).href));
      console.log("ready");`,
    ...Object.fromEntries(["a", "b", "c"].map((name) => [`${name}.mjs`, text(1)])),
  });
  /** @param {number} version */
  function text(version) {
    return `export const version = ${version}; export const { url } = import.meta;`;
  }
  const program = own.run("main.mjs");
  await program.line("ready");
  own.write("a.mjs", text(2));
  await program.line("2 1 true true");
  own.write("b.mjs", text(2));
  await program.line("2 2 true true");
  own.write("c.mjs", text(2));
  await program.line("hmr 2 true");
});

test("a preload that is not ours, which may have module hooks for all we know", async (t) => {
  const own = project(t, {
    "preload.cjs": "",
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      const sync = new Heatsync({ persistentWatchers: true });
      const imported = await sync.import("./a.mjs");
      sync.events.on("reload", () => console.log(imported.version, imported.url === new URL("a.mjs", import.meta.url).href));
      console.log("ready");`,
    "a.mjs": 'export { version } from "./b.mjs"; export const { url } = import.meta;',
    "b.mjs": "export const version = 1;",
  });
  const program = own.run("main.mjs", { nodeArguments: ["--require", "./preload.cjs"] });
  await program.line("ready");
  own.write("b.mjs", "export const version = 2;");
  await program.line("2 true");
  own.write("a.mjs", "export const version = 3; export const { url } = import.meta;");
  await program.line("3 true");
});

test('esm: "query" gives every version a URL of its own', async (t) => {
  const file = "export const version = 1; export const { url } = import.meta;";
  const own = project(t, {
    "a.mjs": file,
    "b.mjs": `export { version, url } from "./a.mjs";`,
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      const sync = new Heatsync({ esm: "query", persistentWatchers: true });
      const b = await sync.import("./b.mjs");
      console.log("first", b.version);
      sync.events.on("reload", (name) => name.endsWith("b.mjs") && console.log(b.version, /a\\.mjs\\?heatsync=\\d+$/.test(b.url)));`,
  });
  const program = own.run("main.mjs");
  await program.line("first 1");
  own.write("a.mjs", file.replace("1", "2"));
  await program.line("2 true");
});

test("a module the program has imported is the same one, until it is edited", async (t) => {
  const own = project(t, {
    "state.mjs": "export const state = { n: 0 }; globalThis.evaluated = (globalThis.evaluated ?? 0) + 1;",
    "other.mjs": `export { state } from "./state.mjs"; export const other = 1;`,
    "main.mjs": `
      import { state } from "./state.mjs";
      import Heatsync from "heatsync-rs";
      const sync = new Heatsync({ persistentWatchers: true });
      const other = await sync.import("./other.mjs");
      console.log("first", other.state === state, globalThis.evaluated);
      sync.events.on("reload", (file) => file.endsWith("other.mjs") &&
        console.log(other.other, other.state === state, globalThis.evaluated));`,
  });
  const program = own.run("main.mjs");
  await program.line("first true 1");
  own.write("other.mjs", `export { state } from "./state.mjs"; export const other = 2;`);
  await program.line("2 true 1");
});

test("what Node's own first version of a module writes is seen by new versions of others", async (t) => {
  const own = syncProject(t, {
    "state.mjs": "export let n = 0; export const up = () => { n++; };",
    "top.mjs": `import { n, up } from "./state.mjs"; export const count = () => { up(); return n; };`,
  });
  const top = await own.import("./top.mjs");
  assert.deepEqual([top.count(), top.count()], [1, 2]);
  await own.save(
    "top.mjs",
    `import { n, up } from "./state.mjs"; export const count = () => { up(); return [n]; };`,
  );
  assert.deepEqual([top.count(), top.count()], [[3], [4]]);
});

test("hmr hands out a namespace of each version, which keeps what it had", async (t) => {
  const text = (/** @type {number} */ n) =>
    `export let n = ${n}; export const up = () => { n += 0.5; }; export default n;`;
  const own = project(t, {
    "a.mjs": text(1),
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      const all = [];
      hmr("./a.mjs", "./a.mjs", (a) => {
        all.push(a);
        for (const one of all) one.up();
        let error;
        try { a.n = 9; } catch (thrown) { error = thrown.name; }
        console.log(all.map((one) => one.n).join(" "), Object.keys(a).join(), Object.prototype.toString.call(a), error);
      });`,
  });
  const program = own.run("main.mjs");
  const rest = "default,n,up [object Module] TypeError";
  await program.line(`1.5 ${rest}`);
  own.write("a.mjs", text(2));
  await program.line(`2 2.5 ${rest}`);
  own.write("a.mjs", text(3));
  await program.line(`2.5 3 3.5 ${rest}`);
});

test("CommonJS below an ES module: a new version, with the names Node finds in it", async (t) => {
  const own = syncProject(t, {
    "leaf.cjs": "exports.leaf = 1;",
    "mid.cjs": "exports.mid = require('./leaf.cjs').leaf; exports.gone = 0;",
    "top.mjs": `import mid, * as all from "./mid.cjs"; import { mid as named } from "./mid.cjs";
      export const seen = () => [mid.mid, named, Object.keys(all).filter((it) => it !== "module.exports").join()];`,
  });
  const top = await own.import("./top.mjs");
  assert.deepEqual(top.seen(), [1, 1, "default,gone,mid"]);
  await own.save("leaf.cjs", "exports.leaf = 2;", "top.mjs");
  assert.deepEqual(top.seen(), [2, 2, "default,gone,mid"]);
  await own.save("mid.cjs", "const mid = 3, come = 4; module.exports = { mid, come };", "top.mjs");
  assert.deepEqual(top.seen(), [3, 3, "come,default,mid"]);
});

test("CommonJS above an ES module: the new version, as require() gives it", async (t) => {
  const own = syncProject(t, {
    "leaf.mjs": "export default 'd1'; export const a = 1;",
    "mid.cjs":
      "const leaf = require('./leaf.mjs'); exports.seen = () => [leaf.default, leaf.a, leaf.__esModule];",
    "top.mjs": `import mid from "./mid.cjs"; export const seen = () => mid.seen();`,
  });
  const top = await own.import("./top.mjs");
  const mid = own.load("./mid.cjs");
  for (const n of [2, 3]) {
    await own.save("leaf.mjs", `export default 'd${n}'; export const a = ${n};`, "top.mjs");
    assert.deepEqual(top.seen(), [`d${n}`, n, true]);
    assert.deepEqual(mid.seen(), [`d${n}`, n, true]);
  }
  assert.deepEqual(own.errors, []);
});

test("what an ES module imports that CommonJS requires, at first or only in a newer version", async (t) => {
  const mid = (/** @type {string} */ name) =>
    `const { low } = require("./${name}"); exports.seen = () => "${name} " + low;`;
  const own = syncProject(t, {
    "top.cjs": `const mid = require("./mid.cjs"); exports.seen = () => mid.seen();`,
    "mid.cjs": mid("leaf.mjs"),
    "leaf.mjs": `export { low } from "./below/low.mjs";`,
    "below/low.mjs": "import { n } from './n.mjs'; export const low = n;",
    "below/n.mjs": "export const n = 1;",
    "other.mjs": `import { other } from "./below/other.mjs"; export const low = other;`,
    "below/other.mjs": "export const other = 1;",
  });
  const top = own.load("./top.cjs");
  assert.equal(top.seen(), "leaf.mjs 1");
  for (const n of [2, 3]) {
    await own.save("below/n.mjs", `export const n = ${n};`, "top.cjs");
    assert.equal(top.seen(), `leaf.mjs ${n}`);
  }
  await own.save("mid.cjs", mid("other.mjs"), "top.cjs");
  for (const n of [2, 3]) {
    await own.save("below/other.mjs", `export const other = ${n};`, "top.cjs");
    assert.equal(top.seen(), `other.mjs ${n}`);
  }
  assert.deepEqual(own.errors, []);
});

test("nothing of an old CommonJS version stays in require.cache or in children", async (t) => {
  const own = syncProject(t, {
    "leaf.cjs": "exports.leaf = 1;",
    "keeper.cjs": "exports.leaf = require('./leaf.cjs').leaf; exports.children = () => module.children;",
    "top.mjs": `import { leaf } from "./leaf.cjs"; import "./keeper.cjs"; export const seen = () => leaf;`,
  });
  const top = await own.import("./top.mjs");
  await own.save("leaf.cjs", "exports.leaf = 2;", "top.mjs");
  assert.equal(top.seen(), 2);
  const { cache } = own.require;
  const leaf = own.project.path("leaf.cjs");
  const children = own.require("./keeper.cjs").children();
  assert.deepEqual(children, [cache[leaf]]);
  assert.equal(own.require("./leaf.cjs").leaf, 2);
});

test("top-level await: sync.import waits, sync.require refuses and the old version goes on", async (t) => {
  const own = syncProject(t, { "a.mjs": "export const a = 1;", "b.mjs": "export const b = 1;" });
  const a = await own.import("./a.mjs");
  const b = own.load("./b.mjs");
  await own.save("a.mjs", "export const a = await 2;");
  assert.equal(a.a, 2);
  const error = await own.fail("b.mjs", "export const b = await 2;");
  assert.equal(error.code, "ERR_REQUIRE_ASYNC_MODULE");
  assert.match(error.message, /b\.mjs has, or uses what has, top-level await/);
  assert.equal(b.b, 1);
  await own.save("b.mjs", "export const b = 3;");
  assert.equal(b.b, 3);
});

for (const through of ["sync.import", "sync.require", "hmr", "an importer"]) {
  test(`old versions are collected: ${through}`, async (t) => {
    const text = (/** @type {number} */ n) =>
      `export const big = { n: ${n} }; export const f = () => big; globalThis.follow(big, ${n});`;
    const own = project(t, {
      "a.mjs": text(0),
      "top.mjs": `import { big, f } from "./a.mjs"; import * as all from "./a.mjs"; export const n = () => [big, f, all].length && big.n;`,
      "main.mjs": `
        import fs from "node:fs";
        import { createRequire } from "node:module";
        const collected = new Set();
        const registry = new FinalizationRegistry((n) => collected.add(n));
        globalThis.follow = (value, n) => registry.register(value, n);
        const { default: Heatsync, hmr } = await import("heatsync-rs");
        const sync = new Heatsync({ persistentWatchers: true });
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        let live = () => {};
        const through = ${JSON.stringify(through)};
        let current;
        if (through === "hmr") await hmr("./a.mjs", "./a.mjs", (a) => { current = () => a.big.n; live(); }).ready;
        else {
          const object = through === "sync.require" ? sync.require("./a.mjs")
            : await sync.import(through === "an importer" ? "./top.mjs" : "./a.mjs");
          current = () => (through === "an importer" ? object.n() : object.big.n);
          sync.events.on("reload", () => live());
        }
        for (let n = 1; n <= 12; n++) {
          const isLive = new Promise((resolve) => { live = () => current() === n && resolve(); });
          fs.writeFileSync(new URL("a.mjs", import.meta.url), \`${text(7).replaceAll("7", "$" + "{n}")}\`);
          await isLive;
          await turn();
        }
        // The first is Node's own, which keeps it; the newest is in use.
        for (let n = 0; n < 200 && collected.size < 10; n++) { globalThis.gc(); await turn(); }
        console.log("collected", collected.size >= 10, collected.has(0));
        process.exit();`,
    });
    const program = own.run("main.mjs", { nodeArguments: ["--expose-gc"] });
    await program.line("collected true false");
  });
}
