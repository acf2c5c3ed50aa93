// What sync.require holds, and nobody imports any more, as who called it has run again: the instance shows and follows it, so it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const held = (/** @type {number} */ n) =>
  `export const v = ${n}; say("held ${n} runs");
    import.meta.hot.dispose(() => say("held ${n} is disposed of"));
    import.meta.hot.prune(() => say("pruned"));`;

for (const [how, files] of Object.entries({
  "accepts itself": { "held.mjs": `import.meta.hot.accept();` },
  "is imported and accepted by what drops it": {
    "mid.mjs": `import "./held.mjs"; import.meta.hot.accept();`,
  },
})) {
  for (const savedFirst of [true, false]) {
    test(`it ${how}, ${savedFirst ? "and was saved before" : "and was not saved before"}`, async (t) => {
      const { "held.mjs": accepts = "", ...others } = /** @type {Record<string, string>} */ (files);
      const main = (/** @type {number} */ n) => `import Heatsync from "heatsync-rs";
        ${"mid.mjs" in others ? 'import "./mid.mjs";' : ""}
        globalThis.sync ??= new Heatsync();
        globalThis.held ??= sync.require("./held.mjs");
        say("main ${n}");
        import.meta.hot.accept();`;
      const it = await hotProgram(t, { "main.mjs": main(1), "held.mjs": held(1) + accepts, ...others });
      const last = savedFirst ? 2 : 1;
      if (savedFirst) {
        assert.equal((await it.save({ "held.mjs": held(2) + accepts })).type, "accepted");
        await it.shows("2", "held.v");
      }
      const { pruned } = await it.save({ "main.mjs": main(2) });
      assert.deepEqual([pruned, it.said()], [[], ["main 2"]]);
      if ("mid.mjs" in others) {
        const { pruned } = await it.save({ "mid.mjs": "import.meta.hot.accept();" });
        assert.deepEqual([pruned, it.said()], [[], []]);
      }
      it.self.write("held.mjs", held(3) + accepts);
      await it.shows("3", "held.v");
      assert.deepEqual(it.said(), [`held ${last} is disposed of`, "held 3 runs"]);
    });
  }
}

test("its caller runs again without it, and disposes of the instance: it is pruned", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import "./caller.mjs";`,
    "caller.mjs": `import Heatsync from "heatsync-rs";
      const sync = new Heatsync();
      globalThis.held = sync.require("./held.mjs");
      import.meta.hot.accept();
      import.meta.hot.dispose(() => sync.dispose());`,
    "held.mjs": held(1),
  });
  assert.equal((await it.save({ "held.mjs": held(2) })).type, "accepted");
  await it.shows("2", "held.v");
  const { pruned } = await it.save({ "caller.mjs": "import.meta.hot.accept();" });
  assert.deepEqual([pruned, it.said()], [["held.mjs"], ["held 2 is disposed of", "pruned"]]);
});
