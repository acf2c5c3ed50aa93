// One graph that a program under register uses by import.meta.hot, `module.hot`, sync.import, sync.require and hmr() at once, edited at
// random, and compared with a fresh process after each step (__test__/random-together.test.mjs has a short form; what is known to fail:
// docs/hot-notes.md, docs/unify-notes.md, docs/random-edits.md):
//   node benches/together.mjs [--graphs=20] [--steps=30] [--seed=N] [--at-once=3]
//     [--ways=accept,hot,import,require,hmr]   these alone; the graph is another one then
//     [--verbose=1]    each step as it is done
//     [--minimise=1]   what fails, with as few edits as it still fails with, as a plan
//     [--plan=FILE]    such a plan

import fs from "node:fs";
import { follow, minimised, planOf, together, WAYS } from "../__test__/support/together.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const graphs = Number(options.graphs ?? 20);
const steps = Number(options.steps ?? 30);
const most = Number(options["at-once"] ?? 3);
const first = Number(options.seed ?? Date.now() % 1_000_000);
const ways = options.ways?.split(",") ?? WAYS;
const say = options.verbose === "1" ? console.log : undefined;
console.log(`Node ${process.versions.node}, ${graphs} graphs, ${steps} steps each, from seed ${first}`);

/** @param {import("../__test__/support/together.mjs").Plan} plan */
const run = (plan, patience = 3000) => asTest((t) => follow(t, plan, { patience, say }));

let failures = 0;
if (options.plan) {
  const failure = await run(JSON.parse(fs.readFileSync(options.plan, "utf8")));
  console.log(failure?.text ?? "as in a fresh process");
  process.exit(failure ? 1 : 0);
}
for (let seed = first; seed < first + graphs; seed++) {
  const failure = await asTest((t) => together(t, { seed, steps, most, ways, say }));
  console.log(failure ?? `seed ${seed}: ${steps} steps, all as in a fresh process`);
  if (!failure) continue;
  failures++;
  if (options.minimise === "1")
    console.log(JSON.stringify(await minimised(planOf({ seed, steps, most, ways }), run)));
}
process.exitCode = failures > 0 ? 1 : 0;
