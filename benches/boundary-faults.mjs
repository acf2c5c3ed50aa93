// Random edits below boundaries, compared with a fresh process after each (docs/boundary-notes.md has what is known to
// fail):  node benches/boundary-faults.mjs [--graphs=20] [--steps=60] [--seed=N] [--register] [--accepts]

import { ACCEPTED, boundaryEdits, EDITS } from "../__test__/support/boundary-edits.mjs";
import { asTest } from "./as-test.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const graphs = Number(options.graphs ?? 20);
const steps = Number(options.steps ?? 60);
const first = Number(options.seed ?? Date.now() % 1_000_000);
const nodeArguments = "register" in options ? ["--import", "heatsync-rs/register"] : [];
console.log(`Node ${process.versions.node}, ${graphs} graphs of ${steps} edits, from seed ${first}`);

let failures = 0;
for (let seed = first; seed < first + graphs; seed++) {
  const edits = "accepts" in options ? ACCEPTED : EDITS;
  const failure = await asTest((t) => boundaryEdits(t, { seed, steps, nodeArguments, edits }));
  console.log(failure ?? `seed ${seed}: ${steps} edits, all as in a fresh process`);
  if (failure) failures++;
}
process.exitCode = failures > 0 ? 1 : 0;
