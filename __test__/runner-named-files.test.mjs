// The runner: what is named to it starts the program anew, loaded or not (`--restart`), also what goes before it watches.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import leftOut from "../runtime/runner/left-out.cjs";
import { runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";

test("--restart: files that are not loaded", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("text", require("fs").readFileSync("views/a.html", "utf8")); ${STAY}`,
    "views/a.html": "1",
  });
  const runner = start(["--restart", "views/**/*.html", "app.js"]);
  await runner.line("text 1");
  project.write("views/a.html", "2");
  await runner.line("text 2");
});

test("--restart: a folder that is yet to come", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `const fs = require("fs");
      console.log("text", fs.existsSync("conf/a/b.txt") && fs.readFileSync("conf/a/b.txt", "utf8")); ${STAY}`,
  });
  const runner = start(["--restart=conf", "app.js"]);
  await runner.line("text false");
  for (const text of ["1", "2"]) {
    project.write("conf/a/b.txt", text);
    await runner.line(`text ${text}`);
  }
});

test("--restart that names what is in node_modules: a file, a glob; and what is below others is not meant", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.cjs": `console.log(...["a", "b", "c"].map((name) => require(name)())); ${STAY}`,
    "node_modules/a/index.js": "module.exports = () => 1;",
    "node_modules/b/lib/index.js": "module.exports = () => 1;",
    "node_modules/b/package.json": { main: "lib/index.js" },
    "node_modules/c/index.js": "module.exports = () => 1;",
  });
  const runner = start([
    "--restart=node_modules/a/index.js",
    "--restart=./{lib,node_modules/b}/**",
    "--restart=**/*.js",
    "app.cjs",
  ]);
  await runner.line("1 1 1");
  project.write("node_modules/c/index.js", "module.exports = () => 2;");
  project.write("node_modules/a/index.js", "module.exports = () => 2;");
  await runner.line("2 1 2");
  project.write("node_modules/b/lib/index.js", "module.exports = () => 2;");
  await runner.line("2 2 2");
  assert.equal(runner.stderr.split("restarting: ").length, 3, runner.stderr);
});

test("--restart: only where a backslash separates does one name what is in node_modules, which is watched as a whole for that", () => {
  const count = (/** @type {string} */ pattern) => leftOut.byWhatIsLeftOut([pattern]).length;
  assert.equal(count("node_modules/a/**"), 2);
  assert.equal(count("node_modules\\a\\**"), path.sep === "\\" ? 2 : 1);
});

/** The runner is slow to watch. @param {string} file until this one has gone */
const slowUntilGone = (file) => `const fs = require("node:fs"), { setImmediate } = globalThis;
  if (/main\\.cjs$/.test(process.argv[1])) globalThis.setImmediate = (callback) => {
    while (fs.existsSync("${file}")); (globalThis.setImmediate = setImmediate)(callback);
  };`;

test("what --restart names goes while the program starts, before anybody watches", async (t) => {
  const { start } = runnerProject(t, {
    "config.txt": "",
    "slow.cjs": slowUntilGone("config.txt"),
    "app.js": `const fs = require("node:fs"), isThere = fs.existsSync("config.txt");
      fs.rmSync("config.txt", { force: true }); console.log("there", isThere); ${STAY}`,
  });
  const runner = start(["--restart=config.txt", "app.js"], { env: { NODE_OPTIONS: "--require ./slow.cjs" } });
  await runner.line("there true");
  await runner.line("there false");
  assert.match(runner.stderr, /restarting: config\.txt changed/);
});

test("a file of --env-file that goes while the program starts, before anybody watches", async (t) => {
  const { project, start } = runnerProject(t, {
    "some.env": "NAME=one",
    "slow.cjs": slowUntilGone("some.env"),
    "app.js": `const { NAME } = process.env;
      if (NAME === "one") require("node:fs").rmSync("some.env"); console.log("name", NAME); ${STAY}`,
  });
  const runner = start(["--env-file=some.env", "app.js"], { env: { NODE_OPTIONS: "--require ./slow.cjs" } });
  await runner.errorOutput(/some\.env changed[\s\S]*waiting for a change/);
  project.write("some.env", "NAME=two");
  await runner.line("name two");
});
