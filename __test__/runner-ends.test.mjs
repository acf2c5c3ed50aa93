// The runner: how a program ends, and what that means for the runner.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../runtime/runner/ending.cjs";
import { gone, isRunning, runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";

test("exit codes come through", async (t) => {
  const { start } = runnerProject(t, { "app.js": "process.exitCode = Number(process.argv[2]);" });
  for (const code of [0, 3, 42]) {
    assert.deepEqual(await start(["app.js", String(code)]).exit, { code, signal: null });
  }
});

test("signals the program dies of come through", async (t) => {
  const { start } = runnerProject(t, { "app.js": `process.kill(process.pid, process.argv[2]); ${STAY}` });
  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"]) {
    assert.deepEqual(await start(["app.js", signal]).exit, { code: null, signal });
  }
});

test("signals go to the program, and its answer is the runner's", async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"]) {
        process.on(signal, () => { console.log("got", signal); if (signal !== "SIGUSR2") process.exit(7); });
      }
      console.log("started"); ${STAY}`,
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    const runner = start(["app.js"]);
    await runner.line("started");
    runner.child.kill("SIGUSR2");
    await runner.line("got SIGUSR2");
    runner.child.kill(signal);
    await runner.line(`got ${signal}`);
    assert.deepEqual(await runner.exit, { code: 7, signal: null });
  }
});

test("a save while the program takes its time to end after a signal is no new start", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `process.on("SIGINT", () => {
        console.log("ending");
        setInterval(() => require("node:fs").existsSync("end") && process.exit(5), 5);
      });
      console.log("value", require("./value"), require("./other")); ${STAY}`,
    "value.js": "module.exports = 1;",
    "other.js": "module.exports = 1;",
    ".env": "A=1",
  });
  // Until that long after the signal nothing is started, also on a machine that is busy.
  const runner = start(["--grace=60000", "app.js"]);
  await runner.line("value 1 1");
  runner.child.kill("SIGINT");
  await runner.line("ending");
  project.write(".env", "A=2");
  project.write("value.js", "module.exports = 2;");
  // Its words show that what was saved before was seen.
  project.write("other.js", "module.exports = {;");
  await runner.errorOutput("not restarted: SyntaxError");
  project.write("end", "");
  assert.deepEqual(await runner.exit, { code: 5, signal: null });
  assert.deepEqual(runner.lines, ["value 1 1", "ending"]);
});

test("a program that has caught a signal, and goes on, is started anew for what was saved meanwhile", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const started = /** @type {unknown[]} */ ([]);
  const ending = new Ending(100, (...reason) => started.push(reason));
  assert.ok(!ending.holds("changed", ["a"]));
  ending.expect();
  assert.ok(ending.holds("changed", ["a"]));
  assert.ok(ending.holds("changed", ["b", "a"], "./lacked"));
  t.mock.timers.tick(4999);
  assert.deepEqual(started, []);
  t.mock.timers.tick(1);
  assert.deepEqual(started, [["changed", ["a", "b"], "./lacked"]]);
  assert.ok(!ending.holds("changed", ["a"]));
  ending.expect();
  assert.ok(ending.holds("changed", ["a"]));
  ending.forget();
  t.mock.timers.tick(5000);
  assert.equal(started.length, 1);
});

test("a signal for a program that has begun while the runner was held up", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `process.on("SIGUSR2", () => console.log("got it")); console.log("started"); ${STAY}`,
    // A machine so busy that the runner goes on only once the program is under way.
    "held-up.cjs": `
      const child_process = require("node:child_process");
      const fs = require("node:fs");
      const { spawn } = child_process;
      if (!process.argv[1]?.endsWith("app.js")) {
        child_process.spawn = (...given) => {
          const child = spawn(...given);
          while (!fs.existsSync("sent"));
          return child;
        };
      }`,
  });
  const runner = start(["app.js"], {
    env: { NODE_OPTIONS: `--require ${JSON.stringify(project.path("held-up.cjs"))}` },
  });
  await runner.line("started");
  runner.child.kill("SIGUSR2");
  project.write("sent", "");
  await runner.line("got it");
});

test("a crash is waited out, however often", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("value", require("./value")); ${STAY}`,
    "value.js": "module.exports = 1; nope();",
  });
  const runner = start(["app.js"]);
  for (let crash = 1; crash < 4; crash++) {
    await runner.waitFor(() => runner.stderr.split("waiting for a change").length > crash, `crash ${crash}`);
    if (crash < 3) project.write("value.js", `module.exports = 1; nope(); // ${crash}`);
  }
  assert.match(runner.stderr, /ReferenceError: nope is not defined/);
  project.write("value.js", "module.exports = 2;");
  await runner.line("value 2");
});

