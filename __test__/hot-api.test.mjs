// `import.meta.hot` beyond dynohot: events, error handlers, warnings; and updates that come while another runs.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { program, runtime } from "./support/esm-program.mjs";

const { hot } = createRequire(import.meta.url)("../index.js");
const global = /** @type {any} */ (globalThis);
const main = `import "./x.mjs";`;
const start = "const hot = import.meta.hot; hot.accept();";

runtime.enableHot();

/** What is written to standard error meanwhile. @param {import("node:test").TestContext} t */
function written(t) {
  /** @type {string[]} */
  const texts = [];
  t.mock.method(process.stderr, "write", (/** @type {string} */ text) => texts.push(text) > 0);
  return texts;
}

test("without register there is no hot", async () => {
  const value = /** @type {any} */ (import.meta);
  assert.equal(value.hot, undefined);
  assert.equal(value.dynoHot, undefined);
});

test("dynoHot is hot", async (t) => {
  await program(t, {
    "main.mjs": "globalThis.same = import.meta.hot === import.meta.dynoHot && typeof import.meta.hot;",
  });
  assert.equal(global.same, "object");
});

test("events, in their order, with Vite's names and ours, until the version that listens is replaced", async (t) => {
  const names = [
    "beforeUpdate",
    "vite:afterUpdate",
    "vite:beforePrune",
    "invalidate",
    "error",
    "beforeFullReload",
  ];
  const x = (/** @type {number} */ n, more = "") =>
    `${more}${start} for (const name of ${JSON.stringify(names)}) hot.on(name, (payload) => log.push("x${n} " + name + (payload.type ? " " + payload.type : ""))); log.push("x${n}"); globalThis.invalidate = (why) => hot.invalidate(why);`;
  const { said, update, updates } = await program(t, {
    "main.mjs": main,
    "x.mjs": x(1, `import "./y.mjs"; `),
    "y.mjs": `import.meta.hot.prune(({ y }) => log.push(y + " pruned")); import.meta.hot.dispose((data) => { data.y = "y"; });`,
  });
  said();
  await update({ "x.mjs": x(2) });
  assert.deepEqual(said(), [
    "x1 beforeUpdate",
    "x2",
    "x2 vite:beforePrune",
    "y pruned",
    "x2 vite:afterUpdate accepted",
  ]);
  await update({ "x.mjs": "?" });
  assert.deepEqual(said(), ["x2 error linkError"]);
  const outcomes = await updates({ "x.mjs": x(3), "main.mjs": "" });
  assert.deepEqual(outcomes["main.mjs"], { type: "unaccepted", path: ["main.mjs"] });
  // What main imports is still there: it stays as it was.
  assert.deepEqual(outcomes["x.mjs"], { type: "accepted", evaluated: ["x.mjs"] });
  assert.deepEqual(said(), [
    "x2 beforeUpdate",
    "x3",
    "x3 beforeFullReload unaccepted",
    "x3 vite:afterUpdate accepted",
  ]);
  // The version that hears nothing: this process goes on.
  await update({ "x.mjs": start });
});

test("a listener taken away hears nothing", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `${start} const a = () => log.push("a"); hot.on("beforeUpdate", a); hot.off("beforeUpdate", a); hot.on("beforeUpdate", () => log.push("b"))(); hot.on("beforeUpdate", () => log.push("c"));`,
  });
  await update({ "x.mjs": "" });
  assert.deepEqual(said(), ["c"]);
});

test("a listener that throws is reported, and the update goes on", async (t) => {
  const { out, update } = await program(t, {
    "main.mjs": `import { v } from "./x.mjs"; globalThis.out = () => v;`,
    "x.mjs": `${start} hot.on("beforeUpdate", async () => { throw new Error("listener"); }); export const v = 1;`,
  });
  const texts = written(t);
  assert.equal((await update({ "x.mjs": "export const v = 2;" })).type, "accepted");
  assert.equal(out(), 2);
  assert.match(texts.join(""), /a listener of "beforeUpdate" threw: Error: listener/);
});

