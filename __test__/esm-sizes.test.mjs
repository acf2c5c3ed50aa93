// Modules of a size that generated code has: by plain Node and under register they print the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { materialize, plainly, registered } from "./support/oracle.mjs";
import { elsewhere } from "./support/shares.mjs";

const name = "16,000 exports, seen in a cycle before they are initialized";

test(name, { skip: elsewhere(name) }, async (t) => {
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
