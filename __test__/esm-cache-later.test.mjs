// V8's code of a program's modules is taken when nobody waits for it: once its event loop turns, or at its end.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { project, until } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../runtime/esm/register.cjs")).href;
/** Windows exports no names; other Nodes than these are not known. */
const skip = process.platform === "win32" || !["115", "127", "137", "147"].includes(process.versions.modules);

const COUNT = 20;
const names = Array.from({ length: COUNT }, (_, number) => `m${number}.mjs`);
/** Each calls a function when it is evaluated. @param {number} number */
const text = (number) => `const sum = (...list) => {
  let all = 0;
  for (const one of list) all += one > ${number} ? one * ${number} : one - ${number};
  return { all, list, name: "module ${number}", text: list.map((one) => one + 1).join() };
};
export const n${number} = sum(${number}, ${number + 1}).list[0];
`;
const modules = Object.fromEntries(names.map((name, number) => [name, text(number)]));
const main = `${names.map((name, number) => `import { n${number} } from "./${name}";`).join("\n")}
console.log([${names.map((_, number) => `n${number}`)}].join());
`;
const ALL = COUNT + 1;

/** Counts what V8 is given and asked for, and looks like Node's own. */
const probe = `// Its text names register(): nothing is compiled ahead beside it, so that each module counts once.
const vm = require("node:vm"); const original = vm.compileFunction;
const kEmptyObject = {}, counts = { plain: 0, produced: 0, taken: 0 };
vm.compileFunction = function compileFunction(code, params, options = kEmptyObject) {
  const compiled = /* internalCompileFunction( */ original(code, params, options);
  if (!options.filename?.startsWith("file:")) return compiled;
  const isTaken = options.cachedData && !compiled.cachedDataRejected;
  counts[isTaken ? "taken" : options.produceCachedData ? "produced" : "plain"]++;
  return compiled;
};
process.on("exit", () => console.error(JSON.stringify(counts)));`;
/** Somebody's own: what it returns may be any function. */
const others = `const vm = require("node:vm"); const { compileFunction } = vm;
vm.compileFunction = (...args) => compileFunction(...args);`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} [files] */
function program(t, files = {}) {
  const self = project(t, {
    ...modules,
    "main.mjs": main,
    "probe.cjs": probe,
    "others.cjs": others,
    ...files,
  });
  const folder = self.path("node_modules", ".cache", "heatsync-rs");
  /** @param {string[]} args */
  const start = (args = ["--require", "./probe.cjs"]) => {
    const all = ["--no-warnings", "--expose-gc", ...args, "--import", register, "main.mjs"];
    const { HEATSYNC_CACHE: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const child = spawn(process.execPath, all, { cwd: self.directory, env });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (said.stdout += data));
    child.stderr.on("data", (data) => (said.stderr += data));
    t.after(() => child.kill("SIGKILL"));
    /** @type {Promise<number | null>} */
    const end = new Promise((resolve) => child.on("close", resolve));
    return { child, said, end };
  };
  /** @param {string[]} [args] */
  const run = async (args) => {
    const { said, end } = start(args);
    const code = await end;
    const counted = said.stderr.split("\n").filter((line) => line.startsWith('{"plain"'));
    return { code, stdout: said.stdout, counts: JSON.parse(counted.at(-1) ?? "null"), stderr: said.stderr };
  };
  const inFolder = () => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  const size = () => fs.statSync(path.join(folder, inFolder()[0])).size;
  const forget = () => fs.rmSync(folder, { recursive: true, force: true });
  return { self, start, run, size, forget, hasFile: () => inFolder().some((name) => name.endsWith(".bin")) };
}

for (const [how, last, code] of /** @type {const} */ ([
  ["ends", "", 0],
  ["calls process.exit()", "process.exit(3);", 3],
  ["calls it when it hears of its end", "process.on('exit', () => process.exit(4));", 4],
  ["throws", "throw new Error('last');", 1],
  ["rejects", "await Promise.reject(new Error('last'));", 1],
])) {
  test(`a program that ${how} at once compiles as ever, and leaves what the next one takes`, {
    skip,
  }, async (t) => {
    const { run } = program(t, { "main.mjs": main + last });
    const first = await run();
    assert.equal(first.code, code, first.stderr);
    assert.deepEqual(first.counts, { plain: ALL, produced: 0, taken: 0 });
    const second = await run();
    assert.deepEqual(second.counts, { plain: 0, produced: 0, taken: ALL });
    assert.equal(second.stdout, first.stdout);
  });
}

test("a program that goes on leaves it while it runs", { skip }, async (t) => {
  const { self, start, run, hasFile } = program(t, { "main.mjs": `${main}setInterval(() => {}, 1000);` });
  const { child, end } = start();
  await until(hasFile, "the file");
  child.kill("SIGKILL");
  await end;
  self.write("main.mjs", main);
  // Of main.mjs there is another text now.
  assert.deepEqual((await run()).counts, { plain: 1, produced: 0, taken: COUNT });
});

test("it has the functions that have run", { skip }, async (t) => {
  const { run, size, forget } = program(t);
  await run(["--require", "./others.cjs"]);
  const without = size();
  forget();
  await run([]);
  const first = size();
  assert.ok(first > without + COUNT * 100, `${first} bytes, ${without} without them`);
});

test("what somebody else's vm.compileFunction returns is not given to V8", { skip }, async (t) => {
  const { run, self } = program(t);
  self.write(
    "others.cjs",
    `const vm = require("node:vm"); const { compileFunction } = vm;
vm.compileFunction = (...args) => { const compiled = compileFunction(...args); return function (...given) { return Reflect.apply(compiled, this, given); }; };`,
  );
  const { code, stdout, stderr } = await run(["--require", "./others.cjs"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^0,1,2,3/);
});

test("V8 takes the code of what it has thrown away in between", { skip }, async (t) => {
  // Collections make functions old that are not called again.
  const last = "for (let time = 0; time < 30; time++) gc();";
  const { run } = program(t, { "main.mjs": main + last });
  const first = await run();
  assert.equal(first.code, 0, first.stderr);
  const second = await run();
  assert.equal(second.code, 0, second.stderr);
  assert.equal(second.stdout, first.stdout);
  assert.deepEqual(second.counts, { plain: 0, produced: 0, taken: ALL });
});

test("an old version is collected, though its code was to be taken", { skip }, async (t) => {
  const version = (/** @type {number} */ n) =>
    `export const up = { big: new Array(1000) }; globalThis.versions ??= []; globalThis.versions.push(new WeakRef(up)); import.meta.hot.accept(); console.log("version", ${n});`;
  const { self, start } = program(t, {
    "m0.mjs": version(0),
    "main.mjs": `${names.map((name) => `import "./${name}";`).join("\n")}
setInterval(() => { gc(); console.log("alive", versions.map((it) => it.deref() !== undefined).join()); }, 20);`,
  });
  const { said, end, child } = start();
  await until(() => said.stdout.includes("version 0"), "the start");
  self.write("m0.mjs", version(1));
  await until(() => said.stdout.includes("alive false,true"), "the old version is gone");
  child.kill("SIGKILL");
  await end;
});
