// Signals that come while an update replaces who listens: they are told to the new version. Programs under register, files saved for
// real; each sends itself the signal in the moment in question, since the system delivers it before `process.kill()` returns.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project, until } from "./support/project.mjs";

// On Windows no process hears a signal of another one, and to send one is to end it.
const skip = process.platform === "win32";
const KEPT = `import "./x.mjs"; setInterval(() => {}, 1000);`;

/** @param {string} name @param {string} [disposing] what its dispose handler does first */
const listening = (name, disposing = "") => `
const told = (signal) => { console.log("${name} is told " + signal); if (signal === "SIGTERM") process.exit(7); };
process.on("SIGTERM", told).on("SIGHUP", told);
import.meta.hot.dispose(() => {
  ${disposing}
  process.off("SIGTERM", told).off("SIGHUP", told);
});
import.meta.hot.accept();
console.log("${name}");`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
async function program(t, files) {
  const self = project(t, { "main.mjs": KEPT, ...files });
  const running = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("one");
  return { self, running };
}

test("the new version is told of a signal that came before the old one's listener went", {
  skip,
}, async (t) => {
  const x = listening("one", `process.kill(process.pid, "SIGTERM");`);
  const { self, running } = await program(t, { "x.mjs": x });
  self.write("x.mjs", listening("two"));
  await running.line("two is told SIGTERM");
  assert.deepEqual(await running.exit, { code: 7, signal: null });
});

