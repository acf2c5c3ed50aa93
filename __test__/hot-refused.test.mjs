// A refused change waits, and comes again with every change that meets it: it holds up none that can do without it, and
// nothing is evaluated twice because of it. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { leftOut } from "../runtime/esm/watch/left-out.cjs";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";
import { atOnce } from "./support/observed.mjs";

const accepting = "import.meta.hot.accept();";

for (const [type, files] of Object.entries({
  declined: { "y.mjs": "import.meta.hot.decline();", "x.mjs": accepting },
  unaccepted: { "y.mjs": "", "x.mjs": accepting },
})) {
  test(`an importer that accepts itself goes live beside what was ${type}`, async (t) => {
    const { program, save, said, self, stderr } = await hotProgram(t, {
      "main.mjs": `import "./x.mjs"; import "./y.mjs";`,
      "x.mjs": `import { y } from "./y.mjs"; say("x 1, y " + y); ${files["x.mjs"]}`,
      "y.mjs": `export const y = 1; ${files["y.mjs"]}`,
    });
    assert.equal((await save({ "y.mjs": "export const y = 2;" })).type, type);
    self.write("x.mjs", `import { y } from "./y.mjs"; say("x 2, y " + y); ${accepting}`);
    // The one that waits is tried with it, and told of to programs, but not in another line.
    assert.deepEqual(
      [await program.value("result"), await program.value("result")].map((it) => [it.type, it.files]),
      [
        ["accepted", ["x.mjs"]],
        [type, ["y.mjs"]],
      ],
    );
    assert.deepEqual(said(), ["x 2, y 1"]);
    const told = await stderr();
    assert.equal(told.match(/y\.mjs: /g)?.length, 1, told);
  });
}

