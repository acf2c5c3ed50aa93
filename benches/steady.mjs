// Steady state: CPU-bound programs of ES modules under register beside plain Node and other tools, in one interleaved run.
//
//   node steady.mjs [--runs=10] [--only=function,parse5] [--peers=dynohot,vite-node] [--peer-runs=3] [--node=/path/to/node] [--saved]
//
// Hot loops over what a module imports, and programs from npm whose sources are made the project's own: parsers of HTML
// (parse5) and of JavaScript (acorn), renderers of Markdown (markdown-it, marked). Each run is a process of its own, which
// works until V8 has optimized it and then measures: time, and CPU time of the process, which says more on a busy machine.
// With --saved the modules that are measured are saved once more before that, and what runs is their second version (of
// plain Node and the peers the first: only import.meta.hot says when). Peers are those of peers/tools.mjs; `--peers` alone is all.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "../scripts/support.mjs";
import { tools } from "./peers/tools.mjs";
import { here, machine, markdown, parseArguments, scratch, setUp, statistics } from "./support.mjs";

const LOOPS = 4e7;

/** What the hot loops import. */
const dependency = `
  export function add(a, b) { return (a + b) | 0; }
  export const K = 7;
  export class Point { constructor(x) { this.x = x; } get() { return this.x; } }
  export let count = 0;
  export function up() { count++; }
  export let total = 0;
  export function sum(n) { for (let i = 0; i < n; i++) total += i & 3; return total; }
  export const table = Array.from({ length: 64 }, (_, i) => i);
  export default (x) => x ^ 5;
`;

const looks = Array.from({ length: 7 }, (_, at) => `look${at}`);
/** Others that import what is written in a loop, by file. @type {Record<string, string>} */
const importers = {
  ...Object.fromEntries(
    looks.map((look) => [
      `${look}.mjs`,
      `import { total } from "./dependency.mjs"; export const ${look} = () => total;`,
    ]),
  ),
  "cyclic.mjs": `
    import { look } from "./looking.mjs";
    export let total = 0;
    export function sum(n) { for (let i = 0; i < n; i++) total += i & 3; return total + look(); }
  `,
  "looking.mjs": `import { total } from "./cyclic.mjs"; export const look = () => total;`,
};

/** @type {Record<string, string>} */
const loops = {
  function: "let s = 0; for (let i = 0; i < N; i++) s = add(s, i); return s;",
  constant: "let s = 0; for (let i = 0; i < N; i++) s = (s + K) | 0; return s;",
  class: "let s = 0; for (let i = 0; i < N; i++) s = (s + new Point(i).get()) | 0; return s;",
  array: "let s = 0; for (let i = 0; i < N; i++) s = (s + table[i & 63]) | 0; return s;",
  default: "let s = 0; for (let i = 0; i < N; i++) s = d(s + i); return s;",
  namespace: "let s = 0; for (let i = 0; i < N; i++) s = ns.add(s, ns.K); return s;",
  "let read": "let s = 0; for (let i = 0; i < N; i++) s = (s + count) | 0; return s;",
  "let written": "return sum(N);",
  "let written (eight importers)": `return sum(N) + ${looks.map((look) => `${look}()`).join(" + ")};`,
  "let written (and its namespace)": "return sum(N) + ns.total;",
  "let written (in a cycle)": "return cyclicSum(N);",
  "let written and read": "let s = 0; for (let i = 0; i < N; i++) { up(); s = (s + count) | 0; } return s;",
};

/** @param {string} name the work of one loop, as a module */
const loop = (name) => `
  import d, { add, K, Point, count, up, sum, table } from "./dependency.mjs";
  ${loops[name].includes("ns.") ? 'import * as ns from "./dependency.mjs";' : ""}
  ${name.endsWith("(in a cycle)") ? 'import { sum as cyclicSum } from "./cyclic.mjs";' : ""}
  ${name.endsWith("(eight importers)") ? looks.map((look) => `import { ${look} } from "./${look}.mjs";`).join(" ") : ""}
  void [d, add, K, Point, count, up, sum, table];
  const N = ${LOOPS};
  function loop(N) { ${loops[name]} }
  export const prepare = () => { loop(1e5); loop(1e5); loop(N); };
  export const work = () => { loop(N); loop(N); loop(N); };
`;

