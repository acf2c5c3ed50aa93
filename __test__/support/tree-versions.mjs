// Random versions of a tree of ES modules, CommonJS (requiring ES modules, too), TypeScript and JSON, and how one is written over another.

import { randomOf } from "./random-edits.mjs";
import { importsOf } from "./tree-texts.mjs";

/**
 * @typedef {{ id: number, kind: string, folder: number, value: number, uses: number[], late: number[], form?: number, wants?: number, awaits?: boolean, named?: number }} Unit
 * `uses` while it is evaluated, `late` when it is asked for what it sees; of a wide tree also `form`, how it says that, `wants`, with whom it would be
 * in a cycle, and whether it would await. `named`: whom it asks for by a name of package.json.
 */

/** @typedef {{ hasImports: boolean, isRich: boolean, isWide: boolean, isNamed: boolean, hasAwait: boolean, modules: number, kinds: string[] }} Style `hasImports`: are there any import()s? */

const KINDS = ["mjs", "mjs", "js", "cjs", "cjs", "ts", "cts", "json"];

/** @param {number} id @param {(below: number) => number} any @param {Style} style @returns {Unit} */
function unit(id, any, { hasImports, isRich, isWide, isNamed, hasAwait, modules, kinds }) {
  const kind = kinds[any(kinds.length)];
  const some = () => [...new Set([any(id + 1), any(id + 1), any(id + 1)])].filter((it) => it < id);
  const uses = kind === "json" ? [] : some();
  const late = kind === "json" || !isRich || any(3) ? [] : some();
  const wide = isWide ? { form: any(1024), wants: any(modules), awaits: hasAwait && any(4) === 0 } : {};
  const it = {
    id,
    kind,
    folder: any(5),
    value: any(1000),
    uses,
    late,
    ...wide,
    ...(isNamed ? { named: any(256) } : {}),
  };
  return hasImports || !importsOf(it) ? it : { ...it, late: [] };
}

/** Another version of a tree. @param {Unit[]} tree @param {(below: number) => number} any @param {Style} style @returns {Unit[]} */
function changed(tree, any, style) {
  return tree.map((it) => {
    const fate = any(8);
    if (fate === 0) return { ...it, value: any(1000) };
    if (fate === 1) return { ...it, folder: any(5) };
    if (fate === 3 && style.isWide) return { ...it, form: any(1024) };
    if (fate === 5 && style.isNamed) return { ...it, named: any(256) };
    if (fate === 4 && style.isWide) return { ...it, wants: any(style.modules) };
    return fate === 2 ? unit(it.id, any, style) : it;
  });
}

/**
 * What is written over one another: three versions, and for each step which of them, one after another, with milliseconds between.
 * @typedef {{ trees: Unit[][], steps: { to: number, pause: number }[][] }} Plan
 */

/**
 * @param {{ seed: number, modules?: number, steps?: number, isRapid?: boolean, isRich?: boolean, isWide?: boolean, isNamed?: boolean, hasAwait?: boolean, hasImports?: boolean, hasTypeScript?: boolean }} options
 * @returns {Plan}
 */
export function planOf({
  seed,
  modules = 40,
  steps = 4,
  isRapid = false,
  isRich = true,
  isWide = false,
  isNamed = false,
  hasAwait = true,
  hasImports = true,
  hasTypeScript = true,
}) {
  const next = randomOf(seed);
  const any = (/** @type {number} */ below) => Math.floor(next() * below);
  const style = {
    hasImports,
    isRich,
    isWide,
    isNamed,
    hasAwait,
    modules,
    kinds: [...KINDS, ...(isWide ? ["index"] : [])].filter((kind) => hasTypeScript || !kind.endsWith("ts")),
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
