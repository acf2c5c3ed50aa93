// What nobody imports any more, and has gone, may come back as it was: of what it imports, and of what imports it, there is to be one
// instance then, as in a fresh process.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

/** `goes`, and `user` requires `base`. @type {Record<string, { goes: string, user: string, base: string, text: string }>} */
const CASES = {
  // It was left as it was, with another instance of what it requires than whoever imported that next.
  "what CommonJS requires goes, and the CommonJS stays": {
    goes: "base.cjs",
    user: "user.cjs",
    base: "base.cjs",
    text: "exports.it = {};",
  },
  // Node went on giving what it had been given of the ES module.
  "CommonJS goes, and an ES module that it requires stays": {
    goes: "user.cjs",
    user: "user.cjs",
    base: "base.mjs",
    text: "export const it = {};",
  },
};

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  if (how === "import.meta.hot") continue;
  for (const [name, { goes, user, base, text }] of Object.entries(CASES)) {
    test(`${how}: ${name}`, async (t) => {
      // By its name: nobody asks for a namespace, by which Node would know it.
      const root = (
        /** @type {number} */ n,
      ) => `import * as user from "./${user}"; import { it } from "./${base}";
        export const value = () => (user.it === it ? "one ${n}" : "two ${n}");`;
      const files = { [base]: text, [user]: `exports.it = require("./${base}").it;` };
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": entry,
        "root.mjs": `export const value = () => "nothing";`,
        ...files,
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("value nothing");
      for (const n of [1, 2]) {
        self.write("root.mjs", root(n));
        await program.line(`value one ${n}`);
        self.write("root.mjs", `export const value = () => "without ${n}";`);
        await program.line(`value without ${n}`);
        self.delete(goes);
        const said = () => program.stderr.split(`${goes}: loaded anew by the next import()`).length > n;
        if (isRegistered) await program.waitFor(said, "word of what has gone");
        self.write(goes, files[goes]);
      }
    });
  }
}

const LATE = (/** @type {string} */ name) =>
  `let told = "nothing"; import("./base.mjs").then(({ it }) => { told = "with " + it; }); export const ${name} = () => told;`;

/** How `user` gets at `base`, as long as it does. @type {Record<string, Record<"base" | "user" | "using" | "without", string> & { text: (n: number) => string }>} */
const USES = {
  "CommonJS that CommonJS required": {
    base: "base.cjs",
    user: "user.cjs",
    text: (n) => `exports.it = ${n};`,
    using: `const { it } = require("./base.cjs"); exports.it = () => "with " + it;`,
    without: `exports.it = () => "without";`,
  },
  "an ES module that CommonJS required": {
    base: "base.mjs",
    user: "user.cjs",
    text: (n) => `export const it = ${n};`,
    using: `const { it } = require("./base.mjs"); exports.it = () => "with " + it;`,
    without: `exports.it = () => "without";`,
  },
  "an ES module that was imported by import()": {
    base: "base.mjs",
    user: "user.mjs",
    text: (n) => `export const it = ${n};`,
    using: LATE("it"),
    without: `export const it = () => "without";`,
  },
  "an ES module that sync's own imported by import()": {
    base: "base.mjs",
    user: "root.mjs",
    text: (n) => `export const it = ${n};`,
    using: LATE("value"),
    without: `export const value = () => "without";`,
  },
};

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  if (how === "import.meta.hot" || !isRegistered) continue;
  for (const [name, { base, user, using, without, text }] of Object.entries(USES)) {
    // Its version of before had counted as holding what it had asked for: that stayed as it was, and was what came back.
    test(`${how}: ${name}, and that was edited while nobody does, comes back as it is`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": entry,
        "root.mjs": `import { it } from "./${user}"; export const value = () => it();`,
        [base]: text(0),
        [user]: using,
      });
      const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
      await program.line("value with 0");
      self.write(user, without);
      await program.line("value without");
      self.write(base, text(1));
      await program.waitFor(() => program.stderr.includes(`${base}: `), "word of what was edited");
      assert.match(program.stderr, /: loaded anew by the next import\(\)/);
      self.write(user, using);
      assert.equal(await program.line(/^value with/), "value with 1");
    });
  }
}

/** What an update of sync.* has loaded is looked at before that has ended: it was another module then, which nobody let go. */
const LOOKED_AT = {
  "a save that import.meta.hot takes, while the update awaits": { asks: "", others: ["hot 2", "hot 3"] },
  "CommonJS that asks for module.hot": { asks: "module.hot.accept;", others: [] },
};

for (const [name, { asks, others }] of Object.entries(LOOKED_AT)) {
  test(`sync.import, registered: both go after ${name}, and come back`, async (t) => {
    const [, entry] = waysOfOneInstance(`process.on("message", () => globalThis.go());`)[2];
    const waits = `await new Promise((resolve) => { globalThis.go = resolve; console.log("waiting"); });`;
    const root = (
      /** @type {number} */ n,
    ) => `import "./hot.mjs"; import * as user from "./user.cjs"; import { it } from "./base.cjs";
      export const value = () => (user.it === it ? "one ${n}" : "two ${n}"); ${waits}`;
    const hot = (/** @type {number} */ n) => `import.meta.hot.accept(); console.log("hot ${n}");`;
    const files = {
      "base.cjs": "exports.it = {};",
      "user.cjs": `${asks} exports.it = require("./base.cjs").it;`,
    };
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": entry,
      "root.mjs": `import "./hot.mjs"; export const value = () => "nothing";`,
      "hot.mjs": hot(1),
      ...files,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("value nothing");
    for (const n of [1, 2]) {
      self.write("root.mjs", root(n));
      await program.line("waiting");
      if (others[n - 1]) {
        self.write("hot.mjs", hot(n + 1));
        await program.line(others[n - 1]);
      }
      program.child.send("go");
      await program.line(`value one ${n}`);
      self.write("root.mjs", `import "./hot.mjs"; export const value = () => "without ${n}";`);
      await program.line(`value without ${n}`);
      self.delete("base.cjs");
      await program.waitFor(
        () => program.stderr.split("base.cjs: loaded anew by the next import()").length > n,
        "word of what has gone",
      );
      self.write("base.cjs", files["base.cjs"]);
    }
  });
}
