// Modules that leave the graph, and come back: Node keeps each namespace that it was given, and what that shows; we keep nothing else.

import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** How the program has its root. */
const WAYS = {
  "import.meta.hot": `import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const get = () => root;`,
  "hot.init": `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
    const get = () => import("./root.mjs");`,
};
const below = "export const below = 1;";
const without = `import "./below.mjs"; export const v = "without";`;
const using = `import "./below.mjs"; import * as leaf from "./leaf.mjs"; export const v = "with " + leaf.version + Object.keys(leaf).length;`;

/** @param {import("node:test").TestContext} t @param {keyof typeof WAYS} way @param {Record<string, string>} files */
async function started(t, way, files) {
  const program = await hotProgram(t, {
    "main.mjs": `import "./payload.mjs"; ${WAYS[way]} globalThis.shown = async () => (await get()).v;`,
    "payload.mjs": `globalThis.fs = process.getBuiltinModule("node:fs"); globalThis.Payload = class Payload {};
      globalThis.count = () => process.getBuiltinModule("node:v8").queryObjects(Payload, { format: "count" });`,
    "root.mjs": using,
    "below.mjs": below,
    ...files,
  });
  const shows = (/** @type {string} */ wanted) => program.shows(wanted, "shown()");
  await shows("with 02");
  let saves = 0;
  // In one turn of the program's: it is one update, of what is below the leaf, which is evaluated anew, or is no more.
  const save = (/** @type {Record<string, string>} */ texts) => {
    const all = { ...texts, "below.mjs": `${below} // ${++saves}` };
    const each = Object.entries(all).map(
      (it) => `fs.writeFileSync(${it.map((part) => JSON.stringify(part))})`,
    );
    return program.ask(each.join());
  };
  return {
    /** What has left is let go once the update has ended, a turn later. @param {number} count */
    keeps: (count) => program.shows(String(count), "count()"),
    async leave() {
      await save({ "root.mjs": without });
      await shows("without");
    },
    /** @param {number} version @param {string} text */
    async comeBack(version, text) {
      await save({ "root.mjs": using, "leaf.mjs": text });
      await shows(`with ${version}2`);
    },
  };
}

/** What is kept by what sets the names that it imports, and leads to no export. @param {number} version */
const quiet = (version) =>
  `import { below } from "./below.mjs"; const payload = new Payload(); const own = () => [payload, below];
   export const version = ${version}; export const other = own().length;`;

/** @param {number} version */
const named = (version) =>
  `import "./below.mjs"; const payload = new Payload();
   export const version = ${version}; export const name${version} = () => payload;`;

for (const way of /** @type {(keyof typeof WAYS)[]} */ (Object.keys(WAYS))) {
  test(`of a module that has left nothing is kept but what its namespace shows (${way})`, async (t) => {
    const { comeBack, keeps, leave } = await started(t, way, { "leaf.mjs": quiet(0) });
    for (let version = 1; version <= 3; version++) {
      await leave();
      await keeps(0);
      await comeBack(version, quiet(version));
      await keeps(1);
    }
  });

  test(`a module that comes back with other names goes on with all namespaces that it had (${way})`, async (t) => {
    const { comeBack, keeps, leave } = await started(t, way, { "leaf.mjs": named(0) });
    for (let version = 1; version <= 8; version++) {
      await leave();
      await comeBack(version, named(version));
    }
    await keeps(1);
  });

  test(`nor is what it has imported (${way})`, async (t) => {
    const { keeps, leave } = await started(t, way, {
      "leaf.mjs": `import { payload } from "./own.mjs"; import "./below.mjs"; export const version = 0; export const other = 1;`,
      "own.mjs": "export const payload = new Payload();",
    });
    await leave();
    await keeps(0);
  });
}
