// The examples of README.md and of the typings' comments are TypeScript's, with names and options as they are.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { project } from "./support/project.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(root, "node_modules/typescript/bin/tsc");

// What a compiler says is the same on all.
const skip = !process.versions.node.startsWith("24.") && "on Node 24";

/** What examples speak of and do not declare. */
const GLOBALS = `
  declare const sync: import("heatsync-rs").Heatsync;
  declare const Heatsync: typeof import("heatsync-rs");
  declare const app: any, cache: any, Pool: any, queue: any, router: any, server: any;
  declare const fs: typeof import("node:fs"), url: string;
  declare function poll(): void;
  declare function stats(): void;
  declare module "*.js";
  declare module "*.mjs";
`;

/** @param {string} text of a typing @returns {string[]} what follows \`@example\` in its comments */
function examplesOf(text) {
  const comments = [...text.matchAll(/\/\*\*(.*?)\*\//gs)].map(([, comment]) => comment);
  return comments.flatMap((comment) => {
    const lines = comment.replaceAll(/^ *\* ?/gm, "").replaceAll("*\\/", "*/");
    return lines.split(/^@/m).flatMap((tag) => /^example\n(.*)/s.exec(tag)?.[1] ?? []);
  });
}

/** @param {string} text of Markdown @returns {string[]} */
const blocksOf = (text) => [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);

test("every example type-checks", { skip }, async (t) => {
  const self = project(t, {
    "globals.d.ts": GLOBALS,
    "tsconfig.json": {
      compilerOptions: {
        module: "nodenext",
        target: "es2023",
        lib: ["es2023", "esnext.disposable", "dom"],
        strict: true,
        // Most examples are JavaScript.
        noImplicitAny: false,
        noEmit: true,
        skipLibCheck: true,
        types: ["node", "heatsync-rs/import-meta"],
      },
      include: ["**/*.ts", "**/*.mts", "**/*.cts"],
    },
  });
  self.link(path.relative(self.directory, path.join(root, "node_modules/@types")), "node_modules/@types");
  const names = fs.readdirSync(root).filter((name) => name.endsWith(".d.ts"));
  for (const name of ["README.md", ...names]) {
    const text = fs.readFileSync(path.join(root, name), "utf8");
    const examples = name === "README.md" ? blocksOf(text) : examplesOf(text);
    examples.forEach((code, index) => {
      const extension = code.includes("require(") ? "cts" : "mts";
      self.write(`${name.replaceAll(".", "-")}-${index + 1}.${extension}`, `${code}\nexport {};\n`);
    });
  }
  const written = fs.readdirSync(self.directory).filter((name) => /\.[cm]ts$/.test(name));
  // So that a reader of ours that finds nothing is not taken for examples that are right.
  assert.ok(written.length > 30, written.join(" "));
  const done = promisify(execFile)(process.execPath, [tsc, "-p", self.directory]);
  const { stdout } = await done.catch((error) => error);
  assert.equal(stdout, "");
});
