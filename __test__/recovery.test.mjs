// After something went wrong, the next good save is live, and nothing of the failed version stays.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import Heatsync, { hmr } from "../index.mjs";
import { project, until } from "./support/project.mjs";

/**
 * A project and an instance; `errors` collects what the instance reports.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {import("../index.js").Options} [options]
 */
function setup(t, files, options) {
  const own = project(t, files);
  const sync = new Heatsync(options);
  /** @type {string[]} */
  const errors = [];
  sync.events.on("error", (error) => errors.push(error.message));
  t.after(() => sync.dispose());
  return { own, sync, errors, load: (/** @type {string} */ name) => sync.require(own.path(name)) };
}

for (const [what, broken, mended] of [
  ["that throws", "throw new Error('bad')", "exports.x = 2"],
  ["that does not parse", "exports.x = (", "exports.x = 2"],
]) {
  test(`a file newly required ${what} is watched, and mending it goes live`, async (t) => {
    const { own, errors, load } = setup(t, { "a.js": "exports.v = 1" });
    const a = load("a.js");
    own.write("new.js", broken);
    own.write("a.js", "exports.v = require('./new.js').x");
    await until(() => errors.length === 1);
    assert.equal(a.v, 1);
    own.write("new.js", mended);
    await until(() => a.v === 2);
  });
}

for (const [what, name, save] of [
  ["a CommonJS file", "a.js", "a.js"],
  ["an ES module", "a.mjs", "a.mjs"],
  ["whose dependency was edited", "b.js", "a.js"],
  ["that newly requires what throws", "c.js", "c.js"],
]) {
  test(`what threw is tried again when it is saved as it is: ${what}`, async (t) => {
    const needs = "if (!globalThis.databaseIsUp) throw new Error('no database'); ";
    const isModule = name === "a.mjs";
    const { own, sync, errors } = setup(t, {
      "a.js": "exports.v = require('./b.js').v",
      "a.mjs": "export const v = 1",
      "b.js": "exports.v = 1",
    });
    const a = isModule ? await sync.import(own.path(name)) : sync.require(own.path("a.js"));
    t.after(() => Reflect.deleteProperty(globalThis, "databaseIsUp"));
    if (name === "c.js") own.write("b.js", "exports.v = require('./c.js').v");
    // What throws is in a.js in one case: it is evaluated anew as the importer of what was edited.
    const texts = {
      "a.js": `${needs}exports.v = require('./b.js').v + 1`,
      "a.mjs": `${needs}export const v = 2`,
      "b.js": `${needs}exports.v = 2`,
      "c.js": `${needs}exports.v = 2`,
    };
    const text = texts[/** @type {keyof typeof texts} */ (name)];
    own.write(name, text);
    await until(() => errors.includes("no database"));
    assert.equal(a.v, 1);
    const others = errors.length;
    /** Saves a file with the text it has. */
    const saveAgain = async () => {
      await own.olderThanNow();
      own.write(save, fs.readFileSync(own.path(save), "utf8"));
    };
    await saveAgain();
    await until(() => errors.length > others, "it is tried, and fails again");
    Reflect.set(globalThis, "databaseIsUp", true);
    await saveAgain();
    await until(() => a.v === 2);
  });
}

for (const [kind, load, b, c, thrown] of /** @type {const} */ ([
  [
    "ES modules",
    "import",
    `import { c } from "./c.mjs"; export const v = "b" + c;`,
    "export const c = ",
    "c",
  ],
  ["CommonJS", "require", `exports.v = "b" + require("./c.cjs").c;`, "exports.c = ", "exports.v"],
])) {
  for (const how of ["throws", "is deleted"]) {
    test(`${kind}: what was edited while its importer ${how} is live when that is undone`, async (t) => {
      const ext = load === "import" ? "mjs" : "cjs";
      const { own, sync, errors } = setup(t, { [`b.${ext}`]: b, [`c.${ext}`]: `${c}1;` });
      const object = await sync[load](own.path(`b.${ext}`));
      assert.equal(object.v, "b1");
      // What is told of twice must be two errors.
      if (how === "throws") own.write(`b.${ext}`, `${b} throw new Error("bad " + ${thrown});`);
      else own.delete(`b.${ext}`);
      await until(() => errors.length === 1);
      own.write(`c.${ext}`, `${c}2;`);
      await until(() => errors.length === 2);
      own.write(`b.${ext}`, b);
      await until(() => object.v === "b2");
    });
  }
}

