// What throws when it is loaded first, again and again: once it is mended it is had, and followed.

import assert from "node:assert/strict";
import { test } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";

/** @typedef {import("./support/project.mjs").Project} Project */

/**
 * A project and how its modules are asked for.
 * @param {import("node:test").TestContext} t
 * @param {"import" | "require"} via
 * @param {Record<string, string>} files
 */
function setup(t, via, files) {
  const own = project(t, files);
  const sync = new Heatsync();
  t.after(() => sync.dispose());
  /** @param {string} name */
  const get = async (name) => (via === "import" ? sync.import(own.path(name)) : sync.require(own.path(name)));
  /** @param {string} name @param {RegExp} [words] */
  const fails = (name, words = /bad/) => assert.rejects(get(name), words);
  return { fails, get, own };
}

for (const via of /** @type {const} */ (["import", "require"])) {
  for (const times of [1, 2, 3]) {
    test(`sync.${via} of an ES module whose import threw, ${times} times`, async (t) => {
      const { fails, get, own } = setup(t, via, {
        "top.mjs": "import { h } from './help.mjs'; export const v = 'top ' + h",
        "help.mjs": "throw new Error('bad'); export const h = 1",
      });
      for (let time = 0; time < times; time++) await fails("top.mjs");
      await own.olderThanNow();
      own.write("help.mjs", "export const h = 2");
      const top = await get("top.mjs");
      assert.equal(top.v, "top 2");
      own.write("help.mjs", "export const h = 3");
      await until(() => top.v === "top 3");
      own.write("top.mjs", "import { h } from './help.mjs'; export const v = 'new ' + h");
      await until(() => top.v === "new 3");
    });
  }

  test(`sync.${via} of one that throws, and of another that imports the same`, async (t) => {
    const { fails, get, own } = setup(t, via, {
      "a.mjs": "import { h } from './help.mjs'; export const v = 'a' + h",
      "b.mjs": "import { h } from './help.mjs'; export const v = 'b' + h",
      "help.mjs": "throw new Error('bad'); export const h = 1",
    });
    for (const name of ["a.mjs", "b.mjs", "a.mjs", "b.mjs"]) await fails(name);
    await own.olderThanNow();
    own.write("help.mjs", "export const h = 2");
    assert.deepEqual([(await get("b.mjs")).v, (await get("a.mjs")).v], ["b2", "a2"]);
  });

  test(`sync.${via} of the members of a cycle that throws`, async (t) => {
    const { fails, get, own } = setup(t, via, {
      "a.mjs": "import './b.mjs'; export const v = 'a'",
      "b.mjs": "import './a.mjs'; throw new Error('bad')",
    });
    for (const name of ["a.mjs", "b.mjs", "a.mjs"]) await fails(name);
    await own.olderThanNow();
    own.write("b.mjs", "import './a.mjs'; export const v = 'b'");
    assert.deepEqual([(await get("a.mjs")).v, (await get("b.mjs")).v], ["a", "b"]);
  });

  test(`sync.${via} of what does not link`, async (t) => {
    const { fails, get, own } = setup(t, via, {
      "a.mjs": "import { none } from './b.mjs'; export const v = none",
      "b.mjs": "export const v = 1",
    });
    for (let time = 0; time < 3; time++) await fails("a.mjs", /none/);
    await own.olderThanNow();
    own.write("b.mjs", "export const none = 2");
    assert.equal((await get("a.mjs")).v, 2);
  });

  test(`sync.${via} of CommonJS that requires an ES module which throws`, async (t) => {
    const { fails, get, own } = setup(t, via, {
      "a.cjs": "exports.v = require('./b.mjs').v",
      "b.mjs": "import { h } from './help.mjs'; export const v = h",
      "help.mjs": "throw new Error('bad'); export const h = 1",
    });
    for (let time = 0; time < 3; time++) await fails("a.cjs");
    await own.olderThanNow();
    own.write("help.mjs", "export const h = 2");
    const a = await get("a.cjs");
    assert.equal(a.v, 2);
    own.write("help.mjs", "export const h = 3");
    await until(() => a.v === 3);
  });

  test(`sync.${via}: an import() of a later version, of what throws`, async (t) => {
    const text = "export const load = () => import('./page.mjs')";
    const { get, own } = setup(t, via, { "a.mjs": text, "page.mjs": "throw new Error('bad')" });
    const a = await get("a.mjs");
    await assert.rejects(a.load(), /bad/);
    own.write("a.mjs", `${text}; export const isNew = true`);
    await until(() => a.isNew);
    const error = await a.load().catch((/** @type {unknown} */ it) => it);
    // As long as it is what it was, so is its error.
    assert.equal(await a.load().catch((/** @type {unknown} */ it) => it), error);
    await own.olderThanNow();
    own.write("page.mjs", "export const v = 'page'");
    assert.equal((await a.load()).v, "page");
  });
}

