// What CommonJS requires for the first time in an update of sync.* that fails is nobody's afterwards: the next update has it evaluated
// anew, for who requires it and for who imports it, once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

for (const how of ["require", "import"]) {
  for (const isRegistered of [true, false]) {
    test(`what a failed update has required is evaluated once by the next: sync.${how}${isRegistered ? ", registered" : ""}`, async (t) => {
      const self = project(t, {
        "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => console.log("failed"));
          const root = await sync.${how}("./root.mjs"); let last;
          setInterval(() => { const value = root.value(); if (value !== last) console.log("value", (last = value)); }, 5);`,
        "root.mjs": `import "./user.cjs"; import { v } from "./m.cjs"; export const value = () => v;`,
        "user.cjs": `require("./m.cjs");`,
        "m.cjs": `exports.v = 1;`,
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("value 1");
      self.write("new.cjs", `exports.of = require("./m.cjs");`);
      self.write("by.mjs", `import fresh from "./new.cjs"; export { fresh };`);
      self.write(
        "user.cjs",
        `exports.m = require("./m.cjs"); exports.fresh = require("./new.cjs"); exports.by = require("./by.mjs");
         if (exports.m.v === 2) throw new Error("no");`,
      );
      self.write("m.cjs", `exports.v = 2;`);
      await program.line("failed");
      self.write(
        "root.mjs",
        `import user from "./user.cjs"; import m from "./m.cjs"; import fresh from "./new.cjs"; import { fresh as other } from "./by.mjs";
         export const value = () => [m.v, fresh.of.v, user.fresh === fresh, other === fresh, user.by.fresh === fresh, fresh.of === m].join();`,
      );
      self.write("m.cjs", `exports.v = 3;`);
      await program.line("value 3,3,true,true,true,true");
    });
  }
}

const VALUE = `const root = await sync.METHOD("./root.mjs"); let last;
  setInterval(() => { const value = root.value(); if (value !== last) console.log("value", (last = value)); }, 5);`;

/** The second attempt's require() finds an entry of ours in `require.cache`, as Node has a facade of what has left the graph. */
for (const how of ["require", "import"]) {
  for (const isRegistered of [true, false]) {
    const name = `sync.${how}${isRegistered ? ", registered" : ""}`;
    const nodeArguments = isRegistered ? ["--import", "heatsync-rs/register"] : [];
    const main = `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
      sync.events.on("error", ({ message }) => console.log("failed", message)); ${VALUE.replace("METHOD", how)}`;

    for (const failures of [1, 2, 3]) {
      test(`what ${failures} failed updates have required is evaluated with what it imports from then on: ${name}`, async (t) => {
        const self = project(t, {
          "main.mjs": main,
          "root.mjs": `export const value = () => "before";`,
          "shared.mjs": `export const it = { n: 1 };`,
          "required.mjs": `export { it } from "./shared.mjs";`,
          "user.cjs": `exports.of = require("./required.mjs");`,
          "last.mjs": `throw new Error("1");`,
        });
        const program = self.run("main.mjs", { nodeArguments });
        await program.line("value before");
        self.write(
          "root.mjs",
          `import { it } from "./shared.mjs"; import user from "./user.cjs"; import "./last.mjs";
           export const value = () => (user.of.it === it ? "one " : "two ") + it.n;`,
        );
        for (let n = 1; n <= failures; n++) {
          await program.line(`failed ${n}`);
          self.write("last.mjs", n < failures ? `throw new Error("${n + 1}");` : "");
        }
        assert.equal(await program.line(/^value (one|two)/), "value one 1");
        for (const n of [2, 3]) {
          self.write("shared.mjs", `export const it = { n: ${n} };`);
          assert.equal(await program.line(/^value (one|two)/), `value one ${n}`);
        }
      });
    }

    test(`what a failed update has required, and is imported since, is evaluated with what it imports: ${name}`, async (t) => {
      const self = project(t, {
        "main.mjs": main,
        "root.mjs": `import "./user.cjs"; export const value = () => "before";`,
        "shared.mjs": `export const it = { n: 1 };`,
        "required.mjs": `export { it } from "./shared.mjs";`,
        "between.mjs": `export * as required from "./required.mjs";`,
        "user.cjs": "",
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value before");
      const user = `exports.of = require("./required.mjs");`;
      self.write("user.cjs", `${user} throw new Error("1");`);
      await program.line("failed 1");
      // The engine knows by then that it leads there, and that it was loaded once; not what it imports.
      self.write(
        "root.mjs",
        `import user from "./user.cjs"; import { it } from "./shared.mjs"; import { required } from "./between.mjs";
         export const value = () => (user.of.it === it && required.it === it ? "one " : "two ") + it.n;`,
      );
      await program.line("failed 1");
      self.write("user.cjs", user);
      assert.equal(await program.line(/^value (one|two)/), "value one 1");
      for (const n of [2, 3]) {
        self.write("shared.mjs", `export const it = { n: ${n} };`);
        assert.equal(await program.line(/^value (one|two)/), `value one ${n}`);
      }
    });

    test(`what is required and throws is tried again each time that it is saved: ${name}`, async (t) => {
      const self = project(t, {
        "main.mjs": main,
        "root.mjs": `export const value = () => "before";`,
        "required.mjs": `throw new Error("1");`,
        "user.cjs": `exports.of = require("./required.mjs");`,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value before");
      self.write("root.mjs", `import user from "./user.cjs"; export const value = () => user.of.it;`);
      for (const n of [1, 2, 3]) {
        await program.line(`failed ${n}`);
        self.write("required.mjs", n < 3 ? `throw new Error("${n + 1}");` : `export const it = "it";`);
      }
      await program.line("value it");
    });
  }
}

const SEEN = `let last; setInterval(() => { const now = value(); if (now !== last) console.log("value", (last = now)); }, 5);`;
const SYNCED = `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
  sync.events.on("error", ({ message }) => console.error("it threw:", message));`;
/** @type {Record<string, { entry: string, isRegistered: boolean }>} */
const WAYS = {
  "import.meta.hot": {
    entry: `import { value } from "./root.mjs"; import.meta.hot.accept("./root.mjs"); ${SEEN}`,
    isRegistered: true,
  },
};
for (const how of ["require", "import"]) {
  for (const isRegistered of [true, false]) {
    WAYS[`sync.${how}${isRegistered ? ", registered" : ""}`] = {
      entry: `${SYNCED} const root = await sync.${how}("./root.mjs"); const value = () => root.value(); ${SEEN}`,
      isRegistered,
    };
  }
}
/** What is required by who is no part of the update. */
const HELD = {
  "held.mjs": `import { it } from "./fresh.mjs"; export const held = it, n = it.n;`,
  "held.cjs": `const { it } = require("./fresh.mjs"); exports.held = it; exports.n = it.n;`,
};

for (const [name, { entry, isRegistered }] of Object.entries(WAYS)) {
  for (const [held, text] of Object.entries(HELD)) {
    test(`what somebody goes on having of a failed update is one with what the next brings: ${name}, ${held}`, async (t) => {
      const root = (/** @type {string} */ end) =>
        `import { it } from "./fresh.mjs"; import keep from "./keep.cjs";
         export const value = () => "one " + (keep.required().held === it) + keep.required().n; keep.required(); ${end}`;
      const self = project(t, {
        "main.mjs": entry,
        "root.mjs": `import keep from "./keep.cjs"; export const value = () => "before";`,
        "keep.cjs": `exports.required = () => require("./${held}");`,
        [held]: text,
        "fresh.mjs": `export const it = { n: 1 };`,
      });
      const nodeArguments = isRegistered ? ["--import", "heatsync-rs/register"] : [];
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value before");
      self.write("root.mjs", root(`throw new Error("no");`));
      await program.waitFor(() => /it threw: .*no/.test(program.stderr), "word of the failure");
      self.write("root.mjs", root(""));
      await program.line("value one true1");
      self.write("fresh.mjs", `export const it = { n: 2 };`);
      await program.line("value one true2");
    });
  }
}
