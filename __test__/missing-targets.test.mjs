// What a name leads to in the project (`#imports`, the package's own name, a workspace's, a tsconfig's `paths`) is waited for as a path is.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const base = {
  "package.json": JSON.stringify({
    name: "own",
    type: "module",
    imports: { "#x": "./lib/x.mjs", "#y/*": { require: "./y/*.cjs", default: "./y/*.mjs" } },
    exports: { "./z": "./z.mjs" },
  }),
  "main.mjs": `import "./a.mjs"; import "./b.cjs"; globalThis.seen = () => seenBy.a + " " + seenBy.b;`,
  "a.mjs": `globalThis.seenBy ??= { a: 0, b: 0 }; import.meta.hot.accept();`,
  "b.cjs": "module.hot.accept();",
  "lib/there.mjs": "",
  "y/there.mjs": "",
};

for (const [name, ofImport, ofRequire = ofImport] of [
  ["#x", "lib/x.mjs"],
  ["#y/v", "y/v.mjs", "y/v.cjs"],
  ["own/z", "z.mjs"],
]) {
  test(`${name}: an edit imports it before it is there`, async (t) => {
    const { save, shows } = await hotProgram(t, base);
    const edit = `import { v } from "${name}"; seenBy.a = v; import.meta.hot.accept();`;
    assert.equal((await save({ "a.mjs": edit })).type, "linkError");
    assert.deepEqual((await save({ [ofImport]: "export const v = 1;" })).acceptedBy, ["a.mjs"]);
    await shows("1 0", "seen()");
  });

  test(`${name}: asked for in vain while modules are evaluated`, async (t) => {
    const { save, shows } = await hotProgram(t, {
      ...base,
      "a.mjs": `${base["a.mjs"]} try { seenBy.a = (await import("${name}")).v; } catch {}`,
      "b.cjs": `try { seenBy.b = require("${name}").v; } catch {} module.hot.accept();`,
    });
    assert.equal((await save({ [ofImport]: "export const v = 1;" })).type, "accepted");
    if (ofRequire !== ofImport) await save({ [ofRequire]: "exports.v = 1;" });
    await shows("1 1", "seen()");
  });
}

test("a workspace that is linked into node_modules", async (t) => {
  const { path, save, shows } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs";`,
    "a.mjs": "globalThis.v = 0; import.meta.hot.accept();",
    "packages/lib/package.json": JSON.stringify({
      name: "lib",
      type: "module",
      exports: { "./*": "./src/*.js" },
    }),
    "packages/lib/src/there.js": "",
  });
  fs.symlinkSync(path("packages/lib"), path("node_modules/lib"), "junction");
  const edit = `import { v } from "lib/new"; globalThis.v = v; import.meta.hot.accept();`;
  assert.equal((await save({ "a.mjs": edit })).type, "linkError");
  assert.deepEqual((await save({ "packages/lib/src/new.js": "export const v = 1;" })).acceptedBy, ["a.mjs"]);
  await shows("1", "v");
});

test("paths of a tsconfig", async (t) => {
  const { save, shows } = await hotProgram(t, {
    "package.json": `{ "type": "module" }`,
    "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
    "main.mjs": `import "./a.ts";`,
    "a.ts": "globalThis.v = 0; import.meta.hot.accept();",
    "src/there.ts": "",
  });
  const edit = `import { v } from "@/lib/x"; globalThis.v = v; import.meta.hot.accept();`;
  assert.equal((await save({ "a.ts": edit })).type, "linkError");
  assert.deepEqual((await save({ "src/lib/x.ts": "export const v: number = 1;" })).acceptedBy, ["a.ts"]);
  await shows("1", "v");
});
