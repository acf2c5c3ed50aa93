// `import { run } from "heatsync-rs/runner"`.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";
import { gone, isRunning } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";

/**
 * A program that runs `app.js` by the library and prints what happens.
 * @param {string} options source text
 */
const host = (options) => `
  import { run } from "heatsync-rs/runner";
  const runner = run({ script: "app.js", log: (text) => console.log("log", text), ${options} });
  runner.on("start", ({ restarts }) => console.log("start", restarts));
  runner.on("restart", ({ reason, files }) => console.log("restart", reason, files.length));
  runner.on("crash", (exit) => console.log("crash", JSON.stringify(exit)));
  runner.on("message", (message) => console.log("message", JSON.stringify(message)));
  runner.on("invalidated", (files) => console.log("invalidated", files.join()));
  process.on("message", async (word) => {
    if (word === "restart") { await runner.restart("because"); console.log("restarted"); }
    if (word === "stop") console.log("stopped", JSON.stringify(await runner.stop()));
  });
  process.channel.unref();
  const exit = await runner.ended;
  console.log("ended", JSON.stringify(exit));
`;

test("events, restart and stop", async (t) => {
  const files = {
    "host.mjs": host(`scriptArguments: ["a"], env: { ...process.env, OWN: "1" }`),
    "app.js": `console.log("app", process.argv[2], process.env.OWN, process.pid); process.send({ hello: 1 }); require("./value"); ${STAY}`,
    "value.js": "",
  };
  const self = project(t, files);
  const program = self.run("host.mjs");
  const pid = Number((await program.line(/^app a 1 /)).split(" ")[3]);
  await program.line('message {"hello":1}');
  self.write("value.js", "1;");
  await program.line("restart changed 1");
  await program.line("start 1");
  await gone(pid);
  program.child.send("restart");
  await program.line("log restarting: because");
  await program.line("restarted");
  const last = Number((await program.line(/^app a 1 /)).split(" ")[3]);
  program.child.send("stop");
  await program.line(/^ended \{"code":null,"signal":"SIGTERM"\}$/);
  assert.ok(!isRunning(last));
  // Nothing of the runner's holds the program open.
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});

test("a program that has begun, and whose env file goes before a busy runner has read that, waits for it", async (t) => {
  const self = project(t, {
    "app.js": `console.log("app", process.env.NAME); require("node:fs").writeFileSync("up", ""); ${STAY}`,
    "some.env": "NAME=one",
    "host.mjs": `
      import fs from "node:fs";
      import { run } from "heatsync-rs/runner";
      // Where events are read: what is to be done next comes before what the program says meanwhile.
      process.once("message", () => {
        const runner = run({ script: "app.js", nodeArguments: ["--env-file=some.env"] });
        runner.on("crash", ({ code }) => console.log("crash", code));
        void runner.ended.then(() => console.log("ended"));
        while (!fs.existsSync("up"));
        fs.rmSync("some.env");
      });`,
  });
  const program = self.run("host.mjs");
  program.child.send("run");
  await program.line("app one");
  assert.equal(await program.line(/^(crash|ended)/), "crash 9");
  self.write("some.env", "NAME=two");
  await program.line("app two");
});

test("what boundaries are to give anew is an event", async (t) => {
  const self = project(t, {
    "package.json": { type: "module", heatsync: { boundaries: ["./page.js"] } },
    "host.mjs": host(""),
    "app.js": `
      const show = async (last) => {
        const { value } = await import("./page.js");
        if (value !== last) console.log("page", value);
        setTimeout(show, 5, value);
      };
      await show();`,
    "page.js": `export { value } from "./value.js";`,
    "value.js": "export const value = 1;",
  });
  const program = self.run("host.mjs");
  await program.line("page 1");
  self.write("value.js", "export const value = 2;");
  await program.line("page 2");
  // Two processes print.
  const find = () => program.lines.find((line) => line.startsWith("invalidated "));
  await program.waitFor(find, "the event");
  assert.deepEqual(find()?.slice(12).split(",").sort(), [self.path("page.js"), self.path("value.js")]);
  assert.ok(!program.stdout.includes("restart"), program.stdout);
});

