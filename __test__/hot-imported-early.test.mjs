// What is new with an update, and is imported by import() before it is its turn: what it imports was still to be replaced then.

import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";

/** slow.mjs is evaluated before leaf.mjs, if its text does not tell what it is going to import. */
const ROOT = {
  "root.mjs": `import "./slow.mjs"; import { leaf } from "./leaf.mjs"; export const v = () => [leaf];`,
};
const ROOT_OF_NEW = `import "./slow.mjs"; import { leaf } from "./leaf.mjs"; import { n } from "./new.mjs"; export const v = () => [leaf, n];`;

/** @param {import("node:test").TestContext} t @param {string} slow @param {Record<string, string>} files */
async function savesNew(t, slow, files) {
  const program = await start(t, { ...ROOT, "slow.mjs": "", "leaf.mjs": "export const leaf = 1;" });
  await program.shows("[1]");
  await saveAtOnce(program, {
    ...files,
    "leaf.mjs": "export const leaf = 2;",
    "slow.mjs": slow,
    "root.mjs": ROOT_OF_NEW,
  });
  await program.shows("[2,2]");
}

test("an ES module", (t) =>
  savesNew(t, `await import("./new" + ".mjs");`, {
    "new.mjs": `import { leaf } from "./leaf.mjs"; export const n = leaf;`,
  }));

test("one that imports another new one", (t) =>
  savesNew(t, `await import("./new" + ".mjs");`, {
    "new.mjs": `export { n } from "./beside.mjs";`,
    "beside.mjs": `import { leaf } from "./leaf.mjs"; export const n = leaf;`,
  }));

test("one that awaits still when it is that one's turn", (t) =>
  savesNew(t, `void import("./new.mjs");`, {
    "new.mjs": `import { leaf } from "./leaf.mjs"; const was = leaf; await new Promise((resolve) => setTimeout(resolve, 50)); export const n = was;`,
  }));

test("one that throws because of what is still to come", (t) =>
  savesNew(t, `await import("./new" + ".mjs").catch(() => {});`, {
    "new.mjs": `import { leaf } from "./leaf.mjs"; if (leaf !== 2) throw new Error("too early"); export const n = leaf;`,
  }));

test("CommonJS", (t) =>
  savesNew(t, `await import("./new" + ".cjs");`, {
    "new.mjs": `export { n } from "./new.cjs";`,
    "new.cjs": `exports.n = require("./leaf.mjs").leaf;`,
  }));

test("one that throws because of what is still to come, and nobody catches it", (t) =>
  savesNew(t, `await import("./new.mjs");`, {
    "new.mjs": `import { leaf } from "./leaf.mjs"; if (leaf !== 2) throw new Error("too early"); export const n = leaf;`,
  }));

test("one that only an import() leads to, and that imports a name which is still to come", async (t) => {
  const program = await start(t, { ...ROOT, "slow.mjs": "", "leaf.mjs": "export const leaf = 1;" });
  await program.shows("[1]");
  await saveAtOnce(program, {
    "new.mjs": `import { helper } from "./leaf.mjs"; export const n = helper();`,
    "leaf.mjs": "export const leaf = 2; export const helper = () => leaf;",
    // With names of the transform's that are not the usual ones.
    "slow.mjs": `const $ = 0; export const [{ n }] = await Promise.all([import("./new.mjs")]);`,
    "root.mjs": `import { n } from "./slow.mjs"; import { leaf } from "./leaf.mjs"; export const v = () => [leaf, n];`,
  });
  await program.shows("[2,2]");
});

/** leaf.cjs had been required alone. @param {import("node:test").TestContext} t @param {string} leaf its new text */
async function importsRequired(t, leaf) {
  const program = await start(t, {
    "root.mjs": `import "./slow.mjs"; import z from "./z.cjs"; export const v = () => [z.leaf()];`,
    "z.cjs": `require("./leaf.cjs"); exports.leaf = () => require("./leaf.cjs").leaf;`,
    "leaf.cjs": `exports.leaf = 1; module.hot?.accept();`,
    "slow.mjs": "",
  });
  await program.shows("[1]");
  await saveAtOnce(program, {
    "new.mjs": `import { leaf } from "./leaf.cjs"; export const n = () => leaf;`,
    "leaf.cjs": `${leaf} module.hot?.accept();`,
    "slow.mjs": `export const { n } = await import("./new" + ".mjs");`,
    "root.mjs": `import { n } from "./slow.mjs"; import z from "./z.cjs"; export const v = () => [z.leaf(), n()];`,
  });
  return program;
}

// random-edits, hot-edits 720091.
test("one that imports names of CommonJS which was only required so far", async (t) => {
  const program = await importsRequired(t, "exports.leaf = 2;");
  await program.shows("[2,2]");
  program.write("leaf.cjs", "exports.leaf = 3; module.hot?.accept();");
  await program.shows("[3,3]");
});

test("one that does, of CommonJS whose new version throws", async (t) => {
  const program = await importsRequired(t, `exports.leaf = 2; throw new Error("as it is evaluated");`);
  await program.shows("[1,1]");
  program.write("leaf.cjs", "exports.leaf = 3; module.hot?.accept();");
  await program.shows("[3,3]");
});
