// What was refused, and comes along with another change: whether it is live then, what it waits for, and that no save of it is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";
import { until } from "./support/project.mjs";

test("what comes along though it was left out, and goes live, can be undone", async (t) => {
  const first = `export const f = 1; globalThis.again = () => import("./g.mjs"); await again();`;
  const program = await start(t, {
    "root.mjs": `import { g } from "./g.mjs"; import { f } from "./f.mjs"; export const v = [g, f];`,
    "g.mjs": "export const g = 1;",
    "f.mjs": first,
  });
  await program.shows("[1,1]");
  await program.save({
    "f.mjs": `const { g } = await import("./g.mjs"); if (g !== 2) throw new Error("g is " + g); export const f = 2;`,
  });
  program.write("g.mjs", "export const g = 2;");
  await program.shows("[2,2]");
  program.write("f.mjs", first);
  await program.shows("[2,1]");
});

test("what comes along and fails for another reason waits for that one", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { f } from "./f.mjs"; export const v = () => [f, globalThis.tries];`,
    "f.mjs": `export const f = (await import("./g.mjs")).g; globalThis.tries = 0;`,
    "g.mjs": "export const g = 1; import.meta.hot.accept();",
    "c.cjs": `throw new Error("c");`,
  });
  await program.shows("[1,0]");
  await program.save({
    "f.mjs": `import { createRequire } from "node:module"; const { g } = await import("./g.mjs"); globalThis.tries++;
      if (g !== 2) throw new Error("g"); export const f = createRequire(import.meta.url)("./c.cjs").v;`,
  });
  program.write("g.mjs", "export const g = 2; import.meta.hot.accept();");
  await program.shows("[1,2]");
  program.write("c.cjs", "exports.v = 3;");
  await program.shows("[3,3]");
});

test("what is saved as it is while its update goes on is tried again, also beside another file", async (t) => {
  const second = `if (!globalThis.isUp) { globalThis.isWaiting = true; await globalThis.waiting; throw new Error("not up"); } export const f = 2;`;
  const program = await start(t, {
    "root.mjs": `import { f } from "./f.mjs"; import { u } from "./u.mjs"; export const v = () => [f, u.n];
      globalThis.waiting = new Promise((resolve) => { globalThis.goOn = resolve; });`,
    "f.mjs": "export const f = 1;",
    "u.mjs": "export const u = { n: 1 }; import.meta.hot.accept();",
  });
  await program.shows("[1,1]");
  await program.self.olderThanNow();
  program.write("f.mjs", second);
  while ((await program.ask("String(globalThis.isWaiting)")) !== "true");
  await program.self.olderThanNow();
  program.write("f.mjs", second);
  program.write("u.mjs", "export const u = { n: 2 }; import.meta.hot.accept();");
  await program.ask(`globalThis.isUp = true; setTimeout(goOn, 300); ""`);
  await program.shows("[2,2]");
});

test("what was refused with a file that leaves the graph is tried without it", async (t) => {
  const b = (/** @type {string} */ text) =>
    `import c from "./c.cjs"; ${text} export const b = c.n; import.meta.hot.accept();`;
  const program = await start(t, {
    "root.mjs": `import { m } from "./m.mjs"; import c from "./c.cjs"; export const v = () => [m.a, c.n];`,
    "m.mjs": `import { a } from "./a.mjs"; if (a === 1) await import("./b.mjs"); export const m = { a };
      import.meta.hot.accept();`,
    "a.mjs": "export const a = 1;",
    "b.mjs": b(""),
    "c.cjs": "exports.n = 1;",
    "d.mjs": "export const d = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "a.mjs": `import "./missing.mjs"; export const a = 2;`,
    "b.mjs": b(`export { none } from "./d.mjs";`),
    "c.cjs": "exports.n = 2;",
  });
  program.write("a.mjs", "export const a = 3;");
  await program.shows("[3,2]");
});

test("what came along and is live does not wait for what it failed with before", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { f } from "./f.mjs"; import { u } from "./u.mjs"; export const v = () => [f, u.n, globalThis.times];`,
    "f.mjs": `export const f = (await import("./g.mjs")).g; globalThis.times = 0;`,
    "g.mjs": "export const g = 1; import.meta.hot.accept();",
    "u.mjs": "export const u = { n: 1 }; import.meta.hot.accept();",
    "d.cjs": `throw new Error("d");`,
  });
  await program.shows("[1,1,0]");
  await program.save({
    "f.mjs": `import { createRequire } from "node:module"; const { g } = await import("./g.mjs"); globalThis.times++;
      if (g !== 2) createRequire(import.meta.url)("./d.cjs"); export const f = g;`,
  });
  await program.save({ "g.mjs": "export const g = 2; import.meta.hot.accept();" });
  await program.shows("[2,1,2]");
  program.write("d.cjs", "exports.v = 3;");
  program.write("u.mjs", "export const u = { n: 2 }; import.meta.hot.accept();");
  await program.shows("[2,2,2]");
});

