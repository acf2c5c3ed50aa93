// Random versions of a tree of ES modules, CommonJS (requiring ES modules, too), TypeScript and JSON, and how one is written over another.

import { randomOf } from "./random-edits.mjs";

/**
 * @typedef {{ id: number, kind: string, folder: number, value: number, uses: number[], late: number[] }} Unit
 * `uses` while it is evaluated, `late` when it is asked for what it sees.
 */

/** @typedef {{ hasImports: boolean, isRich: boolean, kinds: string[] }} Style `hasImports`: are there any import()s? */

const KINDS = ["mjs", "mjs", "js", "cjs", "cjs", "ts", "cts", "json"];
/** The folder whose package.json says "commonjs". */
const COMMONJS = 4;

/** @param {number} id @param {(below: number) => number} any @param {Style} style @returns {Unit} */
function unit(id, any, { hasImports, isRich, kinds }) {
  const kind = kinds[any(kinds.length)];
  const some = () => [...new Set([any(id + 1), any(id + 1), any(id + 1)])].filter((it) => it < id);
  const uses = kind === "json" ? [] : some();
  const late = kind === "json" || !isRich || any(3) ? [] : some();
  const it = { id, kind, folder: any(5), value: any(1000), uses, late };
  return hasImports || !importsOf(it) ? it : { ...it, late: [] };
}

/** Another version of a tree. @param {Unit[]} tree @param {(below: number) => number} any @param {Style} style @returns {Unit[]} */
function changed(tree, any, style) {
  return tree.map((it) => {
    const fate = any(8);
    if (fate === 0) return { ...it, value: any(1000) };
    if (fate === 1) return { ...it, folder: any(5) };
    return fate === 2 ? unit(it.id, any, style) : it;
  });
}

const nameOf = (/** @type {Unit} */ { id, kind, folder }) => `f${folder}/m${id}.${kind}`;
const isEsModule = (/** @type {Unit} */ { kind, folder }) =>
  kind === "mjs" || kind === "ts"
    ? folder !== COMMONJS || kind === "mjs"
    : kind === "js" && folder !== COMMONJS;

/** CommonJS that is TypeScript imports, too, which is compiled to require(). @param {Unit} it */
const importsOf = (it) => it.kind === "ts" || isEsModule(it);

/** @param {Unit} it @param {Unit[]} tree */
function textOf(it, tree) {
  if (it.kind === "json") return JSON.stringify({ sum: it.value });
  const imports = importsOf(it);
  const unitOf = (/** @type {number} */ id) => /** @type {Unit} */ (tree.find((other) => other.id === id));
  const used = it.uses.map(unitOf);
  const load = used.map((other) => {
    const [local, from] = [`m${other.id}`, JSON.stringify(`../${nameOf(other)}`)];
    if (!imports) return `const ${local} = require(${from.replace(/\.(js|json)"$/, '"')});`;
    if (other.kind === "json") return `import ${local} from ${from} with { type: "json" };`;
    return `import * as ${local} from ${from};`;
  });
  const sum = [it.value, ...used.map((other) => `m${other.id}.sum`)].join(" + ");
  const late = it.late.map((id) => {
    const other = unitOf(id);
    const from = JSON.stringify(`../${nameOf(other)}`);
    if (!imports) return `require(${from}).sum`;
    if (other.kind === "json") return `(await import(${from}, { with: { type: "json" } })).default.sum`;
    return `(await import(${from})).sum`;
  });
  const exported = {
    sum,
    me: "{}",
    refs: `[${used.map((other) => `m${other.id}.me`).join(", ")}]`,
    late: `async () => [${late.join(", ")}]`,
  };
  const say = Object.entries(exported).map(
    ([name, value]) => `${imports ? `export const ${name}` : `exports.${name}`} = ${value};`,
  );
  return `${[...load, ...say].join("\n")}\n`;
}

/** @param {Unit[]} tree @returns {Record<string, string>} */
export function filesOf(tree) {
  const files = Object.fromEntries(tree.map((it) => [`src/${nameOf(it)}`, textOf(it, tree)]));
  const load = tree.map((it) => {
    const attributes = it.kind === "json" ? ` with { type: "json" }` : "";
    return `import ${it.kind === "json" ? `m${it.id}` : `* as m${it.id}`} from "./${nameOf(it)}"${attributes};`;
  });
  const sums = tree.map(({ id }) => `m${id}.sum`).join(", ");
  const late = tree.filter((it) => it.late.length).map(({ id }) => `...(await m${id}.late())`);
  const two = tree.flatMap(({ id, uses }) =>
    uses.map((used, at) => `m${id}.refs[${at}] === m${used}.me || "two of m${used}, by m${id}"`),
  );
  const root = `${load.join("\n")}
export const seen = async () => [${sums}, ${[...late, `...[${two.join(", ")}].filter((it) => it !== true)`].join(", ")}];\n`;
  return { ...files, "src/root.mjs": root, [`src/f${COMMONJS}/package.json`]: '{ "type": "commonjs" }' };
}

/**
 * What is written over one another: three versions, and for each step which of them, one after another, with milliseconds between.
 * @typedef {{ trees: Unit[][], steps: { to: number, pause: number }[][] }} Plan
 */

/**
 * @param {{ seed: number, modules?: number, steps?: number, isRapid?: boolean, isRich?: boolean, hasImports?: boolean, hasTypeScript?: boolean }} options
 * @returns {Plan}
 */
export function planOf({
  seed,
  modules = 40,
  steps = 4,
  isRapid = false,
  isRich = true,
  hasImports = true,
  hasTypeScript = true,
}) {
  const next = randomOf(seed);
  const any = (/** @type {number} */ below) => Math.floor(next() * below);
  const style = {
    hasImports,
    isRich,
    kinds: hasTypeScript ? KINDS : KINDS.filter((kind) => !kind.endsWith("ts")),
  };
  const trees = [Array.from({ length: modules }, (_, id) => unit(id, any, style))];
  for (let at = 0; at < 2; at++) trees.push(changed(trees[at], any, style));
  let now = 0;
  const turn = () => {
    now = (now + 1 + any(2)) % 3;
    return { to: now, pause: any(40) };
  };
  return {
    trees,
    steps: Array.from({ length: steps }, () => Array.from({ length: isRapid ? 1 + any(4) : 1 }, turn)),
  };
}

/** The same without some modules. @param {Plan} plan @param {Set<number>} gone @returns {Plan} */
export function without({ trees, steps }, gone) {
  const stay = (/** @type {number} */ id) => !gone.has(id);
  const smaller = trees.map((tree) =>
    tree
      .filter(({ id }) => stay(id))
      .map((it) => ({ ...it, uses: it.uses.filter(stay), late: it.late.filter(stay) })),
  );
  return { trees: smaller, steps };
}
