// Boundaries of every kind: TypeScript, JSON, in worker threads; imported by the graph and by Node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

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

/** Node runs the program, which calls `hot.init` itself. */
const byNode = { nodeArguments: [] };
const init = (/** @type {string[]} */ boundaries) =>
  `await hot.init({ root: import.meta.filename, rootDirectory: import.meta.dirname, boundaries: ${JSON.stringify(boundaries)} });`;

test("TypeScript, asked for under the names that tsc writes", async (t) => {
  const it = await start(
    t,
    {
      "package.json": { type: "module", heatsync: { boundaries: ["./pages/*.ts"] } },
      "main.ts": main(
        "",
        `(await import("./pages/home.js")).text as string, (await import("./view.js", import.meta.hot?.boundary)).el`,
      ),
      "pages/home.ts": `import { Size } from "../size.js"; export const text: string = "size " + Size.Large;`,
      "size.ts": "export enum Size { Large = 1 }",
      "view.tsx": `/** @jsxRuntime classic */ const React = { createElement: (name: string) => name }; export const el = <div />;`,
    },
    { entry: "main.ts" },
  );
  assert.equal(await it.ask(), "got size 1 div");
  await it.save({ "size.ts": "export enum Size { Large = 2 }" });
  assert.deepEqual(it.log().slice(-1), ["invalidated size.ts pages/home.ts"]);
  assert.equal(await it.ask(), "got size 2 div");
  const words = await it.refused({ "pages/home.ts": "export const text: = 1;" }, /goes on/);
  assert.match(words, /home\.ts:1:20/);
  assert.equal(await it.ask(), "got size 2 div");
  await it.save({
    "pages/home.ts": "export const text: string = 'mended';",
    "view.tsx": `export const el: string = "p";`,
  });
  // Two files may be two updates, where the machine holds up who saves them.
  await it.answers(/^got mended p$/);
});

test("in worker threads, each with a graph of its own", async (t) => {
  const worker = `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", async () => {
      const { text } = await import("./app.js", { with: { hot: "true" } });
      parentPort.postMessage(text());
    });`;
  const get = `await Promise.all([text(), ask(one), ask(two)])`;
  const before = `
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    const [one, two] = [1, 2].map(() => new Worker(new URL("./worker.js", import.meta.url)));
    const ask = async (worker) => {
      worker.postMessage("get");
      const [text] = await once(worker, "message");
      return text;
    };
    const text = async () => (await import("./app.js", { with: { hot: "true" } })).text();`;
  const app = `import { v } from "./view.js"; export const text = () => "app " + v;`;
  const it = await start(t, {
    ...{ "main.js": main("", `(${get}).join(", ")`, before), "worker.js": worker },
    ...{ "app.js": app, "view.js": "export const v = 1;" },
  });
  assert.equal(await it.ask(), "got app 1, app 1, app 1");
  for (const v of [2, 3]) {
    it.self.write("view.js", `export const v = ${v};`);
    // Each thread says so.
    const said = () => it.program.stderr.split("view.js: loaded anew").length > 3 * (v - 1);
    await it.program.waitFor(said, `version ${v} in three threads`);
    assert.equal(await it.ask(), `got app ${v}, app ${v}, app ${v}`);
  }
});

const json = (/** @type {unknown} */ a) => JSON.stringify({ a });
const importJson = `(await import("./data.json", { with: { type: "json" } })).default.a`;

for (const [name, before, options] of /** @type {const} */ ([
  ["imported by the graph", "", {}],
  ["imported by Node", init(["./data.json"]), byNode],
])) {
  test(`JSON, ${name}`, async (t) => {
    const it = await start(
      t,
      {
        "package.json": { type: "module", heatsync: { boundaries: ["./data.json"] } },
        ...{ "main.js": main("", importJson, before), "data.json": json(1) },
      },
      options,
    );
    assert.equal(await it.ask(), "got 1");
    assert.equal(await it.ask(), "got 1");
    for (const v of [2, 3]) {
      await it.save({ "data.json": json(v) });
      assert.equal(await it.ask(), `got ${v}`);
    }
    await it.refused(
      { "data.json": `{ "a": ` },
      /data\.json: not updated: SyntaxError: .*data\.json(.|\n)*goes on/,
    );
    assert.equal(await it.ask(), "got 3");
    await it.save({ "data.json": json(4) });
    assert.equal(await it.ask(), "got 4");
    const dump = JSON.parse(String(await it.ask("dump")).slice(5));
    const { boundary, reloadable, version } = dump.find((/** @type {any} */ it) => it.path === "data.json");
    assert.deepEqual({ boundary, reloadable, version }, { boundary: true, reloadable: true, version: 3 });
  });
}

