// A random graph of ES and CommonJS modules, random edits of it, and what must be seen after each: what
// a fresh process sees that loads the same files.

import { project } from "./project.mjs";

/** mulberry32: the same numbers for the same seed, everywhere. @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One module as the graph has it.
 * @typedef {{ name: string, isCommonJs: boolean, uses: string[], version: number, isBroken: boolean, style: number }} Entry
 */

/**
 * Its text. Every module exports `value`, put together from its own version and those of what it
 * uses, when it is asked: in a cycle nothing is there before.
 * @param {Entry} entry
 */
export function textOf({ name, isCommonJs, uses, version, isBroken, style }) {
  if (isBroken)
    return (
      ["export const value = ;", "throw new Error('broken');", "import './none.mjs';", ""][version % 4] +
      "\n("
    );
  const own = JSON.stringify(`${name}${version}`);
  const called = (/** @type {string} */ list) =>
    `(seen = []) => seen.includes(${JSON.stringify(name)}) ? "" : [${own}, ${list}].join(" ")`;
  const seen = `[...seen, ${JSON.stringify(name)}]`;
  if (isCommonJs) {
    const list = uses.map((it) => `require("./${it}").value(${seen})`).join(", ");
    return `exports.value = ${called(list)};\nexports.version = ${version};\n`;
  }
  const imports = uses.map((it, index) =>
    style % 2 === 0
      ? `import { value as v${index} } from "./${it}";`
      : `import * as n${index} from "./${it}"; const v${index} = (seen) => n${index}.value(seen);`,
  );
  const list = uses.map((_, index) => `v${index}(${seen})`).join(", ");
  const live = style % 3 === 0 ? "let" : "const";
  return `${imports.join("\n")}\nexport ${live} value = ${called(list)};\nexport const version = ${version};\n`;
}

const MAIN = `
  Error.stackTraceLimit = 50;
  import fs from "node:fs";
  import Heatsync from "heatsync-rs";
  const sync = new Heatsync({ persistentWatchers: true });
  sync.events.on("error", (error) => process.send({ error: error.message }));
  const root = await sync.import("./root.mjs");
  const second = sync.require("./second.cjs");
  process.on("message", () => {
    let seen;
    try { seen = [root.value(), second.value()]; } catch (error) { seen = [error.stack]; }
    process.send({ seen });
  });
  process.send({ seen: "ready" });`;

const FRESH = `
  import { value } from "./root.mjs";
  import second from "./second.cjs";
  process.send([value(), second.value()], () => process.exit());`;

