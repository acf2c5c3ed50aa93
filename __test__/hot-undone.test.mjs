// Files that nobody accepts, saved together and put back at once, as `git switch` there and back does: what runs is what they hold, and
// that is the last word about them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const ROUNDS = 20;

/** @param {number} n */
const chain = (n) => ({
  "a.mjs": `import "./b.mjs"; export const a = ${n};`,
  "b.mjs": `import "./c.mjs"; export const b = ${n};`,
  "c.mjs": `export const c = ${n};`,
});

for (const [what, texts] of Object.entries({
  "one after the other": chain,
  "in a cycle": (/** @type {number} */ n) => ({
    ...chain(n),
    "c.mjs": `import "./a.mjs"; export const c = ${n};`,
  }),
})) {
  test(`files that import one another ${what} are saved, and put back`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import "./a.mjs"; import { s } from "./s.mjs"; globalThis.s = () => s; import.meta.hot.accept("./s.mjs");`,
      "s.mjs": "export const s = 0;",
      ...texts(0),
    });
    const { program, self } = it;
    const write = (/** @type {Record<string, string>} */ files) => {
      for (const [file, text] of Object.entries(files)) self.write(file, text);
    };
    /** Files of which the last word is that they are not live. @param {number} line @param {number} from */
    const refused = (line, from) => {
      const files = new Set();
      for (const result of program.lines.slice(line).filter((it) => it.startsWith("result "))) {
        const { type, files: those } = JSON.parse(result.slice("result ".length));
        for (const file of those) type === "accepted" ? files.delete(file) : files.add(file);
      }
      for (const [, file] of program.stderr.slice(from).matchAll(/\] (\S+): back to the version that runs/g))
        files.delete(file);
      return [...files];
    };
    for (let n = 1; n <= ROUNDS; n++) {
      const [line, from] = [program.lines.length, program.stderr.length];
      write(texts(n));
      // Some are put back before they are read, others after that.
      for (let turns = (n * 7) % 40; turns > 0; turns--) await new Promise(setImmediate);
      write({ ...texts(0), "s.mjs": `export const s = ${n};` });
      await it.shows(String(n), "s()");
      const end = Date.now() + 5_000;
      while (refused(line, from).length > 0 && Date.now() < end) await it.ask("isTold()");
      assert.deepEqual(refused(line, from), [], `${n}: ${program.stderr.slice(from)}`);
    }
  });
}
