// CommonJS files under register: they reload as ES modules do, and have `module.hot`.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

test("below an ES module: live bindings, the order of require(), data", async (t) => {
  const c = (/** @type {string} */ v) => `
    const data = module.hot.data;
    say("c begins", data.count ?? "first");
    const d = require("./d");
    module.hot.dispose((next) => { say("c ends"); next.count = (data.count ?? 0) + 1; });
    exports.v = ${JSON.stringify(v)} + d.v;
    exports.read = () => exports.v;`;
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `
      import c, { v, read } from "./c.cjs";
      import * as all from "./c.cjs";
      globalThis.seen = () => [v, read(), c.v, all.v, all.default === c].join();
      import.meta.hot.accept("./c.cjs", (ns) => say("main is told", ns.v));`,
    "c.cjs": c("c1"),
    "d.js": `say("d runs"); exports.v = "d1";`,
  });
  assert.deepEqual(said(), ["c begins first", "d runs"]);
  assert.equal(await ask("seen()"), "c1d1,c1d1,c1d1,c1d1,true");
  const result = await save({ "d.js": `say("d runs"); exports.v = "d2";` });
  assert.deepEqual(said(), ["c ends", "c begins 1", "d runs", "main is told c1d2"]);
  assert.deepEqual(result, {
    ...{ type: "accepted", files: ["d.js"], evaluated: ["d.js", "c.cjs"] },
    ...{ acceptedBy: ["main.mjs"], pruned: [] },
  });
  assert.equal(await ask("seen()"), "c1d2,c1d2,c1d2,c1d2,true");
  await save({ "c.cjs": c("c2") });
  assert.deepEqual(said(), ["c ends", "c begins 2", "main is told c2d2"]);
  assert.equal(await ask("seen()"), "c2d2,c2d2,c2d2,c2d2,true");
});

test("a CommonJS program accepts what it requires: CommonJS, ES modules, JSON", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `
      let a = require("./a"), { v: j } = require("./j.json");
      const m = require("./m.mjs");
      const cached = () => Object.keys(require.cache).filter((file) => file.startsWith(__dirname));
      globalThis.seen = () => [a.v, j, m.v, require("./a") === a, cached().length, module.children.length].join();
      module.hot.accept(["./a", "./m.mjs", "./j.json"], ([newA, newM, newJ]) => {
        say("told", newA.v, newM.v, newJ.v);
        a = newA;
        j = newJ.v;
      });`,
    "a.js": `exports.v = "a1" + require("./b").v;`,
    "b.js": `exports.v = "b1";`,
    "m.mjs": `export const v = "m1";`,
    "j.json": `{ "v": "j1" }`,
  });
  const [seen, count] = /^(.*),(\d+,\d+)$/.exec(await ask("seen()"))?.slice(1) ?? [];
  assert.equal(seen, "a1b1,j1,m1,true");
  const { evaluated } = await save({ "b.js": `exports.v = "b2";` });
  assert.deepEqual(evaluated, ["b.js", "a.js"]);
  assert.equal(await ask("seen()"), `a1b2,j1,m1,true,${count}`);
  await save({ "m.mjs": `export const v = "m2";` });
  assert.equal(await ask("seen()"), `a1b2,j1,m2,true,${count}`);
  await save({ "j.json": `{ "v": "j2" }` });
  assert.deepEqual(said(), ["told a1b2 m2 j2"]);
  assert.equal(await ask("seen()"), `a1b2,j2,m2,true,${count}`);
});

