// What Node runs and no update reloads, saved in the very moment in which the engine hears of it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

const addon = createRequire(import.meta.url)("../native/load.cjs");

test("what is saved before the engine has looked at it is told of", async (t) => {
  // Each in a folder that is not watched yet: only a look at it tells.
  const names = Array.from({ length: 40 }, (_, index) => `${index}/module.mjs`);
  const self = project(t, Object.fromEntries(names.map((name) => [name, "1"])));
  const files = names.map((name) => self.path(name));
  /** @type {Set<string>} */
  const told = new Set();
  const session = new addon.Session(
    {},
    () => {},
    () => {},
    (/** @type {string} */ file) => told.add(file),
  );
  t.after(() => session.close());
  session.tellUnreloaded(true);
  for (const name of names) {
    session.unreloadedByNode([self.path(name)]);
    self.write(name, "2");
  }
  await until(() => files.every((file) => told.has(file)), "each is told of");
  assert.deepEqual([...told].sort(), files.sort());
});
