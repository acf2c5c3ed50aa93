// V8's code cache on disk: what a process compiles, the next does not; whatever is wrong with the file,
// programs do what they do without it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { project, until } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../runtime/esm/register.cjs")).href;

/** Fewer new modules than 16 are not worth a file. */
const COUNT = 20;
const names = Array.from({ length: COUNT }, (_, number) => `m${number}.mjs`);

/** A program of each kind of body: plain, with pushes, in a cycle, with top-level await. */
const modules = {
  ...Object.fromEntries(
    names.map((name, number) => [
      name,
      `export let n${number} = ${number}; export function up() { n${number} += 1; if (globalThis.fails) throw new Error("up"); }\n`,
    ]),
  ),
  "a.mjs": `import { b } from "./b.mjs"; export const a = () => 1; export const sum = () => a() + b();`,
  "b.mjs": `import { a } from "./a.mjs"; export const b = () => a() + 1;`,
  "late.mjs": `export const late = await Promise.resolve("late"); export default class {}`,
};
const main = `${names.map((name, number) => `import { n${number}, up as up${number} } from "./${name}";`).join("\n")}
import { sum } from "./a.mjs"; import C, { late } from "./late.mjs";
up3(); globalThis.fails = true;
let where; try { up3(); } catch (error) { where = error.stack; }
console.log([${names.map((_, number) => `n${number}`)}].join(), sum(), late, C.name, where);
`;
const ALL = COUNT + 4;

/** Counts what V8 is given and gives; printed at the end. */
const probe = `// Its text names register(): nothing is compiled ahead beside it, so that each module counts once.
const vm = require("node:vm"); const { compileFunction } = vm;
const counts = { plain: 0, produced: 0, taken: 0, refused: 0 };
vm.compileFunction = (code, parameters, options) => {
  const compiled = compileFunction(code, parameters, options);
  if (!options?.filename?.startsWith("file:")) return compiled;
  if (options.cachedData) counts[compiled.cachedDataRejected ? "refused" : "taken"]++;
  else counts[options.produceCachedData ? "produced" : "plain"]++;
  return compiled;
};
process.on("exit", () => console.error(JSON.stringify(counts)));`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} [files] */
function program(t, files = {}) {
  const self = project(t, { ...modules, "main.mjs": main, "probe.cjs": probe, ...files });
  const folder = self.path("node_modules", ".cache", "heatsync-rs");
  const inFolder = () => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  /** @param {Record<string, string>} [env] @param {string[]} [args] */
  const start = (env = {}, args = []) => {
    const all = ["--no-warnings", "--require", "./probe.cjs", ...args, "--import", register, "main.mjs"];
    const { HEATSYNC_CACHE: _, NODE_V8_COVERAGE: __, ...clean } = process.env;
    const child = spawn(process.execPath, all, { cwd: self.directory, env: { ...clean, ...env } });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (said.stdout += data));
    child.stderr.on("data", (data) => (said.stderr += data));
    t.after(() => child.kill("SIGKILL"));
    /** @type {Promise<number | null>} */
    const end = new Promise((resolve) => child.on("close", resolve));
    return { child, said, end };
  };
  /** @param {Record<string, string>} [env] @param {string[]} [args] */
  const run = async (env, args) => {
    const { said, end } = start(env, args);
    assert.equal(await end, 0, said.stderr);
    const lines = said.stderr.trim().split("\n");
    return { stdout: said.stdout, counts: JSON.parse(lines[lines.length - 1]), lines };
  };
  /** The cache's only file. */
  const file = () => {
    const found = inFolder();
    assert.equal(found.length, 1, `${found}`);
    return path.join(folder, found[0]);
  };
  return { self, run, start, file, inFolder };
}

const cold = { plain: 0, produced: ALL, taken: 0, refused: 0 };
const warm = { plain: 0, produced: 0, taken: ALL, refused: 0 };
const none = { plain: ALL, produced: 0, taken: 0, refused: 0 };

test("the second start compiles nothing, and does the same", async (t) => {
  const { run, file } = program(t);
  const first = await run();
  assert.deepEqual(first.counts, cold);
  assert.match(first.stdout, /^0,1,2,5,4,5.* 3 late default Error: up\n.*m3\.mjs:1:\d+\)\n/);
  if (process.platform !== "win32") assert.equal(fs.statSync(file()).mode & 0o777, 0o600);
  const before = fs.statSync(file());
  const second = await run();
  assert.deepEqual(second.counts, warm);
  assert.equal(second.stdout, first.stdout);
  // Nothing new: it is not written again.
  assert.equal(fs.statSync(file()).ino, before.ino);
});