test("JSON that a boundary imports statically", async (t) => {
  const it = await start(t, {
    "main.js": main("", `(await import("./app.js", { with: { hot: "true" } })).a`),
    "app.js": `import data from "./data.json" with { type: "json" }; export const { a } = data;`,
    "data.json": json(1),
  });
  assert.equal(await it.ask(), "got 1");
  await it.save({ "data.json": json(2) });
  assert.equal(await it.ask(), "got 2");
  await it.refused({ "data.json": "{" }, /data\.json: not updated(.|\n)*goes on/);
  assert.equal(await it.ask(), "got 2");
  await it.save({ "data.json": json(3) });
  assert.equal(await it.ask(), "got 3");
});

for (const [name, before, options] of /** @type {const} */ ([
  ["imported by the graph", "", {}],
  ["imported by Node", init(["./legacy.cjs", "./app.js"]), byNode],
])) {
  test(`CommonJS, ${name}: a boundary itself, what it requires, and what an ES module below one imports`, async (t) => {
    const it = await start(
      t,
      {
        "package.json": { type: "module", heatsync: { boundaries: ["./legacy.cjs", "./app.js"] } },
        "main.js": main(
          "",
          `(await import("./legacy.cjs")).default.text(), (await import("./app.js")).v`,
          before,
        ),
        "legacy.cjs": `const { low } = require("./low.cjs"); exports.text = () => "legacy 1 " + low;`,
        "low.cjs": `exports.low = "low 1";`,
        "app.js": `export { v } from "./below.cjs";`,
        "below.cjs": "exports.v = 1;",
      },
      options,
    );
    assert.equal(await it.ask(), "got legacy 1 low 1 1");
    assert.equal(await it.ask(), "got legacy 1 low 1 1");
    await it.save({ "low.cjs": `exports.low = "low 2";` });
    assert.equal(await it.ask(), "got legacy 1 low 2 1");
    await it.save({ "legacy.cjs": `exports.text = () => "legacy 2";` });
    assert.equal(await it.ask(), "got legacy 2 1");
    await it.refused({ "below.cjs": "exports.v = ;" }, /below\.cjs: not updated(.|\n)*goes on/);
    assert.equal(await it.ask(), "got legacy 2 1");
    await it.save({ "below.cjs": "exports.v = 2;" });
    assert.equal(await it.ask(), "got legacy 2 2");
  });
}

test("a CommonJS program: hot.init in it, import() of ES modules, of CommonJS and of TypeScript", async (t) => {
  const get = ["./page.mjs", "./legacy.cjs", "./view.ts"].map((it) => `(await import("${it}")).v`).join();
  const it = await start(
    t,
    {
      "package.json": {},
      "main.js": `
        const { hot } = require("hot-hook");
        ${init(["./page.mjs", "./legacy.cjs", "./view.ts"]).replace("await ", "").replace("import.meta.filename", "__filename").replace("import.meta.dirname", "__dirname")}
        process.on("message", async (message) => {
          try {
            if (message === "get") console.log("got", [${get}].join(" "));
            if (message === "dump") console.log("dump", JSON.stringify(await hot.dump()));
          } catch (error) { console.log("threw", error.message); }
        });
        console.log("ready");`,
      "page.mjs": `import { v as low } from "./low.mjs"; export const v = "page " + low;`,
      "low.mjs": "export const v = 1;",
      "legacy.cjs": "exports.v = 1;",
      "view.ts": "enum Size { Small = 1 }; export const v: number = Size.Small;",
    },
    byNode,
  );
  assert.equal(await it.ask(), "got page 1 1 1");
  await it.save({ "low.mjs": "export const v = 2;" });
  await it.save({ "view.ts": "enum Size { Small = 3 }; export const v: number = Size.Small;" });
  await it.save({ "legacy.cjs": "exports.v = 2;" });
  assert.equal(await it.ask(), "got page 2 2 3");
});

