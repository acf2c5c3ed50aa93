// Values of `hot.keep` of versions that threw, in programs of real files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("what destroys a value of hot.keep is not of a version that threw where an importer, or who requires it, evaluates it", async (t) => {
  const x = (/** @type {number} */ n, then = "") =>
    `module.hot.keep("a", () => say("create"), () => say("destroy in ${n}")); ${then}`;
  for (const [name, files] of [
    ["x.cjs", {}],
    ["y.cjs", { "y.cjs": `require("./x.cjs");` }],
  ]) {
    const { save, said } = await hotProgram(t, {
      ...{ "main.mjs": `import "./top.mjs";`, "x.cjs": x(1) },
      ...{ "top.mjs": `import.meta.hot.accept(); import "./${name}";`, ...files },
    });
    assert.deepEqual(said(), ["create"]);
    const threw = await save({ "x.cjs": x(2, `throw new Error("on purpose");`) });
    assert.equal(threw.type, "evaluationError", name);
    assert.equal((await save({ "top.mjs": "import.meta.hot.accept();" })).type, "accepted", name);
    assert.deepEqual(said(), ["destroy in 1"], name);
  }
});

test("what import() evaluates for a version that was given up is ended, also if it was given up with that before its turn came", async (t) => {
  const opens = (/** @type {string} */ name) =>
    `import.meta.hot.keep("it", () => say("create ${name}"), () => say("destroy ${name}")); import.meta.hot.own(() => say("end ${name}"));`;
  const accept = "import.meta.hot.accept();";
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": accept,
    "throws.mjs": `globalThis.imported = import("./late.mjs"); throw new Error("on purpose");`,
    "late.mjs": `import "./below.mjs"; ${opens("late")}`,
    "below.mjs": opens("below"),
    "other.mjs": `import "./late.mjs";`,
  });
  const both = await save({ "top.mjs": `${accept} import "./throws.mjs"; import "./other.mjs";` });
  assert.equal(both.type, "evaluationError");
  await ask("imported.then(() => isTold())");
  const created = ["create below", "create late"];
  const ended = ["end late", "destroy late", "end below", "destroy below"];
  assert.deepEqual(said(), [...created, ...ended]);
  assert.equal((await save({ "top.mjs": `${accept} import "./other.mjs";` })).type, "accepted");
  assert.deepEqual(said(), created);
  assert.equal((await save({ "top.mjs": accept })).type, "accepted");
  assert.deepEqual(said(), ended);
});

test("… also where it awaits, whose end nobody is told of", async (t) => {
  const opens = `import.meta.hot.keep("it", () => say("create"), () => say("destroy")); import.meta.hot.own(() => say("end"));`;
  const accept = "import.meta.hot.accept();";
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": accept,
    "throws.mjs": `import("./late.mjs"); throw new Error("on purpose");`,
    "late.mjs": `${opens} await 1; say("goes on");`,
    "other.mjs": `import "./late.mjs";`,
  });
  const both = await save({ "top.mjs": `${accept} import "./throws.mjs"; import "./other.mjs";` });
  assert.equal(both.type, "evaluationError");
  await ask("isTold()");
  const opened = said().filter((it) => it !== "goes on");
  assert.deepEqual(opened, ["create", "end", "destroy"]);
  assert.equal((await save({ "top.mjs": `${accept} import "./other.mjs";` })).type, "accepted");
  assert.deepEqual(said(), ["create", "goes on"]);
});

test("… also where its turn comes long after, once what goes on has ended that it imports", async (t) => {
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs"; globalThis.gate = new Promise((resolve) => { globalThis.open = resolve; }); import("./awaits.mjs");`,
    "top.mjs": "import.meta.hot.accept();",
    "awaits.mjs": "await gate;",
    "throws.mjs": `globalThis.imported = import("./late.mjs"); throw new Error("on purpose");`,
    "late.mjs": `import "./awaits.mjs"; say("runs"); import.meta.hot.own(() => say("end"));`,
    "other.mjs": `import "./late.mjs";`,
  });
  const both = await save({
    "top.mjs": `import.meta.hot.accept(); import "./throws.mjs"; import "./other.mjs";`,
  });
  assert.equal(both.type, "evaluationError");
  assert.deepEqual(said(), []);
  await ask("open(), imported.then(() => isTold())");
  assert.deepEqual(said(), ["runs", "end"]);
});

