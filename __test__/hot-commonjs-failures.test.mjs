// What goes wrong when a CommonJS file is reloaded under register: the old version keeps running, `require.cache`
// is as it was, and the next good save mends it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";

const main = `
let a = require("./a");
const { children } = module;
globalThis.seen = () => [a.v, require("./a") === a, module.children.map((it) => it.exports.v)].join();
module.hot.accept("./a", (it) => { a = it; });`;

/** @param {string} v @param {string} [more] */
const a = (v, more = "") => `exports.v = ${JSON.stringify(v)} + require("./b").v;\n${more}\n`;
const files = { "main.cjs": main, "a.js": a("a1"), "b.js": `exports.v = "b1";` };

test("a syntax error: nothing is disposed", async (t) => {
  const { ask, save, said, program, path } = await hotProgram(t, {
    ...files,
    "b.js": `module.hot.dispose(() => say("b ends")); exports.v = "b1";`,
  });
  const result = await save({ "b.js": "\nexports.v = = 2;\n" });
  assert.deepEqual(
    { ...result, error: null },
    { type: "linkError", disposed: [], files: ["b.js"], file: "b.js", line: 2, column: 13, error: null },
  );
  assert.match(result.error, /SyntaxError/);
  await program.errorOutput(/b\.js:2:13\n(.*\n)*> 2 \| exports\.v = = 2;\n +\| +\^/);
  assert.deepEqual(said(), []);
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  assert.equal((await save({ "b.js": `exports.v = "b3";` })).type, "accepted");
  assert.deepEqual(said(), ["b ends"]);
  assert.equal(await ask("seen()"), "a1b3,true,a1b3");
  assert.ok(path("b.js"));
});

test("it becomes an ES module: where that shows, and what to do", async (t) => {
  const { ask, save, program } = await hotProgram(t, files);
  const long = `/* ${"x".repeat(400)} */`;
  /** @type {[string, number, number, RegExp][]} */
  const cases = [
    [
      `const n = 1;\n\n\texport const v = n;\n`,
      3,
      2,
      /\n {2}1 \| const n = 1;\n {2}2 \|\n> 3 \| {5}export.*\n {4}\| {5}\^{6}\n[^\n]* ES module now/,
    ],
    [`import "./c.js";`, 1, 1, /\n> 1 \| import "\.\/c\.js";\n {4}\| \^{6}\n/],
    [
      `${long} export default 1; ${long}`,
      1,
      long.length + 2,
      /\n> 1 \| …x{71} \*\/ export default 1; .*…\n {4}\| {77}\^{6}\n/,
    ],
  ];
  for (const [text, line, column, frame] of cases) {
    const result = await save({ "b.js": text });
    assert.deepEqual(
      [result.type, result.file, result.line, result.column],
      ["linkError", "b.js", line, column],
    );
    await program.errorOutput(frame);
    await program.errorOutput(/\n.*is an ES module now: that takes a restart/);
    assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  }
  assert.equal((await save({ "b.js": `exports.v = "b2";` })).type, "accepted");
  assert.equal(await ask("seen()"), "a1b2,true,a1b2");
});

test("JSON that does not parse", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.cjs": `let j = require("./j.json"); globalThis.seen = () => j.v; module.hot.accept("./j.json", (it) => { j = it; });`,
    "j.json": `{ "v": 1 }`,
  });
  const { type, error } = await save({ "j.json": `{ "v": 1` });
  assert.equal(type, "linkError");
  assert.match(error, /SyntaxError: .*j\.json: /);
  assert.equal(await ask("seen()"), "1");
  await save({ "j.json": `{ "v": 2 }` });
  assert.equal(await ask("seen()"), "2");
});

test("a require() that leads nowhere; the file comes, the one that requires it is not touched", async (t) => {
  const { ask, save, program } = await hotProgram(t, files);
  const result = await save({ "a.js": a("a2", `exports.n = require("./new").n;`) });
  assert.deepEqual([result.type, result.file, result.line, result.column], ["linkError", "a.js", 2, 21]);
  await program.errorOutput(/Cannot find module '\.\/new'/);
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  assert.equal((await save({ "new.js": "exports.n = 1;" })).type, "accepted");
  assert.equal(await ask("seen()"), "a2b1,true,a2b1");
});

