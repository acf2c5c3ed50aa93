// What an edit makes another kind of module of: the `type` of a package.json, the `module` of a tsconfig, a file's own text. What
// has been loaded stays what it is, which is said; the runner starts the program anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";
const type = (/** @type {string | undefined} */ type, rest = {}) =>
  JSON.stringify({ name: "app", type, ...rest });

const ES = {
  "package.json": type("module"),
  "main.mjs": `import { v } from "./v.js"; globalThis.seen = () => v; import.meta.hot.accept("./v.js");`,
  "v.js": `export { v } from "./w.js";`,
  "w.js": "export const v = 1;",
};
const COMMONJS = {
  "package.json": type("commonjs"),
  "main.cjs": `let it = require("./v"); globalThis.seen = () => it.v;
    module.hot.accept("./v", () => { it = require("./v"); });`,
  "v.js": `module.exports = require("./w");`,
  "w.js": "exports.v = 1;",
};
const TYPESCRIPT = {
  "package.json": type("commonjs"),
  "main.cts": `let it = require("./v"); (globalThis as any).seen = () => it.v;
    (module as any).hot.accept("./v", () => { it = require("./v"); });`,
  "v.ts": `export { v } from "./w";`,
  "w.ts": "export const v: number = 1;",
};

for (const [kind, files, file, other, words] of /** @type {const} */ ([
  ["ES modules", ES, "w.js", "commonjs", "CommonJS, and it runs as an ES module"],
  ["CommonJS", COMMONJS, "w.js", "module", "an ES module, and it runs as CommonJS"],
  ["TypeScript", TYPESCRIPT, "w.ts", "module", "an ES module, and it runs as CommonJS"],
])) {
  test(`"type" is edited: ${kind} stay what they are`, async (t) => {
    const { ask, save, program, self } = await hotProgram(t, files);
    const named = `v\\.${file.split(".")[1]}`;
    const saved = async (/** @type {number} */ value) => {
      const result = await save({
        [file]: files[/** @type {keyof typeof files} */ (file)].replace("1", `${value}`),
      });
      assert.deepEqual([result.type, await ask("seen()")], ["accepted", `${value}`]);
    };
    await saved(2);
    self.write("package.json", type(other, { imports: { "#v": "./v.js" } }));
    await program.errorOutput(
      new RegExp(`package\\.json is not taken, .*: by it ${named} is ${words}: that takes a restart\n`),
    );
    await saved(3);
    // Undone it is nobody's affair; what comes with that is taken.
    self.write("package.json", files["package.json"]);
    await saved(4);
    assert.equal(program.stderr.match(/is not taken/g)?.length, 1);
  });
}

test(`"type" is edited where a file's name, or its text, says it all`, async (t) => {
  const { ask, save, program } = await hotProgram(t, {
    "package.json": type(undefined, { imports: { "#v": "./v.mjs" } }),
    "main.mjs": `import { v } from "./a.mjs"; globalThis.seen = () => v; import.meta.hot.accept("./a.mjs");`,
    "a.mjs": `export { v } from "#v";`,
    "v.mjs": `import { v as w } from "./w.js"; import c from "./c.cjs"; export const v = "v" + w + c.v;`,
    "v2.mjs": `import { v as w } from "./w.js"; import c from "./c.cjs"; export const v = "other " + w + c.v;`,
    "w.js": "export const v = 1;",
    "c.cjs": "exports.v = 1;",
  });
  assert.equal(await ask("seen()"), "v11");
  // It is taken: what it says beside is live.
  await save({ "package.json": type("module", { imports: { "#v": "./v2.mjs" } }) });
  assert.equal(await ask("seen()"), "other 11");
  assert.doesNotMatch(program.stderr, /not taken/);
});

