// JSON that does not parse: told of with line, column and the code around it, as code is, whoever loads it. `JSON.parse`
// names an offset, or nothing. The old version goes on, the runner starts nothing anew, and the next good save is live.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";
import { PRELUDE } from "./support/undone.mjs";

const json = (/** @type {number} */ value) => `{\n  "value": ${value}\n}\n`;
const BROKEN = `{\n  "value" 2\n}\n`;

const register = ["--import", "heatsync-rs/register"];
const show = (/** @type {string} */ value) =>
  `let last; setInterval(() => last !== ${value} && console.log("is", (last = ${value})), 5);`;
const sync = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", console.error);`;
const BOUNDARIES = JSON.stringify({ heatsync: { boundaries: ["./routes/**"] } });
const imports = (/** @type {string} */ file) =>
  `let last; setInterval(async () => { const { value } = await import("${file}"); if (value !== last) console.log("is", (last = value)); }, 5);`;

/** @type {Record<string, { files: Record<string, string>, nodeArguments?: string[] }>} */
const PROGRAMS = {
  "an ES module under register": {
    files: {
      "main.mjs": `import { value } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); ${show("value")}`,
      "a.mjs": `import data from "./data.json" with { type: "json" }; export const { value } = data;`,
    },
    nodeArguments: register,
  },
  "a CommonJS file under register": {
    files: {
      "main.mjs": `import "./main.cjs";`,
      "main.cjs": `let a = require("./a.cjs"); module.hot.accept("./a.cjs", (it) => { a = it; }); ${show("a.value")}`,
      "a.cjs": `exports.value = require("./data.json").value;`,
    },
    nodeArguments: register,
  },
  "sync.require": {
    files: { "main.mjs": `${sync} const a = sync.require("./data.json"); ${show("a.value")}` },
  },
  "sync.require of what a function of requires": {
    files: {
      "main.mjs": `${sync} const a = sync.require("./a.cjs"); ${show("a.value()")}`,
      "a.cjs": `exports.value = () => require("./data.json").value;`,
    },
  },
  "sync.import of that, under register": {
    files: {
      "main.mjs": `${sync} const a = await sync.import("./a.cjs"); ${show("a.value()")}`,
      "a.cjs": `exports.value = () => require("./data.json").value;`,
    },
    nodeArguments: register,
  },
  "sync.import of what imports it": {
    files: {
      "main.mjs": `${sync} const a = await sync.import("./a.mjs"); ${show("a.value")}`,
      "a.mjs": `import data from "./data.json" with { type: "json" }; export const { value } = data;`,
    },
  },
  "an ES module behind import(), a boundary": {
    files: {
      "package.json": BOUNDARIES,
      "main.mjs": imports("./routes/a.mjs"),
      "routes/a.mjs": `import data from "../data.json" with { type: "json" }; export const { value } = data;`,
    },
    nodeArguments: register,
  },
  "a CommonJS file behind import(), a boundary of hot.init": {
    files: {
      "main.mjs": `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./routes/**"] });
        ${imports("./routes/a.cjs")}`,
      "routes/a.cjs": `exports.value = require("../data.json").value;`,
    },
  },
};

for (const [name, { files, nodeArguments }] of Object.entries(PROGRAMS)) {
  test(`${name}: the place of what is wrong with JSON`, async (t) => {
    const self = project(t, { ...files, "data.json": json(1) });
    const program = self.run("main.mjs", { nodeArguments: nodeArguments ?? [] });
    await until(() => program.stdout.includes("is 1"), "the program");
    self.write("data.json", BROKEN);
    await until(() => program.stderr.includes("> 2 |"), "the code frame");
    assert.ok(program.stderr.includes(`at ${self.path("data.json")}:2:11\n`), program.stderr);
    assert.match(program.stderr, /SyntaxError: .*JSON at position 12/);
    self.write("data.json", json(3));
    await until(() => program.stdout.includes("is 3"), "the mended one");
    assert.equal(program.stdout, "is 1\nis 3\n");
  });
}

test("the runner starts nothing anew for JSON that does not parse", async (t) => {
  const { project: self, start } = runnerProject(t, {
    "main.cjs": `console.log("is", require("./data.json").value); setInterval(() => {}, 1000);`,
    "data.json": json(1),
  });
  const runner = start(["main.cjs"]);
  await runner.line("is 1");
  self.write("data.json", BROKEN);
  await runner.errorOutput(/not restarted: SyntaxError: .*\n +at .*data\.json:2:11\n(.*\n)*> 2 \|/);
  self.write("data.json", json(3));
  await runner.line("is 3");
  assert.equal(runner.stderr.match(/restarting/g)?.length, 1, runner.stderr);
});

test("what a handler of the program's reads is not judged by the runner", async (t) => {
  const { project: self, start } = runnerProject(t, {
    "main.cjs": `
      require.extensions[".json"] = (module, file) => {
        module.exports = require("node:fs").readFileSync(file, "utf8").trim();
      };
      console.log("is", require("./data.json")); setInterval(() => {}, 1000);`,
    "data.json": "one, two",
  });
  const runner = start(["main.cjs"]);
  await runner.line("is one, two");
  self.write("data.json", "two, three");
  await runner.line("is two, three");
});

test("what comes with an update is not Node's, though it is mended between that reading it and linking", async (t) => {
  const self = project(t, {
    "main.mjs": `${PRELUDE}
      const { read } = Graph.prototype;
      const data = new URL("data.json", import.meta.url);
      Graph.prototype.read = function (...given) {
        try {
          return Reflect.apply(read, this, given);
        } finally {
          if (fs.readFileSync(data, "utf8") === "also broken") fs.writeFileSync(data, ${JSON.stringify(json(2))});
        }
      };
      import { value } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); ${show("value")}`,
    "a.mjs": "export const value = 1;",
    "data.json": BROKEN,
  });
  const program = self.run("main.mjs", { nodeArguments: register });
  await program.line("is 1");
  self.write("a.mjs", `import data from "./data.json" with { type: "json" }; export const { value } = data;`);
  await program.errorOutput(/not updated: SyntaxError: .*data\.json/);
  self.write("data.json", "also broken");
  await program.line("is 2");
  self.write("data.json", json(3));
  await program.line("is 3");
});
