// An ES module that was gone, and comes back with an update of sync.*, is one for who imports it and who requires it, also if it is looked
// for in between, while it is gone for a moment: Node goes on having what it had loaded first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { synced, waysOfOneInstance } from "./support/seen.mjs";
import { PRELUDE } from "./support/undone.mjs";

/** Just after the update has linked the module anew: what was found on disk is forgotten, as it is when something else fails. */
const BEFORE = `${PRELUDE}
  const { pathToFileURL } = require("node:url");
  const file = require("node:path").join(import.meta.dirname, "back.mjs");
  const { href } = pathToFileURL(file);
  const { renew } = Graph.prototype;
  Graph.prototype.renew = function (...given) {
    const module = Reflect.apply(renew, this, given);
    if (!given[2].fresh.has(file)) return module;
    const text = fs.readFileSync(file);
    fs.rmSync(file);
    this.loader.clearCache();
    this.loader.target(href, [], file, href);
    fs.writeFileSync(file, text);
    console.log("gone for a moment");
    return module;
  };`;

/**
 * A program whose `back.mjs` was there, and is gone.
 * @param {import("node:test").TestContext} t
 * @param {string} entry
 * @param {boolean} isRegistered
 * @param {Record<string, unknown>} [more] files
 */
async function withoutIt(t, entry, isRegistered, more) {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": entry,
    "root.mjs": `import user from "./user.cjs"; export const value = () => (user.it ? "it is there" : "it is gone");`,
    "user.cjs": `try { exports.it = require("./back.mjs").it; } catch {}`,
    "back.mjs": `export const it = { n: 1 };`,
    ...more,
  });
  const program = self.run("main.mjs", {
    nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
  });
  await program.line("value it is there");
  self.delete("back.mjs");
  await program.line("value it is gone");
  self.write("root.mjs", `export const value = () => "without";`);
  await program.line("value without");
  return { self, program };
}

/** A package that asks Node itself. */
const ASKS = {
  "node_modules/asks/index.mjs": "export const ask = (url) => import(url);",
  "node_modules/asks/package.json": { name: "asks", exports: "./index.mjs" },
};

/** @type {ReturnType<typeof waysOfOneInstance>} */
const WAYS = [...waysOfOneInstance(BEFORE), ["sync.require", synced("require", BEFORE), false]];

for (const [how, entry, isRegistered] of WAYS) {
  if (how === "import.meta.hot") continue;
  test(`who requires what is back, and who imports it, has one: ${how}`, async (t) => {
    const { self, program } = await withoutIt(t, entry, isRegistered);
    self.write("back.mjs", `export const it = { n: 2 };`);
    self.write("other.cjs", `exports.it = require("./back.mjs").it;`);
    self.write(
      "root.mjs",
      `import { it } from "./back.mjs"; import user from "./other.cjs"; export const value = () => (user.it === it ? "one " : "two ") + it.n;`,
    );
    await program.line("gone for a moment");
    assert.equal(await program.line(/^value (one|two)/), "value one 2");
  });
}

// Node gives a package what it was given first under that URL.
for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  if (how === "import.meta.hot" || !isRegistered) continue;
  test(`who asks Node for what is back has what others have: ${how}`, async (t) => {
    const { self, program } = await withoutIt(t, entry, isRegistered, ASKS);
    self.write("back.mjs", `export const it = { n: 2 };`);
    self.write(
      "root.mjs",
      `import * as back from "./back.mjs"; import { ask } from "asks"; let asked;
       ask(new URL("./back.mjs", import.meta.url).href).then((found) => { asked = found; });
       export const value = () => asked && (asked === back ? "one " : "two ") + back.it.n + asked.it.n;`,
    );
    assert.equal(await program.line(/^value (one|two)/), "value one 22");
  });
}

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  if (!isRegistered) continue;
  test(`who asks Node for what is back has it also where nobody else asks for a namespace: ${how}`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      ...ASKS,
      "main.mjs": entry,
      "root.mjs": `import user from "./user.cjs"; export const value = () => user.it.n;`,
      "user.cjs": `exports.it = require("./back.mjs").it;`,
      "back.mjs": `export const it = { n: 1 };`,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("value 1");
    self.write("root.mjs", `export const value = () => "without";`);
    await program.line("value without");
    self.write("back.mjs", `export const it = { n: 2 };`);
    self.write(
      "root.mjs",
      `import { it } from "./back.mjs"; import { ask } from "asks"; let asked;
       ask(new URL("./back.mjs", import.meta.url).href).then((found) => { asked = found; });
       export const value = () => asked && (asked.it === it ? "one " : "two ") + it.n + asked.it.n;`,
    );
    await program.line("value one 22");
  });
}