/** As long a text of each kind as can be had without a network. */
const texts = `
  import fs from "node:fs";
  export const text = fs.readFileSync(${JSON.stringify(path.join(here, "..", "ARCHITECTURE.md"))}, "utf8");
`;

/** @param {string} imports @param {string} once one piece of work @param {number} times for about 200 ms */
const repeated = (imports, once, times) => `
  ${imports}
  ${once}
  const repeat = () => { for (let i = 0; i < ${times}; i++) once(); };
  export { repeat as prepare, repeat as work };
`;

/** @type {Record<string, { package: string, sources: string, saved: string[], work: string }>} what is made of packages' sources */
const subjects = {
  parse5: {
    package: "parse5",
    sources: "dist",
    saved: ["parse5/parser/index.js", "parse5/tokenizer/index.js"],
    work: repeated(
      `import { parse, serialize } from "./parse5/index.js";`,
      `const html = Array.from({ length: 800 }, (_, i) =>
         \`<div class="a\${i}" id=b><p>some <b>text &amp; more</b><ul><li>one<li>two</ul><table><tr><td>\${i}</table></div>\`).join("\\n");
       const once = () => serialize(parse(html)).length;`,
      40,
    ),
  },
  acorn: {
    package: "acorn",
    sources: "dist",
    saved: ["acorn/acorn.mjs"],
    work: repeated(
      `import fs from "node:fs"; import { parse } from "./acorn/acorn.mjs";`,
      `const code = fs.readFileSync(${JSON.stringify(path.join(here, "node_modules/acorn/dist/acorn.mjs"))}, "utf8");
       const once = () => parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true }).body.length;`,
      12,
    ),
  },
  "markdown-it": {
    package: "markdown-it",
    sources: "lib",
    saved: ["markdown-it/parser_inline.mjs", "markdown-it/ruler.mjs"],
    work: repeated(
      `import markdownIt from "./markdown-it/index.mjs"; import { text } from "./texts.mjs";`,
      `const renderer = markdownIt({ html: true, linkify: true, typographer: true });
       const once = () => renderer.render(text).length;`,
      200,
    ),
  },
  marked: {
    package: "marked",
    sources: "lib",
    saved: ["marked/marked.esm.js"],
    work: repeated(
      `import { marked } from "./marked/marked.esm.js"; import { text } from "./texts.mjs";`,
      `const once = () => marked.parse(text).length;`,
      60,
    ),
  },
};

/** Measures, at first or once the module was saved again. */
const main = `
  import fs from "node:fs";
  import { prepare, work } from "./work.mjs";
  function measure() {
    prepare();
    const [start, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ time: Number(process.hrtime.bigint() - start) / 1e6, cpu: (user + system) / 1e3 }));
    process.exit();
  }
  if (!process.env.BENCH_SAVED || !import.meta.hot) measure();
  else {
    import.meta.hot.accept("./work.mjs", measure);
    const saved = JSON.parse(process.env.BENCH_SAVED);
    setInterval(() => {}, 1e6);
    for (const file of saved) fs.appendFileSync(file, "\\n// saved again\\n");
  }
`;

await setUp();
const { options } = parseArguments(process.argv.slice(2));
const runs = Number(options.runs ?? 10);
const peerRuns = Number(options["peer-runs"] ?? runs);
const node = typeof options.node === "string" ? options.node : process.execPath;
const only = typeof options.only === "string" ? options.only.split(",") : null;
const register = pathToFileURL(path.join(here, "..", "runtime", "esm", "register.cjs")).href;
const folder = scratch("steady");

/** @type {Record<string, { work: string, saved: string[] }>} and which modules are to be a second version */
const programs = {
  ...Object.fromEntries(
    Object.keys(loops).map((name) => [name, { work: loop(name), saved: ["dependency.mjs", "work.mjs"] }]),
  ),
  ...Object.fromEntries(
    Object.entries(subjects).map(([name, { work, saved }]) => [
      name,
      { work, saved: [...saved, "work.mjs"] },
    ]),
  ),
};