test("a file that is required, or JSON, is deleted: the words are those of ES modules", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    ...files,
    "b.js": `exports.v = "b" + require("./c.json").n;`,
    "c.json": `{ "n": 1 }`,
  });
  for (const [name, by, text, seen] of /** @type {const} */ ([
    ["b.js", "a.js", `exports.v = "c" + require("./c.json").n;`, "a1c1"],
    ["c.json", "b.js", `{ "n": 2 }`, "a1c2"],
  ])) {
    self.delete(name);
    const { type, file, error } = await program.value("result");
    assert.deepEqual([type, file], ["linkError", name]);
    assert.match(error, /Cannot find module '.*': it is not there any more; .*imports it$/);
    assert.ok(error.includes(`any more; ${by} imports`), error);
    assert.equal((await save({ [name]: text })).type, "accepted");
    assert.equal(await ask("seen()"), `${seen},true,${seen}`);
  }
});

test("an export that an ES module imports is gone", async (t) => {
  const { ask, save, program } = await hotProgram(t, {
    "main.mjs": `import { v } from "./c.cjs"; globalThis.seen = () => v; import.meta.hot.accept("./c.cjs");`,
    "c.cjs": "exports.v = 1;",
  });
  assert.equal((await save({ "c.cjs": "exports.w = 2;" })).type, "linkError");
  await program.errorOutput(/does not provide an export named 'v'/);
  assert.equal(await ask("seen()"), "1");
  await save({ "c.cjs": "exports.v = 3;" });
  assert.equal(await ask("seen()"), "3");
});

test("a body that throws: where, which handlers had run, what is put back", async (t) => {
  const { ask, save, said, program } = await hotProgram(t, {
    ...files,
    "b.js": `module.hot.dispose(() => say("b ends")); exports.v = "b1";`,
  });
  const result = await save({
    "b.js": `require("./fresh"); exports.v = "b2";\nfunction f() {\n  throw new TypeError("body");\n}\nf();`,
    "fresh.js": "",
  }).then(async (first) => (first.type === "linkError" ? await program.value("result") : first));
  assert.deepEqual(
    [result.type, result.file, result.line, result.column, result.disposed],
    ["evaluationError", "b.js", 3, 9, ["b.js"]],
  );
  await program.errorOutput(/b\.js: not updated, it threw: TypeError: body\n +at f \(.*b\.js:3:9\)/);
  assert.deepEqual(said(), ["b ends"]);
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  const cached =
    "Object.keys(process.mainModule.constructor._cache).filter((it) => it.endsWith(`fresh.js`)).length";
  assert.equal(await ask(cached), "0", "what only the version that failed has required");
  await save({ "b.js": `exports.v = "b3";` });
  assert.equal(await ask("seen()"), "a1b3,true,a1b3");
});

test("an entry point that throws: whoever is required later has the one before as require.main", async (t) => {
  const entry = (/** @type {string} */ more) =>
    `globalThis.first ??= module; globalThis.late ??= (name) => require(name); module.hot.accept(); ${more}`;
  const { ask, save } = await hotProgram(t, {
    "main.cjs": entry(""),
    "late.js":
      "module.exports = [require.main, process.mainModule, module.parent].map((it) => it === globalThis.first);",
  });
  const result = await save({ "main.cjs": entry(`throw new Error("no");`) });
  assert.equal(result.type, "evaluationError");
  assert.equal(await ask(`late("./late.js")`), "true,true,true");
});

test("what a new version requires is broken; mended, that one is live", async (t) => {
  const { ask, save } = await hotProgram(t, files);
  const result = await save({ "extra.js": "exports.e = ;", "a.js": a("a2", `require("./extra");`) });
  assert.equal(result.type, "evaluationError");
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  await save({ "extra.js": "exports.e = 1;" });
  assert.equal(await ask("seen()"), "a2b1,true,a2b1");
});

