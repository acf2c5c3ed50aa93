// A program on our ES module runtime, in the test's own process.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { materialize } from "./oracle.mjs";

export const runtime = createRequire(import.meta.url)("../../runtime/esm/index.cjs");

/**
 * Runs `main.mjs`; what it puts on `globalThis.out` is the result, `globalThis.log` is new.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 */
export async function program(t, files) {
  const { directory, remove } = materialize(files);
  t.after(remove);
  const file = (/** @type {string} */ name) => path.join(directory, name);
  const global = /** @type {any} */ (globalThis);
  global.out = undefined;
  /** @type {string[]} */
  const log = [];
  global.log = log;
  await runtime.evaluateGraph(file("main.mjs"));
  /** @param {Record<string, string>} changed */
  const write = (changed) => {
    for (const [name, text] of Object.entries(changed)) fs.writeFileSync(file(name), text);
  };
  return {
    out: global.out,
    log,
    /** What was logged since the last call. */
    said: () => log.splice(0),
    /** @param {Record<string, string>} changed */
    async save(changed, names = Object.keys(changed), /** @type {any} */ before = undefined) {
      write(changed);
      await runtime.reloadFiles(names.map(file), before);
    },
    /** @param {Record<string, string>} changed */
    async update(changed) {
      write(changed);
      const outcome = await runtime.updateFiles(Object.keys(changed).map(file));
      const short = (/** @type {string} */ url) => path.basename(url);
      for (const key of ["evaluated", "chain", "modules"])
        if (outcome[key]) outcome[key] = outcome[key].map(short);
      return outcome;
    },
  };
}
