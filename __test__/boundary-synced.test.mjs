// What sync.* holds beside boundaries is live without one, and is no reason for a full reload; what both use is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/** @param {string} file */
const program = (file) => `
import Heatsync, { hot } from "heatsync-rs";
await hot.init({ root: import.meta.filename, boundaries: ["./routes/*.mjs"], onFullReloadAsked: () => console.log("full reload") });
const sync = new Heatsync();
const own = await sync.import("./${file}");
let last = own.value;
console.log("live " + last);
setInterval(async () => {
  if (own.value !== last) console.log("live " + (last = own.value));
}, 1);
process.on("message", async () => {
  const { default: answer } = await import("./routes/home.mjs");
  console.log("answer " + answer());
});
process.channel.unref();`;

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  for (const [file, exported, below] of [
    ["own.cjs", "exports.value = require('./below.cjs').value;", "below.cjs"],
    ["own.mjs", 'export { value } from "./below.mjs";', "below.mjs"],
  ]) {
    test(`${file} of sync.import beside boundaries${flags.length > 0 ? ", registered" : ""}`, async (t) => {
      const valued = (/** @type {number} */ value) =>
        below.endsWith(".cjs") ? `exports.value = ${value};` : `export const value = ${value};`;
      const route = (/** @type {number} */ value) => `export default () => ${value};`;
      const own = project(t, {
        "main.mjs": program(file),
        [file]: exported,
        [below]: valued(1),
        "routes/home.mjs": route(1),
      });
      const running = own.run("main.mjs", { nodeArguments: flags });
      assert.equal(await running.value("live"), 1);
      const answer = async () => {
        running.child.send("ask");
        return running.value("answer");
      };
      assert.equal(await answer(), 1);
      for (const value of [2, 3]) {
        own.writeAtomically(below, valued(value));
        assert.equal(await running.value("live"), value);
      }
      // Boundaries go on as they were: their update comes after those before it, and all they had to say.
      own.writeAtomically("routes/home.mjs", route(2));
      let seen = 1;
      for (const end = Date.now() + 20_000; seen !== 2 && Date.now() < end; ) seen = await answer();
      assert.equal(seen, 2);
      assert.doesNotMatch(running.stderr + running.stdout, /full reload/);
    });
  }
}

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  test(`ES modules that the program's own file has by require()${flags.length > 0 ? ", registered" : ""}`, async (t) => {
    const own = project(t, {
      "main.mjs": `
        import { createRequire } from "node:module";
        import Heatsync, { hot } from "heatsync-rs";
        const sync = new Heatsync();
        sync.require("./before.cjs");
        await hot.init({ root: import.meta.filename, boundaries: ["./page.mjs"], onFullReloadAsked: () => console.log("asked") });
        const own = sync.require("./own.mjs");
        createRequire(import.meta.url)("./plain.mjs");
        await import("./page.mjs");
        let last;
        setInterval(() => {
          if (own.value !== last) console.log("live " + (last = own.value));
        }, 1);`,
      "before.cjs": "exports.value = 1;",
      "own.mjs": "export const value = 1;",
      "plain.mjs": "export const value = 1;",
      "page.mjs": "export const value = 1;",
    });
    const running = own.run("main.mjs", { nodeArguments: flags });
    assert.equal(await running.value("live"), 1);
    for (const value of [2, 3, 4]) {
      own.writeAtomically("own.mjs", `export const value = ${value};`);
      assert.equal(await running.value("live"), value);
    }
    own.writeAtomically("plain.mjs", "export const value = 2;");
    await running.line("asked");
    await running.errorOutput(/plain\.mjs: full reload needed/);
    assert.doesNotMatch(running.stderr, /own\.mjs|loaded anew/);
  });
}

/** @param {string} hold @param {string} file */
const sharing = (hold, file) => `
import Heatsync, { hmr, hot } from "heatsync-rs";
await hot.init({ root: import.meta.filename, boundaries: ["./page.mjs"], onFullReloadAsked: () => console.log("asked") });
const sync = new Heatsync();
${hold.replaceAll("FILE", JSON.stringify(`./${file}`))};
console.log("page " + (await import("./page.mjs")).say());
process.channel?.unref();
setInterval(() => {}, 1e6);`;

const holds = {
  "sync.require": "sync.require(FILE)",
  "sync.import": "await sync.import(FILE)",
  hmr: "await hmr(FILE, FILE, () => {}).ready",
};
const shared = (/** @type {string} */ file, /** @type {number} */ value) => ({
  [file]: file.endsWith(".cjs") ? `exports.v = ${value};` : `export const v = ${value};`,
  "page.mjs": `import { v } from "./${file}"; export const say = () => v;`,
});

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  for (const [name, hold] of Object.entries(holds)) {
    for (const file of ["shared.cjs", "shared.mjs"]) {
      const way = flags.length > 0 ? "registered" : "by hot.init";
      test(`${file} that ${name} holds and a boundary uses asks for a full reload, ${way}`, async (t) => {
        const own = project(t, { "main.mjs": sharing(hold, file), ...shared(file, 1) });
        const running = own.run("main.mjs", { nodeArguments: flags });
        assert.equal(await running.value("page"), 1);
        own.writeAtomically(file, shared(file, 2)[file]);
        await running.line("asked");
        await running.errorOutput(
          new RegExp(
            `${file}: full reload needed: it is held by sync\\.\\* or hmr\\(\\), and below page\\.mjs, a boundary`,
          ),
        );
      });
    }
  }
}