test("what was accepted beside what was refused is not evaluated again when that is mended", async (t) => {
  const { program, said, self } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; import.meta.hot.accept(["./a.mjs", "./b.mjs"]);`,
    "a.mjs": `import "./both.mjs"; say("a"); ${accepting}`,
    "b.mjs": `import "./both.mjs"; say("b"); ${accepting}`,
    "both.mjs": accepting,
  });
  said();
  self.write("b.mjs", `import "./both.mjs"; throw new Error("b"); ${accepting}`);
  self.write("a.mjs", `import "./both.mjs"; say("a 2"); ${accepting}`);
  self.write("both.mjs", `say("both 2"); ${accepting}`);
  /** What went live, until all of these have. @param {...string} wanted */
  const live = async (...wanted) => {
    for (const open = new Set(wanted); open.size > 0; ) {
      const { type, files } = await program.value("result");
      if (type === "accepted") for (const file of files) open.delete(file);
    }
  };
  await live("a.mjs", "both.mjs");
  assert.deepEqual(said().sort(), ["a 2", "both 2"]);
  self.write("b.mjs", `import "./both.mjs"; say("b 2"); ${accepting}`);
  await live("b.mjs");
  assert.deepEqual(said(), ["b 2"]);
});

test("what threw is not evaluated again with what it has nothing to do with, and holds that up no more", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `
      import { a } from "./a.mjs"; import { b } from "./b.mjs"; import "./c.mjs";
      import.meta.hot.accept("./a.mjs"); import.meta.hot.accept("./b.mjs");
      globalThis.seen = () => [a, b].join();`,
    "a.mjs": `import { dep } from "./dep.mjs"; export const a = 1;`,
    "dep.mjs": `export const dep = 1;`,
    "b.mjs": `export const b = 1;`,
    "c.mjs": accepting,
  });
  const throwing = `import { dep } from "./dep.mjs"; say("a 2"); if (dep === 1) throw new Error("a"); export const a = 2;`;
  assert.equal((await save({ "a.mjs": throwing })).type, "evaluationError");
  const ours = (/** @type {any} */ { type, files }) => [type, files];
  assert.deepEqual(ours(await save({ "c.mjs": `say("c 2"); ${accepting}` })), ["accepted", ["c.mjs"]]);
  assert.deepEqual(ours(await save({ "b.mjs": `say("b 2"); export const b = 2;` })), ["accepted", ["b.mjs"]]);
  assert.deepEqual(said(), ["b 2"]);
  assert.equal(await ask("seen()"), "1,2");
  // It may be what makes it throw.
  const { type, evaluated } = await save({ "dep.mjs": "export const dep = 2;" });
  assert.deepEqual([type, evaluated], ["accepted", ["dep.mjs", "a.mjs"]]);
  assert.equal(await ask("seen()"), "2,2");
});

test("of several that were given up together the one that did not throw comes along with the one that is mended", () => {
  const group = (/** @type {string[]} */ ...changed) => {
    const imports = { main: ["both", "other"], both: ["p", "q"], other: [], p: [], q: [] };
    const modules = Object.keys(imports).map((file) => ({
      ...{ file, format: "module", missing: false, reconfigured: false, changed: changed.includes(file) },
      importers: Object.entries(imports).flatMap(([importer, list]) =>
        list.includes(file) ? [importer] : [],
      ),
    }));
    return /** @type {any} */ ({ modules, boundaries: ["main"], outside: [] });
  };
  const left = (/** @type {Record<string, string[]>} */ thrown, /** @type {any[]} */ ...groups) =>
    [...leftOut(groups, (file) => thrown[file] ?? null)].sort();
  assert.deepEqual(left({ p: ["p", "q"], q: ["p", "q"] }, group("p", "q", "other")), ["p", "q"]);
  assert.deepEqual(left({ q: ["p", "q"] }, group("p", "q")), []);
  assert.deepEqual(left({ p: ["p"] }, group("p", "q")), ["p"]);
  assert.deepEqual(left({ p: ["p"], q: ["p", "q"] }, group("p", "q", "both")), []);
  // Alone they are asked for by name.
  assert.deepEqual(left({ p: ["p"] }, group("p")), []);
});

test("a file that is deleted: in words, and it may come back", async (t) => {
  const { program, said, save, self } = await hotProgram(t, {
    "main.mjs": `import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs", () => say("told " + x));`,
    "x.mjs": "export const x = 1;",
  });
  self.delete("x.mjs");
  const { error, file, type } = await program.value("result");
  assert.equal(type, "linkError");
  assert.match(error, /Cannot find module '.*x\.mjs': it is not there any more; main\.mjs imports it$/);
  assert.equal(file, "x.mjs");
  await program.errorOutput("x.mjs: not updated: Error [ERR_MODULE_NOT_FOUND]: Cannot find module");
  assert.doesNotMatch(program.stderr, /runtime\//);
  await save({ "x.mjs": "export const x = 2;" });
  assert.deepEqual(said(), ["told 2"]);
});

for (const [name, [file, specifier, first, second]] of Object.entries({
  "an ES module": ["x.mjs", `"./x.mjs"`, `export default 1; ${accepting}`, `export default 2; ${accepting}`],
  "a module with a query": [
    "x.mjs",
    `"./x.mjs?a"`,
    `export default 1; ${accepting}`,
    `export default 2; ${accepting}`,
  ],
  JSON: ["x.json", `"./x.json", { with: { type: "json" } }`, "1", "2"],
  CommonJS: [
    "x.cjs",
    `"./x.cjs"`,
    "module.exports = 1; module.hot.accept();",
    "module.exports = 2; module.hot.accept();",
  ],
})) {
  test(`${name} is deleted: import() goes on giving what was loaded, as Node does`, async (t) => {
    const asks = `() => import(${specifier}).then((it) => it.default, (error) => error.code)`;
    const { ask, program, save, self } = await hotProgram(t, {
      "main.mjs": `import "./y.mjs"; globalThis.x = ${asks}; await x(); import.meta.hot.accept(${specifier.split(",")[0]});`,
      "y.mjs": `globalThis.y = ${asks};`,
      [file]: first,
    });
    self.delete(file);
    assert.equal((await program.value("result")).type, "linkError");
    assert.equal(await ask("x()"), "1");
    // Who has not asked for it before is told that it is not there.
    assert.equal(await ask("y()"), "ERR_MODULE_NOT_FOUND");
    assert.equal((await save({ [file]: second })).type, "accepted");
    assert.equal(await ask("x()"), "2");
    assert.equal(await ask("y()"), "2");
  });
}