for (const [name, entry, before] of /** @type {const} */ ([
  ["an ES module", "main.mjs", `import { hot } from "hot-hook"; ${init(["./app.mjs"])}`],
  [
    "CommonJS",
    "main.cjs",
    `const { hot } = require("hot-hook");
     hot.init({ root: __filename, rootDirectory: __dirname, boundaries: ["./app.mjs"] });`,
  ],
])) {
  test(`a boundary that Node imports from ${name} holds all that it imports, whichever of it was edited`, async (t) => {
    const app = (/** @type {number} */ v) =>
      `import { a } from "./a.mjs"; import { b } from "./b.cjs"; import c from "./c.json" with { type: "json" };
       import { d } from "./d.mjs"; export const text = () => [${v}, a, b, c, d].join(" ");`;
    const it = await start(
      t,
      {
        "package.json": {},
        [entry]: `${before}
          process.on("message", async (message) => {
            if (message === "get") console.log("got", (await import("./app.mjs")).text());
            if (message === "dump") console.log("dump", JSON.stringify(await hot.dump()));
          });
          console.log("ready");`,
        ...{ "app.mjs": app(1), "a.mjs": "export const a = 1;", "b.cjs": "exports.b = 1;", "c.json": "1" },
        ...{ "d.mjs": `export { low as d } from "./low.mjs";`, "low.mjs": "export const low = 1;" },
      },
      { ...byNode, entry },
    );
    assert.equal(await it.ask(), "got 1 1 1 1 1");
    for (const v of [2, 3]) {
      await it.save({ "a.mjs": `export const a = ${v};` });
      await it.save({ "low.mjs": `export const low = ${v};` });
      await it.save({ "b.cjs": `exports.b = ${v};` });
      await it.save({ "c.json": String(v) });
      await it.save({ "app.mjs": app(v) });
      assert.equal(await it.ask(), `got ${v} ${v} ${v} ${v} ${v}`);
    }
    // What it does not import any more goes.
    await it.save({ "app.mjs": `export { a as text } from "./a.mjs";` });
    const dump = JSON.parse(String(await it.ask("dump")).slice(5));
    const paths = dump
      .map((/** @type {any} */ it) => it.path)
      .filter((/** @type {string} */ it) => it !== entry);
    assert.deepEqual(paths.sort(), ["a.mjs", "app.mjs"]);
  });
}

test("what a first import() finds broken is tried again with the next save", async (t) => {
  const all = ["app.js", "data.json", "legacy.cjs"];
  const it = await start(
    t,
    {
      "main.js": main(
        "",
        `(await import("./app.js")).v, (await import("./data.json", { with: { type: "json" } })).default, (await import("./legacy.cjs")).v`,
        init(all.map((name) => `./${name}`)),
      ),
      ...{ "app.js": "export const v = ;", "data.json": "{", "legacy.cjs": "exports.v = ;" },
    },
    byNode,
  );
  assert.match(String(await it.ask()), /^threw Unexpected token ';'/);
  const good = { "app.js": "export const v = 1;", "data.json": "1", "legacy.cjs": "exports.v = 1;" };
  for (const [name, expected] of /** @type {const} */ ([
    ["app.js", /^threw .*data\.json/],
    ["data.json", /^threw Unexpected token ';'/],
    ["legacy.cjs", /^got 1 1 1$/],
  ])) {
    it.self.write(name, good[name]);
    // An answer may come before the save is noticed.
    const deadline = Date.now() + 20_000;
    let answer = String(await it.ask());
    while (!expected.test(answer) && Date.now() < deadline) answer = String(await it.ask());
    assert.match(answer, expected);
  }
});

test("below a folder with an ampersand, and with a query", async (t) => {
  const file = "R&D/sales&more.js";
  const get = `(await import("./${file}")).v, (await import("./${file}?a=1&b=2")).v`;
  const it = await start(
    t,
    {
      "main.js": main("", get, init(["./R&D/*.js"])),
      [file]: "export const v = 1 + (import.meta.url.split('?')[1] ?? '');",
    },
    byNode,
  );
  assert.equal(await it.ask(), "got 1 1a=1&b=2");
  await it.save({ [file]: "export const v = 2 + (import.meta.url.split('?')[1] ?? '');" });
  assert.equal(await it.ask(), "got 2 2a=1&b=2");
});