for (const [name, entry, broken, fixed] of [
  ["CommonJS", "app.js", "exports.value = (;", "exports.value = 1;"],
  ["ES modules", "app.mjs", "export const value = (;", "export const value = 1;"],
]) {
  test(`a syntax error at start is shown and waited out: ${name}`, async (t) => {
    const extension = entry.slice(3);
    const load = name === "CommonJS" ? "require('./value')" : "await import('./value.mjs')";
    const { project, start } = runnerProject(t, {
      [entry]: `console.log("value", (${load}).value); ${STAY}`,
      [`value${extension}`]: broken,
    });
    const runner = start([entry]);
    await runner.errorOutput("waiting for a change");
    assert.match(runner.stderr, /SyntaxError/);
    assert.match(runner.stderr, new RegExp(`value\\${extension}:1`));
    project.write(`value${extension}`, fixed);
    await runner.line("value 1");
  });
}

test("a syntax error in a save leaves the program running", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("value", require("./value"), process.pid);
      process.stdin.on("data", () => console.log("still", process.pid));`,
    "value.js": "module.exports = 1;",
  });
  const runner = start(["app.js"]);
  const pid = (await runner.line(/^value 1 /)).split(" ")[2];
  project.write("value.js", "module.exports = {;");
  await runner.errorOutput(
    /not restarted: SyntaxError[\s\S]*value\.js:1:19[\s\S]*> 1 \| module\.exports = \{;/,
  );
  runner.child.stdin?.write("?\n");
  await runner.line(`still ${pid}`);
  project.write("value.js", "module.exports = 2;");
  await runner.line(/^value 2 /);
});

test("a missing file is waited for", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("value", require("./value").value); ${STAY}`,
    "app.mjs": `import { value } from "./value.mjs"; console.log("value", value); ${STAY}`,
  });
  const commonjs = start(["app.js"]);
  const esm = start(["app.mjs"]);
  for (const [runner, file, text] of /** @type {const} */ ([
    [commonjs, "value.js", "exports.value = 1;"],
    [esm, "value.mjs", "export const value = 1;"],
  ])) {
    await runner.errorOutput("waiting for a change");
    project.write(file, text);
    await runner.line("value 1");
  }
});

test("a missing file that comes before the program has ended starts it again", async (t) => {
  // As git writes it: what would also mend the program, `dep.js/index.js`, is below a file then.
  const { start } = runnerProject(t, {
    "app.cjs": `process.on("exit", () => require("node:fs").writeFileSync("dep.js", "exports.value = 1"));
      console.log("value", require("./dep.js").value); ${STAY}`,
  });
  const runner = start(["app.cjs"]);
  await runner.line("value 1");
  assert.doesNotMatch(runner.stderr, /ENOTDIR/);
});

const OWN_ERRORS = `.catch((error) => { console.error("sorry:", error.message); process.exitCode = 1; });`;

