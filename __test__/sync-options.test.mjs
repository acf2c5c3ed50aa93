// What each option of `new Heatsync` does, and what it says to wrong ones.
import assert from "node:assert/strict";
import fs from "node:fs";
import { it } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";
import { reloaded } from "./support/sync.mjs";

/** A second instance whose file shows that a later change has been seen. @param {import("node:test").TestContext} t */
function witness(t, /** @type {import("./support/project.mjs").Project} */ self) {
  const sync = new Heatsync();
  t.after(() => sync.dispose());
  // In a folder of its own, so that watching it shows nothing of the others.
  self.write("witness/file.js", "exports.count = 0;");
  sync.require("./witness/file.js", self.directory);
  let count = 0;
  return () =>
    reloaded(sync, self.path("witness/file.js"), () =>
      self.write("witness/file.js", `exports.count = ${++count};`),
    );
}

/** An instance and a project for the options of this test. @param {import("node:test").TestContext} t */
function instance(t, /** @type {any} */ options, /** @type {Record<string, string | object>} */ files) {
  const sync = new Heatsync(options);
  t.after(() => sync.dispose());
  const self = project(t, files);
  /** @type {any[]} */
  const errors = [];
  sync.events.on("error", (/** @type {unknown} */ error) => errors.push(error));
  return {
    sync,
    project: self,
    errors,
    load: (/** @type {string} */ id) => sync.require(id, self.directory),
  };
}

it("watches nothing with `watchFS: false`", async (t) => {
  const test = instance(
    t,
    { watchFS: false },
    { "a.js": "exports.value = 1;", "m.mjs": "export const value = 1;" },
  );
  const later = witness(t, test.project);
  const a = test.load("./a.js");
  const m = await test.sync.import("./m.mjs", undefined, test.project.directory);
  test.project.write("a.js", "exports.value = 2;");
  test.project.write("m.mjs", "export const value = 2;");
  await later();
  assert.deepEqual([a.value, m.value], [1, 1]);
});

it("asks no `watchFunction` with `watchFS: false`", async (t) => {
  const watched = /** @type {string[]} */ ([]);
  const watchFunction = (/** @type {string} */ file) => void watched.push(file);
  const test = instance(t, { watchFS: false, watchFunction }, { "a.js": "exports.value = 1;" });
  const a = test.load("./a.js");
  test.project.write("a.js", "exports.value = 2;");
  test.sync.resync("./a.js", test.project.directory);
  assert.deepEqual([a.value, watched], [2, []]);
});

it("calls `watchFunction` for each file, and reloads when and only when that says so", async (t) => {
  /** @type {Map<string, { options: any, changed: () => void, closed: number }>} */
  const watched = new Map();
  const watchFunction = (
    /** @type {string} */ file,
    /** @type {any} */ options,
    /** @type {() => void} */ changed,
  ) => {
    const entry = { options, changed, closed: 0 };
    watched.set(file, entry);
    return { close: () => entry.closed++ };
  };
  const test = instance(
    t,
    { watchFunction, persistentWatchers: true },
    { "a.js": `exports.value = require("./deep.js").value;`, "deep.js": "exports.value = 1;" },
  );
  const later = witness(t, test.project);
  const a = test.load("./a.js");
  const [file, deep] = ["a.js", "deep.js"].map((name) => test.project.path(name));
  assert.deepEqual([...watched.keys()].sort(), [file, deep]);
  assert.deepEqual(watched.get(file)?.options, { persistent: true });
  test.project.write("deep.js", "exports.value = 2;");
  await later();
  assert.equal(a.value, 1);
  await reloaded(test.sync, file, () => watched.get(deep)?.changed());
  assert.equal(a.value, 2);
  // What is not used any more is not watched any more.
  const before = watched.get(deep);
  test.project.write("a.js", "exports.value = 3;");
  await reloaded(test.sync, file, () => watched.get(file)?.changed());
  assert.equal(a.value, 3);
  assert.equal(before?.closed, 1);
  await test.sync.dispose();
  assert.deepEqual(
    [...watched.values()].map((it) => it.closed),
    [1, 1],
  );
});