test("what is refused again before it was told of is told of", async (t) => {
  const { ask, program, self, shows, write } = await start(t, {
    "root.mjs": `import { a } from "./a.mjs"; import { b } from "./b.mjs"; export const v = [a, b];`,
    "a.mjs": `export { a } from "./gone.mjs";`,
    "gone.mjs": "export const a = 1;",
    "b.mjs": "export const b = 0;",
  });
  await shows("[1,0]");
  self.delete("gone.mjs");
  // What does not link comes along with every change, and what is saved with it waits with it.
  for (let b = 1; b < 30; b++) {
    write("b.mjs", `export const b = ${b};`);
    await ask("1");
  }
  await until(() => /gone\.mjs.*: not updated/.test(program.stderr), "the refusal");
  write("gone.mjs", "export const a = 2;");
  await shows("[2,29]");
});

test("what is refused beside something that goes live a moment later is told of", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { a } from "./a.mjs"; import { b } from "./b.mjs"; export const v = [a, b];`,
    "a.mjs": `export { a } from "./gone.mjs";`,
    "gone.mjs": "export const a = 1;",
    "b.mjs": "export const b = 0;",
  });
  await program.shows("[1,0]");
  await saveAtOnce(program, { "gone.mjs": null, "b.mjs": "export const b = 1;" });
  const { files } = await program.program.value("result");
  assert.deepEqual(files, ["gone.mjs"]);
  await program.shows("[1,1]");
  program.write("b.mjs", "export const b = 2;");
  await program.shows("[1,2]");
  await until(() => /gone\.mjs.*: not updated/.test(program.program.stderr), "the refusal");
});

for (const [name, broken] of Object.entries({
  "does not parse": "export const x = ;",
  "lacks an import": `import { none } from "./z.mjs"; export const x = none;`,
  "leads nowhere": `import "./nowhere.mjs"; export const x = 1;`,
})) {
  test(`what was declined is not said to fail for what ${name} in another file`, async (t) => {
    const { program, save, self } = await hotProgram(t, {
      "main.mjs": `import { x } from "./x.mjs"; import "./y.mjs"; import "./z.mjs"; import.meta.hot.accept(["./x.mjs", "./z.mjs"]);`,
      "x.mjs": "export const x = 1;",
      "y.mjs": "import.meta.hot.decline();",
      "z.mjs": "export {};",
    });
    assert.equal((await save({ "y.mjs": "import.meta.hot.decline(); 2;" })).type, "declined");
    const results = async (/** @type {string} */ text) => {
      self.write("x.mjs", text);
      const both = [await program.value("result"), await program.value("result")];
      return both.map(({ type, files }) => [files.join(), type]).sort();
    };
    assert.deepEqual(await results(broken), [
      ["x.mjs", "linkError"],
      ["y.mjs", "declined"],
    ]);
    // Nor beside a third one that is good.
    self.write("z.mjs", "2; export {};");
    const types = new Map();
    while (types.size < 3) {
      const { files, type } = await program.value("result");
      for (const file of files) types.set(file, type);
    }
    assert.deepEqual([...types].sort(), [
      ["x.mjs", "linkError"],
      ["y.mjs", "declined"],
      ["z.mjs", "accepted"],
    ]);
    assert.deepEqual(await results("export const x = 2;"), [
      ["x.mjs", "accepted"],
      ["y.mjs", "declined"],
    ]);
    assert.equal(program.stderr.match(/y\.mjs/g)?.length, 2, program.stderr);
  });
}

/**
 * Two modules import a name of one file, each under a query of its own, and accept themselves. The file has it no more.
 * @param {import("node:test").TestContext} t
 */
async function lackingUnderQueries(t) {
  const user = (/** @type {string} */ query) =>
    `import { v } from "./a.mjs?${query}"; globalThis.${query} = () => v; import.meta.hot.accept();`;
  const it = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import "./y.mjs";`,
    "x.mjs": user("x"),
    "y.mjs": user("y"),
    "a.mjs": "export const v = 1;",
  });
  it.self.write("a.mjs", "export const other = 2;");
  return it;
}