test("… and is not, where what goes on has asked for it meanwhile, too", async (t) => {
  const opens = (/** @type {string} */ name) =>
    `export const it = { open: true }; import.meta.hot.own(() => { say("end ${name}"); it.open = false; });`;
  const accept = "import.meta.hot.accept();";
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs"; globalThis.get = (name) => import(name).then(({ it }) => it);`,
    "top.mjs": accept,
    "throws.mjs": `globalThis.asked = [get("./late.mjs"), get("./base.mjs")];
      globalThis.imported = [import("./late.mjs"), import("./other.mjs")]; throw new Error("on purpose");`,
    "late.mjs": `import "./below.mjs"; ${opens("late")}`,
    "below.mjs": opens("below"),
    "other.mjs": `import "./late.mjs"; import "./base.mjs"; ${opens("other")}`,
    "base.mjs": opens("base"),
    "all.mjs": `import "./other.mjs";`,
  });
  const { type } = await save({ "top.mjs": `${accept} import "./throws.mjs"; import "./all.mjs";` });
  assert.equal(type, "evaluationError");
  await ask("Promise.all(imported).then(() => isTold())");
  assert.deepEqual(said(), ["end other"]);
  assert.equal(await ask("Promise.all(asked).then((all) => all.map(({ open }) => open))"), "true,true");
});

test("what a version that was given up imports only then is ended, too, and leaves the graph with all that it imports in turn", async (t) => {
  const opens = (/** @type {string} */ name) =>
    `import.meta.hot.keep("it", () => say("create ${name}"), () => say("destroy ${name}")); import.meta.hot.own(() => say("end ${name}"));`;
  const throws = `globalThis.imported = import("./late.mjs"); throw new Error("on purpose");`;
  const accept = "import.meta.hot.accept();";
  // Of a module that is new, and of one whose version before goes on.
  for (const before of [accept, `${accept} import "./throws.mjs";`]) {
    const { ask, save, said } = await hotProgram(t, {
      "main.mjs": `import "./top.mjs";`,
      "top.mjs": before,
      "throws.mjs": before === accept ? throws : "",
      "late.mjs": `import "./below.mjs"; ${opens("late")} globalThis.inTurn = import("./later.mjs").catch(() => {});`,
      "below.mjs": `await 1; ${opens("below")}`,
      "later.mjs": `${opens("later")} throw new Error("on purpose");`,
    });
    const files =
      before === accept ? { "top.mjs": `${accept} import "./throws.mjs";` } : { "throws.mjs": throws };
    assert.equal((await save(files)).type, "evaluationError");
    await ask("imported.then(() => inTurn).then(() => isTold())");
    const opened = ["below", "late", "later"].flatMap((name) => [
      `create ${name}`,
      `end ${name}`,
      `destroy ${name}`,
    ]);
    assert.deepEqual(said().sort(), opened.sort());
    // What is asked for next is another one.
    const mended = { "throws.mjs": "", "top.mjs": `${accept} import "./throws.mjs"; import "./below.mjs";` };
    assert.equal((await save(mended)).type, "accepted");
    assert.deepEqual(said(), ["create below"]);
  }
});

test("… and is not, where who goes on has asked for it meanwhile, too", async (t) => {
  const opens = (/** @type {string} */ name) => `import.meta.hot.own(() => say("end ${name}"));`;
  const { ask, save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs"; globalThis.get = (name) => import(name);`,
    "top.mjs": "import.meta.hot.accept();",
    "throws.mjs": `globalThis.imported = import("./late.mjs").then(() => get("./late.mjs")); throw new Error("on purpose");`,
    "late.mjs": `import "./below.mjs"; ${opens("late")}`,
    "below.mjs": opens("below"),
  });
  const { type } = await save({ "top.mjs": `import.meta.hot.accept(); import "./throws.mjs";` });
  assert.equal(type, "evaluationError");
  await ask("imported.then(() => isTold())");
  assert.deepEqual(said(), []);
});

test("CommonJS that was required before its turn, by what threw then, is ended with that", async (t) => {
  const opens = `module.hot.keep("it", () => say("create"), () => say("destroy")); module.hot.own(() => say("end"));`;
  const accept = "import.meta.hot.accept();";
  const { save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": accept,
    "first.mjs": `import "./throws.cjs";`,
    "throws.cjs": `require("./below.cjs"); throw new Error("on purpose");`,
    "below.cjs": opens,
  });
  const all = `import "./first.mjs"; import "./throws.cjs"; import "./below.cjs";`;
  assert.equal((await save({ "top.mjs": accept + all })).type, "evaluationError");
  assert.deepEqual(said(), ["create", "end", "destroy"]);
  assert.equal((await save({ "top.mjs": `${accept} import "./below.cjs";` })).type, "accepted");
  assert.deepEqual(said(), ["create"]);
});

