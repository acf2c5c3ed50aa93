// What is imported through symbolic links: a module is what the file is that the link leads to, as Node has it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** @param {string} cwd @param {string[]} words */
const run = (cwd, ...words) => execFileSync(process.execPath, words, { cwd, encoding: "utf8" });

test("a package of the workspace, in CommonJS by its tsconfig", (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "tsconfig.json": { compilerOptions: { module: "nodenext", target: "es2022" } },
    "lib/package.json": { name: "legacy", main: "main.ts" },
    "lib/tsconfig.json": { compilerOptions: { module: "commonjs", target: "es2022" } },
    "lib/main.ts": `import { help } from "./help"; class L { join() { return help(); } } export = L;`,
    "lib/help.ts": `export function help(): string { return "help"; }`,
    "main.ts": `import L from "legacy"; import M from "./lib/main.js"; console.log(new L().join(), L === M);`,
  });
  fs.symlinkSync("../lib", self.path("node_modules/legacy"), "junction");
  assert.equal(run(self.directory, "--import", "heatsync-rs/register", "main.ts"), "help true\n");
});

test("links that are named as another kind of file", { skip: process.platform === "win32" }, (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "es.js": "export const es = typeof require;",
    "common.cjs": "exports.common = typeof require;",
    "main.mjs": `
      import * as a from "./es.cjs"; import * as b from "./common.mjs"; import c from "./data.js" with { type: "json" };
      console.log(a, b.common, c);`,
    "data.json": { data: 1 },
  });
  const links = { "es.cjs": "es.js", "common.mjs": "common.cjs", "data.js": "data.json" };
  for (const [link, file] of Object.entries(links)) fs.symlinkSync(file, self.path(link));
  const expected = run(self.directory, "--no-warnings", "main.mjs");
  assert.match(expected, /undefined.*function.*data: 1/s);
  assert.equal(
    run(self.directory, "--no-warnings", "--import", "heatsync-rs/register", "main.mjs"),
    expected,
  );
});
