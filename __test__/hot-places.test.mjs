// Where what goes wrong in an update is said to be: file, line, column, the lines around it and a hint, also of what Node reads by
// itself, of what a package throws, and whatever an error's message holds; and no frames of ours in stacks.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

/**
 * By what is saved in x.mjs: the place, `file:line:column`, a line of its frame, and the hint.
 * @type {Record<string, { text: string, place: string, marked: string, help?: RegExp }>}
 */
const cases = {
  "JSON that does not parse, imported for the first time": {
    text: `import it from "./broken.json" with { type: "json" };\nexport const v = it;`,
    place: "broken.json:2:1",
    marked: "> 2 | }",
  },
  "the same by import()": {
    text: `export const v = await import("./broken2.json", { with: { type: "json" } });`,
    place: "broken2.json:2:1",
    marked: "> 2 | }",
  },
  "CommonJS that does not parse, imported for the first time": {
    text: `import "./broken.cjs";\nexport const v = 1;`,
    place: "broken.cjs:2:13",
    marked: "> 2 | exports.b = ;",
  },
  "an ES module that does not parse, required for the first time": {
    text: `import "./requires.cjs";\nexport const v = 1;`,
    place: "unparsed.mjs:2:9",
    marked: "> 2 | let b = ;",
  },
  "a name that two stars have": {
    text: `import { both } from "./stars.mjs";\nexport const v = both;`,
    place: "x.mjs:1:10",
    marked: `> 1 | import { both } from "./stars.mjs";`,
    help: /^one\.mjs and two\.mjs both export it$/,
  },
  "a built-in that is not there": {
    text: `export const v = 1;\nimport fs from "node:fss";`,
    place: "x.mjs:2:16",
    marked: `> 2 | import fs from "node:fss";`,
    help: /^Did you mean 'node:fs'\?$/,
  },
  "a name that a built-in lacks": {
    text: `import { raedFile } from "fs";\nexport const v = raedFile;`,
    place: "x.mjs:1:10",
    marked: `> 1 | import { raedFile } from "fs";`,
    help: /^did you mean readFile\?$/,
  },
  "a name that a package lacks, passed on": {
    text: `export const v = 1;\nexport { gamma } from "pkg";`,
    place: "x.mjs:2:10",
    marked: `> 2 | export { gamma } from "pkg";`,
    help: /^it exports alpha, beta$/,
  },
  "a name that a package with top-level await lacks": {
    text: `import { gamma } from "awaits";\nexport const v = gamma;`,
    place: "x.mjs:1:10",
    marked: `> 1 | import { gamma } from "awaits";`,
    help: /^it exports alpha, default$/,
  },
  "JSON without its attribute": {
    text: `export const v = 1;\nimport "./fine.json";`,
    place: "x.mjs:2:8",
    marked: `> 2 | import "./fine.json";`,
    help: /with { type: "json" }/,
  },
  "an attribute that does not fit": {
    text: `import it from "./one.mjs" with { type: "json" };\nexport const v = it;`,
    place: "x.mjs:1:16",
    marked: `> 1 | import it from "./one.mjs" with { type: "json" };`,
  },
  "what a package throws": {
    text: `import { fail } from "fails";\nexport const v = fail();`,
    place: "x.mjs:2:18",
    marked: "> 2 | export const v = fail();",
  },
  "what a package throws further up than Error.stackTraceLimit": {
    text: `import { deep } from "fails";\nimport { v as one } from "./one.mjs"; export const v = deep(40);`,
    place: "x.mjs:2:56",
    marked: `> 2 | import { v as one } from "./one.mjs"; export const v = deep(40);`,
  },
  "the same in TypeScript that is rewritten, after an await": {
    text: `import "./deep.ts";\nexport const v = 1;`,
    place: "deep.ts:4:45",
    marked: "> 4 | export const level: string = `${Level.Low}${deep(40)}`;",
  },
  "the same by CommonJS": {
    text: `import "./deep.cjs";\nexport const v = 1;`,
    place: "deep.cjs:2:30",
    marked: `> 2 | exports.v = require("fails").deep(40);`,
  },
  "a message that holds another stack": {
    text: `throw new Error("It said:\\n    at other (file:///nowhere.mjs:7:7)");\nexport const v = 1;`,
    place: "x.mjs:1:7",
    marked: `> 1 | throw new Error("It said:`,
  },
};

