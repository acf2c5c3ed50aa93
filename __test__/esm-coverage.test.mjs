// NODE_V8_COVERAGE and --cpu-prof: V8's JSON for each file, by plain Node and under register.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { materialize } from "./support/oracle.mjs";
import { project, until } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../runtime/esm/register.cjs")).href;
const run = promisify(execFile);

/** What V8 found, by file of the project. @param {string} from @param {string} directory */
function coverage(from, directory) {
  /** @type {Record<string, any[]>} */
  const found = {};
  for (const name of fs.readdirSync(from)) {
    const { result } = JSON.parse(fs.readFileSync(path.join(from, name), "utf8"));
    for (const { url, functions } of result) {
      assert.ok(!url.startsWith("heatsync-rs:"), url);
      if (!url.startsWith(pathToFileURL(directory).href)) continue;
      assert.ok(!(url in found), `${url} once`);
      found[url] = functions;
    }
  }
  return found;
}

/** @type {Record<string, Record<string, string>>} */
const programs = {
  "functions, blocks, pushes, default exports": {
    "main.mjs": `import { f, up } from "./dep.mjs"; import d, { C } from "./default.mjs";
export const x = f(true); up();
if (x === 3) { console.log("never"); } else { console.log("always"); }
for (const i of [1, 2, 3]) { if (i > 5) throw new Error(); d(i); }
new C().used();`,
    "dep.mjs": `export function f(a) {\n  if (a) return 1;\n  return 2;\n}\nexport function unused() { return 3 }
export let n = 0, m = 1;\nexport const up = () => { n += 1; m = n++; for (n of [1]) if (n > 1) { m = 2; } return n > 5 ? n = 1 : 2 };`,
    "default.mjs": `export default function (a) { return a ? 1 : 2 }\nexport class C { static s = 1; #p = 2; used() { return this.#p } unused() { return import.meta.url } get g() { return 1 } }`,
  },
  "the other default exports": {
    "main.mjs": `import a from "./a.mjs"; import C from "./c.mjs"; import v from "./v.mjs"; a(); new C(); console.log(v);`,
    "a.mjs": "export default () => { if (globalThis.no) return 1; };",
    "c.mjs": "export default class { constructor() { this.x = 1 } m() {} }",
    "v.mjs": "const é = '😀'; function unused() {}\r\nexport default é.length > 5 ? unused() : 2;",
  },
  "a cycle": {
    "main.mjs": `import { b } from "./b.mjs"; export const a = 1; export function g() { return a }\nexport class K { m() {} }\nif (b() > 100) { console.log("never"); }`,
    "b.mjs": `import { a, g } from "./main.mjs"; export const b = () => a ? g() : 3; export let n = 0; if (n) { n = 2; }`,
  },
  "import() and an exit by process.exit": {
    "main.mjs": `const { x } = await import("./x.mjs"); if (!x) throw new Error(); process.exit(0);`,
    "x.mjs": `export const x = 1; export function unused() {}`,
  },
};

for (const [name, files] of Object.entries(programs)) {
  test(name, async (t) => {
    const { directory, remove } = materialize(files);
    t.after(remove);
    const cover = async (/** @type {string} */ to, /** @type {string[]} */ args) => {
      const folder = path.join(directory, to);
      await run(process.execPath, [...args, "main.mjs"], {
        cwd: directory,
        env: { ...process.env, NODE_V8_COVERAGE: folder },
      });
      return coverage(folder, directory);
    };
    const plain = await cover("plain", []);
    assert.deepEqual(Object.keys(plain).length, Object.keys(files).length);
    assert.deepEqual(await cover("ours", ["--import", register]), plain);
  });
}

test("after a reload: the version on disk", async (t) => {
  const dep = (/** @type {number} */ n) =>
    `export const f = () => {\n  ${"  ".repeat(n)}if (false) { return 1 }\n  return ${n};\n};\nf();\nconsole.log("version", ${n});`;
  const main = `import "./dep.mjs"; import.meta.hot?.accept("./dep.mjs"); process.stdin.once("data", () => process.exit());`;
  const self = project(t, { "main.mjs": main, "dep.mjs": dep(1) });
  const folder = self.path("covered");
  const program = self.run("main.mjs", {
    nodeArguments: ["--import", register],
    env: { NODE_V8_COVERAGE: folder },
  });
  await until(() => program.stdout.includes("version 1\n"), "the first version");
  self.write("dep.mjs", dep(2));
  await until(() => program.stdout.includes("version 2\n"), "the second version");
  program.child.stdin?.end("\n");
  await program.exit;
  const ours = coverage(folder, self.directory);
  const plainly = self.path("plainly");
  const child = run(process.execPath, ["main.mjs"], {
    cwd: self.directory,
    env: { ...process.env, NODE_V8_COVERAGE: plainly },
  });
  child.child.stdin?.end("\n");
  await child;
  const url = pathToFileURL(self.path("dep.mjs")).href;
  assert.deepEqual(ours[url], coverage(plainly, self.directory)[url]);
});

