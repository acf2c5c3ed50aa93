// Deletions, renames and failing edits, milliseconds apart (__test__/random-comings.test.mjs has a short form).
//
//   node benches/comings.mjs [--seeds=10] [--rounds=100] [--seed=N] [--ways=accept,require,…]
//     [--modules=6]  a random graph instead of a chain of three

import { comings, WAYS } from "../__test__/support/comings.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const seeds = Number(options.seeds ?? 10);
const rounds = Number(options.rounds ?? 100);
const modules = Number(options.modules ?? 3);
const first = Number(options.seed ?? Date.now() % 1_000_000);
const ways = options.ways?.split(",") ?? Object.keys(WAYS);

console.log(`Node ${process.versions.node}, ${seeds} seeds from ${first}, ${rounds} rounds each`);
for (let seed = first; seed < first + seeds; seed++) {
  for (const way of ways) {
    const failure = await asTest((t) => comings(t, way, { seed, rounds, modules }));
    console.log(`seed ${seed}, ${way}: ${failure ?? "nothing is lost"}`);
    if (failure) process.exitCode = 1;
  }
}
