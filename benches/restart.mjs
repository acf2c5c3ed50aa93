// Save → listening again, of the runner beside other tools that start a program anew, in one interleaved run.
//
//   node restart.mjs [--edits=50] [--only=heatsync,nodemon,...] [--bun=path of another bun than that of peers/]
//
// Every tool runs subjects/http.cjs, a bare node:http server, on a port of its own and watches one file it requires. The time
// runs from just before that file is written to the moment the new process, which listens, has told us so (bun's clock is
// its own). Edits come 500-900 ms apart, when every
// tool has come to rest.
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../scripts/support.mjs";
import { tools as peers } from "./peers/tools.mjs";
import {
  here,
  machine,
  markdown,
  parseArguments,
  random,
  scratch,
  setUp,
  startChild,
  statistics,
} from "./support.mjs";

/** @typedef {{ subject: string, value: number }} Report */
/** @typedef {{ name: string, folder: string, value: number, times: number[], lost: number, arrive: (report: Report) => void }} Subject */

const { options } = parseArguments(process.argv.slice(2));
const edits = Number(options.edits ?? 50);
const lostAfter = 5000; // ms
const node = process.execPath;
const app = path.join(here, "subjects", "http.cjs");
/** @type {Record<string, string[]>} */
const tools = {
  heatsync: [node, path.join(root, "runtime", "cli", "main.cjs"), app],
  "heatsync --no-spare": [node, path.join(root, "runtime", "cli", "main.cjs"), "--no-spare", app],
  nodemon: [
    node,
    path.join(here, "node_modules", "nodemon", "bin", "nodemon.js"),
    "--quiet",
    "--watch",
    ".",
    app,
  ],
  "node --watch": [node, "--watch", "--watch-preserve-output", app],
};
const bun = typeof options.bun === "string" ? options.bun : peers.bun.start?.[0];
if (bun && fs.existsSync(bun)) tools["bun --watch"] = [bun, "--watch", "--no-clear-screen", app];
const only = typeof options.only === "string" ? options.only.split(",") : Object.keys(tools);
const chance = random(1);

await setUp();
const folder = scratch("restart");
const socket = path.join(folder, "socket");
/** @type {Map<string, Subject>} */
const subjects = new Map();
const server = net.createServer((connection) => {
  let text = "";
  connection.on("error", () => {});
  connection.on("data", (chunk) => {
    text += chunk;
  });
  connection.on("end", () => {
    /** @type {Report} */
    const report = JSON.parse(text);
    subjects.get(report.subject)?.arrive(report);
  });
});
await new Promise((resolve) => server.listen(socket, () => resolve(undefined)));

for (const name of only) {
  if (!tools[name]) throw new Error(`no tool ${name}, only ${Object.keys(tools).join(", ")}`);
  await start(name, tools[name]);
}
await sleep(1500);
for (let edit = 0; edit < edits; edit++) {
  for (const subject of subjects.values()) {
    await sleep(500 + chance() * 400);
    await measure(subject);
  }
}
server.close();
const rows = [...subjects.values()].map(({ name, times, lost }) => {
  const { p50, p95, max } = statistics(times);
  return [name, ...[p50, p95, max].map((it) => it.toFixed(1)), `${lost}/${edits}`];
});
console.log(`Save → listening again in ms. ${machine()}\n`);
console.log(markdown([["tool", "p50", "p95", "max", "lost"], ...rows]));
process.exit();

/** @param {string} name @param {string[]} command */
async function start(name, [program, ...args]) {
  const id = String(subjects.size);
  const own = path.join(folder, id);
  fs.mkdirSync(own);
  fs.writeFileSync(path.join(own, "value.cjs"), "module.exports = 0;");
  const subject = /** @type {Subject} */ ({
    name,
    folder: own,
    value: 0,
    times: [],
    lost: 0,
    arrive: () => {},
  });
  subjects.set(id, subject);
  const started = live(subject);
  const env = {
    ...process.env,
    BENCH_SOCKET: socket,
    BENCH_SUBJECT: id,
    BENCH_PORT: String(await freePort()),
  };
  startChild(program, args, { cwd: own, env, stdio: ["ignore", "ignore", "ignore"] });
  if ((await started) === undefined) throw new Error(`${name} did not start`);
}

/** @param {Subject} subject */
async function measure(subject) {
  subject.value++;
  const becameLive = live(subject);
  const before = process.hrtime.bigint();
  fs.writeFileSync(path.join(subject.folder, "value.cjs"), `module.exports = ${subject.value};`);
  const at = await becameLive;
  if (at === undefined) subject.lost++;
  else subject.times.push(Number(at - before) / 1e6);
}

/** @param {Subject} subject @returns {Promise<bigint | undefined>} when the newest value was served; undefined: never */
function live(subject) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lostAfter, undefined);
    subject.arrive = ({ value }) => {
      if (value !== subject.value) return;
      clearTimeout(timer);
      resolve(process.hrtime.bigint());
    };
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
