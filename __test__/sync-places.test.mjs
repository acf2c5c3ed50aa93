// What does not link, by sync.import without register: its place, as hot updates have it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** By what is saved: the place, and what else is said. @type {Record<string, [text: string, place: string, said?: RegExp]>} */
const cases = {
  "a name that two stars have": [
    `import { both } from "./stars.mjs";`,
    "x.mjs:1:10",
    /one\.mjs and two\.mjs both export it/,
  ],
  "a name that a built-in lacks": [`import { nothing } from "node:fs";`, "x.mjs:1:10"],
  "a name that a package lacks": [`import { nothing } from "pkg";`, "x.mjs:1:10"],
  "a built-in that is not there": [`import "node:fss";`, "x.mjs:1:8"],
  "a folder": [`import "./folder";`, "x.mjs:1:8", /folder\/index\.mjs/],
  "JSON without its attribute": [`import "./fine.json";`, "x.mjs:1:8", /with { type: "json" }/],
  "JSON that does not parse": [`import "./broken.json" with { type: "json" };`, "broken.json:2:1"],
};

test("places of what sync.import does not link", async (t) => {
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
      const x = await sync.import("./x.mjs"); let last;
      setInterval(() => { if (last !== x.v) console.log("v", (last = x.v)); }, 2);
      sync.events.on("error", ({ message, stack }) => console.log("error " + JSON.stringify({ message, stack })));`,
    "x.mjs": `export const v = "first";`,
    "one.mjs": "export const both = 1;",
    "two.mjs": "export const both = 2;",
    "stars.mjs": `export * from "./one.mjs"; export * from "./two.mjs";`,
    "folder/index.mjs": "",
    "fine.json": "{}",
    "broken.json": `{ "a": 1,\n}`,
    "node_modules/pkg/package.json": { name: "pkg", exports: "./index.mjs" },
    "node_modules/pkg/index.mjs": "export const something = 1;",
  });
  const program = self.run("main.mjs");
  await program.line("v first");
  for (const [name, [text, place, said]] of Object.entries(cases)) {
    self.write("x.mjs", `${text}\nexport const v = 1;`);
    const { message, stack } = JSON.parse((await program.line(/^error /)).slice("error ".length));
    assert.ok(message.includes(`at ${self.path(place)}\n`), `${name}: ${message}`);
    assert.match(message, /^> \d \| /m, name);
    if (said) assert.match(message, said, name);
    assert.equal(stack.split(place).length, 2, `${name}: ${stack}`);
    self.write("x.mjs", `export const v = "after ${name}";`);
    await program.line(`v after ${name}`);
  }
});

test("what throws is told of with the lines there, above its frames; its message stays as it is", async (t) => {
  const self = project(t, {
    "main.mjs": `import Heatsync, { hmr } from "heatsync-rs"; const sync = new Heatsync();
      sync.require("./a.cjs"); await sync.import("./b.mjs");
      sync.events.on("error", ({ message, stack }) => console.log("error " + JSON.stringify({ message, stack })));
      console.error = ({ message, stack }) => console.log("hmr " + JSON.stringify({ message, stack }));
      hmr("./c.mjs", ".", ({ v }) => {
        if (v === 2) throw new Error("thrown by the callback");
        console.log("v " + v);
      });`,
    "a.cjs": "",
    "b.mjs": "",
    "c.mjs": "export const v = 1;",
  });
  const program = self.run("main.mjs");
  await program.line("v 1");
  const thrown = `const here = 1;\nthrow new Error("on purpose\\n    at nowhere");`;
  for (const [
    name,
    told,
    text = thrown,
    line = '> 2 | throw new Error("on purpose\\n    at nowhere");',
    words = "on purpose\n    at nowhere",
  ] of [
    ["a.cjs", "error"],
    ["b.mjs", "error"],
    ["c.mjs", "hmr"],
    [
      "c.mjs",
      "hmr",
      "export const v = 2;",
      '> 6 |         if (v === 2) throw new Error("thrown by the callback");',
      "thrown by the callback",
    ],
  ]) {
    self.write(name, text);
    const { message, stack } = JSON.parse(
      (await program.line(new RegExp(`^${told} `))).slice(told.length + 1),
    );
    assert.equal(message, words);
    const [before, after] = stack.split(`\n${line}\n`);
    assert.ok(before.startsWith(`Error: ${words}`), stack);
    assert.match(after, /^ +\| +\^$[\s\S]*?^ {4}at .*(?:a\.cjs|b\.mjs|c\.mjs|main\.mjs):\d+:\d+/m);
  }
});

test("what is thrown and is no error has no frames of ours, and says where", async (t) => {
  const self = project(t, {
    "main.cjs": `const sync = new (require("heatsync-rs"))(); sync.require("./x.cjs"); setInterval(() => {}, 1000);
      sync.events.on("error", ({ cause, stack }) => console.log("error", JSON.stringify({ cause, stack }))); console.log("main");`,
    "x.cjs": "",
  });
  const program = self.run("main.cjs");
  await program.line("main");
  self.write("x.cjs", `throw "a string";`);
  const told = JSON.parse((await program.line(/^error /)).slice("error ".length));
  const stack = `Error: a module threw a string\n    in the evaluation of ${self.path("x.cjs")}`;
  assert.deepEqual(told, { cause: "a string", stack });
});

test("what a package throws further up than Error.stackTraceLimit has its place", async (t) => {
  const self = project(t, {
    "main.cjs": `const sync = new (require("heatsync-rs"))(); sync.require("./x.cjs"); setInterval(() => {}, 1000);
      sync.import("./y.mjs").then(() => console.log("main"));
      sync.events.on("error", ({ message, stack }) => console.log("error", JSON.stringify({ message, stack })));`,
    "x.cjs": "",
    "y.mjs": "",
    "node_modules/fails/index.js": `exports.deep = function deep(levels) { if (levels === 0) throw new RangeError("deep"); deep(levels - 1); }`,
  });
  const program = self.run("main.cjs");
  await program.line("main");
  const saved = {
    "x.cjs": [
      `\nrequire("fails").deep(40);`,
      `2:18\n  1 |\n> 2 | require("fails").deep(40);\n    |                  ^`,
    ],
    "y.mjs": [
      `import { deep } from "fails";\ndeep(40);`,
      '2:1\n  1 | import { deep } from "fails";\n> 2 | deep(40);\n    | ^',
    ],
  };
  for (const [file, [text, shown]] of Object.entries(saved)) {
    self.write(file, text);
    const { message, stack } = JSON.parse((await program.line(/^error /)).slice("error ".length));
    assert.equal(message, `deep\n    at ${self.path(file)}:${shown}`);
    assert.ok(stack.startsWith(`RangeError: ${message}\n    at deep (`), stack);
    assert.equal(stack.slice(message.length).match(/^ {4}at /gm)?.length, 10, stack);
  }
});

test("what is not there has the place of the call, with the lines there", async (t) => {
  const calls = [
    `await sync.import("./nope.mjs");`,
    `sync.require("./nope");`,
    `await sync.import("no-package");`,
    `await sync.import(["./there.mjs", "./nope.mjs"]);`,
    `await sync.import("./nope.mjs", undefined, "./folder");`,
    `await sync.resync("./nope.mjs");`,
  ];
  const tried = calls.map(
    (call) =>
      `try {\n  ${call}\n} catch (error) { told.push({ message: error.message, stack: error.stack, code: error.code }); }`,
  );
  const self = project(t, {
    "main.mjs": `import Heatsync from "heatsync-rs";\nconst sync = new Heatsync(), told = [];\n${tried.join("\n")}
      console.log("told " + JSON.stringify(told)); await sync.dispose();`,
    "there.mjs": "",
    "folder/index.mjs": "",
  });
  for (const nodeArguments of [[], ["--import", "heatsync-rs/register"]]) {
    const program = self.run("main.mjs", { nodeArguments });
    const told = JSON.parse((await program.line(/^told /)).slice("told ".length));
    assert.equal(told.length, calls.length);
    for (const [index, { message, stack, code }] of told.entries()) {
      const [call, line] = [calls[index], 4 + 3 * index];
      // V8's place of a call: the property's name, but where that is a keyword.
      const place = call.includes("sync.import") ? call.indexOf("(") : call.indexOf("sync.") + "sync.".length;
      assert.ok(message.includes(`\n    at ${self.path("main.mjs")}:${line}:${3 + place}\n`), message);
      const shown = message.split("\n").filter((/** @type {string} */ it) => it.startsWith(">"));
      assert.deepEqual(
        shown.map((/** @type {string} */ it) => it.replace(/^> +/, "")),
        [`${line} |   ${call}`],
      );
      assert.ok(stack.includes(message), stack);
      assert.match(code, /MODULE_NOT_FOUND$/, call);
    }
    assert.match(told[2].message, /\nhelp: Is it installed\? npm install no-package$/);
  }
});

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  for (const order of ["m1.cjs m2.mjs", "m2.mjs m1.cjs"]) {
    test(`of several that load what was deleted the one is shown that is named (${[order, ...flags].join(" ")})`, async (t) => {
      const self = project(t, {
        "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
          sync.events.on("error", (error) => console.log("error " + JSON.stringify([error.message, error.file])));
          await sync.import("./u.mjs"); console.log("ready"); setInterval(() => {}, 1000);`,
        "u.mjs": order.replace(/\S+/g, `import "./$&";`),
        "m1.cjs": `exports.v = require("./m0.mjs").v;`,
        "m2.mjs": `import { v } from "./m0.mjs"; export { v };`,
        "m0.mjs": "export const v = 1;",
      });
      const program = self.run("main.mjs", { nodeArguments: flags });
      await program.line("ready");
      self.delete("m0.mjs");
      const [message, file] = /** @type {any} */ (await program.value("error"));
      const [, named] = /(?: imported from |\n- )(.+)\n/.exec(message) ?? [];
      assert.deepEqual([/\n {4}at (.+):1:\d+\n/.exec(message)?.[1], file], [named, named], message);
    });
  }
}