test("a tsconfig that makes CommonJS is edited", async (t) => {
  const config = (/** @type {string} */ module) => JSON.stringify({ compilerOptions: { module } });
  const { ask, save, program, self } = await hotProgram(t, {
    "package.json": type(undefined),
    "tsconfig.json": config("commonjs"),
    "main.cjs": `let it = require("./v.ts"); globalThis.seen = () => it.v;
      module.hot.accept("./v.ts", () => { it = require("./v.ts"); });`,
    "v.ts": "export const v: number = 1;",
  });
  self.write("tsconfig.json", config("esnext"));
  await program.errorOutput(/tsconfig\.json is not taken, .* v\.ts is an ES module, .* takes a restart\n/);
  assert.equal((await save({ "v.ts": "export const v: number = 2;" })).type, "accepted");
  assert.equal(await ask("seen()"), "2");
});

test("an ES module becomes CommonJS by its text: the advice", async (t) => {
  const { ask, save, program } = await hotProgram(t, {
    "package.json": type(undefined),
    "main.mjs": `import "./s.js"; import.meta.hot.accept("./s.js");`,
    "s.js": `import path from "node:path"; globalThis.seen = () => path.sep.length;`,
  });
  const result = await save({
    "s.js": `const path = require("node:path"); globalThis.seen = () => path.sep.length + 1;`,
  });
  assert.equal(result.type, "evaluationError");
  await program.errorOutput(/s\.js: not updated, it threw: ReferenceError: require is not defined/);
  await program.errorOutput(
    /\nit was an ES module when .* CommonJS now: that takes a restart, or an ES module again/,
  );
  // What throws so and is an ES module is given no such advice.
  await save({ "s.js": `import "node:path"; globalThis.seen = () => require("node:path");\nseen();` });
  await save({ "s.js": `import path from "node:path"; globalThis.seen = () => path.sep.length + 2;` });
  assert.equal(await ask("seen()"), "3");
  assert.equal(program.stderr.match(/takes a restart/g)?.length, 1);
});

for (const imported of ["v", "default as v"]) {
  test(`an ES module becomes CommonJS by its text, and { ${imported} } of it is imported: the advice`, async (t) => {
    const { ask, save, program } = await hotProgram(t, {
      "package.json": type(undefined),
      "main.mjs": `import { ${imported} } from "./s.js"; globalThis.seen = () => v; import.meta.hot.accept("./s.js");`,
      "s.js": "export const v = 1; export default 1;",
    });
    // Emptied, or without that name, it says nothing of restarts.
    for (const text of ["const half = 1;", ...(imported === "v" ? ["exports.other = 1;"] : [])])
      assert.equal((await save({ "s.js": text })).type, "linkError");
    assert.equal((await save({ "s.js": "exports.v = 2;" })).type, "linkError");
    await program.errorOutput(
      /\nit was an ES module when .* CommonJS now: that takes a restart, or an ES module again/,
    );
    await save({ "s.js": "export const v = 3; export default 3;" });
    assert.equal(await ask("seen()"), "3");
    assert.equal(program.stderr.match(/takes a restart/g)?.length, 1);
  });
}

/** @type {[string, string, Record<string, string>, Record<string, string>, string][]} */
const RUNNING = [
  [
    "ES modules, nobody accepts anything",
    "app.js",
    {
      "package.json": type("module"),
      "app.js": `import "node:fs"; console.log("value", "one"); ${STAY}`,
    },
    {
      "package.json": type("commonjs"),
      "app.js": `require("node:fs"); console.log("value", "two"); ${STAY}`,
    },
    "value two",
  ],
  [
    "ES modules that accept",
    "main.mjs",
    { ...ES, "main.mjs": `${ES["main.mjs"]} console.log("value", v); ${STAY}` },
    { "package.json": type("commonjs"), "v.js": `exports.v = "two";` },
    "value two",
  ],
  [
    "CommonJS that accepts",
    "main.cjs",
    { ...COMMONJS, "main.cjs": `${COMMONJS["main.cjs"]} console.log("value", it.v); ${STAY}` },
    {
      "package.json": type("module"),
      "v.js": `export const v = "two";`,
      "main.cjs": `import("./v.js").then(({ v }) => console.log("value", v)); ${STAY}`,
    },
    "value two",
  ],
];

