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
    /** The one outcome, as short as tests want it. @param {Record<string, string>} changed */
    async update(changed) {
      write(changed);
      const outcomes = await runtime.updates.ofFiles(Object.keys(changed).map(file));
      if (outcomes.length !== 1) throw new Error(`${outcomes.length} outcomes: ${JSON.stringify(outcomes)}`);
      return short(outcomes[0]);
    },
    /** All of them, by the files they are about. @param {Record<string, string | null>} changed null: deleted */
    async updates(changed) {
      for (const [name, text] of Object.entries(changed)) {
        if (text === null) fs.rmSync(file(name));
        else fs.writeFileSync(file(name), text);
      }
      const outcomes = await runtime.updates.ofFiles(Object.keys(changed).map(file));
      return Object.fromEntries(
        outcomes.map((/** @type {any} */ it) => [it.files.map(base).join(" "), short(it)]),
      );
    },
    /** Asks for an update and does not wait. @param {Record<string, string>} changed */
    begin(changed) {
      write(changed);
      return runtime.updates.ofFiles(Object.keys(changed).map(file));
    },
  };
}

const base = (/** @type {string} */ name) => path.basename(name);

/** @param {any} outcome */
function short({ type, evaluated, path: way, declinedBy, error, disposed, pruned }) {
  const names = (/** @type {string[]} */ files) => files.map(base);
  switch (type) {
    case "accepted":
      return { type, evaluated: names(evaluated), ...(pruned.length > 0 && { pruned: names(pruned) }) };
    case "declined":
      return { type, declinedBy: names(declinedBy) };
    case "unaccepted":
      return { type, path: names(way), ...(evaluated.length > 0 && { evaluated: names(evaluated) }) };
    default:
      return { type, error, ...(disposed.length > 0 && { disposed: names(disposed) }) };
  }
}
