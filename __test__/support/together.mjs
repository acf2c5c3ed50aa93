// One random graph under register that a program uses in several ways at once, random edits of it, and what is seen by each way: what a
// fresh process of plain Node sees of the same files. The ways share all that lies below the module that each holds.

import fs from "node:fs";
import { entryOf, MERGE, textOf, usableBy } from "./mixed-module.mjs";
import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

/** @typedef {import("./mixed-module.mjs").Entry} Entry */
/** @typedef {import("./mixed-module.mjs").Trouble} Trouble */

/** @type {Trouble[]} */
const TROUBLES = ["throw", "syntax", "missing", "export"];
const EXTENSIONS = ["mjs", "mjs", "cjs", "cjs", "json"];
const major = Number.parseInt(process.versions.node, 10);

/** What each holds, and how: `seen` of it is asked later. @type {Record<string, { extensions: string[], holds: (file: string) => string }>} */
const HOW = {
  accept: {
    extensions: ["mjs"],
    holds: (file) => `import * as accepted from "${file}";
      ways.accept = () => accepted; import.meta.hot.accept("${file}");`,
  },
  hot: {
    extensions: ["cjs"],
    holds: (file) => `ways.hot = createRequire(import.meta.url)("./holder.cjs").held("${file}");`,
  },
  import: {
    extensions: ["mjs", "cjs"],
    holds: (file) => `const imported = await sync.import("${file}"); ways.import = () => imported;`,
  },
  require: {
    extensions: major >= 22 ? ["mjs", "cjs"] : ["cjs"],
    holds: (file) => `const required = sync.require("${file}"); ways.require = () => required;`,
  },
  hmr: {
    extensions: ["mjs", "cjs"],
    holds: (file) =>
      `let handed; await hmr("${file}", ".", (it) => { handed = it; }).ready; ways.hmr = () => handed;`,
  },
};
export const WAYS = Object.keys(HOW);

/** Of a module of CommonJS the ways have its exports, or the namespace of these: `value` in both. */
const LOOK = `const look = async (ways) => {
    const seen = {};
    for (const [way, get] of Object.entries(ways)) {
      try {
        const { value } = await get();
        seen[way] = JSON.stringify(typeof value === "function" ? await value([]) : value);
      } catch (error) {
        seen[way] = "threw " + (error?.message ?? error);
      }
    }
    return seen;
  };`;

/**
 * What is done to a file: saved, in place or by way of another one, deleted (`text` null), or renamed first.
 * @typedef {{ name: string, text: string | null, isAtomic?: boolean, from?: string, what: string }} Edit
 * @typedef {{ isLazy: boolean, files: Record<string, string>, held: Record<string, string>, steps: Edit[][] }} Plan `held`: the file of each way
 */

/**
 * Does what a plan says, and compares after each step.
 * @param {import("node:test").TestContext} t
 * @param {Plan} plan
 * @param {{ patience?: number, say?: (text: string) => void }} [options]
 * @returns {Promise<{ step: number, text: string } | undefined>} what went wrong
 */
