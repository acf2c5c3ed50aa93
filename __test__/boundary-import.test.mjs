// import() of an unchanged module asks nobody; and whatever changes, it never gives what is old.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { project } from "./support/project.mjs";

const internals = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../runtime/esm/index.cjs");
/** Counts what the graph's loader is asked. */
const counting = `
import { createRequire } from "node:module";
const { loader } = createRequire(import.meta.url)(${JSON.stringify(internals)}).graph;
const { target } = loader;
let asked = 0;
loader.target = function (...args) { asked++; return Reflect.apply(target, this, args); };
const times = async (count, get) => {
  asked = 0;
  const seen = new Set();
  for (let i = 0; i < count; i++) seen.add(await get());
  return [asked, seen.size, (await get()).v].join();
};`;

test("of 1,000 imports of a boundary the first alone is looked for, and one after each update", async (t) => {
  for (const call of [
    `import("./app.js", { with: { hot: "true" } })`,
    `import("./app.js", import.meta.hot?.boundary)`,
    `import(["./app", "js"].join("."), import.meta.hot?.boundary)`,
  ]) {
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main(counting, `await times(1000, () => ${call})`),
        "app.js": `export { v } from "./view.js";`,
        "view.js": "export const v = 1;",
      },
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1,1,1", call);
    assert.equal(await it.ask(), "got 0,1,1", call);
    await it.save({ "view.js": "export const v = 2;" });
    assert.equal(await it.ask(), "got 1,1,2", call);
    assert.equal(await it.ask(), "got 0,1,2", call);
    // Another set of names, another namespace.
    await it.save({ "app.js": `export { v } from "./view.js"; export const w = 1;` });
    assert.equal(await it.ask(), "got 1,1,2", call);
    assert.equal(await it.ask(), "got 0,1,2", call);
  }
});

test("a version that throws, one that is mended, one that does not parse", async (t) => {
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main(counting, `await times(10, () => import("./app.js", import.meta.hot?.boundary))`),
      "app.js": "export const v = 1;",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1,1,1");
  await it.save({ "app.js": `export const v = 2; throw new Error("broken");` });
  assert.equal(await it.ask(), "threw broken");
  assert.equal(await it.ask(), "threw broken");
  await it.save({ "app.js": "export const v = 3;" });
  assert.equal(await it.ask(), "got 1,1,3");
  await it.refused({ "app.js": "export const v = ;" }, /goes on/);
  // Where requests lead was forgotten, to see whether that is what is wrong.
  assert.equal(await it.ask(), "got 1,1,3");
  assert.equal(await it.ask(), "got 0,1,3");
  await it.save({ "app.js": "export const v = 4;" });
  assert.equal(await it.ask(), "got 1,1,4");
});

test("a module that accepts itself: its namespace stays, and is still its importer's", async (t) => {
  const own = project(t, {
    "package.json": { type: "module" },
    "main.js": `${counting}
      process.on("message", async () => console.log("got", await times(10, () => import("./own.js"))));
      console.log("ready");`,
    "own.js": `export { v } from "./view.js"; import.meta.hot.accept();`,
    "view.js": "export const v = 1;",
  });
  const program = own.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("ready");
  const ask = async () => {
    program.child.send("get");
    return program.line(/^got/);
  };
  assert.equal(await ask(), "got 1,1,1");
  for (const v of [2, 3]) {
    own.write("view.js", `export const v = ${v};`);
    // The importer's own variables are set when the update is through, which this line is printed after.
    await program.waitFor(() => program.stderr.split("accepted by own.js").length > v - 1, `update ${v}`);
    const [asked, namespaces, value] = (await ask()).slice(4).split(",").map(Number);
    assert.deepEqual([asked <= 1, namespaces, value], [true, 1, v]);
    assert.equal(await ask(), `got 0,1,${v}`);
  }
});

test("options are read once, and what they refuse is refused each time", async (t) => {
  const own = project(t, {
    "package.json": { type: "module" },
    "main.js": `
      let reads = 0;
      const options = { get with() { reads++; return { get hot() { reads++; return "true"; } }; } };
      const one = await import("./dep.js", options);
      const two = await import("./dep.js", options);
      const plain = await import("./dep.js");
      console.log(reads, one === two, one === plain);
      for (const wrong of [1, { with: 1 }, { with: { hot: 1 } }]) {
        for (let time = 0; time < 2; time++) await import("./dep.js", wrong).catch(({ name }) => console.log(name));
      }
      const specifier = { toString() { console.log("read"); return "./dep.js"; } };
      console.log((await import(specifier)) === one, (await import(specifier)) === one);
      await import(Symbol("s")).catch(({ name }) => console.log(name));`,
    "dep.js": "export const v = 1;",
  });
  const program = own.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  const wrong = Array(6).fill("TypeError");
  assert.deepEqual(program.lines, ["4 true true", ...wrong, ...["read", "read", "true true"], "TypeError"]);
});