for (const [what, entry, files, edits, line] of RUNNING) {
  test(`the runner, "type" is edited: ${what}`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start([entry]);
    await runner.line(/^value (one|1)$/);
    for (const [name, text] of Object.entries(edits)) project.write(name, text);
    await runner.line(line);
    assert.doesNotMatch(runner.stderr, /is not taken/);
    // And from there on: what it says now is what it is compared with.
    for (const [name, text] of Object.entries(files)) project.write(name, text);
    await runner.line(/^value (one|1)$/);
  });
}

for (const [before, after, text] of [
  ["commonjs", "module", `import fs from "node:fs"; console.log("value", typeof fs); ${STAY}`],
  ["module", "commonjs", `const fs = require("node:fs"); console.log("value", typeof fs); ${STAY}`],
  ["module", undefined, `const fs = require("node:fs"); console.log("value", typeof fs); ${STAY}`],
]) {
  test(`the runner: what crashed for "type": "${before}" is mended there (${after ?? "none"})`, async (t) => {
    const { project, start } = runnerProject(t, { "package.json": type(before), "app.js": text });
    const runner = start(["app.js"]);
    await runner.errorOutput(/waiting for a change/);
    project.write("package.json", type(after));
    await runner.line("value object");
  });
}

test("the runner: a package.json that is no JSON, has no imports, or is yet to come", async (t) => {
  const crashed = (/** @type {number} */ times) => new RegExp(`(waiting for a change[^]*){${times}}`);
  const app = (/** @type {string} */ said) => `import v from "#v"; console.log("${said}", v); ${STAY}`;
  const { project, start } = runnerProject(t, {
    "package.json": type("module"),
    "src/app.js": app("value"),
    "src/v.js": `export default "one";`,
  });
  const runner = start(["src/app.js"]);
  await runner.errorOutput(crashed(1));
  project.write("package.json", type("module", { imports: { "#v": "./src/v.js" } }));
  await runner.line("value one");
  project.write("package.json", "{ ");
  await runner.errorOutput(/package\.json.* is not taken/);
  project.write("src/app.js", app("again"));
  // Node itself does not start then.
  await runner.errorOutput(crashed(2));
  project.write("package.json", type("module"));
  await runner.errorOutput(crashed(3));
  project.write("src/package.json", type("module", { imports: { "#v": "./v.js" } }));
  await runner.line("again one");
});

test("the runner: a file becomes another kind of module by its text", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": type(undefined),
    "main.cjs": `const it = require("./v"); console.log("value", it.v); module.hot.accept("./v"); ${STAY}
      setTimeout(() => import("./e.js").then((it) => console.log("other", it.v)));`,
    "v.js": `exports.v = "one";`,
    "e.js": `export const v = 1; import.meta.hot.accept();`,
  });
  const runner = start(["main.cjs"]);
  await runner.line("other 1");
  project.write("e.js", `exports.v = require("node:path").sep && 2;`);
  await runner.line("other 2");
  assert.match(runner.stderr, /restarting: e\.js is CommonJS now, and was an ES module/);
  project.write("v.js", `export const v = "two";`);
  await runner.errorOutput(/restarting: v\.js is an ES module now, and was CommonJS/);
  project.write("main.cjs", `import("./v.js").then((it) => console.log("value", it.v)); ${STAY}`);
  await runner.line("value two");
});

test("the runner: an ES module of which a name is imported becomes CommonJS that has it", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": type(undefined),
    "main.mjs": `import { v } from "./v.js"; console.log("value", v); import.meta.hot.accept("./v.js"); ${STAY}`,
    "v.js": "export const v = 1;",
  });
  const runner = start(["main.mjs"]);
  await runner.line("value 1");
  project.write("v.js", "exports.v = 2;");
  await runner.line("value 2");
  assert.match(runner.stderr, /restarting: v\.js is CommonJS now, and was an ES module/);
});
