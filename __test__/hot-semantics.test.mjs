// `import.meta.hot`, corner by corner, in dynohot's order (support/hot-cases.mjs).
//
// With HEATSYNC_DYNOHOT=<a folder with dynohot 1.2.1 in its node_modules> the same programs run
// there, and must give what the cases say of dynohot.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { program, runtime } from "./support/esm-program.mjs";
import { cases } from "./support/hot-cases.mjs";
import { project, until } from "./support/project.mjs";

runtime.enableHot();
const other = process.env.HEATSYNC_DYNOHOT;

/** @param {Record<string, string>} files */
const named = (files) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${name}.mjs`, text]));

for (const { name, files, start, edits } of cases) {
  test(name, async (t) => {
    /** @type {string[]} */
    const events = [];
    /** @type {any} */ (globalThis).say = (/** @type {string} */ text) => events.push(text);
    t.mock.method(process.stderr, "write", () => true);
    const { updates } = await program(t, named(files));
    assert.deepEqual(events.splice(0), start);
    for (const { save, events: wanted, ends = "accepted" } of edits) {
      const outcomes = Object.values(await updates(named(save)));
      assert.deepEqual(events.splice(0), wanted);
      assert.deepEqual(
        outcomes.map(({ type }) => type),
        [ends].flat(),
      );
    }
  });
}

const preload = `data:text/javascript,${encodeURIComponent(
  'import fs from "node:fs"; globalThis.say = (text) => fs.writeSync(2, "> " + text + "\\n"); setInterval(() => {}, 1000);',
)}`;
const isOver =
  /Loaded \d+ new|was not accepted|explicitly declined|Caught link error|Caught evaluation error|fatal error/;

for (const { name, files, start, edits, dynohotStart = start } of other ? cases : []) {
  test(`dynohot: ${name}`, async (t) => {
    const self = project(t, named(files));
    fs.symlinkSync(path.join(String(other), "node_modules/dynohot"), self.path("node_modules/dynohot"));
    const register = pathToFileURL(path.join(String(other), "node_modules/dynohot/dist/loader/register.js"));
    const running = self.run("main.mjs", { nodeArguments: ["--import", preload, "--import", register.href] });
    const said = () =>
      running.stderr.split("\n").flatMap((line) => (line.startsWith("> ") ? line.slice(2) : []));
    await until(() => said().length >= dynohotStart.length, "the start").catch(() => {});
    assert.deepEqual(said(), dynohotStart);
    // It looks at its files for the first time a little later, and takes what it finds then as old.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const { save, events, dynohot = events } of edits) {
      const before = running.stderr.length;
      const known = said().length;
      for (const [file, text] of Object.entries(named(save))) self.write(file, text);
      await until(() => isOver.test(running.stderr.slice(before)), "the update");
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.deepEqual(said().slice(known), dynohot, running.stderr);
    }
  });
}
