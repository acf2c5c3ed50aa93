// A random graph under register, random edits of it, and what its root must show after each: what a fresh process of plain
// Node shows that has the same files. The program's own module accepts the root, and others what they like.

import { entryOf, IN_VAIN, MERGE, textOf, usableBy, WITHOUT } from "./mixed-module.mjs";
import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

/** @typedef {import("./mixed-module.mjs").Entry} Entry */
/** @typedef {import("./mixed-module.mjs").Trouble} Trouble */

/** @type {Trouble[]} */
const TROUBLES = ["throw", "syntax", "missing", "export", "empty"];
const EXTENSIONS = ["mjs", "mjs", "mjs", "cjs", "json"];
const ACCEPTS = ["'./root.mjs'", "['./root.mjs'], () => {}", "'./root.mjs', async () => { await 0; }"];
const major = Number.parseInt(process.versions.node, 10);

/** @param {boolean} isLazy */
const lookOf = (isLazy) => `
  import * as root from "./root.mjs";
  const look = async () => {
    try {
      return ${isLazy ? "(await root.value?.([])) ?? null" : "root.value ?? null"};
    } catch (error) {
      return { error: String(error?.stack ?? error) };
    }
  };`;

/**
 * @param {import("node:test").TestContext} t
 * @param {{ seed: number, steps: number, modules?: number, most?: number, oftenAtOnce?: number, isInVain?: boolean, say?: (text: string) => void }} options
 * `isInVain`: what some import or require may fail, and they accept it. While one goes without something, nothing is compared: the
 * program may have that of before.
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function hotEdits(
  t,
  { seed, steps, modules = 12, most = 4, oftenAtOnce = 1 / 3, isInVain = false, say = () => {} },
) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  const isLazy = below(2) === 0 || isInVain;
  const formOf = () => (isInVain && below(2) === 0 ? IN_VAIN : below(8));
  const accepts = ACCEPTS[below(ACCEPTS.length)];
  const isSync = below(2) === 0 && major >= 22;
  let count = 0;
  const named = () => `m${String(++count).padStart(3, "0")}.${EXTENSIONS[below(EXTENSIONS.length)]}`;
  const made = (/** @type {string} */ name) => entryOf(name, below(2000));
  const root = made("root.mjs");
  const entries = [root];
  while (entries.length < modules) entries.push(made(named()));
  const usable = (/** @type {Entry} */ entry) =>
    usableBy(entry, entries, { isLazy, isSync }).filter((other) => other !== root);
  const use = (/** @type {Entry} */ entry) => {
    const others = usable(entry);
    const target = others[below(others.length)];
    const isNew = target && !entry.uses.some((it) => it.target === target);
    if (isNew) entry.uses.push({ target, form: formOf() });
  };
  for (const entry of entries) for (let uses = 0; uses < 2; uses++) use(entry);

  const own = project(t, {
    "merge.cjs": MERGE,
    "main.mjs": `${lookOf(isLazy)}
      import.meta.hot.accept(${accepts});
      process.on("message", async () => process.send(await look()));
      process.send("ready");`,
    "fresh.mjs": `${lookOf(isLazy)}
      process.send(await look(), () => process.exit());`,
  });
  const save = (/** @type {Entry} */ entry) => {
    entry.isThere = true;
    const text = textOf(entry, { isLazy, isSync });
    if (below(2) === 0) own.write(entry.name, text);
    else own.writeAtomically(entry.name, text);
  };
  for (const entry of entries) save(entry);
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.answer();

  /** @type {string[]} */
  const did = [];
  for (let step = 1; step <= steps; step++) {
    const said = program.stderr.length;
    for (let edits = random() < oftenAtOnce ? 1 + below(most) : 1; edits > 0; edits--) did.push(edit());
    say(`step ${step}: ${did.at(-1)}`);
    const other = own.run("fresh.mjs");
    // What does not run in a fresh process may go on as it was.
    const fresh = await other.answer().catch(() => null);
    await other.end();
    const shown = JSON.stringify(fresh);
    const expected = fresh?.error || shown.includes(WITHOUT) ? "" : shown;
    const end = Date.now() + 15_000;
    for (;;) {
      const answering = program.answer();
      program.child.send("look");
      const actual = JSON.stringify(await answering);
      if (!fresh || expected === "" || actual === expected) break;
      if (Date.now() > end) {
        const last = did.slice(-12).join("; ");
        return `seed ${seed}, step ${step} (${last}):\n  seen     ${actual}\n  expected ${expected}\n  ${program.stderr.slice(said)}`;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return undefined;

  /** @returns {string} what it was */
  function edit() {
    const entry = entries[below(entries.length)];
    const kind = below(16);
    entry.version++;
    if (!entry.isThere || (entry.trouble && below(3) > 0)) {
      const what = entry.isThere ? "mend" : "create";
      entry.trouble = null;
      save(entry);
      return `${what} ${entry.name}`;
    }
    if (kind === 0 && entry !== root) {
      entry.isThere = false;
      own.delete(entry.name);
      return `delete ${entry.name}`;
    }
    if (kind === 1 && entry !== root) return renamed(entry);
    if (kind === 2) return added();
    if (kind >= 3 && kind < 6) {
      if (below(2) === 0) entry.uses.splice(below(2), 1);
      else use(entry);
    }
    if (kind === 6) entry.style = below(2000);
    if (kind === 7) entry.trouble = TROUBLES[below(TROUBLES.length)];
    if (kind === 8) {
      entry.trouble = "syntax";
      save(entry);
      entry.trouble = null;
    }
    save(entry);
    return `${["imports", "imports", "imports", "style", entry.trouble, "twice"][kind - 3] ?? "value"} ${entry.name}`;
  }

  /** With all that use it, before or after. @param {Entry} entry */
  function renamed(entry) {
    const old = entry.name;
    const isFirst = below(2) === 0;
    entry.name = named().replace(/\.\w+$/, old.slice(old.lastIndexOf(".")));
    const users = entries.filter((it) => it.isThere && it.uses.some(({ target }) => target === entry));
    const saveUsers = () => {
      for (const user of users) {
        user.version++;
        save(user);
      }
    };
    if (isFirst) saveUsers();
    own.rename(old, entry.name);
    save(entry);
    if (!isFirst) saveUsers();
    return `rename ${old} to ${entry.name}`;
  }

  function added() {
    const fresh = made(named());
    const user = entries[below(entries.length)];
    entries.push(fresh);
    use(fresh);
    save(fresh);
    if (usable(user).includes(fresh)) user.uses.push({ target: fresh, form: formOf() });
    user.version++;
    if (user.isThere) save(user);
    return `add ${fresh.name} to ${user.name}`;
  }
}
