// `npm run bench`: every benchmark beside its peers, one after the other, or one of them by its name.
//
//   npm run bench                              all, about two hours on two quiet cores
//   npm run bench -- saves [--edits=20 …]      one, with its options (its file says which)
//
// Subjects of one benchmark are interleaved in one run; figures of two runs are not to be compared.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { here } from "./support.mjs";

/** @type {Record<string, { file: string, what: string, runs: string[][] }>} `runs`: the options of each run when all are asked for */
const benchmarks = {
  saves: {
    file: "run.mjs",
    what: "save → live of sync.* and import.meta.hot, beside the floor, heatsync, node --watch and nodemon",
    runs: [
      ["--only=floor,sync.,import.meta.hot,heatsync,node --watch,nodemon"],
      ["--only=floor,hot leaf,hot root", "--edits=60"],
    ],
  },
  live: {
    file: "peers/live.mjs",
    what: "save → live under register, beside dynohot, hot-hook, vite-node, tsx, bun, deno and node --watch",
    runs: [
      ["--modules=10"],
      ["--modules=1000", "--edits=20"],
      ["--modules=5000", "--edits=20"],
      ["--modules=5000", "--edits=20", "--case=root"],
    ],
  },
  start: {
    file: "peers/start.mjs",
    what: "start of 1,000 and 5,000 modules, JavaScript and TypeScript, beside plain Node and the same",
    runs: [[], ["--modules=5000", "--runs=3"], ["--extension=ts"]],
  },
  steady: {
    file: "steady.mjs",
    what: "CPU-bound programs, beside plain Node and the same",
    runs: [["--peers", "--peer-runs=3"]],
  },
  boundary: { file: "boundary.mjs", what: "import() of a boundary, beside hot-hook", runs: [[]] },
  restart: { file: "restart.mjs", what: "full restarts, beside node --watch, nodemon and bun", runs: [[]] },
  tree: { file: "tree.mjs", what: "what watching in a tree of 20,000 files costs", runs: [[]] },
};

const [name, ...options] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(benchmarks, name)) {
  console.error(`No benchmark is called ${name}. There are:\n`);
  for (const [own, { what }] of Object.entries(benchmarks)) console.error(`  ${own.padEnd(9)} ${what}`);
  process.exit(1);
}
for (const [own, { file, what, runs }] of Object.entries(benchmarks)) {
  if (name !== undefined && name !== own) continue;
  for (const run of name === undefined ? runs : [options]) {
    console.log(`\n# ${what}\n`);
    const { status } = spawnSync(process.execPath, [path.join(here, file), ...run], { stdio: "inherit" });
    // What the others measure is worth having all the same.
    if (status !== 0) process.exitCode = status ?? 1;
  }
}
