// A save costs what it changes, and what imports that, however large the graph is around it. No clock tells: counted is how often what of
// the runtime runs (support/looks.cjs).

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const LOOKS = path.resolve(import.meta.dirname, "support/looks.cjs");
const FEW = 50;
const MANY = 500;

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
  ["what nobody takes", { "plain.mjs": "export const plain = 1;" }, "unaccepted", "2 1 1 1"],
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
      const looks = createRequire(import.meta.url)(${JSON.stringify(LOOKS)});
      const values = async () => {
        const { leaf } = await import("./app.mjs");
        const { own } = await import("./own.mjs");
        const { required } = await import("./requires.mjs");
        return [leaf, own, required, globalThis.hot].join(" ");
      };
      const live = async ({ type }) => {
        const now = await values();
        console.log("live", JSON.stringify({ type, values: now, looks: looks.end() }));
      };
      hot.on("update", (outcome) => void setImmediate(live, outcome));
      process.on("message", () => {
        looks.begin();
        console.log("counts");
      });
      console.log("ready", await values());`,
  });
  // The runtime's own files are counted, and nothing that is done after a start.
  const nothingElse = { HEATSYNC_CACHE: "0", HEATSYNC_REHEARSE: "0", NODE_V8_COVERAGE: undefined };
  const env = { HEATSYNC_BUNDLE: "0", ...nothingElse };
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"], env });
  await program.line("ready 0 0 0 0");
  const all = [];
  for (const [what, files, type, values] of SAVES) {
    program.child.send("count");
    await program.line("counts");
    for (const [name, text] of Object.entries(files)) own.write(name, text);
    const { looks, ...live } = await program.value("live");
    assert.deepEqual(live, { type, values }, `${what}\n${program.stderr}`);
    all.push(looks);
  }
  return all;
}

test("a save walks through as many modules of 500 as of 50", async (t) => {
  const few = await saved(t, FEW);
  const many = await saved(t, MANY);
  for (const [index, [what]] of SAVES.entries()) {
    const names = Object.keys(many[index]);
    assert.ok(names.length > 100, `${what}: nothing was counted`);
    // A look at each module would be 450 more, at least.
    const grown = names.filter((name) => many[index][name] - (few[index][name] ?? 0) > (MANY - FEW) / 3);
    const told = grown.map((name) => `${name}: ${few[index][name] ?? 0}, then ${many[index][name]}`);
    assert.deepEqual(told, [], what);
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
