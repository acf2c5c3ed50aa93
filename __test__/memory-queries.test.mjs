// A program that reloads a file by itself, by another query each time, has a module more with each, in plain Node too. What we keep besides
// for such a one is not to be as large as that again, and again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const NAMES = 50;
const IMPORTS = 400;
/** In bytes, of a text of 3 KB: plain Node (20 to 26) has 27,000 to 29,000. With what Node keeps of a facade by its URL it was 80,000. */
const MOST = 60_000;

test("an import() of a file under a new query costs little more than in plain Node", async (t) => {
  const functions = Array.from(
    { length: NAMES },
    (_, at) => `export function f${at}(x) { return x + ${at}; } // and so on, line by line`,
  );
  const self = project(t, {
    "many.mjs": `export const value = 1;\n${functions.join("\n")}`,
    "main.mjs": `
      let sum = 0;
      const load = async (from, to) => {
        for (let at = from; at < to; at++) sum += (await import("./many.mjs?t=" + at)).value;
        globalThis.gc();
        return process.memoryUsage().heapUsed;
      };
      const before = await load(0, 100);
      const after = await load(100, 100 + ${IMPORTS});
      console.log("bytes", Math.round((after - before) / ${IMPORTS}), sum);
      process.exit();`,
  });
  const program = self.run("main.mjs", {
    nodeArguments: ["--expose-gc", "--import", "heatsync-rs/register"],
  });
  const [, bytes, sum] = (await program.line(/^bytes /)).split(" ").map(Number);
  assert.equal(sum, 100 + IMPORTS);
  assert.ok(bytes < MOST, `${bytes} bytes each`);
});
