// Wrong options of boundaries, and other bad input: what is said, and the exit code.

import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/**
 * A program that must end with an error.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} files
 */
async function refusedStart(t, files, nodeArguments = ["--import", "hot-hook/register"]) {
  const it = new BoundaryProgram(t, { files: { "main.js": "", ...files }, nodeArguments });
  assert.deepEqual(await it.program.exit, { code: 1, signal: null });
  assert.equal(it.program.stdout, "");
  return it.program.stderr;
}

test("hot.init", async (t) => {
  const init = (/** @type {string} */ options) =>
    refusedStart(t, { "main.js": `import { hot } from "hot-hook"; await hot.init(${options});` }, []);
  for (const [options, message] of /** @type {const} */ ([
    ["{ boundarys: [] }", /hot\.init: there is no option "boundarys"; there are boundaries, /],
    ["{ boundaries: [1] }", /hot\.init: boundaries must be a list of globs/],
    [`{ boundaries: ["a/[b"] }`, /a\/\[b/],
    ["{ restart: {} }", /hot\.init: restart must be a list of globs/],
    ["{ ignore: [''] }", /hot\.init: ignore must be a list of globs/],
    [`{ root: "none.js" }`, /hot\.init: root: there is no file .*none\.js/],
    [`{ root: "." }`, /hot\.init: root: there is no file /],
    ["{ root: 1 }", /hot\.init: root must be a path/],
    [`{ rootDirectory: "none" }`, /hot\.init: rootDirectory: there is no folder .*none/],
    [`{ rootDirectory: "main.js" }`, /hot\.init: rootDirectory: there is no folder .*main\.js/],
    [`import.meta.url, { root: "main.js" }`, /hot\.init: two roots/],
    [`{ watch: "no" }`, /hot\.init: watch must be true or false/],
    [`{ throwWhenBoundariesAreNotDynamicallyImported: 1 }`, /Imported must be true or false/],
    ["{ onFullReloadAsked: true }", /hot\.init: onFullReloadAsked must be a function/],
    ["[]", /hot\.init: the options must be an object/],
    ["1", /hot\.init: the options must be an object/],
    ["import.meta.url, 1", /hot\.init: the options must be an object/],
    [`import.meta.url, "watch"`, /hot\.init: the options must be an object/],
  ])) {
    const words = await init(options);
    assert.match(words, message, options);
    assert.match(words, /code: 'HEATSYNC_INVALID_OPTION'/, options);
  }
});

test("two calls with two roots", async (t) => {
  const words = await refusedStart(
    t,
    {
      "main.js": `import { hot } from "hot-hook";
        await hot.init(import.meta.url);
        await hot.init({ root: "main.js" }); // the same one
        await hot.init({ root: "other.js" });`,
      "other.js": "",
    },
    [],
  );
  assert.match(words, /hot\.init: two roots, .*main\.js and now .*other\.js/);
});

test("package.json", async (t) => {
  for (const [text, message] of /** @type {const} */ ([
    [{ heatsync: {}, hotHook: {} }, /both "heatsync" and "hotHook" are given: leave one out/],
    [{ hotHook: { root: "./none.js" } }, /package\.json, hotHook: root: there is no file .*none\.js/],
    [{ heatsync: { boundarys: [] } }, /package\.json, heatsync: there is no option "boundarys"/],
    [{ heatsync: ["./pages/*"] }, /package\.json, heatsync: the options must be an object/],
    [`{ "type": `, /package\.json/],
    [`{ "type": "module", "hotHook": { } } }`, /package\.json/],
  ])) {
    assert.match(await refusedStart(t, { "package.json": text }), message);
  }
});

test("a glob that matches nothing is named, once", async (t) => {
  const own = project(t, {
    "package.json": {
      type: "module",
      heatsync: {
        boundaries: ["./pagse/*", "./pages/**/*.js", "lib/{a,b}.js", "**/deep.js", "**/none.js", "./gone.js"],
      },
    },
    ...{ "main.js": "console.log('runs');", "pages/a/home.js": "", "lib/b.js": "", "x/y/deep.js": "" },
  });
  const program = own.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.deepEqual(program.lines, ["runs"]);
  const named = [
    ...program.stderr.matchAll(/package\.json, heatsync: boundaries: no file in (.*) matches (".*")$/gm),
  ];
  assert.deepEqual(
    named.map(([, folder, glob]) => [folder, glob]),
    ['"./pagse/*"', '"**/none.js"', '"./gone.js"'].map((glob) => [own.directory, glob]),
  );
});

// There `\\` separates folders.
const skip = process.platform === "win32";

test("a glob with escapes that has a match is not named", { skip }, async (t) => {
  const globs = Object.fromEntries(
    ["./escaped/a\\ b.js", "./escaped/\\!n.js"].map((glob) => [glob, [glob.slice(2).replace("\\", "")]]),
  );
  const others = ["escaped/n.js"];
  const files = [...Object.values(globs).flat(), ...others];
  const it = new BoundaryProgram(t, {
    nodeArguments: [],
    files: {
      "main.js": main(
        `await hot.init(import.meta.url, { boundaries: ${JSON.stringify(Object.keys(globs))} });
         const { load } = await import("./load.js");`,
        "(await load()).length",
      ),
      "load.js": `export const load = () => Promise.all([${files.map((file) => `import("./${file}")`)}]);`,
      ...Object.fromEntries(files.map((file) => [file, ""])),
    },
  });
  await it.ready();
  assert.equal(await it.ask(), `got ${files.length}`);
  const dump = JSON.parse(String(await it.ask("dump")).slice("dump ".length));
  const boundaries = dump.flatMap((/** @type {any} */ { boundary, path }) => (boundary ? [path] : []));
  assert.deepEqual(boundaries.sort(), Object.values(globs).flat().sort());
  assert.equal(it.program.stderr, "");
});

test("the defaults: .env asks for a full reload, packages and what Vite writes for itself are ignored", async (t) => {
  const temporary = "vite.config.js.timestamp-1.mjs";
  const it = new BoundaryProgram(t, {
    files: {
      "package.json": { type: "module", hotHook: { boundaries: ["./app.js"] } },
      "main.js": main("", `(await import("./app.js")).all.join()`),
      "app.js": `import { p } from "pkg"; import { v } from "./${temporary}"; import { w } from "./view.js"; export const all = [p, v, w];`,
      "view.js": "export const w = 1;",
      [temporary]: "export const v = 1;",
      "node_modules/pkg/package.json": { type: "module", exports: "./index.js" },
      "node_modules/pkg/index.js": "export const p = 1;",
      ".env": "A=1",
    },
  });
  await it.ready();
  assert.equal(await it.ask(), "got 1,1,1");
  it.log();
  it.self.write("node_modules/pkg/index.js", "export const p = 2;");
  it.self.write(temporary, "export const v = 2;");
  await it.save({ "view.js": "export const w = 2;" });
  assert.deepEqual(it.log(), ["invalidated view.js app.js"]);
  assert.equal(await it.ask(), "got 1,1,2");
  await it.save({ ".env": "A=2" });
  assert.deepEqual(it.log(), ["got 1,1,2", "full-reload .env"]);
});

test("under the runner a wrong option is named, and the program runs without hot reloading", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": { type: "module", heatsync: { boundarys: [] } },
    "app.js": `console.log("app 1"); setInterval(() => {}, 1000);`,
  });
  const runner = start(["app.js"]);
  await runner.line("app 1");
  await runner.errorOutput(/no hot reloading, the program restarts instead: .*no option "boundarys"/);
  project.write("app.js", `console.log("app 2"); setInterval(() => {}, 1000);`);
  await runner.line("app 2");
});