test("places", async (t) => {
  const self = project(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import { v } from "./x.mjs";
      setInterval(() => {}, 1000); console.log(v); import.meta.hot.accept("./x.mjs", () => console.log(v));
      hot.on("error", ({ file, line, column, frame, help, message }) => console.log("place " + JSON.stringify({ file, line, column, frame, help, message })));`,
    "x.mjs": `export const v = "first";`,
    "broken.json": `{ "a": 1,\n}`,
    "broken2.json": `{ "a": 1,\n}`,
    "broken.cjs": "exports.a = 1;\nexports.b = ;",
    "requires.cjs": `exports.a = 1;\nrequire("./unparsed.mjs");`,
    "unparsed.mjs": "export const a = 1;\nlet b = ;",
    "fine.json": "{}",
    "one.mjs": "export const both = 1, v = 1;",
    "deep.ts": [
      `import { deep } from "fails";`,
      "await 1;",
      "enum Level { Low, High }",
      "export const level: string = `${Level.Low}${deep(40)}`;",
    ].join("\n"),
    "deep.cjs": `\nexports.v = require("fails").deep(40);`,
    "two.mjs": "export const both = 2;",
    "stars.mjs": `export * from "./one.mjs"; export * from "./two.mjs";`,
    "node_modules/pkg/package.json": { name: "pkg", exports: "./index.mjs" },
    "node_modules/pkg/index.mjs": "export const alpha = 1, beta = 2;",
    "node_modules/awaits/package.json": { name: "awaits", exports: "./index.mjs" },
    "node_modules/awaits/index.mjs": "export const alpha = await 1; export default alpha;",
    "node_modules/fails/package.json": { name: "fails", exports: "./index.mjs" },
    "node_modules/fails/index.mjs": `export function fail() { throw new Error("failed"); }
      export function deep(levels) { return levels > 0 ? deep(levels - 1) : fail(); }`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("first");
  for (const [name, { text, place, marked, help }] of Object.entries(cases)) {
    self.write("x.mjs", text);
    const found = JSON.parse((await program.line(/^place /)).slice("place ".length));
    assert.equal(`${path.basename(found.file)}:${found.line}:${found.column}`, place, name);
    assert.ok(
      found.frame.split("\n").some((/** @type {string} */ line) => line.startsWith(marked)),
      name,
    );
    // Also where that is further down than the stack shows; of CommonJS Node has the line above its words.
    assert.match(found.message, new RegExp(`[/\\\\]${place.replace(/:\d+$/, "(?::\\d+)?")}\\)?$`, "m"), name);
    if (help) assert.match(found.help, help, name);
    else assert.equal(found.help, undefined, name);
    self.write("x.mjs", `export const v = "after: ${name}";`);
    await program.line(`after: ${name}`);
  }
});

test("an accept handler that throws in another file is told of by its own place", async (t) => {
  const self = project(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import "./x.mjs"; import { fail } from "./fail.mjs"; setInterval(() => {}, 1000);
import.meta.hot.accept("./x.mjs", () => {
  fail();
});
hot.on("error", ({ file, line, column, frame }) => console.log("place " + JSON.stringify({ file, line, column, frame }))); console.log("main");`,
    "x.mjs": "",
    "fail.mjs": "export function fail() {\n  throw new Error();\n}",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("main");
  self.write("x.mjs", "globalThis.x = 1;");
  const { file, line, column, frame } = JSON.parse((await program.line(/^place /)).slice("place ".length));
  assert.deepEqual([file, line, column], [self.path("main.mjs"), 3, 3]);
  assert.match(frame, /^> 3 \| {3}fail\(\);$/m);
});

