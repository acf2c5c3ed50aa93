// Save → live, of heatsync-rs beside the floor and its peers, in one interleaved run.
//
//   node run.mjs [--edits=200] [--only=floor,sync.import,...] [--seed=1] [--modules=5000] [--json=file]
//
// Each subject has ten modules of 2.4 KB in a folder of its own (programs.mjs), one of which is edited, in place (open,
// truncate, write, close) and atomically (write a temporary, rename over). Subjects that say "of N" have as many
// modules as `--modules` says. The time runs from just before the write to the
// moment the new value is read the API's ordinary way in the subject, see subjects/report.cjs. Subjects take turns
// in blocks of ten edits, in an order shuffled for each round, so that all share the machine's good and bad moments.
// Within a block each edit comes 50-400 ms after the one before became live, since that is where edits get lost. Before
// a block all subjects but this one were at work, for half a minute when there are many: what is cold by then has a column of its own
// ("after a pause"), one edit a block, which is none of the ten.
// An edit not live after five seconds is lost. Each way of saving has processes of its own: a tool that watches a file's
// inode is deaf after the first atomic save, which must not spoil its figures for in-place ones. After five losses in a
// row a process is given up, and its remaining edits count as lost.
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as programs from "./programs.mjs";
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

/**
 * @typedef {{ command: string[], env?: Record<string, string>, extra?: boolean, isTold?: boolean, program?: programs.Program, modules?: number }} Tool
 * @typedef {{ name: string, way: Way, folder: string, program: programs.Program, expected: number, stop: () => void,
 *   arrive: (message: Report) => void, times: number[], afterPause: number[], lost: number, lostInARow: number }} Subject
 * @typedef {{ subject: string, value: number, at: string }} Report
 * @typedef {"in place" | "atomic"} Way
 */

const node = process.execPath;
/** @param {string} name */
const subjectFile = (name) => path.join(here, "subjects", name);

const { options } = parseArguments(process.argv.slice(2));
const large = Number(options.modules ?? 5000);

/** Under register, with `import.meta.hot`. @param {programs.Program} program @param {number} modules @returns {Tool} */
const hot = (program, modules) => ({
  // Ours first: what was preloaded before might have hooks, which would be asked for every module.
  command: [node, "--import", register, "--import", subjectFile("hot.cjs"), "app.mjs"],
  program,
  modules,
  extra: true,
  isTold: true,
});
const register = new URL("../runtime/esm/register.cjs", import.meta.url).href;

/** @type {Record<string, Tool>} those with `extra` only run when asked for by name */
const tools = {
  "floor (fs.watch + read + compile)": { command: [node, subjectFile("floor.cjs")] },
  "heatsync-rs sync.require": {
    command: [node, subjectFile("sync.cjs")],
    env: { BENCH_PACKAGE: "heatsync-rs" },
  },
  "heatsync-rs sync.import": {
    command: [node, subjectFile("import.cjs")],
    program: programs.esm,
    extra: true,
  },
  "heatsync-rs sync.import of CommonJS": { command: [node, subjectFile("import.cjs")], extra: true },
  "heatsync-rs import.meta.hot": hot(programs.accepting, 10),
  "heatsync-rs sync.import, code edited": {
    command: [node, subjectFile("import.cjs")],
    program: programs.esmCode,
    extra: true,
  },
  "heatsync-rs import.meta.hot, code edited": hot(programs.acceptingCode, 10),
  "heatsync-rs hot leaf of 10": hot(programs.leaf, 10),
  [`heatsync-rs hot leaf of ${large}`]: hot(programs.leaf, large),
  "heatsync-rs hot root, 20 levels, of 30": hot(programs.deep, 30),
  [`heatsync-rs hot root, 20 levels, of ${large}`]: hot(programs.deep, large),
  "heatsync 2.8.3": { command: [node, subjectFile("sync.cjs")], env: { BENCH_PACKAGE: "heatsync" } },
  "node --watch": { command: [node, "--watch", "--watch-preserve-output", subjectFile("restart.cjs")] },
  nodemon: {
    command: [
      node,
      path.join(here, "node_modules", "nodemon", "bin", "nodemon.js"),
      "--quiet",
      "--watch",
      ".",
      subjectFile("restart.cjs"),
    ],
  },
};
/** @type {Way[]} */
const ways = ["in place", "atomic"];
const block = 10;
const lostAfter = 5000; // ms
const deafAfter = 5; // edits

const edits = Number(options.edits ?? 200);
const chance = random(Number(options.seed ?? 1));
const only = typeof options.only === "string" ? options.only.split(",") : undefined;
const chosen = Object.entries(tools).filter(([name, { extra }]) =>
  only
    ? only.some((part) => (part === "heatsync" ? name.startsWith("heatsync 2") : name.includes(part)))
    : !extra,
);

await setUp();
const folder = scratch("bench");
const socket =
  process.platform === "win32"
    ? `\\\\.\\pipe\\heatsync-rs-bench-${process.pid}`
    : path.join(folder, "socket");
/** @type {Map<string, Subject>} by what the subject calls itself */
const subjects = new Map();