/**
 * @param {import("node:test").TestContext} t
 * @param {{ seed: number, steps: number, modules: number, say?: (text: string) => void }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function randomEdits(t, { seed, steps, modules, say = () => {} }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  /** @type {Map<string, Entry>} */
  const graph = new Map();
  const add = (/** @type {string} */ name) => {
    /** @type {Entry} */
    const entry = {
      name,
      isCommonJs: name.endsWith(".cjs"),
      uses: [],
      version: 1,
      isBroken: false,
      style: below(6),
    };
    graph.set(name, entry);
    return entry;
  };
  /** ES modules may import anything; a CommonJS file requires CommonJS further on, so that no cycle crosses the border. */
  const usable = (/** @type {Entry} */ entry) =>
    [...graph.keys()].filter(
      (name) =>
        name !== entry.name &&
        name !== "root.mjs" &&
        name !== "second.cjs" &&
        (!entry.isCommonJs || (name.endsWith(".cjs") && name > entry.name)),
    );
  const link = (/** @type {Entry} */ entry) => {
    const others = usable(entry);
    entry.uses = [
      ...new Set(
        Array.from({ length: Math.min(others.length, 1 + below(3)) }, () => others[below(others.length)]),
      ),
    ];
  };
  let count = 0;
  const named = () => `m${String(++count).padStart(3, "0")}.${below(4) === 0 ? "cjs" : "mjs"}`;
  add("root.mjs");
  add("second.cjs");
  while (graph.size < modules) add(named());
  for (const entry of graph.values()) link(entry);

  const own = project(t, { "main.mjs": MAIN, "fresh.mjs": FRESH });
  const save = (/** @type {Entry} */ entry) => own.write(entry.name, textOf(entry));
  for (const entry of graph.values()) save(entry);
  const program = own.run("main.mjs");
  /** @type {string[]} */
  const errors = [];
  let ended = false;
  /** @type {(seen: unknown) => void} */
  let answer = () => {};
  const ready = new Promise((resolve) => {
    answer = resolve;
  });
  program.child.on("message", (/** @type {any} */ message) =>
    "error" in message ? errors.push(message.error) : answer(message.seen),
  );
  program.child.on("exit", () => {
    ended = true;
    answer("ended");
  });
  await ready;
  const seenNow = () =>
    new Promise((resolve) => {
      answer = resolve;
      program.child.send("seen?");
    });

  for (let step = 1; step <= steps; step++) {
    const did = edit();
    say(`step ${step}: ${did}`);
    if ([...graph.values()].some((entry) => entry.isBroken)) continue;
    const expected = JSON.stringify(await fresh());
    let actual = "";
    const until = Date.now() + 15_000;
    while (!ended && Date.now() < until) {
      actual = JSON.stringify(await seenNow());
      if (actual === expected) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (actual !== expected) {
      return `seed ${seed}, step ${step} (${did}):\n  seen     ${actual}\n  expected ${expected}\n  ${program.stderr}${errors.slice(-2).join("\n")}`;
    }
  }
  return undefined;

  async function fresh() {
    const other = own.run("fresh.mjs");
    const values = await new Promise((resolve, reject) => {
      other.child.once("message", resolve);
      other.child.once("exit", () => reject(new Error(`a fresh process fails: ${other.stderr}`)));
    });
    await other.exit;
    return values;
  }

  function edit() {
    const broken = [...graph.values()].find((entry) => entry.isBroken);
    if (broken && below(2) === 0) {
      broken.isBroken = false;
      broken.version++;
      save(broken);
      return `mend ${broken.name}`;
    }
    const names = [...graph.keys()];
    const entry = /** @type {Entry} */ (graph.get(names[below(names.length)]));
    entry.version++;
    switch (below(8)) {
      case 0:
        entry.isBroken = true;
        save(entry);
        return `break ${entry.name}`;
      case 1: {
        const fresh = add(named());
        link(fresh);
        save(fresh);
        const user = /** @type {Entry} */ (graph.get("root.mjs"));
        user.uses = [...new Set([...user.uses, fresh.name])].slice(-4);
        user.version++;
        save(user);
        return `add ${fresh.name}`;
      }
      case 2: {
        if (entry.name === "root.mjs" || entry.name === "second.cjs" || graph.size < 6) break;
        graph.delete(entry.name);
        const to =
          below(2) === 0
            ? null
            : { ...entry, name: named().replace(/\.\w+$/, entry.isCommonJs ? ".cjs" : ".mjs") };
        if (to) graph.set(to.name, to);
        for (const user of graph.values()) {
          if (!user.uses.includes(entry.name)) continue;
          const isAllowed = to && usable(user).includes(to.name);
          user.uses = user.uses.flatMap((it) => (it !== entry.name ? it : isAllowed ? to.name : []));
          user.version++;
          save(user);
        }
        if (to) save(to);
        own.delete(entry.name);
        return to ? `rename ${entry.name} to ${to.name}` : `delete ${entry.name}`;
      }
      case 3:
      case 4:
        // Cycles come and go.
        link(entry);
        entry.style = below(6);
        save(entry);
        return `link ${entry.name} to ${entry.uses}`;
      default:
    }
    save(entry);
    return `edit ${entry.name}`;
  }
}
