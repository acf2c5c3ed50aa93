// What every start needs of the runtime comes from one file, runtime/startup.bundle, and does what the files do that it
// was made of; V8's code of it is kept with that of the program.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import Module from "node:module";
import path from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { project, until } from "./support/project.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const inRuntime = (/** @type {string} */ name, from = root) => path.join(from, "runtime", ...name.split("/"));

const build = (from = root) =>
  execFileSync(process.execPath, [path.join(from, "scripts", "build-startup.mjs")], { stdio: "ignore" });

before(() => build());

/** Says how the modules of the runtime came about. */
const probe = `
import { createRequire } from "node:module";
import fs from "node:fs";
const { cache } = createRequire(import.meta.url);
// They are not enumerable.
const ours = Object.getOwnPropertyNames(cache).filter((file) => file.includes("/runtime/") || file.includes("\\\\runtime\\\\"));
// A module that Node has loaded from a file knows where packages are looked for.
const bundled = ours.filter((file) => cache[file].paths.length === 0);
const read = ours.filter((file) => !bundled.includes(file)).map((file) => file.replaceAll("\\\\", "/").replace(/.*\\/runtime\\//, ""));
console.log(JSON.stringify({ ours: ours.length, bundled: bundled.length, read, edited: globalThis.edited ?? null }));
`;

/**
 * @param {import("./support/project.mjs").Project} self
 * @param {{ from?: string, env?: Record<string, string>, flags?: string[], before?: string[] }} [options] `before`: flags that stand before ours
 */
function start(self, { from = root, env = {}, flags = [], before: first = [] } = {}) {
  const { HEATSYNC_BUNDLE: _, HEATSYNC_CACHE: __, NODE_V8_COVERAGE: ___, ...clean } = process.env;
  const register = pathToFileURL(inRuntime("esm/register.cjs", from)).href;
  const args = [...first, "--import", register, ...flags, "main.mjs"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: self.directory,
    env: { ...clean, ...env },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return { stderr, said: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") };
}

test("a start loads the runtime from the bundle, and without it from its files", (t) => {
  const self = project(t, { "main.mjs": probe });
  const { said } = start(self);
  assert.ok(said.bundled > 50, JSON.stringify(said));
  // Whatever a part of the head requires that is no part of it is read, and compiled, by itself: a millisecond.
  const first = ["esm/hooks/enter.cjs", "esm/loader.cjs", "esm/register.cjs", "startup.cjs"];
  assert.deepEqual(
    said.read.filter((/** @type {string} */ name) => !first.includes(name)),
    [],
  );
  const { said: plain } = start(self, { env: { HEATSYNC_BUNDLE: "0" } });
  assert.equal(plain.bundled, 0);
  assert.ok(plain.ours > 50);
});

test("a start does not load node:worker_threads, which takes milliseconds", {
  // There hooks are on a thread of their own.
  skip: !("registerHooks" in Module) && "Node 20",
}, (t) => {
  const self = project(t, {
    "main.mjs": `
import "./below.mjs";
// Once the program has come to its event loop.
setTimeout(() => { console.log(JSON.stringify(process.moduleLoadList)); process.exit(); });`,
    "below.mjs": "import.meta.hot.accept();",
  });
  for (const HEATSYNC_BUNDLE of ["1", "0"]) {
    const { said } = start(self, { env: { HEATSYNC_BUNDLE } });
    assert.ok(said.includes("NativeModule vm"));
    assert.ok(!said.includes("NativeModule worker_threads"));
  }
});

test("no text is made of the stacks that a start looks at: V8 would count the lines of the bundle", (t) => {
  const self = project(t, {
    "formats.cjs": `
globalThis.shown = [];
// What is asked for at a start is asked of an object that is no error.
Error.prepareStackTrace = (error, trace) => {
  if (!(error instanceof Error)) shown.push(trace.length);
  return String(error);
};`,
    "main.mjs": "console.log(JSON.stringify(shown));",
  });
  const { said } = start(self, { before: ["--require", "./formats.cjs"] });
  if (process.platform !== "win32") assert.ok(said.length > 0);
  assert.deepEqual(
    said.filter((/** @type {number} */ length) => length > 1),
    [],
  );
});

const onThread = { skip: "registerHooks" in Module && "hooks have no thread of their own" };

test("the thread of Node's hooks begins before the rest of the runtime is loaded", onThread, (t) => {
  const self = project(t, {
    "calls.cjs": `
const Module = require("node:module");
const { register } = Module;
globalThis.calls = [];
Module.register = (...given) => {
  calls.push(Object.getOwnPropertyNames(require.cache).some((file) => /runtime.esm.index\\.cjs$/.test(file)));
  return register(...given);
};`,
    "main.mjs": "console.log(JSON.stringify([calls, typeof import.meta.hot]));",
  });
  const { said, stderr } = start(self, { before: ["--require", "./calls.cjs"] });
  assert.deepEqual(said, [[false, true], "object"]);
  assert.equal(stderr, "");
});

test("a function in the place of Module.register that takes names only changes nothing", onThread, (t) => {
  const self = project(t, {
    "strict.cjs": `
const Module = require("node:module");
const { register } = Module;
Module.register = (specifier, ...rest) => register(specifier.concat(""), ...rest);`,
    "main.mjs": "console.log(JSON.stringify(typeof import.meta.hot));",
  });
  const { said, stderr } = start(self, { before: ["--require", "./strict.cjs"] });
  assert.equal(said, "object");
  assert.equal(stderr, "");
});

/** A package of its own, in which V8's code of the bundles did not come along. @param {import("./support/project.mjs").Project} self */
function copyOf(self) {
  const copy = self.path("package of its own");
  for (const name of ["native", "runtime", "package.json", "scripts/build-startup.mjs"]) {
    fs.cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => !file.endsWith(".code"),
    });
  }
  build(copy);
  return copy;
}

