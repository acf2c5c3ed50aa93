// The runner, and what development servers of frameworks write into the project while they run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

/** As Next.js does: a package writes what it has compiled, and a list of that, which it requires and reads again by itself. */
const framework = `const fs = require("node:fs");
exports.compile = (folder, text) => {
  const [page, pages] = ["page.js", "pages.json"].map((name) => folder + "/.next/server/" + name);
  fs.mkdirSync(folder + "/.next/server", { recursive: true });
  fs.writeFileSync(page, "exports.text = " + JSON.stringify(text));
  fs.writeFileSync(pages, JSON.stringify([text]));
  require(pages);
  delete require.cache[page];
  return require(page).text;
};`;
const skip = !process.version.startsWith("v24.") && "on Node 24";

test("what is written and loaded anew by a package restarts nothing", { skip }, async (t) => {
  const { project, start } = runnerProject(t, {
    "node_modules/framework/index.js": framework,
    // Time enough between two for the runner to watch the first.
    "app.js": `const { compile } = require("framework");
      let page = 0;
      const timer = setInterval(() => {
        console.log(compile(__dirname, "page " + ++page));
        if (page === 8) clearInterval(timer), setInterval(() => {}, 1000);
      }, 100);`,
  });
  const runner = start(["app.js"]);
  await runner.line("page 8");
  assert.doesNotMatch(runner.stderr, /restarting/);
  project.write("app.js", 'console.log("another version");');
  await runner.line("another version");
  // For the file that somebody has written.
  assert.deepEqual(runner.stderr.match(/restarting: .*/g), ["restarting: app.js changed"]);
});

test("a program that is started from there is a project's", { skip }, async (t) => {
  const { project, start } = runnerProject(t, {
    ".nuxt/dev/index.mjs":
      'import { text } from "./page.mjs"; console.log("started", text); setInterval(() => {}, 1000);',
    ".nuxt/dev/page.mjs": 'export const text = "page 1";',
  });
  const runner = start([".nuxt/dev/index.mjs"]);
  await runner.line("started page 1");
  project.write(".nuxt/dev/page.mjs", 'export const text = "page 2";');
  await runner.line("started page 2");
});

/** As Vite does with its configuration, which takes long to bundle, and to begin with. */
const bundler = `const fs = require("node:fs");
exports.load = async (folder) => {
  const file = folder + "/app.config.ts.timestamp-" + Date.now() + "-5ba737c59e593.mjs";
  fs.writeFileSync(file, "export const text = 'ready';");
  const { text } = await import(file);
  // The runner's question is not answered for longer than it waits.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
  fs.unlinkSync(file);
  return text;
};`;

test("a configuration that is bundled, loaded and deleted restarts nothing", { skip }, async (t) => {
  const { start } = runnerProject(t, {
    "node_modules/bundler/index.js": bundler,
    "app.js": `require("bundler").load(__dirname).then(console.log); setInterval(() => {}, 1000);`,
  });
  const runner = start(["app.js"]);
  await runner.line("ready");
  assert.doesNotMatch(runner.stderr, /restarting/);
});