test("what was edited since is compiled, and the rest is not", async (t) => {
  const { self, run } = program(t);
  await run();
  self.write("m0.mjs", "export const n0 = 'new', up = 1;");
  const { stdout, counts } = await run();
  assert.match(stdout, /^new,1,2,5/);
  assert.deepEqual(counts, { ...warm, taken: ALL - 1, produced: 1 });
});

test("a program that is killed has written before, once it has started", async (t) => {
  const { start, run, inFolder, self } = program(t);
  self.write("main.mjs", `${main}; globalThis.timer = setInterval(() => {}, 1000);`);
  const { child, end } = start();
  await until(() => inFolder().some((name) => name.endsWith(".bin")), "the file");
  child.kill("SIGKILL");
  await end;
  self.write("main.mjs", main);
  assert.deepEqual((await run()).counts, { ...warm, taken: ALL - 1, produced: 1 });
});

test("process.exit() and an uncaught error write it, too", async (t) => {
  for (const last of ["process.exit(3)", "throw new Error('last')", "setTimeout(() => process.exit(3))"]) {
    const { start, run, self } = program(t);
    self.write("main.mjs", `${main}; ${last};`);
    assert.notEqual(await start().end, 0);
    self.write("main.mjs", main);
    assert.equal((await run()).counts.taken, ALL - 1, last);
  }
});

test("a file that is damaged is not looked at, and mended", async (t) => {
  const { run, file } = program(t);
  const { stdout } = await run();
  const whole = fs.readFileSync(file());
  const flipped = (/** @type {number} */ at) => {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 1;
    return bytes;
  };
  const damaged = {
    empty: Buffer.alloc(0),
    "cut off": whole.subarray(0, whole.length >> 1),
    "cut by a byte": whole.subarray(0, whole.length - 1),
    longer: Buffer.concat([whole, whole]),
    "another byte in the code": flipped(whole.length - 100),
    "another byte in the table": flipped(60),
    "something else": Buffer.from("#!/bin/sh\n".repeat(1000)),
    zeros: Buffer.alloc(whole.length),
  };
  for (const [name, bytes] of Object.entries(damaged)) {
    fs.writeFileSync(file(), bytes);
    const next = await run();
    assert.equal(next.stdout, stdout, name);
    assert.deepEqual(next.counts, cold, name);
  }
  assert.deepEqual((await run()).counts, warm);
});

test("what V8 refuses is compiled, and what is written then is taken", async (t) => {
  const { run } = program(t);
  const { stdout } = await run();
  // V8's code depends on that flag, and the file's name does not.
  // (Nor is our own code that V8 looks at first.)
  const flags = { NODE_OPTIONS: "--jitless", HEATSYNC_BUNDLE: "0" };
  const other = await run(flags);
  assert.equal(other.stdout, stdout);
  assert.deepEqual(other.counts, { ...cold, refused: 1 });
  assert.deepEqual((await run(flags)).counts, warm);
});

test("flags of the command line have a file each", async (t) => {
  const { run, inFolder } = program(t);
  await run();
  assert.deepEqual((await run({}, ["--jitless"])).counts, cold);
  assert.equal(inFolder().length, 2);
  assert.deepEqual((await run({}, ["--jitless"])).counts, warm);
  assert.deepEqual((await run()).counts, warm);
});

test("a place that can't be written to is none", async (t) => {
  const { self, run } = program(t);
  self.write("node_modules/.cache", "a file");
  assert.deepEqual((await run()).counts, cold);
  const { counts, lines } = await run();
  assert.deepEqual(counts, cold);
  assert.equal(lines.length, 1, "nothing is said of it");
  fs.rmSync(self.path("node_modules/.cache"));
  fs.mkdirSync(self.path("node_modules/.cache"));
  fs.writeFileSync(self.path("node_modules/.cache/heatsync-rs"), "");
  assert.deepEqual((await run()).counts, cold);
});

test("what others may write to is not read", { skip: process.platform === "win32" }, async (t) => {
  const { run, file } = program(t);
  await run();
  fs.chmodSync(file(), 0o666);
  assert.deepEqual((await run()).counts, cold);
  assert.deepEqual((await run()).counts, warm);
});

