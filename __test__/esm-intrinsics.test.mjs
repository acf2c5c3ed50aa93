// What V8 builds optimized code on is under register as it is in plain Node: intrinsic objects are fast, nothing it
// assumes of them has been broken. A slow String.prototype made a Markdown renderer run 1.4 times as long.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** Says which intrinsics are in dictionary mode, and which of V8's assumptions no longer hold. */
const observer = `
  const isFast = new Function("it", "return %HasFastProperties(it)");
  const assumptions = ["ArrayIterator", "ArraySpecies", "MapIterator", "NoElements", "PromiseSpecies", "RegExpSpecies",
    "SetIterator", "StringIterator", "TypedArraySpecies"];
  const holds = (name) => {
    try {
      return new Function("return %" + name + "Protector()")();
    } catch (error) {
      // Not every V8 can be asked for each.
      if (error instanceof SyntaxError) return true;
      throw error;
    }
  };
  // Other prototypes are made fast again by the next access that is not optimized yet; those of primitives are not.
  const objects = { Array, BigInt, Boolean, Function, Map, Number, Object, Promise, RegExp, Set, String, Symbol };
  globalThis.observe = () => {
    const slow = Object.keys(objects).filter((name) => !isFast(objects[name].prototype));
    console.log("state " + JSON.stringify([...slow, ...assumptions.filter((name) => !holds(name))]));
  };
`;

/** The package would have to accept it, if it did not itself. @param {number} n */
const leaf = (n) =>
  `import.meta.hot?.accept(() => observe()); export let leaf = ${n}; export const more = () => leaf++;`;

// Each way in which the runtime meets Node: packages of every kind, cycles through them, facades, what does not link.
const files = {
  "observer.cjs": observer,
  "node_modules/esm/package.json": { name: "esm", exports: "./index.mjs" },
  "node_modules/esm/index.mjs":
    "export let count = 0; export const up = () => ++count; export default class Base {}",
  "node_modules/awaits/package.json": { name: "awaits", type: "module", exports: "./index.js" },
  "node_modules/awaits/index.js": "export const it = await 5;",
  "node_modules/cjs/index.js": "exports.a = 1;",
  "node_modules/back/package.json": { name: "back", exports: "./index.mjs" },
  "node_modules/back/index.mjs": `export { leaf } from "../../leaf.mjs";`,
  "main.mjs": `
    import Base, { count, up } from "esm";
    import * as all from "esm";
    import { a } from "cjs";
    import { leaf } from "back";
    import "./cycle.mjs";
    import { value } from "./leaf.cjs";
    import fs, { readFileSync } from "node:fs";
    observe();
    up(); void [Base, count, all, a, leaf, value, readFileSync, fs];
    for (const broken of ["./broken.mjs", "./missing.mjs", "./nothing.mjs", "./throws.mjs"]) await import(broken).catch(() => {});
    observe();
    process.on("message", () => {});
    process.on("disconnect", () => process.exit());`,
  "cycle.mjs": `import { up } from "esm"; import { other } from "./other.mjs"; export let own = () => other + up();`,
  "other.mjs": `import * as ns from "./cycle.mjs"; import * as all from "esm"; export const other = () => [ns, all];`,
  "leaf.mjs": leaf(1),
  "leaf.cjs": "exports.value = 1;",
  "broken.mjs": "export const = 1;",
  "missing.mjs": `import { not } from "esm"; void not;`,
  "throws.mjs": `throw "a string";`,
};

// With top-level await in a package its importers are linked in another way.
for (const first of ["", `import "awaits";`]) {
  test(`intrinsics stay as fast as plain Node leaves them ${first}`, async (t) => {
    const self = project(t, { ...files, "main.mjs": `import "./leaf.mjs"; ${first} ${files["main.mjs"]}` });
    const run = (/** @type {string[]} */ ...register) =>
      self.run("main.mjs", {
        nodeArguments: ["--allow-natives-syntax", "--require", "./observer.cjs", ...register],
      });
    const plain = run();
    assert.deepEqual(await plain.value("state"), [], "in plain Node");
    assert.deepEqual(await plain.value("state"), []);
    await plain.end();
    const program = run("--import", "heatsync-rs/register");
    assert.deepEqual(await program.value("state"), [], "under register");
    assert.deepEqual(await program.value("state"), [], "after imports that fail");
    for (const n of [2, 3]) {
      self.write("leaf.mjs", leaf(n));
      assert.deepEqual(await program.value("state"), [], "after a reload");
    }
  });
}
