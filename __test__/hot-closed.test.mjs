// Updates that fail after dispose handlers have run: what is closed is opened again by the save that undoes the mistake, and a
// process that it kept going waits for that. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";

const server = `
import { routes } from "./routes.mjs";
say("open " + routes());
import.meta.hot.dispose(() => say("close"));
import.meta.hot.accept();`;
const routes = `export const routes = () => "one";`;
const throwing = `export const routes = () => { throw new Error("no routes"); };`;

test("what it imports is undone: the module that was disposed is evaluated anew", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `import "./server.mjs";`,
    "server.mjs": server,
    "routes.mjs": routes,
  });
  const failed = await self.save({ "routes.mjs": throwing });
  assert.deepEqual([failed.type, failed.disposed], ["evaluationError", ["server.mjs"]]);
  const { type, files, evaluated } = await self.save({ "routes.mjs": routes });
  assert.deepEqual([type, files, evaluated], ["accepted", ["server.mjs"], ["server.mjs"]]);
  assert.deepEqual(self.said(), ["open one"]);
  const edited = await self.save({ "routes.mjs": routes.replace("one", "two") });
  assert.deepEqual(edited.evaluated, ["routes.mjs", "server.mjs"]);
  assert.deepEqual(self.said(), ["close", "open two"]);
});

test("it is undone itself, after another mistake", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `import "./server.mjs";`,
    "server.mjs": server,
    "routes.mjs": routes,
  });
  await self.save({ "server.mjs": `mistyped;${server}` });
  assert.deepEqual((await self.save({ "server.mjs": `misspelt;${server}` })).disposed, []);
  assert.deepEqual((await self.save({ "server.mjs": server })).evaluated, ["server.mjs"]);
  assert.deepEqual(self.said(), ["open one"]);
});

test("one of two mistakes is undone: it waits for the other", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `import "./server.mjs"; import "./other.mjs";`,
    "server.mjs": server,
    "routes.mjs": routes,
    "other.mjs": `import.meta.hot.accept();`,
  });
  await self.save({ "routes.mjs": throwing });
  await self.save({ "other.mjs": `mistyped; import.meta.hot.accept();` });
  self.said();
  self.self.write("other.mjs", `import.meta.hot.accept();`);
  await self.program.errorOutput(/other\.mjs: back to the version that runs/);
  assert.deepEqual(self.said(), []);
  self.self.write("routes.mjs", routes);
  // What threw beside the other may be tried again in between.
  let result = await self.program.value("result");
  while (result.type !== "accepted") result = await self.program.value("result");
  assert.ok(result.evaluated.includes("server.mjs"));
  assert.deepEqual(self.said(), ["open one"]);
});

test("nothing was disposed: what is undone is no update", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `import "./server.mjs"; import "./leaf.mjs";`,
    "server.mjs": server,
    "routes.mjs": routes,
    "leaf.mjs": `say("leaf"); import.meta.hot.accept();`,
  });
  await self.save({ "leaf.mjs": `mistyped; import.meta.hot.accept();` });
  self.self.write("leaf.mjs", `say("leaf"); import.meta.hot.accept();`);
  await self.program.errorOutput(/leaf\.mjs: back to the version that runs/);
  assert.deepEqual((await self.save({ "routes.mjs": routes.replace("one", "two") })).evaluated.length, 2);
  assert.deepEqual(self.said(), ["close", "open two"]);
});

test("CommonJS that was disposed is evaluated anew", async (t) => {
  const server = `say("open " + require("./routes.cjs")); module.hot.dispose(() => say("close")); module.hot.accept();`;
  const self = await hotProgram(t, {
    "main.cjs": `require("./server.cjs");`,
    "server.cjs": server,
    "routes.cjs": `module.exports = "one";`,
  });
  assert.deepEqual((await self.save({ "server.cjs": `mistyped;${server}` })).disposed, ["server.cjs"]);
  assert.deepEqual((await self.save({ "server.cjs": server })).evaluated, ["server.cjs"]);
  assert.deepEqual(self.said(), ["open one"]);
});

/** Nothing but what it owns keeps the process. @param {string} more */
const owning = (more) => `${more}
import.meta.hot.own(setInterval(() => {}, 1000));
import.meta.hot.accept();
console.log("open");`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
async function owningProgram(t, files) {
  const self = project(t, files);
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  // Standard input and the channel of the test's own keep nobody alive.
  await program.line("open");
  return { self, program };
}

