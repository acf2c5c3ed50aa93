// What goes wrong below a boundary, and what is said of it. Here hot-hook has no old version to go on with, and
// names no line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { project } from "./support/project.mjs";

const app = (/** @type {string} */ more = "") =>
  `import { v } from "./view.js"; ${more} console.log("eval app"); export const text = () => "app " + v;`;
const view = (/** @type {unknown} */ v) => `console.log("eval view"); export const v = ${v};`;
const get = `(await import("./app.js", { with: { hot: "true" } })).text()`;

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

test("while a new version does not parse, import() keeps giving the old one", async (t) => {
  const it = await start(t, { "main.js": main("", get), "app.js": app(), "view.js": view(1) });
  assert.equal(await it.ask(), "got app 1");
  const words = await it.refused({ "view.js": view("= 2") }, /goes on/);
  assert.match(words, /view\.js: not updated: SyntaxError: /);
  assert.match(words, /view\.js:1:44\n> 1 \| /);
  it.log();
  assert.equal(await it.ask(), "got app 1");
  assert.deepEqual(it.log(), ["got app 1"]);
  await it.save({ "view.js": view(3) });
  assert.equal(await it.ask(), "got app 3");
});

for (const nodeArguments of [["--import", "hot-hook/register"], []]) {
  const how = nodeArguments.length > 0 ? "under register" : "by hot.init";
  test(`what threw is evaluated anew when it is saved as it is (${how})`, async (t) => {
    const before = nodeArguments.length > 0 ? "" : "await hot.init(import.meta.url);";
    const needs = `import fs from "node:fs"; if (!fs.existsSync("up.txt")) throw new Error("no database");`;
    const files = { "main.js": main("", get, before), "app.js": app(), "view.js": view(1) };
    const it = await start(t, files, { nodeArguments });
    assert.equal(await it.ask(), "got app 1");
    await it.save({ "view.js": `${needs} ${view(2)}` });
    assert.equal(await it.ask(), "threw no database");
    it.self.write("up.txt", "");
    await it.self.olderThanNow();
    assert.equal(await it.ask(), "threw no database", "as Node has it");
    await it.save({ "view.js": `${needs} ${view(2)}` });
    assert.equal(await it.ask(), "got app 2");
    // The first evaluation, outside every update.
    it.self.delete("up.txt");
    await it.save({ "app.js": app(needs) });
    assert.equal(await it.ask(), "threw no database");
    it.self.write("up.txt", "");
    await it.self.olderThanNow();
    await it.save({ "app.js": app(needs) });
    assert.equal(await it.ask(), "got app 2");
  });

  test(`while the boundary, or what it imports, is deleted (${how})`, async (t) => {
    const before = nodeArguments.length > 0 ? "" : "await hot.init(import.meta.url);";
    const files = { "main.js": main("", get, before), "app.js": app(), "view.js": view(1) };
    const it = await start(t, files, { nodeArguments });
    assert.equal(await it.ask(), "got app 1");
    for (const name of ["app.js", "view.js"]) {
      it.self.delete(name);
      await it.program.errorOutput(
        new RegExp(`${name}: not updated: Error \\[ERR_MODULE_NOT_FOUND\\]: (.|\n)*goes on`),
      );
      assert.equal(await it.ask(), "got app 1");
    }
    assert.deepEqual(
      it.log().filter((line) => line.startsWith("eval")),
      ["eval view", "eval app"],
    );
    await it.save({ "app.js": app(), "view.js": view(2) });
    await it.answers(/^got app 2$/);
  });
}

test("who failed with what it imports is superseded with it, and is not said to be saved", async (t) => {
  const it = await start(
    t,
    {
      "package.json": { type: "module", hotHook: { boundaries: ["./app.js"] } },
      "main.js": main("", `(await import("./app.js")).text()`),
      "app.js": app(),
      "view.js": view(1),
    },
    { nodeArguments: ["--import", "hot-hook/register"] },
  );
  assert.equal(await it.ask(), "got app 1");
  await it.save({ "view.js": `throw new Error("it threw"); ${view(2)}` });
  assert.equal(await it.ask(), "threw it threw");
  it.log();
  const words = await it.refused({ "view.js": view(3) }, /next import\(\)/);
  assert.match(words, /^\[heatsync\] view\.js: loaded anew by the next import\(\)$/m);
  await it.answers(/^got app 3$/);
  // As in hot-hook the one that was saved is the first: AdonisJS shows that alone.
  assert.deepEqual(
    it.log().filter((line) => line.startsWith("invalidated")),
    ["invalidated view.js app.js"],
  );
});

