// What files that come and go (comings.mjs) hold: a chain of three modules, or a random graph of more, in which each passes on what
// is below it after its own.

import { randomOf } from "./random-edits.mjs";

/**
 * `form`: how it is imported. `isSound` is false of what throws, does not parse, or lacks its export.
 * @typedef {{ target: Entry, form: number }} Use
 * @typedef {{ name: string, file: string, at: number, isCommonJs: boolean, accepts: boolean, value: string, uses: Use[], isGone: boolean, isSound: boolean }} Entry
 * @typedef {"esm" | "cjs" | "mixed"} Kinds `mixed`: below the first CommonJS, or at random where it is no chain
 * @typedef {"at once" | "when asked" | "asynchronously"} When a module puts together what it says
 * @typedef {{ entries: Entry[], when: When, change(entry: Entry): void }} Graph
 */

const NAMES = [..."abcdefghij"];
const [NAMESPACE, STAR, PASSED_ON, DYNAMIC] = [1, 2, 3, 4];

/**
 * The graph of a seed: `a` is the one that programs load.
 * @param {{ seed: number, modules: number, kinds: Kinds, mayAccept: boolean, mayImportLater: boolean }} options
 * @returns {Graph}
 */
export function graphOf({ seed, modules, kinds, mayAccept, mayImportLater }) {
  const random = randomOf(seed * 7 + 1);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  const isChain = modules === 3;
  // Only what is put together when it is asked shows what something accepted by itself.
  /** @type {When} */
  const when = isChain
    ? "at once"
    : /** @type {When[]} */ (["at once", "when asked", mayImportLater ? "asynchronously" : "when asked"])[
        below(3)
      ];
  const isLazy = when !== "at once";
  const hasCycles = isLazy && below(2) === 0;
  /** @type {Entry[]} */
  const entries = [];
  for (let at = 0; at < modules; at++) {
    const isCommonJs = kinds === "cjs" || (kinds === "mixed" && at > 0 && (isChain || below(2) === 0));
    const name = NAMES[at];
    const file = `${name}.${isCommonJs ? "cjs" : "mjs"}`;
    const accepts = mayAccept && isLazy && !isCommonJs && at > 0 && below(4) === 0;
    entries.push({
      name,
      file,
      at,
      isCommonJs,
      accepts,
      value: `${at}:0 `,
      uses: [],
      isGone: false,
      isSound: true,
    });
  }
  const usable = (/** @type {Entry} */ entry) =>
    entries.filter(
      (it) =>
        (it.at > entry.at && (it.isCommonJs || !entry.isCommonJs)) ||
        (hasCycles && it.at > 0 && it !== entry && !it.isCommonJs && !entry.isCommonJs),
    );
  /** @param {Entry} entry @param {Entry} target */
  const use = (entry, target) => {
    if (!entry.uses.some((it) => it.target === target))
      entry.uses.push({ target, form: below(when === "asynchronously" ? 5 : 4) });
  };
  for (const target of entries.slice(1)) {
    const users = entries.filter((it) => usable(it).includes(target));
    if (isChain) use(entries[target.at - 1], target);
    else if (users.length > 0)
      for (let times = 2; times > 0; times--) use(users[below(users.length)], target);
  }
  return {
    entries,
    when,
    change(entry) {
      if (isChain) return;
      const others = usable(entry);
      if (entry.uses.length > 1 && below(2) === 0) entry.uses.splice(below(entry.uses.length), 1);
      else if (others.length > 0) use(entry, others[below(others.length)]);
    },
  };
}

/** What importers get from it beside its `v`: what it passes on of whom. @param {Entry} entry */
const passedOn = ({ isCommonJs, uses }) =>
  isCommonJs
    ? []
    : uses.filter(({ target, form }) => form === STAR && !target.isCommonJs).map((it) => it.target);

/** @param {Entry} entry @param {string} [seen] by whom it is asked @returns {string} what its `v` says once all is well */
export function shownOf(entry, seen = "") {
  if (seen.includes(entry.name)) return "";
  const below = entry.uses.map(({ target, form }) => {
    const passed = entry.isCommonJs || form === DYNAMIC ? [] : passedOn(target);
    return [shownOf(target, seen + entry.name), ...passed.map(({ value }) => value)].join("");
  });
  return entry.value + below.join("");
}

/** @param {Entry} entry @param {When} when @param {string} [exported] */
export function textOf(entry, when, exported = "v") {
  const { name, uses, value, isCommonJs, accepts } = entry;
  const isLazy = when !== "at once";
  const isAsync = when === "asynchronously";
  /** @type {string[]} */
  const lines = [];
  const parts = [JSON.stringify(value)];
  const asked = (/** @type {string} */ v) => {
    const called = isLazy ? `${v}(seen + "${name}")` : v;
    parts.push(isAsync ? `(await ${called})` : called);
  };
  for (const { target, form } of uses) {
    const from = `"./${target.file}"`;
    const u = `u${target.at}`;
    if (isCommonJs) {
      if (isLazy && form === NAMESPACE) {
        asked(`require(${from}).v`);
        continue;
      }
      lines.push(`const ${u} = require(${from});`);
      asked(`${u}.v`);
    } else if (form === DYNAMIC) {
      asked(`(await import(${from})).v`);
    } else if (target.isCommonJs) {
      lines.push(form % 2 ? `import ${u} from ${from};` : `import { v as ${u} } from ${from};`);
      asked(`${u}${form % 2 ? ".v" : ""}`);
    } else {
      if (form === NAMESPACE) lines.push(`import * as ${u} from ${from};`);
      else lines.push(`import { v as ${u} } from ${from};`);
      if (form === STAR) lines.push(`export * from ${from};`);
      if (form === PASSED_ON) lines.push(`export { v as v_${name}_${target.name} } from ${from};`);
      asked(`${u}${form === NAMESPACE ? ".v" : ""}`);
      for (const passed of passedOn(target)) {
        lines.push(`import { own_${passed.name} as o${target.at}_${passed.at} } from ${from};`);
        parts.push(`o${target.at}_${passed.at}`);
      }
    }
  }
  if (accepts) lines.push("import.meta.hot?.accept();");
  let sum = parts.join(" + ");
  if (isLazy) sum = `${isAsync ? "async " : ""}(seen = "") => seen.includes("${name}") ? "" : ${sum}`;
  if (isCommonJs) lines.push(`exports.${exported} = ${sum};`);
  else {
    lines.push(`export const own_${name} = ${JSON.stringify(value)};`);
    lines.push(`export const ${exported} = ${sum};`);
  }
  return `${lines.join("\n")}\n`;
}

/** Whether nobody can see `undefined` when it exports no `v`: all who import it are linked to that name. @param {Entry} entry @param {Entry[]} entries */
export const mayLackExport = (entry, entries) =>
  !entry.isCommonJs &&
  entry.at > 0 &&
  entries.every(({ uses }) =>
    uses.every(({ target, form }) => target !== entry || (form !== NAMESPACE && form !== DYNAMIC)),
  );

/** For whoever looks for what went wrong. @param {Entry} entry */
export const shapeOf = ({ file, accepts, uses }) =>
  `${file}${accepts ? "*" : ""} (${uses.map(({ target, form }) => `${target.name}${form}`).join(" ")})`;
