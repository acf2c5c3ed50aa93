// Temporary listeners and timers live as long as the version of the file that made them.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { it } from "node:test";
import { project, until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

/** @param {import("node:test").TestContext} t */
function shared(t) {
  const emitter = new EventEmitter();
  /** @type {string[]} */
  const log = [];
  const value = { emitter, log };
  Object.defineProperty(globalThis, "temporary", { configurable: true, value });
  t.after(() => Reflect.deleteProperty(globalThis, "temporary"));
  return value;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const kind of ["js", "mjs"]) {
  const start =
    kind === "js" ? `const { sync } = require("./sync.js");` : `import { sync } from "./sync.js";`;
  const text = (/** @type {number} */ version, end = "") => `${start}
    const { emitter, log } = temporary;
    sync.addTemporaryListener(emitter, "event", (value) => log.push("on ${version} " + value));
    sync.addTemporaryListener(emitter, "event", () => log.push("once ${version}"), "once");
    sync.addTemporaryInterval((word) => log.push(word + " ${version}"), 1, "interval");
    sync.addTemporaryTimeout((a, b) => log.push(a + b + " ${version}"), 1, "time", "out");
    sync.addTemporaryTimeout(() => log.push("never ${version}"), 1e9);
    ${end}`;

  it(`ends them when the file reloads, and keeps them when that fails (.${kind})`, async (t) => {
    const name = `a.${kind}`;
    const test = syncProject(t, { [name]: text(1) });
    const { emitter, log } = shared(t);
    if (kind === "js") test.load("./a.js");
    else await test.import("./a.mjs");
    await test.settle(name);
    await until(() => log.includes("interval 1") && log.includes("timeout 1"));
    await until(() => emitter.listenerCount("event") === 2);
    emitter.emit("event", "x");
    emitter.emit("event", "y");
    assert.deepEqual(
      log.filter((it) => /^on/.test(it)),
      ["on 1 x", "once 1", "on 1 y"],
    );

    await test.save(name, text(2));
    await until(() => emitter.listenerCount("event") === 2);
    await until(() => log.includes("interval 2") && log.includes("timeout 2"));
    log.length = 0;
    await until(() => log.filter((it) => it === "interval 2").length > 3);
    assert.equal(log.includes("interval 1"), false);
    emitter.emit("event", "z");
    assert.deepEqual(
      log.filter((it) => /^on/.test(it)),
      ["on 2 z", "once 2"],
    );

    // A version that fails ends what it made itself and nothing else.
    for (const bad of [text(3, `throw new Error("no");`), "const = 1;"]) {
      await test.fail(name, bad);
      await turn();
      await turn();
      assert.equal(emitter.listenerCount("event"), 1, bad);
      log.length = 0;
      await until(() => log.filter((it) => it === "interval 2").length > 3);
      assert.equal(log.includes("interval 3"), false);
      emitter.emit("event", "q");
      assert.deepEqual(
        log.filter((it) => /^on/.test(it)),
        ["on 2 q"],
      );
    }

    await test.save(name, kind === "js" ? "" : "export {};");
    assert.equal(emitter.listenerCount("event"), 0);
    log.length = 0;
    await test.save(name, `${kind === "js" ? "" : "export {};"} temporary.log.push("end");`);
    await turn();
    assert.deepEqual(log, ["end"]);
  });
}

it("belongs to the file that makes the call, not to the one that is loaded", async (t) => {
  const { emitter } = shared(t);
  const test = syncProject(t, {
    "a.js": `
      const { sync } = require("./sync.js");
      sync.addTemporaryListener(temporary.emitter, "a", () => {});
      require("./inner.js");`,
    "inner.js": `
      const { sync } = require("./sync.js");
      sync.addTemporaryListener(temporary.emitter, "inner", () => {});`,
    "b.js": `
      const { sync } = require("./sync.js");
      exports.add = () => sync.addTemporaryListener(temporary.emitter, "b", () => {});`,
  });
  test.load("./a.js");
  const b = test.load("./b.js");
  assert.equal(b.add(), emitter);
  const counts = () => ["a", "inner", "b"].map((name) => emitter.listenerCount(name));
  await until(() => String(counts()) === "1,1,1");
  // inner.js stays as it is when only a.js is evaluated anew.
  await test.save("a.js", `require("./inner.js");`);
  assert.deepEqual(counts(), [0, 1, 1]);
  await test.save("inner.js", "", "a.js");
  assert.deepEqual(counts(), [0, 0, 1]);
  b.add();
  await until(() => emitter.listenerCount("b") === 2);
  await test.save("b.js", "");
  assert.deepEqual(counts(), [0, 0, 0]);
});

it("adds a listener on the next turn, never one whose file has been reloaded by then", async (t) => {
  const { emitter } = shared(t);
  const test = syncProject(
    t,
    {
      "a.js": `
        const { sync } = require("./sync.js");
        sync.addTemporaryListener(temporary.emitter, "event", () => {});`,
    },
    "{ watchFS: false }",
  );
  test.load("./a.js");
  assert.equal(emitter.listenerCount("event"), 0);
  test.sync.resync("./a.js", test.project.directory);
  await until(() => emitter.listenerCount("event") > 0);
  await turn();
  assert.equal(emitter.listenerCount("event"), 1);
  await test.sync.dispose();
  assert.equal(emitter.listenerCount("event"), 0);
});

it("refuses what is no emitter, and a method it does not have", (t) => {
  const { sync } = syncProject(t);
  const callback = () => {};
  for (const target of [undefined, null, 5, "text", {}, [], () => {}, new Map(), new EventTarget()]) {
    assert.throws(
      () => sync.addTemporaryListener(target, "event", callback),
      (error) => {
        const { name, message } = /** @type {Error} */ (error);
        assert.equal(name, "TypeError");
        assert.match(message, /"on"/);
        assert.match(message, new RegExp(/** @type {any} */ (target)?.constructor?.name ?? typeof target));
        return true;
      },
    );
  }
  assert.throws(() => sync.addTemporaryListener(new EventEmitter(), "event", callback, "onTwice"), {
    name: "TypeError",
    message: /EventEmitter.*"onTwice"/,
  });
  // By who calls: a turn later nobody could tell whose it is.
  const noListener = /** @type {any} */ (3);
  assert.throws(() => sync.addTemporaryListener(new EventEmitter(), "event", noListener), {
    name: "TypeError",
    message: /takes a listener, not number/,
  });
  // Whatever has the method will do: `prependListener`, a mere lookalike.
  const lookalike = { on: () => {}, removeListener: () => {} };
  assert.equal(sync.addTemporaryListener(lookalike, "event", callback), lookalike);
});

it("ends the others where an emitter throws as a listener is taken from it, and hides no such error", async (t) => {
  const self = project(t, {
    "sync.js": `exports.sync = new (require("heatsync-rs"))();`,
    "a.js": `const { sync } = require("./sync.js");
      const emitter = { on() {}, off() { throw new Error("own"); } };
      sync.addTemporaryListener(emitter, "event", () => {});
      sync.addTemporaryListener(process, "custom", () => {});`,
    "main.js": `
      process.on("uncaughtException", ({ message }) => console.log("uncaught", message));
      const { sync } = require("./sync.js");
      sync.require("./a.js");
      setImmediate(() => {
        console.log("listeners", process.listenerCount("custom"));
        sync.resync("./a.js");
        console.log("listeners", process.listenerCount("custom"));
      });`,
  });
  const program = self.run("main.js");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["listeners 1", "listeners 0", "uncaught own"]);
});

