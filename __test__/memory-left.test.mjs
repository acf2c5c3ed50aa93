// Modules that leave the graph, and come back: Node keeps each namespace that it was given, and what that shows; we keep nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./support/hot-graph.mjs";

const MAIN = `
  globalThis.Payload = class Payload {};
  globalThis.count = () => process.getBuiltinModule("node:v8").queryObjects(Payload, { format: "count" });`;
const without = `export const v = "without";`;
const using = `import * as leaf from "./leaf.mjs"; export const v = "with " + leaf.version + Object.keys(leaf).length;`;

/** @param {import("node:test").TestContext} t @param {string} leaf */
async function started(t, leaf) {
  const program = await start(t, {
    "root.mjs": `import "./payload.mjs"; ${using}`,
    "payload.mjs": MAIN,
    "below.mjs": "export const below = 1;",
    "leaf.mjs": leaf,
  });
  await program.shows(`"with 02"`);
  assert.equal(await program.ask("count()"), "1");
  return program;
}

/** What is kept by what sets the names that it imports, and leads to no export. @param {number} version */
const quiet = (version) =>
  `import { below } from "./below.mjs"; const payload = new Payload(); const own = () => [payload, below];
   export const version = ${version}; export const other = own().length;`;

test("of a module that has left nothing is kept but what its namespace shows", async (t) => {
  const program = await started(t, quiet(0));
  for (let version = 1; version <= 3; version++) {
    await program.save({ "root.mjs": without });
    await program.shows(`"without"`);
    assert.equal(await program.ask("count()"), "0");
    program.write("leaf.mjs", quiet(version));
    await program.save({ "root.mjs": using });
    await program.shows(`"with ${version}2"`);
    assert.equal(await program.ask("count()"), "1");
  }
});

/** @param {number} version */
const named = (version) =>
  `const payload = new Payload(); export const version = ${version}; export const name${version} = () => payload;`;

test("a module that comes back with other names goes on with all namespaces that it had", async (t) => {
  const program = await started(t, named(0));
  for (let version = 1; version <= 8; version++) {
    await program.save({ "root.mjs": without });
    await program.shows(`"without"`);
    program.write("leaf.mjs", named(version));
    await program.save({ "root.mjs": using });
    await program.shows(`"with ${version}2"`);
  }
  assert.equal(await program.ask("count()"), "1");
});

test("nor what it has imported", async (t) => {
  const program = await start(t, {
    "root.mjs": `import "./payload.mjs"; ${using}`,
    "payload.mjs": MAIN,
    "leaf.mjs": `import { payload } from "./below.mjs"; export const version = 0; export const other = 1;`,
    "below.mjs": `export const payload = new Payload();`,
  });
  await program.shows(`"with 02"`);
  assert.equal(await program.ask("count()"), "1");
  await program.save({ "root.mjs": without });
  await program.shows(`"without"`);
  assert.equal(await program.ask("count()"), "0");
});