test("invalidate(message): the event has the file and the message", async (t) => {
  await program(t, {
    "main.mjs": main,
    "x.mjs": `${start} globalThis.invalidate = (why) => hot.invalidate(why);`,
  });
  /** @type {any[]} */
  const heard = [];
  const updated = new Promise((resolve) => {
    const off = hot.on("update", (/** @type {any} */ result) => {
      off();
      resolve(result);
    });
  });
  const off = hot.on("invalidate", (/** @type {any} */ it) => heard.push(it));
  global.invalidate("the weather");
  const { type, files, evaluated, message } = /** @type {any} */ (await updated);
  off();
  assert.deepEqual([type, files.map(base), evaluated.map(base)], ["accepted", ["x.mjs"], ["x.mjs"]]);
  assert.match(message, /x\.mjs: 1 evaluated, accepted by .*x\.mjs, in [\d.]+ ms$/);
  assert.deepEqual(
    heard.map(({ file, message }) => [base(file), message]),
    [["x.mjs", "the weather"]],
  );
});

test("removeDispose takes back the handler that was given last", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `${start} const a = () => log.push("a"); const b = () => log.push("b"); hot.dispose(a); hot.dispose(b); hot.removeDispose(b); hot.addDisposeHandler(b); hot.removeDisposeHandler(a);`,
  });
  await update({ "x.mjs": "" });
  assert.deepEqual(said(), ["b"]);
});

test("an error handler takes what an accept handler throws", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": `${main} import.meta.hot.accept("./x.mjs", async () => { throw new Error("a"); }, (error, { specifiers }) => log.push(error.message + specifiers));`,
    "x.mjs": "export {};",
  });
  assert.deepEqual(await update({ "x.mjs": "export {};;" }), { type: "accepted", evaluated: ["x.mjs"] });
  assert.deepEqual(said(), ["a./x.mjs"]);
});