test("it takes as many microtasks as Node's own", async (t) => {
  const text = `
    await import("./dep.js");
    await import("./dep.js");
    let done = false;
    let ticks = 0;
    import("./dep.js").then(() => { done = true; });
    for (; !done; ticks++) await null;
    console.log(ticks);`;
  const own = project(t, {
    "package.json": { type: "module" },
    ...{ "main.js": text, "dep.js": "export {};" },
  });
  const counts = [];
  for (const nodeArguments of [[], ["--import", "heatsync-rs/register"]]) {
    const program = own.run("main.js", { nodeArguments });
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    counts.push(Number(program.stdout));
  }
  // Node 22's own takes one more before V8 has compiled its functions.
  assert.ok(counts[1] <= counts[0] && counts[1] >= counts[0] - 1, counts.join());
});

test("a namespace in a cycle shows the newest version, though what was saved with an older one is evaluated after it", async (t) => {
  const member = (/** @type {number} */ v) =>
    `import { seen } from "./user.mjs"; export const v = ${v}; export { seen };`;
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main("", `(await import("./app.mjs", { with: { hot: "true" } })).read()`),
      "app.mjs": `import { f } from "./first.mjs"; import { x } from "./x.mjs"; import { seen } from "./member.mjs"; export const read = () => [f, x, seen()].join();`,
      "first.mjs": "export const f = 0;",
      "x.mjs": "export const x = 0;",
      "member.mjs": member(0),
      "user.mjs": `import * as member from "./member.mjs"; export const seen = () => member.v;`,
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 0,0,0");
  await it.save({ "x.mjs": "export const x = 1;", "member.mjs": member(1) });
  await it.save({ "first.mjs": "export const f = 2;", "member.mjs": member(2) });
  // On a busy machine these are two updates.
  await it.answers(/^got 2,1,2$/);
  await it.save({ "member.mjs": member(3) });
  assert.equal(await it.ask(), "got 2,1,3");
});

test("a namespace shows the newest version, though an older importer that awaited is evaluated after it", async (t) => {
  const get = `import("./app.mjs", { with: { hot: "true" } })`;
  const before = `
    process.on("message", (message) => {
      if (message === "begin") void ${get};
      if (message === "end") globalThis.open();
      if (message === "begin" || message === "end") setImmediate(() => console.log("got", message));
    });`;
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main("", `(await ${get}).read()`, before),
      "app.mjs": `import { seen } from "./early.mjs"; import "./slow.mjs"; import * as a from "./a.mjs"; export const read = () => [a.v, seen()].join();`,
      "early.mjs": `import { v } from "./a.mjs"; export const seen = () => v;`,
      "slow.mjs": "",
      "a.mjs": "export const v = 1;",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1,1");
  await it.save({ "a.mjs": "export const v = 2;" });
  await it.save({ "slow.mjs": "await new Promise((resolve) => { globalThis.open = resolve; });" });
  await it.ask("begin");
  // Nobody has asked for the namespace of the second version so far, and of the third somebody does at once.
  await it.save({ "a.mjs": "export const v = 3;" });
  await it.save({ "early.mjs": `import * as a from "./a.mjs"; export const seen = () => a.v;` });
  await it.ask("begin");
  await it.ask("end");
  assert.equal(await it.ask(), "got 3,3");
});

for (const way of [["--import", "hot-hook/register"], []]) {
  const name = way.length > 0 ? "under register" : "by hot.init";
  test(`what the options name, and a package imports for the program (@fastify/autoload), is a boundary, ${name}`, async (t) => {
    const url = (/** @type {string} */ file) => `new URL("./${file}", import.meta.url).href`;
    const got = `(await load(${url("pages/a.js")})).v, (await loadToo(${url("pages/a.js")})).v, (await load(${url("pages/c.cjs")})).v, b`;
    const it = new BoundaryProgram(t, {
      nodeArguments: way,
      files: {
        "main.js": main(
          `import loads from "loads"; import { b, load as loadToo } from "loads/module.mjs"; const { load } = loads;`,
          got,
          `await hot.init(import.meta.url, { boundaries: ["./pages/**"] });`,
        ),
        "node_modules/loads/package.json": { name: "loads", main: "index.js" },
        "node_modules/loads/index.js": "exports.load = (url) => import(url);",
        "node_modules/loads/module.mjs": `export { v as b } from "../../pages/b.js"; export const load = (url) => import(url);`,
        "pages/a.js": `export { v } from "../lib.js";`,
        "pages/b.js": "export const v = 'b';",
        "pages/c.cjs": "exports.v = require('../d.cjs');",
        "d.cjs": "module.exports = 'd1';",
        "lib.js": "export const v = 1;",
      },
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1 1 d1 b");
    await it.save({ "lib.js": "export const v = 2;" });
    assert.equal(await it.ask(), "got 2 2 d1 b");
    await it.save({ "d.cjs": "module.exports = 'd2';" });
    assert.equal(await it.ask(), "got 2 2 d2 b");
    await it.refused({ "lib.js": "export const v = ;" }, /goes on/);
    assert.equal(await it.ask(), "got 2 2 d2 b");
    await it.save({ "lib.js": "export const v = 3;" });
    assert.equal(await it.ask(), "got 3 3 d2 b");
  });
}
