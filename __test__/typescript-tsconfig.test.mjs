// A tsconfig that is edited while the modules it governs run: those of which it makes something else are updated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { until } from "./support/project.mjs";
import { reloaded, syncProject } from "./support/sync.mjs";

/** @param {Record<string, unknown>} compilerOptions @param {object} [rest] */
const config = (compilerOptions, rest = {}) => JSON.stringify({ ...rest, compilerOptions });
const assigned = (/** @type {boolean} */ it) => config({ useDefineForClassFields: !it });

const module = JSON.stringify({ type: "module" });
/** Is told apart by how fields are made. @param {string} name */
const fields = (name) =>
  `say("${name} runs"); class A { a?: number } export const ${name}: boolean = "a" in new A();`;

/** How often the program was told of a refused tsconfig. @param {{ stderr: string }} program */
const refusals = (program) => program.stderr.split("is not taken").length - 1;

test("ES modules: what is compiled to something else is evaluated, in one update", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": assigned(false),
    "main.ts": `
      import { a } from "./a"; import { b } from "./b"; import { c } from "./c.js";
      (globalThis as any).seen = () => [a, b, c].join();
      import.meta.hot!.accept(["./a", "./b", "./c.js"], () => say("told"));
      declare const say: (text: string) => void;`,
    "a.ts": fields("a"),
    "b.ts": fields("b"),
    "c.ts": `say("c runs"); export const c: number = 1;`,
  });
  said();
  assert.equal(await ask("seen()"), "true,true,1");
  const result = await save({ "tsconfig.json": assigned(true) });
  assert.deepEqual(result.files.sort(), ["a.ts", "b.ts"]);
  assert.deepEqual(said().sort(), ["a runs", "b runs", "told"]);
  assert.equal(await ask("seen()"), "false,false,1");
  // What changes nothing evaluates nothing: the next update is the one after.
  const next = await save({
    "tsconfig.json": config({ useDefineForClassFields: false, strict: true, noEmit: true }),
    "c.ts": `say("c runs"); export const c: number = 2;`,
  });
  assert.deepEqual(next.files, ["c.ts"]);
  assert.deepEqual((await save({ "tsconfig.json": assigned(false) })).files.sort(), ["a.ts", "b.ts"]);
  assert.equal(await ask("seen()"), "true,true,2");
});

test("paths of a tsconfig that is extended", async (t) => {
  const base = (/** @type {string} */ folder) => config({ paths: { "lib/*": [`./${folder}/*`] } });
  const { ask, save } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": config({}, { extends: "./config/base.json" }),
    "config/base.json": base("../one"),
    "main.ts": `
      import { v } from "./v"; import { w } from "./w";
      (globalThis as any).seen = () => v + w;
      import.meta.hot!.accept(["./v", "./w"]);`,
    "v.ts": `export { v } from "lib/v";`,
    "w.ts": `import { type W } from "lib/w"; export const w: W = " w";`,
    "one/v.ts": `export const v: string = "one";`,
    "one/w.ts": "export type W = string;",
    "two/v.ts": `export const v: string = "two";`,
    "three/v.ts": `export const v: string = "three";`,
  });
  assert.equal(await ask("seen()"), "one w");
  assert.deepEqual((await save({ "config/base.json": base("../two") })).files, ["v.ts"]);
  assert.equal(await ask("seen()"), "two w");
  await save({ "tsconfig.json": base("three") });
  assert.equal(await ask("seen()"), "three w");
  await save({ "three/v.ts": `export const v: string = "3";` });
  assert.equal(await ask("seen()"), "3 w");
});

test("a broken tsconfig: one message, the old one holds, the next good one goes live", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": assigned(false),
    "main.ts": `import { a } from "./a"; (globalThis as any).seen = () => a; import.meta.hot!.accept("./a");`,
    "a.ts": fields("a"),
  });
  self.write("tsconfig.json", `{\n  "compilerOptions": {\n    "target" "es2020"\n  }\n}`);
  await until(() => refusals(program) > 0, "a message");
  assert.match(program.stderr, /tsconfig\.json:3:14 is not taken, what it said before still holds: expected/);
  assert.match(program.stderr, /^> 3 \| {5}"target" "es2020"$/m);
  assert.equal(await ask("seen()"), "true");
  // Meanwhile files go on as they did.
  await save({ "a.ts": `${fields("a")}\n// edited` });
  assert.equal(await ask("seen()"), "true");
  self.write("tsconfig.json", config({}, { extends: "./base.json" }));
  await until(() => refusals(program) > 1, "another message");
  assert.match(program.stderr, /base\.json' *, which is not there/);
  await save({ "base.json": assigned(true) });
  assert.equal(await ask("seen()"), "false");
  assert.equal(refusals(program), 2);
});

test("a tsconfig that appears, and goes", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": assigned(false),
    "main.ts": `import { a } from "./src/a"; (globalThis as any).seen = () => a; import.meta.hot!.accept("./src/a");`,
    "src/a.ts": fields("a"),
  });
  await save({ "src/tsconfig.json": assigned(true) });
  assert.equal(await ask("seen()"), "false");
  self.delete("src/tsconfig.json");
  await program.value("result");
  assert.equal(await ask("seen()"), "true");
});

