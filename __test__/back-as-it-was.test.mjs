// A save that fails, and is taken back: the version that runs all along follows what it imports, as before.
import assert from "node:assert/strict";
import { test } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";

const GOOD = `import { value } from "./below/value.mjs"; export const read = () => value;`;
const GOOD_COMMONJS = `const { value } = require("./below/value.mjs"); exports.read = () => value;`;

/** @type {Record<string, string>} */
const SLIPS = {
  "throws, and imports nothing": `throw new Error("slip"); export const read = () => 0;`,
  "throws, and imports something else": `import "./other.mjs"; throw new Error("slip");`,
  "does not parse": "export const read = (",
  "asks for a name that is not there": `import { none } from "./other.mjs"; export const read = () => none;`,
  "imports what is not there": `import "./none.mjs"; export const read = () => 0;`,
};

/** @type {Record<string, (sync: Heatsync, file: string) => Promise<{ read(): number }>>} */
const WAYS = {
  "sync.import": (sync, file) => /** @type {Promise<any>} */ (sync.import(file)),
  "sync.require": async (sync, file) => /** @type {any} */ (sync.require(file)),
};

/** @param {import("node:test").TestContext} t @param {string} name @param {string} good */
async function setup(t, name, good) {
  const own = project(t, {
    "package.json": { type: "module" },
    [name]: good,
    "below/value.mjs": `import "./further.mjs"; export const value = globalThis.further;`,
    "below/further.mjs": "globalThis.further = 1;",
    "other.mjs": "",
    "beside.mjs": "export const turn = 0;",
  });
  const sync = new Heatsync();
  /** @type {string[]} */
  const errors = [];
  sync.events.on("error", (error) => errors.push(error.message));
  t.after(() => sync.dispose());
  t.after(() => Reflect.deleteProperty(globalThis, "further"));
  const beside = /** @type {{ turn: number }} */ (await sync.import(own.path("beside.mjs")));
  let turn = 0;
  return {
    own,
    sync,
    errors,
    /** What was saved before is known. */
    async known() {
      own.write("beside.mjs", `export const turn = ${++turn};`);
      await until(() => beside.turn === turn, "what was saved beside it");
    },
  };
}

for (const [way, load] of Object.entries(WAYS)) {
  for (const [slip, text] of Object.entries(SLIPS)) {
    for (const [name, good] of [
      ["main.mjs", GOOD],
      ["main.ts", GOOD],
      ["main.cjs", GOOD_COMMONJS],
    ]) {
      if (name === "main.cjs" && /name that/.test(slip)) continue; // undefined there
      test(`${way} of ${name}, which ${slip}, and is taken back`, async (t) => {
        const { own, sync, errors, known } = await setup(t, name, good);
        const main = await load(sync, own.path(name));
        const slipped = name === "main.cjs" ? text.replace(/import ("[^"]*");/, "require($1);") : text;
        own.write(name, slipped.replace("export const read", name === "main.cjs" ? "exports.read" : "$&"));
        await until(() => errors.length > 0, "a complaint");
        assert.equal(main.read(), 1);
        own.write(name, good);
        await known();
        own.write("below/further.mjs", "globalThis.further = 2;");
        await until(() => main.read() === 2, "what it imports, when that is edited");
        own.write(name, good.replace("=> value", "=> value * 10"));
        await until(() => main.read() === 20, "the next edit of itself");
      });
    }
  }
}
