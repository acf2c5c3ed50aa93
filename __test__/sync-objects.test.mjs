// The object a module is handed out as: one per module, the same for ever, and after a reload exactly
// what a fresh load gives: names, order, getters, symbols, non-enumerable properties, prototype.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import Heatsync from "../index.mjs";
import { reloaded, shape, syncProject } from "./support/sync.mjs";

/** Versions of a CommonJS module; each is reloaded into each next one. */
const versions = {
  "plain properties": `exports.a = 1; exports.b = "two"; exports.c = [3];`,
  "another order, one gone": `exports.c = null; exports.a = undefined;`,
  "integer names before others": `exports.z = 0; exports[10] = 1; exports[2] = 2; exports.a = 3;`,
  accessors: `
    let count = 0;
    module.exports = { get a() { return 1; }, get c() { return count; }, set c(value) { count = value; }, set only(_) {} };`,
  "data again where accessors were": `exports.only = 1; exports.c = 2;`,
  symbols: `
    exports[Symbol.for("shared")] = 1;
    Object.defineProperty(exports, Symbol.for("hidden"), { value: 2, configurable: true });
    exports[Symbol.toStringTag] = "Mine";
    exports.a = 1;`,
  "non-enumerable and read-only": `
    Object.defineProperty(exports, "hidden", { value: 1, writable: true, configurable: true });
    Object.defineProperty(exports, "constant", { value: 2, enumerable: true, configurable: true });
    Object.defineProperty(exports, "both", { value: 3, configurable: true });
    exports.seen = 4;`,
  "what a compiler makes of export *": `
    Object.defineProperty(exports, "__esModule", { value: true });
    const other = { forwarded: 1 };
    Object.defineProperty(exports, "forwarded", { enumerable: true, get() { return other.forwarded; } });
    exports.default = class Thing {};`,
  "the same names, compiled again": `
    Object.defineProperty(exports, "__esModule", { value: true });
    Object.defineProperty(exports, "forwarded", { enumerable: true, get() { return "again"; } });`,
  "methods on a prototype": `
    const base = { constructor: { name: "Object" }, inherited() { return 1; } };
    module.exports = Object.assign(Object.create(base), { own: 1 });`,
  "Object.create(null) with a constructor": `
    module.exports = Object.assign(Object.create(null), { constructor: Object, a: 1 });`,
  "a name that means something": `
    module.exports = { ["__proto__"]: 1, hasOwnProperty: 2, then: 3, toString: 4, valueOf: 5 };`,
  "nothing at all": ``,
  functions: `exports.f = function f() {}; exports.g = () => {}; exports.K = class K {};`,
  "sealed properties, still replaceable": `module.exports = { a: 1 }; exports = module.exports;`,
};

describe("after a reload an object has exactly the properties of a fresh load", () => {
  it("of CommonJS modules, from every version to the next and back", async (t) => {
    const texts = Object.entries(versions);
    const test = syncProject(t, {
      "module.js": texts[0][1],
      ...Object.fromEntries(texts.map(([, text], index) => [`fresh/${index}.js`, text])),
    });
    const object = test.load("./module.js");
    const order = [...texts.keys(), ...[...texts.keys()].reverse()].slice(1);
    for (const index of order) {
      const [name, text] = texts[index];
      // A comment, so that going back to the version before is a change too.
      await test.save("module.js", `${text} // ${Math.random()}`);
      const fresh = test.require(`./fresh/${index}.js`);
      assert.equal(test.load("./module.js"), object, name);
      assert.equal(test.require("./module.js"), object, name);
      assert.deepEqual(shape(object), shape(fresh), name);
      const [own, wanted] = [object, fresh].map((it) => Object.getPrototypeOf(it));
      if (wanted && wanted !== Object.prototype) assert.deepEqual(shape(own), shape(wanted), name);
      else assert.equal(own, wanted, name);
      if (name === "accessors") {
        object.c = 5;
        assert.equal(object.c, 5);
      }
    }
    assert.deepEqual(test.errors, []);
  });

  it("of ES modules, through either method", async (t) => {
    const texts = [
      `export const b = 1, a = 2; export default 3; export function f() { return 1; }`,
      `export const $ = 1; export let a; export { a as "string name" };`,
      ``,
      `import * as self from "./module.mjs"; export { self }; export class K {} export const __proto__ = 1, then = 2;`,
      `export const f = 1; export default class { }`,
    ];
    const test = syncProject(t, {
      "module.mjs": texts[0],
      ...Object.fromEntries(texts.map((text, index) => [`fresh/${index}.mjs`, text])),
      "fresh/module.mjs": "",
    });
    const object = await test.import("./module.mjs");
    assert.equal(test.load("./module.mjs"), object);
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
    for (const [index, text] of [...texts.entries(), ...[...texts.entries()].reverse()].slice(1)) {
      await test.save("module.mjs", `${text} // ${Math.random()}`);
      const fresh = { ...(await import(pathToFileURL(test.project.path(`fresh/${index}.mjs`)).href)) };
      const seen = { ...fresh, ...(fresh.self && { self: object.self }) };
      assert.deepEqual(shape(object), shape(seen), text);
      assert.equal(await test.import("./module.mjs"), object);
      assert.equal(test.load("./module.mjs"), object);
      assert.deepEqual(Object.keys(object), Object.keys(fresh));
    }
    assert.deepEqual(test.errors, []);
  });

  it("of CommonJS that is imported, compiled from an ES module or not", async (t) => {
    const texts = [`exports.__esModule = true; exports.default = 1; exports.a = 2;`, `exports.a = 3;`];
    const files = Object.fromEntries(texts.map((text, index) => [`fresh/${index}.cjs`, text]));
    const test = syncProject(t, { "module.cjs": texts[0], ...files });
    const object = await test.import("./module.cjs");
    for (const index of [1, 0, 1]) {
      await test.save("module.cjs", `${texts[index]} // ${Math.random()}`);
      const fresh = await import(pathToFileURL(test.project.path(`fresh/${index}.cjs`)).href);
      assert.deepEqual(shape(object), shape({ ...fresh }), texts[index]);
    }
    assert.deepEqual(test.errors, []);
  });
});