const functions = {
  "fs.watch": fs.watch,
  // Node's own interval is 5 s.
  "fs.watchFile": (/** @type {string} */ file, /** @type {any} */ options, /** @type {any} */ listener) =>
    fs.watchFile(file, { ...options, interval: 20 }, listener),
};
for (const [name, watchFunction] of Object.entries(functions)) {
  it(`works with ${name}, in-place and atomic saves, deep or not`, async (t) => {
    for (const deep of [true, false]) {
      const test = instance(
        t,
        { watchFunction, deep, watchDebounceMS: 5 },
        { "a.js": `exports.value = [1, require("./deep.js").value];`, "deep.js": "exports.value = 1;" },
      );
      const later = witness(t, test.project);
      const a = test.load("./a.js");
      const file = test.project.path("a.js");
      // fs.watchFile compares with its first look, which it takes on a thread: queued before these.
      for (let look = 0; look < 10; look++) await fs.promises.stat(file);
      let wanted = 1;
      const save = (/** @type {"write" | "writeAtomically"} */ how) =>
        reloaded(test.sync, file, () =>
          test.project[how]("a.js", `exports.value = [${++wanted}, require("./deep.js").value];`),
        );
      for (const how of /** @type {const} */ (["write", "writeAtomically", "write", "writeAtomically"])) {
        await save(how);
        await until(() => a.value[0] === wanted, `${how} with ${name}`);
        // No event of this save is left that could pass for one of the next.
        for (let change = 0; change < 3; change++) await later();
      }
      test.project.write("deep.js", "exports.value = 2;");
      if (deep) await until(() => a.value[1] === 2);
      await save("write");
      await until(() => a.value[0] === wanted);
      assert.equal(a.value[1], deep ? 2 : 1);
      await test.sync.dispose();
      assert.deepEqual(test.errors, []);
    }
  });
}

it("takes a watchFunction that gives nothing to close", async (t) => {
  const test = instance(t, { watchFunction: () => {} }, { "a.js": "exports.value = 1;" });
  test.load("./a.js");
  await test.sync.dispose();
});

it("goes on with a watchFunction when what is not used any more was deleted", async (t) => {
  const files = { "a.js": `exports.value = require("./deep.js").value;`, "deep.js": "exports.value = 1;" };
  const test = instance(t, { watchFunction: fs.watch }, files);
  const a = test.load("./a.js");
  fs.rmSync(test.project.path("deep.js"));
  test.project.write("a.js", "exports.value = 2;");
  await until(() => a.value === 2);
  test.project.write("a.js", "exports.value = 3;");
  await until(() => a.value === 3);
  await test.sync.dispose();
});

it("sees a save that fs.watchFile took for what there always was", async (t) => {
  // As its watcher: no close(), and silent, since its first look came after the save.
  const watchFunction = () => ({ stop() {} });
  const test = instance(t, { watchFunction }, { "a.js": "exports.value = 1;" });
  const a = test.load("./a.js");
  test.project.writeAtomically("a.js", "exports.value = 2;");
  await until(() => a.value === 2);
  await test.sync.dispose();
});

it("leaves other instances their fs.watchFile of the same file", async (t) => {
  const options = { watchFunction: functions["fs.watchFile"] };
  const test = instance(t, options, { "a.js": "exports.value = 1;" });
  const other = new Heatsync(options);
  const a = test.load("./a.js");
  other.require("./a.js", test.project.directory);
  for (let look = 0; look < 10; look++) await fs.promises.stat(test.project.path("a.js"));
  // Seen by the watcher: until then the look that a watch begins with may be what sees a save.
  test.project.write("a.js", "exports.value = 22;");
  await until(() => a.value === 22);
  await other.dispose();
  test.project.write("a.js", "exports.value = 333;");
  await until(() => a.value === 333);
});

