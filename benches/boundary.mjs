// What `import()` of a boundary costs when nothing has changed, beside hot-hook and plain Node.
//
//   node boundary.mjs [--rounds=5] [--count=100000] [--seconds=3] [--connections=16] [--only=plain,heatsync-rs register,...] [--json=file]
//
// Alone: the median of `rounds` loops of `count` awaited imports, less that of as many awaited resolved promises; hot-hook
// asks a thread, and gets a twentieth of the count. Under load: a node:http server that imports its handler for each request,
// asked by `connections` keep-alive connections of another process. "register": the program runs under the
// package's register; "init": plain Node runs it, and it calls hot.init.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../scripts/support.mjs";
import { here, machine, markdown, parseArguments, scratch, setUp, startChild } from "./support.mjs";

const { options } = parseArguments(process.argv.slice(2));
const { rounds = "5", count = "100000", seconds = "3", connections = "16" } = options;
const modes = ["plain", "heatsync-rs register", "heatsync-rs init", "hot-hook register", "hot-hook init"];
const only = typeof options.only === "string" ? options.only.split(",") : modes;

await setUp();
const folder = scratch("boundary");
fs.writeFileSync(
  path.join(folder, "package.json"),
  JSON.stringify({ type: "module", hotHook: { root: "./main.mjs" } }),
);
fs.writeFileSync(path.join(folder, "app.js"), `export const answer = () => "answer";\n`);
fs.copyFileSync(path.join(here, "subjects", "boundary.mjs"), path.join(folder, "main.mjs"));
fs.symlinkSync(path.join(here, "node_modules"), path.join(folder, "node_modules"), "junction");

const results = [];
for (const mode of only) results.push({ mode, ...(await alone(mode)), ...(await underLoad(mode)) });
const rows = results.map(({ mode, cost, rate, latency }) => [
  mode,
  cost.toFixed(2),
  ...[rate, 1000 * latency.p50, 1000 * latency.p99].map((it) => it.toFixed(0)),
]);
console.log(`import() of an unchanged boundary. ${machine()}\n`);
console.log(markdown([["", "µs alone", "requests/s", "p50 µs", "p99 µs"], ...rows]));
if (typeof options.json === "string") {
  fs.writeFileSync(options.json, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
}
process.exit();

/** @param {string} mode @param {string[]} args */
function start(mode, args) {
  const [name, how] = mode.split(" ");
  const flags = how === "register" ? ["--import", `${name}/register`] : [];
  const divisor = name === "hot-hook" ? 20 : 1;
  const env = {
    ...process.env,
    BENCH_MODE: mode,
    BENCH_COUNT: String(Math.ceil(Number(count) / divisor)),
    BENCH_ROUNDS: String(rounds),
  };
  const stdio = /** @type {const} */ (["ignore", "ignore", "inherit", "ipc"]);
  return startChild(process.execPath, [...flags, "main.mjs", ...args], { cwd: folder, env, stdio });
}

/** @param {import("node:child_process").ChildProcess} child @param {(message: any) => boolean} [isWanted] @returns {Promise<any>} */
function message(child, isWanted = () => true) {
  return new Promise((resolve, reject) => {
    child.on("message", (it) => {
      if (isWanted(it)) resolve(it);
    });
    child.once("close", (code, signal) => reject(new Error(`ended: ${signal ?? code}`)));
  });
}

/** @param {string} mode */
async function alone(mode) {
  const { child } = start(mode, []);
  const { floor, own } = await message(child, (it) => "floor" in it);
  return { floor, cost: own - floor };
}

/** @param {string} mode */
async function underLoad(mode) {
  const { child, stop } = start(mode, ["serve"]);
  const { port } = await message(child, (it) => "port" in it);
  const generator = path.join(root, "__test__", "support", "load.mjs");
  const url = `http://127.0.0.1:${port}/`;
  const load = startChild(process.execPath, [generator, url, String(connections)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await message(load.child, (it) => it === "running");
  // What V8 compiles only when it is hot.
  await sleep(1000);
  load.child.send("reset");
  await sleep(1000 * Number(seconds));
  load.child.send("end");
  const { answered, failures, latency } = await message(load.child, (it) => "answered" in it);
  stop();
  if (failures.length > 0) throw new Error(`${mode}: ${failures.length} requests failed: ${failures[0]}`);
  return { rate: answered / Number(seconds), latency };
}
