// JSON that ES modules import and CommonJS requires: one object, as in Node, before and after each save, whoever asks first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";
import { until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

const json = (/** @type {number} */ n) => `{ "n": ${n} }`;
const jsonType = `{ with: { type: "json" } }`;
/** Both, and whether they are one. */
const shown = "const shown = (a, b) => (a === b ? [a.n] : [a.n, b.n]).join();";
const required = `
  exports.eager = require("./eager.json");
  exports.given = (name) => require(name);
  exports.purged = () => { delete require.cache[require.resolve("./early.json")]; return require("./early.json"); };`;

test("JSON that is imported and required is one object in every order", async (t) => {
  const root = (/** @type {string} */ more) => `
    import early from "./early.json" with { type: "json" };
    import required from "./required.cjs";
    import eager from "./eager.json" with { type: "json" };
    ${shown}
    const imported = async (name) => (await import(name, ${jsonType})).default;
    const { given } = required;
    ${more}
    export const v = async () => {
      const later = await imported("./later.json");
      const last = given("./last.json");
      return [
        shown(early, given("./early.json")), shown(eager, required.eager),
        shown(later, given("./later.json")), shown(last, await imported("./last.json")),
        (await imported("./later.json?other")) === later,
      ].join(" ");
    };`;
  const names = ["early", "eager", "later", "last"];
  const program = await start(t, {
    "root.mjs": root(""),
    "required.cjs": required,
    ...Object.fromEntries(names.map((name) => [`${name}.json`, json(1)])),
  });
  const now = [1, 1, 1, 1];
  const isShown = () => program.shows(JSON.stringify([...now, false].join(" ")));
  await isShown();
  // One after the other, all at once, and with who has it.
  for (const [place, name] of names.entries()) {
    now[place] = 2;
    await program.save({ [`${name}.json`]: json(2) });
    await isShown();
  }
  now.fill(3);
  await saveAtOnce(program, Object.fromEntries(names.map((name) => [`${name}.json`, json(3)])));
  await isShown();
  now.fill(4);
  await saveAtOnce(program, {
    ...Object.fromEntries(names.map((name) => [`${name}.json`, json(4)])),
    "required.cjs": `${required}\n// again`,
    "root.mjs": root("// again"),
  });
  await isShown();
  // What is written to one is there in the other, and a save of who has it keeps it.
  await program.save({ "root.mjs": root(`required.eager.n = 5; early.n = 6; given("./later.json").n = 7;`) });
  await program.shows(JSON.stringify("6 5 7 4 false"));
  // Who takes it out of the cache gets another.
  await program.save({ "root.mjs": root("globalThis.fresh = required.purged();") });
  assert.equal(await program.ask("fresh.n"), "4");
});

test("JSON that is saved after its first use, and before its second: both follow", async (t) => {
  const names = ["imported", "required"];
  const program = await start(t, {
    "root.mjs": `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      ${shown}
      const imports = async (name) => (await import(name, ${jsonType})).default;
      const save = (name) => globalThis.fs.writeFileSync(name, '${json(2)}');
      globalThis.begin = async () => {
        globalThis.begun ??= [];
        begun.push((await imports("./imported.json")).n, require("./required.json").n);
        save("imported.json");
        save("required.json");
        begun.push(require("./imported.json").n, (await imports("./required.json")).n);
        return begun;
      };
      export const v = async () => [
        shown(await imports("./imported.json"), require("./imported.json")),
        shown(await imports("./required.json"), require("./required.json")),
      ].join(" ");`,
    ...Object.fromEntries(names.map((name) => [`${name}.json`, json(1)])),
  });
  assert.equal(await program.ask("begin()"), "1,1,2,2");
  await program.shows(`"2 2"`);
  for (const [place, name] of names.entries()) {
    await program.save({ [`${name}.json`]: json(3) });
    await program.shows(`"3 ${place + 2}"`);
  }
});

test("JSON that module.hot accepts, and import.meta.hot, and what sync.* has: one object", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      import data from "./data.json" with { type: "json" };
      import { read } from "./reader.cjs";
      import.meta.hot.accept("./data.json");
      const sync = new Heatsync();
      const held = sync.require("./held.cjs");
      const module = await sync.import("./held.mjs");
      ${shown}
      globalThis.seen = () => [shown(data, read()), shown(held.it(), module.it())].join(" ");`,
    "reader.cjs": `let data = require("./data.json"); module.hot.accept("./data.json", (it) => { data = it; }); exports.read = () => data;`,
    "held.cjs": `const data = require("./synced.json"); exports.it = () => data;`,
    "held.mjs": `import data from "./synced.json" with { type: "json" }; export const it = () => data;`,
    "data.json": json(1),
    "synced.json": json(1),
  });
  assert.equal(await it.ask("seen()"), "1 1");
  for (const n of [2, 3]) {
    await it.save({ "data.json": json(n) });
    assert.equal(await it.ask("seen()"), `${n} ${n - 1}`);
    it.self.write("synced.json", json(n));
    await it.shows(`${n} ${n}`, "seen()");
  }
});

// benches/together.mjs, seed 710056.
test("JSON that is accepted, and that CommonJS requires for hmr(), saved with what of that does not parse", async (t) => {
  const held = (/** @type {string} */ more) => `exports.n = () => require("./reader.cjs").n();${more}`;
  const program = await start(t, {
    "root.mjs": `
      import data from "./data.json" with { type: "json" };
      import { hmr } from "heatsync-rs";
      globalThis.handed ??= await new Promise((resolve) => {
        hmr("./held.cjs", [], (it) => { globalThis.handed = it; resolve(it); });
      });
      export const v = () => [data.n, handed.n()].join();`,
    "held.cjs": held(""),
    "reader.cjs": `exports.n = () => require("./data.json").n;`,
    "data.json": json(1),
  });
  const shows = (/** @type {string} */ wanted) => program.shows(JSON.stringify(wanted));
  await shows("1,1");
  await saveAtOnce(program, { "data.json": json(2), "held.cjs": held("\nconst = ;") });
  await shows("2,1");
  program.write("held.cjs", held("\n// mended"));
  await shows("2,2");
  program.write("data.json", json(3));
  await shows("3,3");
});

test("JSON behind a boundary is one object in each of its versions", async (t) => {
  const program = await hotProgram(t, {
    "package.json": `{ "heatsync": { "boundaries": ["./app.mjs"] } }`,
    "main.mjs": `globalThis.seen = async () => (await import("./app.mjs")).v();`,
    "app.mjs": `
      import data from "./data.json" with { type: "json" };
      import required from "./required.cjs";
      ${shown}
      export const v = () => [shown(data, required.eager), shown(data, required.lazy())].join(" ");`,
    "required.cjs": `exports.eager = require("./data.json"); exports.lazy = () => require("./data.json");`,
    "data.json": json(1),
  });
  assert.equal(await program.ask("seen()"), "1 1");
  for (const n of [2, 3]) {
    program.self.write("data.json", json(n));
    await program.shows(`${n} ${n}`, "seen()");
  }
});

test("without register JSON that sync.* evaluates anew is one object, too", async (t) => {
  const test = syncProject(t, {
    "a.cjs": `const data = require("./data.json"); exports.it = () => data;`,
    "b.mjs": `import data from "./data.json" with { type: "json" }; export const it = () => data;`,
    "data.json": json(1),
  });
  const module = await test.import("./b.mjs");
  const exports = test.load("./a.cjs");
  assert.equal(exports.it(), module.it());
  for (const n of [2, 3]) {
    test.project.write("data.json", json(n));
    await until(() => exports.it().n === n && module.it().n === n, `version ${n}`);
    assert.equal(exports.it(), module.it());
  }
});
