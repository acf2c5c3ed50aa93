// Random edits under register, compared with a fresh process after each (__test__/random-hot-edits.test.mjs has a short form;
// docs/hot-notes.md what is known to fail):  node benches/hot-edits.mjs [--graphs=20] [--steps=60] [--modules=12] [--seed=N]
//     [--at-once=6]  each time, up to so many files saved at once
//     [--in-vain=1]  what is imported or required in vain, and accepted, too

import { hotEdits } from "../__test__/support/hot-edits.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const graphs = Number(options.graphs ?? 20);
const steps = Number(options.steps ?? 60);
const modules = Number(options.modules ?? 12);
const atOnce = Number(options["at-once"] ?? 0);
const atOnceOptions = atOnce > 0 ? { most: atOnce, oftenAtOnce: 1 } : {};
const isInVain = options["in-vain"] === "1";
const first = Number(options.seed ?? Date.now() % 1_000_000);
console.log(`Node ${process.versions.node}, ${graphs} graphs of ${steps} edits, from seed ${first}`);

let failures = 0;
for (let seed = first; seed < first + graphs; seed++) {
  const failure = await asTest((t) => hotEdits(t, { seed, steps, modules, isInVain, ...atOnceOptions }));
  console.log(failure ?? `seed ${seed}: ${steps} edits, all as in a fresh process`);
  if (failure) failures++;
}
process.exitCode = failures > 0 ? 1 : 0;
