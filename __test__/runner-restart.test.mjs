// The runner: a change that can't be reloaded in place starts the program anew.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { gone, isRunning, runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";

test("CommonJS: a save of a required file", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("value", require("./value").value, process.pid); ${STAY}`,
    "value.js": "exports.value = 1;",
  });
  const runner = start(["app.js"]);
  const first = await runner.line(/^value 1 /);
  for (let value = 2; value < 5; value++) {
    if (value % 2) project.write("value.js", `exports.value = ${value};`);
    else project.writeAtomically("value.js", `exports.value = ${value};`);
    await runner.line(new RegExp(`^value ${value} `));
  }
  await gone(Number(first.split(" ")[2]));
  assert.match(runner.stderr, /\[heatsync\] restarting: value\.js changed\n/);
});

test("ES modules: a save that nobody accepts", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `import { value } from "./value.mjs"; console.log("value", value); ${STAY}`,
    "value.mjs": "export const value = 1;",
  });
  const runner = start(["app.mjs"]);
  await runner.line("value 1");
  project.write("value.mjs", "export const value = 2;");
  await runner.line("value 2");
  await runner.errorOutput("restarting: value.mjs ");
});

test("a tsconfig that makes something else of the program, again and again", async (t) => {
  const config = (/** @type {boolean} */ useDefineForClassFields, /** @type {object} */ rest = {}) => ({
    compilerOptions: { experimentalDecorators: true, useDefineForClassFields, ...rest },
  });
  const { project, start } = runnerProject(t, {
    "tsconfig.json": config(true),
    "app.cts": `class A { a?: number } console.log("value", require("./b.cts").b, "a" in new A()); ${STAY}`,
    "b.cts": "class B { b?: number } export const b: boolean = 'b' in new B();",
  });
  const runner = start(["app.cts"]);
  await runner.line("value true true");
  for (const value of [false, true, false]) {
    project.write("tsconfig.json", config(value));
    await runner.line(`value ${value} ${value}`);
  }
  // What changes nothing restarts nothing.
  project.write("tsconfig.json", config(false, { strict: true }));
  project.write("tsconfig.json", "{ none }");
  await runner.errorOutput("tsconfig.json:1:3 is not taken");
  project.write("tsconfig.json", config(true));
  await runner.line("value true true");
  assert.equal(runner.stderr.split("is not taken").length, 2, runner.stderr);
  assert.equal(runner.stderr.split("restarting: ").length, 5, runner.stderr);
});

test("ES modules: what is accepted is reloaded in place, in the same process", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `import { value } from "./value.mjs";
      console.log("value", value, process.pid);
      import.meta.hot.accept("./value.mjs", () => console.log("value", value, process.pid)); ${STAY}`,
    "value.mjs": "export const value = 1;",
  });
  const runner = start(["app.mjs"]);
  const [, , pid] = (await runner.line(/^value 1 /)).split(" ");
  project.write("value.mjs", "export const value = 2;");
  assert.equal(await runner.line(/^value 2 /), `value 2 ${pid}`);
  assert.doesNotMatch(runner.stderr, /restarting/);
});

test("what sync.require keeps up to date restarts nothing", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `const sync = new (require("heatsync-rs"))();
      const hot = sync.require("./hot.js");
      const cold = require("./cold.js");
      console.log("values", hot.value, cold.value, process.pid);
      sync.events.on("reload", () => console.log("values", hot.value, cold.value, process.pid)); ${STAY}`,
    "hot.js": "exports.value = require('./below.js').value;",
    "below.js": "exports.value = 1;",
    "cold.js": "exports.value = 1;",
  });
  const runner = start(["app.js"]);
  const pid = (await runner.line(/^values 1 1 /)).split(" ")[3];
  project.write("below.js", "exports.value = 2;");
  assert.equal(await runner.line(/^values 2 1 /), `values 2 1 ${pid}`);
  project.write("cold.js", "exports.value = 2;");
  assert.notEqual(await runner.line(/^values 2 2 /), `values 2 2 ${pid}`);
  // One restart, for the file that is not reloaded in place.
  assert.equal(runner.stderr.match(/restarting/g)?.length, 1);
});

test("files loaded later, and by computed names, count as well", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("started");
      process.stdin.on("data", (name) => console.log(require("./" + String(name).trim()).text));`,
    "late.js": "exports.text = 'late 1';",
  });
  const runner = start(["app.js"]);
  await runner.line("started");
  runner.child.stdin?.write("late.js\n");
  await runner.line("late 1");
  project.write("late.js", "exports.text = 'late 2';");
  await runner.line("started");
  runner.child.stdin?.write("late.js\n");
  await runner.line("late 2");
});

