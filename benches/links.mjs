// Symbolic links that are led elsewhere and back, among edits of what they lead to:
//   node benches/links.mjs [--seeds=10] [--steps=60] [--seed=N] [--ways=accept,init,…]

import { links, WAYS } from "../__test__/support/links.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const seeds = Number(options.seeds ?? 10);
const steps = Number(options.steps ?? 60);
const first = Number(options.seed ?? Date.now() % 1_000_000);
const ways = options.ways?.split(",") ?? WAYS;

console.log(`Node ${process.versions.node}, ${seeds} seeds from ${first}, ${steps} steps each`);
for (let seed = first; seed < first + seeds; seed++) {
  for (const way of ways) {
    const failure = await asTest((t) => links(t, way, { seed, steps }));
    console.log(`seed ${seed}, ${way}: ${failure ?? "each was live"}`);
    if (failure) process.exitCode = 1;
  }
}