test("an error handler of a module that accepts itself", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import.meta.hot.accept(() => { throw new Error("b"); }, ({ message }, { specifiers }) => log.push(message + specifiers.length));`,
  });
  assert.deepEqual(await update({ "x.mjs": "" }), { type: "accepted", evaluated: ["x.mjs"] });
  assert.deepEqual(said(), ["b0"]);
});

test("handlers must be functions", async (t) => {
  await program(t, {
    "main.mjs": `globalThis.refused = [["accept", 1], ["accept", "./x", 1], ["accept", () => {}, 1], ["dispose"], ["prune", {}], ["keep", "a"], ["on", "update"]].map(([method, ...rest]) => { try { import.meta.hot[method](...rest); return method; } catch (error) { return error.name; } });`,
  });
  assert.deepEqual(global.refused, Array(7).fill("TypeError"));
});

test("other arguments that are none: the method that was called is named", async (t) => {
  await program(t, {
    "main.mjs": `globalThis.refused = [["decline", 1], ["decline", {}], ["on", 1, () => {}], ["off", 1], ["send", 1], ["accept", 1], ["acceptExports"]].map(([method, ...rest]) => { try { import.meta.hot[method](...rest); return method; } catch (error) { return error.message; } });`,
  });
  const words = "it takes a specifier, or a list of them";
  assert.deepEqual(global.refused, [
    ...[`import.meta.hot.decline: ${words}`, `import.meta.hot.decline: ${words}`],
    ...["on", "off", "send"].map((method) => `hot.${method}: the event must be a string`),
    "import.meta.hot.accept: it takes a function, a specifier, or a list of specifiers",
    "import.meta.hot.acceptExports: it takes the name of an export, or a list of names",
  ]);
});

test("a specifier that is not imported is warned about, once", async (t) => {
  const texts = written(t);
  const { update } = await program(t, {
    "main.mjs": `${main} import fs from "node:fs"; import.meta.hot.accept("./y.mjs"); import.meta.hot.accept("node:fs"); import.meta.hot.accept(["./x.mjs", "./z.mjs"], () => {});`,
    "x.mjs": "",
  });
  assert.equal(texts.length, 3);
  assert.match(
    texts[0],
    /main\.mjs: import\.meta\.hot\.accept\("\.\/y\.mjs"\): this module does not import it/,
  );
  assert.match(texts[1], /"node:fs".* not a module that reloads/);
  assert.match(texts[2], /"\.\/z\.mjs".*; the whole list is ignored/);
  // A list with one that is not imported accepts nothing.
  assert.equal((await update({ "x.mjs": "1" })).type, "unaccepted");
  assert.equal(texts.length, 3);
});

test("a specifier that import() may still bring is not warned about before there is an update", async (t) => {
  const texts = written(t);
  const { update } = await program(t, {
    "main.mjs": `import.meta.hot.accept("./y.mjs"); ${main} if (globalThis.never) await import("./y" + ".mjs");`,
    "x.mjs": "",
  });
  assert.deepEqual(texts, []);
  await update({ "x.mjs": "1" });
  assert.match(texts.join(""), /"\.\/y\.mjs"/);
});

test("what an import() names, and has not brought yet, is not said to be no import", async (t) => {
  const texts = written(t);
  const { update } = await program(t, {
    "main.mjs": `${main} import.meta.hot.accept("./x.mjs"); import.meta.hot.accept("./y.mjs");
      globalThis.go = () => import(/* (lazily) */ './y.mjs'); await import("./z.mjs").catch(() => {}); import.meta.hot.accept("./z.mjs");
      import.meta.hot.accept(["./x.mjs", "./y.mjs"], () => {});`,
    "x.mjs": "",
    "y.mjs": "export const v = 1;",
    "z.mjs": "throw new Error('on purpose');",
  });
  assert.equal((await update({ "x.mjs": "1" })).type, "accepted");
  assert.equal(texts.length, 1);
  assert.match(
    texts[0],
    /accept\("\.\/y\.mjs"\): this module has not imported it yet; until then the whole list is ignored/,
  );
  await global.go();
  assert.equal((await update({ "y.mjs": "export const v = 2;" })).type, "accepted");
  assert.equal(texts.length, 1);
});

test("what comes during an update is one more, of all that came", async (t) => {
  const x = (/** @type {number} */ n) =>
    `${start} log.push("begin ${n}"); await new Promise(setImmediate); log.push("end ${n}"); export {};`;
  const { begin, said } = await program(t, {
    "main.mjs": `${main} import "./y.mjs"; import "./z.mjs";`,
    ...{ "x.mjs": x(1), "y.mjs": `${start} log.push("y1");`, "z.mjs": `${start} log.push("z1");` },
  });
  said();
  const first = begin({ "x.mjs": x(2) });
  await Promise.resolve();
  const second = begin({ "y.mjs": `${start} log.push("y2");` });
  const third = begin({ "z.mjs": `${start} log.push("z2");`, "x.mjs": x(3) });
  assert.equal(second, third);
  assert.deepEqual((await first).length, 1);
  assert.deepEqual(
    (await third).flatMap(({ files }) => files.map(base)),
    ["x.mjs", "y.mjs", "z.mjs"],
  );
  assert.deepEqual(said(), ["begin 2", "end 2", "begin 3", "end 3", "y2", "z2"]);
});

test("the program imports the old version while dispose handlers are awaited", async (t) => {
  const { out, update } = await program(t, {
    "main.mjs": `import "./x.mjs"; globalThis.out = async () => (await import("./x.mjs")).v;`,
    "x.mjs": `${start} hot.dispose(async () => { globalThis.seen = await out(); }); export const v = 1;`,
  });
  await update({ "x.mjs": "export const v = 2;" });
  assert.deepEqual([global.seen, await out()], [1, 2]);
});

test("a broken file holds back what needs it, and nothing else", async (t) => {
  const { said, updates } = await program(t, {
    "main.mjs": `import "./x.mjs"; import "./y.mjs";`,
    ...{ "x.mjs": `${start} log.push("x1");`, "y.mjs": `${start} log.push("y1");` },
  });
  said();
  const outcomes = await updates({ "x.mjs": "?", "y.mjs": `${start} log.push("y2");` });
  assert.equal(outcomes["x.mjs"].type, "linkError");
  assert.deepEqual(outcomes["y.mjs"], { type: "accepted", evaluated: ["y.mjs"] });
  assert.deepEqual(said(), ["y2"]);
});

test("a file that is deleted with its import is pruned", async (t) => {
  const { said, updates } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import "./y.mjs"; ${start}`,
    "y.mjs": `import.meta.hot.prune(() => log.push("pruned"));`,
  });
  const outcomes = await updates({ "y.mjs": null, "x.mjs": start });
  assert.deepEqual(Object.values(outcomes), [{ type: "accepted", evaluated: ["x.mjs"], pruned: ["y.mjs"] }]);
  assert.deepEqual(said(), ["pruned"]);
});

