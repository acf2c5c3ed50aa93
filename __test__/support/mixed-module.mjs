// A module of a random graph, as ES module, CommonJS or JSON. What it exports as `value` tells which version of which module
// it is made of: put together when it is evaluated (no cycles then), or when it is asked, by a function.

/**
 * `form`: how it is imported. `isLazy`: a function.
 * @typedef {{ target: Entry, form: number }} Use
 * @typedef {"throw" | "syntax" | "missing" | "export" | "empty"} Trouble
 * @typedef {{ name: string, uses: Use[], version: number, trouble: Trouble | null, isThere: boolean, style: number }} Entry
 * @typedef {{ isLazy: boolean, isSync: boolean }} Kind `isSync`: nothing awaits, so CommonJS may require ES modules
 */

/** Imported or required in vain, maybe, gone on without, and accepted. It takes a `value` that is asked later. */
export const IN_VAIN = 8;

/** What `value` says of what was imported or required in vain. */
export const WITHOUT = " goes without ";

/** What all of them put their values together with. It is never edited. */
export const MERGE = `
  exports.merge = (name, version, ...others) => {
    const all = { [name]: [version] };
    for (const other of others) {
      for (const [key, list] of Object.entries(other ?? {})) all[key] = [...new Set([...(all[key] ?? []), ...list])].sort();
    }
    return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  };`;

/** @param {Entry} entry */
export const isEsModule = ({ name }) => name.endsWith(".mjs");

/** @param {Entry} entry */
export const isJson = ({ name }) => name.endsWith(".json");

/** A new one. @param {string} name @param {number} style @returns {Entry} */
export const entryOf = (name, style) => ({
  name,
  uses: [],
  version: 0,
  trouble: null,
  isThere: true,
  style,
});

/**
 * What a module may import: cycles are of ES modules alone, and where nothing is put together before it is asked.
 * @param {Entry} entry
 * @param {Entry[]} entries
 * @param {Kind} kind
 */
export function usableBy(entry, entries, { isLazy, isSync }) {
  const at = entries.indexOf(entry);
  return entries.filter((other, index) => {
    if (other === entry || isJson(entry)) return false;
    if (!isEsModule(entry) && isEsModule(other)) return isSync && index > at;
    return index > at || (isLazy && !isSync && isEsModule(entry) && isEsModule(other));
  });
}

/**
 * Its text. Every ES module exports `value`, and that as default, too.
 * @param {Entry} entry
 * @param {Kind} kind
 */
export function textOf(entry, kind) {
  const { name, version, trouble } = entry;
  if (trouble === "empty") return "";
  if (isJson(entry)) return JSON.stringify({ [name]: [version] }) + (trouble ? "," : "");
  const lines = isEsModule(entry) ? esLines(entry, kind) : commonJsLines(entry, kind);
  if (trouble === "throw") lines.push(`throw new Error("${name} ${version}");`);
  if (trouble === "syntax") lines.push("const = ;");
  if (trouble === "missing")
    lines.push(isEsModule(entry) ? 'import "./none.mjs";' : 'require("./none.cjs");');
  if (trouble === "export" && isEsModule(entry)) lines.push('import { none } from "./root.mjs";');
  return `${lines.join("\n")}\n// ${version}\n`;
}

/** @param {Entry} entry @param {string[]} terms @param {Kind} kind */
function valueText({ name, version }, terms, { isLazy }) {
  const merged = `merge(${[`"${name}"`, version, ...terms].join(", ")})`;
  if (!isLazy) return merged;
  return `async (seen) => { if (seen.includes("${name}")) return null; seen = [...seen, "${name}"]; return ${merged}; }`;
}

/** @param {Entry} entry @param {Kind} kind */
function commonJsLines(entry, kind) {
  const lines = ['const { merge } = require("./merge.cjs");'];
  const terms = entry.uses.map(({ target, form }, index) => {
    const file = `"./${target.name}"`;
    const required = `require(${file})`;
    if (form === IN_VAIN) {
      const v = `v${index}`;
      lines.push(`let ${v} = false; try { ${required}; ${v} = true; } catch {}`);
      lines.push(`module.hot?.accept(${file}, () => { ${v} = true; });`);
      // What accepts itself is replaced for who asks again.
      return orWithout(entry, target, v, isJson(target) ? required : `await ${required}.value(seen)`);
    }
    if (kind.isLazy) return isJson(target) ? required : `await ${required}.value(seen)`;
    lines.push(`const v${index} = ${required};`);
    return isJson(target) ? `v${index}` : `v${index}.value`;
  });
  lines.push(`exports.value = ${valueText(entry, terms, kind)};`);
  if (entry.style % 5 === 1 && kind.isLazy) lines.push("module.hot?.accept();");
  if (entry.style % 7 === 3) lines.push("module.hot?.dispose(() => {});");
  return lines;
}

