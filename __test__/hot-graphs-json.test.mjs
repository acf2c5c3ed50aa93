// JSON that ES modules import and CommonJS requires, under register.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";

test("of JSON that is imported and required, what was refused is tried again", async (t) => {
  const program = await start(t, {
    "root.mjs": `
      import data from "./data.json" with { type: "json" };
      import c from "./c.cjs";
      export const v = () => [data.n, c().n];`,
    "c.cjs": `module.exports = () => require("./data.json"); module.hot.accept("./data.json");`,
    "data.json": `{ "n": 1 }`,
  });
  await program.shows("[1,1]");
  const root = (/** @type {string} */ text) => `
    import data from "./data.json" with { type: "json" };
    import c from "./c.cjs";
    ${text}
    export const v = () => [data.n, c().n];`;
  await saveAtOnce(program, { "root.mjs": root(`import "./none.mjs";`), "data.json": `{ "n": 2 }` });
  await program.shows("[1,2]");
  await program.save({ "root.mjs": root("") });
  await program.shows("[2,2]");
});

test("require() gives what JSON is now, also if Node has linked something that imports it", async (t) => {
  const root = (/** @type {string} */ text) =>
    `import data from "./data.json" with { type: "json" }; ${text}
     import c from "./c.cjs";
     export const v = async () => [data.n, c(), await import("./bad.mjs").catch(() => 0)];`;
  const program = await start(t, {
    "root.mjs": root(""),
    "c.cjs": `module.exports = () => 0;`,
    "bad.mjs": `import data from "./data.json" with { type: "json" }; import { none } from "./c.cjs";`,
    "data.json": `{ "n": 1 }`,
  });
  await program.shows("[1,0,0]");
  await program.save({ "data.json": `{ "n": 2 }` });
  await program.save({ "c.cjs": `module.exports = () => require("./data.json").n;` });
  await program.shows("[2,2,0]");
});

test("JSON that changes while CommonJS requires it for the first time changes for who imports it, too", async (t) => {
  const program = await start(t, {
    "root.mjs": `import data from "./data.json" with { type: "json" }; export const v = () => [data.n];`,
    "data.json": `{ "n": 1 }`,
    "c.cjs": `
      require("node:fs").writeFileSync(__dirname + "/data.json", '{ "n": 2 }');
      module.exports = require("./data.json");`,
  });
  await program.shows("[1]");
  await program.save({
    "root.mjs": `
      import c from "./c.cjs";
      import data from "./data.json" with { type: "json" };
      export const v = () => [c.n, data.n];`,
  });
  await program.shows("[2,2]");
});

test("what lacks a file, and was tried again when others knew that it is gone, goes live when the file comes", async (t) => {
  const root = (/** @type {number} */ version) => `
    import data from "./data.json" with { type: "json" };
    import { beside } from "./beside.mjs";
    export const v = [${version}, data.n, beside];`;
  /** A file is taken for gone after 80 ms: until then what imports it may be refused because of it, or go live with what it was. */
  const refused = async () => {
    for (;;) {
      const program = await start(t, {
        "root.mjs": root(1),
        "beside.mjs": "export const beside = 1;",
        "data.json": `{ "n": 1 }`,
      });
      await program.shows("[1,1,1]");
      program.self.delete("data.json");
      await saveAtOnce(program, { "root.mjs": root(2), "beside.mjs": "export const beside = 2;" });
      while (!(await program.program.value("result")).files.includes("data.json"));
      if ((await program.ask("shown()")) === "[1,1,1]") return program;
      await program.program.end();
    }
  };
  const { save, shows, write } = await refused();
  for (const beside of [3, 4]) {
    await save({ "beside.mjs": `export const beside = ${beside};` });
    await shows(`[1,1,${beside}]`);
  }
  write("data.json", `{ "n": 2 }`);
  await shows("[2,2,4]");
});

