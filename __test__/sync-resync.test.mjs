// `resync`: a reload by hand, changed or not, watched or not.
import assert from "node:assert/strict";
import { it } from "node:test";
import { pathToFileURL } from "node:url";
import Heatsync from "../index.mjs";
import { syncProject } from "./support/sync.mjs";

const unwatched = "{ watchFS: false }";

/** @param {import("node:test").TestContext} t */
function counter(t) {
  let count = 0;
  Object.defineProperty(globalThis, "evaluation", { configurable: true, value: () => ++count });
  t.after(() => Reflect.deleteProperty(globalThis, "evaluation"));
}

it("reloads a CommonJS module at once and gives its object, an ES module's as a promise", async (t) => {
  counter(t);
  const test = syncProject(
    t,
    {
      "a.js": "exports.value = 1; exports.evaluation = evaluation();",
      "m.mjs": "export const value = 1, at = evaluation();",
      "c.json": { value: 1 },
      "caller.js": `
        const { sync } = require("./sync.js");
        exports.resync = (id) => sync.resync(id);`,
      "caller.mjs": `
        import { sync } from "./sync.js";
        export const resync = (id) => sync.resync(id);`,
    },
    unwatched,
  );
  const { resync } = test.require("./caller.js");
  const fromModule = await import(pathToFileURL(test.project.path("caller.mjs")).href);
  const a = test.load("./a.js");
  const m = await test.import("./m.mjs");
  const c = test.load("./c.json");
  /** @type {string[]} */
  const events = [];
  for (const name of ["any", "reload"])
    test.sync.events.on(name, (/** @type {string} */ file) => events.push(name, file));

  // Unchanged: evaluated anew all the same.
  const before = a.evaluation;
  assert.equal(resync("./a.js"), a);
  assert.equal(a.evaluation > before, true);
  assert.deepEqual(events, ["any", test.project.path("a.js"), "reload", test.project.path("a.js")]);

  test.project.write("a.js", "exports.value = 2;");
  test.project.write("m.mjs", "export const value = 2;");
  test.project.write("c.json", { value: 2 });
  assert.equal(a.value, 1);
  assert.equal(resync("./a.js"), a);
  assert.deepEqual({ ...a }, { value: 2 });
  assert.equal(resync("./c.json"), c);
  assert.equal(c.value, 2);
  const promise = resync("./m.mjs");
  assert.ok(promise instanceof Promise);
  assert.equal(await promise, m);
  assert.deepEqual({ ...m }, { value: 2 });

  test.project.write("a.js", "exports.value = 3;");
  test.project.write("m.mjs", "export const value = 3;");
  assert.equal(await fromModule.resync("./m.mjs"), m);
  assert.equal(await fromModule.resync("./a.js"), a);
  assert.deepEqual([a.value, m.value], [3, 3]);
  assert.deepEqual(test.errors, []);
});

it("takes a list, and every kind of id", async (t) => {
  const test = syncProject(
    t,
    {
      "package.json": { name: "app", imports: { "#b": "./b.js" } },
      "a.js": "exports.value = 1;",
      "b.js": "exports.value = 1;",
      "m.mjs": "export const value = 1;",
    },
    unwatched,
  );
  const { directory } = test.project;
  const [a, b] = test.load(["./a.js", "./b.js"]);
  const m = await test.import("./m.mjs");
  const save = (/** @type {number} */ value) => {
    test.project.write("a.js", `exports.value = ${value};`);
    test.project.write("b.js", `exports.value = ${value};`);
    test.project.write("m.mjs", `export const value = ${value};`);
  };
  save(2);
  assert.deepEqual(test.sync.resync(["./a.js", "#b"], directory), [a, b]);
  assert.deepEqual([a.value, b.value, m.value], [2, 2, 1]);
  save(3);
  const mixed = test.sync.resync([pathToFileURL(test.project.path("a.js")), "./m.mjs"], directory);
  assert.ok(mixed instanceof Promise);
  assert.deepEqual(await mixed, [a, m]);
  assert.deepEqual([a.value, b.value, m.value], [3, 2, 3]);
  assert.equal(test.sync.resync(test.project.path("b.js")), b);
  assert.equal(b.value, 3);
});

