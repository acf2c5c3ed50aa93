// The runner: what does not parse starts nothing anew, is told of once, and is nothing when it is undone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce } from "./support/observed.mjs";
import { runnerProject } from "./support/runner.mjs";

const SHOW = `console.log("value", a, b); setInterval(() => {}, 1000);`;
const commonJs = { compilerOptions: { module: "commonjs", target: "es2022" } };

/** @type {Record<string, { files: Record<string, string | object>, a: (value: string) => string }>} */
const PROGRAMS = {
  "main.cjs": {
    files: { "main.cjs": `const a = require("./a.cjs"), b = require("./b.cjs"); ${SHOW}` },
    a: (value) => `module.exports = ${value};`,
  },
  "main.mjs": {
    files: { "main.mjs": `import { a } from "./a.mjs"; import { a as b } from "./b.mjs"; ${SHOW}` },
    a: (value) => `export const a = ${value};`,
  },
  "main.ts": {
    files: {
      "tsconfig.json": commonJs,
      "main.ts": `import { a } from "./a"; import { a as b } from "./b"; ${SHOW}`,
    },
    a: (value) => `export const a: number = ${value};`,
  },
};

for (const [entry, { files, a: of }] of Object.entries(PROGRAMS)) {
  test(entry, async (t) => {
    const [a, b] = ["a", "b"].map((name) => entry.replace("main", name));
    const { project, start } = runnerProject(t, { ...files, [a]: of("1"), [b]: of("1") });
    const runner = start([entry]);
    await runner.line("value 1 1");
    // What is saved while the runner does not know yet what the program has read is taken for something new.
    const isUndone = async (/** @type {number} */ value) => {
      const before = runner.stderr.length;
      project.write(b, of("%"));
      await runner.waitFor(() => runner.stderr.slice(before).includes("SyntaxError"), "the word");
      project.write(b, of("1"));
      // The next save is the only one to start the program anew.
      project.write(a, of(`${value}`));
      await runner.line(`value ${value} 1`);
      const said = runner.stderr.slice(before);
      // By the program, or by the runner.
      assert.equal(said.match(/SyntaxError/g)?.length, 1, runner.stderr);
      return (
        said.match(/restarting: .*/g)?.join() ===
        `restarting: ${a} ${entry === "main.mjs" ? "is accepted by nobody" : "changed"}`
      );
    };
    for (let value = 10; !(await isUndone(value)); value++) assert.ok(value < 15, runner.stderr);
    project.write(a, of("3"));
    await runner.line("value 3 1");
    const words = () => runner.stderr.split("SyntaxError").length;
    const before = words();
    // What is saved beside it does not wait: the program may have no need of it any more.
    project.write(b, of("%"));
    await runner.waitFor(() => words() > before, "another word");
    project.write(entry, `${files[entry]}`.replace("value", "next"));
    await runner.errorOutput(/waiting for a change/);
    project.write(b, of("4"));
    await runner.line("next 3 4");
  });
}

test("an error that nobody catches is told of as plain Node does, without a line of ours", async (t) => {
  const { start } = runnerProject(t, { "main.cjs": `require("./none.cjs");` });
  const runner = start(["main.cjs"]);
  await runner.errorOutput(/waiting for a change/);
  assert.match(runner.stderr, /^node:internal\/modules\/cjs\/loader:\d+\n/);
  assert.match(runner.stderr, /Error: Cannot find module '\.\/none\.cjs'/);
});