test("what import() brought and threw is loaded anew after a save, of it or of what it imports", async (t) => {
  const { out, updates } = await program(t, {
    "main.mjs": `globalThis.out = () => import("./x.mjs").then(({ v }) => v, ({ message }) => message);`,
    "x.mjs": `import { y } from "./y.mjs"; export const v = y;`,
    "y.mjs": `import "./z.mjs"; throw new Error("first"); export const y = 1;`,
    "z.mjs": "import.meta.hot.accept();",
  });
  assert.equal(await out(), "first");
  const outcomes = await updates({ "y.mjs": `import "./z.mjs"; export const y = 2;` });
  // Nobody imports z.mjs before the next import().
  assert.deepEqual(outcomes, { "y.mjs": { type: "accepted", evaluated: [], pruned: ["z.mjs"] } });
  assert.equal(await out(), 2);
  // It is a module like any other now.
  assert.equal((await updates({ "y.mjs": "export const y = 3;" }))["y.mjs"].type, "unaccepted");
});

test("a file that is two modules is named once", async (t) => {
  const { out, updates } = await program(t, {
    "main.mjs": `globalThis.out = () => Promise.allSettled([import("./x.mjs?1"), import("./x.mjs?2")]);`,
    "x.mjs": `throw new Error("first"); export const v = 1;`,
  });
  assert.deepEqual(
    (await out()).map(({ status }) => status),
    ["rejected", "rejected"],
  );
  /** @type {any[]} */
  const results = [];
  const off = hot.on("update", (/** @type {any} */ result) => results.push(result));
  await updates({ "x.mjs": "export const v = 2;" });
  off();
  assert.deepEqual(
    results.map(({ type, files }) => [type, files.length]),
    [["accepted", 1]],
  );
});

test("a line names five files, and says how many more there are", async (t) => {
  const names = Array.from({ length: 7 }, (_, number) => `m${number}.mjs`);
  const importNext = (/** @type {string} */ name, /** @type {number} */ number) =>
    name === "m6.mjs" ? "" : `import "./m${number + 1}.mjs";`;
  const version = (/** @type {number} */ number) =>
    Object.fromEntries(names.map((name, index) => [name, `${importNext(name, index)} "${number}";`]));
  const { updates } = await program(t, {
    "main.mjs": `import "./m0.mjs"; import.meta.hot.accept("./m0.mjs");`,
    ...version(1),
  });
  /** @type {any[]} */
  const results = [];
  const off = hot.on("update", (/** @type {any} */ result) => results.push(result));
  await updates(version(2));
  off();
  assert.equal(results[0].files.length, 7);
  assert.match(
    results[0].message,
    /^([^,]*m\d\.mjs, ){4}[^,]*m\d\.mjs and 2 more: 7 evaluated, accepted by [^,]*main\.mjs, in/,
  );
});