test("rs restarts by hand; other input is the program's, and where it is a pipe, empty lines too", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("started"); require("fs").existsSync("broken") && nope();
      process.stdin.on("data", (text) => console.log("got", JSON.stringify(String(text))));`,
  });
  const runner = start(["app.js"]);
  for (const typed of ["rs\n", "rs\r\n"]) {
    await runner.line("started");
    for (const own of ["hello rs\n", "\n", "\r\n"]) {
      runner.child.stdin?.write(own);
      await runner.line(`got ${JSON.stringify(own)}`);
    }
    if (typed === "rs\r\n") project.write("broken", "");
    runner.child.stdin?.write(typed);
  }
  await runner.line("started");
  await runner.errorOutput("(Return starts it again)");
  project.delete("broken");
  runner.child.stdin?.write("\n");
  await runner.line("started");
  assert.equal(runner.stderr.match(/restarting: by hand/g)?.length, 3);
});

test(".env and --env-file: the next run has the new values", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("values", process.env.FROM_FILE, String(process.env.OUTSIDE)); ${STAY}`,
    "some.env": "FROM_FILE=1",
  });
  const runner = start(["--env-file=some.env", "app.js"]);
  await runner.line("values 1 undefined");
  for (const value of [2, 3, 4]) {
    project.write("some.env", `FROM_FILE=${value}`);
    await runner.line(`values ${value} undefined`);
  }
  // Created while it runs; nobody reads it, but what does might have.
  project.write(".env", "OUTSIDE=1");
  await runner.errorOutput("restarting: .env changed");
  await runner.line("values 4 undefined");
});

test("what is saved while the program starts, before anybody watches", async (t) => {
  const { project, start } = runnerProject(t, {
    "tsconfig.json": { compilerOptions: { useDefineForClassFields: true } },
    // It saves them itself: nobody else is as early.
    "app.cts": `const fs = require("node:fs"); class A { a?: number }
      console.log("app", "a" in new A(), fs.readFileSync("views/a.html", "utf8"));
      const file = process.env.EARLY!;
      if (!fs.existsSync("saved")) fs.writeFileSync(file, fs.readFileSync("new"));
      fs.writeFileSync("saved", ""); ${STAY}`,
    "views/a.html": "1",
    new: "",
    saved: "",
  });
  const both = [
    ["tsconfig.json", '{ "compilerOptions": { "useDefineForClassFields": false } }', "app false 1"],
    ["views/a.html", "2", "app false 2"],
  ];
  for (const [EARLY, text, line] of both) {
    project.write("new", text);
    project.delete("saved");
    const runner = start(["--restart", "views/**", "app.cts"], { env: { EARLY } });
    await runner.line(line);
    runner.child.kill("SIGTERM");
    await runner.exit;
  }
});

test("a file of --env-file that is away for a moment is waited for", async (t) => {
  const { project, start } = runnerProject(t, {
    "some.env": "NAME=one",
    "app.js": `console.log("name", process.env.NAME); ${STAY}`,
  });
  const runner = start(["--env-file=some.env", "app.js"]);
  await runner.line("name one");
  for (const name of ["two", "three"]) {
    const ends = runner.stderr.split("waiting for a change").length;
    project.delete("some.env");
    await runner.waitFor(
      () => runner.stderr.split("waiting for a change").length > ends,
      "the program's end",
    );
    project.write("some.env", `NAME=${name}`);
    await runner.line(`name ${name}`);
  }
});