test("the entry point may accept itself, and stays the entry point", async (t) => {
  const main = (/** @type {number} */ v) => `
    say("v${v}", require.main === module, process.mainModule === module, module.parent, module.id, module.children.length);
    require("./a");
    module.hot.accept(() => say("accepted"));`;
  const { save, said } = await hotProgram(t, {
    "main.cjs": main(1),
    "a.js": "module.hot.own(() => say('a ends')); say(module.parent.filename);",
  });
  // Preloaded by --import, Node has no "." for it.
  const main1 = said();
  assert.equal(main1[0].replace(/^v1/, ""), (await again()).replace(/^v2/, ""));
  assert.equal(main1[1], "main.cjs");
  async function again() {
    await save({ "main.cjs": main(2) });
    const [first, ...rest] = said();
    assert.deepEqual(rest, ["accepted"], "what it requires is in the cache");
    return first;
  }
  const { evaluated } = await save({
    "a.js": "say(module.parent.filename, module.parent === require.main);",
  });
  assert.deepEqual(evaluated, ["a.js", "main.cjs"]);
  assert.deepEqual(said().slice(0, 3), ["a ends", main1[0].replace(/^v1/, "v2"), "main.cjs true"]);
});

test("nobody accepts: the way is told, nothing is evaluated", async (t) => {
  const { ask, save, said, program } = await hotProgram(t, {
    "main.mjs": `import { v } from "./a.cjs"; globalThis.seen = () => v;`,
    "a.cjs": `exports.v = require("./b").v; exports.later = () => require("./late");`,
    "b.js": `say("b"); exports.v = 1;`,
  });
  said();
  const { type, path } = await save({ "b.js": `say("b"); exports.v = 2;` });
  assert.deepEqual([type, path], ["unaccepted", ["main.mjs", "a.cjs", "b.js"]]);
  await program.errorOutput(/b\.js: nobody accepts it: main\.mjs → a\.cjs → b\.js/);
  assert.deepEqual(said(), []);
  assert.equal(await ask("seen()"), "1");
});

test("decline, invalidate", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `module.hot.accept(["./a", "./c"]); require("./a"); require("./c");`,
    "a.js": `require("./b"); module.hot.decline();`,
    "b.js": "",
    "c.js": `say("c"); globalThis.again = () => module.hot.invalidate("why"); module.hot.accept();`,
  });
  const { type, declinedBy } = await save({ "b.js": "//" });
  assert.deepEqual([type, declinedBy], ["declined", ["a.js"]]);
  said();
  await ask("again()");
  // Outside of an update: one is made of it.
  await until(said, ["c"]);
  /** @param {() => string[]} said @param {string[]} wanted */
  async function until(said, wanted) {
    /** @type {string[]} */
    const all = [];
    while (all.length < wanted.length) {
      all.push(...said());
      await ask("0");
    }
    assert.deepEqual(all, wanted);
  }
});

test("cycles are evaluated from where they are entered; what is not required any more is pruned", async (t) => {
  const a = (/** @type {number} */ v) => `
    say("a${v} begins"); exports.early = "a${v}";
    exports.v = require("./b").v; say("a${v} ends");
    module.hot.keep("pool", () => 1, () => say("a's pool ends"));`;
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `let a = require("./a"); module.hot.accept("./a", (it) => { a = it; }); globalThis.seen = () => a.v;`,
    "a.js": a(1),
    "b.js": `say("b sees", require("./a").early); exports.v = "b1"; require("./c");`,
    "c.js": `module.hot.prune(() => say("c is pruned")); exports.lazy = 1; globalThis.first ??= new WeakRef(module);`,
  });
  assert.deepEqual(said(), ["a1 begins", "b sees a1", "a1 ends"]);
  const result = await save({ "b.js": `say("b sees", require("./a").early); exports.v = "b2";` });
  assert.deepEqual(said(), ["a1 begins", "b sees a1", "a1 ends", "c is pruned"]);
  assert.deepEqual(result.pruned, ["c.js"]);
  assert.equal(await ask("seen()"), "b2");
  assert.equal(
    await ask("Object.keys(process.mainModule.constructor._cache).some((it) => it.endsWith('c.js'))"),
    "false",
  );
  // b is not asked for any more, and is not evaluated.
  await save({ "a.js": `say("a3"); exports.v = "alone";` });
  assert.deepEqual(said(), ["a3"]);
  assert.equal(await ask("seen()"), "alone");
});

