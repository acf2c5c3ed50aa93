// A save of what hundreds of modules share, which somebody imports by import(), takes ten times what it takes of a tenth of these: each
// step sets the namespaces that show what it has evaluated, and looks at no others. Counted is how often what of the runtime runs
// (support/looks.cjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSaves, grownFaster, TELLS } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

const FEW = 40;
const MANY = 400;
/** What V8 has optimized counts no more. */
const NODE_ARGUMENTS = ["--no-opt", "--no-maglev", "--import", "heatsync-rs/register"];

const shared = (/** @type {number} */ value) => `export const shared = ${value};`;

/** @type {import("./support/counted-saves.mjs").Save[]} */
const SAVES = [
  ["what is shared", { "shared.mjs": shared(1) }, "accepted", "1 1 1"],
  ["what is shared, again", { "shared.mjs": shared(2) }, "accepted", "2 2 2"],
];

/** @param {import("node:test").TestContext} t @param {number} size */
async function saved(t, size) {
  const routes = Array.from({ length: size }, (_, at) => [
    `r${at}.mjs`,
    `import { shared } from "./shared.mjs"; import.meta.hot.accept(); export const route = shared;`,
  ]);
  const own = project(t, {
    "package.json": { type: "module" },
    ...Object.fromEntries(routes),
    "shared.mjs": shared(0),
    // Its namespace shows what another module exports.
    "passes.mjs": `export * from "./shared.mjs"; import.meta.hot.accept();`,
    "main.mjs": `import { createRequire } from "node:module";
      import { hot } from "heatsync-rs";
      const files = Array.from({ length: ${size} }, (_, at) => "./r" + at + ".mjs");
      const all = await Promise.all(files.map((file) => import(file)));
      const passes = await import("./passes.mjs");
      const values = () => [all[0].route, all.at(-1).route, passes.shared].join(" ");
      ${TELLS}`,
  });
  const [, second] = await countedSaves(own, "0 0 0", SAVES, NODE_ARGUMENTS);
  return second;
}

test("modules that are imported by import() and share one", async (t) => {
  const [few, many] = [await saved(t, FEW), await saved(t, MANY)];
  assert.deepEqual(grownFaster({ size: FEW, counts: few }, { size: MANY, counts: many }), []);
  assert.ok(
    Object.values(many).some((count) => count >= MANY),
    "nothing was counted",
  );
});