test("what the version before throws is shown by those of its lines that are there still", async (t) => {
  const failing = "function fail(message, fails) { if (fails) throw new Error(message); }";
  const text = (/** @type {number} */ v, { before = "", after = "last", fail = failing } = {}) =>
    `${before}export const v = ${v};
import.meta.hot.dispose(() => {
  fail("dispose", v === 1 || v === 6);
});
import.meta.hot.accept(() => {
  fail("accept", v === 4); // ${after}
});
${fail}
console.log("version", v);
`;
  const self = project(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import "./x.mjs"; setInterval(() => {}, 1000);
const tell = (name) => (it) => console.log(name + JSON.stringify([it.type, it.file, it.line, it.column, it.frame]));
hot.on("error", tell("error ")); hot.on("update", tell("result "));`,
    "x.mjs": text(1),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  const next = async (/** @type {string} */ name) =>
    JSON.parse((await program.line(new RegExp(`^${name} \\[`))).slice(name.length));
  const column = failing.indexOf("new") + 1;
  const caret = `    | ${" ".repeat(column - 1)}^`;
  await program.line("version 1");

  self.write("x.mjs", text(2, { before: "// one more\n\n" }));
  const disposing = await next("result");
  assert.deepEqual(disposing.slice(0, 4), ["fatalError", self.path("x.mjs"), 8, column]);
  const lines = [
    `  6 |   fail("accept", v === 4); // last`,
    "  7 | });",
    `> 8 | ${failing}`,
    caret,
    `  9 | console.log("version", v);`,
  ];
  assert.equal(disposing[4], lines.join("\n"));

  // It had its chance.
  self.write("x.mjs", text(4));
  await program.line("version 4");
  self.write("x.mjs", text(5, { before: "\n", after: "other" }));
  await program.line("version 5");
  const accepting = await next("error");
  assert.deepEqual(accepting.slice(1), [self.path("x.mjs"), 8, column, lines.slice(1).join("\n")]);

  self.write("x.mjs", text(6));
  await program.line("version 6");
  self.write("x.mjs", text(7, { fail: failing.replace("Error", "TypeError") }));
  let last = await next("result");
  while (last[0] !== "fatalError") last = await next("result");
  assert.deepEqual(last.slice(1), [self.path("x.mjs"), 8, column, null]);
});

for (const [name, text] of Object.entries({
  "does not parse": "export const = 1;",
  "imports a name that is not there": `import { none } from "./y.mjs";`,
  "imports a file that is not there": `import "./none.mjs";`,
  "exports a name that two modules have": `export * from "./y.mjs"; export * from "./z.mjs"; export { both as x } from "./x.mjs";`,
  throws: "import.meta.hot.accept(); throw new Error();",
})) {
  test(`the stack of an error has no frames of ours: a module that ${name}`, async (t) => {
    const { ask, save } = await hotProgram(t, {
      "main.mjs": `import { hot } from "heatsync-rs"; import "./x.mjs"; import.meta.hot.accept("./x.mjs");
        hot.on("update", ({ error }) => { globalThis.stack = error.stack; });`,
      "x.mjs": "",
      "y.mjs": "export const both = 1;",
      "z.mjs": "export const both = 2;",
    });
    assert.match((await save({ "x.mjs": text })).type, /Error$/);
    const stack = await ask("stack");
    assert.doesNotMatch(stack, /runtime\//);
    if (!name.includes("file")) assert.match(stack, /^ +at .*x\.mjs:1:\d+\)?$/m);
  });
}

test("what only CommonJS has, in an ES module: the place, the lines, and what to use", async (t) => {
  const { save, program } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": "",
  });
  for (const [code, help] of [
    ["__dirname", "import.meta.dirname"],
    ["__filename", "import.meta.filename"],
    ["require('x')", "import, or createRequire(import.meta.url) of node:module"],
    ["module.hot", "export, and import.meta.hot for module.hot"],
    ["exports.a = 1", "export"],
  ]) {
    const [name] = code.match(/^\w+/) ?? [];
    const { line, frame, ...result } = await save({ "x.mjs": `\nconst v = [${code}];` });
    assert.deepEqual([result.type, line], ["evaluationError", 2], code);
    await program.errorOutput(`An ES module has no ${name}: use ${help}\nthe old version goes on`);
  }
  const { type } = await save({ "x.mjs": "const f = () => exportz; f();" });
  assert.equal(type, "evaluationError");
  assert.doesNotMatch(program.stderr, /An ES module has no exportz/);
});

test("module syntax in CommonJS: what to do", async (t) => {
  const { save, program } = await hotProgram(t, {
    "main.cjs": `require("./x.cjs"); module.hot.accept("./x.cjs");`,
    "x.cjs": "",
  });
  await save({ "x.cjs": "export const x = 1;" });
  await program.errorOutput(
    /\| +\^+\nThis file is CommonJS, which has require\(\) and exports; an ES module's name ends in \.mjs\n/,
  );
});

