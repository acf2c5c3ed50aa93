// What sync.* holds and does not follow, by its options, is no reason to take an update that import.meta.hot refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

for (const [options, type] of /** @type {const} */ ([
  ["{}", "accepted"],
  ["{ watchFS: false }", "unaccepted"],
  ["{ deep: false }", "unaccepted"],
])) {
  test(`one importer accepts it, the other is held with ${options}: ${type}`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import Heatsync from "heatsync-rs"; import { v } from "./mid.mjs";
        globalThis.held = await new Heatsync(${options}).import("./held.mjs");
        globalThis.seen = () => [v(), held.v].join();`,
      "mid.mjs": `import { lib } from "./lib.mjs"; import.meta.hot.accept("./lib.mjs"); export const v = () => lib;`,
      "held.mjs": `import { lib } from "./lib.mjs"; export const v = lib;`,
      "lib.mjs": "export const lib = 1;",
    });
    assert.equal((await it.save({ "lib.mjs": "export const lib = 2;" })).type, type);
    await it.shows(type === "accepted" ? "2,2" : "1,1", "seen()");
  });
}
