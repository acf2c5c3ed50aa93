// Old versions of boundaries are freed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/**
 * Twice what V8 needs: since Node 22 its compilation cache holds each compiled text (230 KB of heap for
 * one of these) until it has aged for some collections, which come late in a large heap, and in one of 40 MB
 * came too late once. All versions together are more than fits, even if but their texts were held.
 */
const VERSIONS = 700;
const HEAP = 64;

/** A module of about 100 KB, below a boundary. @param {number} version @param {string} more */
const large = (version, more = "") => {
  const functions = Array.from(
    { length: 900 },
    (_, index) =>
      `export function f${index}(a, b) { return a * ${index + version} + b - "${"x".repeat(40)}".length; }`,
  );
  return `export const version = ${version};${more}\n${functions.join("\n")}\n`;
};

/** Saves a version, says so as a parent would, and waits for the end of the update. */
const driveWith = (/** @type {typeof large} */ text) => `
  import fs from "node:fs";
  import { hot } from "heatsync-rs";
  const large = ${text};
  const save = async (version, more) => {
    const file = import.meta.dirname + "/large.js";
    fs.writeFileSync(file, large(version, more));
    const updated = new Promise((resolve) => {
      const off = hot.on("update", (result) => { off(); resolve(result); });
    });
    process.emit("message", { type: "hot-hook:file-changed", path: file });
    const { type } = await updated;
    if (type !== "accepted") throw new Error(type);
  };
  const alive = setInterval(() => {}, 1000);`;
const drive = driveWith(large);
const files = {
  "package.json": { type: "module", heatsync: { watch: false, boundaries: ["./app.js"] } },
  "app.js": `export { version, f1 } from "./large.js";`,
  "large.js": large(0),
};

for (const [how, flags, init] of /** @type {const} */ ([
  ["register", ["--import", "heatsync-rs/register"], ""],
  [
    "hot.init in a program that Node runs",
    [],
    'await hot.init({ root: import.meta.filename, rootDirectory: import.meta.dirname, boundaries: ["./app.js"], watch: false });',
  ],
])) {
  // What is freed is Node's loader's there, and V8's, of which the other one tells on all.
  const skip = how !== "register" && !process.version.startsWith("v24.") && "on Node 24";
  test(`${how}: ${VERSIONS} versions of a 100 KB module fit a ${HEAP} MB heap`, { skip }, async (t) => {
    const own = project(t, {
      ...files,
      "main.js": `${drive}
        ${init}
        for (let version = 1; version <= ${VERSIONS}; version++) {
          const app = await import("./app.js");
          if (app.version !== version - 1) throw new Error(app.version + " instead of " + (version - 1));
          await save(version);
        }
        console.log("done");
        clearInterval(alive);`,
    });
    const program = own.run("main.js", { nodeArguments: [`--max-old-space-size=${HEAP}`, ...flags] });
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr.slice(-2000));
    assert.deepEqual(program.lines, ["done"]);
  });
}

/** In a cycle, and seen as a namespace there: a namespace that can be looked at before its module is evaluated is made of native modules. @param {number} version */
const inCycle = (version) => `import { seen } from "./user.js"; export const version = ${version};
  export const held = new Array(13_000).fill(0.5 + version); export let count = 0; export const add = () => { count++; return seen(); };`;

test(`${VERSIONS} versions of 100 KB in a cycle with import * as fit a ${HEAP} MB heap, and the namespace shows the newest`, async (t) => {
  const own = project(t, {
    ...files,
    "app.js": `export { version, add } from "./large.js";`,
    "large.js": inCycle(0),
    "user.js": `import * as large from "./large.js"; export const seen = () => [large.version, large.held[0], large.count].join();`,
    "main.js": `${driveWith(inCycle)}
      for (let version = 1; version <= ${VERSIONS}; version++) {
        const app = await import("./app.js");
        app.add();
        const seen = app.add();
        if (seen !== [version - 1, version - 0.5, 2].join()) throw new Error(seen);
        await save(version);
        // Until the next import() nothing of it is to be seen.
        const late = app.add();
        if (late !== [version - 1, version - 0.5, 3].join()) throw new Error(late);
      }
      console.log("done");
      clearInterval(alive);`,
  });
  const program = own.run("main.js", {
    nodeArguments: [`--max-old-space-size=${HEAP}`, "--import", "heatsync-rs/register"],
  });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr.slice(-2000));
  assert.deepEqual(program.lines, ["done"]);
});

test("versions that were given up are collected once the next one was imported", async (t) => {
  const own = project(t, {
    ...files,
    "main.js": `${drive}
      const collected = new FinalizationRegistry((name) => console.log("collected", name));
      const follow = async (name) => {
        const { f1 } = await import("./app.js");
        collected.register(f1, name);
      };
      setInterval(() => globalThis.gc(), 20);
      await follow("first");
      for (let version = 1; version < 5; version++) {
        await save(version);
        await follow("version " + version);
      }
      process.on("message", (message) => message === "end" && process.exit());`,
  });
  const program = own.run("main.js", { nodeArguments: ["--expose-gc", "--import", "heatsync-rs/register"] });
  for (const version of [1, 2, 3]) {
    await program.waitFor(
      () => program.lines.includes(`collected version ${version}`),
      `the end of ${version}`,
    );
  }
  assert.ok(!program.lines.includes("collected version 4"));
  program.child.send("end");
  assert.equal((await program.exit).code, 0);
});