test("createRequire in an ES module", async (t) => {
  const { ask, program, save, said } = await hotProgram(t, {
    "main.mjs": `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      let c = require("./c");
      globalThis.seen = () => [c.v, require("./c") === c].join();
      import.meta.hot.accept("./nowhere");
      import.meta.hot.accept("./c", (it) => { c = it; });`,
    "c.js": "exports.v = 1;",
  });
  for (const v of [2, 3]) {
    const { type } = await save({ "c.js": `exports.v = ${v};` });
    assert.equal(type, "accepted");
    assert.equal(await ask("seen()"), `${v},true`);
  }
  assert.deepEqual(said(), []);
  // It is required, though nobody knew of that when it was said.
  assert.deepEqual(program.stderr.match(/accept\(".*"\)(?=: this module does not import it)/g), [
    `accept("./nowhere")`,
  ]);
});

test("what a package requires is nobody's to accept", async (t) => {
  const { save } = await hotProgram(t, {
    "main.cjs": `require("pkg").load(require.resolve("./config")); require("./config"); module.hot.accept("./config");`,
    "config.js": "exports.v = 1;",
    "node_modules/pkg/index.js": "exports.load = (file) => require(file);",
  });
  const { type, path } = await save({ "config.js": "exports.v = 2;" });
  // It was the first to require it; that is why.
  assert.deepEqual([type, path], ["unaccepted", ["node_modules/pkg/index.js", "config.js"]]);
});

test("old versions can be collected", async (t) => {
  const a = (/** @type {number} */ v) => `
    exports.v = ${v} + require(${v} % 2 ? "./b" : "./c").v;
    exports.ballast = new Array(1e5).fill(${v});
    globalThis.old ??= [];
    old.push(new WeakRef(module), new WeakRef(exports));`;
  const { ask, save } = await hotProgram(
    t,
    {
      "main.mjs": `import "./a.cjs"; import "./main2.cjs"; import.meta.hot.accept("./a.cjs");`,
      "main2.cjs": `require("./a.cjs"); module.hot.accept("./a.cjs", () => require("./a.cjs"));`,
      "a.cjs": a(0),
      "b.js": "exports.v = 1;",
      "c.js": "exports.v = 1;",
    },
    { nodeArguments: ["--expose-gc"] },
  );
  for (let v = 1; v <= 5; v++) await save({ "a.cjs": a(v) });
  await ask("new Promise((resolve) => setTimeout(resolve, 20))");
  assert.equal(await ask("gc(), old.length"), "12");
  assert.equal(await ask("gc(), old.filter((it) => it.deref()).length"), "2");
});

test("without register there is no module.hot; with it, what prints a module prints what it is", async (t) => {
  const self = project(t, { "main.cjs": "console.log(module.hot, 'hot' in module);" });
  const { stdout } = await ended(self.run("main.cjs"));
  assert.equal(stdout, "undefined false\n");
  self.write(
    "main.cjs",
    "console.log(typeof module.hot, Object.keys(module).includes('hot')); process.exit();",
  );
  assert.equal(
    (await ended(self.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] }))).stdout,
    "object false\n",
  );
  /** @param {import("./support/project.mjs").Program} program */
  async function ended(program) {
    await program.exit;
    return program;
  }
});