test("CommonJS that threw, and was mended before another boundary required it, is live for both", async (t) => {
  const text = (/** @type {string} */ name) =>
    `(await import("./${name}", { with: { hot: "true" } }).then((it) => it.v ?? it.default.v, (it) => it.message))`;
  const it = await start(
    t,
    {
      "main.js": main("", `${text("a.js")} + " " + ${text("b.cjs")}`),
      "a.js": `import dep from "./dep.cjs"; export const { v } = dep;`,
      "b.cjs": `exports.v = require("./dep.cjs").v;`,
      // Nobody has told of that when it is required the second time.
      "dep.cjs": `require("node:fs").writeFileSync(__filename, "exports.v = 2;"); throw new Error("it threw");`,
    },
    { nodeArguments: ["--import", "hot-hook/register"] },
  );
  assert.equal(await it.ask(), "got it threw 2");
  await it.answers(/^got 2 2$/);
});

test("a boundary that was imported while it was gone, and is back as it was, is one still", async (t) => {
  const before = "await hot.init(import.meta.url);";
  const files = { "main.js": main("", get, before), "app.js": app(), "view.js": view(1) };
  const it = await start(t, files, { nodeArguments: [] });
  assert.equal(await it.ask(), "got app 1");
  it.self.delete("app.js");
  await it.program.errorOutput(/app\.js: not updated: Error \[ERR_MODULE_NOT_FOUND\]/);
  assert.equal(await it.ask(), "got app 1");
  it.self.write("app.js", app());
  assert.equal(await it.ask(), "got app 1");
  await it.program.errorOutput("app.js: back to the version that runs");
  assert.equal(await it.ask(), "got app 1");
  await it.save({ "view.js": view(2) });
  assert.equal(await it.ask(), "got app 2");
});

test("while an import leads nowhere, or a name is missing; mended by the other file", async (t) => {
  const it = await start(t, { "main.js": main("", get), "app.js": app(), "view.js": view(1) });
  await it.ask();
  await it.refused(
    { "view.js": `export const w = 1;` },
    /does not provide an export named 'v'(.|\n)*goes on/,
  );
  assert.equal(await it.ask(), "got app 1");
  await it.save({ "app.js": `import { w } from "./view.js"; export const text = () => "app w " + w;` });
  assert.equal(await it.ask(), "got app w 1");
  const words = await it.refused({ "app.js": app(`import "./gone.js";`) }, /not updated(.|\n)*goes on/);
  assert.match(words, /gone\.js/);
  assert.equal(await it.ask(), "got app w 1");
  await it.save({ "app.js": app(), "view.js": view(2) });
  await it.answers(/^got app 2$/);
});

test("a broken file does not hold back another one", async (t) => {
  const both = `${get} + (await import("./other.js", { with: { hot: "true" } })).o`;
  const it = await start(t, {
    ...{ "main.js": main("", both), "app.js": app(), "view.js": view(1) },
    "other.js": "export const o = 1;",
  });
  assert.equal(await it.ask(), "got app 11");
  await it.refused({ "view.js": "export const v = ;" }, /view\.js: not updated/);
  await it.save({ "other.js": "export const o = 2;" });
  assert.equal(await it.ask(), "got app 12");
  await it.save({ "view.js": view(3) });
  assert.equal(await it.ask(), "got app 32");
});

for (const [what, broken, text, report] of /** @type {const} */ ([
  ["loses a name which is imported", "view.js", "export const other = 2;", /export named 'v'/],
  ["imports what is not there", "app.js", `import "./none.js"; import "./wide.js";`, /none\.js/],
])) {
  test(`a file that ${what} does not hold back another one of the same boundary`, async (t) => {
    const both = `import fs from "node:fs";
      process.on("message", (it) => {
        if (it !== "both") return;
        fs.writeFileSync("${broken}", ${JSON.stringify(text)});
        fs.writeFileSync("wide.js", "export const w = 2;");
      });`;
    const files = {
      "app.js": `import { v } from "./view.js"; import { w } from "./wide.js"; export const text = () => [v, w].join();`,
      "view.js": "export const v = 1;",
      "wide.js": "export const w = 1;",
    };
    const it = await start(t, { "main.js": main("", get, both), ...files });
    assert.equal(await it.ask(), "got 1,1");
    const words = it.refused({}, /goes on/);
    it.program.child.send("both");
    assert.match(await words, report);
    await it.answers(/^got 1,2$/);
    await it.save({ [broken]: `${files[broken]} // again` });
    await it.answers(/^got 1,2$/);
  });
}