test("a program that writes a file and loads it is not started anew for ever", async (t) => {
  const { start } = runnerProject(t, {
    "app.cjs": `const fs = require("node:fs");
      fs.writeFileSync("made.js", "exports.made = " + process.hrtime.bigint() + "n");
      require("./made"); console.log("up"); ${STAY}`,
  });
  const runner = start(["app.cjs"]);
  await runner.errorOutput(/made\.js is written each time the program starts/);
  assert(runner.stderr.split("restarting: made.js changed").length <= 5, runner.stderr);
});

test("what others save during each of several starts is live in the end", async (t) => {
  // As a rebase does, whose every commit has another text of the file.
  const { project, start } = runnerProject(t, {
    "app.cjs": `const { value } = require("./value.cjs"); console.log("started", value);
      const held = () => require("node:fs").readFileSync("value.cjs", "utf8");
      while (value < 5 && held().includes("= " + value + ";")); ${STAY}`,
    "value.cjs": "exports.value = 1;",
  });
  const runner = start(["app.cjs"]);
  for (let value = 1; value < 5; value++) {
    await runner.line(`started ${value}`);
    project.write("value.cjs", `exports.value = ${value + 1};`);
  }
  await runner.line("started 5");
  assert.doesNotMatch(runner.stderr, /is written each time/);
});

test("what is saved back to an earlier text while the program starts is live", async (t) => {
  // As `git switch` there and back saves it. The program was started because of value 2 once, and has read 3 since.
  const { project, start } = runnerProject(t, {
    "app.cjs": `const { value } = require("./value.cjs"), { other } = require("./other.cjs");
      const held = (value) => require("node:fs").readFileSync("value.cjs", "utf8").includes("= " + value + ";");
      process.on("SIGTERM", () => { console.log("ends"); if (value === 2 && other === 1) while (!held(3)); process.exit(); });
      console.log("started", other, value); while (value === 3 && held(3)); ${STAY}`,
    "value.cjs": "exports.value = 1;",
    "other.cjs": "exports.other = 1;",
  });
  const runner = start(["app.cjs"]);
  await runner.line("started 1 1");
  project.write("value.cjs", "exports.value = 2;");
  await runner.line("started 1 2");
  project.write("other.cjs", "exports.other = 2;");
  await runner.line("ends");
  project.write("value.cjs", "exports.value = 3;");
  await runner.line("started 2 3");
  project.write("value.cjs", "exports.value = 2;");
  await runner.line("started 2 2");
});

for (const way of ["moved there", "copied over it"]) {
  test(`an older file that is ${way} while the program starts is live`, async (t) => {
    const { project, start } = runnerProject(t, {
      "app.cjs": `const { value } = require("./value.cjs"); console.log("started", value);
        while (value < 4 && require("node:fs").readFileSync("value.cjs", "utf8").includes("= " + value + ";")); ${STAY}`,
      "value.cjs": "exports.value = 1;",
    });
    const runner = start(["app.cjs"]);
    for (const value of [2, 3, 4]) {
      await runner.line(`started ${value - 1}`);
      project.write("older", `exports.value = ${value};`);
      const place = project.path("value.cjs");
      if (way === "moved there") {
        fs.utimesSync(project.path("older"), 1e9, 1e9);
        fs.renameSync(project.path("older"), place);
      } else {
        // As `cp -p` does it.
        const file = fs.openSync(place, "r+");
        fs.writeSync(file, fs.readFileSync(project.path("older")));
        fs.futimesSync(file, 1e9, 1e9);
        fs.closeSync(file);
      }
    }
    await runner.line("started 4");
  });
}

