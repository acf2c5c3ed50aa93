// What CommonJS below a boundary requires: ES modules, other CommonJS, what throws. Node's loader keeps what it has once
// given for such a file; whoever is evaluated anew gets the newest.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { project } from "./support/project.mjs";

const get = `JSON.stringify([(await import("./b.cjs", { with: { hot: "true" } })).default, (await import("./m.mjs", { with: { hot: "true" } })).v])`;
const files = {
  "main.js": main("", get, "await hot.init(import.meta.url);"),
  "b.cjs": "module.exports = [require('./es.mjs').v, require('./d.cjs').d]",
  "d.cjs": "exports.d = 1",
  "es.mjs": "export { x as v } from './es2.mjs'",
  "es2.mjs": "export const x = 1",
  "m.mjs": "import c from './c.cjs'; import { v as w } from './es.mjs'; export const v = [c.v, w];",
  "c.cjs": "exports.v = require('./es.mjs').v",
};
const ways = [["--import", "hot-hook/register"], []];
/** With `gate` shut, a dispose handler that waits for it keeps an update from ending. */
const gated = `
  let open;
  process.on("message", (message) => {
    if (message === "shut") globalThis.gate = new Promise((resolve) => { open = resolve; });
    if (message === "open") open();
  });
  await hot.init(import.meta.url);`;
const nameOf = (/** @type {string[]} */ way) => (way.length > 0 ? "under register" : "by hot.init");

/** @param {import("node:test").TestContext} t @param {string[]} nodeArguments */
async function start(t, nodeArguments) {
  const it = new BoundaryProgram(t, { files, nodeArguments });
  await it.ready();
  assert.equal(await it.ask(), "got [[1,1],[1,1]]");
  return {
    it,
    /** @param {Record<string, string>} files @param {string} answer */
    async saves(files, answer) {
      await it.save(files);
      let first = await it.ask();
      // Several files are one update, unless the machine stops who saves them in between.
      for (let time = 0; Object.keys(files).length > 1 && first !== answer && time < 100; time++)
        first = await it.ask();
      assert.equal(first, answer);
      assert.equal(await it.ask(), answer, "and again");
    },
  };
}

