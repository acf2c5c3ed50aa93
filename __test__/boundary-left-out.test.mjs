// Edits below boundaries while something else that needs the edited file can't be loaded: who is evaluated anew next gets the
// newest of all that can be, whether it is known by then that it needs it, or not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { until } from "./support/project.mjs";

const ways = [["--import", "hot-hook/register"], []];
const nameOf = (/** @type {string[]} */ way) => (way.length > 0 ? "under register" : "by hot.init");

/** @param {import("node:test").TestContext} t @param {string[]} nodeArguments @param {Record<string, string>} files @param {object} [options] of hot.init */
async function start(t, nodeArguments, files, options = {}) {
  const of = (/** @type {string} */ name) =>
    `(await import("./${name}", { with: { hot: "true" } }).catch(() => ({ default: null }))).default`;
  const get = `JSON.stringify([${Object.keys(files)
    .filter((name) => name.startsWith("b"))
    .map(of)}])`;
  const it = new BoundaryProgram(t, {
    files: {
      ...files,
      "main.js": main(
        "",
        get,
        `setInterval(() => {}, 1000); await hot.init(import.meta.url, ${JSON.stringify(options)});`,
      ),
    },
    nodeArguments,
  });
  await it.ready();
  await it.ask();
  return it;
}

for (const way of ways) {
  test(`what CommonJS that nobody has evaluated yet requires is its newest version (${nameOf(way)})`, async (t) => {
    const b2 = "module.exports = 'b2' + require('./d.cjs').d";
    const it = await start(t, way, {
      "b1.cjs": "module.exports = require('./d.cjs').d",
      "b2.cjs": b2,
      "d.cjs": "exports.d = 1",
    });
    it.self.delete("b1.cjs");
    await it.program.errorOutput(/b1\.cjs: not updated: .*goes on/s);
    await it.save({ "b2.cjs": `${b2} //` });
    await it.save({ "d.cjs": "exports.d = 2" });
    assert.equal(await it.ask(), `got [1,"b22"]`);
  });

  test(`what is between them is its newest version (${nameOf(way)})`, async (t) => {
    const e = "import d from './d.cjs'; export const v = 'e' + d.d";
    const it = await start(t, way, {
      "b1.cjs": "module.exports = require('./d.cjs').d",
      "b2.cjs": "module.exports = require('./e.mjs').v",
      "d.cjs": "exports.d = 1",
      "e.mjs": e,
    });
    it.self.delete("b1.cjs");
    await it.program.errorOutput(/b1\.cjs: not updated: .*goes on/s);
    await it.save({ "e.mjs": `${e} + 'E'` });
    await it.save({ "d.cjs": "exports.d = 2" });
    assert.equal(await it.ask(), `got [1,"e2E"]`);
  });

  test(`what leaves the graph and comes back is watched (${nameOf(way)})`, async (t) => {
    const b = "module.exports = 'b' + require('./e.mjs').v";
    const e = "import { f } from './f.mjs'; export const v = 'e' + f";
    const it = await start(t, way, { "b1.cjs": b, "e.mjs": e, "f.mjs": "export const f = 1" });
    await it.save({ "b1.cjs": `${b} //` });
    await it.save({ "e.mjs": `${e} //` });
    assert.equal(await it.ask(), `got ["be1"]`);
    await it.save({ "f.mjs": "export const f = 2" });
    assert.equal(await it.ask(), `got ["be2"]`);
  });

  test(`what CommonJS may require again when it is evaluated goes on (${nameOf(way)})`, async (t) => {
    const b = "module.exports = 'b' + require('./e.mjs').v + require('./d.cjs').v";
    const count = "globalThis.count = (globalThis.count ?? 0) + 1;";
    const it = await start(t, way, {
      "b1.cjs": b,
      "b2.mjs": "import './f.mjs'; export default globalThis.count",
      "d.cjs": "exports.v = require('./g.mjs').g",
      "e.mjs": "export { f as v } from './f.mjs'",
      "f.mjs": `${count} export const f = 1;`,
      "g.mjs": `${count} export const g = 1;`,
    });
    await it.save({ "b1.cjs": `${b} //` });
    await it.save({ "b2.mjs": "export default globalThis.count" });
    await it.save({ "d.cjs": "exports.v = 'd' + require('./g.mjs').g" });
    assert.equal(await it.ask(), `got ["b1d1",2]`);
    await it.save({ "f.mjs": "export const f = 2" });
    assert.equal(await it.ask(), `got ["b2d1",2]`);
    await it.save({ "g.mjs": "export const g = 2" });
    assert.equal(await it.ask(), `got ["b2d2",2]`);
    // What it does not require any more leaves with the next update.
    await it.save({ "b1.cjs": "module.exports = 'b'" });
    assert.equal(await it.ask(), `got ["b",2]`);
    await it.save({ "b2.mjs": "export default 0" });
    assert.doesNotMatch(String(await it.ask("dump")), /[efg]\.mjs/);
  });

  test(`CommonJS that required what imports something broken is mended by that (${nameOf(way)})`, async (t) => {
    const it = await start(t, way, {
      "b1.cjs": "module.exports = 'b' + require('./e.mjs').v",
      "e.mjs": "export { f as v } from './f.mjs'",
      "f.mjs": "const = ;",
    });
    assert.equal(await it.ask(), "got [null]");
    it.self.write("f.mjs", "export const f = 1");
    await it.answers(/^got \["b1"\]$/);
    // By then Node has a facade of it.
    it.self.write("f.mjs", "const = ;");
    await it.program.errorOutput(/f\.mjs: not updated: /);
    await it.save({ "b1.cjs": "module.exports = 'B' + require('./e.mjs').v" });
    it.self.write("f.mjs", "export const f = 2");
    await it.answers(/^got \["B2"\]$/);
    it.self.write("f.mjs", "export const f = 3");
    await it.answers(/^got \["B3"\]$/);
  });

  test(`what was required since the last update takes part in one that comes unannounced (${nameOf(way)})`, async (t) => {
    const b = "module.exports = 'b' + require('./d.cjs').d + require('./e.mjs').v";
    const it = await start(
      t,
      way,
      { "b1.cjs": b, "d.cjs": "exports.d = 1", "e.mjs": "export const v = 1" },
      { watch: false },
    );
    const saves = async (
      /** @type {string} */ name,
      /** @type {string} */ text,
      /** @type {string} */ told,
    ) => {
      it.self.write(name, text);
      it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path(name) });
      await until(() => it.log().includes(told), told);
    };
    await saves("e.mjs", "export const v = 2", "invalidated e.mjs b1.cjs");
    assert.equal(await it.ask(), `got ["b12"]`);
    await saves("d.cjs", "exports.d = 2", "invalidated d.cjs b1.cjs");
    assert.equal(await it.ask(), `got ["b22"]`);
    await saves("e.mjs", "export const v = 3", "invalidated e.mjs b1.cjs");
    assert.equal(await it.ask(), `got ["b23"]`);
  });
}

