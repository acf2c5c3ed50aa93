// Programs that empty Node's module cache, or put another in its place, and test runners that have one of their own (jest,
// mockery, mock-require): our own files are there once a thread all the same, and go on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** Two synced files, shown whenever one is another. */
const SYNCED = `
  const sync = new (require("heatsync-rs"))();
  sync.events.on("error", (error) => console.log("error", error.message));
  const dep = sync.require("./dep.cjs");
  let shown;
  setInterval(() => { if (dep.value() !== shown) console.log("sees", (shown = dep.value())); }, 5);`;

/** @param {number} value */
const dep = (value) => `const { n } = require("./low.cjs"); exports.value = () => ${value} + n;`;

/** What a program does, and what of it follows saves then. @type {Record<string, string>} */
const PROGRAMS = {
  "empties require.cache": `${SYNCED}
    const before = require("heatsync-rs");
    for (const file of Object.keys(require.cache)) delete require.cache[file];
    if (require("heatsync-rs") !== before) console.log("another class");`,
  "deletes our files from require.cache": `${SYNCED}
    for (const file of Object.keys(require.cache)) if (/heatsync-rs|runtime/.test(file)) delete require.cache[file];`,
  // Each request is resolved from another folder first, which fails, as in mock-require.
  "patches Module._load by one that resolves in vain": `
    require("heatsync-rs");
    const Module = require("node:module");
    const { _load } = Module;
    const { resolve } = Module.createRequire("/nowhere/at-all.js");
    Module._load = function (request) {
      try { resolve(request); } catch {}
      return Reflect.apply(_load, this, arguments);
    };
    ${SYNCED}`,
  "has another Module._cache meanwhile": `
    const Module = require("node:module");
    ${SYNCED}
    const { _cache } = Module;
    Module._cache = { __proto__: null };
    const other = new (require("heatsync-rs"))();
    other.require("./other.cjs");
    try { other.require("./nothing.cjs"); } catch {}
    Module._cache = _cache;`,
  // As in Vitest's vmThreads: what is defined there, it says, is.
  "has a Module._cache that keeps nothing of what is defined in it": `
    const Module = require("node:module");
    Module._cache = new Proxy(Module._cache, { defineProperty: () => true, set: (it, file, module) => Reflect.set(it, file, module) });
    ${SYNCED}`,
};

for (const [what, program] of Object.entries(PROGRAMS)) {
  for (const nodeArguments of [[], ["--require", "heatsync-rs/register"]]) {
    test(`${what}${nodeArguments.length > 0 ? ", under register" : ""}`, async (t) => {
      const self = project(t, {
        "main.cjs": program,
        "dep.cjs": dep(1),
        "low.cjs": "exports.n = 10;",
        "other.cjs": "exports.n = 1;",
      });
      const app = self.run("main.cjs", { nodeArguments });
      await app.line("sees 11");
      self.write("low.cjs", "exports.n = 20;");
      await app.line("sees 21");
      self.write("dep.cjs", dep(2));
      await app.line("sees 22");
      assert.ok(!app.lines.includes("another class"));
      await app.end();
    });
  }
}

/** As jest does: every test file has its own registry, in one process. */
const REGISTRIES = `
  const fs = require("node:fs"), Module = require("node:module"), path = require("node:path"), vm = require("node:vm");
  const registry = () => {
    const known = new Map();
    const load = (file) => {
      const before = known.get(file);
      if (before) return before.exports;
      const module = { exports: {}, filename: file };
      known.set(file, module);
      const real = Module.createRequire(file);
      const requireThere = (id) => (Module.isBuiltin(id) ? require(id) : load(real.resolve(id)));
      requireThere.resolve = real.resolve;
      const names = ["exports", "require", "module", "__filename", "__dirname"];
      vm.compileFunction(fs.readFileSync(file, "utf8"), names, { filename: file }).call(
        module.exports, module.exports, requireThere, module, file, path.dirname(file));
      return module.exports;
    };
    return load;
  };
  setInterval(() => {}, 1000);
  (async () => {
    for (const name of ["first", "second", "third"]) {
      const sync = new (registry()(require.resolve("heatsync-rs")))();
      const dep = sync.require("./" + name + ".cjs");
      const reloaded = new Promise((resolve) => sync.events.on("reload", resolve));
      console.log(name, dep.value);
      await reloaded;
      console.log(name, dep.value);
    }
    process.exit();
  })();`;

test("registries of a test runner's, one after the other", async (t) => {
  const names = ["first", "second", "third"];
  const files = Object.fromEntries(names.map((name) => [`${name}.cjs`, "exports.value = 1;"]));
  const self = project(t, { "main.cjs": REGISTRIES, ...files });
  const app = self.run("main.cjs");
  for (const name of names) {
    await app.line(`${name} 1`);
    self.write(`${name}.cjs`, "exports.value = 2;");
    await app.line(`${name} 2`);
  }
  await app.exit;
  assert.equal(app.stderr, "");
});

/** As Jest 30 does: beside its registry each file has a class in the place of Node's, which requires by that registry. */
const CLASSES = `
  const fs = require("node:fs"), Module = require("node:module"), path = require("node:path"), vm = require("node:vm");
  const { getBuiltinModule } = process;
  const registry = (name) => {
    const known = new Map();
    const self = { isOver: false };
    class Theirs extends Module {}
    const refuse = () => { throw new Error("hooks are not supported"); };
    const hooks = Module.registerHooks ? { register: refuse, registerHooks: refuse } : { register: refuse };
    Object.assign(Theirs, Module, { Module: Theirs, createRequire: requireOf, ...hooks });
    process.getBuiltinModule = (id) => (/^(node:)?module$/.test(id) ? Theirs : getBuiltinModule(id));
    function requireOf(from) {
      const { resolve } = Module.createRequire(from);
      const requireThere = (id) => {
        if (self.isOver) throw new Error(name + " is over");
        return Module.isBuiltin(id) ? process.getBuiltinModule(id) : self.load(resolve(id));
      };
      return Object.assign(requireThere, { resolve });
    }
    self.load = (file) => {
      if (known.has(file)) return known.get(file).exports;
      const module = { exports: {}, filename: file };
      known.set(file, module);
      const names = ["exports", "require", "module", "__filename", "__dirname", "registry"];
      const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
      vm.compileFunction(fs.readFileSync(file, "utf8"), names, { filename: file, importModuleDynamically }).call(
        module.exports, module.exports, requireOf(file), module, file, path.dirname(file), name);
      return module.exports;
    };
    return self;
  };
  (async () => {
    for (const name of ["first", "second", "third"]) {
      const self = registry(name);
      const sync = new (self.load(require.resolve("heatsync-rs")))();
      const dep = sync.require("./dep.cjs");
      console.log(name, "has", dep.value);
      console.log(name, "imports", (await sync.import("./module.mjs")).value);
      self.isOver = true;
    }
  })();`;

test("classes of a test runner's in the place of Node's", async (t) => {
  const self = project(t, {
    "main.cjs": CLASSES,
    "dep.cjs": "exports.value = registry;",
    "module.mjs": "export const value = 1;",
  });
  const app = self.run("main.cjs", { nodeArguments: ["--disable-warning=ExperimentalWarning"] });
  for (const name of ["first", "second", "third"]) {
    await app.line(`${name} has ${name}`);
    await app.line(`${name} imports 1`);
  }
  assert.equal((await app.exit).code, 0);
  assert.equal(app.stderr, "");
});