test("what lacks a name that is imported starts nothing anew, until who imports it is saved", async (t) => {
  const main = (/** @type {string} */ name) =>
    `import { passed } from "./passing.mjs"; import { ${name} } from "./a.mjs"; console.log("value", ${name}, passed); setInterval(() => {}, 1000);`;
  const { project, start } = runnerProject(t, {
    "main.mjs": main("a"),
    "passing.mjs": `export * from "./passed.mjs";`,
    "passed.mjs": `export const passed = 1;`,
    "a.mjs": `export const a = 1;`,
  });
  const runner = start(["main.mjs"]);
  await runner.line("value 1 1");
  project.write("a.mjs", `export const renamed = 2;`);
  await runner.errorOutput(/a\.mjs' does not provide an export named 'a'/);
  project.write("passed.mjs", `export const other = 2;`);
  await runner.errorOutput(/does not provide an export named 'passed'/);
  project.write("passed.mjs", `export const passed = 1;`);
  project.write("main.mjs", main("renamed"));
  await runner.line("value 2 1");
  assert.equal(runner.stderr.match(/restarting: /g)?.length, 1, runner.stderr);
  assert.doesNotMatch(runner.stderr, /waiting for a change/);
  // The entry itself.
  project.write("main.mjs", main("none"));
  await runner.errorOutput(/does not provide an export named 'none'/);
  project.write("main.mjs", main("renamed").replace("value", "again"));
  await runner.line("again 2 1");
  assert.equal(runner.stderr.match(/restarting: /g)?.length, 2, runner.stderr);
});

test("a CommonJS file that is deleted starts the program anew, and the one that ends says nothing else of it", async (t) => {
  const { project, start } = runnerProject(t, {
    "main.cjs": `process.on("SIGTERM", () => {
        setInterval(() => require("node:fs").existsSync("begun") || process.exit(), 5);
      });
      require("heatsync-rs").hot.on("update", ({ type }) => console.log("heard", type));
      import("./hot.mjs").then(() => console.log("value", require("./a.cjs"))); setInterval(() => {}, 1000);`,
    "a.cjs": "module.exports = 1;",
    "hot.mjs": `import "./below.mjs"; import.meta.hot.accept();`,
    "below.mjs": "",
    begun: "",
  });
  const runner = start(["--grace=20000", "main.cjs"]);
  await runner.line("value 1");
  project.delete("a.cjs");
  await runner.line("heard linkError");
  // Its words, of the same kind, come after those of what was deleted before.
  project.delete("below.mjs");
  await runner.errorOutput("below.mjs: not updated");
  project.delete("begun");
  await runner.errorOutput("waiting for a change");
  assert.match(runner.stderr, /^\[heatsync\] restarting: a\.cjs is not there any more$/m);
  assert.doesNotMatch(runner.stderr, /a\.cjs: not updated/);
  project.write("below.mjs", "");
  project.write("a.cjs", "module.exports = 2;");
  await runner.line("value 2");
});

test("what a require hook has loaded, and threw, starts the program again", async (t) => {
  const { project, start } = runnerProject(t, {
    "hook.cjs": `const { readFileSync } = require("node:fs"), before = require.extensions[".js"];
      require.extensions[".js"] = (module, file) => file.endsWith("said.js")
        ? module._compile(readFileSync(file, "utf8").replace("say", "module.exports ="), file) : before(module, file);`,
    "main.js": `console.log("value", require("./said.js")); setInterval(() => {}, 1000);`,
    "said.js": "say 1",
  });
  const runner = start(["--require", "./hook.cjs", "main.js"]);
  await runner.line("value 1");
  for (const value of [2, 3]) {
    const before = runner.stderr.length;
    project.write("said.js", `say (() => { throw new Error("boom ${value}"); })()`);
    await runner.waitFor(() => runner.stderr.slice(before).includes("waiting for a change"), "its end");
    project.write("said.js", `say ${value}`);
    await runner.line(`value ${value}`);
  }
});

for (const [entry, ...options] of [["main.mjs"], ["main.cjs"], ["main.cjs", "--no-register"]]) {
  test(`${[...options, entry].join(" ")}: what --restart names, and the program has loaded, does not end it where it does not parse`, async (t) => {
    const isCommonJs = entry.endsWith(".cjs");
    const module = `routes/a.${isCommonJs ? "cjs" : "mjs"}`;
    const other = module.replace("routes/a", "b");
    const of = (/** @type {string | number} */ value) =>
      isCommonJs ? `module.exports = ${value};` : `export default ${value};`;
    const load = (/** @type {string} */ name) =>
      isCommonJs ? `require(${name})` : `(await import(${name})).default`;
    const loaded = `${load("name")}, ${load(`"./${other}"`)}`;
    const { project, start } = runnerProject(t, {
      // As what lists a folder does: the request is no literal.
      [entry]: `const name = ["./routes", "${module.slice(7)}"].join("/"); ${SHOW.replace("a, b", loaded)}`,
      [module]: of(1),
      [other]: of(1),
    });
    const runner = start(["--restart=routes/**", ...options, entry]);
    await runner.line("value 1 1");
    // What is saved while the runner does not know yet what the program has read is taken for something new.
    const goesOn = async (/** @type {number} */ value) => {
      const began = runner.stderr.length;
      project.write(other, of("%"));
      await runner.waitFor(() => runner.stderr.slice(began).includes("SyntaxError"), "the other's word");
      const before = runner.stderr.length;
      // To the runner: of the other one alone it may start the program, and that with what does not parse.
      await atOnce(runner, () => {
        project.write(other, of(1));
        project.write(module, of("%"));
      });
      await runner.waitFor(
        () => /^\[heatsync\] .*SyntaxError|ended with/m.test(runner.stderr.slice(before)),
        "the word",
      );
      project.write(module, of(value));
      await runner.line(`value ${value} 1`);
      const said = runner.stderr.slice(before);
      return (
        !said.includes("ended with") &&
        said.match(/SyntaxError|restarting/g)?.join() === "SyntaxError,restarting"
      );
    };
    for (let value = 2; !(await goesOn(value)); value++) assert.ok(value < 7, runner.stderr);
  });
}

for (const options of [[], ["--no-register"]]) {
  test(`${options} what --restart names, and module hooks make something of that we can't read, starts the program anew`, async (t) => {
    const { project, start } = runnerProject(t, {
      "register.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
      "hooks.mjs": `export async function load(url, context, nextLoad) {
        const loaded = await nextLoad(url, context);
        return url.includes("/routes/") ? { ...loaded, source: String(loaded.source).replace("say", "export default") } : loaded;
      }`,
      "main.mjs": `const name = ["./routes", "a.mjs"].join("/"); const { default: value } = await import(name);
        setTimeout(console.log, 500, "value", value); setInterval(() => {}, 1000);`,
      "routes/a.mjs": "say 1;",
    });
    const runner = start(["--restart=routes/**", ...options, "--import", "./register.mjs", "main.mjs"]);
    for (const value of [1, 2, 3]) {
      if (value > 1) project.write("routes/a.mjs", `say ${value};`);
      await runner.line(`value ${value}`);
    }
  });
}

test("what a package imports, and `--restart` names, starts nothing anew where it does not parse", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": { type: "module" },
    "node_modules/loads/package.json": { name: "loads", type: "commonjs" },
    "node_modules/loads/index.js": "exports.load = (url) => import(url);",
    "main.js": `import { load } from "loads";
      const { value } = await load(new URL("./routes/a.js", import.meta.url).href);
      setTimeout(() => console.log("value", value), 50);
      setInterval(() => {}, 1000);`,
    "routes/a.js": "export const value = 1;",
  });
  const runner = start(["--restart=routes/**", "main.js"]);
  await runner.line("value 1");
  // What is saved before the runner has heard what the program has loaded need not be the program's.
  const isHeldBack = async (/** @type {number} */ value) => {
    const before = runner.stderr.length;
    project.write("routes/a.js", "export const value = %;");
    await runner.waitFor(() => /SyntaxError/.test(runner.stderr.slice(before)), "the word");
    project.write("routes/a.js", `export const value = ${value};`);
    await runner.line(`value ${value}`);
    return runner.stderr.slice(before).match(/restarting/g)?.length === 1;
  };
  let value = 2;
  while (!(await isHeldBack(value))) assert.ok(++value < 6, runner.stderr);
});
