// Programs under register, their files saved for real: each save gives what the program said meanwhile, and how
// the update ended.

import assert from "node:assert/strict";
import path from "node:path";
import { project } from "./project.mjs";

/** Tells what happens, from outside of the program. */
const observer = `
import { createRequire } from "node:module";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import { hot } from "heatsync-rs";
const native = createRequire(import.meta.resolve("heatsync-rs"))("./native/load.cjs");
const name = (value) => typeof value === "string" && path.isAbsolute(value) ? path.relative(process.cwd(), value) : value;
const print = (kind, value) => console.log(kind + " " + JSON.stringify(value, (_, it) => name(it)));
globalThis.say = (...values) => print("say", values.map((it) => typeof it === "string" ? it : inspect(it)).join(" "));
hot.on("update", ({ error, message, milliseconds, frame, help, ...result }) =>
  print("result", { ...result, ...(error === undefined ? {} : { error: String(error) }) }));
// What an update brings is live before its end is told of: a turn of the event loop lies between.
globalThis.isTold = async () => { for (let turns = 0; turns < 4; turns++) await nextTurn(); };
// An answer of the engine's thread, which has set by then the watches that it was asked for.
globalThis.isWatching = () => native.watchStatus().native > 0;
process.on("message", async (code) => {
  print("answer", String(await (0, eval)(code)));
});
process.on("disconnect", () => process.exit());
`;

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files `main.cjs` or `main.mjs` is the entry point
 * @param {{ nodeArguments?: string[], registered?: string[] }} [options] `registered`: how
 */
export async function hotProgram(
  t,
  files,
  { nodeArguments = [], registered = ["--import", "heatsync-rs/register"] } = {},
) {
  const self = project(t, {
    "node_modules/observer/index.mjs": observer,
    "node_modules/observer/package.json": { name: "observer", exports: "./index.mjs" },
    ...files,
  });
  const entry = Object.keys(files).find((name) => /^main\./.test(name)) ?? "";
  self.write(entry, `${files[entry]}\nglobalThis.hasStarted = true;`);
  const program = self.run(entry, {
    nodeArguments: [...registered, "--import", "observer", ...nodeArguments],
  });
  let place = 0;
  /** What was said since the last call. */
  const said = () => {
    const lines = program.lines.slice(place);
    place = program.lines.length;
    return lines.flatMap((line) => (line.startsWith("say ") ? [JSON.parse(line.slice(4))] : []));
  };
  /** @param {string} code what it gives, as a string */
  const ask = async (code) => {
    program.child.send(code);
    return await program.value("answer");
  };
  /**
   * Until it shows that, and the update that brought it is told of: what ends next is another one.
   * @param {string} wanted
   * @param {string} code
   */
  const shows = async (wanted, code) => {
    const end = Date.now() + 15_000;
    for (let shown = ""; shown !== wanted; ) {
      shown = await ask(code);
      assert(shown === wanted || Date.now() < end, `${shown}, not ${wanted}\n${program.stderr}`);
    }
    await ask("isTold()");
  };
  let asked = 0;
  /** All that was printed on it so far: another pipe than stdout, which may be read before it. */
  const stderr = async () => {
    const end = `stderr ${++asked}\n`;
    await ask(`process.stderr.write(${JSON.stringify(end)})`);
    await program.errorOutput(end);
    return program.stderr;
  };
  const started =
    "new Promise((resolve) => { const look = () => (globalThis.hasStarted ? resolve() : setImmediate(look)); look(); })";
  await ask(started);
  return {
    ask,
    path: (/** @type {string} */ name) => path.join(self.directory, name),
    program,
    said,
    self,
    shows,
    stderr,
    /**
     * @param {Record<string, string>} files saved one after the other
     * @returns {Promise<any>} the result of the update
     */
    async save(files) {
      said();
      for (const [name, text] of Object.entries(files)) self.write(name, text);
      return await program.value("result");
    },
  };
}