const installedPeers = path.join(here, "peers", "node_modules");
/** @type {Record<string, { command: string[], packages: string }>} what is measured, `register` beside `plain` first */
const kinds = {
  plain: { command: [node], packages: path.join(here, "node_modules") },
  register: { command: [node, "--import", register], packages: path.join(here, "node_modules") },
};
if (options.peers) {
  await ensureInstalled(path.join(here, "peers"));
  const named = typeof options.peers === "string" ? options.peers.split(",") : Object.keys(tools);
  for (const name of named) {
    const { start } = tools[name] ?? {};
    if (!start || name === "node" || name === "heatsync-rs") continue;
    kinds[name] = {
      command: start.map((part) => (part === process.execPath ? node : part)),
      packages: installedPeers,
    };
  }
}

const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
console.error(`${machine()}; measured: ${version}, ${runs} processes each`);
const peers = Object.keys(kinds).slice(2);
const rows = [
  [
    "program",
    "plain ms",
    "register ms",
    "register / plain",
    "CPU time, register / plain",
    ...peers.map((name) => `${name} / plain`),
  ],
];
for (const [name, { work, saved }] of Object.entries(programs)) {
  if (only && !only.includes(name)) continue;
  /** @type {Record<string, { time: number[], cpu: number[] }>} */
  const measured = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, { time: [], cpu: [] }]));
  for (let run = 0; run < runs; run++) {
    for (const [kind, own] of Object.entries(measured)) {
      if (run >= peerRuns && peers.includes(kind)) continue;
      const figures = measure(name, work, kind, saved);
      if (!figures) continue;
      own.time.push(figures.time);
      own.cpu.push(figures.cpu);
    }
  }
  const { plain, register: ours } = measured;
  const [before, after] = [statistics(plain.time).p50, statistics(ours.time).p50];
  const ofCpu = statistics(ours.cpu).p50 / statistics(plain.cpu).p50;
  rows.push([
    name,
    before.toFixed(1),
    after.toFixed(1),
    (after / before).toFixed(3),
    ofCpu.toFixed(3),
    ...peers.map((peer) => {
      const { time } = measured[peer];
      return time.length === 0 ? "does not run" : (statistics(time).p50 / before).toFixed(3);
    }),
  ]);
  console.error(rows.at(-1)?.join("  "));
}
console.log(`\nSteady state${options.saved ? ", second versions" : ""}, medians. ${version}\n`);
console.log(markdown(rows));

/**
 * @param {string} name
 * @param {string} work
 * @param {string} kind
 * @param {string[]} saved
 * @returns {{ time: number, cpu: number } | null} milliseconds; null where a peer can't run it
 */
function measure(name, work, kind, saved) {
  const { command, packages } = kinds[kind];
  const own = path.join(folder, name.replaceAll(/\W/g, "-"));
  fs.rmSync(own, { recursive: true, force: true });
  fs.mkdirSync(own);
  fs.symlinkSync(packages, path.join(own, "node_modules"));
  fs.writeFileSync(path.join(own, "package.json"), '{ "type": "module" }');
  const files = {
    "main.mjs": main,
    "work.mjs": work,
    "dependency.mjs": dependency,
    ...importers,
    "texts.mjs": texts,
  };
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(own, file), text);
  const subject = subjects[name];
  if (subject) {
    const installed = path.join(here, "node_modules", subject.package);
    const copy = path.join(own, subject.package);
    fs.cpSync(path.join(installed, subject.sources), copy, { recursive: true });
    // What it needs in another version than others do.
    const nested = path.join(installed, "node_modules");
    if (fs.existsSync(nested)) fs.symlinkSync(nested, path.join(copy, "node_modules"));
  }
  const env = { ...process.env };
  if (options.saved) env.BENCH_SAVED = JSON.stringify(saved);
  try {
    const output = execFileSync(command[0], [...command.slice(1), "main.mjs"], {
      cwd: own,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 120_000,
    });
    return JSON.parse(output);
  } catch (error) {
    if (kind === "plain" || kind === "register") throw error;
    return null;
  }
}
