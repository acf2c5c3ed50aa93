// What sync.*, resync and hmr() tell of what a module has thrown has the hint that reports of import.meta.hot have, below the lines of
// code: at the first load and at a save, in the error that is given, and on standard error.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** By what is wrong: the files, and what stands between words and frames. @type {Record<string, [files: Record<string, string>, shown: string]>} */
const cases = {
  "what only CommonJS has": [
    { "x.mjs": `export const v = 1;\nrequire("node:fs");` },
    `  1 | export const v = 1;
> 2 | require("node:fs");
    | ^
An ES module has no require: use import, or createRequire(import.meta.url) of node:module`,
  ],
  "the same in what it imports": [
    { "x.mjs": `import "./y.mjs"; export const v = 1;`, "y.mjs": "console.log(\n  __dirname);" },
    `  1 | console.log(
> 2 |   __dirname);
    |   ^
An ES module has no __dirname: use import.meta.dirname`,
  ],
  "what is read too early in a cycle of imports": [
    {
      "x.mjs": `import { w } from "./y.mjs"; export const v = 1; export { w };`,
      "y.mjs": `import { v } from "./z.mjs";\nexport const w = v + 1;`,
      "z.mjs": `export { v } from "./x.mjs";`,
    },
    `  1 | import { v } from "./z.mjs";
> 2 | export const w = v + 1;
    |                  ^
These import each other: y.mjs → z.mjs → x.mjs → y.mjs; y.mjs is evaluated before 'v' is there`,
  ],
  "what is read too early in no cycle": [
    { "x.mjs": "export const v = w;\nconst w = 1;" },
    `> 1 | export const v = w;
    |                  ^
  2 | const w = 1;`,
  ],
};

/** How it is told: a program that prints the stacks of errors, or prints the errors. */
const ways = {
  "sync.import": `const sync = new Heatsync(); sync.events.on("error", told);
    let x; const ask = async () => (x ??= await sync.import("./x.mjs")).v;`,
  "sync.require": `const sync = new Heatsync(); sync.events.on("error", told);
    let x; const ask = async () => (x ??= sync.require("./x.mjs")).v;`,
  resync: `const sync = new Heatsync({ watchFS: false }); sync.events.on("error", told);
    let x; const ask = async () => { if (!x) return (x = await sync.import("./x.mjs")).v; await sync.resync("./x.mjs").catch(() => {}); return x.v; };`,
  "hmr()": `let v; hmr("./x.mjs", "./x.mjs", (x) => { v = x.v; }); const ask = async () => v;`,
};

for (const [way, asks] of Object.entries(ways)) {
  for (const [name, [files, shown]] of Object.entries(cases)) {
    test(`${way}: ${name}`, async (t) => {
      const good = (/** @type {string} */ v) => ({
        "x.mjs": `export const v = "${v}";`,
        "y.mjs": "export {};",
        "z.mjs": "export {};",
      });
      const self = project(t, {
        "main.mjs": `import Heatsync, { hmr } from "heatsync-rs";
          const told = ({ stack }) => console.log("told " + JSON.stringify(stack)); ${asks}
          let last; (async function again() {
            try { const v = await ask(); if (v !== last) console.log("v " + (last = v)); } catch (error) { if (last !== "none") told(error); last = "none"; }
            setTimeout(again, 20);
          })();`,
      });
      for (const when of ["first", "save"]) {
        for (const [file, text] of Object.entries({
          ...good("start"),
          ...(when === "first" ? files : {}),
        }))
          self.write(file, text);
        const program = self.run("main.mjs");
        if (when === "save") {
          await program.line("v start");
          // What is new of it first, or it would be an update that imports what is not there.
          for (const [file, text] of Object.entries(files).reverse()) self.write(file, text);
        }
        if (way === "hmr()") {
          await program.errorOutput("waiting for changes");
          assert.ok(program.stderr.includes(`\n${shown}\n    at file:`), `${when}: ${program.stderr}`);
        } else {
          const stack = JSON.parse((await program.line(/^told /)).slice("told ".length));
          assert.ok(stack.includes(`\n${shown}\n    at file:`), `${when}: ${stack}`);
        }
        await self.olderThanNow();
        for (const [file, text] of Object.entries(good("mended")).reverse()) self.write(file, text);
        await program.line("v mended");
        await program.end();
      }
    });
  }
}