test("CommonJS that does not parse, and has an export in it, requires what it required", async (t) => {
  const text = "exports.v = require('./b.js').v";
  const { own, errors, load } = setup(t, { "a.js": text, "b.js": "exports.v = 1", "c.js": "exports.v = 1" });
  const a = load("a.js");
  const c = load("c.js");
  own.write("a.js", `${text};\nexport const = ;`);
  await until(() => errors.length === 1);
  own.write("b.js", "exports.v = 2");
  own.write("c.js", "exports.v = 2");
  // Then b.js was looked at, too.
  await until(() => c.v === 2);
  own.write("a.js", `${text};\n`);
  await until(() => a.v === 2);
  own.write("b.js", "exports.v = 3");
  await until(() => a.v === 3);
});

test("a package that is installed later mends the import", async (t) => {
  const { own, errors, load } = setup(t, { "a.js": "exports.v = 1" });
  const a = load("a.js");
  own.write("a.js", "exports.v = require('late-package')");
  await until(() => errors.length === 1);
  own.write("node_modules/late-package/index.js", "module.exports = 2");
  own.write("node_modules/late-package/package.json", { name: "late-package", main: "index.js" });
  await until(() => a.v === 2);
});

test("CommonJS that requires an ES module gets its new version", async (t) => {
  const { own, load } = setup(t, {
    "u.mjs": "export const v = 1",
    "a.js": "exports.v = require('./u.mjs').v",
  });
  const a = load("a.js");
  assert.equal(a.v, 1);
  own.write("u.mjs", "export const v = 2");
  await until(() => a.v === 2);
});

test("an ES module that imports CommonJS which requires more gets whole exports", async (t) => {
  const { own, sync } = setup(t, {
    "m.mjs": "export { default } from './h.cjs'",
    "h.cjs": "module.exports = require('./h2.cjs')",
    "h2.cjs": "module.exports = { ok: 0 }",
  });
  const m = await sync.import(own.path("m.mjs"));
  for (const ok of [1, 2]) {
    own.write("h2.cjs", `module.exports = { ok: ${ok} }`);
    await until(() => m.default.ok === ok);
  }
});

test("a CommonJS file imported by an ES module may throw, and be mended", async (t) => {
  const { own, sync, errors } = setup(t, {
    "m.mjs": "import c from './c.cjs'; export const v = c.v",
    "c.cjs": "exports.v = 1",
  });
  const m = await sync.import(own.path("m.mjs"));
  own.write("c.cjs", "throw new Error('oops')");
  await until(() => errors.includes("oops"));
  own.write("c.cjs", "exports.v = 2");
  await until(() => m.v === 2);
});

test("an hmr callback that never ends keeps no one else from reloading", async (t) => {
  const { own, load } = setup(t, { "a.js": "exports.v = 1", "server.mjs": "export const v = 1" });
  const a = load("a.js");
  /** @type {number[]} */
  const seen = [];
  const handle = hmr(own.path("server.mjs"), own.path("server.mjs"), async (module) => {
    seen.push(module.v);
    if (module.v === 2) await new Promise(() => {});
  });
  await handle.ready;
  own.write("server.mjs", "export const v = 2");
  await until(() => seen.length === 2);
  own.write("a.js", "exports.v = 2");
  await until(() => a.v === 2);
  // Not `close()`: it would wait for the callback.
  void handle.close();
});

