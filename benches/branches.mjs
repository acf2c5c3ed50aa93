// Two random versions of a tree of ES modules, CommonJS (requiring ES modules, too), TypeScript and JSON: all files of one are written over the
// other's at once, as `git switch` does, there and back; then the program that runs has to see what a fresh process does.
//
//   node benches/branches.mjs [--trees=20] [--modules=40] [--seed=N] [--ways=accept,init,initreg,import,importreg,require,requirereg]

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { project, until } from "../__test__/support/project.mjs";
import { random } from "./support.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const trees = Number(options.trees ?? 20);
const size = Number(options.modules ?? 40);
const first = Number(options.seed ?? Date.now() % 1_000_000);

/** Milliseconds in which a switch has to be live. */
const PATIENCE = 5000;
const REGISTER = ["--import", "heatsync-rs/register"];
const TELL = `process.on("message", async () => process.send(JSON.stringify(await seen()))); process.send("up");`;
const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {});`;
/** @type {Record<string, string>} */
const WAYS = {
  accept: `import { seen } from "./src/root.mjs"; import.meta.hot.accept("./src/root.mjs");`,
  init: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./src/root.mjs"] });
    const seen = async () => (await import("./src/root.mjs")).seen(); await seen();`,
  import: `${SYNC} const root = await sync.import("./src/root.mjs"); const seen = () => root.seen();`,
  require: `${SYNC} const root = sync.require("./src/root.mjs"); const seen = () => root.seen();`,
};

/** @typedef {{ id: number, kind: string, folder: number, value: number, uses: number[] }} Unit */

/** @param {number} seed @returns {(below: number) => number} */
function chance(seed) {
  const next = random(seed);
  return (below) => Math.floor(next() * below);
}

const KINDS = ["mjs", "mjs", "cjs", "cjs", "ts", "cts", "json"];

/** @param {number} id @param {(below: number) => number} any @returns {Unit} */
function unit(id, any) {
  const kind = KINDS[any(KINDS.length)];
  const uses =
    kind === "json" ? [] : [...new Set([any(id + 1), any(id + 1), any(id + 1)])].filter((it) => it < id);
  return { id, kind, folder: any(5), value: any(1000), uses };
}

/** Another version of a tree. @param {Unit[]} tree @param {(below: number) => number} any @returns {Unit[]} */
function changed(tree, any) {
  return tree.map((it) => {
    const fate = any(8);
    if (fate === 0) return { ...it, value: any(1000) };
    if (fate === 1) return { ...it, folder: any(5) };
    return fate === 2 ? unit(it.id, any) : it;
  });
}

const nameOf = (/** @type {Unit} */ { id, kind, folder }) => `f${folder}/m${id}.${kind}`;

/** @param {Unit} it @param {Unit[]} tree */
function textOf(it, tree) {
  if (it.kind === "json") return JSON.stringify({ sum: it.value });
  const isEs = it.kind === "mjs" || it.kind === "ts";
  const used = it.uses.map((id) => tree[id]);
  const load = used.map((other) => {
    const [local, from] = [`m${other.id}`, JSON.stringify(`../${nameOf(other)}`)];
    if (!isEs) return `const ${local} = require(${from});`;
    if (other.kind === "json") return `import ${local} from ${from} with { type: "json" };`;
    return `import * as ${local} from ${from};`;
  });
  const sum = [it.value, ...used.map((other) => `m${other.id}.sum`)].join(" + ");
  return `${load.join("\n")}\n${isEs ? "export const sum" : "exports.sum"} = ${sum};\n`;
}

/** @param {Unit[]} tree @returns {Record<string, string>} */
function filesOf(tree) {
  const files = Object.fromEntries(tree.map((it) => [`src/${nameOf(it)}`, textOf(it, tree)]));
  const load = tree.map((it) => {
    const attributes = it.kind === "json" ? ` with { type: "json" }` : "";
    return `import ${it.kind === "json" ? `m${it.id}` : `* as m${it.id}`} from "./${nameOf(it)}"${attributes};`;
  });
  const sums = tree.map(({ id }) => `m${id}.sum`).join(", ");
  return { ...files, "src/root.mjs": `${load.join("\n")}\nexport const seen = () => [${sums}];\n` };
}

/** @param {import("../__test__/support/project.mjs").Project} self @param {Record<string, string>} before @param {Record<string, string>} after */
function write(self, before, after) {
  for (const name of Object.keys(before)) if (!(name in after)) fs.rmSync(self.path(name));
  for (const [name, text] of Object.entries(after)) if (before[name] !== text) self.write(name, text);
}

/** @param {import("../__test__/support/project.mjs").Project} self @param {string} way @param {Record<string, string>[]} versions */
async function differs(self, way, versions) {
  const isRegistered = way === "accept" || way.endsWith("reg");
  const entry = WAYS[way.replace(/reg$/, "")];
  write(self, {}, { ...versions[0], "entry.mjs": `${entry} ${TELL}`, "fresh.mjs": FRESH });
  const program = self.run("entry.mjs", { nodeArguments: isRegistered ? REGISTER : [] });
  const { child } = program;
  let answer = "";
  child.on("message", (message) => {
    answer = String(message);
  });
  await until(() => answer === "up", "the start");
  for (let step = 1; step < 5; step++) {
    write(self, versions[(step - 1) % 2], versions[step % 2]);
    const fresh = spawnSync(process.execPath, [...REGISTER, "fresh.mjs"], {
      cwd: self.directory,
      encoding: "utf8",
    });
    const end = Date.now() + PATIENCE;
    while (answer !== fresh.stdout && Date.now() < end) {
      child.send("?");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (answer !== fresh.stdout)
      return `step ${step}: ${answer}\ninstead of ${fresh.stdout || fresh.stderr}\n${program.stderr}`;
  }
  return null;
}

const FRESH = `import { seen } from "./src/root.mjs"; process.stdout.write(JSON.stringify(seen()));`;
const ways = (options.ways ?? "accept,init,initreg,import,importreg,require,requirereg").split(",");
console.log(`Node ${process.versions.node}, ${trees} trees of ${size} modules, from seed ${first}`);
for (let seed = first; seed < first + trees; seed++) {
  const any = chance(seed);
  const tree = Array.from({ length: size }, (_, id) => unit(id, any));
  const versions = [tree, changed(tree, any)].map(filesOf);
  for (const way of ways) {
    /** @type {(() => unknown)[]} */
    const endings = [];
    const t = { after: (/** @type {() => unknown} */ ending) => void endings.push(ending) };
    const self = project(/** @type {any} */ (t), { "package.json": { type: "module" } }, `heatsync ${way} `);
    const difference = await differs(self, way, versions);
    if (difference) process.exitCode = 1;
    console.log(`seed ${seed}, ${way}: ${difference ?? "as a fresh process"}`);
    for (const ending of endings) await ending();
  }
}
