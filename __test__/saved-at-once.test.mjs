// Files that were saved while nobody read of it, as the program was busy: one update, also after a save that came alone, after which nobody
// waits for company.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { atOnce } from "./support/observed.mjs";

const a = (/** @type {number} */ n) => `import "./b.mjs"; say("a ${n}");`;
const b = (/** @type {number} */ n) => `say("b ${n}");`;

for (const order of ["a, b", "b, a"]) {
  test(`${order}: each is evaluated once`, async (t) => {
    const program = await hotProgram(t, {
      "main.mjs": `import "./a.mjs"; import "./b.mjs"; import.meta.hot.accept(["./a.mjs", "./b.mjs"], () => say("accepted"));`,
      "a.mjs": a(1),
      "b.mjs": b(1),
    });
    for (let n = 2; n < 8; n += 2) {
      await program.save({ "b.mjs": b(n) });
      await program.ask("isTold()");
      program.said();
      const texts = { a: a(n + 1), b: b(n + 1) };
      await atOnce(program.program, () => {
        for (const name of /** @type {("a" | "b")[]} */ (order.split(", ")))
          program.self.write(`${name}.mjs`, texts[name]);
      });
      await program.program.value("result");
      await program.ask("isTold()");
      assert.deepEqual(program.said(), [`b ${n + 1}`, `a ${n + 1}`, "accepted"]);
    }
  });
}
