// A random graph of ES and CommonJS modules below three boundaries, random edits of it, and what import() of each
// boundary must give after each: what it gives in a fresh process that has the same files.

import { project } from "./project.mjs";
import { randomOf } from "./random-edits.mjs";

const MODULES = 10;
const BOUNDARIES = 3;
const isOld = process.versions.node.startsWith("20.");

/** @typedef {"value" | "imports" | "accepts" | "throw" | "syntax" | "await" | "delete" | "save"} Kind of an edit */
/**
 * `accepted`: bits, the first for itself, the next ones for what it uses; null: nothing accepts anything.
 * @typedef {{ name: string, value: number, uses: Entry[], accepted: number | null, trouble: Kind | null, isThere: boolean, version: number }} Entry
 */

/** @type {Kind[]} */
export const EDITS = ["value", "value", "imports", "imports", "throw", "syntax", "await", "delete", "save"];
/** With handlers. @type {Kind[]} */
export const ACCEPTED = [...EDITS.slice(0, 6), "value", "value", "accepts", "imports", "delete", "save"];

/** It says what it was made of, or what it is made of when it is asked, if there are handlers. @param {Entry} entry */
function textOf({ name, value, uses, accepted, trouble, version }) {
  const isModule = name.endsWith(".mjs");
  const lines = uses.map(({ name }, index) => {
    if (!isModule) return `let u${index} = require("./${name}");`;
    return `import ${name.endsWith(".mjs") ? "* as " : ""}u${index} from "./${name}";`;
  });
  const isLazy = accepted !== null;
  const list = [`"${name} ${value}"`, ...uses.map((_, index) => `u${index}.v${isLazy ? "()" : ""}`)].join(
    ", ",
  );
  lines.push(`${isModule ? "export const v" : "exports.v"} = ${isLazy ? "() => " : ""}[${list}].join(" ");`);
  // Who has required CommonJS that accepts itself keeps what that gave.
  if (isLazy && isModule && accepted & 1) lines.push("import.meta.hot?.accept();");
  uses.forEach(({ name }, index) => {
    if (!isLazy || !(accepted & (2 << index))) return;
    const [hot, callback] = isModule
      ? ["import.meta", ""]
      : ["module", `, () => (u${index} = require("./${name}"))`];
    lines.push(`${hot}.hot?.accept("./${name}"${callback});`);
  });
  if (trouble === "throw") lines.push(`throw new Error("${name} ${version}");`);
  if (trouble === "syntax") lines.push("const = ;");
  if (trouble === "await" && isModule) lines.push("await 0;");
  return `${lines.join("\n")}\n// ${version}\n`;
}

/** For whoever looks for what went wrong. @param {Entry} entry */
const shapeOf = ({ name, uses, accepted, trouble }) => {
  const marked = uses.map((used, index) => `${used.name}${(accepted ?? 0) & (2 << index) ? "*" : ""}`);
  return `${name}${(accepted ?? 0) & 1 ? "*" : ""} (${[...marked, ...(trouble ? [trouble] : [])].join(" ")})`;
};

/** @param {string[]} names @param {string} before */
const programOf = (names, before) => `${before}
  const ask = async (name) => {
    try {
      const { v, ...rest } = await import(name);
      const it = v ?? rest.default.v;
      return typeof it === "function" ? it() : it;
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
  const areAccepted = edits.includes("accepts");
  /** @type {Entry[]} */
  const entries = Array.from({ length: MODULES }, (_, at) => {
    const name = `m${at}.${below(2) === 0 ? "mjs" : "cjs"}`;
    return { name, value: 0, uses: [], accepted: null, trouble: null, isThere: true, version: 0 };
  });
  /** Nobody imports a boundary statically, and there are no cycles. @param {Entry} entry */
  const use = (entry) => {
    const first = Math.max(entries.indexOf(entry) + 1, BOUNDARIES);
    const used = entries[first + below(MODULES - first + 1)];
    // It would be no program.
    if (areAccepted && isOld && entry.name.endsWith(".cjs") && used?.name.endsWith(".mjs")) return;
    if (used && !entry.uses.includes(used)) entry.uses.push(used);
  };
  for (const entry of entries) for (let count = 0; count < 2; count++) use(entry);
  if (areAccepted) for (const entry of entries) entry.accepted = below(16);

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
  await program.answer();

  /** @type {string[]} */
  const did = [];
  for (let step = 1; step <= steps; step++) {
    for (let count = below(4) === 0 ? 2 : 1; count > 0; count--) did.push(edit());
    const other = own.run("fresh.mjs");
    // Node 20 itself ends where CommonJS throws below an ES module: its rejection is handled one promise too late.
    const expected = await other.answer().catch(() => null);
    await other.end();
    if (!expected) continue;
    // What is accepted is all or nothing, and so waits for what it meets, whichever boundary that is below.
    if (areAccepted && expected.includes(null)) continue;
    /** What fails in a fresh process may go on as it was. @param {(string | null)[]} answer */
    const isRight = (answer) => expected.every((text, at) => text === null || text === answer[at]);
    const end = Date.now() + 15_000;
    for (;;) {
      const answering = program.answer();
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
    let entry = entries[below(MODULES)];
    // Soon, since nothing is compared until then.
    if (areAccepted && below(3) > 0) entry = entries.find((it) => it.trouble || !it.isThere) ?? entry;
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
    else if (kind === "accepts") entry.accepted = below(16);
    else if (kind !== "save") entry.trouble = kind;
    save(entry);
    return `${kind} ${entry.name}`;
  }
}