it("loads what was not loaded before, as it is on disk now: at once for CommonJS callers", async (t) => {
  const test = syncProject(
    t,
    {
      "a.js": "exports.value = 1;",
      "b.js": "exports.value = 1;",
      "m.mjs": "export const value = 1;",
      "plain.js": "exports.value = 1;",
      "caller.js": `const { sync } = require("./sync.js"); exports.resync = (id, from) => sync.resync(id, from);`,
    },
    unwatched,
  );
  const { directory } = test.project;
  const { resync } = test.require("./caller.js");
  const a = resync("./a.js");
  assert.equal(a.value, 1);
  assert.equal(test.load("./a.js"), a);
  const m = await resync("./m.mjs");
  assert.equal(m.value, 1);
  assert.equal(await test.import("./m.mjs"), m);
  // This test is an ES module: a promise, as npm heatsync's ES module side gives.
  const b = test.sync.resync("./b.js", directory);
  assert.ok(b instanceof Promise);
  assert.equal((await b).value, 1);
  assert.equal(await test.import("./b.js"), await b);

  test.require("./plain.js");
  test.project.write("plain.js", "exports.value = 2;");
  const plain = resync("./plain.js", directory);
  assert.equal(plain.value, 2);
  assert.equal(test.require("./plain.js"), plain);
  test.project.write("plain.js", "exports.value = 3;");
  assert.equal(resync("./plain.js"), plain);
  assert.equal(plain.value, 3);

  for (const id of ["./gone.js", test.project.path("gone.js"), ["./a.js", "./gone.js"]]) {
    assert.throws(() => resync(id), { code: "MODULE_NOT_FOUND" });
    await assert.rejects(async () => test.sync.resync(id, directory), { code: "ERR_MODULE_NOT_FOUND" });
  }
  await assert.rejects(async () => resync("not-installed"), { code: "ERR_MODULE_NOT_FOUND" });
  assert.throws(() => resync(5), TypeError);
  await assert.rejects(async () => test.sync.resync(5, directory), TypeError);
  assert.deepEqual(test.errors, []);
});

it("is an update also of what was not loaded before: told, and of everyone who has it", async (t) => {
  const test = syncProject(
    t,
    {
      "a.js": "exports.value = 1;",
      "m.mjs": "export const value = 1;",
      "plain.js": `const { sync } = require("./sync.js");
        exports.timer = sync.addTemporaryTimeout(() => {}, 1e9); exports.value = 1;`,
      "caller.js": `const { sync } = require("./sync.js"); exports.resync = (id) => sync.resync(id);`,
    },
    unwatched,
  );
  const { directory } = test.project;
  const { resync } = test.require("./caller.js");
  /** @type {string[]} */
  const told = [];
  for (const name of ["any", "reload"])
    test.sync.events.on(name, (/** @type {string} */ file) => told.push(name, file));
  for (const name of ["a.js", "m.mjs"]) {
    const file = test.project.path(name);
    test.sync.events.on(file, () => told.push("path"));
    assert.equal((await resync(`./${name}`)).value, 1);
    assert.deepEqual(told.splice(0), ["path", "any", file, "reload", file]);
  }
  assert.deepEqual(test.errors, []);

  const other = new Heatsync({ watchFS: false });
  t.after(() => other.dispose());
  test.project.write("m.mjs", "export const value = 2;");
  test.project.write("n.mjs", "export const value = 1;");
  const [m, n] = await other.import(["./m.mjs", "./n.mjs"], undefined, directory);
  test.project.write("n.mjs", "export const value = 2;");
  assert.equal((await resync("./n.mjs")).value, 2);
  assert.deepEqual([m.value, n.value], [1, 2]);

  // What the version made that Node has had ends.
  const plain = test.require("./plain.js");
  test.project.write("plain.js", "exports.value = 2;");
  assert.equal(resync("./plain.js").value, 2);
  plain.timer.refresh();
  assert.equal(plain.timer._destroyed, true);
});

it("loads it fresh although Node has it already", async (t) => {
  const test = syncProject(t, { "m.mjs": "export const value = 1;" }, unwatched);
  await import(pathToFileURL(test.project.path("m.mjs")).href);
  test.project.write("m.mjs", "export const value = 2;");
  assert.equal((await test.sync.resync("./m.mjs", test.project.directory)).value, 2);
});

it("has an edited dependency fresh too, without watching, however deep", async (t) => {
  const test = syncProject(
    t,
    {
      "a.js": `exports.value = require("./between.js").value;`,
      "between.js": `exports.value = require("./deep.js").value;`,
      "deep.js": "exports.value = 1;",
      "m.mjs": `export { value } from "./between.mjs";`,
      "between.mjs": `export * from "./deep.mjs";`,
      "deep.mjs": "export const value = 1;",
    },
    unwatched,
  );
  const { directory } = test.project;
  const a = test.load("./a.js");
  const m = await test.import("./m.mjs");
  for (const value of [2, 3]) {
    test.project.write("deep.js", `exports.value = ${value};`);
    test.project.write("deep.mjs", `export const value = ${value};`);
    assert.deepEqual([a.value, m.value], [value - 1, value - 1]);
    assert.equal(test.sync.resync("./a.js", directory), a);
    assert.equal(a.value, value);
    assert.equal(await test.sync.resync("./m.mjs", directory), m);
    assert.equal(m.value, value);
  }
});