test("a name that a file lacks by now, and that is imported of it under two queries, is told of once", async (t) => {
  const it = await lackingUnderQueries(t);
  await it.program.errorOutput(/the old version goes on/);
  await it.ask("isTold()");
  it.self.write("a.mjs", "export const v = 3;");
  await it.shows("3,3", "[x(), y()]");
  assert.equal(it.program.stderr.match(/does not provide an export named/g)?.length, 1, it.program.stderr);
  assert.equal(it.program.lines.filter((line) => line.includes('"linkError"')).length, 1);
});

test("… and again, of the other one, once who was told of lacks it no more", async (t) => {
  const it = await lackingUnderQueries(t);
  await it.program.errorOutput(/'\.\/a\.mjs\?x' does not provide/);
  it.self.write("x.mjs", "globalThis.x = () => 0; import.meta.hot.accept();");
  await it.program.errorOutput(/'\.\/a\.mjs\?y' does not provide/);
  assert.equal(await it.ask("[x(), y()].join()"), "0,1");
});

// The engine knows of no way from the one to the other, and takes them for two failures.
for (const [name, texts] of /** @type {const} */ ([
  ["data.json", [`{ "n": 1 }`, `{ "n": 2 }`]],
  ["data.cjs", ["exports.n = 1;", "exports.n = 2;"]],
])) {
  test(`${name} that is refused because of what has imported CommonJS above it is live once that is imported no more`, async (t) => {
    const root = (/** @type {string} */ text) =>
      `${text} const a = import("./a.cjs"); export const v = async () => [(await a).default()];`;
    const program = await start(t, {
      "root.mjs": root(`await import("./other.mjs");`),
      "other.mjs": `import "./broken.mjs";`,
      "broken.mjs": `await import("./c.cjs");`,
      "a.cjs": `require("./c.cjs"); module.exports = () => require("./c.cjs").c(); module.hot.accept("./c.cjs", () => {});`,
      "c.cjs": `const data = require("./${name}"); exports.c = () => data.n;`,
      [name]: texts[0],
    });
    await program.shows("[1]");
    await saveAtOnce(program, { "broken.mjs": "const = ;", [name]: texts[1] });
    while (!(await program.program.value("result")).files.includes("broken.mjs"));
    assert.equal(await program.ask("shown()"), "[1]");
    program.write("root.mjs", root(""));
    await program.shows("[2]");
  });
}

const ADDON = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));

// Saved after the update has begun, and before it reads it: then nobody tells that it was saved.
test("what was refused, and comes along with another change, is read anew: so is tried what lacks a name of it", async (t) => {
  const root = (/** @type {number} */ n) => `import("./mid.mjs").then((it) => { globalThis.mid = it; });
    import.meta.hot.accept("./mid.mjs", (it) => { globalThis.mid = it; });
    import("./b.mjs"); import.meta.hot.accept("./b.mjs", () => {}); globalThis.root = ${n};`;
  const a = (/** @type {number} */ n) =>
    `import { b } from "./b.mjs"; export const shown = () => "${n}:" + b;`;
  const b = (/** @type {number} */ n) => `export const b = ${n}; import.meta.hot.accept();`;
  const { ask, save, shows } = await hotProgram(t, {
    "main.mjs": `import "./root.mjs"; import { createRequire } from "node:module"; import fs from "node:fs";
      import.meta.hot.accept("./root.mjs"); globalThis.times = 0;
      const { Session } = createRequire(import.meta.url)(${ADDON}), { loading } = Session.prototype;
      Session.prototype.loading = function (file, ...rest) {
        if (globalThis.text && file.endsWith("b.mjs") && ++globalThis.times === 2) {
          fs.writeFileSync(file, text);
        }
        return loading.call(this, file, ...rest);
      };`,
    "root.mjs": root(1),
    "mid.mjs": `const a = import("./a.mjs"); let it; a.then((a) => { it = a; });
      import.meta.hot.accept("./a.mjs", (a) => { it = a; }); export const shown = async () => (await a, it.shown()); import.meta.hot.accept();`,
    "a.mjs": a(1),
    "b.mjs": b(1),
  });
  await shows("1:1", "globalThis.mid?.shown()");
  assert.equal((await save({ "b.mjs": "export {};" })).type, "linkError");
  assert.equal((await save({ "a.mjs": a(2) })).type, "linkError");
  await ask(`globalThis.text = ${JSON.stringify(b(2))}`);
  await save({ "root.mjs": root(2) });
  await shows("2:2", "mid.shown()");
});

