// What a version leaves to the next, and what ends with it: `hot.keep` and `hot.own`.

import assert from "node:assert/strict";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { hot } from "../index.mjs";
import { program, runtime } from "./support/esm-program.mjs";

const global = /** @type {any} */ (globalThis);
const main = `import "./x.mjs";`;
const start = "const hot = import.meta.hot; hot.accept();";

runtime.enableHot();

test("keep: created once, kept by every version, destroyed when nobody imports the module any more", async (t) => {
  const x = (/** @type {number} */ n) =>
    `${start} log.push(hot.keep("a", () => { log.push("create"); return "value of ${n}"; }, (value) => log.push("destroy in ${n} " + value)));`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": x(1),
  });
  await update({ "x.mjs": x(2) });
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["create", "value of 1", "value of 1", "destroy in 2 value of 1"]);
  await update({ "top.mjs": `import "./x.mjs";` });
  assert.deepEqual(said(), ["create", "value of 2"]);
});

test("keep: a value that could not be made is tried again", async (t) => {
  const x = (/** @type {string} */ create) =>
    `${start} export const v = await hot.keep("a", async () => ${create}).catch(() => "none"); log.push(v);`;
  const { said, update } = await program(t, { "main.mjs": main, "x.mjs": x("Promise.reject(1)") });
  await update({ "x.mjs": x("1") });
  await update({ "x.mjs": x("2") });
  assert.deepEqual(said(), ["none", 1, 1]);
});

test("keep: … also in a program whose util.inspect() colours", async (t) => {
  const { colors } = inspect.defaultOptions;
  t.after(() => Object.assign(inspect.defaultOptions, { colors }));
  inspect.defaultOptions.colors = true;
  const x = (/** @type {string} */ create) =>
    `${start} export const v = await hot.keep("a", async () => ${create}).catch(() => "none"); log.push(v);`;
  const { said, update } = await program(t, { "main.mjs": main, "x.mjs": x("Promise.reject(1)") });
  await update({ "x.mjs": x("1") });
  assert.deepEqual(said(), ["none", 1]);
});

test("keep: a rejection that the program does not handle is told by Node, and one that it handles is not", async (t) => {
  /** @type {unknown[]} */
  const unhandled = [];
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => unhandled.push(reason));
  t.after(() => {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  });
  const x = (/** @type {number} */ n) =>
    `${start}
      hot.keep("lost", async () => { throw "lost ${n}"; });
      hot.keep("caught", async () => { throw "caught"; }).catch(() => {});
      hot.keep("foreign", () => ({ then: (_, reject) => reject("foreign") }));
      hot.keep("slow", () => { log.push("slow"); return new Promise((_, reject) => { globalThis.fail = reject; }); });`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": x(1),
  });
  await new Promise(setImmediate);
  assert.deepEqual(unhandled.splice(0), ["lost 1"]);
  await update({ "x.mjs": x(2) });
  assert.deepEqual(unhandled.splice(0), ["lost 2"]);
  global.fail("slow");
  await new Promise(setImmediate);
  assert.deepEqual(unhandled.splice(0), ["slow"]);
  await update({ "x.mjs": x(3) });
  assert.deepEqual(said(), ["slow", "slow"]);
  global.fail("slow");
  await new Promise(setImmediate);
  assert.deepEqual(unhandled.splice(0), ["lost 3", "slow"]);
  // There is nothing to destroy of what could not be made.
  await update({ "x.mjs": `${start} hot.keep("lost", () => "never", () => log.push("destroyed"));` });
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["destroyed"]);
});

test("own: asyncDispose, dispose, close, functions and timers, the last first, awaited", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `${start}
      hot.own({ close() { log.push("close"); } });
      hot.own({ [Symbol.dispose]() { log.push("dispose"); }, close() { log.push("never"); } });
      hot.own({ async [Symbol.asyncDispose]() { await new Promise(setImmediate); log.push("asyncDispose"); } });
      hot.dispose(() => log.push("handler"));
      globalThis.timers = [hot.own(setInterval(() => {}, 1e6)), hot.own(setTimeout(() => {}, 1e6))];
      hot.own(() => log.push("function"));`,
  });
  await update({ "x.mjs": "" });
  assert.deepEqual(said(), ["function", "handler", "asyncDispose", "dispose", "close"]);
  assert.deepEqual(
    global.timers.map((/** @type {any} */ timer) => timer._destroyed),
    [true, true],
  );
});

