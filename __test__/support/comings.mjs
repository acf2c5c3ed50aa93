// Rounds of deletions, renames, failing and good edits of a chain of three files, or a random graph of more, milliseconds apart. Each
// ends with all files there and sound: what they say then is what the program is to see, and so are edits of them from then on.

import fs from "node:fs";
import { graphOf, mayLackExport, shapeOf, shownOf, textOf } from "./comings-graph.mjs";
import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

/** Longer than anything is held back for, on a busy machine. */
const PATIENCE = 10_000;
const REGISTER = ["--import", "heatsync-rs/register"];
const ANSWERS = `process.on("message", async (id) => {
  let value;
  try { value = await look(); if (typeof value === "function") value = await value(); } catch (error) { value = "threw " + error; }
  process.send({ id, value });
});
process.on("disconnect", () => process.exit());
process.send({ id: 0 });`;

/** @typedef {import("./comings-graph.mjs").Entry} Entry */
/** @typedef {{ kinds: import("./comings-graph.mjs").Kinds, main: string, nodeArguments?: string[], entry: string }} Way */
const ACCEPTS = {
  nodeArguments: REGISTER,
  entry: "main.mjs",
  main: `import { v } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); const look = () => v;`,
};
const REQUIRE = {
  kinds: "cjs",
  entry: "main.cjs",
  main: `const sync = new (require("heatsync-rs"))(); sync.events.on("error", () => {}); const a = sync.require("./a.cjs"); const look = () => a.v;`,
};
const IMPORT = {
  kinds: "esm",
  entry: "main.mjs",
  main: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {}); const a = await sync.import("./a.mjs"); const look = () => a.v;`,
};
const INIT = {
  kinds: "esm",
  entry: "main.mjs",
  main: `import { hot } from "heatsync-rs"; await hot.init({ root: import.meta.filename, boundaries: ["./a.mjs"] }); const look = async () => (await import("./a.mjs")).v; await look();`,
};

/** @type {Record<string, Way>} */
export const WAYS = {
  accept: { ...ACCEPTS, kinds: "esm" },
  acceptcjs: {
    kinds: "cjs",
    nodeArguments: REGISTER,
    entry: "main.cjs",
    main: `let a = require("./a.cjs"); module.hot.accept("./a.cjs", (it) => { a = it; }); const look = () => a.v;`,
  },
  acceptmixed: { ...ACCEPTS, kinds: "mixed" },
  require: REQUIRE,
  import: IMPORT,
  importmixed: { ...IMPORT, kinds: "mixed" },
  requirereg: { ...REQUIRE, nodeArguments: REGISTER },
  importreg: { ...IMPORT, nodeArguments: REGISTER },
  hmr: {
    kinds: "esm",
    entry: "main.mjs",
    main: `import { hmr } from "heatsync-rs"; let v; await new Promise((done) => hmr("./a.mjs", ".", (it) => { v = it.v; done(); })); const look = () => v;`,
  },
  init: INIT,
  initcjs: { ...INIT, kinds: "mixed" },
};

/**
 * @param {import("node:test").TestContext} t
 * @param {string} way
 * @param {{ seed: number, rounds: number, modules?: number }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function comings(t, way, { seed, rounds, modules = 3 }) {
  const { entry, main, nodeArguments, kinds } = WAYS[way];
  const random = randomOf(seed);
  const graph = graphOf({
    seed,
    modules,
    kinds,
    mayAccept: Boolean(nodeArguments),
    mayImportLater: way.startsWith("accept") || way.startsWith("init"),
  });
  const { entries, when } = graph;
  const [root] = entries;
  // What is loaded only when it is asked for may be missing then, and so may a boundary.
  const mustNotThrow =
    !way.startsWith("init") &&
    (when === "at once" || (when === "when asked" && entries.every(({ isCommonJs }) => !isCommonJs)));
  let number = 0;
  const own = project(t, {
    ...Object.fromEntries(entries.map((it) => [it.file, textOf(it, when)])),
    [entry]: `${main}\n${ANSWERS}`,
  });
  const program = own.run(entry, { nodeArguments });
  /** @type {Map<number, (value: unknown) => void>} */
  const asked = new Map();
  let asks = 0;
  const started = new Promise((resolve) => asked.set(0, resolve));
  program.child.on("message", ({ id, value }) => asked.get(id)?.(value));
  // A program that has ended answers nothing.
  const ended = program.exit.then(({ code, signal }) => `ended with ${code ?? signal}`);
  const ask = () => {
    if (program.hasEnded) return ended;
    const answer = new Promise((resolve) => asked.set(++asks, resolve));
    program.child.send(asks);
    return Promise.race([answer, ended]);
  };
  await Promise.race([started, ended]);
  /** @type {string[]} */
  let log = [];
  const began = performance.now();
  const note = (/** @type {string} */ what) => log.push(`${(performance.now() - began).toFixed(1)} ${what}`);
  program.child.stderr.on("data", (text) => note(String(text).trimEnd().replaceAll(/^/gm, "    ")));
  const pause = (/** @type {number} */ milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  const busy = (/** @type {number} */ milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  /** What each file holds. @type {Map<Entry, string>} */
  const held = new Map(entries.map((it) => [it, textOf(it, when)]));
  const put = (/** @type {Entry} */ it, /** @type {string} */ text) => {
    if (random() < 0.3) own.writeAtomically(it.file, text);
    else {
      const opened = fs.openSync(own.path(it.file), "w");
      if (random() < 0.4) busy(random() * random() * 8);
      fs.writeSync(opened, text);
      if (random() < 0.2) busy(random() * 2);
      fs.closeSync(opened);
    }
    it.isGone = false;
    held.set(it, text);
  };
  const write = (/** @type {Entry} */ it, isNew = random() < 0.7) => {
    if (isNew) it.value = `${it.at}:${++number} `;
    note(modules > 3 ? `${shapeOf(it)} ${it.value}` : `${it.file} ${it.value}`);
    put(it, textOf(it, when));
    it.isSound = true;
  };
  const wait = async () => {
    const kind = random();
    if (kind < 0.2) return;
    if (kind < 0.45) busy(random() * 3);
    else if (kind < 0.8) await pause(random() * 10);
    else await pause(random() * 130);
  };
  const step = () => {
    const it = entries[Math.floor(random() * modules)];
    const { file } = it;
    const kind = random();
    if (kind < 0.35 && !it.isGone) {
      it.isGone = true;
      const hidden = own.path(`${file}.away`);
      if (random() < 0.3) {
        note(`${file} away`);
        fs.renameSync(own.path(file), hidden);
        if (random() < 0.7) busy(random() * 3);
        note(`${file} back`);
        fs.renameSync(hidden, own.path(file));
        it.isGone = false;
        return;
      }
      note(`${file} deleted`);
      fs.unlinkSync(own.path(file));
    } else if (kind < 0.5) {
      note(`${file} throws`);
      put(it, `${random() < 0.5 ? textOf(it, when) : ""}throw new Error("${++number}");\n`);
      it.isSound = false;
    } else if (kind < 0.58) {
      note(`${file} does not parse`);
      put(it, `const ${++number} = ;\n`);
      it.isSound = false;
    } else if (modules > 3 && kind < 0.66 && mayLackExport(it, entries)) {
      note(`${file} lacks its export`);
      put(it, textOf(it, when, `w${++number}`));
      it.isSound = false;
    } else {
      if (kind > 0.85) graph.change(it);
      write(it);
    }
  };
  const isSeen = async () => {
    const expected = shownOf(root);
    const end = performance.now() + PATIENCE;
    let seen;
    do {
      seen = await ask();
      if (seen === expected) return undefined;
      await pause(3);
    } while (performance.now() < end && !program.hasEnded);
    return `sees ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`;
  };
  for (let round = 0; round < rounds; round++) {
    log = log.slice(-60);
    note(`-- round ${round}`);
    const isSlow = random() < 0.2;
    for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
      step();
      if (isSlow) await pause(120);
      else await wait();
      // Whatever is wrong, what it sees is whole.
      const seen = isSlow || random() < 0.3 ? String(await ask()) : "";
      const isWrong = seen.includes("undefined") || (mustNotThrow && seen.includes("threw"));
      if (isWrong) return `round ${round}: sees ${seen}\n${log.join("\n")}`;
    }
    for (const it of entries.toSorted(() => random() - 0.5)) {
      if (!it.isGone && it.isSound && held.get(it) === textOf(it, when)) continue;
      write(it, random() < 0.4);
      if (random() < 0.5) await wait();
    }
    note("all is well");
    let failure = await isSeen();
    if (!failure && random() < 0.3) {
      if (random() < 0.5) await pause(random() * 200);
      write(entries[Math.floor(random() * modules)], true);
      failure = await isSeen();
    }
    if (failure) return `round ${round}: ${failure}\n${log.join("\n")}`;
  }
  return undefined;
}