test("a program that hangs is restarted by the save that mends it", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("started"); require("./work.js"); console.log("worked"); ${STAY}`,
    "work.js": "",
  });
  const runner = start(["--grace=300", "app.js"]);
  await runner.line("worked");
  project.write(
    "work.js",
    `process.on("SIGTERM", () => {}); setTimeout(() => { console.log("hangs"); for (;;); }, 300);`,
  );
  await runner.line("hangs");
  project.write("work.js", "");
  await runner.line("worked");
  await runner.errorOutput("work.js changed, and the program does not answer");
  await runner.errorOutput("the program had not ended 300 ms after SIGTERM, and was killed\n");
});

test("a program that hangs, mended by a save of what it has import()ed", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `const { hangs } = await import("./work.mjs"); console.log("worked");
      setTimeout(() => { console.log("hangs", hangs); while (hangs); }, 300); ${STAY}`,
    "work.mjs": "export const hangs = true;",
  });
  const runner = start(["app.mjs"]);
  await runner.line("hangs true");
  project.write("work.mjs", "export const hangs = false;");
  await runner.line("hangs false");
});

test("the program's children end with it, also those that will not", async (t) => {
  const child = `process.on("SIGTERM", () => console.log("not me")); console.log("child", process.pid); ${STAY}`;
  const { project, start } = runnerProject(t, {
    "app.js": `require("child_process").spawn(process.execPath, ["child.js"], { stdio: "inherit" }); require("./value.js"); ${STAY}`,
    "child.js": child,
    "value.js": "",
  });
  // Time enough for the child to say so on a busy machine.
  const runner = start(["--grace=1500", "app.js"]);
  const pid = Number((await runner.line(/^child /)).split(" ")[1]);
  project.write("value.js", "1;");
  await runner.line("not me");
  await gone(pid);
  const next = Number((await runner.line(/^child /)).split(" ")[1]);
  assert.ok(isRunning(next));
});

for (const grace of [[], ["--grace=3000000000"]])
  test(`a program has its grace period${grace.map((it) => ` (${it})`)}; --grace=off kills at once; --signal`, async (t) => {
    const { project, start } = runnerProject(t, {
      "app.js": `process.on("SIGINT", () => { console.log("asked"); setTimeout(() => { console.log("done"); process.exit(); }, 50); });
      console.log("started", require("./value.js")); ${STAY}`,
      "value.js": "module.exports = 1;",
    });
    const graceful = start(["--signal=int", ...grace, "app.js"]);
    await graceful.line("started 1");
    project.write("value.js", "module.exports = 2;");
    await graceful.line("asked");
    await graceful.line("done");
    await graceful.line("started 2");

    const abrupt = start(["--signal=int", "--grace=off", "app.js"]);
    await abrupt.line("started 2");
    project.write("value.js", "module.exports = 3;");
    await abrupt.line("started 3");
    assert.doesNotMatch(abrupt.stdout, /asked/);
  });

test("the screen is cleared only when asked", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("started", require("./value.js")); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const plain = start(["app.js"]);
  const clearing = start(["--clear-screen", "app.js"]);
  await plain.line("started 1");
  await clearing.line(/started 1$/);
  project.write("value.js", "module.exports = 2;");
  await plain.line("started 2");
  await clearing.line(/started 2$/);
  assert.ok(!plain.stdout.includes("\x1b"));
  assert.equal(clearing.stdout.split("\x1b[2J").length, 3);
});

test("--inspect keeps its port", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("inspector", require("inspector").url()?.split("/")[2], require("./value.js")); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const { createServer } = await import("node:net");
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
  const runner = start([`--inspect=127.0.0.1:${port}`, "app.js"]);
  for (let value = 1; value < 4; value++) {
    await runner.line(`inspector 127.0.0.1:${port} ${value}`);
    project.write("value.js", `module.exports = ${value + 1};`);
  }
});

test("hot-hook's messages: full-reload restarts, invalidated is printed", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("started");
      process.stdin.on("data", (text) => process.send(JSON.parse(text)));`,
  });
  const runner = start(["app.js"]);
  await runner.line("started");
  const invalidated = { type: "hot-hook:invalidated", paths: [project.path("a.js"), project.path("b.js")] };
  runner.child.stdin?.write(`${JSON.stringify(invalidated)}\n`);
  await runner.errorOutput("[heatsync] reloaded a.js, b.js");
  const reload = { type: "hot-hook:full-reload", path: project.path("config.js"), shouldBeReloadable: false };
  runner.child.stdin?.write(`${JSON.stringify(reload)}\n`);
  await runner.line("started");
  await runner.errorOutput("restarting: config.js can't be reloaded in place");
});