const server = net.createServer((connection) => {
  let rest = "";
  connection.on("error", () => {});
  connection.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      /** @type {Report} */
      const message = JSON.parse(line);
      subjects.get(message.subject)?.arrive(message);
    }
  });
});
await new Promise((resolve) => server.listen(socket, () => resolve(undefined)));

console.error(`${machine()}; ${edits} edits each way, seed ${options.seed ?? 1}`);
for (const [name, tool] of chosen) for (const way of ways) await startSubject(name, tool, way);
await sleep(1500); // nodemon and node --watch set their watchers up after the program has started

const rounds = Math.ceil(edits / block);
for (let round = 0; round < rounds; round++) {
  for (const subject of shuffled([...subjects.values()])) {
    await measure(subject, subject.afterPause);
    for (let i = round * block; i < Math.min(edits, (round + 1) * block); i++)
      await measure(subject, subject.times);
  }
  console.error(`${Math.min(edits, (round + 1) * block)} of ${edits} edits`);
}
for (const subject of subjects.values()) subject.stop();
server.close();
print();
process.exit();

/**
 * @param {string} name
 * @param {Tool} tool
 * @param {Way} way
 */
async function startSubject(name, tool, way) {
  const id = String(subjects.size);
  const own = path.join(folder, id);
  fs.mkdirSync(own);
  const { program = programs.commonjs, modules = 10 } = tool;
  program.write(own, modules);
  const subject = /** @type {Subject} */ ({
    name,
    way,
    folder: own,
    program,
    expected: 0,
    stop: () => {},
    arrive: () => {},
    times: [],
    afterPause: [],
    lost: 0,
    lostInARow: 0,
  });
  subjects.set(id, subject);
  const ready = live(subject, 60_000);
  const [command, ...args] = tool.command;
  const env = { ...process.env, ...tool.env, BENCH_SOCKET: socket, BENCH_SUBJECT: id };
  // A line for each update, which is read by nobody here.
  const errors = tool.isTold ? "ignore" : "inherit";
  subject.stop = startChild(command, args, { cwd: own, env, stdio: ["ignore", "ignore", errors] }).stop;
  if ((await ready) === undefined) throw new Error(`${name} did not start`);
}

/**
 * One edit, waited for.
 * @param {Subject} subject
 * @param {number[]} times where it is noted
 */
async function measure(subject, times) {
  if (subject.lostInARow === deafAfter) {
    subject.lost++;
    return;
  }
  await sleep(50 + chance() * 350);
  subject.expected++;
  const file = path.join(subject.folder, subject.program.edited);
  const text = subject.program.source(subject.expected);
  const becameLive = live(subject, lostAfter);
  const before = process.hrtime.bigint();
  if (subject.way === "in place") fs.writeFileSync(file, text);
  else {
    fs.writeFileSync(`${file}.tmp`, text);
    fs.renameSync(`${file}.tmp`, file);
  }
  const at = await becameLive;
  if (at === undefined) {
    subject.lost++;
    subject.lostInARow++;
  } else {
    times.push(Number(at - before) / 1e6);
    subject.lostInARow = 0;
  }
}

/**
 * @param {Subject} subject
 * @param {number} patience milliseconds
 * @returns {Promise<bigint | undefined>} when the expected value was read; undefined if it never was
 */
function live(subject, patience) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, undefined);
    subject.arrive = ({ value, at }) => {
      if (value !== subject.expected) return;
      clearTimeout(timer);
      subject.arrive = () => {};
      resolve(BigInt(at));
    };
  });
}

/**
 * @template T
 * @param {T[]} list
 * @returns {T[]}
 */
function shuffled(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

function print() {
  const results = [...subjects.values()].map(({ name, way, times, afterPause, lost, lostInARow }) => ({
    subject: name,
    way,
    edits: times.length + afterPause.length + lost,
    lost,
    deaf: lostInARow === deafAfter,
    ...statistics(times),
    pause: statistics(afterPause),
    times,
    afterPause,
  }));
  /** @param {number} value */
  const ms = (value) => (Number.isNaN(value) ? "–" : value.toFixed(value < 100 ? 2 : 0));
  /** @param {number} value @param {number} floor */
  const ratio = (value, floor) => (value / floor).toFixed(value / floor < 10 ? 2 : 0);
  const rows = results.map((result) => {
    const { subject, way, p50, p95, p99, max, pause, lost, edits, deaf } = result;
    const floor = results.find((other) => other.subject.startsWith("floor") && other.way === way);
    const ratios = floor && !Number.isNaN(p50) ? `${ratio(p50, floor.p50)} / ${ratio(p99, floor.p99)}` : "–";
    return [
      subject,
      way,
      ms(p50),
      ms(p95),
      ms(p99),
      ms(max),
      `${lost}/${edits}${deaf ? " deaf" : ""}`,
      ratios,
      floor && !Number.isNaN(pause.p50) ? `${ms(pause.p50)} (${ratio(pause.p50, floor.pause.p50)})` : "–",
    ];
  });
  console.log(`\nSave → live in ms. ${machine()}\n`);
  console.log(
    markdown([
      ["subject", "save", "p50", "p95", "p99", "max", "lost", "× floor p50 / p99", "after a pause (× floor)"],
      ...rows,
    ]),
  );
  if (typeof options.json === "string") {
    const report = { machine: machine(), seed: Number(options.seed ?? 1), results };
    fs.writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}