test("an emitter that throws when a listener is taken off keeps no one else from reloading", async (t) => {
  const { own, sync, load } = setup(t, { "a.js": "exports.v = 1", "b.js": "exports.v = 1" });
  const uncaught = interceptUncaught(t);
  const emitter = Object.assign(new EventEmitter(), {
    removeListener() {
      throw new Error("no");
    },
  });
  Object.assign(globalThis, { recovery: { sync, emitter } });
  own.write("a.js", "recovery.sync.addTemporaryListener(recovery.emitter, 'x', () => {}); exports.v = 1");
  const a = load("a.js");
  const b = load("b.js");
  own.write("a.js", "exports.v = 2");
  await until(() => a.v === 2);
  own.write("b.js", "exports.v = 2");
  await until(() => b.v === 2);
  assert.deepEqual(uncaught, ["no"]);
});

test("an error that can't even be looked at keeps no one else from reloading", async (t) => {
  const { own, errors, load } = setup(t, { "a.js": "exports.v = 1", "b.js": "exports.v = 1" });
  const a = load("a.js");
  const b = load("b.js");
  own.write(
    "a.js",
    "const e = new Error('x'); for (const k of ['stack', 'code', 'name']) Object.defineProperty(e, k, { get() { throw 1; } }); throw e;",
  );
  await until(() => errors.length === 1);
  own.write("b.js", "exports.v = 2");
  await until(() => b.v === 2);
  own.write("a.js", "exports.v = 2");
  await until(() => a.v === 2);
});

test("a cycle of sync.require is one module, also for dispose", async (t) => {
  const { own, sync, load } = setup(t, {
    "a.js": "exports.v = 1; exports.b = recovery.require(__dirname + '/b.js')",
    "b.js": "exports.a = recovery.require(__dirname + '/a.js')",
    "other.js": "exports.v = 1",
  });
  Object.assign(globalThis, { recovery: sync });
  const a = load("a.js");
  assert.equal(a.b.a, a);
  const other = new Heatsync();
  t.after(() => other.dispose());
  const witness = other.require(own.path("other.js"));
  await sync.dispose();
  own.write("a.js", "exports.v = (");
  own.write("other.js", "exports.v = 2");
  await until(() => witness.v === 2);
  assert.equal(a.v, 1);
});

test("timers and classes of a version that failed are gone with it", async (t) => {
  const { own, sync, errors, load } = setup(t, {});
  Object.assign(globalThis, { recovery: { sync, ticks: 0 } });
  const version = (/** @type {number} */ hi, /** @type {string} */ rest) => `
    class P extends recovery.sync.ReloadableClass { hi() { return ${hi}; } }
    recovery.sync.reloadClassMethods(P);
    exports.P = P;
    exports.v = ${hi};
    ${rest}`;
  own.write("a.js", version(1, ""));
  const a = load("a.js");
  const instance = new a.P();
  own.write(
    "a.js",
    version(2, "recovery.sync.addTemporaryInterval(() => { recovery.ticks++; }, 1); throw new Error('late')"),
  );
  await until(() => errors.includes("late"));
  assert.equal(instance.hi(), 1);
  assert.ok(instance instanceof a.P);
  const { recovery } = /** @type {any} */ (globalThis);
  const ticks = recovery.ticks;
  own.write("a.js", version(3, ""));
  await until(() => a.v === 3);
  assert.equal(instance.hi(), 3);
  assert.equal(recovery.ticks, ticks);
});

test("a synced file that is deleted is reported, without a word of a reload", async (t) => {
  const { own, sync, errors, load } = setup(t, { "a.js": "exports.v = 1" });
  const a = load("a.js");
  /** @type {string[]} */
  const announced = [];
  sync.events.on("any", (file) => announced.push(file));
  own.delete("a.js");
  await until(() => errors.length === 1);
  assert.match(errors[0], /Cannot find module/);
  assert.deepEqual(announced, []);
  own.write("a.js", "exports.v = 2");
  await until(() => a.v === 2);
});

