// Names that a package.json leads nowhere once it was edited: what is said of them, by whatever way they are asked for, is what Node says
// that is started then. It reads each package.json once, so that is ours to say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @typedef {Record<string, unknown>} Targets */

/** What each way says of each name. `round`: what is linked is asked for under another URL. @param {string[]} names */
const asking = (names) => ({
  "ask.cjs": `const names = ${JSON.stringify(names)};
    const told = (it) => [it.name, it.code, it instanceof TypeError, it.message, it.stack.split("\\n")[0], Object.keys(it), it.path, it.url];
    const by = (ask, name, say = told) => { try { return typeof ask(name); } catch (error) { return say(error); } };
    module.exports = async (imports, resolve, round) => {
      const all = {};
      for (const [at, it] of names.entries()) {
        all[it] = {
          required: [by(require, it), by(require, it, String)],
          resolved: by(require.resolve, it),
          fromCommonJs: await import(it).then(() => "", told),
          imported: await imports(it).then(() => "", told),
          meta: by(resolve, it),
          linked: await imports(\`./linked/\${at}.mjs?\${round}\`).then(() => "", told),
        };
      }
      return JSON.stringify(all).replaceAll("?" + round, "");
    };`,
  "ask.mjs": `import ask from "./ask.cjs"; export default (round) => ask((it) => import(it), (it) => import.meta.resolve(it), round);`,
  "plain.mjs": `import ask from "./ask.mjs"; console.log(await ask("plain"));`,
  "own.mjs": "",
  "accepts.mjs": `import ask from "./ask.mjs"; import "./own.mjs"; import.meta.hot.accept("./own.mjs"); globalThis.asked = ask;`,
  ...Object.fromEntries(names.map((name, at) => [`linked/${at}.mjs`, `import ${JSON.stringify(name)};`])),
});

/**
 * @param {import("node:test").TestContext} t
 * @param {string[]} names
 * @param {string} file the package.json
 * @param {object[]} texts the first one leads all names somewhere
 * @param {Record<string, string>} files
 */
async function saysTheSame(t, names, file, [first, ...texts], files) {
  const { ask, save, self } = await hotProgram(t, {
    ...asking(names),
    [file]: JSON.stringify(first),
    ...files,
  });
  assert.doesNotMatch(await ask(`asked(-1)`), /Error/);
  for (const [round, text] of texts.entries()) {
    await save({ [file]: JSON.stringify(text), "own.mjs": `// ${round}` });
    const plain = self.run("plain.mjs");
    await plain.exit;
    const said = JSON.parse(plain.stdout);
    assert.match(plain.stdout, /Error/);
    const ours = JSON.parse(await ask(`asked(${round})`));
    for (const name of names) assert.deepEqual([name, ours[name]], [name, said[name]], JSON.stringify(text));
  }
}

const STAR = { "./*": "./node_modules/*" };
const NONE = {
  "./none": "./none.cjs",
  "./null": null,
  "./a/*": "./*.cjs",
  "./in/*": "./*/none.cjs",
  "./esm": { import: "./one.cjs" },
};
const INVALID = {
  ".": 5,
  "./bad": "one.cjs",
  "./empty": "",
  "./num": 5,
  "./list": ["one.cjs", 5],
  "./up": "./../one.cjs",
};
const OTHER = {
  "./none": "./folder",
  "./bad": "./folder/",
  "./num": "./a%2fb.cjs",
  "./empty": {},
  "./null": { 0: "./one.cjs" },
};
const EXPORTS = [
  "",
  "/none",
  "/null",
  "/esm",
  "/bad",
  "/num",
  "/list",
  "/up",
  "/a/none",
  "/a/../none",
  "/in/one.cjs",
  "/gone",
  "/empty",
];

/** The same of `imports`, whose targets may be names. @param {Targets} exports */
const asImports = (exports) =>
  Object.fromEntries(
    Object.entries(exports).flatMap(([key, target]) =>
      key === "." ? [] : [[key.replace("./", "#"), target === "one.cjs" ? "../one.cjs" : target]],
    ),
  );

/** What Node has words of its own for in `imports`. */
const isForImports = (/** @type {string} */ it) => it !== "" && it !== "/empty";

