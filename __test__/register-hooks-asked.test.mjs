// What hooks of the user's are asked under register, and which of them: by whom a module is imported, and that they are there still.

import assert from "node:assert/strict";
import * as module from "node:module";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { same } from "./support/same.mjs";

const hasSyncHooks = "registerHooks" in module;
const REGISTER = ["--import", "heatsync-rs/register"];

/** For one importer alone `./dep.mjs` is something else. @param {boolean} isAsync @param {string} elsewhere */
const hooks = (
  isAsync,
  elsewhere,
) => `export ${isAsync ? "async " : ""}function resolve(specifier, context, next) {
  const isOfUser = /user\\.mjs$/.test(context.parentURL ?? "");
  return isOfUser && specifier === "./dep.mjs" ? { url: ${elsewhere}, shortCircuit: true } : next(specifier, context);
}`;

const ELSEWHERE = {
  "a data: URL": `'data:text/javascript,export const v = "of the user"'`,
  "a file of a package": `new URL("./node_modules/p/index.mjs", import.meta.url).href`,
};

describe("a hook that goes by the importer", { concurrency: 2 }, () => {
  for (const isAsync of hasSyncHooks ? [true, false] : [true]) {
    for (const [what, elsewhere] of Object.entries(ELSEWHERE)) {
      const preload = isAsync
        ? `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`
        : `import { registerHooks } from "node:module"; import { resolve } from "./hooks.mjs"; registerHooks({ resolve });`;
      const files = {
        "hooks.mjs": hooks(isAsync, elsewhere),
        "preload.mjs": preload,
        "node_modules/p/package.json": { name: "p", type: "module", exports: "./index.mjs" },
        "node_modules/p/index.mjs": `export const v = "of the user";`,
        "user.mjs": `export { v } from "./dep.mjs"; export const later = () => import("./dep.mjs");
          export const where = () => import.meta.resolve("./dep.mjs");`,
        "other.mjs": `export { v } from "./dep.mjs";`,
        "dep.mjs": `export const v = "of all others";`,
        "main.mjs": `import * as user from "./user.mjs"; import { v } from "./other.mjs";
          console.log(user.v, (await user.later()).v, user.where(), v);`,
      };
      test(`${isAsync ? "register" : "registerHooks"}, ${what}`, async (t) => {
        const theirs = ["--import", "./preload.mjs"];
        await same(t, { run: ["main.mjs"], files }, [[[...REGISTER, ...theirs], theirs]]);
      });
    }
  }
});

test("hooks that were taken away are not asked", { skip: !hasSyncHooks }, async (t) => {
  const files = {
    "main.mjs": `import { registerHooks } from "node:module";
      const mock = (value) => registerHooks({
        resolve(specifier, context, next) {
          const found = next(specifier, context);
          return specifier === "./v.mjs" ? { ...found, url: found.url + "?mock=" + value } : found;
        },
        load: (url, context, next) =>
          url.includes("?mock") ? { format: "module", shortCircuit: true, source: "export const v = 'mock " + value + "'" } : next(url, context),
      });
      for (const value of [1, 2]) {
        const mocked = mock(value);
        console.log((await import("./v.mjs")).v);
        mocked.deregister();
        console.log((await import("./v.mjs")).v);
      }`,
    "v.mjs": `export const v = "real";`,
  };
  await same(t, { run: ["main.mjs"], files });
});

test("import.meta.resolve() of another parent, with Node's flag for it", async (t) => {
  const files = {
    "main.mjs": `console.log(import.meta.resolve("./x", "file:///elsewhere/y.mjs"), import.meta.resolve("./x"), import.meta.resolve("./x", undefined));`,
  };
  const flag = "--experimental-import-meta-resolve";
  await same(t, { run: ["main.mjs"], files }, [[[flag, ...REGISTER], [flag]]]);
  await same(t, { run: ["main.mjs"], files });
});

test("a request whose attributes are null, as node:test makes them", () => {
  const { requestOf } = createRequire(import.meta.url)("../runtime/boundaries/native-request.cjs");
  const asked = requestOf("./a.mjs", { importAttributes: null, parentURL: "file:///p/b.mjs" });
  assert.equal(asked.isHot, false);
  assert.equal(asked.isExchangeable("/p/a.mjs"), true);
});