test("a version that throws is not kept, and not tried again", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": assigned(false),
    "main.ts": `import { a } from "./a"; (globalThis as any).seen = () => a; import.meta.hot!.accept("./a");`,
    "a.ts": `class A { a?: number } export const a = "a" in new A(); if (!a) throw new Error("none");`,
  });
  const failed = await save({ "tsconfig.json": assigned(true) });
  assert.equal(failed.type, "evaluationError");
  assert.equal(await ask("seen()"), "true");
  // Back to what runs: nothing to do.
  await save({
    "tsconfig.json": assigned(false),
    "a.ts": "export const a: string = 'edited';",
  });
  assert.equal(await ask("seen()"), "edited");
  assert.equal(program.lines.filter((line) => line.startsWith("result")).length, 2);
});

test("CommonJS under register, and where it requires from", async (t) => {
  const paths = (/** @type {string} */ folder) => config({ paths: { "lib/*": [`./${folder}/*`] } });
  const { ask, save } = await hotProgram(t, {
    "tsconfig.json": paths("one"),
    "main.cts": `
      let a = require("./a.cts"), b = require("./b.cts");
      (globalThis as any).seen = () => [a.v, a.late(), b.isDefined].join();
      module.hot.accept(["./a.cts", "./b.cts"], ([newA, newB]: any[]) => { a = newA ?? a; b = newB ?? b; });
      export {};`,
    "a.cts": `import { v } from "lib/v"; exports.v = v; exports.late = () => require("lib/late");`,
    "b.cts": `class A { a?: number } export const isDefined = "a" in new A();`,
    "one/v.ts": `export const v: string = "one";`,
    "one/late.ts": `module.exports = "late one";`,
    "two/v.ts": `export const v: string = "two";`,
    "two/late.ts": `module.exports = "late two";`,
  });
  assert.equal(await ask("seen()"), "one,late one,true");
  assert.deepEqual((await save({ "tsconfig.json": paths("two") })).files, ["a.cts"]);
  assert.equal(await ask("seen()"), "two,late two,true");
  assert.deepEqual((await save({ "tsconfig.json": paths("one") })).files, ["a.cts"]);
  assert.equal(await ask("seen()"), "one,late one,true");
  const both = { paths: { "lib/*": ["./two/*"] }, useDefineForClassFields: false };
  assert.deepEqual((await save({ "tsconfig.json": config(both) })).files.sort(), ["a.cts", "b.cts"]);
  assert.equal(await ask("seen()"), "two,late two,false");
});

test("sync.require and sync.import, with nothing preloaded", async (t) => {
  const source = `class A { a?: number } export const value = "a" in new A();`;
  const self = syncProject(t, {
    "tsconfig.json": assigned(false),
    "a.cts": source,
    "b.mts": `export { value } from "./c";`,
    "c.mts": source,
    "plain.cts":
      "export const value: number = 1; (globalThis as any).plain = ((globalThis as any).plain ?? 0) + 1;",
  });
  const [a, b] = [self.load("./a.cts"), await self.import("./b.mts")];
  self.load("./plain.cts");
  assert.deepEqual([a.value, b.value], [true, true]);
  for (const isAssigned of [true, false]) {
    const live = reloaded(self.sync, self.project.path("a.cts"), () => {});
    await reloaded(self.sync, self.project.path("b.mts"), () =>
      self.project.write("tsconfig.json", assigned(isAssigned)),
    );
    await live;
    assert.deepEqual([a.value, b.value], [!isAssigned, !isAssigned]);
  }
  assert.deepEqual(self.errors, []);
  assert.equal(/** @type {any} */ (globalThis).plain, 1);
});

test("sync.require: what is required by another of paths", async (t) => {
  const paths = (/** @type {string} */ folder) => config({ paths: { "lib/*": [`./${folder}/*`] } });
  const self = syncProject(t, {
    "tsconfig.json": paths("one"),
    "a.cts": `import { v } from "lib/v"; export const value: string = v;`,
    "one/v.cts": `export const v: string = "one";`,
    "two/v.cts": `export const v: string = "two";`,
  });
  const a = self.load("./a.cts");
  assert.equal(a.value, "one");
  await self.save("tsconfig.json", paths("two"), "a.cts");
  assert.equal(a.value, "two");
  await self.save("two/v.cts", `export const v: string = "2";`, "a.cts");
  assert.equal(a.value, "2");
  await self.save("tsconfig.json", paths("one"), "a.cts");
  assert.equal(a.value, "one");
});

test("what a package of the workspace has for all to extend", async (t) => {
  const { ask, self, save } = await hotProgram(t, {
    "package.json": module,
    "tsconfig.json": config({}, { extends: "@acme/config/base.json" }),
    "configs/package.json": JSON.stringify({ name: "@acme/config" }),
    "configs/base.json": assigned(false),
    "main.mjs": `
      globalThis.load = async () => (await import("./a.ts")).a;
      import.meta.hot.accept("./a.ts");`,
    "a.ts": fields("a"),
  });
  self.link("configs", "node_modules/@acme/config");
  assert.equal(await ask("load()"), "true");
  await save({ "configs/base.json": assigned(true) });
  assert.equal(await ask("load()"), "false");
});
