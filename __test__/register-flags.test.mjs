// Every way to start a program under register, and what starts it without.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "./support/project.mjs";
import { same } from "./support/same.mjs";

const major = Number.parseInt(process.versions.node, 10);
const hot = "export const state = typeof import.meta.hot;";
const files = {
  "main.mjs": `import { state } from "./dependency.mjs"; console.log(state);`,
  "main.cjs": `import("./dependency.mjs").then(({ state }) => console.log(state));`,
  "require.cjs": `console.log(require("./dependency.mjs").state);`,
  "root.mjs": `import * as root from "heatsync-rs"; import { state } from "./dependency.mjs"; console.log(state, Object.keys(root).join());`,
  "dependency.mjs": hot,
};

/**
 * What a program prints.
 * @param {import("node:test").TestContext} t
 * @param {string[]} flags
 * @param {string} entry
 * @param {Record<string, string>} [env]
 */
async function run(t, flags, entry, env) {
  const self = project(t, files);
  const program = self.run(entry, { nodeArguments: ["--no-warnings", ...flags], env });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.equal(program.stderr, "");
  return program.stdout.trim();
}

const entries = ["main.mjs", "main.cjs", "require.cjs"];
describe("registers", { concurrency: 2 }, () => {
  for (const flags of [
    ["--import", "heatsync-rs/register"],
    ["--import=heatsync-rs/register"],
    ["--require", "heatsync-rs/register"],
    ["-r", "heatsync-rs/register"],
    ["--import", "heatsync-rs"],
    ["--require=heatsync-rs"],
  ]) {
    for (const entry of entries) {
      test(`${flags.join(" ")} ${entry}`, async (t) => {
        assert.equal(await run(t, flags, entry), "object");
      });
    }
  }
  for (const flags of [
    ["--loader", "heatsync-rs/loader"],
    ["--experimental-loader=heatsync-rs/loader"],
    ["--loader", "heatsync-rs"],
  ]) {
    for (const entry of ["main.mjs", "main.cjs"]) {
      test(`${flags.join(" ")} ${entry}`, async (t) => {
        assert.equal(await run(t, flags, entry), "object");
      });
    }
  }
  for (const options of [
    "--import heatsync-rs/register",
    "-r heatsync-rs/register",
    "--import=heatsync-rs",
  ]) {
    for (const entry of entries) {
      test(`NODE_OPTIONS="${options}" ${entry}`, async (t) => {
        assert.equal(await run(t, [], entry, { NODE_OPTIONS: options }), "object");
      });
    }
  }
});

test("a program that only imports or requires the package is not registered", async (t) => {
  const self = project(t, {
    ...files,
    "late.cjs": `require("heatsync-rs"); import("./dependency.mjs").then(({ state }) => console.log(state));`,
  });
  for (const entry of ["root.mjs", "late.cjs"]) {
    const program = self.run(entry);
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.match(program.stdout, /^undefined/);
  }
});

test("the package's face is the same under register", async (t) => {
  for (const flags of [
    ["--import", "heatsync-rs/register"],
    ["--import", "heatsync-rs"],
    ["--loader", "heatsync-rs"],
  ]) {
    assert.equal(
      await run(t, flags, "root.mjs"),
      `object ${await run(t, [], "root.mjs").then((text) => text.split(" ")[1])}`,
    );
  }
});

test("a preload of the user's that registers", async (t) => {
  const self = project(t, {
    ...files,
    "imports.mjs": `import "heatsync-rs/register";`,
    "registers.mjs": `import { register } from "node:module";
      register("heatsync-rs/loader", { parentURL: import.meta.url, data: { silent: true, ignore: /ignored/ } });`,
    "ignored.mjs": hot,
    "ignores.mjs": `import { state } from "./ignored.mjs"; import * as other from "./dependency.mjs";
      console.log(state, other.state, (await import("./ignored.mjs")).state);`,
  });
  const expect = async (
    /** @type {string} */ preload,
    /** @type {string} */ entry,
    /** @type {string} */ text,
  ) => {
    const program = self.run(entry, { nodeArguments: ["--no-warnings", "--import", preload] });
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.equal(program.stdout.trim(), text);
  };
  await expect("./imports.mjs", "main.mjs", "object");
  await expect("./registers.mjs", "main.mjs", "object");
  await expect("./registers.mjs", "ignores.mjs", "undefined object undefined");
});

