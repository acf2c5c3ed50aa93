// Modules whose texts were changed at random, parsed and linked by plain Node and under register (__test__/random-syntax.test.mjs is the
// short form):  node benches/mutations.mjs [--count=20000] [--seed=N]
//
// What differs is printed; it belongs into a program of __test__/esm-programs.

import { linkedBothWays, mutants } from "../__test__/support/mutated.mjs";

/** So many in one process. */
const BATCH = 1000;

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const count = Number(options.count ?? 20_000);
const first = Number(options.seed ?? Date.now() % 1_000_000);
console.log(`Node ${process.versions.node}, ${count} modules, from seed ${first}`);

let isSame = true;
for (let done = 0, seed = first; done < count; done += BATCH, seed++) {
  const { differing, linked, refused } = await linkedBothWays(mutants({ seed, count: BATCH }));
  console.log(`seed ${seed}: ${linked} link, ${refused} do not, ${differing.length} differ`);
  for (const text of differing) console.log(text);
  isSame &&= differing.length === 0 && linked + refused === BATCH;
}
process.exitCode = isSame ? 0 : 1;
