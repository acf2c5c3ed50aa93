// A random graph of ES and CommonJS modules below three boundaries, random edits of it, and what import() of each
// boundary must give after each: what it gives in a fresh process that has the same files.

import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

const MODULES = 10;
const BOUNDARIES = 3;

/** @typedef {"value" | "imports" | "throw" | "syntax" | "await" | "delete" | "save"} Kind of an edit */
/** @typedef {{ name: string, value: number, uses: Entry[], trouble: Kind | null, isThere: boolean, version: number }} Entry */

/** It says what it was made of. @param {Entry} entry */
function textOf({ name, value, uses, trouble, version }) {
  const isModule = name.endsWith(".mjs");
  const lines = uses.map(({ name }, index) => {
    if (!isModule) return `const u${index} = require("./${name}");`;
    return `import ${name.endsWith(".mjs") ? "* as " : ""}u${index} from "./${name}";`;
  });
  const list = [`"${name} ${value}"`, ...uses.map((_, index) => `u${index}.v`)].join(", ");
  lines.push(isModule ? `export const v = [${list}].join(" ");` : `exports.v = [${list}].join(" ");`);
  if (trouble === "throw") lines.push(`throw new Error("${name} ${version}");`);
  if (trouble === "syntax") lines.push("const = ;");
  if (trouble === "await" && isModule) lines.push("await 0;");
  return `${lines.join("\n")}\n// ${version}\n`;
}

/** For whoever looks for what went wrong. @param {Entry} entry */
const shapeOf = ({ name, uses, trouble }) =>
  `${name} (${[...uses.map((used) => used.name), ...(trouble ? [trouble] : [])].join(" ")})`;

/** @param {string[]} names @param {string} before */
const programOf = (names, before) => `${before}
  const ask = async (name) => {
    try {
      const { v, ...rest } = await import(name);
      return v ?? rest.default.v;
    } catch {
      return null;
    }
  };
  const all = async () => [${names.map((name) => `await ask("./${name}")`)}];
  process.on("message", async () => process.send(await all()));
  process.send(await all());`;

/**
 * @param {import("node:test").TestContext} t
 * @param {{ seed: number, steps: number, edits: Kind[], nodeArguments?: string[] }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function boundaryEdits(t, { seed, steps, edits, nodeArguments = [] }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  /** @type {Entry[]} */
  const entries = Array.from({ length: MODULES }, (_, at) => {
    const name = `m${at}.${below(2) === 0 ? "mjs" : "cjs"}`;
    return { name, value: 0, uses: [], trouble: null, isThere: true, version: 0 };
  });
  /** Nobody imports a boundary statically, and there are no cycles. @param {Entry} entry */
  const use = (entry) => {
    const first = Math.max(entries.indexOf(entry) + 1, BOUNDARIES);
    const used = entries[first + below(MODULES - first + 1)];
    if (used && !entry.uses.includes(used)) entry.uses.push(used);
  };
  for (const entry of entries) for (let count = 0; count < 2; count++) use(entry);

  const names = entries.slice(0, BOUNDARIES).map(({ name }) => name);
  const list = JSON.stringify(names.map((name) => `./${name}`));
  const own = project(t, {
    "main.mjs": programOf(
      names,
      `import { hot } from "heatsync-rs"; await hot.init({ root: import.meta.url, boundaries: ${list} });`,
    ),
    "fresh.mjs": programOf(names, ""),
  });
  const save = (/** @type {Entry} */ entry) => {
    if (below(2) === 0) own.write(entry.name, textOf(entry));
    else own.writeAtomically(entry.name, textOf(entry));
  };
  for (const entry of entries) save(entry);
  const program = own.run("main.mjs", { nodeArguments });
  /** @param {import("./project.mjs").Program} from @returns {Promise<(string | null)[]>} */
  const answerOf = (from) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`ended: ${from.stderr}`));
      from.child.once("exit", ended);
      from.child.once("message", (/** @type {any} */ answer) => {
        from.child.off("exit", ended);
        resolve(answer);
      });
    });
  await answerOf(program);

  /** @type {string[]} */
  const did = [];
  for (let step = 1; step <= steps; step++) {
    for (let count = below(4) === 0 ? 2 : 1; count > 0; count--) did.push(edit());
    const other = own.run("fresh.mjs");
    // Node 20 itself ends where CommonJS throws below an ES module: its rejection is handled one promise too late.
    const expected = await answerOf(other).catch(() => null);
    await other.end();
    if (!expected) continue;
    /** What fails in a fresh process may go on as it was. @param {(string | null)[]} answer */
    const isRight = (answer) => expected.every((text, at) => text === null || text === answer[at]);
    const end = Date.now() + 15_000;
    for (;;) {
      const answering = answerOf(program);
      program.child.send("ask");
      const actual = await answering;
      if (isRight(actual)) break;
      if (Date.now() > end) {
        const last = did.slice(-12).join("; ");
        const texts = entries.filter(({ isThere }) => isThere).map(shapeOf);
        return `seed ${seed}, step ${step} (${last}):\n  files    ${texts.join(", ")}\n  seen     ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}\n  ${program.stderr.slice(-1500)}`;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return undefined;

  function edit() {
    const entry = entries[below(MODULES)];
    entry.version++;
    const isMended = entry.trouble !== null && below(3) > 0;
    if (!entry.isThere || isMended) {
      const what = entry.isThere ? "mend" : "create";
      entry.isThere = true;
      entry.trouble = null;
      save(entry);
      return `${what} ${entry.name}`;
    }
    const kind = edits[below(edits.length)];
    if (kind === "delete") {
      entry.isThere = false;
      own.delete(entry.name);
      return `delete ${entry.name}`;
    }
    if (kind === "value") entry.value = entry.version;
    else if (kind === "imports" && below(2) === 0) entry.uses.splice(below(2), 1);
    else if (kind === "imports") use(entry);
    else if (kind !== "save") entry.trouble = kind;
    save(entry);
    return `${kind} ${entry.name}`;
  }
}