for (const [
  what,
  entry,
  files,
  mend,
] of /** @type {[string, string, Record<string, string | object>, Record<string, string>][]} */ ([
  [
    "import()",
    "app.mjs",
    { "app.mjs": `import("./value.mjs")${OWN_ERRORS}` },
    { "value.mjs": "console.log('value 1');" },
  ],
  [
    "what is imported by import()",
    "app.ts",
    {
      "app.ts": `import("./main.js")${OWN_ERRORS}`,
      "main.ts": "import './value.js';",
      "package.json": { type: "module" },
    },
    { "lib/value.ts": "", "value.ts": "console.log('value 1' as string);" },
  ],
  [
    "require()",
    "app.cjs",
    {
      "app.cjs": `Promise.resolve().then(() => require("./main"))${OWN_ERRORS}`,
      "main.js": "require('./value');",
    },
    { "value/index.js": "console.log('value 1');" },
  ],
  [
    "a package",
    "app.mjs",
    { "app.mjs": `import("value")${OWN_ERRORS}` },
    {
      "node_modules/value/index.js": "console.log('value 1');",
      "node_modules/value/package.json": '{ "exports": "./index.js" }',
    },
  ],
])) {
  test(`what a program misses that reports its errors itself is waited for: ${what}`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start([entry]);
    await runner.errorOutput(/sorry: Cannot find [\s\S]*waiting for a change/);
    for (const [file, text] of Object.entries(mend)) project.write(file, text);
    await runner.line("value 1");
    assert.deepEqual(await runner.exit, { code: 0, signal: null });
  });
}

for (const [
  what,
  words,
  files,
  come,
] of /** @type {[string, string[], Record<string, string>, string][]} */ ([
  [
    "by fs",
    ["app.cjs"],
    { "app.cjs": "require('fs').readFileSync('config.txt'); console.log('there');" },
    "config.txt",
  ],
  [
    "by fs/promises, in a folder",
    ["app.mjs"],
    { "app.mjs": "await (await import('fs/promises')).readdir('a/routes'); console.log('there');" },
    "a/routes/index.txt",
  ],
  ["by --require", ["--require=./first.cjs", "app.cjs"], { "app.cjs": "console.log('there');" }, "first.cjs"],
])) {
  test(`a file that is not there, of an error that nobody catches, is waited for: ${what}`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start(words);
    await runner.errorOutput("waiting for a change");
    project.write(come, "");
    await runner.line("there");
    assert.deepEqual(await runner.exit, { code: 0, signal: null });
  });
}

test("a handler of uncaught errors that throws has not caught them", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": "process.on('uncaughtException', (error) => { throw error; }); nope();",
  });
  const runner = start(["app.js"]);
  await runner.errorOutput("ended with exit code 7; waiting for a change");
  project.write("app.js", "process.exitCode = 3;");
  assert.deepEqual(await runner.exit, { code: 3, signal: null });
});

test("an error that nobody catches is waited out, whatever exit code the program makes of it", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `process.on("exit", () => { process.exitCode = 5; }); nope();`,
  });
  const runner = start(["app.js"]);
  await runner.errorOutput("ended with exit code 5; waiting for a change");
  project.write("app.js", "process.exitCode = 3;");
  assert.equal((await runner.exit).code, 3);
});

test("exit code 1 is a crash, too: programs that report their errors themselves end so", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `Promise.resolve().then(() => require("./main.js")).catch((error) => { console.error("sorry:", error.message); process.exit(1); });`,
    "main.js": "throw new Error('not now');",
  });
  const runner = start(["app.js"]);
  await runner.errorOutput("sorry: not now");
  await runner.errorOutput("ended with exit code 1; waiting for a change");
  project.write("main.js", "console.log('now'); process.exit(0);");
  await runner.line("now");
  assert.deepEqual(await runner.exit, { code: 0, signal: null });
});

test("a crash leaves no children, and Ctrl-C ends a runner that waits", async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `const child = require("child_process").fork("child.js");
      child.on("message", () => { throw new Error("crash"); });`,
    "child.js": `console.log("child", process.pid); process.send("up"); ${STAY}`,
  });
  const runner = start(["app.js"]);
  const pid = Number((await runner.line(/^child /)).split(" ")[1]);
  await runner.errorOutput("waiting for a change");
  await gone(pid);
  runner.child.kill("SIGINT");
  assert.deepEqual(await runner.exit, { code: null, signal: "SIGINT" });
});

