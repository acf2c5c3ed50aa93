// The stack of what leads nowhere: Node throws it below hooks of ours, and yet the program's frames are there, as many as plain
// Node shows, and none of ours, nor those that Node has for hooks. Places within Node's own source are others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const hooks = "registerHooks" in (await import("node:module"));
const caught = "catch (error) { console.log(error.stack.split('\\n').length, error.stack); }";

const files = {
  "empty.mjs": "",
  "uncaught.cjs": "function outer() {\n  require('./none.cjs');\n}\nouter();",
  "caught.cjs": `for (const it of ["./none.cjs", "none", "#none"]) try { require(it); } ${caught}`,
  "limits.cjs": `
    function deep(count) { if (count > 0) deep(count - 1); else require("./none.cjs"); }
    for (const limit of [0, 1, 3, 9, 40, Infinity, undefined, "2"]) {
      Error.stackTraceLimit = limit;
      try { deep(5); } catch (error) { console.log(limit, error.stack, Error.stackTraceLimit === limit); }
    }`,
  "prepared.cjs": `
    Error.prepareStackTrace = (error, sites) => sites.map((site) => site.getFunctionName() + " " + site.getTypeName());
    function inner() { require("./none.cjs"); }
    try { inner(); } catch (error) { console.log(error.stack); }`,
  "created.mjs": `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    function inner() { require("./none.cjs"); }
    try { inner(); } ${caught}`,
  "resolve.mjs": `const inner = () => import.meta.resolve("none");\ntry { inner(); } ${caught}`,
  "hooked.cjs": `
    require("node:module").registerHooks({ resolve: function theirs(specifier, context, next) { return next(specifier, context); } });
    function inner() { require("./none.cjs"); }
    Error.stackTraceLimit = 30;
    try { inner(); } ${caught}`,
};

/** @param {string} text */
const withoutNodesPlaces = (text) =>
  text.replace(/ \(node:[\w/]+:\d+:\d+\)/g, "").replace(/^node:.*\n.*\n +\^\n/m, "");

for (const entry of Object.keys(files)) {
  if (entry === "empty.mjs") continue;
  // Where hooks have a thread of their own, what they throw comes from there.
  const skip = !hooks && /^(resolve|hooked)/.test(entry);
  test(`under register: ${entry}`, { skip }, async (t) => {
    const self = project(t, files);
    /** @param {string} module */
    const run = async (module) => {
      const program = self.run(entry, { nodeArguments: ["--import", module] });
      await program.exit;
      return [program.stdout, program.stderr].map(withoutNodesPlaces);
    };
    // With --import Node's loader of ES modules runs the entry.
    const [stdout, stderr] = await run("./empty.mjs");
    assert.deepEqual(await run("heatsync-rs/register"), [stdout, stderr]);
    assert.match(stdout + stderr, /none|inner/);
  });
}

/** @type {[string, string, string][]} */
const synced = [
  ["what leads nowhere, at once", `require("./none.cjs");`, "outer();"],
  ["what leads nowhere, later", `require("./none.cjs");`, "setTimeout(outer, 100);"],
  ["what throws, at once", `require("./throws.cjs");`, "outer();"],
];
for (const [name, body, call] of synced) {
  test(`by new Heatsync(): ${name}`, async (t) => {
    const program = (/** @type {string} */ first) => `
      ${first}
      function outer() { ${body} }
      ${call}`;
    const own = `const sync = new (require("heatsync-rs"))({ watchFS: false }); sync.require("./module.cjs");`;
    const self = project(t, { "module.cjs": "", "throws.cjs": "throw new Error('outer');" });
    /** @param {string} first */
    const run = async (first) => {
      self.write("main.cjs", program(first));
      // One more is the main module's `Module._compile`, which V8 can't name: it began before we put another in its place.
      const running = self.run("main.cjs", { nodeArguments: ["--stack-trace-limit=9"] });
      await running.exit;
      return withoutNodesPlaces(running.stderr);
    };
    const plain = await run("");
    const ours = await run(own);
    // Where a module's body throws, frames of ours count for V8, and may be what names the last one.
    const [shown = "", end = ""] = ours.split(/\n[^\n]*(?=\n\nNode\.js )/);
    if (name.startsWith("what throws")) assert.ok(plain.startsWith(shown) && plain.endsWith(end), ours);
    else assert.equal(ours, plain);
    assert.match(plain, /outer/);
  });
}

const importing = {
  "main.mjs": `try { await import("./throws.cjs"); } catch (error) { console.log(error.stack); } import("./more.cjs");`,
  "throws.cjs": "function inner() {\n  throw new Error('inner');\n}\ninner();",
  "more.cjs": "require('./throws.cjs');",
  "required.cjs": "require('./requires.mjs');",
  "requires.mjs": `import "./throws.cjs";`,
};
for (const entry of ["main.mjs", "required.cjs"]) {
  // On Node 20 a frame of ours counts.
  test(`by --require, where nothing of ours was imported: ${entry}`, { skip: !hooks }, async (t) => {
    const self = project(t, importing);
    const run = async (/** @type {string[]} */ ...nodeArguments) => {
      const program = self.run(entry, { nodeArguments: ["--no-warnings", ...nodeArguments] });
      await program.exit;
      return [program.stdout, program.stderr];
    };
    const plain = await run();
    assert.match(plain.join(""), /ModuleWrap/);
    assert.deepEqual(await run("--require", "heatsync-rs/register"), plain);
  });
}