test("what a CommonJS file imports is its to accept, by import() as by require()", async (t) => {
  const a = (/** @type {string} */ more) => `
    say("a runs");
    exports.loaded = import("./x.mjs");
    exports.again = () => import("./x.mjs");
    ${more}`;
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `
      let a = require("./a.cjs");
      globalThis.seen = async () => [(await a.loaded).v, (await a.again()).v, (await a.again()) === (await a.loaded)].join();
      module.hot.accept("./a.cjs", (next) => { a = next; });`,
    "a.cjs": a(`module.hot.accept("./x.mjs", (x) => say("a is told", x.v));`),
    "x.mjs": `import { w } from "./w.mjs"; say("x runs"); export const v = "x1" + w;`,
    "w.mjs": `export const w = "w1";`,
  });
  assert.equal(await ask("seen()"), "x1w1,x1w1,true");
  assert.deepEqual(said(), ["a runs", "x runs"]);
  let result = await save({ "w.mjs": `export const w = "w2";` });
  assert.deepEqual([result.type, result.acceptedBy], ["accepted", ["a.cjs"]]);
  assert.deepEqual(said(), ["x runs", "a is told x1w2"]);
  assert.equal(await ask("seen()"), "x1w2,x1w2,true");

  // A version that does not accept it: whoever requires this one does.
  result = await save({ "a.cjs": a("") });
  assert.deepEqual(said(), ["a runs"]);
  result = await save({ "w.mjs": `export const w = "w3";` });
  assert.deepEqual([result.type, result.evaluated], ["accepted", ["w.mjs", "x.mjs", "a.cjs"]]);
  assert.deepEqual(said(), ["x runs", "a runs"]);
  assert.equal(await ask("seen()"), "x1w3,x1w3,true");
});

test("nobody on the way from import() in a CommonJS file accepts: the way is told", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `const x = import("./x.mjs"); globalThis.seen = async () => (await x).v;`,
    "x.mjs": `say("x runs"); export const v = 1;`,
  });
  assert.equal(await ask("seen()"), "1");
  said();
  const { type, path } = await save({ "x.mjs": `say("x runs"); export const v = 2;` });
  assert.deepEqual([type, path], ["unaccepted", ["main.cjs", "x.mjs"]]);
  assert.deepEqual(said(), []);
  assert.equal(await ask("seen()"), "1");
});

/** @type {[string, { registered?: string[] }][]} */
const BESIDE = [
  ["", {}],
  [
    ", beside other loaders",
    { registered: ["--import", "data:text/javascript,", "--import", "heatsync-rs/register"] },
  ],
];
for (const [beside, options] of BESIDE) {
  test(`a CommonJS file that imports something no more is not its importer${beside}`, async (t) => {
    const a = (/** @type {string} */ more) => `say("a runs"); ${more}`;
    const files = {
      "main.cjs": `
        let a = require("./a.cjs");
        globalThis.seen = async () => (await a.loaded)?.v;
        module.hot.accept("./a.cjs", (next) => { a = next; });`,
      "a.cjs": a(`exports.loaded = import("./x.mjs");`),
      "x.mjs": `import { w } from "./w.mjs"; say("x runs"); export const v = "x1" + w;`,
      "w.mjs": `export const w = "w1";`,
    };
    const { ask, save, said, self } = await hotProgram(t, files, options);
    assert.equal(await ask("seen()"), "x1w1");
    let result = await save({ "w.mjs": `export const w = "w2";` });
    assert.deepEqual([result.type, result.evaluated], ["accepted", ["w.mjs", "x.mjs", "a.cjs"]]);
    assert.equal(await ask("seen()"), "x1w2");

    result = await save({ "a.cjs": a("") });
    if (beside) {
      // Node has it for good, so it follows its file, and concerns nobody.
      assert.deepEqual([result.type, result.evaluated, result.pruned], ["accepted", ["a.cjs"], []]);
      result = await save({ "w.mjs": `export const w = "w3";` });
      assert.deepEqual([result.type, result.evaluated], ["accepted", ["w.mjs", "x.mjs"]]);
      assert.deepEqual(said(), ["x runs"]);
    } else {
      assert.deepEqual([result.evaluated, result.pruned], [["a.cjs"], ["x.mjs", "w.mjs"]]);
      self.write("w.mjs", `export const w = "w3";`);
    }

    result = await save({ "a.cjs": a(`exports.loaded = import("./x.mjs");`) });
    assert.deepEqual(result.evaluated, ["a.cjs"]);
    assert.equal(await ask("seen()"), "x1w3");
    result = await save({ "w.mjs": `export const w = "w4";` });
    assert.deepEqual(result.evaluated, ["w.mjs", "x.mjs", "a.cjs"]);
    assert.equal(await ask("seen()"), "x1w4");
  });
}