for (const [name, options] of Object.entries({
  "the native watcher": {},
  "a watchFunction": { watchFunction: fs.watch },
})) {
  it(`waits \`watchDebounceMS\` after the last change with ${name}`, async (t) => {
    const test = instance(t, { ...options, watchDebounceMS: 150 }, { "a.js": "exports.value = 0;" });
    const a = test.load("./a.js");
    let reloads = 0;
    test.sync.events.on("reload", () => reloads++);
    let last = 0;
    let value = 0;
    /** The longest time between two saves of a round; on a busy machine it may exceed the debounce. */
    let gap = 0;
    do {
      await until(() => a.value === value);
      reloads = 0;
      gap = 0;
      for (let count = 0; count < 4; count++) {
        if (count > 0) await new Promise((resolve) => setTimeout(resolve, 10));
        test.project.write("a.js", `exports.value = ${++value};`);
        const now = performance.now();
        if (count > 0) gap = Math.max(gap, now - last);
        last = now;
      }
      await until(() => a.value === value);
    } while (gap > 100);
    const waited = performance.now() - last;
    // A timer may be early by the part of a millisecond that its start is late.
    assert.ok(waited > 140, `reloaded after ${waited} ms`);
    assert.equal(reloads, 1);
  });
}

it("makes nobody else wait whose `watchDebounceMS` belongs to what watches nothing", async (t) => {
  instance(t, { watchFS: false, watchDebounceMS: 60_000 }, {});
  const test = instance(t, {}, { "a.js": "exports.value = 1;" });
  const a = test.load("./a.js");
  test.project.write("a.js", "exports.value = 2;");
  await until(() => a.value === 2);
});

it("waits `watchDebounceMS` also when an update is about to begin that was not to wait", async (t) => {
  const first = instance(t, {}, { "a.js": "exports.value = 0;" });
  const a = first.load("./a.js");
  /** Until the engine has seen what was just saved. */
  const look = () => {
    const end = performance.now() + 30;
    while (performance.now() < end);
  };
  /** @type {any} */
  let afterwards;
  first.sync.events.once("reload", () => {
    // There is more to do when this update ends, so another one begins in a turn of its own; before that:
    setImmediate(() => setImmediate(begin));
    first.project.write("a.js", "exports.value = 2;");
    look();
  });
  const begin = () => {
    const second = instance(t, { watchDebounceMS: 60_000 }, { "b.js": "exports.value = 0;" });
    afterwards = second.load("./b.js");
    second.project.write("b.js", "exports.value = 1;");
    look();
    setImmediate(() => {
      afterwards = afterwards.value;
    });
  };
  await until(() => a.value === 0);
  first.project.write("a.js", "exports.value = 1;");
  await until(() => typeof afterwards === "number");
  assert.equal(afterwards, 0);
});

it("leaves files that `ignore` names as they are", async (t) => {
  const self = project(t, {
    "a.generated.js": "exports.value = 1;",
    "out/deep/b.js": "exports.value = 1;",
    "c.js": `exports.value = require("./d.generated.js").value;`,
    "d.generated.js": "exports.value = 1;",
    "main.js": `
      const sync = new (require("heatsync-rs"))({ ignore: ["**/*.generated.js", "out/**"] });
      const objects = sync.require(["./a.generated.js", "./out/deep/b.js", "./c.js"]);
      const say = () => console.log("values", JSON.stringify(objects.map((it) => it.value)));
      sync.events.on("any", (file) => console.log(require("node:path").basename(file)));
      sync.events.on("reload", say);
      process.once("message", () => {
        process.disconnect();
        sync.resync("./a.generated.js"); // by hand it can be had
      });
      console.log("ready");`,
  });
  const program = self.run("main.js");
  await program.line("ready");
  // A save right after the first load may be evaluated twice.
  for (const comment of ["// first", "// second"]) {
    const before = program.lines.length;
    self.write("c.js", `exports.value = require("./d.generated.js").value; ${comment}`);
    await program.waitFor(() => program.lines.slice(before).includes("values [1,1,1]"), "the new c.js");
  }
  const before = program.lines.length;
  for (const name of ["a.generated.js", "out/deep/b.js", "d.generated.js"]) {
    self.write(name, "exports.value = 2;");
  }
  self.write("c.js", `exports.value = "own " + require("./d.generated.js").value;`);
  await program.line('values [1,1,"own 1"]');
  program.child.send("resync");
  await program.line('values [2,1,"own 1"]');
  assert.equal((await program.exit).code, 0);
  assert.deepEqual(
    program.lines.slice(before).filter((it) => it.endsWith(".js")),
    ["c.js", "a.generated.js"],
  );
});