test("a file of sync.import() that is deleted is reported in Node's words for ES modules", async (t) => {
  const { own, sync } = setup(t, { "a.mjs": "export const v = 1;" });
  /** @type {(Error & { code?: string, url?: string })[]} */
  const errors = [];
  sync.events.on("error", (error) => errors.push(error));
  const a = await sync.import(own.path("a.mjs"));
  own.delete("a.mjs");
  await until(() => errors.length === 1);
  const [{ message, code, url }] = errors;
  assert.equal(message.split("\n", 1)[0], `Cannot find module '${own.path("a.mjs")}'`);
  assert.doesNotMatch(message, /Require stack/);
  assert.deepEqual(
    { code, url },
    { code: "ERR_MODULE_NOT_FOUND", url: pathToFileURL(own.path("a.mjs")).href },
  );
  own.write("a.mjs", "export const v = 2;");
  await until(() => a.v === 2);
});

test("ignoring a file that is being waited out keeps no one else from reloading", async (t) => {
  const { own, load } = setup(t, { "a.js": "exports.v = 1", "b.js": "exports.v = 1" });
  load("a.js");
  const b = load("b.js");
  own.write("a.js", "exports.v = (");
  const ignoring = new Heatsync({ ignore: [own.path("a.js")] });
  t.after(() => ignoring.dispose());
  own.write("b.js", "exports.v = 2");
  await until(() => b.v === 2);
});

test("a CommonJS file may become an ES module", async (t) => {
  const { own, sync } = setup(t, { "m.js": "exports.v = 1" });
  const m = await sync.import(own.path("m.js"));
  own.write("m.js", "export const v = 2");
  await until(() => m.v === 2);
});

test("an instance that is used after it was disposed is a whole one", async (t) => {
  const { own, sync, load } = setup(t, { "a.js": "exports.v = 1" });
  load("a.js");
  await sync.dispose();
  const a = load("a.js");
  /** @type {string[]} */
  const reloaded = [];
  sync.events.on("reload", (file) => reloaded.push(file));
  own.write("a.js", "exports.v = 2");
  await until(() => a.v === 2);
  assert.deepEqual(reloaded, [own.path("a.js")]);
});

test("an object that was frozen since is reported", async (t) => {
  const { own, errors, load } = setup(t, { "a.js": "exports.v = 1" });
  Object.freeze(load("a.js"));
  own.write("a.js", "exports.v = 2");
  await until(() => errors.length === 1);
  assert.match(errors[0], /a\.js was frozen/);
});

test("an instance with watchFS: false follows nobody else's watch", async (t) => {
  const { own, sync } = setup(t, { "m.mjs": "export const v = 1" }, { watchFS: false });
  const still = await sync.import(own.path("m.mjs"));
  const other = new Heatsync();
  t.after(() => other.dispose());
  const follows = await other.import(own.path("m.mjs"));
  own.write("m.mjs", "export const v = 2");
  await until(() => follows.v === 2);
  assert.equal(still.v, 1);
  assert.equal((await sync.resync(own.path("m.mjs"))).v, 2);
});

test("what the program loads and drops by itself is not kept", async (t) => {
  const own = project(t, {
    "a.js": "exports.big = Buffer.alloc(1e6)",
    "main.js": `
      const Heatsync = require("heatsync-rs");
      new Heatsync();
      (async () => {
        for (let count = 0; count < 400; count++) {
          delete require.cache[require.resolve("./a.js")];
          require("./a.js");
          module.children.pop();
          if (count % 20 === 0) { await new Promise(setImmediate); global.gc(); }
        }
        global.gc();
        console.log("megabytes " + Math.round(process.memoryUsage().arrayBuffers / 1e6));
      })();`,
  });
  const program = own.run("main.js", { nodeArguments: ["--expose-gc"] });
  const megabytes = Number((await program.line(/^megabytes /)).split(" ")[1]);
  assert.ok(megabytes < 50, `${megabytes} MB of 400 are still there`);
});

/** @param {import("node:test").TestContext} t */
function interceptUncaught(t) {
  /** @type {string[]} */
  const messages = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const listener = (/** @type {Error} */ error) => void messages.push(error.message);
  process.on("uncaughtException", listener);
  t.after(() => {
    process.removeListener("uncaughtException", listener);
    for (const other of others) process.on("uncaughtException", other);
  });
  return messages;
}