test("cwd: the script, what restarts and env files are of that folder", async (t) => {
  const self = project(t, {
    "host.mjs": host(`cwd: "sub", restart: ["./data", "*.ini"], nodeArguments: ["--env-file=own.env"]`),
    "sub/app.js": `console.log("app", process.cwd(), process.env.OWN, process.pid); ${STAY}`,
    "sub/own.env": "OWN=1",
    "sub/data/a.txt": "",
    "sub/a.ini": "",
  });
  const program = self.run("host.mjs");
  const first = await program.line(/^app /);
  assert.ok(first.startsWith(`app ${self.path("sub")} 1 `), first);
  for (const [name, own] of [
    ["sub/data/a.txt", 1],
    ["sub/a.ini", 1],
    ["sub/own.env", 2],
    ["sub/.env", 2],
  ]) {
    // What is written beside is of no folder of the program's.
    self.write(String(name).slice(4), "changed");
    self.write(String(name), "OWN=2");
    await program.line(new RegExp(`^log restarting: ${String(name).slice(4).replace("/", ".")} `));
    await program.line(new RegExp(`^app .* ${own} `));
  }
  assert.equal(program.lines.filter((line) => line.startsWith("log")).length, 4, program.stdout);
});

/** The program has started, and told what it has loaded, before the runner comes to its event loop for the first time. */
test("a runner that is held up knows what its program has loaded", async (t) => {
  const self = project(t, {
    "host.mjs": host("").replace(
      "  runner.on(",
      `  const { existsSync } = process.getBuiltinModule("node:fs");
  while (!existsSync("told")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  runner.on(`,
    ),
    "app.js": `console.log("value", require("./value")); setTimeout(() => require("fs").writeFileSync("told", ""), 500); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const program = self.run("host.mjs");
  await program.line("value 1");
  await until(() => fs.existsSync(self.path("told")), "the file");
  self.write("value.js", "module.exports = 2;");
  await program.line("value 2");
});

for (const [what, read, end] of /** @type {[string, string, string?][]} */ ([
  [
    "does not read holds up who writes",
    `process.stdin.on("data", ({ length }) => (sum += length)).on("end", () => console.log("sum", sum));`,
    `sum ${2 ** 22}`,
  ],
  [
    "will never read holds up nobody",
    `fs.closeSync(0); const end = setInterval(() => fs.existsSync("end") && clearInterval(end), 5);`,
  ],
])) {
  test(`what is typed: Return restarts; what the program ${what}`, async (t) => {
    const self = project(t, {
      "host.mjs": `
      import { PassThrough } from "node:stream";
      ${host("input: globalThis.typed")}`
        .replace("const runner", "const typed = (globalThis.typed = new PassThrough()); const runner")
        .replace(
          "process.channel.unref();",
          `process.channel.unref();
        process.on("message", (word) => {
          if (word === "type") typed.write("\\n");
          if (word !== "pour") return;
          for (let chunk = 0; chunk < 64; chunk++) typed.write(Buffer.alloc(2 ** 16));
          typed.end();
        });
        let seen = false;
        setInterval(() => { if (typed.isPaused() !== seen) console.log("paused", seen = !seen); }, 1).unref();`,
        ),
      "app.js": `console.log("up");
      const fs = require("fs");
      let sum = 0;
      const timer = setInterval(() => {
        if (!fs.existsSync("read")) return;
        clearInterval(timer);
        ${read}
      }, 5);`,
    });
    const program = self.run("host.mjs");
    await program.line("up");
    program.child.send("type");
    await program.line("log restarting: by hand");
    await program.line("up");
    program.child.send("pour");
    await program.line("paused true");
    self.write("read", "");
    // Two processes print: what the program has read it may tell first.
    await program.waitFor(() => program.lines.includes("paused false"), "more to be read");
    self.write("end", "");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
    if (end) assert.ok(program.lines.includes(end), program.stdout);
  });
}

test("the input stays paused for who has paused it, and has no listener in the end", async (t) => {
  const self = project(t, {
    "host.mjs": `
      import { PassThrough } from "node:stream";
      const typed = new PassThrough();
      ${host("input: typed")}`
      .replace('console.log("restarted");', 'console.log("restarted, paused", typed.isPaused());')
      .replace("const exit", 'typed.pause(); console.log("ready"); const exit')
      .concat(
        `console.log("listeners", ["data", "end", "error"].map((name) => typed.listenerCount(name)).join());`,
      ),
    "app.js": `console.log("up"); ${STAY}`,
  });
  const program = self.run("host.mjs");
  await program.waitFor(() => program.lines.includes("up") && program.lines.includes("ready"), "the start");
  program.child.send("restart");
  await program.line("restarted, paused true");
  program.child.send("stop");
  await program.line("listeners 0,0,0");
  await program.exit;
});

test("an input that fails is one that has ended, for the program", async (t) => {
  const self = project(t, {
    "host.mjs": `
      import { PassThrough } from "node:stream";
      const typed = new PassThrough();
      process.on("message", () => typed.destroy(new Error("the input failed")));
      ${host("input: typed")}`,
    "app.js": `process.stdin.on("end", () => console.log("end")).resume(); console.log("up");`,
  });
  const program = self.run("host.mjs");
  await program.line("up");
  program.child.send("fail");
  await program.line("end");
  await program.line('ended {"code":0,"signal":null}');
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});

test("who has started the command with IPC speaks with the program", async (t) => {
  /** @type {import("./support/project.mjs").Program | undefined} */
  let program;
  t.after(async () => {
    program?.child.kill("SIGTERM");
    await program?.exit;
  });
  const self = project(t, {
    "host.mjs": `
      import { fork } from "node:child_process";
      const child = fork("node_modules/heatsync-rs/runtime/cli/main.cjs", ["app.js"]);
      process.on("SIGTERM", () => child.kill());
      child.on("message", (message) => {
        console.log("message", JSON.stringify(message));
        if (message === "ready") child.send("hello");
        if (message.value === 2) child.disconnect();
      });
      child.on("exit", (code) => console.log("exit", code));`,
    "app.js": `
      process.on("message", (heard) => process.send({ heard, value: require("./value") }));
      process.on("disconnect", () => { console.log("disconnected"); process.exit(4); });
      process.send({ type: "hot-hook:other" });
      process.send("ready");`,
    "value.js": "module.exports = 1;",
  });
  program = self.run("host.mjs");
  await program.line('message {"heard":"hello","value":1}');
  self.write("value.js", "module.exports = 2;");
  await program.line('message {"heard":"hello","value":2}');
  await program.line("disconnected");
  await program.line("exit 4");
  assert.equal(program.lines[0], 'message "ready"');
});

test("what the program's channel can't pass on does not end it", async (t) => {
  const self = project(t, {
    "host.mjs": `
      import { fork } from "node:child_process";
      const command = "node_modules/heatsync-rs/runtime/cli/main.cjs";
      const child = fork(command, ["app.js"], { serialization: "advanced" });
      const circular = {};
      circular.self = circular;
      child.on("message", (message) => {
        console.log("message", message);
        if (message === "ready") for (const it of [{ big: 1n }, circular, "hello"]) child.send(it);
      });
      child.on("close", (code) => console.log("closed", code));`,
    "app.js": `
      process.on("message", (heard) => process.send(heard, () => process.exit(4)));
      process.send("ready");`,
  });
  const program = self.run("host.mjs");
  await program.line("message hello");
  await program.line("closed 4");
  await program.errorOutput(/a message does not reach the program: .*BigInt\n/);
  await program.errorOutput(/a message does not reach the program: .*circular structure.*\n/);
});

test("a crash is an event, and no end", async (t) => {
  const self = project(t, { "host.mjs": host(""), "app.js": "throw new Error('no');" });
  const program = self.run("host.mjs");
  await program.line('crash {"code":1,"signal":null}');
  self.write("app.js", "process.exit(4);");
  await program.line('ended {"code":4,"signal":null}');
});

test("wrong options are named", (t) => {
  const self = project(t, { "app.js": "" });
  const { run } = createRequire(self.path("test.cjs"))("heatsync-rs/runner");
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [undefined, /takes an object of options, not undefined/],
    [{ script: 1 }, /option script is a path, not 1/],
    [{ script: "app.js", cwd: self.directory, watch: true }, /no option "watch"/],
    [{ script: "app.js", gracePeriod: -1 }, /gracePeriod is a number of milliseconds.*not -1/],
    [
      { script: "app.js", nodeArguments: "--inspect" },
      /nodeArguments is an array of strings, not '--inspect'/,
    ],
    [{ script: "app.js", signal: "SIGNO" }, /option signal is the name of a signal, not 'SIGNO'/],
    [
      { script: "app.js", cwd: self.directory, restart: ["[a"] },
      /option restart: the glob "\[a" is not a valid glob/,
    ],
    [{ script: "app.js", input: 3 }, /option input is a readable stream, not 3/],
    [{ script: "app.js", log: "x" }, /option log is a function, not 'x'/],
    [{ script: "app.js", wait: "no" }, /option wait is true or false, not 'no'/],
  ])) {
    assert.throws(() => run(options), { name: "TypeError", message });
  }
  assert.throws(() => run({ script: "nowhere.js", cwd: self.directory }), { code: "HEATSYNC_NO_SCRIPT" });
});
