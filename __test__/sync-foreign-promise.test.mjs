// Programs whose global Promise is another one (Bluebird's, zone.js's), which takes no promise of V8's for one of its own: what
// sync.* reloads is live all the same, and what the program asks for is given to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const FOREIGN = `const Own = Promise; const { then } = Own.prototype;
  globalThis.Promise = class Foreign {
    constructor(executor) { this.own = new Own(executor); }
    then(fulfilled, rejected) {
      return new Foreign((resolve, reject) => {
        const by = (callback, otherwise) => (value) => {
          if (!callback) return otherwise(value);
          try {
            resolve(callback(value));
          } catch (error) {
            reject(error);
          }
        };
        then.call(this.own, by(fulfilled, resolve), by(rejected, reject));
      });
    }
    catch(rejected) { return this.then(undefined, rejected); }
    static resolve(value) { return value instanceof Foreign ? value : new Foreign((resolve) => resolve(value)); }
    static all(all) { return Foreign.resolve(Own.all(all)); }
  };`;

/** As zone.js does: what reacts to V8's gets one of those, too. */
const PATCHED = `${FOREIGN} Own.prototype.then = function (...given) {
  return new Promise((resolve, reject) => void then.call(this, resolve, reject)).then(...given);
};`;

const PROGRAMS = { "a foreign global Promise": FOREIGN, "a foreign Promise, and a patched then()": PATCHED };

const HEATSYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync({ persistentWatchers: true });
  sync.events.on("error", ({ message }) => say("error " + message));`;
const imported = `globalThis.own = await sync.import("./dep.mjs");`;
const register = ["--import", "heatsync-rs/register"];
const esm = (/** @type {number} */ v) => `export const v = ${v};`;

/** @type {Record<string, { registered: string[], file: string, load: string, text: (v: number) => string }>} */
const WAYS = {
  "sync.import": { registered: [], file: "dep.mjs", load: imported, text: esm },
  "sync.import of what awaits": {
    registered: [],
    file: "dep.mjs",
    load: imported,
    text: (v) => `await null; ${esm(v)}`,
  },
  "sync.import under register": { registered: register, file: "dep.mjs", load: imported, text: esm },
  "sync.import of what ends asynchronously": {
    registered: register,
    file: "dep.mjs",
    load: imported,
    text: (v) => `${esm(v)} import.meta.hot.dispose(async () => { await null; say("ended ${v}"); });`,
  },
  "sync.require": {
    registered: [],
    file: "dep.cjs",
    load: `globalThis.own = sync.require("./dep.cjs");`,
    text: (v) => `exports.v = ${v};`,
  },
};

for (const [program, lines] of Object.entries(PROGRAMS)) {
  for (const [way, { registered, file, load, text }] of Object.entries(WAYS)) {
    for (const order of ["before", "after"]) {
      test(`${program} ${order} ${way}`, async (t) => {
        const files = { "foreign.mjs": lines, "load.mjs": `${HEATSYNC} ${load} globalThis.sync = sync;` };
        const names = order === "before" ? ["foreign", "load"] : ["load", "foreign"];
        const main = names.map((name) => `await import("./${name}.mjs");`).join(" ");
        const { ask, said, self, shows } = await hotProgram(
          t,
          { "main.mjs": main, ...files, [file]: text(1) },
          { registered },
        );
        for (const v of [2, 3]) {
          self.write(file, text(v));
          await shows(String(v), "own.v");
        }
        const ends = way.endsWith("ends asynchronously") ? ["ended 1", "ended 2"] : [];
        assert.deepEqual(said(), ends);
        if (file !== "dep.mjs") return;
        self.write(file, text(4));
        assert.equal(
          await ask(`sync.resync("./dep.mjs", ${JSON.stringify(self.path("main.mjs"))}).then(({ v }) => v)`),
          "4",
        );
      });
    }
  }
}
