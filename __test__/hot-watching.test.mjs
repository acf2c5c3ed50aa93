// Which files are watched, as imports come and go. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";

const addon = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));
/** How many folders are watched. */
const watching = `import { createRequire } from "node:module"; const { watchStatus } = createRequire(import.meta.url)(${addon});
globalThis.watched = () => { const { native = 0, polled = 0 } = watchStatus() ?? {}; return native + polled; };`;

test("what import() brought is not watched any more once it is pruned", async (t) => {
  const { ask, save, self } = await hotProgram(t, {
    "main.mjs": `${watching} import "./x.mjs";`,
    "x.mjs": "globalThis.get = null; import.meta.hot.accept();",
    "pages/page.mjs": "export const text = 1; import.meta.hot.accept();",
  });
  const x = `globalThis.get = () => import("./pages/page.mjs"); import.meta.hot.accept();`;
  const watched = async () => Number(await ask("watched()"));
  /** @param {(count: number) => boolean} isIt */
  const until = async (isIt) => {
    for (const end = performance.now() + 5000; !isIt(await watched()); )
      assert.ok(performance.now() < end, "in time");
  };
  const before = await watched();
  for (let round = 1; round < 3; round++) {
    await save({ "x.mjs": x });
    await ask("get().then(() => 0)");
    await until((count) => count > before);
    await save({ "pages/page.mjs": `export const text = ${round}2; import.meta.hot.accept();` });
    assert.equal(await ask("get().then(({ text }) => text)"), `${round}2`);
    const { pruned } = await save({ "x.mjs": "globalThis.get = null; import.meta.hot.accept();" });
    assert.deepEqual(pruned, ["pages/page.mjs"]);
    await until((count) => count === before);
    self.write("pages/page.mjs", "export const text = 1; import.meta.hot.accept();");
  }
});
