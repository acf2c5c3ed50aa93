// What is otherwise in the first Nodes of a major version that is supported, which nobody here has: `node scripts/test.mjs --only=oldest` runs
// this on them. What 22 before 22.19, and 24 before 24.6, tells hooks is told here to whatever registers some: which conditions require()
// asks by is a Set, and builtins that have no name without their scheme have none.

import assert from "node:assert/strict";
import * as module from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const skip = !("registerHooks" in module) && "hooks are in another thread, and hear of no require()";

/** Its text names nothing that registers hooks: it is not taken for another loader. */
const older = `
  const Module = require("node:module");
  const name = "regi" + "sterHooks";
  const original = Module[name];
  const inSet = (context) =>
    [...(context.conditions ?? [])].includes("require") ? { ...context, conditions: new Set(context.conditions) } : context;
  const isNameless = (it, context) => context.format === "builtin" && it === "node:sea";
  const inList = (context) => (context ? { ...context, conditions: [...context.conditions] } : context);
  const refuse = () => { throw new Error("no text"); };
  const told = (hook) => hook && ((it, context, next) => isNameless(it, context)
    ? hook("sea", inSet(context), refuse) : hook(it, inSet(context), (it, context) => next(it, inList(context))));
  Module[name] = (hooks) => original({ ...hooks, resolve: told(hooks.resolve), load: told(hooks.load) });`;

/** @type {Record<string, { main: string, files: Record<string, string>, flags?: string[] }>} */
const programs = {
  "register: what CommonJS requires": {
    main: `import { createRequire } from "node:module"; import "./b.cjs";
      const require = createRequire(import.meta.url);
      globalThis.show = () => console.log(require("./a.cjs").value, require("./m.mjs").m, require("./t.cts").t);
      import.meta.hot.accept("./b.cjs", globalThis.show); globalThis.show();`,
    files: {
      "a.cjs": `exports.value = require("./b.cjs").value; module.hot.accept("./b.cjs", (it) => { exports.value = it.value; });`,
      "b.cjs": "exports.value = 1;",
      "m.mjs": "export const m = 'm';",
      "t.cts": `require("node:sea"); enum E { A = 5 } exports.t = E.A;`,
    },
    flags: ["--import", "heatsync-rs/register"],
  },
  boundaries: {
    main: `import { hot } from "heatsync-rs"; import { createRequire } from "node:module"; import { watch } from "node:fs";
      await hot.init(import.meta.url, { boundaries: ["./a.cjs"] });
      const { run } = createRequire(import.meta.url)("./run.cjs"); run();`,
    files: {
      "run.cjs": `require("./c.cjs"); exports.run = async (last) => {
          const { value } = (await import("./a.cjs")).default; if (value !== last) console.log(value, "m", 5);
          setTimeout(exports.run, 5, value);
        };`,
      "a.cjs": `exports.value = require("./b.cjs").value;`,
      "b.cjs": "exports.value = 1;",
      "c.cjs": "",
    },
  },
  'sync.*, esm: "query"': {
    main: `import Heatsync from "heatsync-rs"; import { createRequire } from "node:module";
      const sync = new Heatsync({ esm: "query" }); sync.events.on("error", console.error);
      const show = () => console.log(a.value, m.m, createRequire(import.meta.url)("./t.cts").t);
      const a = await sync.import("./a.mjs"), m = await sync.import("./m.mjs");
      sync.events.on("reload", (file) => { if (file.endsWith("a.mjs")) show(); }); show();`,
    files: {
      "a.mjs": `import b from "./b.cjs"; export const { value } = b;`,
      "b.cjs": "exports.value = 1;",
      "m.mjs": "export const m = 'm';",
      "t.cts": `require("node:sea"); enum E { A = 5 } exports.t = E.A;`,
    },
  },
};

for (const [what, { main, files, flags = [] }] of Object.entries(programs)) {
  test(what, { skip }, async (t) => {
    const self = project(t, {
      "older.cjs": older,
      "main.mjs": `${main} setInterval(() => {}, 1000);`,
      ...files,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--require", "./older.cjs", ...flags] });
    await program.line("1 m 5");
    self.write("b.cjs", "exports.value = 2;");
    await program.line("2 m 5");
    assert.doesNotMatch(program.stderr, /Error/);
  });
}

const later = `
  const { a } = require("./a");
  console.log(a, require.main === module, Object.keys(require.cache).length, Object.keys(require.extensions)[0], typeof require("node:test").test);
  exports.a = a;
  module.hot?.accept("./a", ({ a }) => console.log("live", a));
  setInterval(() => {}, 1000);`;

for (const entry of ["main.cjs", "main.cts"]) {
  for (const way of ["--import", "--require"]) {
    test(`CommonJS is the entry point: ${entry}, ${way}`, async (t) => {
      const self = project(t, { [entry]: later, "a.js": "exports.a = 1;" });
      const program = self.run(entry, { nodeArguments: ["--no-warnings", way, "heatsync-rs/register"] });
      await program.line("1 true 2 .js function");
      self.write("a.js", "exports.a = 2;");
      await program.line("live 2");
    });
  }
}

test("a tool imports its user's configuration, which is CommonJS", async (t) => {
  const self = project(t, {
    "node_modules/tool/index.mjs": "export const load = async (file) => (await import(file)).default;",
    "node_modules/tool/package.json": { name: "tool", exports: "./index.mjs" },
    "main.mjs": `import { load } from "tool"; console.log(await load(new URL("./tool.config.cjs", import.meta.url)));`,
    "tool.config.cjs": `exports.plugins = [require("./plugin.cjs"), require("./data.json")]; exports.later = import("./plugin.cjs");`,
    "plugin.cjs": `exports.name = require("node:path").basename(module.filename);`,
    "data.json": [1],
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.match(program.stdout, /plugins: \[ \{ name: 'plugin.cjs' \}, \[ 1 \] \]/);
});
