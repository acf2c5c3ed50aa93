// The hand-written typings of the addon say what the binary really has.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const addon = require("../native/load.cjs");
const typings = fs.readFileSync(new URL("../native/addon.d.ts", import.meta.url), "utf8");

test("native/addon.d.ts names exactly the methods of Session", () => {
  const [, body] = /class Session \{([\s\S]*?)\n\}/.exec(typings) ?? [];
  const declared = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name).sort();
  assert.deepEqual(Object.getOwnPropertyNames(addon.Session.prototype).sort(), declared);
});

test("native/addon.d.ts names exactly the addon's exports", () => {
  const [, body] = /interface Addon \{([\s\S]*?)\n\}/.exec(typings) ?? [];
  const declared = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(addon).sort(), declared);
});

test("a wrong argument is an error, and the process goes on", () => {
  assert.throws(() => new addon.Session());
  assert.throws(() => new addon.Session({}, "not a function", () => {}));
  assert.throws(() => addon.versionOf("one", 2));
  assert.equal(addon.versionOf(4_000_000_000, "/nowhere"), 0);
});