test("with --loader a CommonJS file accepts what it imports", async (t) => {
  const { ask, save, said } = await hotProgram(
    t,
    {
      "main.mjs": `
        import a from "./a.cjs";
        globalThis.seen = async () => (await a.loaded).v;`,
      "a.cjs": `
        exports.loaded = import("./x.mjs");
        module.hot.accept("./x.mjs", (x) => say("a is told", x.v));`,
      "x.mjs": `export const v = 1;`,
    },
    { registered: ["--no-warnings", "--loader", "heatsync-rs/loader"] },
  );
  assert.equal(await ask("seen()"), "1");
  const { type, acceptedBy } = await save({ "x.mjs": `export const v = 2;` });
  assert.deepEqual([type, acceptedBy], ["accepted", ["a.cjs"]]);
  assert.deepEqual(said(), ["a is told 2"]);
  assert.equal(await ask("seen()"), "2");
});

test("what is imported from elsewhere, too, is nobody's to accept", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.cjs": `
      const x = import("./x.mjs");
      const other = require("pkg").load(require("node:url").pathToFileURL(__dirname + "/x.mjs").href);
      module.hot.accept("./x.mjs");
      globalThis.seen = async () => [(await x).v, (await other).v].join();`,
    "x.mjs": `export const v = 1;`,
    "node_modules/pkg/index.js": "exports.load = (url) => import(url);",
  });
  assert.equal(await ask("seen()"), "1,1");
  const { type, path } = await save({ "x.mjs": `export const v = 2;` });
  assert.deepEqual([type, path], ["unaccepted", [join("node_modules", "pkg", "index.js"), "x.mjs"]]);
});

test("what a version has required that threw outside of updates is evaluated anew with what that requires", async (t) => {
  const b = `const c = require("./c.cjs"); exports.v = () => c.v;`;
  const { save, self, shows } = await hotProgram(t, {
    "main.cjs": `let a = require("./a.cjs"); module.hot.accept("./a.cjs", (it) => { a = it; });
      globalThis.look = () => { try { return a.v(); } catch (error) { return error.message; } };`,
    "a.cjs": `const d = require("./d.cjs"); exports.v = () => d.v + require("./b.cjs").v();`,
    "b.cjs": b,
    "c.cjs": `const d = require("./d.cjs"); exports.v = d.v;`,
    "d.cjs": "exports.v = 1;",
  });
  await shows("2", "look()");
  await save({ "b.cjs": `${b} throw new Error("bad");` });
  await shows("bad", "look()");
  await save({ "d.cjs": "exports.v = 2;" });
  self.write("b.cjs", b);
  await shows("4", "look()");
});

test("a handler gets of CommonJS what its module has asked for: a namespace for import(), what is exported for require()", async (t) => {
  const tells = `import.meta.hot.accept("./it.cjs", (it) => say(Object.keys(it).filter((name) => name !== "module.exports")));`;
  const { save, said } = await hotProgram(t, {
    "main.mjs": `import "./imports.mjs"; import "./requires.mjs"; import "./both.mjs";`,
    "imports.mjs": `await import("./it.cjs"); ${tells}`,
    "requires.mjs": `import { createRequire } from "node:module"; createRequire(import.meta.url)("./it.cjs"); ${tells}`,
    "both.mjs": `import { createRequire } from "node:module"; createRequire(import.meta.url)("./it.cjs"); await import("./it.cjs"); ${tells}`,
    "it.cjs": "exports.value = 1;",
  });
  for (const value of [2, 3]) {
    assert.equal((await save({ "it.cjs": `exports.value = ${value};` })).type, "accepted");
    const namespace = "[ 'default', 'value' ]";
    assert.deepEqual(said().sort(), [namespace, namespace, "[ 'value' ]"]);
  }
});
