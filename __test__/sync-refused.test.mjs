// What can't be updated in place is refused, with an error that names the file, what it exports and
// what to do instead; at the first load to the caller, at a reload on `events`, the old object whole.
import assert from "node:assert/strict";
import { it } from "node:test";
import { syncProject } from "./support/sync.mjs";

/** source → [what the file exports, what to do] */
const refused = {
  "module.exports = Object.create(null);": [
    "an object without a constructor (Object.create(null))",
    "export a plain object, as { ...value }",
  ],
  "module.exports = { get constructor() { throw new Error('no'); } };": [
    "an object without a constructor (Object.create(null))",
    "export a plain object, as { ...value }",
  ],
  "module.exports = [1, 2];": ["an array", "module.exports = { value }"],
  "module.exports = class Thing {};": ["the class Thing", "module.exports = { value }"],
  "module.exports = class {};": ["the class (anonymous)", "module.exports = { value }"],
  "module.exports = function handler() {};": ["the function handler", "module.exports = { value }"],
  "module.exports = async () => {};": ["the function (anonymous)", "module.exports = { value }"],
  "module.exports = Object.freeze({ a: 1 });": ["a frozen object", "without Object.freeze"],
  "module.exports = Object.freeze(Object.create(null));": ["a frozen object", "without Object.freeze"],
  "module.exports = Object.seal({ a: 1 });": [
    "an object that can't be extended",
    "module.exports = { value }",
  ],
  "module.exports = Object.preventExtensions({ a: 1 });": [
    "an object that can't be extended",
    "module.exports = { value }",
  ],
  "module.exports = null;": ["null", "module.exports = { value }"],
  "module.exports = undefined;": ["undefined", "module.exports = { value }"],
  "module.exports = 5;": ["the number 5", "module.exports = { value }"],
  "module.exports = 'text';": ["the string 'text'", "module.exports = { value }"],
  "module.exports = true;": ["the boolean true", "module.exports = { value }"],
  "module.exports = 10n;": ["the bigint 10n", "module.exports = { value }"],
  "module.exports = Symbol('s');": ["the symbol Symbol(s)", "module.exports = { value }"],
  "module.exports = new Map();": ["an instance of Map", "module.exports = { value }"],
  "module.exports = new Date(0);": ["an instance of Date", "module.exports = { value }"],
  "module.exports = Promise.resolve();": ["an instance of Promise", "module.exports = { value }"],
  "module.exports = new (class Own {})();": ["an instance of Own", "module.exports = { value }"],
};

it("refuses every other kind at the first load", (t) => {
  const sources = Object.entries(refused);
  const test = syncProject(
    t,
    Object.fromEntries(sources.map(([source], index) => [`refused/${index}.js`, source])),
  );
  for (const [index, [source, [exported, advice]]] of sources.entries()) {
    const file = test.project.path("refused", `${index}.js`);
    assert.throws(
      () => test.load(file),
      (error) => {
        const { name, code, message } = /** @type {NodeJS.ErrnoException} */ (error);
        assert.equal(name, "TypeError");
        assert.equal(code, "HEATSYNC_NOT_RELOADABLE");
        assert.equal(/** @type {any} */ (error).file, file);
        assert.ok(message.startsWith(`${file} does not seem to export an Object`), message);
        assert.ok(message.includes(`it exports ${exported},`), message);
        assert.ok(message.includes(advice), message);
        return true;
      },
      source,
    );
    // Plain require is none the worse for it.
    assert.doesNotThrow(() => test.require(file), source);
  }
  assert.deepEqual(test.errors, []);
});

it("refuses it at a reload too: the old object stays as it was, and the next good save is taken", async (t) => {
  const test = syncProject(t, { "module.js": "exports.value = 0; exports.old = () => 1;" });
  const object = test.load("./module.js");
  const file = test.project.path("module.js");
  await test.settle("module.js");
  for (const [index, [source, [exported]]] of Object.entries(refused).entries()) {
    const before = Object.getOwnPropertyDescriptors(object);
    const error = await test.fail("module.js", source);
    assert.ok(error.message.includes(`it exports ${exported},`), error.message);
    assert.equal(error.file, file);
    assert.deepEqual(Object.getOwnPropertyDescriptors(object), before, source);
    assert.equal(test.load("./module.js"), object);
    assert.equal(test.require("./module.js"), object, "plain require gives the old object as well");
    if (index % 5 === 0) {
      await test.save("module.js", `exports.value = ${index}; exports.fresh = [];`);
      assert.deepEqual({ ...object }, { value: index, fresh: [] });
    }
  }
  assert.equal(test.errors.length, Object.keys(refused).length);
});

it("takes plain objects of every make", async (t) => {
  const test = syncProject(t, {
    "literal.js": "module.exports = { a: 1 };",
    "empty.js": "",
    "with-constructor.js":
      "module.exports = Object.assign(Object.create(null), { constructor: Object, a: 1 });",
    "other-realm.js": `module.exports = require("node:vm").runInNewContext("({ a: 1 })");`,
    "inherits.js": "module.exports = Object.assign(Object.create({ a: 1 }), {});",
    "proxy.js": "module.exports = new Proxy({ a: 1 }, {});",
    "sealed-later.js": "module.exports = { a: 1 }; module.exports.inner = Object.freeze({});",
    "own-constructor.js": `module.exports = Object.assign(new (class Own {})(), { a: 1, constructor: { name: "Object" } });`,
    "module.mjs": "export const a = 1;",
    "default-only.mjs": "export default class Anything {}",
    "empty.mjs": "",
    "frozen-default.mjs": "export default Object.freeze([]);",
  });
  for (const id of ["./literal.js", "./with-constructor.js", "./inherits.js", "./proxy.js", "./module.mjs"]) {
    assert.equal(test.load(id).a, 1, id);
  }
  for (const id of ["./other-realm.js", "./sealed-later.js", "./own-constructor.js"]) {
    assert.equal(test.load(id).a, 1, id);
  }
  assert.deepEqual(test.load("./empty.js"), {});
  assert.deepEqual(test.load("./empty.mjs"), {});
  assert.equal((await test.import("./default-only.mjs")).default.name, "Anything");
  assert.deepEqual(await test.import("./frozen-default.mjs"), { default: [] });
  await test.save("proxy.js", "module.exports = new Proxy({ b: 2 }, {});");
  assert.deepEqual({ ...test.load("./proxy.js") }, { b: 2 });
  await test.save("other-realm.js", "exports.b = 2;");
  assert.deepEqual({ ...test.load("./other-realm.js") }, { b: 2 });
  assert.equal(Object.getPrototypeOf(test.load("./other-realm.js")), Object.prototype);
});

it("takes whatever a CommonJS module exports through import, as its default export", async (t) => {
  const test = syncProject(t, { "list.cjs": "module.exports = [1];", "fn.cjs": "module.exports = () => 1;" });
  const [list, fn] = await test.import(["./list.cjs", "./fn.cjs"]);
  assert.deepEqual(list.default, [1]);
  assert.equal(fn.default(), 1);
  await test.save("list.cjs", "module.exports = [2];");
  assert.deepEqual(list.default, [2]);
});

it("names the file that is refused, not who requires it", async (t) => {
  const test = syncProject(t, {
    "config.js": "exports.value = 0;",
    "user.js": `exports.config = require("./config.js");`,
  });
  test.load("./config.js");
  test.load("./user.js");
  await test.settle("config.js");
  const error = await test.fail("config.js", "module.exports = [1];");
  assert.equal(error.file, test.project.path("config.js"));
});