test("a dispose handler that throws is reported, the others run", async (t) => {
  const bad = `import.meta.hot.dispose(() => { throw new Error("bad dispose"); });`;
  const it = await start(t, {
    "main.js": main("", get),
    "app.js": app(`import.meta.hot.dispose(() => console.log("dispose app"));`),
    // The last one is called first.
    "view.js": `import.meta.hot.dispose(() => console.log("dispose view")); ${bad} export const v = 1;`,
  });
  await it.ask();
  it.log();
  await it.save({ "view.js": view(2) });
  const events = it.log();
  assert.equal(events[0], "invalidated view.js app.js");
  assert.deepEqual(events.slice(1).sort(), ["dispose app", "dispose view"]);
  await it.program.errorOutput(/view\.js: a dispose handler threw: Error: bad dispose/);
  assert.equal(await it.ask(), "got app 2");
});

test("a boundary that is imported statically is an error with both files and the line, if that is wanted", async (t) => {
  const options = { boundaries: ["./pages/*"], throwWhenBoundariesAreNotDynamicallyImported: true };
  const it = await start(t, {
    "package.json": { type: "module", hotHook: options },
    "main.js": main("", `(await import("./late.js")).v`),
    "late.js": `// first\nimport { v } from "./pages/home.js";\nexport { v };`,
    "pages/home.js": "export const v = 1;",
  });
  await it.ask();
  const threw = it.log().at(-1);
  assert.match(
    String(threw),
    /^threw The boundary pages\/home\.js is imported statically from late\.js \("\.\/pages\/home\.js"\)/,
  );
  it.self.write("late.js", `export const { v } = await import("./pages/home.js");`);
  assert.equal(await it.ask(), "got 1");
});

test("the same at the start: the program ends, and its error has the line", async (t) => {
  const options = { boundaries: ["./pages/*"], throwWhenBoundariesAreNotDynamicallyImported: true };
  const it = new BoundaryProgram(t, {
    files: {
      "package.json": { type: "module", hotHook: options },
      "main.js": `// first\nimport "./pages/home.js";`,
      "pages/home.js": "export const v = 1;",
    },
  });
  assert.deepEqual(await it.program.exit, { code: 1, signal: null });
  assert.match(it.program.stderr, /The boundary pages\/home\.js is imported statically from main\.js/);
  assert.match(it.program.stderr, /main\.js:2:8\n/);
});

test("the reason for a full reload is said, with the way", async (t) => {
  const it = await start(t, {
    "package.json": { type: "module", heatsync: { boundaries: ["./fixed.js"] } },
    "main.js": main(`import { c } from "./a.js"; import "./fixed.js";`, "c"),
    ...{
      "a.js": `export { c } from "./b.js";`,
      "b.js": "export const c = 1;",
      "fixed.js": `import "./low.js";`,
    },
    "low.js": "",
  });
  await it.ask();
  await it.save({ "b.js": "export const c = 2;" });
  const exposed = "b.js: full reload needed: it is not below a boundary: main.js → a.js → b.js";
  await it.program.errorOutput(exposed);
  await it.save({ "low.js": "//" });
  const fixed =
    "low.js: full reload needed: it is below fixed.js, a boundary that main.js imports statically (main.js → fixed.js → low.js)";
  await it.program.errorOutput(fixed);
});