/** @param {Entry} entry @param {Kind} kind */
function esLines(entry, kind) {
  const { name, uses, version, style } = entry;
  const { isLazy, isSync } = kind;
  const lines = ['import { merge } from "./merge.cjs";'];
  const terms = uses.flatMap((use, index) => {
    if (use.form === IN_VAIN) {
      const { lines: before, term } = importedInVain(entry, use.target, `v${index}`);
      lines.push(...before);
      return term;
    }
    const { line, term } = imported(use, `v${index}`, kind);
    lines.push(line);
    const value = isLazy && !isJson(use.target) ? `await ${term}(seen)` : term;
    const keys = `{ ["${name}: keys of ${use.target.name}"]: [Object.keys(v${index}).join()] }`;
    return use.form === 1 && isEsModule(use.target) ? [value, keys] : value;
  });
  lines.push(`export ${style % 2 === 0 ? "const" : "let"} value = ${valueText(entry, terms, kind)};`);
  lines.push(style % 3 === 0 ? "export { value as default };" : "export default value;");
  if (style % 5 === 1 && isLazy) lines.push("import.meta.hot?.accept();");
  if (style % 5 === 2 && isLazy && uses.length > 0 && ![5, IN_VAIN].includes(uses[0].form)) {
    lines.push(`import.meta.hot?.accept("./${uses[0].target.name}", () => {});`);
  }
  if (style % 7 === 3) lines.push("import.meta.hot?.dispose(async () => { await 0; });");
  if (style % 7 === 4 && !isSync) lines.push("await 0;");
  if (style % 11 === 5) lines.push(`export const only${version % 3} = 1;`);
  return lines;
}

/** @param {Entry} entry @param {Entry} target @param {string} v @param {string} term what is there of it */
const orWithout = ({ name }, target, v, term) =>
  `${v} ? ${term} : { "${name}${WITHOUT}${target.name}": [1] }`;

/**
 * Its import() is awaited by the function alone, since it may be in a cycle.
 * @param {Entry} entry
 * @param {Entry} target
 * @param {string} v what it is called
 */
function importedInVain(entry, target, v) {
  const file = `"./${target.name}"`;
  const attributes = isJson(target) ? ', { with: { type: "json" } }' : "";
  const term = orWithout(entry, target, v, isJson(target) ? `${v}.default` : `await ${v}.value(seen)`);
  // Of CommonJS a handler gets the exports, which are those of that version if it accepts itself later.
  const isGiven = isEsModule(target) || isJson(target);
  const handler = isGiven ? `(it) => { ${v} = it; }` : `async () => { ${v} = await import(${file}); }`;
  return {
    lines: [
      `let ${v}; const ${v}Done = import(${file}${attributes}).then((it) => { ${v} = it; }, () => {});`,
      `import.meta.hot?.accept(${file}, ${handler});`,
    ],
    term: `(await ${v}Done, ${term})`,
  };
}

/** @param {Use} use @param {string} v what it is called @param {Kind} kind @returns {{ line: string, term: string }} */
function imported({ target, form }, v, { isLazy, isSync }) {
  const file = `"./${target.name}"`;
  if (isJson(target)) return { line: `import ${v} from ${file} with { type: "json" };`, term: v };
  const named = { line: `import { value as ${v} } from ${file};`, term: v };
  if (form === 1) return { line: `import * as ${v} from ${file};`, term: `${v}.value` };
  if (form === 2) return { ...named, line: `export { value as r${v} } from ${file}; ${named.line}` };
  if (form === 3) return { line: `import ${v} from ${file};`, term: isEsModule(target) ? v : `${v}.value` };
  if (form === 4) return { ...named, line: `export * from ${file}; ${named.line}` };
  if (form === 5 && !isSync && isLazy) return { line: "", term: `(await import(${file})).value` };
  if (form === 5 && !isSync) return { line: `const { value: ${v} } = await import(${file});`, term: v };
  if (form === 6) return { ...named, line: `${named.line} export { ${v} as x${v} };` };
  if (form === 7)
    return { line: `import * as ${v} from ${file}; export { ${v} as n${v} };`, term: `${v}.value` };
  return named;
}