test("what a boundary keeps of it is said once", async (t) => {
  const other = `await hmr("./other.mjs", "./other.mjs", ({ v }) => console.log("other " + v)).ready`;
  const own = project(t, {
    "main.mjs": sharing(`${holds["sync.import"]}; ${other}`, "shared.mjs"),
    "other.mjs": `export * from "./shared.mjs";`,
    ...shared("shared.mjs", 1),
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.equal(await running.value("page"), 1);
  own.writeAtomically("shared.mjs", shared("shared.mjs", 2)["shared.mjs"]);
  await running.errorOutput("shared.mjs: full reload needed");
  assert.equal(await running.value("other"), 2);
  // By the second one all is said about the first.
  own.writeAtomically("shared.mjs", shared("shared.mjs", 3)["shared.mjs"]);
  assert.equal(await running.value("other"), 3);
  assert.doesNotMatch(running.stderr, /keeps the old instance/);
});

test("the runner starts the program anew for it", async (t) => {
  const { project: own, start } = runnerProject(t, {
    "main.mjs": sharing(holds.hmr, "shared.mjs"),
    ...shared("shared.mjs", 1),
  });
  const running = start(["main.mjs"]);
  assert.equal(await running.value("page"), 1);
  own.writeAtomically("shared.mjs", shared("shared.mjs", 2)["shared.mjs"]);
  assert.equal(await running.value("page"), 2);
});

for (const [hold, value] of [
  ["await hmr('./held.mjs', [], (it) => { held = it; }).ready", "held.v"],
  ["held = sync.require('./held.mjs')", "held.v"],
  ["held = await sync.import('./m.mjs')", "`of ${held.v}`"],
]) {
  test(`what handlers accept, and ${hold.match(/hmr|sync\.\w+/)} holds, goes to both beside boundaries`, async (t) => {
    const m = (/** @type {number} */ v) => `export const v = ${v}; console.log("m runs");`;
    const own = project(t, {
      "main.mjs": `
        import Heatsync, { hmr, hot } from "heatsync-rs";
        import { value as v } from "./app.mjs";
        await hot.init({ root: import.meta.filename, boundaries: ["./page.mjs"], onFullReloadAsked: () => console.log("asked") });
        await import("./page.mjs");
        const sync = new Heatsync();
        sync.events.on("error", console.error);
        let held;
        ${hold};
        let last;
        setInterval(() => {
          const now = v() + ", " + ${value};
          if (now !== last) console.log("live " + (last = now));
        }, 1);`,
      "app.mjs": `import { v } from "./m.mjs"; let told = v; export const value = () => told;
        import.meta.hot.accept("./m.mjs", (m) => { told = m.v; });`,
      "held.mjs": 'import { v as m } from "./m.mjs"; export const v = `of ${m}`;',
      "page.mjs": "export const page = 1;",
      "m.mjs": m(1),
    });
    const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await running.line("live 1, of 1");
    own.write("m.mjs", m(2));
    await running.line("live 2, of 2");
    own.write("m.mjs", "export const v = ;");
    await running.errorOutput(/Unexpected token/);
    own.write("m.mjs", m(3));
    await running.line("live 3, of 3");
    assert.equal(running.stdout.match(/m runs/g)?.length, 3);
    await running.errorOutput(
      /m\.mjs: \d evaluated, accepted by app\.mjs.*(\n.*)*m\.mjs: \d evaluated, accepted by app\.mjs/,
    );
    assert.doesNotMatch(running.stdout + running.stderr, /asked|keeps the old instance|full reload/);
  });
}

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  test(`esm: "query" beside boundaries: what is imported is the newest${flags.length > 0 ? ", registered" : ""}`, async (t) => {
    const below = (/** @type {number} */ v) => `export const v = ${v};`;
    const own = project(t, {
      "main.mjs": `
        import Heatsync, { hot } from "heatsync-rs";
        await hot.init({ root: import.meta.filename, boundaries: ["./page.mjs"] });
        await import("./page.mjs");
        const own = await new Heatsync({ esm: "query" }).import("./own.mjs");
        let last;
        setInterval(() => {
          if (own.v !== last) console.log("live " + (last = own.v));
        }, 1);`,
      "own.mjs": 'export { v } from "./below.mjs";',
      "below.mjs": below(1),
      "page.mjs": "export const page = 1;",
    });
    const running = own.run("main.mjs", { nodeArguments: flags });
    for (const v of [1, 2, 3]) {
      if (v > 1) own.writeAtomically("below.mjs", below(v));
      assert.equal(await running.value("live"), v);
    }
  });
}
