// Start of a program of N modules, beside other tools, fresh processes, interleaved:
//   node start.mjs [--modules=1000] [--runs=7] [--extension=mjs|ts] [--only=node,heatsync-rs]
//
// heatsync-rs twice: the first time (no cache of code yet), and warm. Tools that keep a cache of their own keep it.
// Timed from the command until the program, which has loaded all modules, prints, and until the process has ended.
import { spawn } from "node:child_process";
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
/** @type {Map<string, { printed: number, ended: number }[]>} */
const times = new Map(ways.map(([name]) => [name, []]));
for (let run = 0; run < runs; run++) {
  for (const [name, command, env, before] of ways) {
    const own = times.get(name);
    if (!own || (run > 0 && own.length === 0)) continue;
    before();
    try {
      own.push(await timed(command, env));
    } catch (error) {
      console.error(`${name}: ${/** @type {Error} */ (error).message.split("\n")[0]}`);
    }
  }
}

/**
 * @param {string[]} command
 * @param {Record<string, string>} env
 * @returns {Promise<{ printed: number, ended: number }>} milliseconds
 */
function timed([command, ...args], env) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, [...args, `main.${extension}`], {
      cwd: folder,
      // Few users have them, and Node.js 20 reads all root certificates for them as it starts (55 ms).
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...env },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 120_000,
    });
    let output = "";
    let printed = 0;
    child.stdout.setEncoding("utf8").on("data", (data) => {
      printed ||= performance.now() - begin;
      output += data;
    });
    child.on("error", reject);
    child.on("close", () => {
      const ended = performance.now() - begin;
      if (output.includes(want)) resolve({ printed, ended });
      else reject(new Error(`it printed ${output}`));
    });
  });
}

const median = (/** @type {number[]} */ list) =>
  list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const rows = [...times].map(([name, list]) => {
  const figures = /** @type {const} */ (["printed", "ended"]).flatMap((end) => {
    const of = (/** @type {typeof list} */ all) => median(all.map((it) => it[end]));
    return [of(list).toFixed(0), (of(list) / of(times.get("node") ?? [])).toFixed(2)];
  });
  return [name, ...figures];
});
console.log(`\nStart of ${modules} .${extension} modules in ms, medians of ${runs}. ${machine()}\n`);
console.log(markdown([["tool", "until it prints", "× node", "until it ends", "× node"], ...rows]));