test("a port in use: the runner says so and waits", async (t) => {
  const taken = net.createServer().listen(0, "127.0.0.1");
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (taken.address());
  const { start } = runnerProject(t, {
    "app.js": `require("node:http").createServer().listen(${port}, "127.0.0.1", () => console.log("listening"));`,
  });
  const runner = start(["app.js"]);
  await runner.errorOutput(/EADDRINUSE/);
  await runner.errorOutput(/ended with exit code 1: its port is in use by another one; waiting for a change/);
  await new Promise((resolve) => taken.close(resolve));
  runner.child.stdin?.write("\n");
  await runner.line("listening");
});

test("restart globs of any folder watch the root's folders and nothing outside, and mean no packages", {
  skip: process.platform !== "linux" && "counts Linux's watches",
}, async (t) => {
  const folders = ["src/a", "node_modules/pkg/lib", "node_modules/pkg/more"];
  const own = project(t, {
    "package.json": { type: "module", heatsync: { restart: ["**/*.ini"] } },
    "main.js": `
      import fs from "node:fs";
      // This package is linked, so that its package.json is of the project, once something of it was resolved (a rehearsal does).
      const linked = " ino:" + fs.statSync("node_modules/heatsync-rs").ino.toString(16) + " ";
      const watches = () => fs.readdirSync("/proc/self/fdinfo").flatMap((name) => {
        try { return fs.readFileSync("/proc/self/fdinfo/" + name, "utf8").match(/^inotify wd.*/gm) ?? []; } catch { return []; }
      }).filter((watch) => !watch.includes(linked)).length;
      process.on("message", (message) => {
        if (message === "count") console.log("watches", watches());
        else if (message.type) console.log(message.type);
      });
      console.log("ready");`,
    ...Object.fromEntries(folders.map((folder) => [`${folder}/a.ini`, ""])),
  });
  const program = own.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("ready");
  own.write("node_modules/pkg/lib/a.ini", "1");
  own.write("src/a/a.ini", "1");
  await program.errorOutput("src/a/a.ini: full reload needed");
  program.child.send("count");
  const [, count] = (await program.line(/^watches /)).split(" ");
  assert.ok(Number(count) <= 3, count);
  assert.doesNotMatch(program.stderr, /node_modules/);
  program.child.kill();
  await program.exit;
});
