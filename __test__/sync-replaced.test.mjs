// Programs that have put something of their own, that throws, in the place of built-ins which updates of sync.* call: a save may
// fail then, which is told of, but nothing ends, and the next one goes live.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const replaced = [
  "Array.prototype.every",
  "Array.prototype.filter",
  "Array.prototype.flatMap",
  "Array.prototype.push",
  "Array.prototype.splice",
  "Map.prototype.delete",
  "Map.prototype.get",
  "Map.prototype.values",
  "Object.isExtensible",
  "Reflect.ownKeys",
  "Set.prototype.add",
  "Set.prototype.delete",
  "Set.prototype.has",
  "String.prototype.slice",
  "WeakMap.prototype.get",
  "WeakSet.prototype.has",
];

/**
 * Each save while a built-in throws, and then one when all is as it was.
 * @param {string} file
 * @param {string} text in front of the value
 * @param {string} load
 */
const main = (file, text, load) => `import fs from "node:fs"; import Heatsync from "heatsync-rs";
const { defineProperty, getOwnPropertyDescriptor } = Object, { setTimeout } = globalThis, { writeFileSync } = fs;
const pause = () => new Promise((resolve) => { setTimeout(resolve, 5); });
const sync = new Heatsync();
sync.events.on("error", () => {});
const dep = ${load};
const file = new URL("./${file}", import.meta.url);
const met = [];
let value = dep.value;
for (const name of ${JSON.stringify(replaced)}) {
  const names = name.split("."), key = names.pop();
  const holder = names.reduce((it, key) => it[key], globalThis);
  const before = getOwnPropertyDescriptor(holder, key);
  let isMet = false;
  writeFileSync(file, "${text}" + ++value);
  defineProperty(holder, key, { ...before, value: () => { isMet = true; throw new Error("replaced"); } });
  while (!isMet && dep.value !== value) await pause();
  await pause();
  defineProperty(holder, key, before);
  writeFileSync(file, "${text}" + ++value);
  while (dep.value !== value) await pause();
  if (isMet) met.push(name);
}
console.log("met " + met.length);
process.exit();`;

const ways = [
  { file: "dep.mjs", text: "export const value = ", load: `await sync.import("./dep.mjs")` },
  { file: "dep.cjs", text: "exports.value = ", load: `sync.require("./dep.cjs")` },
];
for (const { file, text, load } of ways) {
  for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
    test(`what goes live after built-ins were replaced: ${load} ${flags.join(" ")}`, async (t) => {
      const self = project(t, { "main.mjs": main(file, text, load), [file]: `${text}0` });
      const program = self.run("main.mjs", { nodeArguments: [...flags, "--no-warnings"] });
      const line = await program.line(/^met /);
      assert.ok(Number(line.slice("met ".length)) > 3, line);
      assert.match(program.stderr, /an update failed: Error: replaced/);
    });
  }
}