test("TypeScript: a deleted file and one that does not parse are told of as JavaScript is", async (t) => {
  const { program, save, self } = await hotProgram(t, {
    "main.mjs": `import { a } from "./a.ts"; globalThis.a = () => a; import.meta.hot.accept("./a.ts");`,
    "a.ts": `export { b as a } from "./b.ts";`,
    "b.ts": "export const b: number = 1;",
  });
  const broken = await save({ "b.ts": "export const a = 1;\nexport const b: = 2;" });
  assert.deepEqual([broken.type, broken.file, broken.line, broken.column], ["linkError", "b.ts", 2, 17]);
  await program.errorOutput(/b\.ts: not updated: SyntaxError: .*\n {4}at .*b\.ts:2:17\n(.*\n)*> 2 \|/);
  self.delete("b.ts");
  const { type, error } = await program.value("result");
  assert.equal(type, "linkError");
  assert.match(error, /Cannot find module '.*b\.ts': it is not there any more; a\.ts imports it$/);
});

test("a file that was imported statically is deleted: import() gives it, too", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "main.mjs": `import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs");
      globalThis.x = () => import("./x.mjs").then((it) => it.x);`,
    "x.mjs": "export const x = 1;",
  });
  self.delete("x.mjs");
  assert.equal((await program.value("result")).type, "linkError");
  assert.equal(await ask("x()"), "1");
  assert.equal((await save({ "x.mjs": "export const x = 2;" })).type, "accepted");
  assert.equal(await ask("x()"), "2");
});

