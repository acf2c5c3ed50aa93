// The program's entry point makes the instance, and what it syncs takes that from there: the entry is evaluated once, whatever is saved.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const KINDS = {
  "sync.require": {
    main: "main.cjs",
    files: {
      "main.cjs": `const { Heatsync } = require("heatsync-rs"); const sync = new Heatsync(); module.exports = { sync, name: "main" };
        const { v } = require("./config.cjs"); console.log("starts");
        const command = sync.require("./command.cjs");
        process.on("message", () => console.log("has", v, "runs", command.run())); console.log("ready");`,
      "command.cjs": `const { name } = require("./main.cjs"); const config = require("./config.cjs"); exports.run = () => name + config.v;`,
    },
    config: (/** @type {number} */ v) => ["config.cjs", `exports.v = ${v};`],
  },
  "sync.import": {
    main: "main.mjs",
    files: {
      "main.mjs": `import { Heatsync } from "heatsync-rs"; import { v } from "./config.mjs"; export const sync = new Heatsync(); export const name = "main";
        console.log("starts");
        sync.import("./command.mjs").then((command) => {
          process.on("message", () => console.log("has", v, "runs", command.run())); console.log("ready");
        });`,
      "command.mjs": `import { name } from "./main.mjs"; import { v } from "./config.mjs"; export const run = () => name + v;`,
    },
    config: (/** @type {number} */ v) => ["config.mjs", `export const v = ${v};`],
  },
};

for (const [name, { config, files, main }] of Object.entries(KINDS)) {
  for (const isRegistered of [false, true]) {
    test(`${name}${isRegistered ? ", under register" : ""}: the entry point is evaluated once`, async (t) => {
      const self = project(t, { ...files, ...Object.fromEntries([config(1)]) });
      const program = self.run(main, {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("ready");
      const ask = () => {
        program.child.send("ask");
        return program.line(/^has/);
      };
      assert.equal(await ask(), "has 1 runs main1");
      for (const v of [2, 3]) {
        self.write(...config(v));
        let answer = await ask();
        while (answer !== `has 1 runs main${v}`) {
          assert.equal(answer, `has 1 runs main${v - 1}`);
          answer = await ask();
        }
      }
      // Its own text is nobody's to evaluate.
      self.write(main, `${files[main]} //`);
      self.write(...config(4));
      while ((await ask()) !== "has 1 runs main4");
      assert.equal(program.lines.filter((line) => line === "starts").length, 1);
      assert.match(program.stderr, /keeps the old instance/);
    });
  }
}

const hasEntryUrl = process.allowedNodeEnvironmentFlags.has("--entry-url");

test("the entry point is known where it is a URL", {
  skip: !hasEntryUrl && "this Node.js has no --entry-url",
}, async (t) => {
  const { config, files, main } = KINDS["sync.import"];
  const self = project(t, { ...files, ...Object.fromEntries([config(1)]) });
  const program = self.run(`./${main.replace("m", "%6d")}`, {
    nodeArguments: ["--no-warnings", "--entry-url"],
  });
  await program.line("ready");
  self.write(...config(2));
  for (let answer = ""; answer !== "has 1 runs main2"; answer = await program.line(/^has/)) {
    program.child.send("ask");
  }
  assert.equal(program.lines.filter((line) => line === "starts").length, 1);
});