test("what was required before its importer threw is ended", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    ...files,
    "b.js": `module.hot.own(() => say("b1 ends")); exports.v = "b1";`,
    "a.js": `exports.v = "a1" + require("./b").v; if (globalThis.fails) throw new Error("late");`,
  });
  await ask("globalThis.fails = true");
  const { type, disposed } = await save({
    "b.js": `module.hot.own(() => say("b2 ends")); exports.v = "b2";`,
  });
  assert.deepEqual([type, disposed], ["evaluationError", ["b.js"]]);
  assert.deepEqual(said(), ["b1 ends", "b2 ends"]);
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  await ask("globalThis.fails = false");
  await save({ "b.js": `exports.v = "b3";` });
  assert.equal(await ask("seen()"), "a1b3,true,a1b3");
});

test("a dispose handler that throws", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    ...files,
    "a.js": a("a1", `module.hot.dispose(() => { throw new Error("dispose"); });`),
  });
  const { type, file, line, disposed } = await save({ "a.js": a("a2") });
  assert.deepEqual([type, file, line, disposed], ["fatalError", "a.js", 2, ["a.js"]]);
  // The lines are those of the version that threw, not of the one that was saved.
  await program.errorOutput(
    /a\.js:2:34\n *1 \| .*\n> 2 \| .*module\.hot\.dispose\(\(\) => \{ throw .*\n *\| *\^/,
  );
  assert.equal(await ask("seen()"), "a1b1,true,a1b1");
  await save({ "a.js": a("a3") });
  assert.equal(await ask("seen()"), "a3b1,true,a3b1");
});

test("an accept handler that throws: its module is evaluated anew", async (t) => {
  const { ask, save, program } = await hotProgram(t, {
    ...files,
    "a.js": a("a1", `module.hot.accept("./b", () => { throw new Error("accept"); });`),
  });
  const { evaluated, acceptedBy } = await save({ "b.js": `exports.v = "b2";` });
  assert.deepEqual([evaluated, acceptedBy], [["b.js", "a.js"], ["main.cjs"]]);
  await program.errorOutput(/a\.js: an accept handler threw, its importers are asked: Error: accept/);
  assert.equal(await ask("seen()"), "a1b2,true,a1b2");
});

test("what module.hot is given that it can't take", async (t) => {
  const { ask, program } = await hotProgram(t, {
    "main.cjs": `
      const told = (call) => { try { call(); return "nothing"; } catch (error) { return String(error); } };
      globalThis.errors = () => [told(() => module.hot.dispose(1)), told(() => module.hot.own({}))].join("\\n");
      module.hot.accept("./nowhere");`,
  });
  assert.equal(
    await ask("errors()"),
    "TypeError: module.hot.dispose: the callback must be a function\n" +
      "TypeError: module.hot.own: the resource has neither Symbol.asyncDispose, Symbol.dispose, close() nor terminate(), and is no timer or function; give a function that ends it",
  );
  await program.errorOutput(
    /main\.cjs: module\.hot\.accept\("\.\/nowhere"\): this module does not import it/,
  );
});