it("ends what there is when files failed that had made nothing", async (t) => {
  const test = syncProject(t, {
    "a.js": "exports.value = 1;",
    "b.js": `require("./sync.js").sync.addTemporaryListener(temporary.emitter, "event", () => {});`,
  });
  const { emitter } = shared(t);
  test.load("./a.js");
  test.load("./b.js");
  await turn();
  await test.settle("a.js");
  await test.fail("a.js", `throw new Error("own");`);
  assert.equal(emitter.listenerCount("event"), 1);
  await test.sync.dispose();
  assert.equal(emitter.listenerCount("event"), 0);
});

it("gives Node's own timers, which can be cleared by hand", async (t) => {
  const { log } = shared(t);
  const { sync } = syncProject(t);
  const timeout = sync.addTemporaryTimeout(() => log.push("timeout"), 1);
  const interval = sync.addTemporaryInterval(() => log.push("interval"), 1);
  assert.equal(timeout.constructor, setTimeout(() => {}, 0).constructor);
  assert.equal(timeout.hasRef(), true);
  clearTimeout(timeout);
  await until(() => log.includes("interval"));
  clearInterval(interval);
  const rest = log.length;
  await new Promise((resolve) => sync.addTemporaryTimeout(resolve, 20));
  assert.equal(log.length, rest);
  assert.equal(log.includes("timeout"), false);
  sync.addTemporaryInterval(() => log.push("disposed"), 1);
  await sync.dispose();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(log.includes("disposed"), false);
});

