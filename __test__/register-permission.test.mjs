// Node's permission model makes functions of its builtins read-only, and takes away what a program may read and write.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const major = Number.parseInt(process.versions.node, 10);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

test("with permission to read and for addons a program starts, and saves go live", async (t) => {
  const x = (/** @type {string} */ value) => `export const value = ${value};`;
  const self = project(t, {
    "main.mjs": `import { value } from "./x.mjs"; import { createRequire } from "node:module";
      const say = () => console.log(value, createRequire(import.meta.url)("./y.cjs"));
      import.meta.hot.accept("./x.mjs", say); say(); setInterval(() => {}, 1000);`,
    "x.mjs": x("1"),
    "y.cjs": "module.exports = 'y';",
  });
  // A worker thread is what Node 20 runs a loader's hooks in.
  const permission = major === 20 ? ["--experimental-permission", "--allow-worker"] : ["--permission"];
  const read = [self.directory, root].map((folder) => `--allow-fs-read=${folder}`);
  const nodeArguments = [...permission, ...read, "--allow-addons", "--import", "heatsync-rs/register"];
  const program = self.run("main.mjs", { nodeArguments });
  await program.line("1 y");
  self.write("x.mjs", x("2"));
  await program.line("2 y");
  self.write("x.mjs", x(""));
  await program.errorOutput(/x\.mjs:1:22/);
  self.write("x.mjs", x("3"));
  await program.line("3 y");
  await program.end();
});

test("a program without a package.json may read nothing above itself", async (t) => {
  const self = project(t, {
    "main.mjs": `import { value } from "./x.mjs"; const say = () => console.log(value);
      import.meta.hot.accept("./x.mjs", say); say(); setInterval(() => {}, 1000);`,
    "x.mjs": "export const value = 1;",
  });
  fs.rmSync(self.path("package.json"));
  const permission = major === 20 ? ["--experimental-permission", "--allow-worker"] : ["--permission"];
  const read = [self.directory, root].map((folder) => `--allow-fs-read=${folder}`);
  const nodeArguments = [...permission, ...read, "--allow-addons", "--import", "heatsync-rs/register"];
  const program = self.run("main.mjs", { nodeArguments });
  await program.line("1");
  self.write("x.mjs", "export const value = 2;");
  await program.line("2");
  await program.end();
});

test("where there is no inspector, what a package imports natively follows, but for its names", async (t) => {
  const held = (/** @type {string} */ exports) =>
    `import.meta.hot.accept(() => globalThis.show()); export const ${exports};`;
  const self = project(t, {
    "node_modules/holder/index.js": "exports.load = (url) => import(url);",
    "main.mjs": `import { load } from "holder"; import * as own from "./held.mjs";
      const url = new URL("./held.mjs", import.meta.url).href;
      globalThis.show = async () => console.log("shown", JSON.stringify([await load(url), own]));
      await globalThis.show(); setInterval(() => {}, 1000);`,
    "held.mjs": held("a = 1"),
  });
  const permission = major === 20 ? ["--experimental-permission", "--allow-worker"] : ["--permission"];
  const nodeArguments = ["--allow-fs-read=*", "--allow-addons", "--import", "heatsync-rs/register"];
  const program = self.run("main.mjs", { nodeArguments: [...permission, ...nodeArguments] });
  await program.line('shown [{"a":1},{"a":1}]');
  self.write("held.mjs", held("a = 2, b = 2"));
  await program.line('shown [{"a":2},{"a":2,"b":2}]');
  self.write("held.mjs", held("a = 3"));
  await program.line('shown [{"a":3},{"a":3}]');
});

test("the flag that Node 20 needs is named", { skip: major > 20 && "no thread is made" }, async (t) => {
  const self = project(t, { "main.mjs": "" });
  for (const preload of ["--import", "--require"]) {
    const nodeArguments = ["--experimental-permission", "--allow-fs-read=*", "--allow-addons"];
    const program = self.run("main.mjs", {
      nodeArguments: [...nodeArguments, preload, "heatsync-rs/register"],
    });
    assert.equal((await program.exit).code, 1);
    assert.match(program.stderr, /Error: heatsync-rs .* --allow-worker/);
  }
});