it("whoever reads an object reads it as fast after a reload as before", async (t) => {
  setFlagsFromString("--allow-natives-syntax");
  const isFast = new Function("object", "return %HasFastProperties(object)");
  setFlagsFromString("--no-allow-natives-syntax");
  const test = syncProject(t, {
    "a.js": "exports.value = 1; exports.f = () => 1;",
    "b.mjs": "export const value = 1, f = () => 1;",
  });
  const objects = [test.load("./a.js"), await test.import("./b.mjs")];
  assert.deepEqual(objects.map(isFast), [true, true]);
  await test.save("a.js", "exports.value = 2; exports.f = () => 2;");
  await test.save("b.mjs", "export const value = 2, f = () => 2;");
  assert.deepEqual(
    objects.map((it) => [it.value, it.f(), isFast(it)]),
    [
      [2, 2, true],
      [2, 2, true],
    ],
  );
});

describe("one object per module", () => {
  it("is module.exports itself, for plain require before and after a reload", async (t) => {
    const test = syncProject(t, {
      "a.js": `exports.value = 1; exports.self = module.exports; exports.set = (value) => { exports.value = value; };`,
      "user.js": `exports.a = require("./a.js"); exports.again = () => require("./a.js");`,
      "compiled.js": `Object.defineProperty(exports, "__esModule", { value: true }); exports.value = 1;`,
    });
    const before = test.require("./a.js");
    const a = test.load("./a.js");
    assert.equal(a, before);
    assert.equal(a.self, a);
    a.set(5);
    assert.equal(a.value, 5);
    const user = test.require("./user.js");
    assert.equal(user.a, a);
    await test.save("a.js", "exports.value = 2;");
    assert.equal(user.a.value, 2);
    assert.equal(user.again(), a);
    assert.equal(test.require.cache[test.project.path("a.js")]?.exports, a);

    const compiled = test.load("./compiled.js");
    assert.equal(test.require("./compiled.js"), compiled);
    await test.save(
      "compiled.js",
      `Object.defineProperty(exports, "__esModule", { value: true }); exports.b = 2;`,
    );
    assert.equal(test.require("./compiled.js"), compiled);
    assert.deepEqual(Reflect.ownKeys(compiled), ["__esModule", "b"]);
  });

  it("keeps what require() adds to an ES module with a default export, and loses it with that", async (t) => {
    const test = syncProject(t, { "m.mjs": "export default 1; export const a = 1;" });
    const module = test.load("./m.mjs");
    const seen = () =>
      Reflect.ownKeys(module).map((key) => `${String(key)}: ${module[/** @type {any} */ (key)]}`);
    assert.deepEqual(seen(), ["__esModule: true", "a: 1", "default: 1"]);
    await test.save("m.mjs", "export default 2; export const a = 2;");
    assert.deepEqual(seen(), ["__esModule: true", "a: 2", "default: 2"]);
    await test.save("m.mjs", "export default 3; export const b = 3;");
    assert.deepEqual(seen(), ["__esModule: true", "b: 3", "default: 3"]);
    await test.save("m.mjs", "export const b = 4;");
    assert.deepEqual(seen(), ["b: 4"]);
  });

  it("is a copy of exports that could never be replaced, as compilers make them of export * and export from", async (t) => {
    const test = syncProject(t, {
      "a.js": `
        Object.defineProperty(exports, "__esModule", { value: true });
        Object.defineProperty(exports, "forwarded", { enumerable: true, get() { return 1; } });`,
    });
    const a = test.load("./a.js");
    assert.equal(a.forwarded, 1);
    assert.equal(test.require("./a.js"), a);
    await test.save(
      "a.js",
      `Object.defineProperty(exports, "__esModule", { value: true });
      Object.defineProperty(exports, "forwarded", { enumerable: true, get() { return 2; } });`,
    );
    assert.equal(a.forwarded, 2);
    await test.save("a.js", "exports.own = 3;");
    assert.deepEqual({ ...a }, { own: 3 });
    assert.equal(test.require("./a.js"), a);
  });

  it("is the object its module and a require cycle hold, compiled ones included", async (t) => {
    const test = syncProject(t, {
      "a.js": `
        Object.defineProperty(exports, "__esModule", { value: true });
        exports.count = 0;
        exports.add = () => { exports.count += 1; };
        exports.b = require("./b.js");`,
      "b.js": `exports.a = require("./a.js");`,
    });
    const a = test.load("./a.js");
    a.add();
    assert.equal(a.count, 1);
    assert.equal(a.b.a, a);
  });

  it("under every way to name it, and for a file reached through a link", async (t) => {
    const test = syncProject(t, { "a.js": "exports.value = 1;", "dir/x.js": "" });
    const { symlinkSync } = await import("node:fs");
    symlinkSync(test.project.path("a.js"), test.project.path("link.js"));
    const a = test.load("./a.js");
    for (const id of ["./a", "./dir/../a.js", test.project.path("a.js"), "./link.js"]) {
      assert.equal(test.load(id), a, id);
    }
    await test.save("a.js", "exports.value = 2;");
    assert.equal(test.load("./link.js").value, 2);
  });

  it("for two instances, each with its own events; the one left goes on when the other is disposed", async (t) => {
    const test = syncProject(t, { "a.js": "exports.value = 1;", "m.mjs": "export const value = 1;" });
    const other = new Heatsync();
    t.after(() => other.dispose());
    const a = test.load("./a.js");
    assert.equal(other.require("./a.js", test.project.directory), a);
    const m = await test.import("./m.mjs");
    const otherM = await other.import("./m.mjs", undefined, test.project.directory);
    assert.equal(otherM.value, 1);
    let evaluations = 0;
    Object.defineProperty(globalThis, "evaluated", { configurable: true, value: () => ++evaluations });
    t.after(() => Reflect.deleteProperty(globalThis, "evaluated"));

    for (const name of ["a.js", "m.mjs"]) await test.settle(name);
    const both = reloaded(other, test.project.path("a.js"), () => {});
    await test.save("a.js", "exports.value = 2; evaluated();");
    await both;
    assert.equal(a.value, 2);
    assert.equal(evaluations, 1);
    const bothModules = reloaded(other, test.project.path("m.mjs"), () => {});
    await test.save("m.mjs", "export const value = 2; evaluated();");
    await bothModules;
    assert.deepEqual([m.value, otherM.value, evaluations], [2, 2, 2]);

    await other.dispose();
    await test.save("a.js", "exports.value = 3;");
    await test.save("m.mjs", "export const value = 3;");
    assert.equal(a.value, 3);
    assert.equal(m.value, 3);
    assert.equal(otherM.value, 2);
  });

  it("through require and import of the same CommonJS file", async (t) => {
    const test = syncProject(t, { "a.cjs": "exports.value = 1; exports.old = 1;" });
    const required = test.load("./a.cjs");
    const imported = await test.import("./a.cjs");
    assert.equal(imported.default, required);
    assert.equal(imported.value, 1);
    await test.save("a.cjs", "exports.value = 2; exports.added = 2;");
    assert.equal(await test.import("./a.cjs"), imported);
    assert.deepEqual({ ...required }, { value: 2, added: 2 });
    assert.deepEqual([imported.value, imported.added, imported.old], [2, 2, undefined]);
    assert.deepEqual({ ...imported.default }, { value: 2, added: 2 });
  });

  it("is up to date when another instance has loaded it and the cache was emptied since", async (t) => {
    const test = syncProject(
      t,
      { "a.js": "exports.value = 1;", "caller.js": "exports.resync = (sync, id) => sync.resync(id);" },
      "{ watchFS: false }",
    );
    const other = new Heatsync({ watchFS: false });
    t.after(() => other.dispose());
    const a = test.load("./a.js");
    test.project.write("a.js", "exports.value = 2;");
    assert.equal(test.require("./caller.js").resync(other, "./a.js"), a);
    assert.equal(a.value, 2);
    test.project.write("a.js", "exports.value = 3;");
    delete test.require.cache[test.project.path("a.js")];
    const third = new Heatsync({ watchFS: false });
    t.after(() => third.dispose());
    assert.equal(third.require("./a.js", test.project.directory), a);
    assert.equal(a.value, 3);
  });

  it("is not to be had of what is no file, by resync", async (t) => {
    const { sync, project } = syncProject(t, {});
    for (const id of ["node:fs", "fs", new URL("data:text/javascript,1")])
      await assert.rejects(Promise.resolve(sync.resync(id, project.directory)), {
        message: `${id} is not a file and can't be reloaded`,
      });
  });
});