test("nobody listens any more: the signal ends the process, as it would a moment later", {
  skip,
}, async (t) => {
  const x = listening("one", `process.kill(process.pid, "SIGTERM");`);
  const { self, running } = await program(t, { "x.mjs": x });
  self.write("x.mjs", `console.log("two"); import.meta.hot.accept();`);
  await until(() => running.hasEnded, "its end");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("so it does when it comes some turns of the event loop later", { skip }, async (t) => {
  const later = `setImmediate(() => setImmediate(() => process.kill(process.pid, "SIGTERM")));`;
  const { self, running } = await program(t, { "x.mjs": listening("one", later) });
  self.write("x.mjs", `console.log("two"); import.meta.hot.accept();`);
  await until(() => running.hasEnded, "its end");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("who sends itself what nobody listens to, and exits in the same turn, is ended by the signal", {
  skip,
}, async (t) => {
  const x = `
const told = () => console.log("is told");
process.on("SIGTERM", told);
import.meta.hot.dispose(() => { process.off("SIGTERM", told); process.kill(process.pid, "SIGTERM"); process.exit(3); });
import.meta.hot.accept();
console.log("one");`;
  const { self, running } = await program(t, { "x.mjs": x });
  self.write("x.mjs", `console.log("two"); import.meta.hot.accept();`);
  await until(() => running.hasEnded, "its end");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("who was told of it, and exits, ends with its own code; what sends is as it was later", {
  skip,
}, async (t) => {
  const x = `const { _kill } = process; globalThis.isAsItWas = () => process._kill === _kill;
const told = () => console.log("one is told");
process.on("SIGHUP", told);
import.meta.hot.dispose(() => { process.off("SIGHUP", told); process.kill(process.pid, "SIGHUP"); });
import.meta.hot.accept();
console.log("one");`;
  const { self, running } = await program(t, { "x.mjs": x });
  self.write(
    "x.mjs",
    `process.on("SIGHUP", () => {
      console.log("two is told");
      const wait = setInterval(() => { if (isAsItWas()) { clearInterval(wait); console.log("as it was"); process.exit(4); } }, 5);
    });
    import.meta.hot.accept();`,
  );
  await running.line("two is told");
  await running.line("as it was");
  assert.deepEqual(await running.exit, { code: 4, signal: null });
});

test("what the program puts around that which sends signals meanwhile, stays", { skip }, async (t) => {
  const x = (/** @type {string} */ name, disposing = "") => `
const told = () => {};
process.on("SIGHUP", told);
import.meta.hot.dispose(() => { process.off("SIGHUP", told); ${disposing} });
import.meta.hot.accept();
console.log("${name}");`;
  const around = `globalThis.calls = 0; const { _kill } = process;
    process._kill = function (...given) { calls++; return _kill.apply(this, given); };`;
  const { self, running } = await program(t, {
    "main.mjs": `${KEPT} process.on("removeListener", (event) => console.log("went " + event));`,
    "x.mjs": x("one", around),
  });
  self.write("x.mjs", x("two"));
  await running.line("went SIGHUP");
  self.write("x.mjs", `process.kill(process.pid, 0); ${x("three")} console.log("calls " + calls);`);
  await running.line("calls 1");
  running.child.kill("SIGTERM");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("a signal that is told something else by is told once, and nothing of ours listens later", {
  skip,
}, async (t) => {
  const x = listening("one", `process.kill(process.pid, "SIGHUP");`);
  const counted = `${listening("two")}
for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
console.log("listeners " + process.listenerCount("SIGTERM") + process.listenerCount("SIGHUP"));`;
  const { self, running } = await program(t, { "x.mjs": x });
  self.write("x.mjs", counted);
  await running.line("listeners 11");
  running.child.kill("SIGTERM");
  assert.deepEqual(await running.exit, { code: 7, signal: null });
  const told = running.lines.filter((line) => line.includes("is told"));
  assert.deepEqual(told, ["two is told SIGHUP", "two is told SIGTERM"]);
});

test("who is told, closes what it has and sends the signal again is ended by it", { skip }, async (t) => {
  // NestJS does so. By then it listens no more.
  const closing = `
const told = () => { process.off("SIGTERM", told); process.kill(process.pid, "SIGTERM"); };
process.on("SIGTERM", told);
import.meta.hot.dispose(() => { process.kill(process.pid, "SIGTERM"); process.off("SIGTERM", told); });
import.meta.hot.accept();`;
  const { self, running } = await program(t, { "x.mjs": `${closing} console.log("one");` });
  self.write("x.mjs", `${closing} console.log("two");`);
  await until(() => running.hasEnded, "its end");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("a version that listens only if nobody does, does: nothing of ours is counted", { skip }, async (t) => {
  const guarded = (/** @type {string} */ name) => `
const told = () => { console.log("${name} is told"); process.exit(7); };
if (process.listenerCount("SIGTERM") === 0) process.on("SIGTERM", told);
import.meta.hot.dispose(() => process.off("SIGTERM", told));
import.meta.hot.accept();
console.log("${name}");`;
  const { self, running } = await program(t, { "x.mjs": guarded("one") });
  self.write("x.mjs", guarded("two"));
  await running.line("two");
  running.child.kill("SIGTERM");
  assert.deepEqual(await running.exit, { code: 7, signal: null });
  assert.ok(running.lines.includes("two is told"));
});

test("a dispose handler takes all listeners away, Node's too: a signal ends the process", {
  skip,
}, async (t) => {
  const x = listening("one", "process.removeAllListeners();");
  const { self, running } = await program(t, { "x.mjs": x });
  const later = `for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));`;
  self.write("x.mjs", `${later} import.meta.hot.accept(); console.log("two");`);
  await running.line("two");
  running.child.kill("SIGTERM");
  await until(() => running.hasEnded, "its end");
  assert.deepEqual(await running.exit, { code: null, signal: "SIGTERM" });
});

test("a program's own listener hears that a signal's last one was removed, once", { skip }, async (t) => {
  const x = `process.on("removeListener", (event, it) => { if (it.name === "told") console.log("removed " + event); });
${listening("one")}`;
  const { self, running } = await program(t, { "x.mjs": x });
  self.write("x.mjs", listening("two"));
  await running.line("removed SIGHUP");
  const removed = running.lines.filter((line) => line.startsWith("removed"));
  assert.deepEqual(removed, ["removed SIGTERM", "removed SIGHUP"]);
});

test("on Windows what can't be sent is not kept, as nobody could have it do what it does by itself", async (t) => {
  const file = fileURLToPath(new URL("../runtime/esm/update/signals-between.cjs", import.meta.url));
  const self = project(t, {
    "main.cjs": `
      Object.defineProperty(process, "platform", { value: "win32" });
      const sent = [];
      process.kill = (pid, signal) => {
        if (signal !== "SIGINT") throw new Error("kill ENOSYS");
        sent.push(signal);
      };
      require(${JSON.stringify(file)}).keepSignalsBetween(() => true);
      for (const signal of ["SIGBREAK", "SIGHUP", "SIGINT", "SIGWINCH"]) {
        const told = () => {};
        process.on(signal, told).off(signal, told).emit(signal);
      }
      console.log("sent " + sent);`,
  });
  await self.run("main.cjs").line("sent SIGINT");
});
