// What a save runs of ours before the new version is live. Each function runs once a save and is cold by then, so their number is what a
// save takes (docs/speed-notes.md). They had become more by a third, one by one, and no clock of a test
// would have shown that. Whoever needs another function in the way of each save raises the number, and says so there.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const LOOKS = path.resolve(import.meta.dirname, "support/looks.cjs");
/** What is evaluated first may be Node's so far. */
const SAVES = 3;

const tells = (/** @type {string} */ read) => `
  const looks = require(${JSON.stringify(LOOKS)});
  process.on("message", () => {
    looks.begin();
    console.log("counts");
  });
  // Once the turn's promises have settled: as soon as a program can see it.
  globalThis.evaluated = () =>
    process.nextTick(() => {
      const found = looks.end();
      console.log("live", JSON.stringify({ value: ${read}, found }));
    });
  console.log("ready");`;

const esm = (/** @type {number} */ value) =>
  `export const value = ${value}; export function f() {} globalThis.evaluated?.();`;
const commonjs = (/** @type {number} */ value) =>
  `exports.value = ${value}; exports.f = () => {}; globalThis.evaluated?.();`;
const heatsync = `const Heatsync = require("heatsync-rs"); const sync = new Heatsync({ persistentWatchers: true });`;
const required = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/**
 * @typedef {object} Way
 * @property {string} edited
 * @property {(value: number) => string} text
 * @property {string} main
 * @property {string[]} [nodeArguments]
 * @property {number} most functions
 * @property {string[]} calls of the addon
 */
/** @type {Record<string, Way>} */
const WAYS = {
  "import.meta.hot": {
    edited: "edited.mjs",
    text: esm,
    main: `${required} import * as edited from "./edited.mjs"; import.meta.hot.accept("./edited.mjs"); ${tells("edited.value")}`,
    nodeArguments: ["--import", "heatsync-rs/register"],
    most: 100,
    calls: ["EsmLoader.load", "Session.takeNews", "deepenStacks"],
  },
  "sync.import": {
    edited: "edited.mjs",
    text: esm,
    main: `${required} ${heatsync} const edited = await sync.import("./edited.mjs"); ${tells("edited.value")}`,
    most: 126,
    calls: ["EsmLoader.load", "EsmLoader.refresh", "Session.loading", "Session.takeNews", "deepenStacks"],
  },
  "sync.import of CommonJS": {
    edited: "edited.cjs",
    text: commonjs,
    main: `${required} ${heatsync} const edited = await sync.import("./edited.cjs"); ${tells("edited.default.value")}`,
    most: 143,
    calls: [
      "EsmLoader.commonjsNames",
      "EsmLoader.refresh",
      "Session.loading",
      "Session.takeNews",
      "deepenStacks",
    ],
  },
  "sync.require": {
    edited: "edited.cjs",
    text: commonjs,
    main: `${required} ${heatsync} const edited = sync.require("./edited.cjs"); ${tells("edited.value")}`,
    most: 84,
    calls: ["Session.loading", "Session.takeNews", "deepenStacks"],
  },
};

for (const [name, { edited, text, main, nodeArguments, most, calls }] of Object.entries(WAYS)) {
  test(`a save runs no more functions of ours than it did: ${name}`, async (t) => {
    const own = project(t, { [edited]: text(0), "main.mjs": main });
    // The runtime's own files are counted, and nothing that is done after a start.
    const nothingElse = { HEATSYNC_CACHE: "0", HEATSYNC_REHEARSE: "0", NODE_V8_COVERAGE: undefined };
    const program = own.run("main.mjs", { nodeArguments, env: { HEATSYNC_BUNDLE: "0", ...nothingElse } });
    await program.line("ready");
    /** @type {Record<string, number>} */
    let counts = {};
    for (let value = 1; value <= SAVES; value++) {
      program.child.send("count");
      await program.line("counts");
      own.write(edited, text(value));
      const live = await program.value("live");
      assert.equal(live.value, value);
      counts = live.found;
    }
    const names = Object.keys(counts).filter((it) => counts[it] > 0 || it.startsWith("items for "));
    const functions = names.filter((it) => / of .*\.[cm]?js:\d+$/.test(it)).sort();
    const called = names.flatMap((it) => /^items for (.+)$/.exec(it)?.[1] ?? []).sort();
    assert.ok(functions.length <= most, `${functions.length} functions:\n${functions.join("\n")}`);
    assert.deepEqual(called, calls);
  });
}
