// A save costs what it changes, and what leads to that, however much CommonJS there is around it. Counted is how often what of the
// runtime runs (support/looks.cjs), as in boundary-scale.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSaves, FEW, grown, MANY, TELLS } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

/** So many saves are not compared. */
const FIRST = 3;

/** CommonJS modules of which each requires ten others, and ES modules that import one each. @param {number} size */
function around(size) {
  /** @type {Record<string, string>} */
  const files = {};
  for (let n = 0; n < size; n++) {
    const children = Array.from({ length: 10 }, (_, i) => n * 10 + i + 1).filter((m) => m < size);
    files[`lib/c${n}.cjs`] =
      `${children.map((m) => `require("./c${m}.cjs");`).join("\n")}\nexports.n = ${n};`;
    const imports = children.map((m) => `import "./e${m}.mjs";`).join("\n");
    files[`lib/e${n}.mjs`] = `${imports}\nimport { n } from "./c${n}.cjs";\nexport const value = n;`;
  }
  return files;
}

const hot = (/** @type {string} */ name, /** @type {number | string} */ value) =>
  `globalThis.${name} = ${value}; import.meta.hot.accept();`;
const required = (/** @type {number | string} */ value) =>
  `globalThis.required = ${value}; module.hot.accept();`;
const exported = (/** @type {number | string} */ value) => `module.exports = ${value};`;

/** What is saved, one after the other, and what becomes of it. @type {[what: string, file: string, text: string, type: string, values: string, isOfCommonJs?: true][]} */
const SAVES = [
  [
    "the first, which sees all that was required so far",
    "lib/required.cjs",
    required(3),
    "accepted",
    "0 0 3 0 0",
  ],
  // On Node 20 it is learnt from it which frames are Node's.
  ["the first that throws", "lib/required.cjs", required("nowhere"), "evaluationError", "0 0 3 0 0"],
  ["what mends that", "lib/required.cjs", required(4), "accepted", "0 0 4 0 0"],
  ["an ES module", "hot.mjs", hot("hot", 1), "accepted", "1 0 4 0 0"],
  ["what does not parse", "hot.mjs", hot("hot", "("), "linkError", "1 0 4 0 0"],
  ["what throws", "hot.mjs", hot("hot", "nowhere"), "evaluationError", "1 0 4 0 0"],
  ["what is mended", "hot.mjs", hot("hot", 2), "accepted", "2 0 4 0 0"],
  ["below a boundary", "leaf.mjs", "export const leaf = 1;", "accepted", "2 1 4 0 0"],
  ["what nobody takes", "plain.mjs", "export const plain = 1;", "unaccepted", "2 1 4 0 0"],
  ["CommonJS", "lib/required.cjs", required(1), "accepted", "2 1 1 0 0", true],
  ["CommonJS that does not parse", "lib/required.cjs", required("("), "linkError", "2 1 1 0 0", true],
  ["CommonJS that throws", "lib/required.cjs", required("nowhere"), "evaluationError", "2 1 1 0 0", true],
  ["CommonJS that is mended", "lib/required.cjs", required(2), "accepted", "2 1 2 0 0", true],
  ["CommonJS, for who requires it", "lib/accepted.cjs", exported(1), "accepted", "2 1 2 1 0", true],
  ["CommonJS, for who imports it", "imported.cjs", exported(1), "accepted", "2 1 2 1 1"],
  ["CommonJS that nobody takes", "lib/plain.cjs", exported(1), "unaccepted", "2 1 2 1 1", true],
];

/** @param {import("node:test").TestContext} t @param {number} size @returns {Promise<Record<string, number>[]>} what each save took */
async function saved(t, size) {
  const own = project(t, {
    "package.json": { type: "module", heatsync: { boundaries: ["./app.mjs"] } },
    ...around(size),
    "hot.mjs": hot("hot", 0),
    "leaf.mjs": "export const leaf = 0;",
    "app.mjs": `export { leaf } from "./leaf.mjs";`,
    "plain.mjs": "",
    "lib/plain.cjs": "",
    "lib/required.cjs": required(0),
    "lib/accepted.cjs": exported(0),
    "lib/accepts.cjs": `
      globalThis.accepted = require("./accepted.cjs");
      module.hot.accept("./accepted.cjs", () => { globalThis.accepted = require("./accepted.cjs"); });`,
    "imported.cjs": exported(0),
    "imports.mjs": `
      import imported from "./imported.cjs";
      globalThis.imported = imported;
      import.meta.hot.accept("./imported.cjs", (it) => { globalThis.imported = it.default; });`,
    "lib/main.cjs": `require("./c0.cjs"); require("./plain.cjs"); require("./required.cjs"); require("./accepts.cjs");`,
    "main.mjs": `
      import { createRequire } from "node:module";
      import { hot } from "heatsync-rs";
      import "./lib/main.cjs";
      import "./lib/e0.mjs";
      import "./hot.mjs";
      import "./plain.mjs";
      import "./imports.mjs";
      const values = async () => {
        const { leaf } = await import("./app.mjs");
        return [globalThis.hot, leaf, globalThis.required, accepted, imported].join(" ");
      };
      ${TELLS}`,
  });
  const saves = SAVES.map(
    ([what, file, text, ...seen]) =>
      /** @type {import("./support/counted-saves.mjs").Save} */ ([what, { [file]: text }, seen[0], seen[1]]),
  );
  return countedSaves(own, "0 0 0 0 0", saves);
}

/** How many `children` there are is the one thing that is asked of all that was required, of what may have been required alone. */
const isLook = (/** @type {string} */ told) =>
  /^(changed|countOf) of esm\/commonjs\/children-counts\.cjs/.test(told);

test("a save walks through as many modules of 1,000 as of 100, CommonJS or not", async (t) => {
  const few = await saved(t, FEW);
  const many = await saved(t, MANY);
  for (const [index, [what, , , , , isOfCommonJs = false]] of SAVES.entries()) {
    const told = grown(what, few[index], many[index]);
    if (index < FIRST) continue;
    assert.deepEqual(
      told.filter((it) => !isOfCommonJs || !isLook(it)),
      [],
      what,
    );
  }
});
