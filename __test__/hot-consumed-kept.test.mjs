// What sync.require holds, and nobody imports any more, as who called it has run again: the instance shows and follows it, so it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @param {string} file @param {number} n */
function held(file, n) {
  const isCommonJs = file.endsWith(".cjs");
  const hot = isCommonJs ? "module.hot" : "import.meta.hot";
  return `${isCommonJs ? `exports.v = ${n};` : `export const v = ${n};`} say("held ${n} runs");
    ${hot}.dispose(() => say("held ${n} is disposed of"));
    ${hot}.prune(() => say("pruned"));`;
}

for (const file of ["held.mjs", "held.cjs"]) {
  for (const [how, files] of Object.entries({
    "accepts itself": { [file]: file === "held.cjs" ? `module.hot.accept();` : `import.meta.hot.accept();` },
    "is imported and accepted by what drops it": {
      "mid.mjs": `import "./${file}"; import.meta.hot.accept();`,
    },
  })) {
    for (const savedFirst of [true, false]) {
      test(`${file} ${how}, ${savedFirst ? "and was saved before" : "and was not saved before"}`, async (t) => {
        const { [file]: accepts = "", ...others } = /** @type {Record<string, string>} */ (files);
        const main = (/** @type {number} */ n) => `import Heatsync from "heatsync-rs";
          ${"mid.mjs" in others ? 'import "./mid.mjs";' : ""}
          globalThis.sync ??= new Heatsync();
          globalThis.held ??= sync.require("./${file}");
          say("main ${n}");
          import.meta.hot.accept();`;
        const it = await hotProgram(t, { "main.mjs": main(1), [file]: held(file, 1) + accepts, ...others });
        const last = savedFirst ? 2 : 1;
        if (savedFirst) {
          assert.equal((await it.save({ [file]: held(file, 2) + accepts })).type, "accepted");
          await it.shows("2", "held.v");
        }
        const { pruned } = await it.save({ "main.mjs": main(2) });
        assert.deepEqual([pruned, it.said()], [[], ["main 2"]]);
        if ("mid.mjs" in others) {
          const { pruned } = await it.save({ "mid.mjs": "import.meta.hot.accept();" });
          assert.deepEqual([pruned, it.said()], [[], []]);
        }
        it.self.write(file, held(file, 3) + accepts);
        await it.shows("3", "held.v");
        // What was required before anybody looked counts as required by who runs under that name now.
        const isRequired = file === "held.cjs" && "mid.mjs" in others && !savedFirst;
        const again = isRequired ? ["main 2"] : [];
        assert.deepEqual(it.said(), [`held ${last} is disposed of`, "held 3 runs", ...again]);
      });
    }
  }
}

for (const file of ["held.mjs", "held.cjs"]) {
  for (const [how, assigned] of Object.entries({ "asks again": "=", "does not ask again": "??=" })) {
    test(`the caller of ${file} accepts itself, and ${how} as it runs because of that: its object shows the new version`, async (t) => {
      const it = await hotProgram(t, {
        "main.mjs": `import Heatsync from "heatsync-rs";
          globalThis.sync ??= new Heatsync();
          globalThis.held ${assigned} sync.require("./${file}");
          import.meta.hot.accept();`,
        [file]: held(file, 1),
      });
      it.said();
      for (const n of [2, 3]) {
        it.self.write(file, held(file, n));
        await it.shows(String(n), "held.v");
        assert.deepEqual(it.said(), [`held ${n - 1} is disposed of`, `held ${n} runs`]);
      }
    });
  }

  test(`the caller of ${file} runs again without it, and disposes of the instance: it is pruned`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import "./caller.mjs";`,
      "caller.mjs": `import Heatsync from "heatsync-rs";
        const sync = new Heatsync();
        globalThis.held = sync.require("./${file}");
        import.meta.hot.accept();
        import.meta.hot.dispose(() => sync.dispose());`,
      [file]: held(file, 1),
    });
    assert.equal((await it.save({ [file]: held(file, 2) })).type, "accepted");
    await it.shows("2", "held.v");
    const { pruned } = await it.save({ "caller.mjs": "import.meta.hot.accept();" });
    assert.deepEqual([pruned, it.said()], [[file], ["held 2 is disposed of", "pruned"]]);
  });
}