it("ends a timeout that was started anew by refresh(), in its callback or once it had run", async (t) => {
  const { log } = shared(t);
  const text = (/** @type {number} */ version) => `
    const { sync } = require("./sync.js");
    sync.addTemporaryTimeout(function () {
      temporary.log.push("again ${version}");
      this.refresh();
    }, 1);
    exports.timer = sync.addTemporaryTimeout((word) => temporary.log.push(word + " ${version}"), 1, "once");`;
  const test = syncProject(t, { "a.js": text(1) }, "{ watchFS: false }");
  const a = test.load("./a.js");
  for (const version of [2, 3]) {
    await until(() => log.includes(`again ${version - 1}`) && log.includes(`once ${version - 1}`));
    a.timer.refresh();
    test.project.write("a.js", text(version));
    test.sync.resync("./a.js", test.project.directory);
    log.length = 0;
    await until(() => log.filter((it) => it === `again ${version}`).length > 3);
    assert.deepEqual([...new Set(log)].sort(), [`again ${version}`, `once ${version}`]);
  }
  await test.sync.dispose();
});

it("gives a timeout's callback the timer as `this`, and refuses what is no function at once", async (t) => {
  const { sync } = syncProject(t);
  for (const method of ["addTemporaryTimeout", "addTemporaryInterval"]) {
    const [timer, self, args] = await new Promise((resolve) => {
      /** @this {unknown} @param {unknown[]} given */
      function callback(...given) {
        clearInterval(made);
        resolve([made, this, given]);
      }
      const made = sync[method](callback, 1, "a", "b");
    });
    assert.equal(self, timer, method);
    assert.deepEqual(args, ["a", "b"], method);
    for (const callback of [undefined, null, "text", {}]) {
      assert.throws(() => sync[method](callback, 1), { code: "ERR_INVALID_ARG_TYPE" }, method);
    }
  }
});

it("keeps no timers that have ended", async (t) => {
  const self = project(t, {
    "main.js": `
      const sync = new (require("heatsync-rs"))({ watchFS: false });
      let rounds = 0;
      (function next() {
        if (++rounds > 80) return console.log("done");
        for (let i = 0; i < 500; i++) {
          sync.addTemporaryTimeout(() => {}, 1, new Array(250).fill(0));
          clearInterval(sync.addTemporaryInterval(() => {}, 1, new Array(250).fill(0)));
        }
        setTimeout(next, 2);
      })();`,
  });
  const program = self.run("main.js", { nodeArguments: ["--max-old-space-size=24"] });
  await program.exit;
  assert.equal(program.stdout, "done\n", program.stderr.slice(0, 2000));
});