for (const [how, broken] of /** @type {const} */ ([
  ["throws", `const c = require("./c.cjs"); throw new Error("bad");`],
  ["does not parse", `const c = require("./c.cjs"); not JavaScript`],
  ["is deleted", null],
])) {
  for (const [end, text] of [
    ["undone", `const c = require("./c.cjs"); exports.v = "b1 " + c.v;`],
    ["mended", `const c = require("./c.cjs"); exports.v = "b2 " + c.v;`],
  ]) {
    test(`what was edited while the file that requires it ${how} is live when that is ${end}`, async (t) => {
      const { ask, program, save, self } = await hotProgram(t, {
        "main.cjs": `let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; }); globalThis.seen = () => b.v;`,
        "b.cjs": `const c = require("./c.cjs"); exports.v = "b1 " + c.v;`,
        "c.cjs": "exports.v = 1;",
      });
      const until = (/** @type {string} */ value) =>
        ask(`new Promise((done) => {
          const look = () => seen() === ${JSON.stringify(value)} ? done() : setTimeout(look, 2);
          look();
        })`);
      const fails = async () => {
        if (broken !== null) return (await save({ "b.cjs": broken })).type;
        self.delete("b.cjs");
        return (await save({})).type;
      };
      const name = end === "undone" ? "b1" : "b2";
      assert.notEqual(await fails(), "accepted");
      assert.equal((await save({ "c.cjs": "exports.v = 2;" })).type, "evaluationError");
      // The update has ended only when this is said.
      await program.errorOutput(/c\.cjs: not updated, it threw/);
      self.write("b.cjs", text);
      await until(`${name} 2`);
    });
  }
}

test("who requires what is deleted, and a package that is linked, is not led elsewhere", async (t) => {
  const { save, self } = await hotProgram(t, {
    "main.cjs": `require("heatsync-rs"); let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; });`,
    "b.cjs": "exports.v = 1;",
  });
  self.delete("b.cjs");
  assert.deepEqual((await save({})).files, ["b.cjs"]);
});

test("what is gone while an update begins, and back as it was, takes along what failed without it", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "main.cjs": `let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; });
      globalThis.seen = () => b.v;
      const fs = require("node:fs"), file = require.resolve("./b.cjs"), text = fs.readFileSync(file);
      globalThis.arm = () => {
        const away = (status) => status === "apply" && fs.unlinkSync(file);
        const back = () => { module.hot.removeStatusHandler(away); module.hot.off("error", back); fs.writeFileSync(file, text); };
        module.hot.addStatusHandler(away);
        module.hot.on("error", back);
      };`,
    "b.cjs": `const c = require("./c.cjs"); exports.v = "b " + c.v;`,
    "c.cjs": "exports.v = 1;",
  });
  assert.equal((await save({ "c.cjs": "throw new Error('bad');" })).type, "evaluationError");
  await program.errorOutput(/c\.cjs: not updated, it threw/);
  await ask("arm()");
  assert.equal((await save({ "c.cjs": "exports.v = 2;" })).type, "linkError");
  assert.equal((await program.value("result")).type, "accepted");
  assert.equal(await ask("seen()"), "b 2");
  assert.equal((await save({ "c.cjs": "exports.v = 3;" })).type, "accepted");
  self.delete("b.cjs");
  assert.equal((await save({})).type, "linkError");
});

test("what comes while an update begins that was to do without it is live, and missed when it goes", async (t) => {
  const original = `const c = require("./c.cjs"); exports.v = "b " + c.v;`;
  const { ask, program, save, self } = await hotProgram(t, {
    "main.cjs": `let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; });
      globalThis.seen = () => b.v;
      const fs = require("node:fs"), file = require.resolve("./b.cjs");
      const text = 'exports.v = "b2 " + require("./c.cjs").v;';
      globalThis.arm = () => {
        const back = () => { module.hot.off("beforeUpdate", back); fs.writeFileSync(file, text); };
        module.hot.on("beforeUpdate", back);
      };`,
    "b.cjs": original,
    "c.cjs": "exports.v = 1;",
  });
  self.delete("b.cjs");
  assert.equal((await save({})).type, "linkError");
  await program.errorOutput(/b\.cjs: not updated/);
  await ask("arm()");
  assert.equal((await save({ "c.cjs": "exports.v = 2;" })).type, "accepted");
  assert.equal(await ask("seen()"), "b2 2");
  assert.equal((await save({ "b.cjs": original })).type, "accepted");
  assert.equal(await ask("seen()"), "b 2");
  self.delete("b.cjs");
  assert.equal((await save({})).type, "linkError");
  self.write("b.cjs", `exports.v = "other";`);
  assert.equal((await program.value("result")).type, "accepted");
  assert.equal(await ask("seen()"), "other");
});