test("files that were edited since count, unless the package was published", (t) => {
  const self = project(t, { "main.mjs": probe });
  const copy = copyOf(self);
  assert.ok(start(self, { from: copy }).said.bundled > 50);
  fs.appendFileSync(inRuntime("esm/graph/graph.cjs", copy), "\nglobalThis.edited = 1;\n");
  const { bundled, edited } = start(self, { from: copy }).said;
  assert.deepEqual([bundled, edited], [0, 1]);
  fs.rmSync(inRuntime(".startup", copy));
  const { said } = start(self, { from: copy });
  assert.ok(said.bundled > 50);
  assert.equal(said.edited, null);
  // Nor is a bundle that can't be read an error.
  fs.rmSync(inRuntime("startup.bundle", copy));
  assert.equal(start(self, { from: copy }).said.edited, 1);
});

test("what a bundler takes along of us without the rest says what to do", (t) => {
  const self = project(t, {});
  for (const name of ["index.js", "runtime/startup.cjs"])
    self.write(name, fs.readFileSync(path.join(root, name), "utf8"));
  const { status, stderr } = spawnSync(process.execPath, ["index.js"], {
    cwd: self.directory,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^Error: heatsync-rs: its own files .* a bundler is to leave the package out \(esbuild: /m,
  );
});

/** Says how V8 came to what it has of the bundle. */
const watching = `const vm = require("node:vm"); const { Script } = vm;
vm.Script = class extends Script {
  constructor(text, options) {
    super(text, options);
    if (!options?.filename?.endsWith("startup.bundle")) return;
    console.error("bundle", options.cachedData ? (this.cachedDataRejected ? "refused" : "taken") : "compiled");
  }
};`;

/**
 * @param {import("./support/project.mjs").Project} self
 * @param {string} from
 */
const watched =
  (self, from) =>
  (options = "", env = {}) =>
    /bundle (\w+)/.exec(
      start(self, { from, env: { NODE_OPTIONS: `--require ./probe.cjs ${options}`, ...env } }).stderr,
    )?.[1];

test("V8's code of the bundle is kept from the first start to the next", (t) => {
  const self = project(t, { "main.mjs": probe, "probe.cjs": watching });
  const how = watched(self, copyOf(self));
  assert.equal(how(), "compiled");
  assert.equal(how(), "taken");
  // V8's code depends on that flag, and the file's name does not.
  assert.equal(how("--jitless"), "refused");
  assert.equal(how("--jitless"), "taken");
});

test("V8's code of the bundle comes with the package", (t) => {
  const self = project(t, { "main.mjs": probe, "probe.cjs": watching });
  const how = watched(self, root);
  assert.equal(how(), "taken");
  assert.equal(how(), "taken");
  assert.equal(how("", { HEATSYNC_CACHE: "0" }), "compiled");
  assert.equal(how("", { NODE_V8_COVERAGE: self.path("coverage") }), "compiled");
  // With flags of V8's it is kept as if none had come along.
  assert.equal(how("--jitless"), "refused");
  assert.equal(how("--jitless"), "taken");
  assert.equal(how(), "refused");
  assert.equal(how(), "taken");
  // What is of another bundle is none of this one.
  const other = copyOf(self);
  const name = `startup.bundle.${process.versions.v8}-${process.platform}-${process.arch}.code`;
  const code = fs.readFileSync(inRuntime(name));
  fs.writeFileSync(inRuntime(name, other), code);
  fs.rmSync(self.path("node_modules/.cache"), { recursive: true, force: true });
  assert.equal(watched(self, other)(), "taken");
  const ofAnother = Buffer.concat([Buffer.from("0".repeat(32)), code.subarray(32)]);
  const ofAnotherBuild = Buffer.from(
    code.toString("latin1").replace('"target_defaults"', '"target_default_"'),
    "latin1",
  );
  assert.notDeepEqual(ofAnotherBuild, code);
  for (const wrong of [ofAnother, ofAnotherBuild, code.subarray(0, -1), Buffer.alloc(0)]) {
    fs.writeFileSync(inRuntime(name, other), wrong);
    fs.rmSync(self.path("node_modules/.cache"), { recursive: true, force: true });
    assert.equal(watched(self, other)(), "compiled");
  }
});

test("the thread of Node's hooks has a file of its own, and V8's code of it is kept", {
  skip: "registerHooks" in Module && "Node has no such thread",
}, (t) => {
  // What that thread prints comes by way of the program's, which may have ended.
  const own = `const vm = require("node:vm"); const fs = require("node:fs"); const { Script } = vm;
vm.Script = class extends Script {
  constructor(text, options) {
    super(text, options);
    if (!options?.filename?.endsWith("startup.hooks")) return;
    fs.writeSync(2, "hooks " + (options.cachedData ? (this.cachedDataRejected ? "refused" : "taken") : "compiled") + "\\n");
  }
};`;
  // V8 is asked for it when the thread has been up for a moment: a program that ends before leaves it to another.
  const self = project(t, { "main.mjs": `${probe}; setTimeout(() => {}, 100);`, "probe.cjs": own });
  const copy = copyOf(self);
  const how = (from = copy) =>
    /hooks (\w+)/.exec(start(self, { from, env: { NODE_OPTIONS: "--require ./probe.cjs" } }).stderr)?.[1];
  assert.equal(how(root), "taken", "it has come with the package");
  assert.equal(how(), "compiled");
  let last = how();
  for (let run = 0; run < 50 && last === "compiled"; run++) last = how();
  assert.equal(last, "taken");
});

test("a program that uses the package has the modules that register has", (t) => {
  const self = project(t, {
    "dep.mjs": "export const n = 1;",
    "main.mjs": `import assert from "node:assert/strict";
import { createRequire } from "node:module";
import heatsync, { hot } from "heatsync-rs";
import { n } from "./dep.mjs";
assert.equal(n, 1);
const { cache } = createRequire(import.meta.url);
const names = Object.getOwnPropertyNames(cache).filter((file) => /[\\\\/]runtime[\\\\/]/.test(file));
assert.equal(new Set(names).size, names.length);
// One graph: what register has loaded is what the public face tells of.
assert.ok(typeof heatsync === "function" && typeof hot.on === "function");
console.log(JSON.stringify(names.filter((file) => /[\\\\/]environment\\.cjs$/.test(file)).length));
process.exit(0);`,
  });
  // That of sync.* and the one of ES modules.
  assert.equal(start(self).said, 2);
});

test("what another preload writes is what the program reads", (t) => {
  const self = project(t, {
    "write.mjs": `import fs from "node:fs"; fs.writeFileSync("dep.mjs", "export const n = 2;"); fs.writeFileSync("new.mjs", "export const m = 3;");`,
    "dep.mjs": "export const n = 1;",
    "main.mjs": `import { n } from "./dep.mjs"; import { m } from "./new.mjs"; console.log(JSON.stringify([n, m])); process.exit(0);`,
  });
  assert.deepEqual(start(self, { flags: ["--import", "./write.mjs"] }).said, [2, 3]);
});

test("modules that are loaded ahead in every kind: cycles, top-level await, the same file twice, what does not parse", (t) => {
  const count = 200;
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `m${n}.mjs`,
      `${n + 1 < count ? `import { sum as rest } from "./m${n + 1}.mjs";` : "const rest = 0;"}
export const sum = rest + ${n}; export function where() { return new Error().stack.split("\\n")[1].trim(); }`,
    ]),
  );
  const self = project(t, {
    ...files,
    "a.mjs": `import { b } from "./b.mjs"; export const a = () => "a"; export const both = () => a() + b();`,
    "b.mjs": `import { a } from "./a.mjs"; export const b = () => a() + "b";`,
    "late.mjs": "export const late = await Promise.resolve(4);",
    "twice.mjs":
      "export const url = import.meta.url; export const where = () => new Error().stack.split('\\n')[1];",
    "broken.mjs": "let a = ;",
    "regexp.mjs": "export const r = /(/;",
    "main.mjs": `import { sum, where } from "./m0.mjs"; import { both } from "./a.mjs"; import { late } from "./late.mjs";
import * as one from "./twice.mjs"; import * as two from "./twice.mjs?two";
const name = (error) => error.name + " " + error.message.replace(/.*\\n/gs, "");
const errors = [await import("./broken.mjs").catch(name), await import("./regexp.mjs").catch(name)];
const places = [one.where(), two.where(), where()].map((it) => it.replace(/^.*\\//, ""));
console.log(JSON.stringify({ sum, both: both(), late, urls: [one.url, two.url].map((it) => it.replace(/^.*\\//, "")), places, errors }));
process.exit(0);`,
  });
  const { said } = start(self);
  assert.equal(said.sum, (count * (count - 1)) / 2);
  assert.equal(said.both, "aab");
  assert.equal(said.late, 4);
  assert.deepEqual(said.urls, ["twice.mjs", "twice.mjs?two"]);
  assert.match(said.places[0], /^twice\.mjs:1:\d+\)?$/);
  assert.match(said.places[1], /^twice\.mjs\?two:1:\d+\)?$/);
  assert.match(said.places[2], /^m0\.mjs:2:\d+\)?$/);
  for (const error of said.errors) assert.match(error, /^SyntaxError /);
  // What is kept of that is what is loaded the next time.
  assert.deepEqual(start(self).said, said);
});

