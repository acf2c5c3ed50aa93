// Modules of a size that generated code has: by plain Node and under register they print the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { materialize, plainly, registered } from "./support/oracle.mjs";
import { elsewhere } from "./support/shares.mjs";

const manyExports = "16,000 exports, seen in a cycle before they are initialized";

test(manyExports, { skip: elsewhere(manyExports) }, async (t) => {
  const exported = Array.from({ length: 16_000 }, (_, i) => `export let e${i} = ${i};`);
  const { directory, remove } = materialize({
    "main.mjs": `import * as a from "./a.mjs"; console.log(Object.keys(a).length, a.e0, a.e15999, a["of two names"]);`,
    "a.mjs": `import "./b.mjs"; ${exported.join("\n")} export { e7 as "of two names", e8 as default };`,
    "b.mjs": `import * as a from "./a.mjs"; import { e77, default as e8 } from "./a.mjs";
for (const look of [() => e77, () => e8, () => a.e15999, () => a["of two names"]])
  try { console.log(look()); } catch (error) { console.log(error.message); }
console.log(Reflect.ownKeys(a).length);`,
  });
  t.after(remove);
  assert.deepEqual(await registered(directory), await plainly(directory));
});

const below = (/** @type {number} */ at) => `"./m${at + 1}.mjs"`;
/** @type {[string, (at: number) => string, (depth: number) => number][]} */
const CHAINS = [
  ["imported", (at) => `import { v as b } from ${below(at)}; export const v = b + 1;`, (depth) => depth],
  ["passed on", (at) => `export * from ${below(at)};`, () => 1],
  ["passed on by name", (at) => `export { v } from ${below(at)};`, () => 1],
];

// Newer ones give up at less than a thousand themselves.
for (const depth of Number.parseInt(process.versions.node, 10) < 24 ? [3_000] : [500]) {
  for (const [how, text, value] of CHAINS) {
    const chain = `${depth} modules, each ${how} by the one before`;
    test(chain, { skip: elsewhere(chain) }, async (t) => {
      const last = [`m${depth}.mjs`, "export const v = 1;"];
      const modules = Array.from({ length: depth - 1 }, (_, i) => [`m${i + 1}.mjs`, text(i + 1)]);
      const { directory, remove } = materialize({
        "main.mjs": `import * as m from "./m1.mjs"; import { v } from "./m1.mjs"; console.log(v, Object.keys(m));`,
        ...Object.fromEntries([...modules, last]),
      });
      t.after(remove);
      const plain = await plainly(directory);
      assert.match(JSON.stringify(plain), new RegExp(`${value(depth)} \\[ 'v' \\]\\\\n`));
      assert.deepEqual(await registered(directory), plain);
    });
  }
}
