// hot.init, hot.dump, who tells of changes, and what boundaries have beyond hot-hook's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { until } from "./support/project.mjs";

const get = `(await import("./app.js", { with: { hot: "true" } })).text()`;
const app = `import { v } from "./view.js"; export const text = () => "app " + v;`;
const view = (/** @type {unknown} */ v) => `export const v = ${v};`;
const files = { "main.js": main("", get), "app.js": app, "view.js": view(1) };

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} files
 * @param {Partial<ConstructorParameters<typeof BoundaryProgram>[1]>} [options]
 */
async function start(t, files, options) {
  const it = new BoundaryProgram(t, { ...options, files });
  await it.ready();
  return it;
}

test("hot.dump", async (t) => {
  const it = await start(t, {
    ...files,
    "main.js": main(`import "./config.js";`, get),
    "config.js": "",
  });
  await it.ask();
  await it.save({ "view.js": view(2) });
  const dump = JSON.parse(String(await it.ask("dump")).slice(5));
  const short = dump.map((/** @type {any} */ { path, boundary, reloadable, version, parents }) => [
    ...[path, boundary, reloadable, version, parents],
  ]);
  assert.deepEqual(
    short,
    [
      ["main.js", false, false, 0, []],
      ["config.js", false, false, 0, ["main.js"]],
      ["app.js", true, true, 1, ["main.js"]],
      ["view.js", false, true, 1, ["app.js"]],
    ].sort((a, b) => order(short, a) - order(short, b)),
  );
  const [first] = dump;
  assert.deepEqual([first.path, first.dependencies.sort()], ["main.js", ["app.js", "config.js"]]);
});

/** @param {unknown[][]} list @param {unknown[]} row */
const order = (list, row) => list.findIndex(([path]) => path === row[0]);

test("hot.dump: what CommonJS requires, at once", async (t) => {
  const it = await start(t, {
    "main.js": main("", get, `${get}; console.log("dump", JSON.stringify(await hot.dump()));`),
    "app.js": `import used from "./used.cjs"; export const text = () => used;`,
    "used.cjs": `module.exports = require("./below.cjs");`,
    "below.cjs": "",
  });
  const dump = JSON.parse((await it.program.line(/^dump /)).slice(5));
  const rows = dump.map((/** @type {any} */ { path, dependencies }) => [path, dependencies.join()]);
  assert.deepEqual(rows, [
    ["main.js", "app.js"],
    ["app.js", "used.cjs"],
    ["used.cjs", "below.cjs"],
    ["below.cjs", ""],
  ]);
});

test("hot.dump of a program that Node runs", async (t) => {
  const init = "await hot.init(import.meta.url);";
  const it = await start(t, { ...files, "main.js": main("", get, init) }, { nodeArguments: [] });
  await it.ask();
  const dump = JSON.parse(String(await it.ask("dump")).slice(5));
  const rows = dump.map((/** @type {any} */ it) => [it.path, it.boundary, it.reloadable, it.parents.join()]);
  assert.deepEqual(rows, [
    ["main.js", false, false, ""],
    ["app.js", true, true, "main.js"],
    ["view.js", false, true, "app.js"],
  ]);
});

test("watch: false: the parent says what changed", async (t) => {
  for (const [env, hotHook] of /** @type {const} */ ([
    [{}, { watch: false }],
    [{ HOT_HOOK_WATCH: "false" }, {}],
    [{ HEATSYNC_WATCH: "false" }, {}],
  ])) {
    const own = {
      "main.js": main("", get, "setInterval(() => {}, 1000);"),
      "package.json": { type: "module", hotHook },
    };
    const it = await start(t, { ...files, ...own }, { env });
    assert.equal(await it.ask(), "got app 1");
    it.self.write("view.js", view(2));
    it.self.write(".env", "A=1");
    // Whatever the engine would have seen of these, it sees before the answer of the third question.
    for (let times = 0; times < 3; times++) assert.equal(await it.ask(), "got app 1");
    it.log();
    it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path("view.js") });
    await it.program.errorOutput("view.js: loaded anew");
    assert.equal(await it.ask(), "got app 2");
    it.program.child.send({ type: "hot-hook:file-changed", path: ".env" });
    await it.program.errorOutput(".env: full reload needed");
    await until(() => it.hasHeard("full-reload .env"), "the message");
    // Messages and lines come by two ways.
    assert.deepEqual(it.log().sort(), ["full-reload .env", "got app 2", "invalidated view.js app.js"]);
  }
});