test("the same where Node runs the root, which imports the boundary statically", async (t) => {
  const init = `await hot.init({ root: import.meta.filename, rootDirectory: import.meta.dirname, boundaries: ["./fixed.js"] });`;
  const it = new BoundaryProgram(t, {
    nodeArguments: [],
    files: {
      "main.js": main(`import { v } from "./fixed.js";`, `v, (await import("./fixed.js")).v`, init),
      "fixed.js": "export const v = 1;",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1 1");
  it.log();
  await it.save({ "fixed.js": "export const v = 2;" });
  assert.deepEqual(it.log(), ["full-reload fixed.js (should be reloadable)"]);
  await it.program.errorOutput(
    "fixed.js: full reload needed: it is below fixed.js, a boundary that main.js imports statically (main.js → fixed.js)",
  );
  assert.equal(await it.ask(), "got 1 1");
});

test("a boundary that comes while it is imported, after it was in vain, is one", async (t) => {
  const before = `
    import fs from "node:fs";
    let count = 0;
    const read = async () => {
      // Nobody has told of it by then.
      if (count++ === 1) fs.writeFileSync(new URL("./app.js", import.meta.url), "export const v = 1");
      return (await import("./app.js", { with: { hot: "true" } })).v;
    };`;
  const it = await start(t, { "main.js": main("", "await read()", before) });
  assert.match(String(await it.ask()), /^threw Cannot find module/);
  assert.equal(await it.ask(), "got 1");
  it.log();
  await it.save({ "app.js": "export const v = 2" });
  assert.deepEqual(it.log(), ["invalidated app.js"]);
  assert.equal(await it.ask(), "got 2");
});

test("what only gone boundaries needed is linked when another one that needs it is", async (t) => {
  const names = ["m0.cjs", "m1.cjs"];
  const text = (/** @type {string} */ name, /** @type {string[]} */ uses, value = 0) =>
    `const all = ["${name} ${value}", ${uses.map((used) => `require("./${used}").v`)}];\nexports.v = all.join(" ");`;
  const between = `import m6 from "./m6.cjs";\nexport const v = "m4 " + m6.v;`;
  const own = project(t, {
    "main.mjs": `
      import { hot } from "heatsync-rs";
      await hot.init({ root: import.meta.url, boundaries: ${JSON.stringify(names.map((name) => `./${name}`))} });
      const ask = async () => {
        console.log("live " + JSON.stringify([(await import("./m0.cjs")).v, (await import("./m1.cjs")).v]));
      };
      process.on("message", ask);
      await ask();`,
    "m0.cjs": text("m0", ["m6.cjs"]),
    "m1.cjs": text("m1", ["m4.mjs", "m6.cjs"]),
    "m4.mjs": between,
    "m6.cjs": text("m6", []),
  });
  const program = own.run("main.mjs");
  await program.line(`live ["m0 0 m6 0","m1 0 m4 m6 0 m6 0"]`);
  own.delete("m0.cjs");
  await program.errorOutput("m0.cjs: not updated");
  own.delete("m4.mjs");
  await program.errorOutput("m4.mjs: not updated");
  own.write("m6.cjs", text("m6", [], 1));
  await program.errorOutput("m6.cjs: not updated");
  own.writeAtomically("m4.mjs", `${between} // again`);
  await program.answers(`live ["m0 0 m6 0","m1 0 m4 m6 1 m6 1"]`);
});

for (const [kind, broken, mended] of [
  ["an ES module", { "view.js": "export const v = ;" }, { "view.js": "export const v = 2;" }],
  ["CommonJS", { "view.cjs": "exports.v = ;" }, { "view.cjs": "exports.v = 2;" }],
  ["JSON", { "view.json": `{ "v": }` }, { "view.json": `{ "v": 2 }` }],
]) {
  test(`no full reload is asked for what does not parse: ${kind} below a boundary that is imported statically`, async (t) => {
    const [name] = Object.keys(broken);
    const attributes = kind === "JSON" ? ` with { type: "json" }` : "";
    const it = await start(t, {
      "main.js": main(`import "./app.js";`, get),
      "app.js": `import * as view from "./${name}"${attributes}; export const text = () => "app " + (view.v ?? view.default.v);`,
      "view.js": "export const v = 1;",
      "view.cjs": "exports.v = 1;",
      "view.json": `{ "v": 1 }`,
    });
    assert.equal(await it.ask(), "got app 1");
    it.log();
    const words = await it.refused(broken, /goes on/);
    assert.match(words, new RegExp(`${name}: not updated: SyntaxError: (.|\n)*${name}:1:\\d+\n> 1 \\| `));
    assert.equal(await it.ask(), "got app 1");
    assert.deepEqual(it.log(), ["got app 1"]);
    const asked = await it.refused(mended, /full reload needed/);
    assert.match(asked, new RegExp(`${name}: full reload needed: it is below app\\.js`));
    assert.equal(await it.ask(), "got app 1");
    assert.deepEqual(it.log(), [`full-reload ${name} (should be reloadable)`, "got app 1"]);
  });
}
