// A file that a program imports again under another query, to reload it by itself: a save of it is nobody's to accept, and takes no
// restart.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/** Asks each time a line comes. @param {string} query an expression */
const asks = (query) => `
  import { hot } from "heatsync-rs"; let count = 0;
  const show = async () => { const { v } = await import("./h.mjs?t=" + ${query}); console.log("v", v, process.pid); };
  hot.on("update", ({ type, files, evaluated }) => console.log("update", type, files.length, evaluated.length));
  process.stdin.on("data", show); await show(); await show();`;
const LIVE = "h.mjs: loaded anew by the next import()";

/** @param {import("node:test").TestContext} t @param {Record<string, string | object>} files */
async function startsNothing(t, files) {
  const { project, start } = runnerProject(t, files);
  const runner = start(["main.mjs"]);
  const first = await runner.line(/^v first /);
  await runner.line(first);
  project.write("h.mjs", `export const v = "second";`);
  assert.equal(await runner.line(/^(update|v) /), "update accepted 1 0", runner.stderr);
  runner.child.stdin?.write("show\n");
  assert.equal(await runner.line(/^v /), first.replace("first", "second"));
  assert.doesNotMatch(runner.stderr, /restarting/);
}

test("told so, and not that nobody accepts it", async (t) => {
  const self = project(t, { "main.mjs": asks("count++"), "h.mjs": `export const v = "first";` });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  for (let times = 0; times < 2; times++) await program.line(/^v first /);
  for (const v of ["second", "third"]) {
    self.write("h.mjs", `export const v = "${v}";`);
    // One, however many instances there are.
    assert.equal(await program.line(/^update /), "update accepted 1 0");
    program.child.stdin?.write("show\n");
    assert.match(await program.line(/^v /), new RegExp(`^v ${v} `));
  }
  // What is below it has one instance for all, and Node would not load that anew.
  self.write("below.mjs", `export const v = "below";`);
  self.write("h.mjs", `export { v } from "./below.mjs";`);
  assert.equal(await program.line(/^update /), "update accepted 1 0");
  program.child.stdin?.write("show\n");
  await program.line(/^v below /);
  self.write("below.mjs", `export const v = "other";`);
  assert.match(await program.line(/^update /), /^update unaccepted /);
  await program.errorOutput(/below\.mjs: nobody accepts it/);
  assert.equal(program.stderr.split(LIVE).length, 4, program.stderr);
  assert.doesNotMatch(program.stderr, /\bh\.mjs: nobody accepts it/);
});

const bySomethingElse = (/** @type {string} */ asking) => ({
  "main.mjs": asks("count++")
    .replace(`await import("./h.mjs?t=" +`, `await again(import.meta.resolve("./h.mjs") + "?t=" +`)
    .replace("import", `${asking}; import`),
  "node_modules/loading/package.json": { name: "loading", type: "module", exports: "./index.js" },
  "node_modules/loading/index.js": "export const again = (url) => import(url);",
  "again.cjs": "exports.again = (url) => import(url);",
  "h.mjs": `export const v = "first";`,
});

for (const [who, asking] of [
  ["a package", `import { again } from "loading"`],
  ["CommonJS", `import { again } from "./again.cjs"`],
]) {
  test(`where ${who} does, the same`, async (t) => {
    const self = project(t, bySomethingElse(asking));
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    for (let times = 0; times < 2; times++) await program.line(/^v first /);
    for (const v of ["second", "third"]) {
      self.write("h.mjs", `export const v = "${v}";`);
      assert.equal(await program.line(/^update /), "update accepted 1 0", program.stderr);
      program.child.stdin?.write("show\n");
      assert.match(await program.line(/^v /), new RegExp(`^v ${v} `));
    }
    await program.errorOutput(LIVE);
    assert.doesNotMatch(program.stderr, /nobody accepts it/);
  });

  test(`… and the runner starts nothing anew`, (t) => startsNothing(t, bySomethingElse(asking)));
}

test("queries that are written down are not asked anew", async (t) => {
  const self = project(t, {
    "main.mjs": `const all = await Promise.all([import("./h.mjs?a"), import("./h.mjs?b")]); console.log(all.map(({ v }) => v).join());
      setInterval(() => {}, 1000);`,
    "h.mjs": "export const v = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("1,1");
  self.write("h.mjs", "export const v = 2;");
  await program.errorOutput("h.mjs: nobody accepts it: main.mjs → h.mjs");
});

test("the runner starts nothing anew for it", (t) =>
  startsNothing(t, { "main.mjs": asks("count++"), "h.mjs": `export const v = "first";` }));
