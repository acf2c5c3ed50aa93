// Beside boundaries, what an update of sync.* had to do with that failed is whose it was before: what import.meta.hot accepts of it goes on
// to be accepted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

test("what both use has thrown in an update of sync.*, and is mended", async (t) => {
  const held = (/** @type {number} */ version) =>
    `console.log("held ${version}"); exports.value = require("./between.mjs").value;`;
  const own = project(t, {
    "leaf.cjs": "exports.value = 1;",
    "between.mjs": `export { value } from "./passing.cjs";`,
    "passing.cjs": `exports.value = require("./leaf.cjs").value;`,
    "accepted.cjs": `exports.value = require("./leaf.cjs").value;`,
    "held.cjs": held(1),
    "page.mjs": "",
    "host.cjs": `
        let accepted = require("./accepted.cjs");
        module.hot.accept("./accepted.cjs", () => { accepted = require("./accepted.cjs"); });
        exports.get = () => accepted.value;`,
    "main.mjs": `
        import Heatsync, { hot } from "heatsync-rs";
        import host from "./host.cjs";
        await hot.init(import.meta.url, { boundaries: ["./page.mjs"] });
        const sync = new Heatsync();
        sync.events.on("error", () => console.log("failed"));
        const held = sync.require("./held.cjs");
        const too = await sync.import("./accepted.cjs");
        process.on("message", () => console.log("values " + [host.get(), (too.value ?? too.default.value), held.value]));
        console.log("up");`,
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("up");
  own.write("held.cjs", held(2));
  own.write("leaf.cjs", "exports.value = 2; throw new Error('broken');");
  await running.line("held 2");
  await running.line("failed");
  own.write("leaf.cjs", "exports.value = 3;");
  await running.answers("values 3,3,3");
  own.write("leaf.cjs", "exports.value = 4;");
  await running.answers("values 4,4,4");
  assert.doesNotMatch(running.stderr, /keeps the old instance/);
});