test("what CommonJS has opened that throws outside of every update, and whoever requires it catches that, is ended", async (t) => {
  const opens = `module.hot.keep("it", () => say("create"), () => say("destroy")); module.hot.own(() => say("end"));`;
  const asks = `try { require("./throws.cjs"); } catch {}`;
  const { ask, save, said } = await hotProgram(t, {
    "main.cjs": `require("./top.cjs"); globalThis.again = () => { ${asks} };`,
    "top.cjs": `module.hot.accept(); ${asks}`,
    "throws.cjs": `${opens} throw new Error("on purpose");`,
  });
  await ask("isTold()");
  assert.deepEqual(said(), ["create", "end", "destroy"]);
  await ask("again(), isTold()");
  assert.deepEqual(said(), ["create", "end", "destroy"]);
  const mended = await save({
    "top.cjs": `module.hot.accept(); require("./throws.cjs");`,
    "throws.cjs": opens,
  });
  assert.equal(mended.type, "accepted");
  assert.deepEqual(said(), ["create"]);
});

test("… whatever the program has made of queueMicrotask()", async (t) => {
  const { ask, said } = await hotProgram(t, {
    "main.cjs": `delete globalThis.queueMicrotask; try { require("./throws.cjs"); } catch ({ message }) { say(message); }`,
    "throws.cjs": `module.hot.own(() => say("end")); throw new Error("on purpose");`,
  });
  await ask("isTold()");
  assert.deepEqual(said(), ["on purpose", "end"]);
});

test("… and is not, where the program's entry point throws with it, and listens for uncaught exceptions: it goes on with that", async (t) => {
  const { ask, said } = await hotProgram(t, {
    "main.cjs": `process.on("uncaughtException", ({ message }) => say(message)); globalThis.hasStarted = true;
      module.hot.own(() => say("end main")); require("./throws.cjs");`,
    "throws.cjs": `module.hot.own(() => say("end")); throw new Error("on purpose");`,
  });
  await ask("isTold()");
  assert.deepEqual(said(), ["on purpose"]);
});

for (const [how, putBack] of [
  ["is put back into the cache by the program", "require.cache[file] = before;"],
  ["goes on out of the cache", ""],
]) {
  test(`… and its value is not destroyed, where the version before ${how}`, async (t) => {
    const it = `exports.it = module.hot.keep("it", () => ({ isOpen: true }), (it) => { it.isOpen = false; say("destroy"); });`;
    const { ask, save, said } = await hotProgram(t, {
      "main.cjs": `const file = require.resolve("./it.cjs");
        globalThis.current = require(file);
        globalThis.again = () => {
          const before = require.cache[file];
          delete require.cache[file];
          globalThis.isBad = true;
          try { current = require(file); } catch { ${putBack} }
        };`,
      "it.cjs": `${it} module.hot.accept(); module.hot.own(() => say("end " + globalThis.isBad)); if (globalThis.isBad) throw new Error("on purpose");`,
    });
    await ask("again(), isTold()");
    assert.deepEqual(said(), ["end true"]);
    assert.equal(await ask("current.it.isOpen"), "true");
    if (!putBack) return;
    const update = await save({ "it.cjs": `${it} say("anew " + exports.it.isOpen);` });
    assert.equal(update.type, "accepted");
    assert.deepEqual(said(), ["end true", "anew true"]);
  });
}

test("what CommonJS that threw had found is destroyed as the version before said, once nobody has it", async (t) => {
  const keeps = (/** @type {number} */ n) =>
    `module.hot.keep("it", () => say("create in ${n}"), () => say("destroy in ${n}"));`;
  const { save, said } = await hotProgram(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./asks.cjs";`,
    "asks.cjs": `try { require("./throws.cjs"); } catch {}`,
    "throws.cjs": keeps(1),
  });
  assert.equal((await save({ "throws.cjs": `${keeps(2)} throw new Error("on purpose");` })).type, "accepted");
  assert.deepEqual(said(), ["destroy in 1"]);
});