test("what threw, and comes along with who imports it by import(), is tried once", async (t) => {
  const { program, save, self } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs"; import "./other.mjs";`,
    "top.mjs": `say((await import("./broken.mjs")).v); import.meta.hot.accept();`,
    "broken.mjs": "export const v = 1;",
    "other.mjs": "import.meta.hot.accept();",
  });
  await save({ "broken.mjs": `throw new Error("broken"); export const v = 0;` });
  const computed = `await import("./broken" + ".mjs"); import.meta.hot.accept();`;
  assert.equal((await save({ "top.mjs": computed })).type, "evaluationError");
  self.write("other.mjs", "import.meta.hot.accept(); // again");
  // Another attempt would have ended before, and said nothing.
  assert.deepEqual((await program.value("result")).files, ["other.mjs"]);
});

test("… and once more, where what threw is back as it was", async (t) => {
  const { program, save, said, self } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `say((await import("./broken.mjs")).v); import.meta.hot.accept();`,
    "broken.mjs": "export const v = 1;",
  });
  await save({ "broken.mjs": `throw new Error("broken"); export const v = 0;` });
  const computed = `say("computed", (await import("./broken" + ".mjs")).v); import.meta.hot.accept();`;
  assert.equal((await save({ "top.mjs": computed })).type, "evaluationError");
  said();
  // Emptied and written, it may be seen in between.
  self.writeAtomically("broken.mjs", "export const v = 1;");
  assert.deepEqual((await program.value("result")).files, ["top.mjs"]);
  assert.deepEqual(said(), ["computed 1"]);
});

for (const [what, body] of Object.entries({
  "imports nothing": "",
  "imports another file": `await import("./other.mjs");`,
})) {
  test(`what threw, and was imported by import(), does not hold up who ${what} by now`, async (t) => {
    const top = (/** @type {string} */ text) => `${text} import.meta.hot.accept();`;
    const { said, save } = await hotProgram(t, {
      "main.mjs": `import "./top.mjs";`,
      "top.mjs": top(`say((await import("./between.mjs")).v);`),
      "between.mjs": `export { v } from "./broken.mjs";`,
      "broken.mjs": "export const v = 1;",
      "other.mjs": "",
    });
    assert.equal(
      (await save({ "broken.mjs": `throw new Error("broken"); export const v = 0;` })).type,
      "evaluationError",
    );
    // Some other name: it may be that one.
    const computed = top(`await import("./between" + ".mjs");`);
    assert.equal((await save({ "top.mjs": computed })).type, "evaluationError");
    said();
    const { type, files } = await save({ "top.mjs": top(`${body} say("without");`) });
    assert.deepEqual([type, files], ["accepted", ["top.mjs"]]);
    assert.deepEqual(said(), ["without"]);
    assert.equal(
      (await save({ "top.mjs": top(`say((await import("./broken.mjs")).v);`) })).type,
      "evaluationError",
    );
    assert.equal((await save({ "broken.mjs": "export const v = 2;" })).type, "accepted");
    assert.deepEqual(said(), ["2"]);
  });
}

test("what threw is no reason to do without it once it is mended: who imports it some other way by now meets its new version", async (t) => {
  const top = (/** @type {string} */ text) => `${text}; say("top", v); import.meta.hot.accept();`;
  const { ask, said, save, shows } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": top(`const { v } = await import("./broken.mjs")`),
    "broken.mjs": "export const v = 1;",
    "load.mjs": `export const load = () => import("./broken.mjs");`,
  });
  assert.equal(
    (await save({ "broken.mjs": `throw new Error("broken"); export const v = 2;` })).type,
    "evaluationError",
  );
  said();
  const texts = {
    "broken.mjs": "export const v = 3; globalThis.v = v;",
    "top.mjs": top(`import { load } from "./load.mjs"; const { v } = await load()`),
  };
  // At once: it is one update.
  const writes = Object.entries(texts).map((it) => `fs.writeFileSync(...${JSON.stringify(it)});`);
  await ask(`{ const fs = process.getBuiltinModule("fs"); ${writes.join(" ")} }`);
  await shows("3", "globalThis.v");
  assert.deepEqual([...new Set(said())], ["top 3"]);
});
