// An ES module that comes with an update, and whose namespace somebody has, has a facade at its URL, which Node keeps for good. If that
// update fails, what Node has there is nobody's version: the module is evaluated anew by the next, for all. And of what was there before it shows
// what is put back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const SHOW = `let last; setInterval(() => { const value = root.value(); if (value !== last) console.log("value", (last = value)); }, 5);`;
const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
  sync.events.on("error", ({ message }) => console.log("failed", message));`;
const ACCEPT = `import { hot } from "heatsync-rs"; import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs");
  hot.on("error", ({ error }) => console.log("failed", error.message));`;
/** @type {[name: string, main: string, nodeArguments?: string[]][]} */
const WAYS = [
  ["import.meta.hot", ACCEPT, REGISTER],
  ...["require", "import"].flatMap((how) => {
    const main = `${SYNC} const root = await sync.${how}("./root.mjs");`;
    return /** @type {typeof WAYS} */ ([
      [`sync.${how}`, main],
      [`sync.${how}, registered`, main, REGISTER],
    ]);
  }),
];
const BEFORE = {
  "root.mjs": `export const value = () => "before";`,
  "node_modules/asks/index.mjs": `export const ask = (url) => import(url);`,
  "node_modules/asks/package.json": { name: "asks", exports: "./index.mjs" },
};
const NEW = {
  "shared.cjs": `exports.it = { n: 1 };`,
  "new.mjs": `export { it } from "./shared.cjs";`,
  "importer.mjs": `import * as fresh from "./new.mjs"; export { fresh };`,
  "user.cjs": `exports.fresh = require("./new.mjs");`,
  "last.mjs": `throw new Error("1");`,
};

for (const [name, main, nodeArguments] of WAYS) {
  const start = async (/** @type {import("node:test").TestContext} */ t) => {
    const self = project(t, { ...BEFORE, "main.mjs": `${main} ${SHOW}` });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("value before");
    for (const [file, text] of Object.entries(NEW)) self.write(file, text);
    return { self, program };
  };

  for (const failures of [1, 2]) {
    test(`what ${failures} failed updates have shown a namespace of is evaluated with what it imports: ${name}`, async (t) => {
      const { self, program } = await start(t);
      self.write(
        "root.mjs",
        `import { fresh } from "./importer.mjs"; import { it } from "./shared.cjs"; import "./last.mjs";
         export const value = () => (fresh.it === it ? "one " : "two ") + it.n;`,
      );
      for (let n = 1; n <= failures; n++) {
        await program.line(`failed ${n}`);
        self.write("last.mjs", n < failures ? `throw new Error("${n + 1}");` : "");
      }
      assert.equal(await program.line(/^value (one|two)/), "value one 1");
      for (const n of [2, 3]) {
        self.write("shared.cjs", `exports.it = { n: ${n} };`);
        assert.equal(await program.line(/^value (one|two)/), `value one ${n}`);
      }
    });
  }

  test(`what a failed update has shown a namespace of is the same one for who requires it: ${name}`, async (t) => {
    const { self, program } = await start(t);
    const text = `import { it } from "./shared.cjs"; import user from "./user.cjs";
      export const value = () => (user.fresh.it === it ? "one " : "two ") + it.n;`;
    self.write("root.mjs", `import "./importer.mjs"; import "./last.mjs"; ${text}`);
    await program.line("failed 1");
    self.write("root.mjs", text);
    assert.equal(await program.line(/^value (one|two)/), "value one 1");
  });

  test(`what a failed update has shown a namespace of is the same one for who asks Node: ${name}`, async (t) => {
    const { self, program } = await start(t);
    const text = `import { fresh } from "./importer.mjs"; import { it } from "./shared.cjs"; import { ask } from "asks";
      let asked; ask(new URL("./new.mjs", import.meta.url).href).then((found) => { asked = found; });
      export const value = () => asked && (asked.it === it ? "one " : "two ") + (asked === fresh);`;
    self.write("root.mjs", `import "./importer.mjs"; import "./last.mjs"; ${text}`);
    await program.line("failed 1");
    self.write("root.mjs", text);
    assert.equal(await program.line(/^value (one|two)/), "value one true");
  });

  /** @type {[file: string, text: (n: number) => string][]} */
  const kinds = [
    ["kept.mjs", (n) => `export const v = ${n};`],
    ["kept.cjs", (n) => `exports.v = ${n};`],
  ];
  for (const [file, text] of kinds) {
    test(`a namespace that was made in a failed update shows what was put back, of ${file}: ${name}`, async (t) => {
      const self = project(t, {
        "main.mjs": `${main} ${SHOW}`,
        "root.mjs": `import { it } from "./importer.mjs"; import "./last.mjs"; export const value = it;`,
        "importer.mjs": `import { v } from "./${file}"; export const it = () => v;`,
        "last.mjs": `import { v } from "./${file}"; if (v === 2) throw new Error("2");`,
        [file]: text(0),
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value 0");
      self.write(file, text(1));
      await program.line("value 1");
      self.write(file, text(2));
      await program.line("failed 2");
      self.write(
        "importer.mjs",
        `import * as kept from "./${file}"; export const it = () => "kept " + kept.v;`,
      );
      await program.line("failed 2");
      for (const n of [1, 3]) {
        self.write(file, text(n));
        assert.equal(await program.line(/^value kept/), `value kept ${n}`);
      }
    });
  }
}
