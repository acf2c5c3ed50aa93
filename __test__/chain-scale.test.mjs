// A save of what stands below long chains of imports, or is imported by thousands, takes ten times what it takes of a tenth of
// these. Counted is how often what of the runtime runs (support/looks.cjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSaves, grownFaster, TELLS, TELLS_LIVE } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

const FEW = 40;
const MANY = 400;
/** What V8 has optimized counts no more. */
const COUNTED = ["--no-opt", "--no-maglev"];
const REGISTER = ["--import", "heatsync-rs/register"];

/** What stands at `at` of so many. @type {Record<string, (at: number, size: number) => string>} */
const SHAPES = {
  "a chain of export *": (at) => `export * from "./m${at + 1}.mjs";`,
  "a chain of importers": (at) => `import { v as below } from "./m${at + 1}.mjs"; export const v = below;`,
  "importers of one": (at, size) =>
    at > 0
      ? `import { v as leaf } from "./m${size}.mjs"; export const v = leaf;`
      : `${Array.from({ length: size - 1 }, (_, i) => `import { v as v${i + 1} } from "./m${i + 1}.mjs";`).join("\n")}
        export const v = v1 + v${size - 1} - v1;`,
  "export * of all": (at, size) =>
    at > 0
      ? `export const e${at} = 1;`
      : Array.from({ length: size }, (_, i) => `export * from "./m${i + 1}.mjs";`).join("\n"),
};

/** @type {Record<string, { nodeArguments: string[], main: string }>} */
const WAYS = {
  "import.meta.hot": {
    nodeArguments: REGISTER,
    main: `import * as m from "./m0.mjs"; import { hot } from "heatsync-rs"; import.meta.hot.accept("./m0.mjs");
      const values = () => m.v; ${TELLS}`,
  },
  "sync.import, register": {
    nodeArguments: REGISTER,
    main: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); const m = await sync.import("./m0.mjs");
      const values = () => m.v; follow(sync); ${TELLS_LIVE}`,
  },
  "sync.import": {
    nodeArguments: [],
    main: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); const m = await sync.import("./m0.mjs");
      const values = () => m.v; follow(sync); ${TELLS_LIVE}`,
  },
  "hmr()": {
    nodeArguments: [],
    main: `import { hmr } from "heatsync-rs"; let m;
      const handle = hmr("./m0.mjs", "m0.mjs", (it) => { if (m) setImmediate(() => live({ type: "reload" })); m = it; });
      await handle.ready; const values = () => m.v; ${TELLS_LIVE}`,
  },
};
const FOLLOW = `function follow(sync) {
  let isDue = false;
  sync.events.on("reload", () => { if (!isDue) setImmediate(() => { isDue = false; live({ type: "reload" }); }); isDue = true; });
}`;

/** @param {import("node:test").TestContext} t @param {string} shape @param {string} way @param {number} size */
async function saved(t, shape, way, size) {
  const modules = Array.from({ length: size }, (_, at) => [`m${at}.mjs`, SHAPES[shape](at, size)]);
  const leaf = `m${size}.mjs`;
  const text = (/** @type {number} */ v) => `export const v = ${v};`;
  const { main, nodeArguments } = WAYS[way];
  const own = project(t, {
    "package.json": { type: "module" },
    ...Object.fromEntries(modules),
    [leaf]: text(0),
    "main.mjs": `import { createRequire } from "node:module"; ${main} ${FOLLOW}`,
  });
  const type = way === "import.meta.hot" ? "accepted" : "reload";
  const save = (/** @type {number} */ v) =>
    /** @type {import("./support/counted-saves.mjs").Save} */ ([
      `save ${v}`,
      { [leaf]: text(v) },
      type,
      /** @type {any} */ (v),
    ]);
  const all = await countedSaves(own, "0", [save(1), save(2)], [...COUNTED, ...nodeArguments]);
  return all[1];
}

/** Who sees through `export *` what was evaluated is looked for at each step (`publish` in transaction.cjs). @param {string} name */
const isKnown = (name) =>
  /^(?:#hadItsTurn|visit|mayPassOn|get reexports) of esm\/(?:update\/transaction|graph\/importers|graph\/module-record)\.cjs/.test(
    name,
  );

for (const shape of Object.keys(SHAPES)) {
  for (const way of Object.keys(WAYS)) {
    test(`${shape}, ${way}`, async (t) => {
      const few = await saved(t, shape, way, FEW);
      const many = await saved(t, shape, way, MANY);
      assert.deepEqual(grownFaster({ size: FEW, counts: few }, { size: MANY, counts: many }, isKnown), []);
    });
  }
}

test("3,000 modules, each passed on by the one before, are evaluated anew by sync.import under register", async (t) => {
  const size = 3000;
  const modules = Array.from({ length: size }, (_, at) => [
    `m${at}.mjs`,
    `export * from "./m${at + 1}.mjs";`,
  ]);
  const own = project(t, {
    "package.json": { type: "module" },
    ...Object.fromEntries(modules),
    [`m${size}.mjs`]: "export const v = 0;",
    "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); const m = await sync.import("./m0.mjs");
      sync.events.on("error", (error) => console.log("error", error.message));
      sync.events.on("reload", () => console.log("value", m.v)); console.log("ready"); process.on("message", () => {});`,
  });
  const program = own.run("main.mjs", { nodeArguments: REGISTER });
  await program.line("ready");
  own.write(`m${size}.mjs`, "export const v = 1;");
  await program.line(/^(?:value 1$|error)/);
  assert.ok(!program.lines.some((line) => line.startsWith("error")), program.lines.join("\n"));
});