test("what is read too early in a cycle of imports: which modules import each other", async (t) => {
  const { save, program } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": "export const v = 1;",
    "y.mjs": `import { v } from "./z.mjs"; export const w = v + 1;`,
    "z.mjs": `export { v } from "./x.mjs";`,
  });
  await save({ "x.mjs": `import { w } from "./y.mjs"; export const v = 1; export { w };` });
  await program.errorOutput(
    "These import each other: y.mjs → z.mjs → x.mjs → y.mjs; y.mjs is evaluated before 'v' is there\nthe old version goes on",
  );
  const { type } = await save({ "x.mjs": "const f = () => v; f(); export const v = 1;" });
  assert.equal(type, "evaluationError");
  assert.equal(program.stderr.match(/import each other/g)?.length, 1);
});

test("a name that CommonJS or JSON does not have: those that it has", async (t) => {
  const { save, program } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `import "./c.cjs"; import "./d.json" with { type: "json" };`,
    "c.cjs": "exports.reader = 1;",
    "d.json": `{ "a": 1 }`,
  });
  await save({ "x.mjs": `import { raeder } from "./c.cjs"; export { raeder };` });
  await program.errorOutput(/\| +\^+\ndid you mean reader\?\n/);
  await save({ "x.mjs": `import { a } from "./d.json" with { type: "json" }; export { a };` });
  await program.errorOutput(/\| +\^\nit exports default\n/);
});

test("an import() that leads nowhere, awaited by a new version: the place, the lines, no frames of Node's", async (t) => {
  const {
    save,
    program,
    path: pathOf,
  } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": "",
    "broken.mjs": "\nexport const l = ;",
  });
  const from = (/** @type {string} */ name) => ({ file: name, line: 2, type: "evaluationError" });
  for (const [specifier, file, column, help] of [
    ["./nope.mjs", "x.mjs", 24, ""],
    ["no-such-package/y", "x.mjs", 24, "\nIs it installed? npm install no-such-package"],
    ["./broken.mjs", "broken.mjs", 18, ""],
  ]) {
    const {
      type,
      line,
      file: found,
      column: at,
    } = await save({ "x.mjs": `\nconst m = await import("${specifier}");` });
    assert.deepEqual({ file: found, line, type }, from(String(file)), String(specifier));
    assert.equal(at, column);
    const place = `\n    at ${pathOf(String(file))}:2:${column}\n`;
    await program.errorOutput(place);
    const words = program.stderr.slice(program.stderr.indexOf(place));
    assert.match(words, /^\n +at .*\n +1 \|\n> 2 \| .*\n +\| +\^+\n/);
    await program.errorOutput(`^${help}\nthe old version goes on`);
    assert.doesNotMatch(words, /node:internal/);
  }
  // What names no file is not to be found in the text: the call is, but on Node 20, where the error comes from another thread.
  const isKnown = !process.version.startsWith("v20.");
  const { line, column } = await save({ "x.mjs": `\nconst m = await import("./no" + "pe.mjs");` });
  assert.deepEqual([line, column], isKnown ? [2, 17] : [undefined, undefined]);
  const shown = isKnown ? " +at .*x\\.mjs:2:17\\n +1 \\|\\n> 2 \\| .*\\n +\\| +\\^\\n" : "";
  await program.errorOutput(
    new RegExp(`Cannot find module '.*nope\\.mjs' imported from .*x\\.mjs\\n${shown}the old version goes on`),
  );
});

test("the frame of what throws is drawn as that of what does not parse: tabs, wide characters, long lines, control characters", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import "./x.mjs"; import.meta.hot.accept("./x.mjs");
      hot.on("update", ({ frame }) => { globalThis.frame = frame; });`,
    "x.mjs": "",
  });
  const long = "x".repeat(300);
  const lines = {
    tab: "\tconst s =\t1; ",
    wide: 'const s = "漢字かな"; ',
    astral: 'const 𝒳 = "😀e\u0301"; ',
    control: 'const s = "\u001b[31mred"; ',
    long: `const s = "${long}"; `,
    "long and wide": `const s = "${"漢".repeat(300)}"; `,
  };
  for (const [name, line] of Object.entries(lines)) {
    const after = ` const t = "${long}";`;
    const thrown = await save({ "x.mjs": `${line}null.x;${after}` });
    const drawn = await ask("frame");
    const unparsed = await save({ "x.mjs": `${line}null.};${after}` });
    assert.deepEqual([thrown.type, unparsed.type], ["evaluationError", "linkError"]);
    assert.equal(thrown.column, unparsed.column, name);
    assert.equal(drawn.replace("null.x", "null.}"), await ask("frame"), name);
  }
});
