// Versions of a tree written over one another at once, as `git switch` does: the program that runs has to see what a fresh process does
// then, and one instance of each module.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { project, until } from "./project.mjs";
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
 * @param {import("./project.mjs").Project} self
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 */
function write(self, before, after) {
  for (const name of Object.keys(before)) if (!(name in after)) fs.rmSync(self.path(name));
  for (const [name, text] of Object.entries(after)) if (before[name] !== text) self.write(name, text);
}

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
 */
export async function branches(t, way, { trees, steps }) {
  const versions = trees.map(filesOf);
  const self = project(t, { "package.json": { type: "module" } }, `heatsync ${way} `);
  write(
    self,
    {},
    { ...versions[0], "entry.mjs": `${ENTRIES[way.replace(/reg$/, "")]} ${TELL}`, "fresh.mjs": FRESH },
  );
  const program = self.run("entry.mjs", { nodeArguments: isRegistered(way) ? REGISTER : [] });
  const { child } = program;
  let answer = "";
  child.on("message", (message) => {
    answer = String(message);
  });
  await until(() => answer === "up" || program.hasEnded, "the start");
  if (program.hasEnded) return `no start: ${program.stderr}\n--- freshly\n${freshly(self)}`;
  let now = 0;
  for (const [step, turns] of steps.entries()) {
    for (const [at, { to, pause }] of turns.entries()) {
      program.stderr += `--- to ${to}\n`;
      write(self, versions[now], versions[to]);
      now = to;
      if (at + 1 < turns.length) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
    const fresh = freshly(self);
    const end = Date.now() + PATIENCE;
    while (answer !== fresh && !program.hasEnded && Date.now() < end) {
      // It may end in between.
      child.send("?", () => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (answer !== fresh) return `step ${step}: ${answer}\ninstead of ${fresh}\n${program.stderr}`;
  }
  return undefined;
}
