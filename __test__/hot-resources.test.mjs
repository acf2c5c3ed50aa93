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

test("keep: what goes with its only version, which threw, is destroyed; what goes on with the one before is kept", async (t) => {
  const x = (/** @type {number} */ n, then = "") =>
    `const hot = import.meta.hot; log.push("given " + hot.keep("a", () => ${n}, (value) => log.push("destroy " + value))); ${then}`;
  const bad = `throw new Error("on purpose");`;
  const { said, update, updates } = await program(t, {
    "main.mjs": `import "./top.mjs"; globalThis.lazy = () => import("./lazy.mjs");`,
    "top.mjs": "import.meta.hot.accept();",
    "x.mjs": x(1, bad),
    "lazy.mjs": x(10, bad),
  });
  const top = `import.meta.hot.accept(); import "./x.mjs";`;
  await update({ "top.mjs": top });
  assert.deepEqual(said(), ["given 1", "destroy 1"]);
  await update({ "top.mjs": `${top} //`, "x.mjs": x(2, bad) });
  assert.deepEqual(said(), ["given 2", "destroy 2"]);
  await update({ "top.mjs": top, "x.mjs": x(3) });
  await update({ "x.mjs": x(4, bad) });
  await update({ "x.mjs": x(5) });
  assert.deepEqual(said(), ["given 3", "given 3", "given 3"]);
  await assert.rejects(global.lazy());
  assert.deepEqual(said(), ["given 10"]);
  await updates({ "lazy.mjs": x(11) });
  await global.lazy();
  assert.deepEqual(said(), ["destroy 10", "given 11"]);
});

test("keep: what destroys a value is never of a version that was given up, or replaced", async (t) => {
  const x = (/** @type {number} */ n, then = "") =>
    `${start} globalThis.keep${n} = () => hot.keep("a", () => log.push("create"), () => log.push("destroy in ${n}")); keep${n}(); ${then}`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": x(1),
  });
  await update({ "x.mjs": x(2) });
  await update({ "x.mjs": x(3, `throw new Error("on purpose");`) });
  await update({ "x.mjs": x(4, `await 1; throw new Error("on purpose");`) });
  for (const n of [1, 3, 4]) global[`keep${n}`]();
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["create", "destroy in 2"]);
});

test("keep: what destroys a value that the version before did not ask for is that of who did, and not of one that was given up", async (t) => {
  const x = (/** @type {string} */ n, then = "") =>
    `${start} hot.keep("a", () => log.push("create"), () => log.push("destroy in ${n}")); ${then}`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": x("1"),
  });
  const without = "import.meta.hot.accept();";
  await update({ "x.mjs": without });
  await update({ "x.mjs": x("3", `throw new Error("on purpose");`) });
  await update({ "x.mjs": x("4", `await 1; throw new Error("on purpose");`) });
  await update({ "top.mjs": without });
  assert.deepEqual(said(), ["create", "destroy in 1"]);
});

test("keep: what versions before have kept is destroyed with one that has no import.meta.hot", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": `import.meta.hot.keep("a", () => log.push("create"), () => log.push("destroy"));`,
  });
  await update({ "x.mjs": "export {};" });
  assert.deepEqual(said(), ["create"]);
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["destroy"]);
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

test("keep: what says nothing of its end is ended as hot.own would, and what has none is let go", async (t) => {
  const { said, update } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs";`,
    "x.mjs": `${start}
      hot.keep("pool", async () => ({ close() { log.push("closed"); } }));
      hot.keep("text", () => "text");
      globalThis.timer = hot.keep("timer", () => setInterval(() => {}, 1e6));`,
  });
  await update({ "x.mjs": `${start} hot.keep("pool", () => "never");` });
  assert.deepEqual(said(), []);
  await update({ "top.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["closed"]);
  assert.equal(global.timer._destroyed, true);
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

test("own: what a version owns once it was replaced is ended at once, and what throws then is told of", async (t) => {
  /** @type {string[]} */
  const texts = [];
  t.after(hot.on("message", (text) => texts.push(text)));
  const { said: logged, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": `${start}
      globalThis.own = () => {
        hot.own(() => { throw new Error("on purpose"); });
        hot.own(async () => { throw new Error("rejected"); });
        hot.own(() => log.push("ended"));
      };`,
  });
  await update({ "x.mjs": start });
  global.own();
  assert.deepEqual(logged(), ["ended"]);
  await new Promise(setImmediate);
  const said = "what a replaced version owns was to be ended, and threw: Error:";
  assert.deepEqual(
    texts
      .map((text) => text.split("\n")[0].replace(/.*x\.mjs: /, ""))
      .filter((text) => text.startsWith(said)),
    [`${said} on purpose`, `${said} rejected`],
  );
  await update({ "x.mjs": "" });
  assert.deepEqual(logged(), []);
});

test("own: what can't be ended is refused", async (t) => {
  await program(t, {
    "main.mjs": `globalThis.thrown = [{}, class {}, null, undefined, 5, "text"].map((it) => { try { import.meta.hot.own(it); } catch (error) { return error; } });`,
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

test("data: what a version writes in the place of what it was given stays, too", async (t) => {
  const x = (/** @type {string} */ more) => `${start} log.push(JSON.stringify(hot.data)); ${more}`;
  const { said, update } = await program(t, {
    "main.mjs": main,
    "x.mjs": x("hot.dispose((data) => { data.a = 1; data.b = 1; });"),
  });
  await update({ "x.mjs": x("hot.data.a = 2;") });
  await update({ "x.mjs": x("") });
  await update({ "x.mjs": x("// the last") });
  assert.deepEqual(said(), ["{}", '{"a":1,"b":1}', '{"a":2}', '{"a":2}']);
});

test("data: a version that puts something else there hands on what its dispose handlers are given", async (t) => {
  for (const data of ["null", "undefined", "5", "new Map()"]) {
    const x = `${start} log.push(JSON.stringify(hot.data)); hot.data = ${data}; hot.dispose((data) => { data.a = 1; });`;
    const { said, update } = await program(t, { "main.mjs": main, "x.mjs": x });
    assert.equal((await update({ "x.mjs": `${x} // 2` })).type, "accepted");
    assert.deepEqual(said(), ["{}", '{"a":1}'], data);
  }
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
  // A version that is given up, the same; and its values, as it was the only one.
  assert.equal(
    (await update({ "top.mjs": `import "./x.mjs"; throw new Error("on purpose");` })).type,
    "evaluationError",
  );
  assert.deepEqual(said(), ["dispose", "destroy first"]);
  assert.deepEqual(
    told.slice(3).map(({ error }) => error.message),
    ["own", "destroy", "on purpose"],
  );
});

test("a handler of what goes for good throws, and its file holds another text by now: no line of that is shown", async (t) => {
  /** @type {any[]} */
  const told = [];
  t.after(hot.on("error", (it) => told.push(it)));
  const x = `${start}\nhot.dispose(() => { throw new Error("on purpose"); });`;
  const { updates } = await program(t, {
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": `import.meta.hot.accept(); import "./x.mjs"; import "./y.mjs";`,
    "x.mjs": x,
    "y.mjs": x,
  });
  await updates({
    "top.mjs": "import.meta.hot.accept();",
    "x.mjs": `// Something else.\n// ${"longer ".repeat(20)}`,
  });
  const frames = told.map(({ file, frame, line }) => [path.basename(file), line, frame?.split("\n")[1]]);
  assert.deepEqual(frames.sort(), [
    ["x.mjs", 2, undefined],
    ["y.mjs", 2, `> 2 | hot.dispose(() => { throw new Error("on purpose"); });`],
  ]);
});
