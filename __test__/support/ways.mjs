// One program in each of the ways to use this package: what it shows of `c.cjs`, or of its own `root.mjs`.

import assert from "node:assert/strict";
import { project } from "./project.mjs";

/** How a program gets its root: the flags, and what gives it. */
const WAYS = {
  register: [
    ["--import", "heatsync-rs/register"],
    `import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const get = () => root;`,
  ],
  "sync.import": [
    [],
    `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
     sync.events.on("error", (error) => console.error(error.message)); const root = await sync.import("./root.mjs");
     const get = () => root;`,
  ],
  "hot.init": [
    [],
    `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
     const get = () => import("./root.mjs");`,
  ],
};

/**
 * @param {import("node:test").TestContext} t
 * @param {Way} way
 * @param {Record<string, string>} files
 */
export async function started(t, way, files) {
  const [nodeArguments, text] = WAYS[way];
  const self = project(t, {
    "root.mjs": `import v from "./c.cjs"; export const shown = () => v;`,
    ...files,
    "main.mjs": `${text}
      const show = () => get().then?.((it) => it.shown()) ?? get().shown();
      process.on("message", async () => process.send({ shown: await Promise.resolve().then(show).catch((it) => it.code) }));
      process.on("disconnect", () => process.exit());
      process.send("ready");`,
  });
  const program = self.run("main.mjs", { nodeArguments: /** @type {string[]} */ (nodeArguments) });
  const answer = () => new Promise((resolve) => program.child.once("message", resolve));
  await answer();
  const shown = async () => {
    const answering = answer();
    program.child.send("show");
    return /** @type {any} */ (await answering).shown;
  };
  const shows = async (/** @type {unknown} */ wanted) => {
    const end = Date.now() + 15_000;
    for (let now = await shown(); now !== wanted; now = await shown()) {
      assert(Date.now() < end, `${now}, not ${wanted}\n${program.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const says = async (/** @type {RegExp} */ words) => {
    const end = Date.now() + 15_000;
    while (!words.test(program.stderr)) {
      assert(Date.now() < end, program.stderr);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return Object.assign(self, { shown, shows, says });
}

/** @typedef {keyof typeof WAYS} Way */
export const ways = /** @type {Way[]} */ (Object.keys(WAYS));
