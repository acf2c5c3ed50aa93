// Entry points that print what `root.mjs` has by now: `value …`, each time that it is another one.

/** Prints what `seen()` gives. */
export const TELL = `let last; setInterval(() => { const value = seen(); if (value !== last) console.log("value", (last = value)); }, 5);`;

/** @param {"import" | "require"} how by which of the methods of `sync` @param {string} [before] what is done before that */
export const synced = (how, before = "") =>
  `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); ${before} const root = await sync.${how}("./root.mjs"); const seen = () => root.value(); ${TELL}`;

export const HOT = `import { value } from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const seen = () => value(); ${TELL}`;

/** @param {string} [before] see {@link synced} @returns {[how: string, entry: string, isRegistered: boolean][]} */
export const waysOfOneInstance = (before) => [
  ["import.meta.hot", HOT, true],
  ["sync.import", synced("import", before), false],
  ["sync.import, registered", synced("import", before), true],
  ["sync.require, registered", synced("require", before), true],
];