test("a cycle that nobody imports any more is pruned", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import "./a.mjs"; ${start}`,
    "a.mjs": `import "./b.mjs"; import.meta.hot.prune(() => log.push("a"));`,
    "b.mjs": `import "./a.mjs"; import.meta.hot.prune(() => log.push("b"));`,
  });
  assert.deepEqual(await update({ "x.mjs": start }), {
    type: "accepted",
    evaluated: ["x.mjs"],
    pruned: ["a.mjs", "b.mjs"],
  });
  assert.deepEqual(said(), ["a", "b"]);
});

/** @param {string} file */
const base = (file) => path.basename(file);

test("events of the program's own", async (t) => {
  const texts = written(t);
  const x = (/** @type {string} */ more) => `${start} hot.on("app:done", (it) => log.push(it)); ${more}`;
  const { log, updates } = await program(t, { "main.mjs": main, "x.mjs": x("hot.send('app:done', 1);") });
  const off = hot.on("app:done", () => {
    throw new Error("a listener's");
  });
  hot.send("app:done", 2);
  await updates({ "x.mjs": x("log.push('new');") });
  off();
  hot.send("app:done", 3);
  await null;
  assert.deepEqual(log, [1, 2, "new", 3]);
  assert.match(texts.join(""), /a listener of "app:done" threw: Error: a listener's/);
  for (const name of ["beforeUpdate", "vite:beforeUpdate", "vite:anything"])
    assert.throws(() => hot.send(name), { name: "TypeError", message: /is an event of heatsync-rs/ });
});

test("a name that is nearly one of ours is told of once, another is the program's own", async (t) => {
  const texts = written(t);
  const names = [
    "updtae",
    "updtae",
    "vite:beforeUpdates",
    "before-update",
    "Error",
    "done",
    "state",
    "vite:ws:connect",
  ];
  /** @type {unknown[]} */
  const heard = [];
  const offs = names.map((name) => hot.on(name, (/** @type {unknown} */ it) => heard.push(it)));
  hot.send("done", 1);
  hot.send("updtae", 2);
  await null;
  for (const off of offs) off();
  const told = texts.map((text) =>
    text.replace(/^\[heatsync\] |: there is no such event, unless you hot.send\(\) it|\n$/g, ""),
  );
  assert.deepEqual(told, [
    'hot.on("updtae"); did you mean "update"?',
    'hot.on("vite:beforeUpdates"); did you mean "beforeUpdate"?',
    'hot.on("before-update"); did you mean "beforeUpdate"?',
    'hot.on("Error"); did you mean "error"?',
  ]);
  assert.deepEqual(heard, [1, 2, 2]);
});

test("webpack's status", async (t) => {
  const x = `${start} log.push(hot.status()); const told = (it) => log.push("told " + it); hot.addStatusHandler(told);
    hot.accept(() => log.push("accept " + hot.status())); globalThis.hotOfX = hot; globalThis.told = told;`;
  const { log, updates } = await program(t, { "main.mjs": main, "x.mjs": x });
  await updates({ "x.mjs": `${x}\n` });
  assert.deepEqual(log, ["idle", "told apply", "apply", "accept apply", "told idle", "told idle"]);
  assert.equal(global.hotOfX.status(), "idle");
  log.splice(0);
  global.hotOfX.removeStatusHandler(global.told);
  await updates({ "x.mjs": `${start}\n` });
  assert.deepEqual(log, ["accept apply"]);
  assert.equal(await global.hotOfX.check(true), null);
  assert.deepEqual(await global.hotOfX.apply(), []);
  for (const name of ["addStatusHandler", "status"]) assert.throws(() => global.hotOfX[name](1), TypeError);
});
