// What does not parse or link is told by sync.* and hmr() without frames of ours: they say nothing of the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const OF_SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
  sync.events.on("error", (error) => { console.error(error); console.log("told"); });`;

/** @type {Record<string, (file: string) => string>} */
const WAYS = {
  "sync.import": (file) => `${OF_SYNC} await sync.import("./${file}"); console.log("up");`,
  "sync.require": (file) => `${OF_SYNC} sync.require("./${file}"); console.log("up");`,
  "hmr()": (file) => `import { hmr } from "heatsync-rs"; const { error } = console;
    console.error = (...words) => { error(...words); if (words[0] instanceof Error) console.log("told"); };
    await hmr("./${file}", ".", () => {}).ready; console.log("up");`,
};

/** What is wrong, and what is then said of it. @type {Record<string, [text: string, words: RegExp][]>} */
const FAULTS = {
  "dep.mjs": [
    ["export const v = ;", /SyntaxError: Unexpected token.*\n {4}at .*dep\.mjs:1:18/],
    [
      `import { none } from "./there.mjs";`,
      /SyntaxError: The requested module '\.\/there\.mjs' does not provide an export named 'none'/,
    ],
  ],
  "dep.ts": [["export const v: number = ;", /SyntaxError: Unexpected token\n {4}at .*dep\.ts:1:26/]],
  "dep.cjs": [["exports.v = ;", /SyntaxError: Unexpected token.*\n {4}at .*dep\.cjs:1:13/]],
};

for (const [way, program] of Object.entries(WAYS)) {
  for (const [file, faults] of Object.entries(FAULTS)) {
    if (way === "sync.require" && file !== "dep.cjs") continue;
    test(`${way}: ${file}`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": `${program(file)} setInterval(() => {}, 1000);`,
        "there.mjs": "export const there = 1;",
        [file]: "",
      });
      const running = self.run("main.mjs");
      await running.line("up");
      for (const [text, words] of faults) {
        const before = running.stderr.length;
        self.write(file, text);
        await running.line("told");
        await running.waitFor(() => words.test(running.stderr.slice(before)), String(words));
        assert.doesNotMatch(running.stderr, /\/runtime\/|LoadError|problem:/);
      }
    });
  }
}

test("hmr(): a file that is gone is told of in Node's words", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `${WAYS["hmr()"]("dep.mjs")} setInterval(() => {}, 1000);`,
    "dep.mjs": "export const v = 1;",
  });
  const running = self.run("main.mjs");
  await running.line("up");
  self.write("dep.mjs", "export const v = 2;");
  self.delete("dep.mjs");
  await running.line("told");
  assert.match(running.stderr, /Cannot find module '.*dep\.mjs'/);
  assert.doesNotMatch(running.stderr, /\/runtime\/|os error/);
});