/** What the process has the system watch. */
const watches = `
import fs from "node:fs";
const watches = () => fs.readdirSync("/proc/self/fdinfo").filter((fd) => {
  try { return fs.readFileSync("/proc/self/fdinfo/" + fd, "utf8").includes("inotify wd:"); } catch { return false; }
}).length;
`;

for (const preload of [[], ["--require", "./preload.cjs"]]) {
  test(`what is saved before a program comes to its event loop is not lost ${preload.join(" ")}`, async (t) => {
    const files = {
      "esm.mjs": (/** @type {number} */ n) => `console.log("esm ${n}"); import.meta.hot.accept();`,
      "commonjs.cjs": (/** @type {number} */ n) => `console.log("cjs ${n}"); module.hot.accept();`,
      "data.json": (/** @type {number} */ n) => JSON.stringify({ n }),
    };
    const [first, second] = [1, 2].map((n) =>
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text(n)])),
    );
    const self = project(t, {
      ...first,
      "preload.cjs": "",
      "shows.mjs": `import data from "./data.json" with { type: "json" }; console.log("json " + data.n); import.meta.hot.accept();`,
      "main.mjs": `import fs from "node:fs"; import "./esm.mjs"; import "./commonjs.cjs"; import "./shows.mjs";
for (const [name, text] of Object.entries(${JSON.stringify(second)})) fs.writeFileSync(name, text);
setInterval(() => {}, 1000);`,
    });
    const program = self.run("main.mjs", { nodeArguments: [...preload, "--import", "heatsync-rs/register"] });
    const all = ["esm", "cjs", "json"];
    await until(() => all.every((it) => program.stdout.includes(`${it} 2\n`)), "all three");
    assert.ok(program.stdout.startsWith(all.map((it) => `${it} 1\n`).join("")));
  });
}

test("a program that ends before it comes to its event loop has no watches to close", {
  skip: process.platform !== "linux" && "/proc is Linux's",
}, async (t) => {
  const body = `import "./dep.mjs";\n${watches}\nconsole.log(JSON.stringify(watches()));`;
  const self = project(t, { "dep.mjs": "", "main.mjs": `${body} process.exit(0);` });
  // On a busy machine Node itself may go round the event loop before the program's first line.
  const mayHaveNone = () => Array.from({ length: 20 }).some(() => start(self).said === 0);
  assert.ok(mayHaveNone());
  // TypeScript's files have a tsconfig.json that is watched, too.
  self.write("tsconfig.json", "{}");
  self.write("dep.mts", "export {};");
  self.write("main.mjs", `import "./dep.mts"; ${body} process.exit(0);`);
  assert.ok(mayHaveNone());
  self.write("main.mjs", `${body} setInterval(() => console.log("later " + watches()), 5);`);
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await until(() => /^later [1-9]/m.test(program.stdout), "watches");
});