test("what is imported by import() becomes JSON of that name: the importer does not mean what is gone", async (t) => {
  const program = await start(t, {
    "root.mjs": `export * from "./b.mjs";`,
    "b.mjs": `export const v = async () => (await import("./m.js")).n;`,
    "package.json": `{ "type": "module" }`,
    "m.js": "import './c.mjs'; export const n = 1;",
    "c.mjs": "",
  });
  await program.shows("1");
  await saveAtOnce(program, {
    "m.js": null,
    "m.json": `{ "n": 2 }`,
    "c.mjs": "export {};",
    "b.mjs": `export const v = async () => (await import("./m.json", { with: { type: "json" } })).default.n;`,
  });
  await program.shows("2");
});

// Node's loader gives what is in `require.cache`, whatever the file holds, and for good (lib/internal/modules/esm/translators.js).
test("JSON that is required, does not parse, and is imported then, is followed", async (t) => {
  const c = (/** @type {number} */ k) => `exports.c = () => require("./dep.json").v; exports.k = ${k};`;
  const { ask, program, self, shows } = await hotProgram(t, {
    "main.mjs": `import { look } from "./root.mjs"; import.meta.hot.accept("./root.mjs");
      globalThis.look = () => look().catch((error) => error.name);`,
    "root.mjs": `import c from "./c.cjs"; c.c();
      export const look = async () => [c.k, c.c(), (await import("./top.mjs")).v].join();`,
    "top.mjs": `import dep from "./dep.json" with { type: "json" }; export const { v } = dep;`,
    "c.cjs": c(0),
    "dep.json": `{ "v": 1 }`,
  });
  assert.equal(await ask("look()"), "0,1,1");
  self.write("dep.json", `{ "v": `);
  self.write("c.cjs", c(1));
  // What root.mjs has not imported any more leaves the graph, if it does not look before the update has ended.
  while (!(await program.value("result")).files.includes("c.cjs"));
  await shows("SyntaxError", "look()");
  self.write("dep.json", `{ "v": 2 }`);
  await shows("1,2,2", "look()");
});

for (const [what, files, name, saves] of /** @type {const} */ ([
  [
    "JSON that is imported and required, and does not parse,",
    {
      "root.mjs": `import data from "./data.json" with { type: "json" }; import c from "./c.cjs"; export const v = () => [data.n, c()];`,
      "c.cjs": `module.exports = () => require("./data.json").n;`,
      "data.json": `{ "n": 1 }`,
    },
    "data.json",
    { linkError: `{ "n": `, accepted: `{ "n": 2 }` },
  ],
  [
    "what is imported under several queries, and does not parse or throws,",
    {
      "root.mjs": `import { n } from "./a.mjs"; import { n as m } from "./a.mjs?m"; export const v = () => [n, m];
        import.meta.hot.accept("./a.mjs"); import.meta.hot.accept("./a.mjs?m");`,
      "a.mjs": "export const n = 1;",
    },
    "a.mjs",
    {
      linkError: "export const n = ;",
      evaluationError: `export const n = 1; throw new Error("a");`,
      accepted: "export const n = 2;",
    },
  ],
])) {
  test(`${what} is told of once, in an event as in a line`, async (t) => {
    const { ask, program, self, shows, stderr } = await start(t, {
      ...files,
      "main.mjs": `import { hot } from "heatsync-rs"; import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs");
        globalThis.shown = () => JSON.stringify(root.v());
        globalThis.told = []; for (const name of ["error", "update"]) hot.on(name, ({ type }) => void told.push(name + " " + type));`,
    });
    await shows("[1,1]");
    const expected = [];
    for (const [type, text] of Object.entries(saves)) {
      self.write(name, text);
      while ((await program.value("result")).type !== type);
      await ask("isTold()");
      expected.push(...(type === "accepted" ? [] : [`error ${type}`]), `update ${type}`);
    }
    assert.deepEqual((await ask("told.join()")).split(","), expected);
    const lines = await stderr();
    assert.equal(lines.match(/not updated/g)?.length, expected.length >> 1, lines);
  });
}
