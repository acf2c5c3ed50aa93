// Start of a program of N modules, beside other tools, fresh processes, interleaved:
//   node start.mjs [--modules=1000] [--runs=7] [--extension=mjs|ts] [--only=node,heatsync-rs]
//
// heatsync-rs twice: the first time (no cache of code yet), and warm. Tools that keep a cache of their own keep it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ensureBuilt, ensureInstalled, parseArguments } from "../../scripts/support.mjs";
import { machine, markdown, scratch } from "../support.mjs";
import { writeTree } from "./project.mjs";
import { tools } from "./tools.mjs";

const { options } = parseArguments(process.argv.slice(2));
const modules = Number(options.modules ?? 1000);
const runs = Number(options.runs ?? 7);
const extension = options.extension === "ts" ? "ts" : "mjs";
const only = typeof options.only === "string" ? options.only.split(",") : undefined;

await ensureInstalled(import.meta.dirname);
await ensureBuilt();
const folder = scratch("peers-start");
fs.symlinkSync(path.join(import.meta.dirname, "node_modules"), path.join(folder, "node_modules"));
fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
writeTree(folder, modules, extension);
fs.writeFileSync(
  path.join(folder, `main.${extension}`),
  `import { value0 } from "./m0.${extension}";\nconsole.log(value0);\nprocess.exit(0);\n`,
);
const cache = path.join(folder, "cache");
const want = String((modules * (modules - 1)) / 2);

/** @type {[name: string, command: string[], env: Record<string, string>, before: () => void][]} */
const ways = Object.entries(tools).flatMap(([name, { start }]) => {
  if (!start || (only && !only.includes(name))) return [];
  const env = { HEATSYNC_CACHE: cache };
  const nothing = () => {};
  if (name !== "heatsync-rs") return [[name, start, env, nothing]];
  const clear = () => fs.rmSync(cache, { recursive: true, force: true });
  return [
    [`${name}, first`, start, env, clear],
    [`${name}, warm`, start, env, nothing],
  ];
});
/** @type {Map<string, number[]>} */
const times = new Map(ways.map(([name]) => [name, []]));
for (let run = 0; run < runs; run++) {
  for (const [name, [command, ...args], env, before] of ways) {
    const own = times.get(name);
    if (!own || (run > 0 && own.length === 0)) continue;
    before();
    const begin = performance.now();
    try {
      const output = execFileSync(command, [...args, `main.${extension}`], {
        cwd: folder,
        env: { ...process.env, ...env },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 120_000,
      });
      if (!output.includes(want)) throw new Error(`it printed ${output}`);
      own.push(performance.now() - begin);
    } catch (error) {
      console.error(`${name}: ${/** @type {Error} */ (error).message.split("\n")[0]}`);
    }
  }
}
const median = (/** @type {number[]} */ list) =>
  list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const base = median(times.get("node") ?? []);
const rows = [...times].map(([name, list]) => {
  const time = median(list);
  return [name, time.toFixed(0), (time / base).toFixed(2)];
});
console.log(`\nStart of ${modules} .${extension} modules in ms, medians of ${runs}. ${machine()}\n`);
console.log(markdown([["tool", "ms", "× node"], ...rows]));
