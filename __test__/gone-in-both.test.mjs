// What CommonJS does not require any more is nothing to it when it is deleted, whoever has evaluated it anew: of an older instance, whose
// children are other ones by then, too, nothing is reported.

import { test } from "node:test";
import { project } from "./support/project.mjs";

test("what import.meta.hot has evaluated without a file is not evaluated once more by sync.require() as that is deleted", async (t) => {
  const counted = "const id = (globalThis.count = (globalThis.count ?? 0) + 1);";
  const both = (/** @type {string} */ data) =>
    `${counted} const value = require("./${data}"); require("./between.cjs"); Object.assign(exports, { id, value });`;
  const below = (/** @type {string} */ data) => `exports.value = require("./${data}");`;
  const own = project(t, {
    "old.json": "1",
    "new.json": "2",
    "other.json": "1",
    "below.cjs": below("old.json"),
    "between.cjs": `exports.value = require("./below.cjs").value;`,
    "both.cjs": both("old.json"),
    "other.cjs": below("other.json"),
    "host.cjs": `
        let both = require("./both.cjs");
        module.hot.accept("./both.cjs", () => { both = require("./both.cjs"); });
        exports.get = () => both;`,
    "main.mjs": `
        import Heatsync from "heatsync-rs";
        import host from "./host.cjs";
        const sync = new Heatsync();
        sync.events.on("error", ({ message }) => /other/.test(message) && console.log("other is gone"));
        const both = sync.require("./both.cjs");
        sync.require("./other.cjs");
        process.on("message", () => {
          const { id, value } = host.get();
          console.log("values " + [value, both.value, id === both.id || "another"]);
        });
        console.log("up");`,
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("up");
  own.write("both.cjs", both("new.json"));
  own.write("below.cjs", below("new.json"));
  await running.answers("values 2,2,true");
  own.delete("old.json");
  own.delete("other.json");
  await running.line("other is gone");
  running.child.send("ask");
  await running.line("values 2,2,true");
});
