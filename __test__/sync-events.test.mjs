// Errors and events: whom an error goes to, what it carries, and in which order things are told.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { it } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";
import { reloaded, syncProject } from "./support/sync.mjs";

const broken = {
  syntax: "exports.a = ;",
  throws: `throw new RangeError("at load");`,
  "throws a string": `throw "text";`,
  missing: `require("./gone.js");`,
  "missing package": `exports.a = require("not-installed");`,
};

it("gives errors of the first load to the caller, by name of the file", async (t) => {
  const test = syncProject(t, {
    ...Object.fromEntries(Object.entries(broken).map(([name, text]) => [`${name}.js`, text])),
    "syntax.mjs": "export const a = ;",
    "throws.mjs": `throw new RangeError("at load");`,
    "missing.mjs": `import "./gone.mjs";`,
    "no-export.mjs": `import { nothing } from "./empty.mjs";`,
    "empty.mjs": "",
    "bad.json": "{",
    "deep.js": `require("./throws.js");`,
  });
  assert.throws(() => test.load("./syntax.js"), { name: "SyntaxError", stack: /syntax\.js:1/ });
  assert.throws(() => test.load("./throws.js"), { name: "RangeError", message: "at load" });
  assert.throws(
    () => test.load("./throws a string.js"),
    (thrown) => thrown === "text",
  );
  assert.throws(() => test.load("./missing.js"), { code: "MODULE_NOT_FOUND", message: /gone\.js/ });
  assert.throws(() => test.load("./missing package.js"), {
    code: "MODULE_NOT_FOUND",
    message: /not-installed/,
  });
  assert.throws(() => test.load("./bad.json"), { name: "SyntaxError", message: /bad\.json/ });
  assert.throws(() => test.load("./deep.js"), { name: "RangeError" });
  assert.throws(() => test.load(["./empty.mjs", "./throws.js"]), { name: "RangeError" });
  await assert.rejects(test.import("./syntax.mjs"), { name: "SyntaxError", message: /syntax\.mjs:1/ });
  await assert.rejects(test.import("./throws.mjs"), { name: "RangeError", message: "at load" });
  await assert.rejects(test.import("./missing.mjs"), { code: "ERR_MODULE_NOT_FOUND", message: /gone\.mjs/ });
  // In words of ours: without the code that they are found by.
  await assert.rejects(test.import("./gone.mjs"), {
    code: "ERR_MODULE_NOT_FOUND",
    message: /^Cannot find '\.\/gone\.mjs'/,
  });
  await assert.rejects(test.import("./no-export.mjs"), { name: "SyntaxError", message: /nothing/ });
  assert.throws(() => test.load("./no-export.mjs"), { name: "SyntaxError", message: /nothing/ });
  assert.deepEqual(test.errors, []);

  // Asked again after a mend, it loads.
  test.project.write("throws.js", "exports.fine = true;");
  assert.equal(test.load("./throws.js").fine, true);
  assert.equal(test.load("./deep.js") !== undefined, true);
});

it("gives later errors to events `error`, with error.file; the old properties stay", async (t) => {
  const test = syncProject(t, { "a.js": "exports.value = 1;", "m.mjs": "export const value = 1;" });
  const a = test.load("./a.js");
  const m = await test.import("./m.mjs");
  for (const name of ["a.js", "m.mjs"]) await test.settle(name);
  let value = 1;
  for (const [name, text] of Object.entries(broken)) {
    const error = await test.fail("a.js", text);
    assert.ok(error instanceof Error, name);
    assert.equal(error.file, test.project.path("a.js"), name);
    assert.deepEqual({ ...a }, { value }, name);
    assert.equal(test.load("./a.js"), a, name);
    await test.save("a.js", `exports.value = ${++value};`);
    assert.deepEqual({ ...a }, { value }, name);
  }
  value = 1;
  for (const text of [
    "export const value = ;",
    `throw new Error("at load");`,
    `import "./gone.mjs";`,
    `import { nothing } from "./a.js";`,
    `await null; throw new Error("late");`,
  ]) {
    const error = await test.fail("m.mjs", text);
    assert.equal(error.file, test.project.path("m.mjs"), text);
    assert.deepEqual({ ...m }, { value }, text);
    await test.save("m.mjs", `export const value = ${++value};`);
    assert.deepEqual({ ...m }, { value }, text);
  }
  assert.equal(test.errors.length, Object.keys(broken).length + 5);
});

