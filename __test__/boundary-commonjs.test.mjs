// CommonJS files below a boundary: after a change the next import() of the boundary evaluates them anew, too.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

const get = `(await import("./app.mjs", { with: { hot: "true" } })).read()`;

test("CommonJS required below a boundary", async (t) => {
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main("", get),
      "app.mjs": `import c from "./c.cjs"; console.log("eval app"); export const read = () => c.v;`,
      "c.cjs": `console.log("eval c"); module.hot.dispose(() => console.log("dispose c")); exports.v = require("./d.cjs").v;`,
      "d.cjs": "exports.v = 1;",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1");
  it.log();
  await it.save({ "d.cjs": "exports.v = 2;" });
  assert.deepEqual(it.log(), ["invalidated d.cjs c.cjs app.mjs", "dispose c"]);
  await it.ask();
  assert.deepEqual(it.log(), ["eval c", "eval app", "got 2"]);
  await it.ask();
  assert.deepEqual(it.log(), ["got 2"]);
  await it.save({ "c.cjs": `exports.v = "c" + require("./d.cjs").v;` });
  await it.ask();
  assert.deepEqual(it.log().slice(-2), ["eval app", "got c2"]);
  await it.save({ "d.cjs": `exports.v = 3;` });
  await it.ask();
  assert.deepEqual(it.log().slice(-2), ["eval app", "got c3"]);
});

for (const [how, app] of [
  ["an ES module", `import c from "./c.cjs"; export const read = () => c.v;`],
  ["CommonJS", `import b from "./b.cjs"; export const read = () => b.v;`],
]) {
  test(`what CommonJS below a boundary hands on and keeps, imported by ${how}`, async (t) => {
    const c = (/** @type {number} */ n) => `
      const { hot } = module;
      const kept = hot.keep("it", () => ({ since: ${n} }));
      exports.v = [${n}, hot.data.from, kept.since].join();
      hot.dispose((data) => { data.from = ${n}; });`;
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main("", get),
        "app.mjs": app,
        "b.cjs": `exports.v = require("./c.cjs").v;`,
        "c.cjs": c(1),
      },
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1,,1");
    await it.save({ "c.cjs": c(2) });
    assert.equal(await it.ask(), "got 2,1,1");
    await it.save({ "c.cjs": c(3) });
    assert.equal(await it.ask(), "got 3,2,1");
  });
}

for (const nodeArguments of [["--import", "hot-hook/register"], []]) {
  const how = nodeArguments.length > 0 ? "under register" : "by hot.init";
  test(`a CommonJS boundary, or what it requires, that does not parse (${how})`, async (t) => {
    const before = nodeArguments.length > 0 ? "" : "await hot.init(import.meta.url);";
    const of = `(await import("./app.cjs", { with: { hot: "true" } })).default`;
    const app = (/** @type {string} */ text) => `module.exports = require("./c.cjs").v + "${text}";`;
    const it = new BoundaryProgram(t, {
      nodeArguments,
      files: { "main.js": main("", of, before), "app.cjs": app("a"), "c.cjs": "exports.v = 1;" },
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1a");
    for (const [name, text, words, good, shown] of /** @type {const} */ ([
      ["c.cjs", "exports.v = = 2;", /c\.cjs:1:13\n> 1 \| /, "exports.v = 2;", "2a"],
      ["app.cjs", "module.exports = = 2;", /app\.cjs:1:18\n> 1 \| /, app("b"), "2b"],
    ])) {
      const before = await it.ask();
      const said = await it.refused({ [name]: text }, /goes on/);
      assert.match(said, words);
      assert.equal(await it.ask(), before);
      await it.save({ [name]: good });
      assert.equal(await it.ask(), `got ${shown}`);
    }
  });
}

test("CommonJS that is evaluated for a version of its importer which could not follow it is nobody's afterwards", async (t) => {
  const left = `module.exports = require("./below.cjs").v;`;
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main("", `(await import("./app.mjs", { with: { hot: "true" } })).default`),
      "app.mjs": `export { default } from "./member.mjs";`,
      "member.mjs": `import "./other.mjs"; import left from "./left.cjs"; export default left;`,
      "other.mjs": `import "./member.mjs";`,
      "left.cjs": left,
      "below.cjs": "exports.v = 1;",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1");
  // It is linked anew, and evaluated by the next import(). Until then a member of its cycle does not parse, and something else is saved.
  await it.save({ "left.cjs": `${left} //` });
  await it.refused({ "other.mjs": `import "./member.mjs"; export {` }, /other\.mjs: not updated/);
  await it.save({ "left.cjs": `module.exports = "left " + require("./below.cjs").v;` });
  assert.equal(await it.ask(), "got left 1");
  await it.save({ "other.mjs": `import "./member.mjs"; //` });
  assert.equal(await it.ask(), "got left 1");
  await it.save({ "below.cjs": "exports.v = 2;" });
  assert.equal(await it.ask(), "got left 2");
  assert.doesNotMatch(it.program.stderr, /full reload/);
});

for (const nodeArguments of [["--import", "hot-hook/register"], []]) {
  const how = nodeArguments.length > 0 ? "under register" : "by hot.init";
  test(`names that CommonJS passes on, and that change before somebody evaluates it (${how})`, async (t) => {
    const c = (/** @type {number} */ n) => `export * from "./d.cjs"; export const c = ${n};`;
    const app = (/** @type {string} */ name) =>
      `import * as all from "./c.cts"; import { ${name} } from "./c.cts"; export const read = () => [${name}, "b" in all, "x" in all].join();`;
    const init = "await hot.init(import.meta.url, {});";
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main("", get, nodeArguments.length > 0 ? "" : init),
        "app.mjs": app("a"),
        "c.cts": c(1),
        "d.cjs": "exports.a = 1; exports.b = 1;",
      },
      nodeArguments,
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1,true,false");
    await it.save({ "c.cts": c(2) });
    await it.save({ "d.cjs": "exports.a = 2;" });
    assert.equal(await it.ask(), "got 2,false,false");
    await it.save({ "c.cts": c(3) });
    await it.save({ "d.cjs": "exports.a = 3; exports.x = 'x';" });
    await it.save({ "app.mjs": app("x") });
    assert.equal(await it.ask(), "got x,false,true");
  });
}

test("what passes on names of a file that is broken holds back nothing else", async (t) => {
  const it = new BoundaryProgram(t, {
    files: {
      "main.js": main(
        "",
        `[(await import("./b1.mjs")).v, (await import("./b2.mjs")).v].join()`,
        `await hot.init(import.meta.url, { boundaries: ["./b1.mjs", "./b2.mjs"] });`,
      ),
      "b1.mjs": `import { d } from "./c.cjs"; export const v = d;`,
      "b2.mjs": `import u from "./u.mjs"; export const v = u;`,
      "c.cjs": `module.exports = { ...require("./d.cjs") };`,
      "d.cjs": "exports.d = 1;",
      "u.mjs": "export default 1;",
    },
    nodeArguments: [],
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1,1");
  await it.save({ "c.cjs": `module.exports = { ...require("./d.cjs"), c: 1 };` });
  await it.refused({ "d.cjs": "exports.e = (" }, /d\.cjs: not updated/);
  await it.save({ "u.mjs": "export default 2;" });
  assert.doesNotMatch(it.program.stderr, /u\.mjs: not updated/);
});