test("a process that nothing keeps waits for the save that mends it, and ends when its work is done", async (t) => {
  const { self, program } = await owningProgram(t, { "main.mjs": `import "./x.mjs";`, "x.mjs": owning("") });
  self.write("x.mjs", owning("mistyped;"));
  await program.errorOutput(
    /nothing keeps the process going: it waits for a save, since dispose handlers had run in x\.mjs\n/,
  );
  self.write("x.mjs", owning(""));
  await program.line("open");
  self.write("x.mjs", owning("mistyped;"));
  await program.errorOutput(/waits for a save/);
  self.write("x.mjs", `console.log("done"); import.meta.hot.accept();`);
  await program.line("done");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});

// On Windows no process hears a signal of another one: it is ended.
const skip = process.platform === "win32";

test("a process that is told to end, and closes what it has for that, is not kept", { skip }, async (t) => {
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import "./x.mjs";
const kept = setInterval(() => {}, 1000);
process.on("SIGTERM", () => { clearInterval(kept); console.log("closed"); });`,
    "x.mjs": owning(""),
  });
  self.write("x.mjs", owning("mistyped;"));
  await program.errorOutput(/dispose handlers had already run in x\.mjs/);
  program.child.kill("SIGTERM");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.doesNotMatch(program.stderr, /waits for a save/);
});

test("a process that waits already is told to end", { skip }, async (t) => {
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import "./x.mjs"; process.on("SIGTERM", () => console.log("closed"));`,
    "x.mjs": owning(""),
  });
  self.write("x.mjs", owning("mistyped;"));
  await program.errorOutput(/waits for a save/);
  program.child.kill("SIGTERM");
  await program.line("closed");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});

test("a process that a signal told something else is kept after a later mistake", async (t) => {
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import "./x.mjs"; process.on("SIGHUP", () => console.log("configured"));`,
    "x.mjs": owning(""),
  });
  self.write("x.mjs", owning("// two"));
  await program.line("open");
  program.child.kill("SIGHUP");
  await program.line("configured");
  self.write("x.mjs", owning("mistyped;"));
  await program.errorOutput(/waits for a save/);
  self.write("x.mjs", owning(""));
  await program.line("open");
});

test("a process that waits for what never comes, in an update", async (t) => {
  const patience = JSON.stringify(
    fileURLToPath(new URL("../runtime/esm/update/patience.cjs", import.meta.url)),
  );
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import { createRequire } from "node:module"; import "./x.mjs";
createRequire(import.meta.url)(${patience}).patience.milliseconds = 300;`,
    "x.mjs": owning(""),
  });
  self.write("x.mjs", owning("await new Promise(() => {});"));
  await program.errorOutput(/x\.mjs: the body has not ended for 0\.3 s/);
  self.write("x.mjs", owning("// mended"));
  await program.line("open");
});

test("a worker thread waits as a process does", async (t) => {
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import { Worker } from "node:worker_threads";
new Worker(new URL("./x.mjs", import.meta.url)).on("exit", (code) => console.log("exit " + code));`,
    "x.mjs": `import "./y.mjs";`,
    "y.mjs": owning(""),
  });
  self.write("y.mjs", owning("mistyped;"));
  await program.errorOutput(/nothing keeps the thread going: it waits for a save/);
  self.write("y.mjs", owning(""));
  await program.line("open");
  self.write("y.mjs", "import.meta.hot.accept();");
  await program.line("exit 0");
});

test("a worker thread that is told to end, and closes its port, is not kept", { skip }, async (t) => {
  const { self, program } = await owningProgram(t, {
    "main.mjs": `import { Worker } from "node:worker_threads";
const worker = new Worker(new URL("./x.mjs", import.meta.url)).on("exit", (code) => console.log("exit " + code));
process.on("SIGTERM", () => worker.postMessage("end"));`,
    "x.mjs": `import { parentPort } from "node:worker_threads";
import "./y.mjs";
parentPort.on("message", () => parentPort.close());`,
    "y.mjs": owning(""),
  });
  self.write("y.mjs", owning("mistyped;"));
  await program.errorOutput(/dispose handlers had already run in y\.mjs/);
  program.child.kill("SIGTERM");
  await program.line("exit 0");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.doesNotMatch(program.stderr, /waits for a save/);
});