test("watch: false: a parent that tells of the first of two saves alone, as chokidar does within 50 ms", async (t) => {
  // The second one as soon as the first was read: by the program itself, which nothing else keeps from it.
  const before = `import fs from "node:fs";
hot.on("message", (line) => {
  if (!fs.existsSync("view.js.formatted") || !line.includes("loaded anew")) return;
  fs.renameSync("view.js.formatted", "view.js");
});`;
  const own = {
    "main.js": main("", get, `${before} setInterval(() => {}, 1000);`),
    "package.json": { type: "module", hotHook: { watch: false } },
  };
  const it = await start(t, { ...files, ...own });
  assert.equal(await it.ask(), "got app 1");
  const tell = () => it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path("view.js") });
  /** How many times the program has said it. */
  const times = () => it.program.stderr.split("view.js: loaded anew").length - 1;
  it.self.write("view.js", view(2));
  it.self.write("view.js.formatted", view(3));
  tell();
  await until(() => times() === 2, "the second save");
  assert.equal(await it.ask(), "got app 3");
  // Told of after all: that is no news. What is told of without a save is, as before.
  tell();
  tell();
  await until(() => times() >= 3, "what was told of twice");
  assert.equal(await it.ask(), "got app 3");
  assert.equal(times(), 3);
});

test("with watch: false the channel does not keep the program alive", async (t) => {
  const it = new BoundaryProgram(t, {
    files: { "package.json": { type: "module", hotHook: { watch: false } }, "main.js": "" },
  });
  assert.deepEqual(await it.program.exit, { code: 0, signal: null });
});

test("onFullReloadAsked, events, and globalThis.hot", async (t) => {
  const before = `
await globalThis.hot.init(import.meta.url, {
  reload: ["./settings.json"],
  onFullReloadAsked: () => console.log("asked"),
});
hot.on("beforeFullReload", ({ type, path }) => console.log(type, path.length));
hot.on("update", ({ type, files }) => console.log("update", type, files.length));`;
  const it = await start(
    t,
    {
      ...files,
      "main.js": main(`import "hot-hook/register";`, get, before.replace("globalThis.hot", "hot")),
      "settings.json": "{}",
    },
    { nodeArguments: [] },
  );
  await it.ask();
  it.log();
  await it.save({ "settings.json": "{ }" });
  assert.deepEqual(it.log(), ["full-reload settings.json", "asked", "unaccepted 1", "update unaccepted 1"]);
  await it.save({ "view.js": view(2) });
  assert.deepEqual(it.log(), ["invalidated view.js app.js", "update accepted 1"]);
});

test("ignored modules are Node's, and their changes mean nothing", async (t) => {
  const hotHook = { ignore: ["./view.js"] };
  const it = await start(t, { ...files, "package.json": { type: "module", hotHook } });
  assert.equal(await it.ask(), "got app 1");
  it.self.write("view.js", view(2));
  await it.save({ "app.js": app.replace("app ", "APP ") });
  assert.equal(await it.ask(), "got APP 1");
  assert.doesNotMatch(it.program.stderr, /view\.js/);
});

test("import.meta.hot.data and keep go over to the next version, accept stays with the module", async (t) => {
  const it = await start(t, {
    "main.js": main("", get),
    "app.js": `
      import { v } from "./view.js";
      import { small } from "./small.js";
      const count = (import.meta.hot.data.count ?? 0) + 1;
      const kept = import.meta.hot.keep("kept", () => Math.random());
      globalThis.kept ??= kept;
      import.meta.hot.dispose((data) => { data.count = count; });
      export const text = () => [v, small, count, kept === globalThis.kept].join();`,
    "view.js": view(1),
    "small.js": "import.meta.hot.accept(); export const small = 1;",
  });
  assert.equal(await it.ask(), "got 1,1,1,true");
  await it.save({ "view.js": view(2) });
  assert.equal(await it.ask(), "got 2,1,2,true");
  it.self.write("small.js", "import.meta.hot.accept(); export const small = 2;");
  await it.program.errorOutput("small.js: 1 evaluated, accepted by small.js");
  assert.equal(await it.ask(), "got 2,2,2,true");
});

test("requests that are being answered end in the version they began in", async (t) => {
  const slow = (/** @type {number} */ v) => `
    import { shared } from "./shared.js";
    export async function answer(signal) {
      await signal;
      return ${v} + shared;
    }`;
  const before = `
    let open, pending;
    const signal = new Promise((resolve) => { open = resolve; });
    process.on("message", async (message) => {
      if (message === "begin") pending = (await import("./app.js", { with: { hot: "true" } })).answer(signal);
      if (message === "begin") console.log("got begun");
      if (message === "end") { open(); console.log("got", await pending); }
    });`;
  const it = await start(t, {
    "main.js": main("", `(await (await import("./app.js", { with: { hot: "true" } })).answer())`, before),
    "app.js": slow(1),
    "shared.js": `export const shared = " shared";`,
  });
  await it.ask("begin");
  await it.save({ "app.js": slow(2) });
  assert.equal(await it.ask(), "got 2 shared");
  assert.equal(await it.ask("end"), "got 1 shared");
});

