// Files of another version of a tree that arrive one after another, as when `git switch` meets a busy disk: each of these
// states in between is an update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { until } from "./support/project.mjs";

const ways = [["--import", "hot-hook/register"], []];
const nameOf = (/** @type {string[]} */ way) => (way.length > 0 ? "under register" : "by hot.init");
const GET = `await (await import("./b.mjs", { with: { hot: "true" } })).default()`;

/** @param {import("node:test").TestContext} t @param {string[]} nodeArguments @param {Record<string, string>} files @param {object} [options] of hot.init */
async function start(t, nodeArguments, files, options = {}) {
  const init = `setInterval(() => {}, 1000); await hot.init(import.meta.url, ${JSON.stringify(options)});`;
  const it = new BoundaryProgram(t, { files: { ...files, "main.js": main("", GET, init) }, nodeArguments });
  await it.ready();
  return it;
}

/** Tells of a save, where nothing is watched. @param {BoundaryProgram} it @param {string} name */
const change = (it, name) =>
  it.program.child.send({ type: "hot-hook:file-changed", path: it.self.path(name) });

for (const way of ways) {
  test(`what CommonJS has imported, and nobody has evaluated since, is below its boundary still (${nameOf(way)})`, async (t) => {
    const it = await start(t, way, {
      "b.mjs": `import u from "./u.cjs"; import w from "./w.cjs";
        export default async () => (await Promise.all([u.late(), w.late()])).join("");`,
      "u.cjs": `exports.late = () => require("./m.mjs").v;`,
      "w.cjs": `exports.late = () => import("./m.mjs").then(({ v }) => v);`,
      "m.mjs": `export { v } from "./n.mjs";`,
      "n.mjs": "export const v = 1;",
    });
    assert.equal(await it.ask(), "got 11");
    await it.save({ "w.cjs": `exports.late = () => "w";` });
    await it.save({ "u.cjs": `exports.late = () => "u" + require("./m.mjs").v;` });
    await it.save({ "n.mjs": "export const v = 2;" });
    assert.equal(await it.ask(), "got u2w");
  });

  test(`who imports a.json now does not import a.js, which is gone (${nameOf(way)})`, async (t) => {
    const b = (/** @type {string} */ late) =>
      `import u from "./u.cjs"; export default async () => u.v + (await import(${late})).default;`;
    const it = await start(t, way, {
      "b.mjs": b(`"./c/a.js"`),
      "c/package.json": `{ "type": "commonjs" }`,
      "c/a.js": `module.exports = "a" + require("../u.cjs").v;`,
      "c/a.json": `"json"`,
      "u.cjs": `exports.v = "u" + require("./m.cjs");`,
      "m.cjs": "module.exports = 1;",
    });
    assert.equal(await it.ask(), "got u1au1");
    await it.save({ "b.mjs": b(`"./c/a.json", { with: { type: "json" } }`) });
    it.self.delete("c/a.js");
    await it.program.errorOutput(/a\.js: /);
    it.self.delete("m.cjs");
    await it.program.errorOutput(/m\.cjs: not updated: /);
    it.self.write("u.cjs", "exports.v = 2;");
    await it.answers(/^got 2json$/);
  });

  test(`who is imported no more does not ask for what is gone (${nameOf(way)})`, async (t) => {
    const it = await start(
      t,
      way,
      {
        "b.mjs": `import { late } from "./a.mjs"; import u from "./u.cjs"; export default async () => u.v + (await late()).default;`,
        "a.mjs": `export const late = () => import("./x.cjs");`,
        "x.cjs": `module.exports = "x" + require("./u.cjs").v;`,
        "u.cjs": `exports.v = "u" + require("./m.cjs");`,
        "m.cjs": "module.exports = 1;",
      },
      { watch: false },
    );
    const tell = async (/** @type {string} */ name, /** @type {RegExp} */ report) => {
      const from = it.program.stderr.length;
      change(it, name);
      await until(() => report.test(it.program.stderr.slice(from)), String(report));
    };
    assert.equal(await it.ask(), "got u1xu1");
    it.self.write(
      "b.mjs",
      `import next from "./next.mjs"; import u from "./u.cjs"; export default async () => u.v + next;`,
    );
    await tell("b.mjs", /b\.mjs: not updated: /);
    for (const name of ["a.mjs", "x.cjs", "m.cjs"]) it.self.delete(name);
    // Of a.mjs, to which nothing that is saved leads, nobody tells.
    await tell("x.cjs", /x\.cjs: not updated: /);
    await tell("m.cjs", /m\.cjs: not updated: /);
    it.self.write("next.mjs", `export default "next";`);
    it.self.write("u.cjs", "exports.v = 2;");
    await tell("u.cjs", /loaded anew/);
    assert.equal(await it.ask(), "got 2next");
  });
}

for (const way of ways) {
  test(`CommonJS that Node has only linked is not evaluated by asking whose it is (${nameOf(way)})`, async (t) => {
    const it = await start(
      t,
      way,
      {
        "b.mjs": `await import("broken").catch(() => {}); export default async () => globalThis.x;`,
        "node_modules/broken/index.mjs": `import "../../x.cjs"; import "./nowhere.mjs";`,
        "node_modules/broken/package.json": `{ "exports": "./index.mjs" }`,
        "x.cjs": "globalThis.x = 1;",
      },
      { watch: false },
    );
    assert.equal(await it.ask(), "got undefined");
    change(it, "x.cjs");
    it.self.write("b.mjs", `export default async () => "b" + globalThis.x;`);
    change(it, "b.mjs");
    await it.program.errorOutput(/b\.mjs: loaded anew/);
    assert.equal(await it.ask(), "got bundefined");
    assert.doesNotMatch(it.program.stderr, /full reload/);
  });
}
