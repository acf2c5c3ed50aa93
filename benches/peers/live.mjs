// Save → new code has run, beside other tools, in one interleaved run:
//   node live.mjs [--modules=10] [--case=leaf|root] [--edits=30] [--only=heatsync-rs,bun] [--seed=1] [--extension=mjs|ts]
//
// The changed module says so itself at its end (with --case=root, the last one evaluated because of it), over a socket.
// Edits are in place, 50 to 400 ms after the one before was live; tools take turns in blocks of five.

import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBuilt, ensureInstalled, parseArguments } from "../../scripts/support.mjs";
import { machine, markdown, random, scratch, startChild, statistics } from "../support.mjs";
import { writeLeaf, writeProject } from "./project.mjs";
import { tools } from "./tools.mjs";

const { options } = parseArguments(process.argv.slice(2));
const modules = Number(options.modules ?? 10);
const which = options.case === "root" ? "root" : "leaf";
const edits = Number(options.edits ?? 30);
const extension = options.extension === "ts" ? "ts" : "mjs";
const only = typeof options.only === "string" ? options.only.split(",") : undefined;
const chance = random(Number(options.seed ?? 1));
const BLOCK = 5;
const LOST = 15_000; // ms

await ensureInstalled(import.meta.dirname);
await ensureBuilt();
const folder = scratch("peers");
const socket = path.join(folder, "socket");
/** @type {Map<string, (value: number) => void>} */
const listeners = new Map();
const server = net.createServer((connection) => {
  let text = "";
  connection.setEncoding("utf8").on("data", (data) => {
    text += data;
    const lines = text.split("\n");
    text = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      const at = line.lastIndexOf(" ");
      listeners.get(line.slice(0, at))?.(Number(line.slice(at + 1)));
    }
  });
  connection.on("error", () => {});
});
await new Promise((resolve) => server.listen(socket, () => resolve(undefined)));

console.error(`${machine()}; ${modules} modules, ${which}, ${edits} edits each, seed ${options.seed ?? 1}`);
const subjects = [];
for (const [name, tool] of Object.entries(tools)) {
  if (!tool.watch || (only && !only.includes(name))) continue;
  const own = path.join(folder, name.replaceAll(/\W/g, "-"));
  fs.mkdirSync(own);
  fs.symlinkSync(path.join(import.meta.dirname, "node_modules"), path.join(own, "node_modules"));
  const { hasBoundaries = false } = tool;
  writeProject(own, modules, which, hasBoundaries, extension);
  const [command, ...args] = tool.watch;
  const env = { ...process.env, BENCH_SOCKET: socket, BENCH_SUBJECT: name };
  const subject = {
    name,
    own,
    hasBoundaries,
    value: 0,
    times: /** @type {number[]} */ ([]),
    lost: 0,
    stop: () => {},
  };
  const ready = live(subject, 0, 120_000);
  subject.stop = startChild(command, [...args, `main.${extension}`], { cwd: own, env, stdio: "ignore" }).stop;
  if ((await ready) === null) console.error(`${name}: did not start`);
  else subjects.push(subject);
}
await sleep(1000); // watchers that are set up after the start

for (let done = 0; done < edits; done += BLOCK) {
  for (const subject of subjects.toSorted(() => chance() - 0.5)) {
    if (subject.lost >= BLOCK) continue;
    for (let edit = 0; edit < BLOCK; edit++) {
      await sleep(50 + chance() * 350);
      const value = ++subject.value;
      const isLive = live(subject, value, LOST);
      const start = performance.now();
      writeLeaf(subject.own, which, value, subject.hasBoundaries, extension);
      const at = await isLive;
      if (at === null) subject.lost++;
      else subject.times.push(at - start);
    }
  }
}
for (const subject of subjects) subject.stop();
server.close();

const rows = subjects.map(({ name, times, lost }) => {
  const { p50, p95, p99 } = statistics(times);
  return [name, ...[p50, p95, p99].map((time) => time.toFixed(2)), `${lost}/${edits}`];
});
console.log(
  `\nSave → live in ms, ${modules} .${extension} modules, ${which === "leaf" ? "self-accepting leaf" : "root 20 levels up"}. ${machine()}\n`,
);
console.log(markdown([["tool", "p50", "p95", "p99", "lost"], ...rows]));
process.exit(0);

/**
 * @param {{ name: string }} subject
 * @param {number} wanted
 * @param {number} patience ms
 * @returns {Promise<number | null>} when it said so
 */
function live({ name }, wanted, patience) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, null);
    listeners.set(name, (value) => {
      if (value !== wanted) return;
      clearTimeout(timer);
      resolve(performance.now());
    });
  });
}