test("a profile names the file and the lines", async (t) => {
  const { directory, remove } = materialize({
    "main.mjs": `import { spin } from "./spin.mjs";\nspin(Date.now() + 150);`,
    "spin.mjs": `export let n = 0;\n\nexport function spin(end) { while (Date.now() < end) inner(); }\n  export function inner() { for (let i = 0; i < 1e4; i++) n += Math.sqrt(i); }`,
  });
  t.after(remove);
  await run(process.execPath, ["--cpu-prof", "--cpu-prof-name=p", "--import", register, "main.mjs"], {
    cwd: directory,
  });
  const { nodes } = JSON.parse(fs.readFileSync(path.join(directory, "p"), "utf8"));
  const frames = nodes.map((/** @type {any} */ { callFrame }) => callFrame);
  const find = (/** @type {string} */ name) =>
    frames.find((/** @type {any} */ frame) => frame.functionName === name);
  const url = pathToFileURL(path.join(directory, "spin.mjs")).href;
  assert.deepEqual([find("spin").url, find("spin").lineNumber, find("spin").columnNumber], [url, 2, 20]);
  assert.deepEqual([find("inner").url, find("inner").lineNumber, find("inner").columnNumber], [url, 3, 23]);
});

test("node:test reports the coverage of tests that run in its own process", {
  timeout: 120_000,
}, async (t) => {
  const { directory, remove } = materialize({
    "package.json": '{ "type": "module" }',
    "lib.js": programs["functions, blocks, pushes, default exports"]["dep.mjs"],
    "old.cjs": "exports.f = (x) => {\n  if (x) {\n    return 1;\n  }\n  return 2;\n};",
    "lazy.js": "export default () => {\n  return 1;\n};\nexport function unused() {\n  return 2;\n}",
    "a.test.js": `import test from "node:test"; import { f, up } from "./lib.js"; import old from "./old.cjs";
test("f", () => { f(true); up(); old.f(0); });\ntest("lazy", async () => { (await import("./lazy.js")).default(); });`,
  });
  t.after(remove);
  const reported = async (/** @type {string[]} */ flags, env = {}) => {
    const lcov = ["--experimental-test-coverage", "--test-reporter=lcov", "a.test.js"];
    const { stdout } = await run(process.execPath, ["--no-warnings", ...flags, ...lcov], {
      cwd: directory,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_V8_COVERAGE: undefined, ...env },
    });
    assert.match(stdout, /^SF:lib\.js$/m);
    return stdout;
  };
  const isolation = ["--test-isolation=none", "--experimental-test-isolation=none"];
  const inProcess = isolation.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
  for (const flags of [[], ...inProcess.slice(0, 1).map((flag) => ["--test", flag])]) {
    const plain = await reported(flags);
    // The second one would have V8's code of the first.
    for (const again of [1, 2]) {
      assert.equal(await reported(["--import", register, ...flags]), plain, `${flags.join(" ")} (${again})`);
    }
    const folder = path.join(directory, `kept-${flags.length}`);
    const env = { NODE_V8_COVERAGE: folder };
    assert.equal(await reported(["--import", register, ...flags], env), plain, "with a folder of the user's");
  }
});

test("a package of ours that is linked is in no report of node:test", { timeout: 120_000 }, async (t) => {
  const { directory, remove } = materialize({
    "package.json": '{ "type": "module" }',
    "lib.js": "export function f(x) { if (x) { return 1; } return 2; }",
    "a.test.js": `import test from "node:test"; import { f } from "./lib.js"; test("f", async () => { f(1); await new Promise((done) => setTimeout(done, 500)); });`, // until updates would be rehearsed
    "sync.js": `import Heatsync from "heatsync-rs"; await new Heatsync().import("./lib.js");`,
    "hot.js": `import { hot } from "heatsync-rs";\nawait hot.init({ root: import.meta.filename, boundaries: ["./lib.js"] }); await import("./lib.js");`,
  });
  t.after(remove);
  fs.mkdirSync(path.join(directory, "node_modules"));
  fs.symlinkSync(path.resolve(here, ".."), path.join(directory, "node_modules/heatsync-rs"), "junction");
  const reported = async (/** @type {string[]} */ flags) => {
    const reporter = ["--test", "--experimental-test-coverage", "--test-reporter=tap", "a.test.js"];
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const { stdout } = await run(process.execPath, ["--no-warnings", ...flags, ...reporter], {
      cwd: directory,
      env,
    });
    const lines = stdout.slice(stdout.indexOf("# start of coverage report")).split("\n");
    // Of each file its name alone, or of newer Nodes each folder's: how wide they are depends on the longest.
    return lines.flatMap((line) => /^#\s+([\w./]+)\s+\|/.exec(line)?.[1] ?? []);
  };
  const plain = await reported([]);
  assert.ok(plain.includes("lib.js"), plain.join());
  for (const how of [
    "--import heatsync-rs",
    "--require heatsync-rs/register",
    "--loader heatsync-rs/loader",
  ]) {
    assert.deepEqual(await reported(how.split(" ")), plain, how);
  }
  for (const preload of ["sync.js", "hot.js"]) {
    const names = await reported(["--import", `./${preload}`]);
    const others = names.filter((name) => name !== preload);
    assert.deepEqual(others, plain, preload);
  }
});