test("the own name, and names of imports", async (t) => {
  const names = [
    ...EXPORTS.map((it) => `app${it}`),
    ...EXPORTS.filter(isForImports).map((it) => it.replace("/", "#")),
    "#package",
  ];
  const all = Object.fromEntries(EXPORTS.map((it) => [`.${it}`, "./one.cjs"]));
  const both = (/** @type {Targets} */ exports, /** @type {object} */ more = {}) => ({
    name: "app",
    exports,
    imports: { ...asImports(exports), "#package": "not-installed/it", ...more },
  });
  const first = {
    ...both(all),
    imports: Object.fromEntries(names.filter((it) => it[0] === "#").map((it) => [it, "./one.cjs"])),
  };
  await saysTheSame(
    t,
    names,
    "package.json",
    [
      first,
      both(NONE),
      both(INVALID, { "#esm": "app/num", "#package": "not-installed" }),
      both(STAR),
      both(OTHER),
      { name: "app" },
      { name: "app", exports: 5, imports: false },
      { name: "app", exports: "./none.cjs", imports: [] },
      { name: "app", exports: ["one.cjs"], imports: null },
      { name: "other", exports: all, imports: { "#none": "app" } },
    ],
    {
      "main.mjs": `import "./accepts.mjs";`,
      "one.cjs": "",
      "folder/it.cjs": "",
    },
  );
});

test("the name of a workspace's package", async (t) => {
  const first = {
    name: "@my/lib",
    exports: { ".": "./one.cjs", "./none": "./one.cjs", "./num": "./one.cjs" },
  };
  const named = (/** @type {object} */ more) => ({ name: "@my/lib", ...more });
  await saysTheSame(
    t,
    ["@my/lib", "@my/lib/none", "@my/lib/num"],
    "packages/lib/package.json",
    [
      first,
      named({ exports: NONE }),
      named({ exports: INVALID }),
      named({ exports: OTHER }),
      named({}),
      named({ main: "./none.cjs" }),
      named({ exports: "./none.cjs" }),
    ],
    {
      "package.json": "{}",
      "packages/lib/one.cjs": "",
      "packages/lib/folder/it.cjs": "",
      "main.mjs": `import fs from "node:fs";
        fs.mkdirSync("node_modules/@my", { recursive: true });
        fs.symlinkSync("../../packages/lib", "node_modules/@my/lib", "junction");
        await import("./accepts.mjs");`,
    },
  );
});

test("builtins are there, whatever the package is called, and was", async (t) => {
  const named = (/** @type {string} */ name, /** @type {object} */ exports) => ({ name, exports });
  const all = { ".": "./one.cjs", "./promises": "./one.cjs", "./gone": "./one.cjs" };
  await saysTheSame(
    t,
    ["fs", "fs/promises", "fs/gone"],
    "package.json",
    [named("fs", all), named("fs", {}), named("events", all), named("fs", { "./promises": null })],
    { "main.mjs": `import "./accepts.mjs";`, "one.cjs": "" },
  );
});

test("what the program has put in the place of built-ins has no part in what require() says", async (t) => {
  const { ask, save, self } = await hotProgram(t, {
    "package.json": JSON.stringify({ imports: { "#it": "./one.cjs" } }),
    "one.cjs": "",
    "own.mjs": "",
    "ask.cjs": `module.exports = () => {
        const { hasOwn } = Object;
        Object.hasOwn = () => { throw new Error("the program's"); };
        try { return require("#it"); } catch (error) { return error.message; } finally { Object.hasOwn = hasOwn; }
      };
      if (require.main === module) console.log(module.exports());`,
    "main.mjs": `import "./own.mjs"; import ask from "./ask.cjs"; globalThis.asked = ask; import.meta.hot.accept("./own.mjs");`,
  });
  await save({ "package.json": JSON.stringify({ imports: { "#it": "./none.cjs" } }), "own.mjs": "// 1" });
  const plain = self.run("ask.cjs");
  await plain.exit;
  assert.match(plain.stdout, /Cannot find module/);
  assert.equal(await ask("asked()"), plain.stdout.trim());
});
