// @ts-check

// (modules, what is open and looked for) → the rows of the tree. Pure.

import { isInPlace } from "./model.mjs";

/** @typedef {import("../runtime/inspect/wire").WireModule} WireModule */

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {string} label
 * @property {number} level from 1
 * @property {number} position among its siblings, from 1
 * @property {number} siblings
 * @property {WireModule | null} module null: a folder
 * @property {boolean} isOpen of a folder
 * @property {number} inside modules, of a folder
 * @property {number} restarts modules whose change restarts, of a folder
 *
 * @typedef {{ name: string, folders: Map<string, Folder>, modules: WireModule[] }} Folder
 *
 * @typedef {object} View
 * @property {ReadonlySet<string>} closed folders
 * @property {string} query
 * @property {boolean} onlyRestarts
 */

/**
 * @param {Iterable<WireModule>} modules
 * @param {View} view
 * @returns {Row[]}
 */
export function rowsOf(modules, { closed, query, onlyRestarts }) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (/** @type {WireModule} */ { name, change }) =>
    words.every((word) => name.toLowerCase().includes(word)) && !(onlyRestarts && isInPlace(change));
  const root = folder("");
  for (const module of modules) if (fits(module)) add(root, module);
  /** @type {Row[]} */
  const rows = [];
  // What is looked for is to be seen.
  addRows(rows, root, "", 1, words.length > 0 ? new Set() : closed);
  return rows;
}

/** @param {string} name @returns {Folder} */
const folder = (name) => ({ name, folders: new Map(), modules: [] });

/** @param {Folder} root @param {WireModule} module */
function add(root, module) {
  let at = root;
  for (const part of partsOf(module.name).slice(0, -1)) {
    const next = at.folders.get(part) ?? folder(part);
    at.folders.set(part, next);
    at = next;
  }
  at.modules.push(module);
}

/** A query may have slashes. @param {string} name */
function partsOf(name) {
  const [, file, suffix] = /** @type {RegExpExecArray} */ (/^([^?#]*)(.*)$/s.exec(name));
  const parts = file.split("/");
  // Absolute: the root is a folder, too.
  if (parts[0] === "") parts.splice(0, 2, `/${parts[1] ?? ""}`);
  parts.push(`${parts.pop()}${suffix}`);
  return parts;
}

/**
 * @param {Row[]} rows
 * @param {Folder} at
 * @param {string} path
 * @param {number} level
 * @param {ReadonlySet<string>} closed
 */
function addRows(rows, at, path, level, closed) {
  const folders = [...at.folders.values()].map(chain).sort(byName);
  const modules = [...at.modules].sort(byName);
  const siblings = folders.length + modules.length;
  let position = 0;
  for (const it of folders) {
    const key = `${path}${it.name}/`;
    const isOpen = !closed.has(key);
    const all = modulesIn(it);
    const restarts = all.filter(({ change }) => !isInPlace(change)).length;
    const place = { level, position: ++position, siblings };
    rows.push({ key, label: `${it.name}/`, ...place, module: null, isOpen, inside: all.length, restarts });
    if (isOpen) addRows(rows, it, key, level + 1, closed);
  }
  for (const module of modules) {
    const place = { level, position: ++position, siblings };
    const label = module.name.slice(path.length);
    rows.push({ key: module.name, label, ...place, module, isOpen: false, inside: 0, restarts: 0 });
  }
}

/** Folders with nothing but one folder are one row. @param {Folder} it @returns {Folder} */
function chain(it) {
  if (it.modules.length > 0 || it.folders.size !== 1) return it;
  const [only] = it.folders.values();
  return chain({ ...only, name: `${it.name}/${only.name}` });
}

/** @param {Folder} it @returns {WireModule[]} */
const modulesIn = (it) => [...it.modules, ...[...it.folders.values()].flatMap(modulesIn)];

/** @param {{ name: string }} a @param {{ name: string }} b */
const byName = (a, b) => (a.name < b.name ? -1 : 1);
