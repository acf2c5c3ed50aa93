// What sync.* holds beside boundaries is live without one, and is no reason for a full reload.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

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