test("HEATSYNC_CACHE: 0 for none, or a folder", async (t) => {
  const { self, run, inFolder } = program(t);
  assert.deepEqual((await run({ HEATSYNC_CACHE: "0" })).counts, none);
  assert.deepEqual(inFolder(), []);
  const env = { HEATSYNC_CACHE: self.path("elsewhere") };
  assert.deepEqual((await run(env)).counts, cold);
  assert.deepEqual((await run(env)).counts, warm);
  assert.deepEqual(inFolder(), []);
  assert.equal(fs.readdirSync(self.path("elsewhere")).length, 1);
});

test("a file of the same text, and one that was renamed, has its own place in stacks", async (t) => {
  const boom = `export const boom = () => { throw new Error("boom"); };`;
  const of = (/** @type {string} */ file) =>
    `${main}\nimport { boom } from "./${file}"; try { boom(); } catch (error) { console.log(error.stack); }`;
  const { self, run } = program(t, {
    "one/boom.mjs": boom,
    "two/boom.mjs": boom,
    "main.mjs": of("one/boom.mjs"),
  });
  const stack = async () => (await run()).stdout;
  assert.match(await stack(), /one\/boom\.mjs:1:/);
  assert.match(await stack(), /one\/boom\.mjs:1:/);
  self.write("main.mjs", of("two/boom.mjs"));
  const other = await stack();
  assert.match(other, /two\/boom\.mjs:1:/);
  assert.doesNotMatch(other, /one\/boom/);
  fs.renameSync(self.path("two/boom.mjs"), self.path("renamed.mjs"));
  self.write("main.mjs", of("renamed.mjs"));
  assert.match(await stack(), /renamed\.mjs:1:/);
});

test("a program of few modules leaves no file, but for our own code", async (t) => {
  const { run, inFolder } = program(t, { "main.mjs": "import './a.mjs';" });
  await run({ HEATSYNC_BUNDLE: "0" });
  assert.deepEqual(inFolder(), []);
  // That came with the package, but for what is run with flags of V8's.
  await run();
  assert.deepEqual(inFolder(), []);
  await run({ NODE_OPTIONS: "--jitless" });
  assert.equal(inFolder().length, 1);
});

test("V8's coverage is of what V8 compiled", async (t) => {
  const { self, run } = program(t);
  await run();
  assert.deepEqual((await run({ NODE_V8_COVERAGE: self.path("coverage") })).counts, none);
});

test("processes that start at once", async (t) => {
  const { run, file } = program(t);
  const runs = await Promise.all(Array.from({ length: 6 }, () => run()));
  assert.equal(new Set(runs.map(({ stdout }) => stdout)).size, 1);
  assert.ok(file().endsWith(".bin"), "no temporary file is left");
  assert.deepEqual((await run()).counts, warm);
});

test("worker threads take from it", async (t) => {
  const { self, run } = program(t);
  await run();
  self.write("in-worker.mjs", main);
  self.write(
    "main.mjs",
    `import { Worker } from "node:worker_threads"; new Worker(new URL("./in-worker.mjs", import.meta.url));`,
  );
  const { stdout, lines } = await run();
  assert.match(stdout, /^0,1,2,5,4,5.* 3 late default/);
  const taken = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line).taken);
  assert.deepEqual(
    taken.sort((a, b) => b - a),
    [ALL - 1, 0],
    "all but the two new files",
  );
});

test("a module from the cache is reloaded, and its old version is collected", async (t) => {
  const text = (/** @type {number} */ n) =>
    `export const n0 = ${n}, up = { big: new Array(1000) }; globalThis.versions ??= []; globalThis.versions.push(new WeakRef(up)); import.meta.hot.accept(); console.log("version", n0);`;
  const { self, run, start } = program(t, { "m0.mjs": text(0) });
  await run({}, ["--expose-gc"]);
  // Not main.mjs: it holds what it imported until it is told.
  self.write(
    "main.mjs",
    `${names.map((name) => `import "./${name}";`).join("\n")}
setInterval(() => { gc(); console.log("alive", versions.map((it) => it.deref() !== undefined).join()); }, 20);`,
  );
  const { said, end, child } = start({}, ["--expose-gc"]);
  await until(() => said.stdout.includes("version 0"), "the start");
  for (let version = 1; version <= 2; version++) {
    self.write("m0.mjs", text(version));
    await until(() => said.stdout.includes(`version ${version}`), `version ${version}`);
  }
  await until(() => said.stdout.includes("alive false,false,true"), "old versions are gone");
  child.kill("SIGKILL");
  await end;
});