it("follows Node's rule for an `error` without a listener", async (t) => {
  const self = project(t, {
    "a.js": "exports.value = 1;",
    "main.js": `
      const sync = new (require("heatsync-rs"))({ persistentWatchers: true });
      const a = sync.require("./a.js");
      process.on("exit", (code) => console.log("exit", code, a.value));
      console.log("ready");`,
    "survives.js": `
      const sync = new (require("heatsync-rs"))({ persistentWatchers: true });
      const a = sync.require("./a.js");
      process.on("uncaughtException", (error) => console.log("uncaught", error.message, error.file === require.resolve("./a.js")));
      sync.events.on("reload", () => console.log("value", a.value));
      console.log("ready");`,
  });
  const dies = self.run("main.js");
  const survives = self.run("survives.js");
  await Promise.all([dies.line("ready"), survives.line("ready")]);
  self.write("a.js", `throw new Error("no listener");`);
  assert.deepEqual(await dies.exit, { code: 1, signal: null });
  assert.deepEqual(dies.lines, ["ready", "exit 1 1"]);
  assert.match(dies.stderr, /Error: no listener\n> 1 \| .*\n.*\n\s+at .*a\.js:1/);
  await survives.line("uncaught no listener true");
  // The program that caught it goes on reloading.
  self.write("a.js", "exports.value = 2;");
  await survives.line("value 2");
});

it("tells of the path and of `any` before the evaluation, of `reload` after it", async (t) => {
  const test = syncProject(t, {
    "a.js": "exports.value = 1;",
    "m.mjs": "export const value = 1;",
  });
  const { sync, project: self } = test;
  /** @type {unknown[][]} */
  const log = [];
  Object.defineProperty(globalThis, "logOrder", {
    configurable: true,
    value: (/** @type {unknown[]} */ ...it) => log.push(it),
  });
  t.after(() => Reflect.deleteProperty(globalThis, "logOrder"));
  const objects = { "a.js": test.load("./a.js"), "m.mjs": await test.import("./m.mjs") };
  for (const name of ["a.js", "m.mjs"]) await test.settle(name);
  const texts = {
    "a.js": "logOrder('evaluated'); exports.value = 2;",
    "m.mjs": "logOrder('evaluated'); export const value = 2;",
  };
  for (const name of /** @type {("a.js" | "m.mjs")[]} */ (Object.keys(objects))) {
    const file = self.path(name);
    const object = objects[name];
    log.length = 0;
    sync.events.removeAllListeners("any");
    sync.events.on(file, (/** @type {unknown[]} */ ...args) => log.push(["path", object.value, ...args]));
    sync.events.on("any", (/** @type {unknown[]} */ ...args) => log.push(["any", object.value, ...args]));
    sync.events.once("reload", (/** @type {unknown[]} */ ...args) =>
      log.push(["reload", object.value, ...args]),
    );
    await test.save(name, texts[name]);
    const wanted = [["path", 1], ["any", 1, file], ["evaluated"], ["reload", 2, file]];
    assert.deepEqual(log, wanted);

    // What never gets as far as being evaluated is no reload. What is evaluated and fails is announced.
    log.length = 0;
    await test.fail(name, "const = 1;");
    assert.deepEqual(log, []);
    await test.fail(name, "logOrder('evaluated'); throw new Error('no');");
    assert.deepEqual(log, [["path", 2], ["any", 2, file], ["evaluated"]]);
  }
});

it("tells nothing of an update that the instance's objects do not get", async (t) => {
  const test = syncProject(t, {
    "a.mjs": `export { value } from "./b.mjs";`,
    "b.mjs": "export const value = 1;",
  });
  const { directory } = test.project;
  const object = await test.import("./a.mjs");
  for (const options of [{ watchFS: false }, { deep: false }]) {
    const other = new Heatsync(options);
    t.after(() => other.dispose());
    const own = await other.import("./a.mjs", undefined, directory);
    const { value } = own;
    /** @type {unknown[]} */
    const told = [];
    const file = test.project.path("a.mjs");
    other.events.on(file, () => told.push("path"));
    for (const name of ["any", "reload"])
      other.events.on(name, (/** @type {string} */ path) => told.push(name, path));
    // The first saves may be evaluated twice.
    await test.settle("b.mjs");
    await test.save("b.mjs", `export const value = ${value + 1};`);
    assert.deepEqual([object.value, own.value], [value + 1, value], JSON.stringify(options));
    assert.deepEqual(told, [], JSON.stringify(options));
    await other.resync("./a.mjs", directory);
    assert.equal(own.value, value + 1);
    assert.deepEqual([...new Set(told)], ["path", "any", file, "reload"], JSON.stringify(options));
  }
});

it("tells of all that an update evaluates, with `deep: false` of the instance's own files", async (t) => {
  const text = (/** @type {number} */ v) => ({
    "a.js": `exports.value = [${v}, require("./b.js").value];`,
    "b.js": `exports.value = ${v};`,
  });
  const test = syncProject(t, text(1));
  const other = new Heatsync({ deep: false });
  t.after(() => other.dispose());
  test.load("./a.js");
  const a = other.require("./a.js", test.project.directory);
  await test.settle("b.js");
  const told = [test.sync, other].map(({ events }) => {
    /** @type {string[]} */
    const names = [];
    events.on("any", (/** @type {string} */ file) => names.push(path.basename(file)));
    return names;
  });
  for (const [name, saved] of Object.entries(text(2))) test.project.write(name, saved);
  await until(() => String(a.value) === "2,2");
  assert.deepEqual([...new Set(told[0])].sort(), ["a.js", "b.js"]);
  assert.deepEqual([...new Set(told[1])], ["a.js"]);
});

