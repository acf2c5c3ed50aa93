// What is hot imports a file that sync.* or hmr() hold themselves: a save of that is one update, of both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holders = `
import Heatsync, { hmr } from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));
globalThis.held = {};
`;

/** @type {Record<string, { name: string, content(value: number): string, imports: string, holds: string }>} */
const kinds = {
  "an ES module, by sync.import": {
    name: "c.mjs",
    content: (value) => `say("c${value}"); export const c = ${value};`,
    imports: `import { c } from "./c.mjs";`,
    holds: `held.c = await sync.import("./c.mjs");`,
  },
  "an ES module, by hmr()": {
    name: "c.mjs",
    content: (value) => `say("c${value}"); export const c = ${value};`,
    imports: `import { c } from "./c.mjs";`,
    holds: `await hmr("./c.mjs", [], (module) => { held.c = module; });`,
  },
  "CommonJS, by sync.require": {
    name: "c.cjs",
    content: (value) => `say("c${value}"); exports.c = ${value};`,
    imports: `import { c } from "./c.cjs";`,
    holds: `held.c = sync.require("./c.cjs");`,
  },
};

for (const [kind, { name, content, imports, holds }] of Object.entries(kinds)) {
  const all = (/** @type {string} */ made) => `${imports} export const all = "${made} " + c;`;
  const main = `${holders}
    import { all } from "./all.mjs";
    import.meta.hot.accept("./all.mjs");
    ${holds}
    globalThis.seen = () => held.c.c + ", " + all;`;

  test(`${kind}: who imports it is evaluated with it`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": main,
      "all.mjs": `export const all = "nothing";`,
      [name]: content(1),
    });
    await it.save({ "all.mjs": all("made") });
    assert.equal(await it.ask("seen()"), "1, made 1");
    for (const value of [2, 3]) {
      it.said();
      it.self.write(name, content(value));
      await it.shows(`${value}, made ${value}`, "seen()");
      assert.deepEqual(it.said(), [`c${value}`]);
    }
    // A body that throws is nobody's new version.
    await it.save({ [name]: `throw new Error("bad");` });
    assert.equal(await it.ask("seen()"), "3, made 3");
    it.self.write(name, content(4));
    await it.shows("4, made 4", "seen()");
  });

  test(`${kind}: where nobody accepts an importer of it, it is live for who holds it alone`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": main.replace(/import\.meta\.hot.*/, ""),
      "all.mjs": all("made"),
      [name]: content(1),
    });
    assert.equal(await it.ask("seen()"), "1, made 1");
    it.self.write(name, content(2));
    await it.shows("2, made 1", "seen()");
  });
}

test("who imports what is held through others, some of them held, too", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders}
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      held.c = await sync.import("./c.mjs");
      held.d = await sync.import("./d.mjs");
      globalThis.seen = () => [held.c.c, held.d.d, all].join();`,
    "all.mjs": `import { d } from "./d.mjs"; say("all"); export const all = "all " + d;`,
    "d.mjs": `import { c } from "./c.mjs"; say("d"); export const d = "d " + c;`,
    "c.mjs": "export const c = 1;",
  });
  assert.equal(await it.ask("seen()"), "1,d 1,all d 1");
  it.said();
  it.self.write("c.mjs", `export const c = 2;`);
  await it.shows("2,d 2,all d 2", "seen()");
  assert.deepEqual(it.said(), ["d", "all"]);
});
