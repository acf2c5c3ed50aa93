// Versions of a tree written over one another at once, as `git switch` does: the program that runs has to see what a fresh process does
// then, and one instance of each module.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { writeSomehow } from "./manners.mjs";
import { project, until } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";
import { filesOf } from "./tree-texts.mjs";

/** Milliseconds in which a switch has to be live. */
const PATIENCE = Number(process.env.BRANCH_PATIENCE ?? 5000);
const REGISTER = ["--import", "heatsync-rs/register"];
const TELL = `process.on("message", async () => {
    let told;
    try { told = JSON.stringify(await seen()); } catch (error) { told = "threw " + (error.stack ?? error); }
    process.send(told);
  });
  process.send("up");`;
const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", (error) => console.error("ERR", error));`;
/** @type {Record<string, string>} */
const ENTRIES = {
  accept: `import { seen } from "./src/root.mjs"; import.meta.hot.accept("./src/root.mjs");`,
  init: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./src/root.mjs"] });
    const seen = async () => (await import("./src/root.mjs")).seen(); await seen();`,
  import: `${SYNC} const root = await sync.import("./src/root.mjs"); const seen = () => root.seen();`,
  require: `${SYNC} const root = sync.require("./src/root.mjs"); const seen = () => root.seen();`,
};

/** Each with `reg` at its end: under register, too. */
export const WAYS = ["accept", "init", "initreg", "import", "importreg", "require", "requirereg"];

/**
 * Asks for what it sees all the while, too: what is written in pieces is then evaluated in pieces. Not without end, or on a busy machine what it
 * is asked by us waits for all that it asks itself.
 * @param {number} every how many milliseconds
 */
const asking = (every) => `let asked = 0;
  const end = () => void asked--;
  setInterval(() => { if (asked++ < 20) seen().then(end, end); else end(); }, ${every}).unref();`;

/** Before which file of a version there is a pause, of how many milliseconds: a busy disk lets them come so. @typedef {[at: number, pause: number][]} Cuts */

const sleep = (/** @type {number} */ milliseconds) =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/**
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 */
const changedIn = (before, after) => [
  ...Object.keys(before).filter((name) => !(name in after)),
  ...Object.keys(after).filter((name) => before[name] !== after[name]),
];

/**
 * @param {import("./project.mjs").Project} self
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 * @param {Cuts} [cuts]
 * @param {() => number} [random] where they are written in manners (manners.mjs)
 */
function write(self, before, after, cuts = [], random) {
  const did = [];
  for (const [at, name] of changedIn(before, after).entries()) {
    for (const [place, pause] of cuts) if (place === at) sleep(pause);
    if (!(name in after)) fs.rmSync(self.path(name));
    else if (random) did.push(writeSomehow(self, name, after[name], random));
    else self.write(name, after[name]);
  }
  return did.join(", ");
}

/** @param {number} pieces @param {number} count of files @returns {Cuts} */
const someCuts = (pieces, count) =>
  Array.from({ length: pieces }, () => [
    Math.floor(Math.random() * count),
    1 + Math.floor(Math.random() * 45),
  ]);

const FRESH = `import { seen } from "./src/root.mjs"; process.stdout.write(JSON.stringify(await seen()));`;

/** @param {import("./project.mjs").Project} self what a process that starts now sees */
function freshly(self) {
  const { stdout, stderr } = spawnSync(process.execPath, [...REGISTER, "fresh.mjs"], {
    cwd: self.directory,
    encoding: "utf8",
  });
  return stdout || stderr;
}

/** Whether it is under register. @param {string} way */
const isRegistered = (way) => way === "accept" || way.endsWith("reg");

/**
 * What there may be in a tree. In a module that Node runs, and that is not evaluated anew, an import() gives what Node had first, without
 * register; Node 20 by itself runs no TypeScript, and later ones none that is CommonJS and has imports.
 * @param {string} way
 */
export const possibleIn = (way) => ({
  hasImports: isRegistered(way) || way === "init",
  hasAwait: !way.startsWith("require"),
  hasTypeScript: isRegistered(way) || (way === "init" && !process.versions.node.startsWith("20.")),
});

/**
 * What a running program sees differently, or undefined.
 * @param {import("node:test").TestContext} t
 * @param {string} way
 * @param {import("./tree-versions.mjs").Plan} plan
 * @param {{ pieces?: number, cuts?: Cuts[], every?: number, manners?: number }} [options] how many cuts there are in each version; or which;
 *   how often it asks by itself, in milliseconds; and the seed of the manners in which files are written
 */
export async function branches(t, way, { trees, steps }, { pieces = 0, cuts = [], every = 0, manners } = {}) {
  const random = manners === undefined ? undefined : randomOf(manners);
  const versions = trees.map(filesOf);
  const self = project(t, { "package.json": { type: "module" } }, `heatsync ${way} `);
  write(
    self,
    {},
    {
      ...versions[0],
      "entry.mjs": `${ENTRIES[way.replace(/reg$/, "")]} ${TELL} ${every ? asking(every) : ""}`,
      "fresh.mjs": FRESH,
    },
  );
  const program = self.run("entry.mjs", { nodeArguments: isRegistered(way) ? REGISTER : [] });
  const { child } = program;
  let answer = "";
  let isAsked = false;
  child.on("message", (message) => {
    answer = String(message);
    isAsked = false;
  });
  await until(() => answer === "up" || program.hasEnded, "the start");
  if (program.hasEnded) return `no start: ${program.stderr}\n--- freshly\n${freshly(self)}`;
  let now = 0;
  const left = cuts.values();
  /** @type {Cuts[]} */
  const made = [];
  for (const [step, turns] of steps.entries()) {
    for (const [at, { to, pause }] of turns.entries()) {
      const files = changedIn(versions[now], versions[to]);
      made.push(left.next().value ?? someCuts(pieces, files.length));
      program.stderr += `--- to ${to}\n`;
      program.stderr += write(self, versions[now], versions[to], made.at(-1), random);
      now = to;
      if (at + 1 < turns.length) sleep(pause);
    }
    const fresh = freshly(self);
    const end = Date.now() + PATIENCE;
    while (answer !== fresh && !program.hasEnded && Date.now() < end) {
      // It may end in between.
      if (!isAsked) child.send("?", () => {});
      isAsked = true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const where = pieces > 0 ? `, --cuts=${JSON.stringify(made)}` : "";
    if (answer !== fresh) return `step ${step}${where}: ${answer}\ninstead of ${fresh}\n${program.stderr}`;
  }
  return undefined;
}