export async function follow(t, { isLazy, files, held, steps }, { patience = 12_000, say = () => {} } = {}) {
  const ways = Object.keys(held);
  // What `require()` gives of an ES module may be its export "module.exports".
  const fresh = ways.map(
    (way) => `ways.${way} = () => ${way === "require" ? "require" : "import"}("./${held[way]}");`,
  );
  const own = project(t, {
    ...files,
    "merge.cjs": MERGE,
    "holder.cjs": `exports.held = (file) => {
      let held = require(file);
      module.hot.accept(file, () => { held = require(file); });
      // What accepts itself is replaced for who asks again.
      return () => (${isLazy} ? require(file) : held);
    };`,
    "main.mjs": `import { createRequire } from "node:module"; import Heatsync, { hmr } from "heatsync-rs";
      ${LOOK} const sync = new Heatsync(), ways = {};
      sync.events.on("error", () => {});
      ${ways.map((way) => HOW[way].holds(`./${held[way]}`)).join("\n")}
      process.on("message", async () => process.send(await look(ways)));
      process.send("ready");`,
    "fresh.mjs": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
      ${LOOK} const ways = {}; ${fresh.join("\n")}
      process.send(await look(ways), () => process.exit());`,
  });
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.answer();
  for (const [index, step] of steps.entries()) {
    const said = program.stderr.length;
    say(`step ${index + 1}: ${step.map(({ what }) => what).join("; ")}`);
    for (const { from, isAtomic, name, text } of step) {
      // A plan that was made smaller may have left out how it came.
      if (from && fs.existsSync(own.path(from))) own.rename(from, name);
      if (text === null) fs.rmSync(own.path(name), { force: true });
      else if (isAtomic) own.writeAtomically(name, text);
      else own.write(name, text);
    }
    const other = own.run("fresh.mjs");
    // Node 20 ends by a rejection of its own where a second module imports what CommonJS below a cycle has thrown.
    const expected = await other.answer().catch(() => undefined);
    await other.end();
    // What does not run in a fresh process goes on as it was, and so does what belongs together with it.
    if (!expected || ways.some((way) => expected[way].startsWith("threw"))) continue;
    const end = Date.now() + patience;
    for (;;) {
      const answering = program.answer();
      program.child.send("look");
      const actual = await answering;
      const differing = ways.filter((way) => expected[way] !== actual[way]);
      if (differing.length === 0) break;
      if (Date.now() > end) {
        const seen = differing.map((way) => `  ${way}: seen ${actual[way]}\n    expected ${expected[way]}\n`);
        return { step: index + 1, text: `${seen.join("")}  ${program.stderr.slice(said)}` };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return undefined;
}

/**
 * @param {{ seed: number, steps: number, ways?: string[], most?: number }} options `most`: saved at once
 * @returns {Plan}
 */
export function planOf({ seed, steps, ways = WAYS, most = 3 }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  // Values are put together when they are asked for; nothing awaits, and CommonJS requires ES modules.
  const isLazy = below(2) === 0;
  const isSync = below(2) === 0 && major >= 22;
  let count = 0;
  const named = (/** @type {string[]} */ extensions) => `m${++count}.${extensions[below(extensions.length)]}`;
  const made = (/** @type {string} */ name) => entryOf(name, below(2000));
  /** @type {Map<Entry, string>} */
  const held = new Map();
  for (const way of ways) {
    const extensions = isSync || way !== "require" ? HOW[way].extensions : ["cjs"];
    held.set(made(`${way}.${extensions[below(extensions.length)]}`), way);
  }
  const entries = [...held.keys()];
  for (let modules = 6 + below(7); modules > 0; modules--) entries.push(made(named(EXTENSIONS)));
  const usable = (/** @type {Entry} */ entry) =>
    usableBy(entry, entries, { isLazy, isSync }).filter((other) => !held.has(other));
  // No import(): what that alone brings, below what sync.* holds, is accepted by nobody (docs/unify-notes.md, 5).
  const formOf = () => [0, 1, 2, 3, 4, 6, 7][below(7)];
  const use = (/** @type {Entry} */ entry) => {
    const others = usable(entry);
    const target = others[below(others.length)];
    if (target && !entry.uses.some((it) => it.target === target)) entry.uses.push({ target, form: formOf() });
  };
  for (const entry of entries) for (let uses = 0; uses < 2; uses++) use(entry);

  const done = () =>
    Object.fromEntries(entries.map((entry) => [entry.name, textOf(entry, { isLazy, isSync })]));
  const files = done();
  /** @type {Edit[]} */
  let step = [];
  const save = (
    /** @type {Entry} */ entry,
    what = `save ${entry.name}`,
    /** @type {string | undefined} */ from = undefined,
  ) => {
    entry.isThere = true;
    step.push({
      name: entry.name,
      text: textOf(entry, { isLazy, isSync }),
      isAtomic: below(2) === 0,
      from,
      what,
    });
  };
  const names = Object.fromEntries([...held].map(([{ name }, way]) => [way, name]));
  /** @type {Edit[][]} */
  const all = [];
  while (all.length < steps) {
    step = [];
    for (let edits = 1 + below(most); edits > 0; edits--) edit();
    all.push(step);
  }
  return { isLazy, files, held: names, steps: all };

  function edit() {
    const failing = entries.filter(({ isThere, trouble }) => !isThere || trouble);
    const among = failing.length > 0 && below(2) === 0 ? failing : entries;
    const entry = among[below(among.length)];
    const kind = below(14);
    entry.version++;
    if (!entry.isThere || (entry.trouble && below(4) > 0)) {
      const what = entry.isThere ? "mend" : "create";
      entry.trouble = null;
      return save(entry, `${what} ${entry.name}`);
    }
    if (kind === 0 && !held.has(entry)) {
      entry.isThere = false;
      return void step.push({ name: entry.name, text: null, what: `delete ${entry.name}` });
    }
    if (kind === 1 && !held.has(entry)) return renamed(entry);
    if (kind === 2) return added();
    if (kind >= 3 && kind < 6) {
      if (below(2) === 0) entry.uses.splice(below(2), 1);
      else use(entry);
    }
    if (kind === 6) entry.style = below(2000);
    if (kind === 7) entry.trouble = TROUBLES[below(TROUBLES.length)];
    const what = ["imports", "imports", "imports", "style", entry.trouble][kind - 3] ?? "value";
    save(entry, `${what} ${entry.name}`);
  }

  /** With all that use it, before or after. @param {Entry} entry */
  function renamed(entry) {
    const old = entry.name;
    const isFirst = below(2) === 0;
    entry.name = named([old.slice(old.lastIndexOf(".") + 1)]);
    const users = entries.filter((it) => it.isThere && it.uses.some(({ target }) => target === entry));
    const saveUsers = () => {
      for (const user of users) {
        user.version++;
        save(user);
      }
    };
    if (isFirst) saveUsers();
    save(entry, `rename ${old} to ${entry.name}`, old);
    if (!isFirst) saveUsers();
  }

  function added() {
    const it = made(named(EXTENSIONS));
    const user = entries[below(entries.length)];
    entries.push(it);
    use(it);
    save(it, `add ${it.name} to ${user.name}`);
    if (usable(user).includes(it)) user.uses.push({ target: it, form: formOf() });
    user.version++;
    if (user.isThere) save(user);
  }
}

/**
 * @param {import("node:test").TestContext} t
 * @param {Parameters<typeof planOf>[0] & { say?: (text: string) => void }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function together(t, { say, ...options }) {
  const plan = planOf(options);
  const failure = await follow(t, plan, { say });
  if (!failure) return undefined;
  const last = plan.steps.slice(Math.max(failure.step - 5, 0), failure.step);
  const did = last.map((step) => step.map(({ what }) => what).join("; ")).join(" | ");
  return `seed ${options.seed}, step ${failure.step} (${did}):\n${failure.text}`;
}

/**
 * As few edits as it still fails with in its last step.
 * @param {Plan} plan
 * @param {(plan: Plan) => Promise<{ step: number } | undefined>} run
 */
export async function minimised(plan, run) {
  let least = plan;
  const without = async (/** @type {Edit[][]} */ steps) => {
    const failure = await run({ ...least, steps });
    if (failure) least = { ...least, steps: steps.slice(0, failure.step) };
    return failure !== undefined;
  };
  await without(least.steps);
  for (let size = Math.ceil(least.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = least.steps.length - 1 - size; at >= 0; at -= size) {
      await without(least.steps.filter((_, index) => index < at || index >= at + size));
      at = Math.min(at, least.steps.length - 1);
    }
  }
  for (let at = least.steps.length - 1; at >= 0; at--) {
    for (let index = (least.steps[at]?.length ?? 0) - 1; index >= 0 && least.steps[at].length > 1; index--) {
      const steps = least.steps.map((step, other) =>
        other === at ? step.filter((_, it) => it !== index) : step,
      );
      await without(steps);
    }
  }
  return least;
}