test("sync.require of what has top-level await, until it is saved without", async (t) => {
  const { fails, get, own } = setup(t, "require", {
    "a.mjs": "export const v = await 1;",
    "c.cjs": "exports.v = require('./d.mjs').v;",
    "d.mjs": "export const v = await 1;",
  });
  for (const name of ["a.mjs", "c.cjs", "a.mjs", "c.cjs"]) await fails(name, /top-level await/);
  await own.olderThanNow();
  for (const name of ["a.mjs", "d.mjs"]) own.write(name, "let bad = ;");
  for (const name of ["a.mjs", "c.cjs"]) await fails(name, /Unexpected token/);
  await own.olderThanNow();
  for (const name of ["a.mjs", "d.mjs"]) own.write(name, "export const v = 2;");
  const [a, c] = [await get("a.mjs"), await get("c.cjs")];
  assert.deepEqual([a.v, c.v], [2, 2]);
  for (const name of ["a.mjs", "d.mjs"]) own.write(name, "export const v = 3;");
  await until(() => a.v === 3 && c.v === 3);
});

test("sync.import of what awaits, and throws then", async (t) => {
  const { fails, get, own } = setup(t, "import", { "a.mjs": "await 0; throw new Error('bad')" });
  for (let time = 0; time < 3; time++) await fails("a.mjs");
  await own.olderThanNow();
  own.write("a.mjs", "await 0; export const v = 2");
  const a = await get("a.mjs");
  own.write("a.mjs", "await 0; export const v = 3");
  await until(() => a.v === 3);
});

for (const [how, nodeArguments] of /** @type {[string, string[]][]} */ ([
  ["", []],
  [" under register", ["--import", "heatsync-rs/register"]],
])) {
  for (const wait of ["", "await 0;"]) {
    test(`hmr() of a module that throws${wait && " after an await"}${how}`, async (t) => {
      const own = project(t, {
        "main.mjs": `import { hmr } from "heatsync-rs";
          hmr("./bar.mjs", ".", ({ default: value }) => console.log("got", value));`,
        "bar.mjs": `${wait} throw new Error("bad 1"); export default 1;`,
      });
      const program = own.run("main.mjs", { nodeArguments });
      for (const time of [1, 2, 3]) {
        await program.errorOutput(`Error: bad ${time}`);
        own.write("bar.mjs", `${wait} throw new Error("bad ${time + 1}"); export default 1;`);
      }
      await program.errorOutput("Error: bad 4");
      for (const value of [5, 6]) {
        own.write("bar.mjs", `${wait} export default ${value};`);
        await program.line(`got ${value}`);
      }
    });
  }

  test(`a package in CommonJS that throws, imported again and again${how}`, async (t) => {
    const own = project(t, {
      "main.mjs": `import { Heatsync } from "heatsync-rs";
        import { createInterface } from "node:readline";
        const sync = new Heatsync();
        process.on("unhandledRejection", () => {});
        for await (const line of createInterface({ input: process.stdin })) {
          const { v } = await sync.import(line).catch((error) => ({ v: error.message }));
          console.log(line, v);
        }`,
      "a.mjs": `import p from "throws"; export const v = "a " + p;`,
      "b.mjs": `import p from "throws"; export const v = "b " + p;`,
      "node_modules/throws/package.json": { name: "throws", main: "index.js" },
      "node_modules/throws/index.js": "throw new Error('bad')",
    });
    const program = own.run("main.mjs", { nodeArguments });
    /** @param {string} name @param {string} value */
    const imports = async (name, value) => {
      program.child.stdin?.write(`./${name}\n`);
      await program.line(`./${name} ${value}`);
    };
    for (const name of ["a.mjs", "b.mjs", "a.mjs"]) await imports(name, "bad");
    await own.olderThanNow();
    own.write("node_modules/throws/index.js", "module.exports = 'good'");
    for (const name of ["a.mjs", "b.mjs"]) await imports(name, `${name[0]} good`);
  });
}
