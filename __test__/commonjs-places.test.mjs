// Files that come and go below CommonJS: Node remembers where a request led, and a program is not to.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { saveAtOnce, start, startWithout } from "./support/hot-graph.mjs";
import { until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";
import { started, ways } from "./support/ways.mjs";

const requiring = (/** @type {number} */ n) => `module.exports = ${n} + require("./m");`;

/**
 * Files are watched, and what is saved is live.
 * @param {import("node:test").TestContext} t
 * @param {import("./support/ways.mjs").Way} way
 * @param {Record<string, string>} files
 */
async function watched(t, way, files) {
  const program = await started(t, way, { "c.cjs": requiring(0), ...files });
  await program.shows(1);
  program.write("c.cjs", requiring(10));
  await program.shows(11);
  return program;
}

for (const way of ways) {
  test(`${way}: a file becomes a folder, and its importer is saved`, async (t) => {
    const program = await watched(t, way, { "m.js": "module.exports = 1;" });
    program.delete("m.js");
    program.write("m/index.js", "module.exports = 2;");
    program.write("c.cjs", requiring(20));
    await program.shows(22);
    program.write("m/index.js", "module.exports = 3;");
    await program.shows(23);
  });

  test(`${way}: a file becomes a folder in one go`, async (t) => {
    const program = await watched(t, way, {
      "m.js": "module.exports = 1;",
      "next/index.js": "module.exports = 2;",
    });
    program.delete("m.js");
    fs.renameSync(program.path("next"), program.path("m"));
    await program.shows(12);
    program.write("m/index.js", "module.exports = 3;");
    await program.shows(13);
  });

  test(`${way}: a file is deleted, and comes as a folder later`, async (t) => {
    const program = await watched(t, way, { "m.js": "module.exports = 1;" });
    program.delete("m.js");
    await program.says(/Cannot find module|not there any more/);
    program.write("m/index.js", "module.exports = 2;");
    await program.shows(12);
    program.write("m/index.js", "module.exports = 3;");
    await program.shows(13);
  });

  test(`${way}: a file comes that is found first, and the importer is saved`, async (t) => {
    const program = await watched(t, way, { "m/index.js": "module.exports = 1;" });
    program.write("m.js", "module.exports = 2;");
    program.write("c.cjs", requiring(20));
    await program.shows(22);
    program.write("m.js", "module.exports = 3;");
    await program.shows(23);
  });

  test(`${way}: what is required is deleted: the old version goes on, until its importer can do without`, async (t) => {
    const program = await watched(t, way, { "m.js": "module.exports = 1;" });
    program.delete("m.js");
    await program.says(/Cannot find module|not there any more/);
    assert.equal(await program.shown(), 11);
    program.write("c.cjs", `try { require("./m"); } catch (error) { module.exports = error.code; }`);
    await program.shows("MODULE_NOT_FOUND");
  });
}

test("what can be done without is gone, and is to be read by nobody (hot.init, sync.import)", async (t) => {
  for (const way of /** @type {const} */ (["sync.import", "hot.init"])) {
    const text = `let v; try { v = require("./local"); } catch (error) { v = error.code; } module.exports = v;`;
    const program = await started(t, way, { "c.cjs": text, "local.js": "module.exports = 1;" });
    await program.shows(1);
    program.delete("local.js");
    await program.shows("MODULE_NOT_FOUND");
    assert(!fs.existsSync(program.path("local.js")));
  }
});

test("a folder whose package.json names what is gone is no end of the program", async (t) => {
  const program = await watched(t, "sync.import", {
    "m/package.json": `{ "main": "./one.js" }`,
    "m/one.js": "module.exports = 1;",
  });
  program.delete("m/one.js");
  program.write("c.cjs", "module.exports = 2;");
  await program.shows(2);
});

test("a version that goes on has what it has required, though the file is gone (sync.require)", async (t) => {
  const { project, load, errors, save } = syncProject(t, {
    "routes.js": `const { sum } = require("./sum.js"); exports.eager = () => sum(1);
      exports.lazy = () => require("./sum.js").sum(2); exports.other = () => require("./none.js");`,
    "sum.js": "exports.sum = (n) => n + 1;",
  });
  const routes = load("./routes.js");
  assert.deepEqual([routes.eager(), routes.lazy()], [2, 3]);
  for (const by of [1, 10]) {
    const before = errors.length;
    project.delete("sum.js");
    await until(() => errors.length > before, "the error");
    assert.equal(errors[before].code, "MODULE_NOT_FOUND");
    assert.deepEqual([routes.eager(), routes.lazy()], [1 + by, 2 + by]);
    assert.throws(() => routes.other(), { code: "MODULE_NOT_FOUND" });
    // A version that is saved now has no such thing.
    project.write("routes.js", `exports.lazy = () => require("./sum.js");`);
    await until(() => routes.eager === undefined, "the new version");
    assert.throws(() => routes.lazy(), { code: "MODULE_NOT_FOUND" });
    project.write("sum.js", "exports.sum = (n) => n + 10;");
    await save(
      "routes.js",
      `const { sum } = require("./sum.js"); exports.eager = () => sum(1); exports.other = () => require("./none.js");
       exports.lazy = () => require("./sum.js").sum(2);`,
    );
    assert.deepEqual([routes.eager(), routes.lazy()], [11, 12]);
  }
});

// The file that is gone is told of after 80 ms, and what came in its place was asked for, in the same folder, before anybody had told of that.
test("what another file has found again in the meantime leads elsewhere for who has what is gone (import.meta.hot)", async (t) => {
  const files = {
    "root.mjs": `import { c } from "./c.cjs"; import { x } from "./x.mjs"; import "./o.mjs"; export const v = () => [c(), x];`,
    "c.cjs": `exports.c = () => require("./m").n;`,
    "m.js": "exports.n = 1;",
    ...{ "x.mjs": "export const x = 1;", "o.mjs": "", none: "" },
  };
  const program = await startWithout(t, files, "[1,1]", "m.js", { "o.mjs": "export {};" });
  const other = `process.getBuiltinModule("node:module").createRequire(process.cwd() + "/other.cjs").resolve("./m")`;
  assert.equal(await program.ask(`fs.writeFileSync("m.json", '{"n":2}'), ${other}`), "m.json");
  await saveAtOnce(program, { "x.mjs": "export const x = 2;", none: null });
  await program.shows("[2,2]");
});

// Node has an entry of its own for the folder still, which it drops when that is asked for while the file is not in its cache. By then an
// ES module that left the graph has one of ours there.
/** @type {[what: string, user: string, from: string, into: Record<string, string>][]} */
const MOVES = [
  ["JSON", "c.cjs", "index.js", { "b/m.json": `{ "n": 2 }` }],
  ["TypeScript", "c.cts", "index.ts", { "b/m.ts": "export const n: number = 2;" }],
];
for (const [what, user, from, into] of MOVES) {
  test(`a folder becomes ${what}, and its module was deleted from require.cache (import.meta.hot)`, async (t) => {
    const requiring = `exports.c = () => require("../b/m").n;`;
    const files = {
      "package.json": `{ "type": "module" }`,
      "root.mjs": `import { c } from "./a/${user}"; import * as m from "./b/m/${from}"; export const v = () => [c(), m.n];`,
      [`a/${user}`]: requiring,
      [`b/m/${from}`]: "export const n = 1;",
    };
    const program = await start(t, files);
    await program.shows("[1,1]");
    const cache = `process.getBuiltinModule("node:module")._cache`;
    const ofFolder = `Object.keys(${cache}).find((it) => it.endsWith(${JSON.stringify(path.join("b", "m", from))}))`;
    assert.equal(await program.ask(`delete ${cache}[${ofFolder}], ${ofFolder}`), "undefined");
    program.said();
    await saveAtOnce(program, {
      "root.mjs": `import { c } from "./a/${user}"; export const v = () => [c()];`,
      [`a/${user}`]: `${requiring} //`,
      [`b/m/${from}`]: null,
      ...into,
    });
    const { pruned } = await program.program.value("result");
    assert.deepEqual(pruned, [`b/m/${from}`]);
    await program.ask("isTold()");
    assert.equal(await program.ask("shown()"), "[2]");
  });
}