it("says of a file that is gone what Node says of one that is not there", async (t) => {
  const names = ["a.js", "m.mjs"];
  const test = syncProject(t, { "a.js": "exports.value = 1;", "m.mjs": "export const value = 1;" });
  test.load("./a.js");
  await test.import("./m.mjs");
  for (const name of names) {
    await test.settle(name);
    fs.rmSync(test.project.path(name));
    await until(() => test.errors.some((error) => error.file === test.project.path(name)));
  }
  const said = test.errors.map(({ code, stack }) => [code, stack.split("\n")[0]]);
  assert.deepEqual(said, [
    ["MODULE_NOT_FOUND", `Error: Cannot find module '${test.project.path("a.js")}'`],
    [
      "ERR_MODULE_NOT_FOUND",
      `Error [ERR_MODULE_NOT_FOUND]: Cannot find module '${test.project.path("m.mjs")}'`,
    ],
  ]);
});

it("lets no listener that throws stop an update or hide it", async (t) => {
  const self = project(t, {
    "a.js": "exports.value = 1;",
    "main.js": `
      const sync = new (require("heatsync-rs"))({ persistentWatchers: true });
      const other = new (require("heatsync-rs"))();
      const a = sync.require("./a.js");
      other.require("./a.js");
      sync.events.on("any", () => { throw new Error("thrown by any"); });
      sync.events.on("reload", () => { throw new Error("thrown by reload"); });
      other.events.on("reload", () => console.log("value", a.value));
      process.on("uncaughtException", (error) => console.log("uncaught", error.message));
      console.log("ready");`,
  });
  const program = self.run("main.js");
  await program.line("ready");
  for (const value of [2, 3]) {
    self.write("a.js", `exports.value = ${value};`);
    await program.line(`value ${value}`);
    await until(() => program.lines.filter((it) => it === "uncaught thrown by reload").length === value - 1);
  }
  assert.deepEqual(
    program.lines.filter((it) => it.startsWith("uncaught")).sort(),
    ["any", "any", "reload", "reload"].map((it) => `uncaught thrown by ${it}`),
  );
});

it("tells of a frozen error as it is", async (t) => {
  const test = syncProject(t, { "a.js": "exports.value = 1;" });
  const a = test.load("./a.js");
  const error = await test.fail("a.js", `throw Object.freeze(new RangeError("cold"));`);
  assert.deepEqual([error.name, error.message], ["RangeError", "cold"]);
  await test.save("a.js", "exports.value = 2;");
  assert.equal(a.value, 2);
});

for (const how of ["require", "resync"]) {
  it(`tells once of an error of modules that load each other, by sync.${how}, and follows neither after dispose`, async (t) => {
    const text = (/** @type {string} */ other, /** @type {number} */ value) =>
      `const { sync } = require("./sync.js"); const other = sync.require("./${other}.js"); exports.value = ${value};`;
    const test = syncProject(t, {
      "a.js": text("b", 1),
      "b.js": text("a", 1),
      "witness.js": "",
      "caller.js": `module.exports = require("./sync.js").sync.${how}("./a.js");`,
    });
    const a = test.require("./caller.js");
    await test.fail("a.js", `${text("b", 2)} throw new Error("a");`);
    await test.save("a.js", text("b", 3));
    assert.equal(a.value, 3);
    assert.deepEqual(
      test.errors.map(({ message }) => message),
      ["a"],
    );
    await test.sync.dispose();
    const witness = new Heatsync();
    t.after(() => witness.dispose());
    witness.require("./witness.js", test.project.directory);
    test.project.write("a.js", text("b", 4));
    await reloaded(witness, test.project.path("witness.js"), () => test.project.write("witness.js", "//"));
    assert.equal(a.value, 3);
  });
}

it("asks anew for what an import failed with, and evaluates once what is asked for twice at once", async (t) => {
  const test = syncProject(t, {
    "a.mjs": `throw new RangeError("at first");`,
    "count.mjs": "export const count = globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;",
  });
  t.after(() => Reflect.deleteProperty(globalThis, "evaluations"));
  await assert.rejects(test.import("./a.mjs"), { message: "at first" });
  test.project.write("a.mjs", "export const fine = true;");
  assert.equal((await test.import("./a.mjs")).fine, true);
  const ask = () => test.sync.resync("./count.mjs", test.project.directory);
  const [first, second] = await Promise.all([ask(), ask()]);
  assert.equal(first, second);
  assert.equal(first.count, 1);
});