it("throws, and tells events `error` as well, when the module can't be loaded", async (t) => {
  const test = syncProject(
    t,
    { "a.js": "exports.value = 1;", "m.mjs": "export const value = 1;" },
    unwatched,
  );
  const { directory } = test.project;
  const a = test.load("./a.js");
  const m = await test.import("./m.mjs");
  for (const text of [`throw new Error("why");`, "const = why;", "module.exports = function why() {};"]) {
    test.errors.length = 0;
    test.project.write("a.js", text);
    assert.throws(() => test.sync.resync("./a.js", directory), { message: /^Module failed to resync/ }, text);
    assert.equal(test.errors.length, 1);
    assert.equal(test.errors[0].file, test.project.path("a.js"));
    assert.match(`${test.errors[0].message}`, /why|Unexpected token/);
    assert.deepEqual({ ...a }, { value: 1 });
    assert.equal(test.require("./a.js"), a);
  }
  for (const text of [`throw new Error("why");`, "const = why;", `import "./gone.mjs";`]) {
    test.errors.length = 0;
    test.project.write("m.mjs", text);
    await assert.rejects(
      test.sync.resync("./m.mjs", directory),
      { message: /^Module failed to resync/ },
      text,
    );
    assert.equal(test.errors.length, 1);
    assert.equal(test.errors[0].file, test.project.path("m.mjs"));
    assert.deepEqual({ ...m }, { value: 1 });
  }
  test.project.write("a.js", "exports.value = 2;");
  test.project.write("m.mjs", "export const value = 2;");
  assert.equal(test.sync.resync("./a.js", directory).value, 2);
  assert.equal((await test.sync.resync("./m.mjs", directory)).value, 2);

  // The same of what was not loaded before.
  test.project.write(
    "caller.js",
    `const { sync } = require("./sync.js"); exports.resync = (id) => sync.resync(id);`,
  );
  const { resync } = test.require("./caller.js");
  for (const name of ["b.js", "b.mjs"]) {
    const gone = name === "b.js" ? `require("./gone.js");` : `import "./gone.js";`;
    for (const text of [`throw new Error("why");`, "const = why;", gone]) {
      test.errors.length = 0;
      test.project.write(name, text);
      await assert.rejects(async () => resync(`./${name}`), { message: /^Module failed to resync/ }, text);
      assert.equal(test.errors.length, 1, text);
      assert.equal(test.errors[0].file, test.project.path(name));
    }
    test.project.write(name, "");
    assert.deepEqual({ ...(await resync(`./${name}`)) }, {});
  }

  // Without a listener: Node's rule, to the caller.
  const lonely = new Heatsync({ watchFS: false });
  t.after(() => lonely.dispose());
  lonely.require("./a.js", directory);
  test.project.write("a.js", `throw new RangeError("to the caller");`);
  assert.throws(() => lonely.resync("./a.js", directory), { name: "RangeError", message: "to the caller" });
});

it("follows nothing that could not be loaded: its next save is nobody's", async (t) => {
  const test = syncProject(t, {
    "bad.js": `throw new Error("why");`,
    "good.js": "exports.value = 1;",
    "caller.js": `const { sync } = require("./sync.js"); exports.resync = (id) => sync.resync(id);`,
  });
  const { resync } = test.require("./caller.js");
  assert.throws(() => resync("./bad.js"), /Module failed to resync: why/);
  const good = test.load("./good.js");
  await test.settle("good.js");
  /** @type {string[]} */
  const told = [];
  test.sync.events.on("any", (/** @type {string} */ file) => told.push(file));
  test.project.write("bad.js", "exports.value = 1;");
  await test.save("good.js", "exports.value = 2;");
  await test.save("good.js", "exports.value = 3;");
  assert.equal(good.value, 3);
  assert.deepEqual([...new Set(told)], [test.project.path("good.js")]);
});

it("goes on watching: a save after it reloads as before, and none of its own is done twice", async (t) => {
  counter(t);
  const test = syncProject(t, { "a.js": "exports.value = 1;", "later.js": "exports.value = 1;" });
  const a = test.load("./a.js");
  const later = test.load("./later.js");
  for (const name of ["a.js", "later.js"]) await test.settle(name);
  let reloads = 0;
  test.sync.events.on(test.project.path("a.js"), () => reloads++);
  test.project.write("a.js", "exports.value = 2;");
  test.sync.resync("./a.js", test.project.directory);
  assert.equal(a.value, 2);
  await test.save("later.js", "exports.value = 2;");
  assert.equal(later.value, 2);
  assert.equal(reloads, 1);
  await test.save("a.js", "exports.value = 3;");
  assert.equal(a.value, 3);
  assert.equal(reloads, 2);
});

it("evaluates what awaits once at a time: two at once, of one file or of two below one importer", {
  timeout: 20_000,
}, async (t) => {
  const test = syncProject(t, {
    "m.mjs": `export { d } from "./d.mjs"; export { e } from "./e.mjs"; await 1;`,
    "d.mjs": "export const d = 1;",
    "e.mjs": "export const e = 1;",
  });
  const { directory } = test.project;
  const m = await test.import("./m.mjs");
  const resync = (/** @type {string} */ name) => test.sync.resync(`./${name}.mjs`, directory);
  await resync("d");
  test.project.write("d.mjs", "export const d = 2;");
  test.project.write("e.mjs", "export const e = 2;");
  await Promise.all([resync("d"), resync("d")]);
  assert.equal(m.d, 2);
  await Promise.all([resync("d"), resync("e")]);
  assert.deepEqual({ ...m }, { d: 2, e: 2 });
});