for (const [name, broken] of Object.entries({
  "does not parse": "export const = 1;",
  "lacks an export": "export const other = 1;",
})) {
  test(`a file that ${name} holds up no other, although one module accepts both`, async (t) => {
    const { ask, program, said, save, self, stderr } = await hotProgram(t, {
      "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
        for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it, () => say(it));
        globalThis.read = () => [x, y].join();`,
      "x.mjs": "export const x = 1;",
      "y.mjs": "export const y = 1;",
    });
    assert.equal((await save({ "x.mjs": broken })).type, "linkError");
    self.write("y.mjs", "export const y = 2;");
    while ((await program.value("result")).type !== "accepted");
    assert.equal(await ask("read()"), "1,2");
    const told = await stderr();
    assert.equal(told.match(/x\.mjs: not updated/g)?.length, 1, told);
    said();
    self.write("x.mjs", "export const x = 3;");
    while ((await program.value("result")).type !== "accepted");
    assert.deepEqual(said(), ["./x.mjs"]);
    assert.equal(await ask("read()"), "3,2");
  });
}

test("a file that does not parse holds up none that is saved with it, although one module accepts both", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
      for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it, () => say(it));
      export const v = () => [x, y];`,
    "x.mjs": "export const x = 1;",
    "y.mjs": "export const y = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, { "x.mjs": "export const = 1;", "y.mjs": "export const y = 2;" });
  await program.shows("[1,2]");
  program.write("x.mjs", "export const x = 2;");
  await program.shows("[2,2]");
  await saveAtOnce(program, { "y.mjs": "export const = 1;", "x.mjs": "export const x = 3;" });
  await program.shows("[3,2]");
  program.write("y.mjs", "export const y = 3;");
  await program.shows("[3,3]");
  assert.deepEqual(program.said(), ["./y.mjs", "./x.mjs", "./x.mjs", "./y.mjs"]);
});

test("JSON that does not parse: in words, without frames of ours", async (t) => {
  const { program, save } = await hotProgram(t, {
    "main.mjs": `import data from "./data.json" with { type: "json" }; import.meta.hot.accept("./data.json"); say(data.value);`,
    "data.json": `{ "value": 1 }`,
  });
  const { error, type } = await save({ "data.json": `{ "value": ` });
  assert.equal(type, "linkError");
  assert.match(error, /^SyntaxError: .*data\.json: Unexpected end of JSON input$/);
  // What follows the place is the code frame, and no stack.
  await program.errorOutput(
    /not updated: SyntaxError: .*data\.json: Unexpected end of JSON input\n +at \S.*data\.json:1:12\n> 1 .*\n.*\nthe old version goes on/,
  );
});

test("a module that comes back in syntax that V8 alone takes is not what Node has of it", async (t) => {
  const { ask, save, self } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import.meta.hot.accept("./a.mjs"); globalThis.seen = () => import("./x.mjs").then(({ v }) => v, ({ name }) => name);`,
    "a.mjs": `import * as x from "./x.mjs"; globalThis.held = x;`,
    "x.mjs": "export const v = 1;",
  });
  // It is pruned, and Node has its namespace at the file's URL.
  assert.deepEqual((await save({ "a.mjs": "" })).pruned, ["x.mjs"]);
  self.write(
    "x.mjs",
    "export const v = 2; function f() {} export const later = () => { for (f() of [1]) ; };",
  );
  assert.notEqual(await ask("seen()"), "1");
  self.write("x.mjs", "export const v = 3;");
  assert.equal(await ask("seen()"), "3");
});

for (const [how, name, loads] of [
  ["require()", "shared.cjs", `createRequire(import.meta.url)("./shared.cjs")`],
  ["import()", "shared.mjs", `await import("./shared.mjs")`],
]) {
  test(`${how} of a file that changed with its importer, which another one takes the place of`, async (t) => {
    const shared = (/** @type {number} */ v) =>
      `say("shared ${v}"); ${name === "shared.cjs" ? "exports.v" : "export const v"} = ${v};`;
    const view = `import { createRequire } from "node:module"; const shared = ${loads}; export const read = () => shared.v;`;
    const { ask, said } = await hotProgram(t, {
      "main.mjs": `import { a } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); globalThis.seen = () => a();`,
      "a.mjs": `import { read } from "./view.mjs"; export const a = () => "a1 " + read();`,
      "view.mjs": view,
      [name]: shared(1),
    });
    assert.equal(await ask("seen()"), "a1 1");
    // As when another branch is checked out.
    await ask(`{
      const fs = process.getBuiltinModule("node:fs");
      fs.writeFileSync("a.mjs", 'import { read } from "./other.mjs"; export const a = () => "a2 " + read();');
      fs.writeFileSync("other.mjs", ${JSON.stringify(view)});
      fs.writeFileSync(${JSON.stringify(name)}, ${JSON.stringify(shared(2))});
      fs.rmSync("view.mjs");
    }`);
    await ask(`new Promise((done) => {
      const look = () => seen() === "a2 2" ? done() : setTimeout(look, 2);
      look();
    })`);
    assert.deepEqual(said(), ["shared 1", "shared 2"]);
  });
}

test("what was given up with what it requires is tried again with that", async (t) => {
  const a = (/** @type {number} */ v) => `
    import { createRequire } from "node:module";
    const c = createRequire(import.meta.url)("./c.cjs");
    export const a = () => "a${v} " + c.v;`;
  const { ask, program, said, self } = await hotProgram(t, {
    "main.mjs": `import { a } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); globalThis.seen = () => a();`,
    "a.mjs": a(1),
    "c.cjs": "exports.v = 1;",
  });
  assert.equal(await ask("seen()"), "a1 1");
  said();
  await ask(`{
    const fs = process.getBuiltinModule("node:fs");
    fs.writeFileSync("c.cjs", "const = ;");
    fs.writeFileSync("a.mjs", ${JSON.stringify(a(2))});
  }`);
  // Together, or one after the other: then there is nothing to be tried again.
  await program.value("result");
  self.write("c.cjs", "exports.v = 2;");
  await ask(`new Promise((done) => {
    const look = () => seen() === "a2 2" ? done() : setTimeout(look, 2);
    look();
  })`);
});

test("an edit above what does not link is live, with all that is between as it was", async (t) => {
  const a = (/** @type {number} */ version) =>
    `import { v as below } from "./b.mjs"; export const v = "a${version} " + below;`;
  const b = `import { v as below } from "./c.mjs"; export const v = "b1 " + below;`;
  const { ask, program, save, self } = await hotProgram(t, {
    "main.mjs": `import { v } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); globalThis.seen = () => v;`,
    "a.mjs": a(1),
    "b.mjs": b,
    "c.mjs": `export const v = "c1";`,
  });
  assert.equal((await save({ "c.mjs": "export const other = 1;" })).type, "linkError");
  assert.deepEqual((await save({ "a.mjs": a(2) })).evaluated, ["a.mjs"]);
  assert.equal(await ask("seen()"), "a2 b1 c1");
  const threw = await save({ "b.mjs": `${b} throw new Error("bad");` });
  assert.equal(threw.type, "evaluationError");
  assert.equal(await ask("seen()"), "a2 b1 c1");
  self.write("b.mjs", b);
  self.write("c.mjs", `export const v = "c2";`);
  // Between the two saves c.mjs may be tried once more as it was.
  while ((await program.value("result")).type !== "accepted");
  assert.equal(await ask("seen()"), "a2 b1 c2");
});

test("what failed beside what is undone goes live, though something else is refused", async (t) => {
  const a = `import { c } from "./c.mjs"; import "./x.mjs"; export const v = () => c;`;
  const program = await start(t, {
    "root.mjs": `export { v } from "./a.mjs";`,
    "a.mjs": a,
    "c.mjs": "export const c = 1;",
    "x.mjs": "",
  });
  await program.shows("1");
  assert.equal((await program.save({ "x.mjs": `import "./none.mjs";` })).type, "linkError");
  await saveAtOnce(program, { "a.mjs": `${a} throw new Error("a");`, "c.mjs": "export const c = 2;" });
  await program.program.errorOutput(/c\.mjs.*: not updated/);
  program.write("a.mjs", a);
  await program.shows("2");
});

test("what was accepted, and saved with what is refused of what import() brought, is evaluated once", async (t) => {
  for (const [type, body] of Object.entries({
    unaccepted: "export const a = 2;",
    linkError: "export const a = ;",
    evaluationError: 'throw new Error("a");',
  })) {
    const { ask, program, said, self } = await hotProgram(t, {
      "main.mjs": `import "./c.mjs"; await import("./a.mjs"); ${type === "unaccepted" ? "" : 'import.meta.hot.accept("./a.mjs");'}`,
      "a.mjs": "export const a = 1;",
      "c.mjs": `say("c 1"); ${accepting}`,
    });
    said();
    await atOnce(program, () => {
      self.write("a.mjs", body);
      self.write("c.mjs", `say("c 2"); ${accepting}`);
    });
    const results = [await program.value("result"), await program.value("result")];
    assert.deepEqual(results.map((it) => it.type).sort(), [type, "accepted"].sort());
    await ask("isTold()");
    // Whatever the save before has left to be done is done before this one, or with it.
    self.write("c.mjs", `say("c 3"); ${accepting}`);
    assert.equal((await program.value("result")).type, "accepted");
    assert.deepEqual(said(), ["c 2", "c 3"]);
  }
});
