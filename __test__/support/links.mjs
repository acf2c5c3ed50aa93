// Symbolic links of folders and files that are led elsewhere, and back, among edits of what they lead to: random, each to be live.

import fs from "node:fs";
import path from "node:path";
import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

const PATIENCE = Number(process.env.BRANCH_PATIENCE ?? 10_000);
const REGISTER = ["--import", "heatsync-rs/register"];
const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", (error) => console.error("ERR", error));`;
/** @type {Record<string, string>} */
const ENTRIES = {
  accept: `import * as app from "./app.mjs"; import.meta.hot.accept("./app.mjs"); const look = () => app.see();`,
  init: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./app.mjs"] }); const look = async () => (await import("./app.mjs")).see(); await look();`,
  import: `${SYNC} const app = await sync.import("./app.mjs"); const look = () => app.see();`,
};
/** Each with `reg` at its end: under register, too. */
export const WAYS = ["accept", "init", "initreg", "import", "importreg"];
const RELEASES = 3;
const sleep = (/** @type {number} */ milliseconds) =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/**
 * @param {import("node:test").TestContext} t
 * @param {string} way
 * @param {{ seed: number, steps: number }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function links(t, way, { seed, steps }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  let count = 0;
  /** What each file holds. @type {Record<string, string>} */
  const texts = {};
  /** Where each link leads. @type {Record<string, string>} */
  const links = {};
  const own = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `${ENTRIES[way.replace(/reg$/, "")]}
      process.on("message", async () => {
        let told;
        try { told = await look(); } catch (error) { told = "threw " + (error.stack ?? error); }
        process.send(String(told));
      });
      process.send("up");`,
  });
  /** What a file exports as `v`: a number of its own, and what it imports. @param {string} file @param {string[]} [imports] */
  const save = (file, imports = []) => {
    texts[file] = String(++count);
    const names = imports.map((it, at) => `import { v as v${at} } from ${JSON.stringify(it)};`).join("\n");
    const text = `${names}\nexport const v = [${[count, ...imports.map((_, at) => `v${at}`)].join()}].join();\nexport const see = () => v;\n`;
    if (below(3) === 0) own.writeAtomically(file, text);
    else own.write(file, text);
  };
  const lead = (/** @type {string} */ name, /** @type {string} */ to) => {
    links[name] = to;
    const target = path.relative(path.dirname(name), to);
    if (below(2) === 0 && fs.existsSync(own.path(name))) {
      fs.unlinkSync(own.path(name));
      fs.symlinkSync(target, own.path(name));
      return;
    }
    fs.symlinkSync(target, own.path("next"));
    fs.renameSync(own.path("next"), own.path(name));
  };
  const IMPORTS = ["./mid.mjs", "./lib/x.mjs", "./y.mjs"];
  const MID = ["./lib/z.mjs", "./y.mjs"];
  fs.mkdirSync(own.path("far"), { recursive: true });
  for (let at = 1; at <= RELEASES; at++) {
    fs.mkdirSync(own.path(`releases/${at}`), { recursive: true });
    for (const name of ["x", "z"]) save(`releases/${at}/${name}.mjs`, name === "x" ? ["./z.mjs"] : []);
    save(`far/${at}.mjs`);
  }
  lead("lib", "releases/1");
  lead("y.mjs", "far/1.mjs");
  save("mid.mjs", MID);
  save("app.mjs", IMPORTS);
  const expected = () => {
    const y = texts[links["y.mjs"]];
    const z = texts[`${links.lib}/z.mjs`];
    const mid = [texts["mid.mjs"], z, y].join();
    const x = [texts[`${links.lib}/x.mjs`], z].join();
    return [texts["app.mjs"], mid, x, y].join();
  };
  const edit = () => {
    const kind = below(10);
    const at = 1 + below(RELEASES);
    if (kind < 3) {
      lead("lib", `releases/${at}`);
      return `lib to ${at}`;
    }
    if (kind < 6) {
      lead("y.mjs", `far/${at}.mjs`);
      return `y to ${at}`;
    }
    if (kind === 6) save("app.mjs", IMPORTS);
    if (kind === 7) save("mid.mjs", MID);
    if (kind === 8) save(`far/${at}.mjs`);
    if (kind === 9) save(`releases/${at}/${["x", "z"][at % 2]}.mjs`, at % 2 ? [] : ["./z.mjs"]);
    return ["app", "mid", `far ${at}`, `release ${at}`][kind - 6];
  };
  const program = own.run("main.mjs", {
    nodeArguments: way === "accept" || way.endsWith("reg") ? REGISTER : [],
  });
  let answer = "";
  let isAsked = false;
  program.child.on("message", (message) => {
    answer = String(message);
    isAsked = false;
  });
  const isSeen = async () => {
    const end = Date.now() + PATIENCE;
    while (answer !== expected() && !program.hasEnded && Date.now() < end) {
      if (!isAsked) program.child.send("?", () => {});
      isAsked = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return answer === expected();
  };
  const did = [];
  for (let step = 0; step <= steps; step++) {
    for (let edits = step === 0 ? 0 : 1 + below(2) * below(5); edits > 0; edits--) {
      did.push(edit());
      program.stderr += `--- ${did.at(-1)}\n`;
      if (below(2) === 0) sleep(below(30));
    }
    if (await isSeen()) continue;
    return `step ${step} (${did.slice(-8).join(", ")}): ${answer}\ninstead of ${expected()}\n${program.stderr.slice(-4000)}`;
  }
  return undefined;
}