test("a silent loader says nothing of updates", async (t) => {
  const x = (/** @type {number} */ n) => `import.meta.hot.accept(); export const value = ${n};`;
  const self = project(t, {
    "registers.mjs": `import { register } from "node:module";
      register("heatsync-rs/loader", { parentURL: import.meta.url, data: { silent: true } });`,
    "main.mjs": `import { value } from "./x.mjs"; let last; setInterval(() => { if (value !== last) console.log(last = value); }, 2);`,
    "x.mjs": x(0),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--no-warnings", "--import", "./registers.mjs"] });
  await program.line("0");
  self.write("x.mjs", x(1));
  await program.line("1");
  self.write("x.mjs", x(2));
  await program.line("2");
  assert.equal(program.stderr, "");
});

test("sync.require follows CommonJS where a flag names the package's root, too", async (t) => {
  for (const flags of [
    ["--import", "heatsync-rs"],
    ["--require", "heatsync-rs"],
  ]) {
    const self = project(t, {
      "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync({ persistentWatchers: true });
        const it = sync.require("./it.cjs"); sync.events.on("reload", () => console.log("it", it.it)); console.log("it", it.it);`,
      "it.cjs": "exports.it = 1;",
    });
    const program = self.run("main.mjs", { nodeArguments: flags });
    await program.line("it 1");
    self.write("it.cjs", "exports.it = 2;");
    await program.line("it 2");
    await program.end();
  }
});

test("--experimental-default-type=module", { skip: major > 22 && "Node 24 has no such flag" }, async (t) => {
  const files = {
    "main.js": `import { b } from "./b.cjs"; import { x } from "./x.js"; console.log(b, x, typeof require); await import("./c.cjs");`,
    "x.js": "export const x = typeof module;",
    "b.cjs": "exports.b = typeof require; console.log(__filename.length > 0);",
    "c.cjs": `console.log(require("./b.cjs"));`,
    "named.mjs": `import "./x.js";`,
  };
  for (const entry of ["main.js", "c.cjs", "named.mjs"])
    await same(t, { run: ["--experimental-default-type=module", entry], files });
  // What the flag decides is read once, and no package.json is to say it.
  const nodeArguments = ["--experimental-default-type=module", "--import", "heatsync-rs/register"];
  const program = project(t, files).run("named.mjs", { nodeArguments });
  assert.equal((await program.exit).code, 0);
  assert.doesNotMatch(program.stderr, /MODULE_TYPELESS/);
});

// On Node 22 and newer it went on for ever: what Node was to link as it is was given a facade by the other thread.
test("by --loader, what does not link is told as by plain Node", async (t) => {
  const self = project(t, {
    "names.mjs": `import { none } from "./some.mjs";`,
    "some.mjs": "export const some = 1;",
    "commonjs.mjs": `import { none } from "./some.cjs";`,
    "some.cjs": "module.exports = () => {};",
    "missing.mjs": `import "./nowhere.mjs";`,
    "later.mjs": `for (const file of ["names", "missing"]) await import(\`./\${file}.mjs\`).catch((e) => console.log(e.name, e.code, e.message));`,
  });
  for (const entry of ["names.mjs", "commonjs.mjs", "missing.mjs", "later.mjs"]) {
    const told = async (/** @type {string} */ loader) => {
      const program = self.run(entry, { nodeArguments: ["--no-warnings", "--loader", loader] });
      const { code, signal } = await program.exit;
      // Beside a loader Node leaves out what it says of CommonJS, and we add it.
      const isSaid = (/** @type {string} */ line) => /^(\w*Error\b(?!: Named|.*some\.cjs)|file:)/.test(line);
      const words = program.stderr.split("\n").filter(isSaid);
      return { code, signal, stdout: program.stdout, words };
    };
    assert.deepEqual(await told("heatsync-rs/loader"), await told("data:text/javascript,"), entry);
  }
});