test("--wait: a program that has ended well is run again by a change", async (t) => {
  const { project, start } = runnerProject(t, { "app.js": "console.log('one');" });
  const runner = start(["--wait", "app.js"]);
  await runner.line("one");
  await runner.errorOutput("ended with exit code 0; waiting for a change");
  project.write("app.js", "console.log('two');");
  await runner.line("two");
});

test("who reads what the runner says may go before the program", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `process.on("SIGTERM", () => { console.log("ending"); setTimeout(() => process.exit(), 20); });
      console.log("value", require("./value")); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const runner = start(["app.js"]);
  await runner.line("value 1");
  runner.child.stderr?.destroy();
  for (const value of [2, 3]) {
    project.write("value.js", `module.exports = ${value};`);
    await runner.line("ending");
    await runner.line(`value ${value}`);
  }
});

test("who reads the output may go before the program, also where the screen is cleared", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.error("value", require("./value")); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const runner = start(["--clear-screen", "app.js"]);
  await runner.errorOutput("value 1");
  runner.child.stdout?.destroy();
  for (const value of [2, 3]) {
    project.write("value.js", `module.exports = ${value};`);
    await runner.errorOutput(`value ${value}`);
  }
});

test("a runner that is killed leaves no program and no spare behind", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("pid", process.pid, require("./value")); ${STAY}`,
    "value.js": "module.exports = 1;",
  });
  const runner = start(["app.js"]);
  await runner.line(/^pid \d+ 1$/);
  project.write("value.js", "module.exports = 2;");
  const pid = Number((await runner.line(/^pid \d+ 2$/)).split(" ")[1]);
  runner.child.kill("SIGKILL");
  await gone(pid);
  // "close": nobody holds its standard output any more.
  await runner.exit;
});

test("a runner that is killed leaves no program behind whose handlers do not exit", async (t) => {
  let pid = 0;
  // Or who waits for its output would wait for ever.
  t.after(() => pid && isRunning(pid) && process.kill(pid, "SIGKILL"));
  const { start } = runnerProject(t, {
    "app.js": `process.on("SIGTERM", () => console.log("asked to end"));
      console.log("pid", process.pid, Object.keys(process.env).filter((name) => name.startsWith("HEATSYNC_RUNNER"))); ${STAY}`,
  });
  const runner = start(["--grace=100", "app.js"]);
  pid = Number((await runner.line(/^pid \d+ \[\]$/)).split(" ")[1]);
  runner.child.kill("SIGKILL");
  await runner.line("asked to end");
  await gone(pid);
  await runner.exit;
});

test("a runner that is killed leaves nothing behind that the program has started, and that takes no notice", async (t) => {
  let pid = 0;
  t.after(() => pid && isRunning(pid) && process.kill(pid, "SIGKILL"));
  const { start } = runnerProject(t, {
    "app.js": `require("node:child_process").spawn(process.execPath, ["child.js"], { stdio: "inherit" }); ${STAY}`,
    "child.js": `process.on("SIGTERM", () => console.log("asked to end")); console.log("pid", process.pid); ${STAY}`,
  });
  const runner = start(["--grace=100", "app.js"]);
  pid = Number((await runner.line(/^pid \d+$/)).split(" ")[1]);
  runner.child.kill("SIGKILL");
  await runner.line("asked to end");
  await gone(pid);
  await runner.exit;
  assert.equal(runner.lines.filter((line) => line === "asked to end").length, 1);
});

test("without a crash nothing holds the runner open, nor the program", async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `process.on("exit", () => console.log("handles", process.getActiveResourcesInfo().includes("Timeout")));
      setTimeout(() => console.log("done"), 20);`,
  });
  const runner = start(["app.js"]);
  await runner.line("done");
  assert.deepEqual(await runner.exit, { code: 0, signal: null });
});
