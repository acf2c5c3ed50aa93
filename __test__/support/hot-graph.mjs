// Graphs below a root that is accepted, under register: what it exports is asked of the running program.

import fs from "node:fs";
import { hotProgram } from "./hot-program.mjs";
import { until } from "./project.mjs";

/** `root` is accepted; `shown()` is what it exports as `v`, called if it is a function. */
const MAIN = `
  import fs from "node:fs";
  import * as root from "./root.mjs";
  import.meta.hot.accept("./root.mjs");
  globalThis.fs = fs;
  globalThis.shown = async () => {
    try {
      return JSON.stringify(typeof root.v === "function" ? await root.v() : root.v);
    } catch (error) {
      return error.code ?? error.message;
    }
  };`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files @param {string[]} [nodeArguments] */
export async function start(t, files, nodeArguments = []) {
  const program = await hotProgram(t, { "main.mjs": MAIN, ...files }, { nodeArguments });
  const { ask, self } = program;
  const shows = (/** @type {string} */ wanted) => program.shows(wanted, "shown()");
  // Of what is saved before that nobody knows whether it is all there, and it is waited for, unlike what is saved after.
  while ((await ask("isWatching()")) !== "true");
  return { ...program, shows, write: self.write.bind(self) };
}

/**
 * A file goes, and others are saved before it is taken for gone, which is after 80 ms. A program that stood still for so
 * long has all of it in one update: then another one is started.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {string} shown at first
 * @param {string} gone
 * @param {Record<string, string>} saved
 * @param {(program: Awaited<ReturnType<typeof start>>) => unknown} [before]
 */
export async function startWithout(t, files, shown, gone, saved, before) {
  for (let tries = 0; tries < 8; tries++) {
    const program = await start(t, files);
    await program.shows(shown);
    await before?.(program);
    program.self.delete(gone);
    const result = await program.save(saved);
    if (!result.files.includes(gone)) return { ...program, result };
    await program.program.end();
  }
  throw new Error("the machine is too slow to tell");
}

/**
 * In one update: the program has no time before all are written.
 * @param {Awaited<ReturnType<typeof start>>} program
 * @param {Record<string, string | null>} files null: it goes, and has been gone for long enough to be taken for it
 */
export async function saveAtOnce({ program, self, write }, files) {
  program.child.send(`fs.writeFileSync("busy", ""); while (!fs.existsSync("go"));`);
  await until(() => fs.existsSync(self.path("busy")));
  for (const [name, text] of Object.entries(files)) {
    if (text === null) self.delete(name);
    else write(name, text);
  }
  const isGone = Object.values(files).includes(null);
  // Time for the engine to see all of them, on a machine that wakes its thread late.
  for (let times = isGone ? 60 : 8; times > 0; times--) await self.olderThanNow();
  write("go", "");
  await program.value("answer");
  // The next time it would not wait for them.
  for (const name of ["busy", "go"]) self.delete(name);
}