test("packages that ask for import.meta.hot have it", async (t) => {
  const it = await start(t, {
    ...files,
    "package.json": { type: "module", hotHook: { boundaries: ["./app.js"] } },
    "main.js": main(
      `import { asks, has } from "framework";`,
      "`${asks} ${has} ${typeof import.meta.hot.accept}`",
    ),
    "node_modules/framework/package.json": { type: "module", exports: "./index.js" },
    "node_modules/framework/index.js":
      'export * from "./quiet.js"; export const asks = "hot" in import.meta && import.meta.hot.boundary.with.hot;',
    "node_modules/framework/quiet.js": `export * from "./words/index.js";`,
    "node_modules/framework/words/package.json": { type: "commonjs" },
    "node_modules/framework/words/index.js": `exports.has = 1; exports.words = "import.meta, hot";`,
  });
  assert.equal(await it.ask(), "got true 1 function");
});

test("names that come and go, and many versions", async (t) => {
  const it = await start(t, {
    "main.js": main("", `Object.keys(await import("./app.js", { with: { hot: "true" } })).join()`),
    "app.js": "export const a = 0;",
  });
  assert.equal(await it.ask(), "got a");
  for (const name of ["a", "b", "b", "a"]) {
    await it.save({ "app.js": `export const ${name} = ${Math.random()};` });
    assert.equal(await it.ask(), `got ${name}`);
  }
});

test("the nearest one counts: a boundary below who accepts itself, a handler below a boundary", async (t) => {
  const it = await start(t, {
    "main.js": `${main("", get)} console.log("eval main"); import.meta.hot.accept();`,
    ...{ "app.js": app, "view.js": view(1) },
  });
  assert.equal(await it.ask(), "got app 1");
  it.log();
  await it.save({ "view.js": view(2) });
  assert.deepEqual(it.log(), ["invalidated view.js app.js"]);
  assert.equal(await it.ask(), "got app 2");
  assert.deepEqual(it.log(), ["got app 2"]);
});

test("what is being written is not read for what it imports", async (t) => {
  const own = {
    "main.js": main("", get, "setInterval(() => {}, 1000);"),
    "package.json": { type: "module", hotHook: { watch: false } },
  };
  const it = await start(t, { ...files, ...own });
  assert.equal(await it.ask(), "got app 1");
  // An editor has emptied it, and writes it in a moment; nobody has said that it changed.
  it.self.write("app.js", "");
  it.self.write("view.js", view(2));
  it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path("view.js") });
  await until(() => it.hasHeard("invalidated view.js app.js"), "the message");
  assert.equal(await it.ask(), "got app 2");
});

test("a full reload names the file that was saved, not who is evaluated anew for it", async (t) => {
  const manifest = (/** @type {string} */ target) => ({
    type: "module",
    hotHook: { boundaries: ["./app.js"] },
    imports: { "#config": target },
  });
  const own = {
    "package.json": manifest("./one.js"),
    // An answer of the engine's thread, which has set by then the watches that it was asked for.
    "main.js": main(
      `import "./config.js"; import "./optional.js"; import { createRequire } from "node:module";`,
      `(native.watchStatus(), ${get})`,
      `const native = createRequire(import.meta.resolve("hot-hook"))("./native/load.cjs");`,
    ),
    "config.js": `import { v } from "#config"; export default v;`,
    "one.js": "export const v = 1;",
    "two.js": "export const v = 2;",
    "optional.js": `await import("./local.js").catch(() => {});`,
  };
  for (const [name, text] of [
    ["package.json", JSON.stringify(manifest("./two.js"))],
    ["local.js", ""],
  ]) {
    const it = await start(t, { ...files, ...own });
    await it.ask();
    it.log();
    await it.save({ [name]: text });
    assert.deepEqual(it.log(), [`full-reload ${name}`]);
  }
});

test("hot.init without an argument: the folder is the working directory, and marks are boundaries", async (t) => {
  const nodeArguments = /** @type {string[]} */ ([]);
  const it = await start(t, { ...files, "main.js": main("", get, "await hot.init();") }, { nodeArguments });
  assert.equal(await it.ask(), "got app 1");
  await it.save({ "view.js": view(2) });
  assert.equal(await it.ask(), "got app 2");
});
