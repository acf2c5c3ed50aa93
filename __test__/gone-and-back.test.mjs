// A file that is gone while an update is planned, and back, as it was saved, before the engine is told: that the update was without it is
// known all the same.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";

const RUNTIME = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../runtime/esm/update");

test("what is gone as an update is planned, and back as that is judged, is tried again", async (t) => {
  const { ask, save, shows } = await hotProgram(t, {
    "main.cjs": `let a = require("./a.cjs"); module.hot.accept("./a.cjs", (it) => { a = it; });
      globalThis.seen = () => a.v();
      const { renameSync } = require("node:fs"), file = require("node:path").join(__dirname, "e.cjs");
      const { Preparation } = require(${JSON.stringify(path.join(RUNTIME, "prepare-update.cjs"))}), { read } = Preparation.prototype;
      const { Groups } = require(${JSON.stringify(path.join(RUNTIME, "update-group.cjs"))}), { join } = Groups.prototype;
      let isAway = false;
      Preparation.prototype.read = function (...given) {
        isAway = globalThis.goes;
        globalThis.goes = false;
        if (isAway) renameSync(file, file + ".away");
        return Reflect.apply(read, this, given);
      };
      Groups.prototype.join = function (...given) {
        if (isAway) renameSync(file + ".away", file);
        isAway = false;
        return Reflect.apply(join, this, given);
      };`,
    "a.cjs": `const e = require("./e.cjs"); exports.v = () => "a " + e.v;`,
    "e.cjs": "exports.v = 1;",
  });
  await ask("globalThis.goes = true");
  const { type, error } = await save({ "e.cjs": "exports.v = 2;" });
  assert.equal(type, "linkError");
  assert.match(error, /e\.cjs': it is not there any more/);
  await shows("a 2", "seen()");
});