/** An import() of it fails, and is to link l.cjs, which runs. */
const inVain = {
  "in-vain.mjs": `import "./throws.mjs"; import l from "./l.cjs"; export default l;`,
  "throws.mjs": `throw new Error("in vain");`,
};
const TRY = `globalThis.tryIt = () => import("./in-vain.mjs").catch((error) => error.message);`;

for (const saved of ["l.cjs", "n.cjs"]) {
  test(`what runs is followed after an import() of it that failed: ${saved}`, async (t) => {
    const { ask, shows, write } = await start(t, {
      ...inVain,
      "root.mjs": `import m from "./m.cjs"; export const v = m.v; ${TRY}`,
      "m.cjs": `exports.v = require("./l.cjs").v;`,
      "l.cjs": `exports.v = require("./n.cjs").v;`,
      "n.cjs": "exports.v = 1;",
    });
    await shows("1");
    assert.equal(await ask("tryIt()"), "in vain");
    write(saved, "exports.v = 2;");
    await shows("2");
  });
}

test("what is required after an import() of it failed is followed", async (t) => {
  const { ask, shows, write } = await start(t, {
    ...inVain,
    "root.mjs": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
      export const v = () => require("./m.cjs").v; ${TRY}`,
    "m.cjs": `exports.v = require("./l.cjs").v;`,
    "l.cjs": "exports.v = 1;",
  });
  assert.equal(await ask("tryIt()"), "in vain");
  await shows("1");
  write("l.cjs", "exports.v = 2;");
  await shows("2");
});

for (const ending of ["cjs", "cts"]) {
  test(`a .${ending} file goes together with a save of what it requires`, async (t) => {
    const { ask, program, self } = await hotProgram(t, {
      "main.mjs": `import { v } from "./root.mjs"; globalThis.seen = () => v; import.meta.hot.accept("./root.mjs");`,
      "root.mjs": `import a from "./a.${ending}"; export const v = a.v;`,
      [`a.${ending}`]: `exports.v = require("./data.json").v;`,
      "data.json": `{ "v": "old" }`,
    });
    self.write("data.json", `{ "v": "new" }`);
    self.delete(`a.${ending}`);
    await program.errorOutput(
      new RegExp(`Cannot find module '[^']*a\\.${ending}': it is not there any more; root\\.mjs imports it`),
    );
    assert.doesNotMatch(program.stderr, /ENOENT|os error|node:internal/);
    assert.equal(await ask("seen()"), "old");
    self.write(`a.${ending}`, `exports.v = require("./data.json").v;`);
    await program.errorOutput(/accepted by main\.mjs/);
    assert.equal(await ask("seen()"), "new");
  });
}

test("files that came to require each other by turns: what one of them does not find is said, and does not go round in circles", async (t) => {
  const b = (/** @type {string} */ text) => `exports.v = "b"; ${text}`;
  const { ask, save } = await hotProgram(t, {
    "main.cjs": `require("./root.cjs"); module.hot.accept("./root.cjs");
      globalThis.up = () => { let length = 0; for (let at = require.cache[require.resolve("./b.cjs")]; at && length < 99; at = at.parent) length++; return length; };`,
    "root.cjs": `require("./a.cjs"); require("./b.cjs");`,
    "a.cjs": `require("./b.cjs"); exports.v = "a";`,
    "b.cjs": b(""),
  });
  const live = async (/** @type {Record<string, string>} */ files) =>
    assert.equal((await save(files)).type, "accepted");
  await live({ "a.cjs": "exports.v = 'a';" });
  await live({ "root.cjs": `require("./b.cjs"); module.hot.accept("./b.cjs");` });
  await live({ "b.cjs": b("require('./a.cjs'); // 1") });
  await live({ "b.cjs": b("require('./a.cjs'); // 2") });
  assert.ok(Number(await ask("up()")) < 9);
  const { error, type } = await save({ "b.cjs": b("require('./no' + 'ne.cjs');") });
  assert.equal(type, "evaluationError");
  assert.match(error, /Cannot find module '\.\/none\.cjs'/);
});
