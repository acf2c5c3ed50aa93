// What is preloaded before us may have registered a loader, and mostly has not (dotenv/config, an APM agent): what nobody serves
// is as hot as without it.

import assert from "node:assert/strict";
import * as module from "node:module";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { same } from "./support/same.mjs";

const hasSyncHooks = "registerHooks" in module;
const hooks = `export const load = (url, context, next) => next(url, context);`;
/** Before ours. @type {Record<string, Record<string, string>>} */
const preloads = {
  "./nothing.cjs": { "nothing.cjs": "" },
  "./thread.cjs": {
    "thread.cjs": `require("node:module").register("./hooks.mjs", require("node:url").pathToFileURL(__filename));`,
    "hooks.mjs": hooks,
  },
  ...(hasSyncHooks && {
    "./sync.cjs": {
      "sync.cjs": `require("node:module").registerHooks({ load: (url, context, next) => next(url, context) });`,
    },
  }),
};

for (const [preload, files] of Object.entries(preloads)) {
  test(`CommonJS, and what it requires, is hot beside a preload (${preload})`, async (t) => {
    const { ask, said, save } = await hotProgram(
      t,
      {
        "main.mjs": `
          import c from "./c.cjs";
          import { v } from "./named.cjs";
          import.meta.hot.accept(["./c.cjs", "./named.cjs"], () => say("accepted"));
          globalThis.shown = () => say([c.v, v].join());`,
        "c.cjs": `exports.v = require("./dep.cjs").v;`,
        "dep.cjs": "exports.v = 1;",
        "named.cjs": "exports.v = 1;",
        ...files,
      },
      { registered: ["--require", preload, "--import", "heatsync-rs/register"] },
    );
    for (const [name, shown] of [
      ["dep.cjs", "2,1"],
      ["named.cjs", "2,2"],
    ]) {
      const { type, files } = await save({ [name]: "exports.v = 2;" });
      assert.deepEqual([type, files], ["accepted", [name]]);
      await ask("shown()");
      assert.deepEqual(said(), ["accepted", shown]);
    }
  });
}

for (const [preload, files] of Object.entries(preloads)) {
  for (const main of ["main.cjs", "main.ts"]) {
    test(`an entry point in CommonJS accepts what it requires beside a preload (${preload}, ${main})`, async (t) => {
      const { ask, said, save } = await hotProgram(
        t,
        {
          "tsconfig.json": '{ "compilerOptions": { "module": "commonjs" } }',
          [main]: `let { v } = require("./dep.cjs");
            module.hot.accept("./dep.cjs", () => void ({ v } = require("./dep.cjs")));
            globalThis.shown = () => say([v, ...Object.keys(require)].join());`,
          "dep.cjs": "exports.v = 1;",
          ...files,
        },
        { registered: ["--require", preload, "--import", "heatsync-rs/register"] },
      );
      const { type, files: accepted } = await save({ "dep.cjs": "exports.v = 2;" });
      assert.deepEqual([type, accepted], ["accepted", ["dep.cjs"]]);
      await ask("shown()");
      assert.deepEqual(said(), ["2,resolve,main,extensions,cache"]);
    });
  }
}

test("CommonJS of another loader is what that makes of it", { skip: !hasSyncHooks }, async (t) => {
  const { ask, said } = await hotProgram(
    t,
    {
      "main.mjs": `import c from "./c.cjs"; globalThis.shown = () => say(c.v);`,
      "c.cjs": "exports.v = 'the file';",
      "sync.cjs": `require("node:module").registerHooks({
        load(url, context, next) {
          const loaded = next(url, context);
          return url.endsWith("/c.cjs") ? { ...loaded, format: "commonjs", source: "exports.v = 'the loader';" } : loaded;
        },
      });`,
    },
    { registered: ["--require", "./sync.cjs", "--import", "heatsync-rs/register"] },
  );
  await ask("shown()");
  assert.deepEqual(said(), ["the loader"]);
});

test("what was imported may be required, beside a preload", async (t) => {
  const files = {
    "main.cjs": `import("./x.mjs").then(() => {
      const x = require("./x.mjs");
      console.log(Object.keys(x), x.default, x.__esModule, x.count);
      x.increase();
      console.log(x.count, require("./x.mjs") === x);
    });`,
    "x.mjs": "export default 5; export let count = 0; export const increase = () => count++;",
  };
  const before = ["--require", "./nothing.cjs"];
  await same(t, { run: ["main.cjs"], files }, [
    [
      [...before, "--import", "heatsync-rs/register"],
      [...before, "--import", "./nothing.mjs"],
    ],
    [[...before, "--require", "heatsync-rs/register"], before],
  ]);
});

// import-in-the-middle before 2 (New Relic's): every file is a module `?iitm=true` around it.
test("CommonJS that a loader has put a module around accepts what it requires", {
  skip: !hasSyncHooks,
}, async (t) => {
  const { save, said } = await hotProgram(
    t,
    {
      "main.cjs": `module.hot.accept("./dep.cjs", ({ v }) => say("accepted", v)); require("./dep.cjs");`,
      "dep.cjs": "exports.v = 1;",
      "around.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
      "hooks.mjs": `
        const MARK = "?iitm=true";
        export async function resolve(specifier, context, next) {
          const found = await next(specifier, context);
          const isMeant = found.url.endsWith("/main.cjs") && !context.parentURL?.endsWith(MARK);
          return isMeant ? { url: found.url + MARK, shortCircuit: true, format: found.format } : found;
        }
        export async function load(url, context, next) {
          if (!url.endsWith(MARK)) return next(url, context);
          const source = "import * as all from " + JSON.stringify(url.slice(0, -MARK.length)) + "; export default all.default;";
          return { source, shortCircuit: true, format: "module" };
        }`,
    },
    { registered: ["--import", "heatsync-rs/register", "--import", "./around.mjs"] },
  );
  const { type, files } = await save({ "dep.cjs": "exports.v = 2;" });
  assert.deepEqual([type, files], ["accepted", ["dep.cjs"]]);
  assert.deepEqual(said(), ["accepted 2"]);
});
