// Rounds of deletions, renames, failing and good edits of a chain of three files, milliseconds apart: `a` imports `b`, which imports
// `c`. Each ends with all files there and sound: what they say then is what the program is to see, and so are edits of them from then on.

import fs from "node:fs";
import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

/** Longer than anything is held back for, on a busy machine. */
const PATIENCE = 10_000;
const REGISTER = ["--import", "heatsync-rs/register"];
const ANSWERS = `process.on("message", async (id) => {
  let value;
  try { value = await look(); } catch (error) { value = "threw " + error; }
  process.send({ id, value });
});
process.on("disconnect", () => process.exit());
process.send({ id: 0 });`;

/** A module, `below` what it passes on after its own. */
const commonjs = (/** @type {string} */ name) => ({
  file: `${name}.cjs`,
  /** @param {string} value @param {string} [below] */
  text: (value, below) =>
    `exports.v = ${JSON.stringify(value)}${below ? ` + require("./${below}").v` : ""};\n`,
});
const esm = (/** @type {string} */ name) => ({
  file: `${name}.mjs`,
  /** @param {string} value @param {string} [below] */
  text: (value, below) => {
    const [clause, v] = below?.endsWith(".cjs") ? ["it", "it.v"] : ["{ v as below }", "below"];
    return below
      ? `import ${clause} from "./${below}";\nexport const v = ${JSON.stringify(value)} + ${v};\n`
      : `export const v = ${JSON.stringify(value)};\n`;
  },
});

/** @typedef {{ makes: (typeof esm)[], main: string, nodeArguments?: string[], entry: string }} Way */
const ESM = [esm, esm, esm];
const COMMONJS = [commonjs, commonjs, commonjs];
/** An ES module above CommonJS. */
const MIXED = [esm, commonjs, commonjs];
const ACCEPTS = {
  nodeArguments: REGISTER,
  entry: "main.mjs",
  main: `import { v } from "./a.mjs"; import.meta.hot.accept("./a.mjs"); const look = () => v;`,
};
const REQUIRE = {
  makes: COMMONJS,
  entry: "main.cjs",
  main: `const sync = new (require("heatsync-rs"))(); sync.events.on("error", () => {}); const a = sync.require("./a.cjs"); const look = () => a.v;`,
};
const IMPORT = {
  makes: ESM,
  entry: "main.mjs",
  main: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {}); const a = await sync.import("./a.mjs"); const look = () => a.v;`,
};
const INIT = {
  makes: ESM,
  entry: "main.mjs",
  main: `import { hot } from "heatsync-rs"; await hot.init({ root: import.meta.filename, boundaries: ["./a.mjs"] }); const look = async () => (await import("./a.mjs")).v; await look();`,
};

/** @type {Record<string, Way>} */
export const WAYS = {
  accept: { ...ACCEPTS, makes: ESM },
  acceptcjs: {
    makes: COMMONJS,
    nodeArguments: REGISTER,
    entry: "main.cjs",
    main: `let a = require("./a.cjs"); module.hot.accept("./a.cjs", (it) => { a = it; }); const look = () => a.v;`,
  },
  acceptmixed: { ...ACCEPTS, makes: MIXED },
  require: REQUIRE,
  import: IMPORT,
  importmixed: { ...IMPORT, makes: MIXED },
  requirereg: { ...REQUIRE, nodeArguments: REGISTER },
  importreg: { ...IMPORT, nodeArguments: REGISTER },
  hmr: {
    makes: ESM,
    entry: "main.mjs",
    main: `import { hmr } from "heatsync-rs"; let v; await new Promise((done) => hmr("./a.mjs", ".", (it) => { v = it.v; done(); })); const look = () => v;`,
  },
  init: INIT,
  initcjs: { ...INIT, makes: MIXED },
};

/**
 * @param {import("node:test").TestContext} t
 * @param {string} way
 * @param {{ seed: number, rounds: number }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function comings(t, way, { seed, rounds }) {
  const { entry, main, makes, nodeArguments } = WAYS[way];
  const random = randomOf(seed);
  const modules = ["a", "b", "c"].map((name, index) => makes[index](name));
  const below = modules.map((_, index) => modules[index + 1]?.file);
  let number = 0;
  /** What each holds when it is there, and sound. */
  const values = modules.map((_, index) => `${index}:0 `);
  const textOf = (/** @type {number} */ index) => modules[index].text(values[index], below[index]);
  const own = project(t, {
    ...Object.fromEntries(modules.map(({ file }, index) => [file, textOf(index)])),
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
  const isGone = modules.map(() => false);
  const isSound = modules.map(() => true);
  const put = (/** @type {number} */ index, /** @type {string} */ text) => {
    const file = own.path(modules[index].file);
    if (random() < 0.3) own.writeAtomically(modules[index].file, text);
    else {
      const opened = fs.openSync(file, "w");
      if (random() < 0.4) busy(random() * random() * 8);
      fs.writeSync(opened, text);
      if (random() < 0.2) busy(random() * 2);
      fs.closeSync(opened);
    }
    isGone[index] = false;
  };
  const write = (/** @type {number} */ index, isNew = random() < 0.7) => {
    if (isNew) values[index] = `${index}:${++number} `;
    note(`${modules[index].file} ${values[index]}`);
    put(index, textOf(index));
    isSound[index] = true;
  };
  const wait = async () => {
    const kind = random();
    if (kind < 0.2) return;
    if (kind < 0.45) busy(random() * 3);
    else if (kind < 0.8) await pause(random() * 10);
    else await pause(random() * 130);
  };
  const step = () => {
    const index = Math.floor(random() * 3);
    const { file } = modules[index];
    const kind = random();
    if (kind < 0.35 && !isGone[index]) {
      isGone[index] = true;
      const hidden = own.path(`${file}.away`);
      if (random() < 0.3) {
        note(`${file} away`);
        fs.renameSync(own.path(file), hidden);
        if (random() < 0.7) busy(random() * 3);
        note(`${file} back`);
        fs.renameSync(hidden, own.path(file));
        isGone[index] = false;
        return;
      }
      note(`${file} deleted`);
      fs.unlinkSync(own.path(file));
    } else if (kind < 0.5) {
      note(`${file} throws`);
      put(index, `${random() < 0.5 ? textOf(index) : ""}throw new Error("${++number}");\n`);
      isSound[index] = false;
    } else if (kind < 0.58) {
      note(`${file} does not parse`);
      put(index, `const ${++number} = ;\n`);
      isSound[index] = false;
    } else write(index);
  };
  const isSeen = async () => {
    const expected = values.join("");
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
      if (seen.includes("undefined")) return `round ${round}: sees ${seen}\n${log.join("\n")}`;
    }
    for (const index of [0, 1, 2].sort(() => random() - 0.5)) {
      if (!isGone[index] && isSound[index]) continue;
      write(index, random() < 0.4);
      if (random() < 0.5) await wait();
    }
    note("all is well");
    let failure = await isSeen();
    if (!failure && random() < 0.3) {
      if (random() < 0.5) await pause(random() * 200);
      write(Math.floor(random() * 3), true);
      failure = await isSeen();
    }
    if (failure) return `round ${round}: ${failure}\n${log.join("\n")}`;
  }
  return undefined;
}
