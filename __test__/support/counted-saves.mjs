// Saves of a program, and how often what of the runtime runs for each (looks.cjs): no clock tells what a save costs.

import assert from "node:assert/strict";
import path from "node:path";

const LOOKS = path.resolve(import.meta.dirname, "looks.cjs");
export const FEW = 50;
export const MANY = 500;

/** @typedef {[what: string, files: Record<string, string>, type: string, values: string]} Save what is saved, and what becomes of it */

/** The end of its entry point, which has imported `createRequire`, has `values`: what is seen by now, and calls `live` after each save. */
export const TELLS_LIVE = `
      const looks = createRequire(import.meta.url)(${JSON.stringify(LOOKS)});
      const live = async ({ type }) => {
        const now = await values();
        console.log("live", JSON.stringify({ type, values: now, looks: looks.end() }));
      };
      process.on("message", () => {
        looks.begin();
        console.log("counts");
      });
      console.log("ready", await values());`;

/** The same, under register: it has imported `hot`, too. */
export const TELLS = `hot.on("update", (outcome) => void setImmediate(live, outcome));${TELLS_LIVE}`;

/**
 * @param {ReturnType<typeof import("./project.mjs").project>} own
 * @param {string} ready the values at first
 * @param {Save[]} saves
 * @param {string[]} [nodeArguments]
 * @returns {Promise<Record<string, number>[]>} what each save took
 */
export async function countedSaves(own, ready, saves, nodeArguments = ["--import", "heatsync-rs/register"]) {
  // The runtime's own files are counted, and nothing that is done after a start.
  const nothingElse = { HEATSYNC_CACHE: "0", HEATSYNC_REHEARSE: "0", NODE_V8_COVERAGE: undefined };
  const env = { HEATSYNC_BUNDLE: "0", ...nothingElse };
  const program = own.run("main.mjs", { nodeArguments, env });
  await program.line(`ready ${ready}`);
  const all = [];
  for (const [what, files, type, values] of saves) {
    program.child.send("count");
    await program.line("counts");
    for (const [name, text] of Object.entries(files)) own.write(name, text);
    const { looks, ...live } = await program.value("live");
    assert.deepEqual(live, { type, values }, `${what}\n${program.stderr}`);
    all.push(looks);
  }
  return all;
}

/**
 * What was looked at once for each module. Of MANY that would be 450 more than of FEW, at least.
 * @param {string} what
 * @param {Record<string, number>} few
 * @param {Record<string, number>} many
 */
export function grown(what, few, many) {
  const names = Object.keys(many);
  assert.ok(names.length > 100, `${what}: nothing was counted`);
  const grown = names.filter((name) => many[name] - (few[name] ?? 0) > (MANY - FEW) / 3);
  return grown.map((name) => `${name}: ${few[name] ?? 0}, then ${many[name]}`);
}

/**
 * What was looked at more often than in proportion to the size.
 * @param {{ size: number, counts: Record<string, number> }} few
 * @param {{ size: number, counts: Record<string, number> }} many
 * @param {(name: string) => boolean} [isKnown] leaves out these
 */
export function grownFaster(few, many, isKnown = () => false) {
  const before = (/** @type {string} */ name) => few.counts[name] ?? 0;
  const grown = Object.entries(many.counts).filter(
    ([name, count]) =>
      count > 5 * many.size && count * few.size > 1.5 * many.size * before(name) && !isKnown(name),
  );
  return grown.map(([name, count]) => `${name}: ${before(name)}, then ${count}`);
}
