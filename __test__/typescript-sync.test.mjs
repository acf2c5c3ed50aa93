// TypeScript through sync.require, sync.import and hmr, without register.

import assert from "node:assert/strict";
import module from "node:module";
import { test } from "node:test";
import { inspect } from "node:util";
import { IMPORT, live, started } from "./support/observed.mjs";
import { project, until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

test("sync.require of CommonJS TypeScript follows edits of what it requires", async (t) => {
  const { load, save, errors, fail } = syncProject(t, {
    "a.cts": `import { b } from "./b.cjs"; enum E { x = 1 }\nexport const value: number = E.x + b;`,
    "b.cts": "export const b: number = 1;",
  });
  const a = load("./a.cts");
  assert.equal(a.value, 2);
  await save("b.cts", "export const b: number = 10 as number;", "a.cts");
  assert.equal(a.value, 11);
  const error = await fail("a.cts", "export const value: = 1;");
  assert.match(String(error.stack ?? error), /a\.cts:1:21/);
  assert.equal(a.value, 11);
  await save("a.cts", "export const value: number = 5;");
  assert.equal(a.value, 5);
  assert.equal(errors.length, 1);
});

test("what an edit of CommonJS TypeScript is refused for is said of TypeScript", async (t) => {
  const good = `import { sep } from "node:path";\nexport const value: string = sep;\n`;
  const { load, fail } = syncProject(t, { "a.cts": good });
  load("./a.cts");
  const error = await fail("a.cts", `${good}export function ( {`);
  assert.match(String(error.stack), /^SyntaxError: Expected function name\n +at .*a\.cts:3:17\n/);
});

// On Node 20 hooks of ours are in another thread, which is not asked (docs/typescript-notes.md).
test("sync.require of an ES module, which means sources by their outputs", {
  skip: !("registerHooks" in module),
}, async (t) => {
  const { load, save } = syncProject(t, {
    "a.mts": `import { b } from "./b.mjs"; import { c } from "./c"; export const value: string = b + c;`,
    "b.mts": `export const b: string = "b";`,
    "c.ts": `export const c: string = "c";`,
  });
  const a = load("./a.mts");
  assert.equal(a.value, "bc");
  await save("b.mts", `export const b: string = "d";`, "a.mts");
  assert.equal(a.value, "dc");
});

test("a TypeScript file asks for what it may leave out", async (t) => {
  const self = project(t, {
    "package.json": { type: "commonjs" },
    "tsconfig.json": { compilerOptions: { module: "commonjs" } },
    "a.ts": "export const a: number = 1;",
    "folder/index.ts": "export const b: number = 2;",
    "main.ts": `
      import Heatsync = require("heatsync-rs");
      const sync = new Heatsync();
      const asked = ["./a", "./a.js", "./folder"].map((id) => Object.values(sync.require(id))[0]);
      asked.push(sync.require("./a", __filename).a);
      const words: string[] = [];
      for (const from of [undefined, __dirname]) try { sync.require("./none", from); } catch (error: any) { words.push(error.message); }
      console.log(JSON.stringify([asked, words]));
      sync.dispose();`,
  });
  const program = self.run("main.ts", { nodeArguments: ["--import", "heatsync-rs/register"] });
  const [asked, words] = JSON.parse(await program.line(/^\[\[/));
  assert.deepEqual(asked, [1, 1, 2, 1]);
  // Who has asked is named, as by require().
  assert.match(
    words[0],
    /^Cannot find module '.\/none'\nRequire stack:\n- .*main\.ts\n {4}at .*main\.ts:7:61\n/,
  );
  assert.match(words[1], /^Cannot find module '.\/none'/);
});

test("sync.import of TypeScript", async (t) => {
  const self = syncProject(t, {
    "a.mts": `import { b, type T } from "./b";\nimport type { None } from "./none.js";\nexport const value: T | None = b;`,
    "b.ts": "export type T = number;\nexport enum E { one = 1 }\nexport const b: T = E.one;",
  });
  const a = await self.import("./a.mts");
  assert.equal(a.value, 1);
  await self.save("b.ts", "export type T = number;\nexport const b: T = 2;", "a.mts");
  assert.equal(a.value, 2);
  assert.deepEqual(self.errors, []);
});

test("hmr of TypeScript", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      process.on("message", () => {});
      await hmr("./mod.mts", ".", (mod) => console.log("live " + JSON.stringify(mod.value))).ready;
      console.log("ready null");`,
    "mod.mts": `import { dep } from "./dep.js"; export const value: number = dep;`,
    "dep.ts": "export const dep: number = 1;",
  });
  const program = own.run("main.mjs");
  await live(program, 1);
  await until(() => program.stdout.includes("ready"));
  own.write("dep.ts", "export enum D { two = 2 } export const dep: number = D.two;");
  await live(program, 2);
});

test("what does not parse is shown once, by sync.import and without frames of ours", async (t) => {
  const own = syncProject(t, {
    "a.ts": `export { b } from "./b.ts";`,
    "b.ts": "export const b: number = 1;",
    "c.mjs": "export const c = 1;",
  });
  const [a, c] = [await own.import("./a.ts"), await own.import("./c.mjs")];
  for (const name of ["b.ts", "c.mjs"]) {
    own.errors.length = 0;
    own.project.write(name, "export const a = 1;\nexport const b = = 2;\n");
    await until(() => own.errors.length > 0, "an error");
    const { stack } = own.errors[0];
    assert.equal(stack.split("> 2 | export const b").length, 2, stack);
    assert.match(stack, /^SyntaxError: .*\n {4}at .*:2:/);
    assert.doesNotMatch(inspect(own.errors[0]), /runtime|LoadError/);
  }
  assert.deepEqual([a.b, c.c], [1, 1]);
});

for (const [name, mod, dep] of [
  ["dep.mts", `export { value } from "./dep.mts";\n`, "export const value: number"],
  ["dep.cts", `import dep from "./dep.cts";\nexport const value: number = dep.value;\n`, "exports.value"],
]) {
  test(`sync.import follows edits of ${name} where something was preloaded, which may have registered hooks`, async (t) => {
    const files = { "preload.cjs": "", "mod.mts": mod, [name]: `${dep} = 1 as number;\n` };
    const settings = { id: "./mod.mts", nodeArguments: ["--require", "./preload.cjs"] };
    const { own, program } = await started(t, IMPORT, files, settings);
    own.write(name, `${dep} = 2 as number;\n`);
    await live(program, 2);
    own.write(name, `enum E { value = 3 }\n${dep} = = 3;\n`);
    assert.equal((await program.value("error")).file, name);
    own.write(name, `enum E { value = 3 }\n${dep} = E.value;\n`);
    await live(program, 3);
  });
}
