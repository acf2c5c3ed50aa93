// `module.hot` as webpack documents it, where `import.meta.hot` of other tools is another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("accept(errorHandler): called when the new version threw, or what it imports, not with its exports", async (t) => {
  const a = (/** @type {string} */ more) => `
    require("./b");
    module.hot.accept((err, { moduleId, module }) => say("two", String(err), moduleId === __filename, module.exports.v));
    module.hot.accept(function onError(e) { say("named", String(e)); });
    module.hot.accept(err => say("bare", String(err)));
    module.hot.accept((error) => { throw new Error("in it"); });
    module.hot.accept((routes) => say("update", routes.v));
    module.hot.accept((overrides) => say("no error", overrides.v));
    ${more}`;
  const { program, save, said } = await hotProgram(t, {
    "main.cjs": `require("./a");`,
    "a.js": a("exports.v = 1;"),
    "b.js": "",
  });
  assert.equal((await save({ "a.js": a("exports.v = 2;") })).type, "accepted");
  assert.deepEqual(said(), ["update 2", "no error 2"]);
  for (const [name, text] of [
    ["a.js", a(`throw new Error("bad");`)],
    ["b.js", `throw new Error("bad");`],
  ]) {
    assert.equal((await save({ [name]: text })).type, "evaluationError", name);
    assert.deepEqual(said(), ["two Error: bad true 2", "named Error: bad", "bare Error: bad"]);
  }
  await program.errorOutput(/a\.js: its error handler threw: Error: in it/);
});

test("import.meta.webpackHot in an ES module: accept(errorHandler), too, where import.meta.hot is told of a version", async (t) => {
  const a = (/** @type {string} */ more) => `
    import "./b.mjs";
    import.meta.hot.accept((error) => say("update", error.v));
    import.meta.webpackHot.accept((error, { moduleId }) => say("thrown", error.message, moduleId === import.meta.filename));
    import.meta.webpackHot.accept((routes) => say("routes", routes.v));
    say(import.meta.webpackHot === import.meta.hot, Object.keys(import.meta).includes("webpackHot"));
    ${more}`;
  const { save, said } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import.meta.webpackHot.accept("./b.mjs", () => {});`,
    "a.mjs": a("export const v = 1;"),
    "b.mjs": "",
  });
  assert.deepEqual(said(), ["true false"]);
  assert.equal((await save({ "a.mjs": a("export const v = 2;") })).type, "accepted");
  assert.deepEqual(said(), ["true false", "update 2", "routes 2"]);
  assert.equal((await save({ "a.mjs": a(`throw new Error("bad");`) })).type, "evaluationError");
  assert.deepEqual(said(), ["true false", "thrown bad true"]);
});

test("accept(dependency, callback, errorHandler) says which one", async (t) => {
  const { save, said, path } = await hotProgram(t, {
    "main.cjs": `
      require("./a"), require("./b");
      module.hot.accept(["./a", "./b"], () => { throw new Error("bad"); },
        (err, { moduleId, dependencyId }) => say(err.message, moduleId, dependencyId));`,
    "a.js": "",
    "b.js": "",
  });
  await save({ "b.js": "//" });
  assert.deepEqual(said(), [`bad ${path("main.cjs")} ${path("b.js")}`]);
});

for (const [what, main, isTold] of /** @type {const} */ ([
  ["module.hot", `require("./a.cjs"); module.hot`, true],
  ["import.meta.webpackHot", `import "./a.cjs"; import.meta.webpackHot`, true],
  ["import.meta.hot", `import "./a.cjs"; import.meta.hot`, false],
])) {
  test(`${what}: the error handler of an import is ${isTold ? "" : "not "}told what that has thrown`, async (t) => {
    const entry = what === "module.hot" ? "main.cjs" : "main.mjs";
    const { program, save, said, path } = await hotProgram(t, {
      [entry]: `${main}.accept("./a.cjs", () => say("told"), (error, { dependencyId }) => {
        say(error.message, dependencyId); throw new Error("in it"); });`,
      "a.cjs": `require("./b.cjs");`,
      "b.cjs": "",
    });
    for (const [name, text] of [
      ["b.cjs", `throw new Error("bad");`],
      ["b.cjs", "// mended"],
      ["a.cjs", `throw new Error("worse");`],
    ]) {
      await save({ [name]: text });
      const message = /Error\("(.*)"\)/.exec(text)?.[1];
      assert.deepEqual(said(), !message ? ["told"] : isTold ? [`${message} ${path("a.cjs")}`] : []);
    }
    if (isTold) await program.errorOutput(/main\..js: its error handler threw: Error: in it/);
    assert.equal((await save({ "a.cjs": "// mended" })).type, "accepted");
    assert.deepEqual(said(), ["told"]);
  });
}

test("decline(dependencies): an update of these is refused, one of the module is not", async (t) => {
  const a = (/** @type {number} */ n) =>
    `require("./b"), require("./c"); module.hot.decline(["./b"]); module.hot.accept(); say("a${n}");`;
  const { save, said } = await hotProgram(t, {
    "main.cjs": `require("./a");`,
    "a.js": a(1),
    "b.js": "",
    "c.js": "",
  });
  const { type, declinedBy } = await save({ "b.js": "//" });
  assert.deepEqual([type, declinedBy, said()], ["declined", ["a.js"], []]);
  assert.equal((await save({ "c.js": "//" })).type, "accepted");
  assert.equal((await save({ "a.js": a(2) })).type, "accepted");
  assert.equal((await save({ "b.js": "// again" })).type, "declined");
});

test("other than in webpack: who is told how often, of two that accept and decline, of what was gone, of what threw", async (t) => {
  const { said, save } = await hotProgram(t, {
    "main.cjs": `
      require("./a"), require("./b"), require("./c");
      const told = (it) => say("told", it.v);
      module.hot.accept("./a", told), module.hot.accept("./b", told);
      module.hot.decline("./b");
      module.hot.accept("./c");`,
    "a.js": `require("./both"); exports.v = "a";`,
    "b.js": `require("./both"); exports.v = "b";`,
    "both.js": "",
    "c.js": `require("./d"); module.hot.accept();`,
    "d.js": `say(module.hot.data); module.hot.data.own = 1; module.hot.dispose((data) => { data.given = 2; });`,
  });
  assert.deepEqual(said(), ["{}"]);
  assert.equal((await save({ "both.js": "// saved" })).type, "accepted");
  assert.deepEqual(said(), ["told a", "told b"]);
  assert.deepEqual((await save({ "c.js": "module.hot.accept();" })).pruned, ["d.js"]);
  assert.equal((await save({ "c.js": `require("./d"); throw new Error("bad");` })).type, "evaluationError");
  assert.deepEqual(said(), ["{}"]);
  // The version before accepts itself still.
  assert.equal((await save({ "c.js": `require("./d");` })).type, "accepted");
  assert.deepEqual(said(), ["{}"]);
});