for (const way of ways) {
  test(`what a boundary imports, and has come since that was imported in vain, can be exchanged (${nameOf(way)})`, async (t) => {
    // Nobody can have told of the file when it is imported.
    const written = `
      globalThis.written = (await import("node:fs")).writeFileSync;
      await hot.init(import.meta.url, { boundaries: ["./app.mjs"] });`;
    const get = `(globalThis.isNext && written("part.cjs", "exports.part = 1;"), globalThis.isNext = !globalThis.isNext,
      (await import("./app.mjs").catch(() => ({ v: null }))).v)`;
    const it = new BoundaryProgram(t, {
      files: { "main.js": main("", get, written), "app.mjs": `export { part as v } from "./part.cjs";` },
      nodeArguments: way,
    });
    await it.ready();
    assert.equal(await it.ask(), "got null");
    assert.equal(await it.ask(), "got 1");
    await it.save({ "part.cjs": "exports.part = 2;" });
    assert.equal(await it.ask(), "got 2");
  });
}

for (const way of ways) {
  test(`what had imported a file that is gone, and is gone itself, asks for it no more (${nameOf(way)})`, async (t) => {
    const it = await start(
      t,
      way,
      {
        "b1.mjs": `import { late } from "./a.mjs"; export default await late();`,
        "a.mjs": `export const late = async () => (await import("./c.mjs")).v;`,
        // A member of a cycle is read again whenever something below it was saved.
        "c.mjs": `import "./e.mjs"; export { d as v } from "./d.mjs";`,
        "d.mjs": "export const d = 1;",
        "e.mjs": `import "./c.mjs";`,
      },
      { watch: false },
    );
    assert.equal(await it.ask(), "got [1]");
    it.self.write("b1.mjs", `export { other as default } from "./d.mjs";`);
    it.self.write("d.mjs", "export const d = 1, other = 2;");
    it.self.delete("a.mjs");
    it.self.delete("c.mjs");
    // Nobody has told of a.mjs, and each of the others can only be taken together with the last.
    for (const name of ["c.mjs", "b1.mjs", "d.mjs"]) {
      it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path(name) });
      await it.program.errorOutput(new RegExp(`${name.replace(".", "\\.")}.*: (loaded anew|not updated)`));
    }
    assert.equal(await it.ask(), "got [2]");
  });
}