it("watches by looking at an interval with `poll`", async (t) => {
  // The first instance of a process decides, so in one of its own.
  const self = project(t, {
    "a.js": "exports.value = 1;",
    "main.js": `
      const sync = new (require("heatsync-rs"))({ poll: 20, persistentWatchers: true });
      const a = sync.require("./a.js");
      sync.events.on("reload", () => { console.log("value", a.value); if (a.value === 3) sync.dispose(); });
      console.log("ready");`,
  });
  const program = self.run("main.js");
  await program.line("ready");
  self.write("a.js", "exports.value = 2;");
  await program.line("value 2");
  self.writeAtomically("a.js", "exports.value = 3;");
  await program.line("value 3");
  assert.equal((await program.exit).code, 0);
});

it("says which option is wrong and what it takes", (t) => {
  const make = (/** @type {any} */ options) => {
    const sync = new Heatsync(options);
    t.after(() => sync.dispose());
    return sync;
  };
  /** @type {Record<string, [unknown[], RegExp]>} */
  const wrong = {
    watchFS: [["yes", 1, {}], /watchFS is a boolean, not (string|number|object)/],
    persistentWatchers: [["yes", 0], /persistentWatchers is a boolean/],
    watchFunction: [[{}, "fs.watch", true], /watchFunction is a function/],
    watchDebounceMS: [["10", true, -1, Number.NaN], /watchDebounceMS is a number/],
    deep: [["no", 0], /deep is a boolean/],
    poll: [["20", {}, -1, Number.NaN], /poll is a (boolean or number|number of milliseconds from 0)/],
    esm: [["native", 1, true], /esm is (a string|"runtime" or "query")/],
    ignore: [
      [5, [5], "", [""], [/x/], "[a"],
      /ignore(: the glob "\[a" is not a valid glob| is a glob or an array of globs)/,
    ],
  };
  for (const [name, [values, message]] of Object.entries(wrong)) {
    for (const value of values) {
      const options = { [name]: value };
      assert.throws(() => make(options), { message }, `${name}: ${String(value)}`);
      assert.throws(() => make(options), /^(Type|Range)Error: new Heatsync/, `${name}: ${String(value)}`);
    }
    // undefined is the default.
    assert.doesNotThrow(() => make({ [name]: undefined }), name);
  }
  for (const options of [5, "text", true, () => {}]) assert.throws(() => make(options), TypeError);
  // npm heatsync takes these as well.
  assert.doesNotThrow(() => make(null));
  assert.doesNotThrow(() =>
    make({ watchFS: null, persistentWatchers: null, watchFunction: null, watchDebounceMS: null }),
  );
});

it("names an option that is not there, and goes on, as npm heatsync does", async (t) => {
  const self = project(t, {
    "main.js": `new (require("heatsync-rs"))({ watchFs: false, watchFS: false }); console.log("made");`,
  });
  const program = self.run("main.js");
  assert.equal((await program.exit).code, 0);
  assert.equal(program.stdout, "made\n");
  assert.match(
    program.stderr,
    /^\[heatsync\] new Heatsync: there is no option "watchFs"; there are watchFS, .*, ignore.*\n$/,
  );
});

it("takes null for watchFS as false, as npm heatsync does", async (t) => {
  const test = instance(t, { watchFS: null }, { "a.js": "exports.value = 1;" });
  const later = witness(t, test.project);
  const a = test.load("./a.js");
  test.project.write("a.js", "exports.value = 2;");
  await later();
  assert.equal(a.value, 1);
});