test("own: a server's port is free for the next version, though a connection is open", async (t) => {
  const x = (/** @type {string} */ port) =>
    `import net from "node:net"; ${start} const server = hot.own(net.createServer()); server.listen(${port}, "127.0.0.1"); await new Promise((resolve, reject) => server.on("listening", resolve).on("error", reject)); globalThis.server = server;`;
  const { update } = await program(t, { "main.mjs": main, "x.mjs": x("0") });
  const { port } = global.server.address();
  const client = net.connect(port, "127.0.0.1");
  await new Promise((resolve) => client.once("connect", resolve));
  t.after(() => {
    client.destroy();
    global.server.close();
  });
  assert.equal((await update({ "x.mjs": x(String(port)) })).type, "accepted");
  assert.equal(global.server.address().port, port);
});

test("own: what can't be ended is refused", async (t) => {
  await program(t, {
    "main.mjs": `globalThis.thrown = [{}, class {}].map((it) => { try { import.meta.hot.own(it); } catch (error) { return error; } });`,
  });
  for (const error of global.thrown) {
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /neither Symbol\.asyncDispose/);
  }
});

test("data: what a version writes there itself stays, as in Vite; what dispose handlers put there is for the next one", async (t) => {
  const x = (/** @type {string} */ more) =>
    `${start} hot.data.count = (hot.data.count ?? 0) + 1; hot.data.pool ??= { made: hot.data.count }; log.push(JSON.stringify(hot.data)); ${more}`;
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": x("hot.dispose((data) => { log.push(data.count); data.once = 1; });"),
  });
  await update({ "x.mjs": x("") });
  await update({ "x.mjs": x("throw new Error('on purpose');") });
  await update({ "x.mjs": x("hot.dispose((data) => { delete data.pool; });") });
  await update({ "x.mjs": x("// the last") });
  assert.deepEqual(said(), [
    '{"count":1,"pool":{"made":1}}',
    1,
    '{"count":2,"pool":{"made":1},"once":1}',
    '{"count":3,"pool":{"made":1}}',
    '{"count":4,"pool":{"made":1}}',
    '{"count":5,"pool":{"made":5}}',
  ]);
});

test("own: a worker is terminated", async (t) => {
  const { update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `import { Worker } from "node:worker_threads"; ${start}
      const worker = hot.own(new Worker("setInterval(() => {}, 1e6)", { eval: true }));
      globalThis.ended = new Promise((resolve) => worker.once("exit", resolve));`,
  });
  await update({ "x.mjs": "" });
  // It never ends by itself.
  assert.equal(typeof (await global.ended), "number");
});

test("what goes for good is ended whole: a handler that throws keeps no other one from its turn", async (t) => {
  /** @type {any[]} */
  const told = [];
  const off = hot.on("error", (it) => told.push(it));
  t.after(off);
  /** @type {string[]} */
  const texts = [];
  t.after(hot.on("message", (text) => texts.push(text.split(": ")[1])));
  const handlers = `
    hot.keep("first", () => "first", (value) => log.push("destroy " + value));
    hot.keep("bad", () => "bad", () => { throw new Error("destroy"); });
    hot.dispose(() => log.push("dispose"));
    hot.prune(async () => { throw new Error("prune"); });
    hot.own(() => { throw new Error("own"); });`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": `${start}${handlers}`,
  });
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["dispose", "destroy first"]);
  assert.deepEqual(
    told.map(({ error, file, line }) => [error.message, path.basename(file), line]),
    [
      ["own", "x.mjs", 6],
      ["prune", "x.mjs", 5],
      ["destroy", "x.mjs", 3],
    ],
  );
  assert.deepEqual(texts.slice(0, 3), [
    "a dispose handler threw",
    "a prune handler threw",
    "what destroys the values of hot.keep threw",
  ]);
  assert.match(told[0].frame, /^> 6 \| .*hot\.own\(\(\) => \{ throw/m);
  // A version that is given up, the same; of the values the next one takes over.
  assert.equal(
    (await update({ "top.mjs": `import "./x.mjs"; throw new Error("on purpose");` })).type,
    "evaluationError",
  );
  assert.deepEqual(said(), ["dispose"]);
  assert.deepEqual(
    told.slice(3).map(({ error }) => error.message),
    ["own", "on purpose"],
  );
});