for (const way of ways) {
  test(`an ES module that CommonJS requires is its newest version (${nameOf(way)})`, async (t) => {
    const { saves } = await start(t, way);
    await saves({ "es2.mjs": "export const x = 2" }, "got [[2,1],[2,2]]");
    await saves({ "es.mjs": "export default 7; export const v = 3" }, "got [[3,1],[3,3]]");
    await saves({ "b.cjs": "module.exports = 'b' + require('./es.mjs').v" }, `got ["b3",[3,3]]`);
    const names = "const { v, w } = require('./es.mjs'); module.exports = [v, w]";
    await saves({ "es.mjs": "export const v = 4, w = 5", "b.cjs": names }, "got [[4,5],[4,4]]");
    await saves({ "b.cjs": "module.exports = 0", "c.cjs": "exports.v = 0" }, "got [0,[0,4]]");
    await saves({ "es.mjs": "export const v = 6, w = 7" }, "got [0,[0,6]]");
    await saves({ "b.cjs": names }, "got [[6,7],[0,6]]");
    await saves({ "es.mjs": "export const v = 8, w = 9" }, "got [[8,9],[0,8]]");
  });

  test(`what CommonJS failed to require is mended by what it required (${nameOf(way)})`, async (t) => {
    const { it, saves } = await start(t, way);
    await saves({ "es2.mjs": "export const x = 1; throw new Error('es2')" }, "threw es2");
    await saves({ "es2.mjs": "export const x = 2" }, "got [[2,1],[2,2]]");
    await it.save({ "es2.mjs": "await 0; export const x = 3" });
    assert.match(String(await it.ask()), /^threw require\(\) cannot be used on an ESM graph/);
    await saves({ "es2.mjs": "export const x = 4" }, "got [[4,1],[4,4]]");
    await saves({ "d.cjs": "throw new Error('d')" }, "threw d");
    await saves({ "d.cjs": "exports.d = 2" }, "got [[4,2],[4,4]]");
    const more = "module.exports = [require('./d.cjs').d, require('./n.mjs').n]";
    await saves({ "b.cjs": more, "n.mjs": "throw new Error('n')" }, "threw n");
    await saves({ "n.mjs": "export const n = 5" }, "got [[2,5],[4,4]]");
    await it.save({ "b.cjs": more.replace("n.mjs", "late.mjs") });
    assert.match(String(await it.ask()), /^threw Cannot find module '\.\/late\.mjs'/);
    await saves({ "late.mjs": "export const n = 6" }, "got [[2,6],[4,4]]");
    await saves({ "late.mjs": "export const n = 7" }, "got [[2,7],[4,4]]");
  });

  test(`an ES module that was required in vain while it was gone is its newest version (${nameOf(way)})`, async (t) => {
    const { it, saves } = await start(t, way);
    await saves({ "m.mjs": "export const v = 0" }, "got [[1,1],0]");
    await saves({ "b.cjs": "module.exports = 0" }, "got [0,0]");
    it.self.delete("es.mjs");
    await it.save({ "b.cjs": "module.exports = require('./es.mjs').v" });
    // A file that is gone may come back at once: that is waited for.
    await it.answers(/^threw Cannot find module '/);
    it.self.write("es2.mjs", "export const x = 2");
    it.self.write("es.mjs", files["es.mjs"]);
    await it.answers(/^got \[2,0\]$/);
    // Two files came, of which it may have needed one, and the other be told of only now.
    await it.save({ "es2.mjs": "export const x = 3" });
    await it.answers(/^got \[3,0\]$/);
  });

  test(`what an ES module that CommonJS requires imports is followed (${nameOf(way)})`, async (t) => {
    const { saves } = await start(t, way);
    const es = (/** @type {string} */ v) =>
      `import e from './e.cjs'; import { x } from './es2.mjs'; export const v = "${v}" + x + e.e`;
    await saves(
      { "e.cjs": "exports.e = require('./f.cjs').f", "f.cjs": "exports.f = 'f1'", "es.mjs": es("a") },
      `got [["a1f1",1],["a1f1","a1f1"]]`,
    );
    await saves({ "es.mjs": es("b") }, `got [["b1f1",1],["b1f1","b1f1"]]`);
    await saves({ "f.cjs": "exports.f = 'f2'" }, `got [["b1f2",1],["b1f2","b1f2"]]`);
    await saves({ "es2.mjs": "export const x = 2" }, `got [["b2f2",1],["b2f2","b2f2"]]`);
    await saves({ "b.cjs": "module.exports = require('./es.mjs').v" }, `got ["b2f2",["b2f2","b2f2"]]`);
    await saves({ "f.cjs": "exports.f = 'f3'" }, `got ["b2f3",["b2f3","b2f3"]]`);
  });

  test(`a CommonJS boundary that is deleted holds back nothing, and comes back (${nameOf(way)})`, async (t) => {
    const { it, saves } = await start(t, way);
    const bd = "module.exports = [require('./es.mjs').v, require('./d.cjs').d]";
    const m = "import c from './c.cjs'; import d from './d.cjs'; export const v = [c.v, d.d]";
    await saves({ "m.mjs": m }, "got [[1,1],[1,1]]");
    it.self.delete("b.cjs");
    await it.program.errorOutput(/b\.cjs: not updated: .*goes on/s);
    await saves({ "d.cjs": "exports.d = 2" }, "got [[1,1],[1,2]]");
    await saves({ "b.cjs": `${bd} //` }, "got [[1,2],[1,2]]");
    await saves({ "d.cjs": "exports.d = 3" }, "got [[1,3],[1,3]]");
    await saves({ "es2.mjs": "export const x = 2" }, "got [[2,3],[2,3]]");
  });

  test(`what was left out of an edit below it is not when it is back as it was (${nameOf(way)})`, async (t) => {
    const { it, saves } = await start(t, way);
    // Members of cycles are read anew with what they import.
    const n = "import d from './d.cjs'; import './o.mjs'; export const v = d.d";
    it.self.write("n.mjs", n);
    it.self.write("o.mjs", "import './n.mjs'");
    await saves(
      { "m.mjs": "import d from './d.cjs'; import { v as w } from './n.mjs'; export const v = [w, d.d]" },
      "got [[1,1],[1,1]]",
    );
    it.self.delete("b.cjs");
    await it.program.errorOutput(/b\.cjs: not updated: .*goes on/s);
    await saves({ "d.cjs": "exports.d = 2" }, "got [[1,1],[2,2]]");
    await saves({ "b.cjs": files["b.cjs"] }, "got [[1,2],[2,2]]");
    await it.program.errorOutput("b.cjs: back to the version that runs");
    await it.refused({ "n.mjs": "const = ;" }, /n\.mjs: not updated: .*goes on/s);
    await saves({ "d.cjs": "exports.d = 3" }, "got [[1,3],[2,2]]");
    await saves({ "n.mjs": n }, "got [[1,3],[3,3]]");
  });

  test(`old versions of what CommonJS requires are collected (${nameOf(way)})`, async (t) => {
    const before = `
      globalThis.refs = [];
      const alive = async () => {
        for (let i = 0; i < 10; i++) await new Promise((r) => setTimeout(r, 10)), gc();
        return refs.filter((it) => it.deref()).length;
      };
      await hot.init(import.meta.url);`;
    const asked = `JSON.stringify((await import("./b.cjs", { with: { hot: "true" } })).default), await alive()`;
    const kept = "const o = {}; globalThis.refs.push(new WeakRef(o));";
    const it = new BoundaryProgram(t, {
      files: { ...files, "main.js": main("", asked, before) },
      nodeArguments: ["--expose-gc", ...way],
    });
    await it.ready();
    assert.equal(await it.ask(), "got [1,1] 0");
    const count = 6;
    for (let i = 1; i <= count; i++) {
      await it.save({ "d.cjs": `${kept} exports.d = ${i}; exports.f = () => o` });
      await it.ask();
      await it.save({ "es.mjs": `${kept} export const v = ${i}, f = () => o` });
      const [, value, alive] = /^got (.*) (\d+)$/.exec(String(await it.ask())) ?? [];
      assert.equal(value, `[${i},${i}]`);
      // The newest of both, and perhaps what Node has loaded first, or holds for a moment.
      assert.ok(Number(alive) <= 5, `${alive} versions are alive after ${2 * i}`);
    }
  });
}

for (const way of ways) {
  test(`what throws in an update that has not ended is mended by what it requires (${nameOf(way)})`, async (t) => {
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main("", `(await import("./a.mjs", { with: { hot: "true" } })).v`, gated),
        "a.mjs": `import d from "./d.cjs"; import.meta.hot.dispose(() => globalThis.gate); export const v = d.d;`,
        "d.cjs": "exports.d = 1",
        "e.cjs": "const = ;",
      },
      nodeArguments: way,
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1");
    it.program.child.send("shut");
    await it.save({ "d.cjs": "exports.d = require('./e.cjs').e" });
    assert.match(String(await it.ask()), /^threw Unexpected token/);
    it.program.child.send("open");
    await it.program.errorOutput("d.cjs: loaded anew by the next import()");
    await it.save({ "e.cjs": "exports.e = 2" });
    assert.equal(await it.ask(), "got 2");
  });
}

