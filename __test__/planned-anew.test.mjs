// Under register the updates of import.meta.hot come first. What one of them loads just after an update of sync.* was planned is in that plan,
// too: else it would keep what it was given then.

import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const environment = fileURLToPath(new URL("../runtime/session/environment.cjs", import.meta.url));

test("what comes first loads what requires what is planned already", async (t) => {
  const self = project(t, {
    "main.cjs": `
      const { default: Heatsync } = require("heatsync-rs");
      const sync = new Heatsync();
      const root = sync.require("./root.cjs");
      // What comes first has something to do once an update was taken, and not before: asked twice, it is about one.
      let asked = 0;
      require(${JSON.stringify(environment)}).goAfter({
        settled() {
          if (++asked !== 2) return null;
          root.late();
          return Promise.resolve();
        },
        bringsFor() {},
        takenCareOf: { isToBeTold: () => false, outcomeOf: () => null },
      });
      console.log("value", root.value);
      sync.events.on("reload", () => console.log("value", root.value, root.late()));
      process.on("message", () => console.log("late", root.late()));`,
    "root.cjs": `exports.value = require("./leaf.cjs").value; exports.late = () => require("./late.cjs").value;`,
    "late.cjs": `exports.value = require("./leaf.cjs").value;`,
    "leaf.cjs": `exports.value = 1;`,
  });
  const program = self.run("main.cjs");
  await program.line("value 1");
  self.write("leaf.cjs", "exports.value = 2;");
  await program.line("value 2 2");
});
