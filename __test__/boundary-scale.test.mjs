// A save costs what it changes, and what imports that, however large the graph is around it. No clock tells: counted is how often what of
// the runtime runs (support/looks.cjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSaves, FEW, grown, MANY, TELLS } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

/** Modules of which each imports ten others. @param {string} name @param {number} size */
const tree = (name, size) =>
  Array.from({ length: size }, (_, n) => {
    const imports = Array.from({ length: 10 }, (_, i) => n * 10 + i + 1).filter((m) => m < size);
    const lines = imports.map((m) => `import "./${name}${m}.mjs";`);
    return [`${name}${n}.mjs`, `${lines.join("\n")}\nexport const value = ${n};`];
  });

const view = (imports = "") => `${imports}export { leaf } from "./leaf.mjs";`;
const leaf = (/** @type {number | string} */ value) => `export const leaf = ${value};`;

/** What is saved, one after the other, and what becomes of it. @type {[what: string, files: Record<string, string>, type: string, values: string][]} */
const SAVES = [
  ["below a boundary", { "leaf.mjs": leaf(1) }, "accepted", "1 0 0 0"],
  ["a boundary", { "own.mjs": "export const own = 1;" }, "accepted", "1 1 0 0"],
  ["CommonJS below a boundary", { "required.cjs": "module.exports = 1;" }, "accepted", "1 1 1 0"],
  ["a handler's", { "hot.mjs": "globalThis.hot = 1; import.meta.hot.accept();" }, "accepted", "1 1 1 1"],
  ["what does not parse", { "leaf.mjs": leaf("(") }, "linkError", "1 1 1 1"],
  ["what is mended", { "leaf.mjs": leaf(2) }, "accepted", "2 1 1 1"],
  ["a new import", { "view.mjs": view(`import "./new.mjs";`) }, "accepted", "2 1 1 1"],
  ["an import less", { "view.mjs": view() }, "accepted", "2 1 1 1"],
  [
    "a boundary's new import",
    { "own.mjs": `import { newer } from "./newer.mjs"; export const own = newer;` },
    "accepted",
    "2 2 1 1",
  ],
  ["what nobody takes", { "plain.mjs": "export const plain = 1;" }, "unaccepted", "2 2 1 1"],
];

/** @param {import("node:test").TestContext} t @param {number} size @returns {Promise<Record<string, number>[]>} what each save took */
async function saved(t, size) {
  const boundaries = ["./app.mjs", "./own.mjs", "./requires.mjs"];
  const own = project(t, {
    "package.json": { type: "module", heatsync: { boundaries } },
    ...Object.fromEntries([...tree("above", size), ...tree("below", size)]),
    "hot.mjs": "globalThis.hot = 0; import.meta.hot.accept();",
    "plain.mjs": "",
    "leaf.mjs": leaf(0),
    "view.mjs": view(),
    "new.mjs": "",
    "newer.mjs": "export const newer = 2;",
    "app.mjs": `import "./below0.mjs"; export { leaf } from "./view.mjs";`,
    "own.mjs": "export const own = 0;",
    "required.cjs": "module.exports = 0;",
    "requires.mjs": `export { default as required } from "./required.cjs";`,
    "main.mjs": `
      import { createRequire } from "node:module";
      import { hot } from "heatsync-rs";
      import "./above0.mjs";
      import "./hot.mjs";
      import "./plain.mjs";
      const values = async () => {
        const { leaf } = await import("./app.mjs");
        const { own } = await import("./own.mjs");
        const { required } = await import("./requires.mjs");
        return [leaf, own, required, globalThis.hot].join(" ");
      };
      ${TELLS}`,
  });
  return countedSaves(own, "0 0 0 0", SAVES);
}

test("a save walks through as many modules of 500 as of 50", async (t) => {
  const few = await saved(t, FEW);
  const many = await saved(t, MANY);
  for (const [index, [what]] of SAVES.entries()) {
    assert.deepEqual(grown(what, few[index], many[index]), [], what);
  }
});

test("what a handler accepts goes the short way (plain-update.cjs), with boundaries as without", async (t) => {
  const all = await saved(t, FEW);
  const short = SAVES.flatMap(([what], index) =>
    Object.keys(all[index]).some((name) => name.startsWith("takeBody of esm/update/new-body.cjs"))
      ? [what]
      : [],
  );
  assert.deepEqual(short, ["a handler's"]);
});
