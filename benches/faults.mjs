// Random edits of a random graph, compared with a fresh process after each (__test__/random-edits.test.mjs
// has a short form):  node benches/faults.mjs [--steps=5000] [--modules=50] [--seed=N] [--steps-a-graph=250]
//
// One graph lives for a number of edits, then comes another with the next seed. A seed that fails is
// printed with what was seen; it belongs into the test.

import { randomEdits } from "../__test__/support/random-edits.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const steps = Number(options.steps ?? 5000);
const aGraph = Math.min(steps, Number(options["steps-a-graph"] ?? 250));
const modules = Number(options.modules ?? 50);
const first = Number(options.seed ?? Date.now() % 1_000_000);
console.log(`Node ${process.versions.node}, ${steps} edits, ${modules} modules, from seed ${first}`);

let failures = 0;
for (let done = 0, seed = first; done < steps; done += aGraph, seed++) {
  const failure = await asTest((t) => randomEdits(t, { seed, steps: aGraph, modules }));
  console.log(failure ?? `seed ${seed}: ${aGraph} edits, all as in a fresh process`);
  if (failure) failures++;
}
process.exitCode = failures > 0 ? 1 : 0;