for (const way of ways) {
  test(`the version that runs is followed when one that went on with something broken goes (${nameOf(way)})`, async (t) => {
    const asked = ["./b.cjs", "./a.mjs"].map(
      (name) => `(await import("${name}", { with: { hot: "true" } })).v`,
    );
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main("", `JSON.stringify([${asked}])`, "await hot.init(import.meta.url);"),
        "b.cjs": "exports.v = require('./d.cjs').d",
        "a.mjs": "import x from './x.cjs'; import y from './y.cjs'; export const v = x.x + y.y",
        "x.cjs": "exports.x = 'x' + require('./d.cjs').d",
        "y.cjs": "exports.y = require('./d.cjs').d",
        "d.cjs": "exports.d = 1",
      },
      nodeArguments: way,
    });
    await it.ready();
    assert.equal(await it.ask(), `got [1,"x11"]`);
    it.self.delete("x.cjs");
    await it.program.errorOutput(/x\.cjs: not updated: .*goes on/s);
    await it.save({ "d.cjs": "exports.d = 2" });
    assert.equal(await it.ask(), `got [2,"x11"]`);
    await it.save({ "x.cjs": "exports.x = 'X' + require('./d.cjs').d" });
    assert.equal(await it.ask(), `got [2,"X22"]`);
    await it.save({ "d.cjs": "exports.d = 3" });
    assert.equal(await it.ask(), `got [3,"X33"]`);
  });
}

test("an ES module that a package has required is nobody's to load anew, nor is what it imports", async (t) => {
  const self = project(t, {
    "package.json": { type: "module", heatsync: { restart: [] } },
    "main.js": `import pool from "pool"; import { createRequire } from "node:module";
      const task = pool.task(new URL("./task.js", import.meta.url).pathname);
      console.log("value", task.v()); setInterval(() => {}, 1000);`,
    "node_modules/pool/index.js": "exports.task = (file) => require(decodeURI(file));",
    "task.js": `import { k } from "./k.js"; export const v = () => k;`,
    "k.js": "export const k = 1;",
  });
  const program = self.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value 1");
  self.write("k.js", "export const k = 2;");
  await program.errorOutput(/k\.js: full reload needed: it is not below a boundary: task\.js → k\.js/);
});
