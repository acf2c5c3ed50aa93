// Under register import.meta.hot comes first: of what it is about to evaluate sync.* and hmr(), which hold some of it, evaluate nothing
// before, and what waits there waits for both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holders = `
import Heatsync, { hmr } from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));
globalThis.held = {};
`;
const self = "import.meta.hot.accept();";
const x = (/** @type {number} */ v, more = "") => `say("x${v} runs"); export const v = ${v}; ${more}`;
const y = (/** @type {number} */ n) => `say("y${n} runs"); export const n = ${n};`;
/** @param {number} v @param {string} [more] */
const onY = (v, more = "") =>
  `import { n } from "./y.mjs"; say("x${v} runs", n); export const v = ${v}; ${more}`;
const a = (more = "") => `import { v } from "./x.mjs"; import { n } from "./y.mjs"; ${more}
  globalThis.a = () => [v, n].join(); import.meta.hot.accept(["./x.mjs", "./y.mjs"], () => say("a is told", a()));`;

/**
 * @param {Awaited<ReturnType<typeof hotProgram>>} it
 * @param {Record<string, string>} files saved in one turn of the program: one update
 * @param {number} [time] that they are given, in seconds (`cp -p`)
 */
const writeAll = (it, files, time) =>
  it.ask(`{
  const fs = process.getBuiltinModule("node:fs");
  for (const [name, text] of Object.entries(${JSON.stringify(files)})) {
    fs.writeFileSync(name, text);
    if (${time}) fs.utimesSync(name, ${time}, ${time});
  }
}`);

/** @param {Awaited<ReturnType<typeof hotProgram>>} it @param {RegExp} wanted */
const heard = ({ program }, wanted) => program.waitFor(() => wanted.test(program.stdout), String(wanted));

for (const [who, hold, time] of /** @type {[string, string, number?][]} */ ([
  ["sync.import", `held.it = await sync.import("./x.mjs");`],
  ["sync.import, of files with times of long ago", `held.it = await sync.import("./x.mjs");`, 1e9],
  ["hmr", `await hmr("./x.mjs", [], (it) => { held.it = it; }).ready;`],
])) {
  test(`${who}: saved with what does not parse, and what accepts itself is evaluated once`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `${holders} import "./a.mjs"; ${hold}`,
      "a.mjs": `import "./x.mjs"; ${self}`,
      "x.mjs": x(1, self),
    });
    for (const v of [2, 3]) {
      await writeAll(it, { "a.mjs": `import "./x.mjs"; const ${v} = ;`, "x.mjs": x(v, self) }, time);
      await it.shows(String(v), "held.it.v");
      // Both have had their turn.
      await it.save({ "a.mjs": `import "./x.mjs"; say("a${v} runs"); ${self}` });
    }
    assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
  });
}

test("saved with what does not parse, and below it: once that is mended, who accepts both is told of both", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} import "./a.mjs"; held.it = await sync.import("./x.mjs");`,
    "a.mjs": a(),
    "x.mjs": onY(1),
    "y.mjs": y(1),
  });
  it.said();
  await writeAll(it, { "x.mjs": "const = ;", "y.mjs": y(2) });
  await heard(it, /sync hears/);
  const { acceptedBy, evaluated } = await it.save({ "x.mjs": onY(3) });
  assert.deepEqual([evaluated, acceptedBy], [["y.mjs", "x.mjs"], ["a.mjs"]]);
  await it.shows("3,3,2", `[held.it.v, a()].join()`);
  assert.deepEqual(it.said(), ["y2 runs", "x3 runs 2", "a is told 3,2"]);
});

test("what failed with others, and went live without sync.*, is saved while an update goes on: evaluated once", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `${holders} import "./a.mjs"; held.it = await sync.import("./x.mjs"); import.meta.hot.accept("./a.mjs");`,
    "a.mjs": a(),
    "x.mjs": onY(1),
    "y.mjs": y(1),
  });
  await writeAll(it, { "a.mjs": a(`throw new Error("body");`), "x.mjs": onY(2), "y.mjs": y(2) });
  assert.equal((await it.program.value("result")).type, "evaluationError");
  assert.equal((await it.save({ "a.mjs": a("/* mended */") })).type, "accepted");
  it.said();
  const saving = `process.getBuiltinModule("node:fs").writeFileSync("y.mjs", ${JSON.stringify(y(4))});`;
  it.self.write("x.mjs", onY(4, saving));
  await it.shows("4,4,4", `[held.it.v, a()].join()`);
  assert.deepEqual(
    it.said().filter((/** @type {string} */ line) => line.startsWith("y")),
    ["y4 runs"],
  );
});

/** In the place of what was there. @param {number} v @param {number} ahead of the clock, in seconds */
const saveAhead = (v, ahead) => `{
  const fs = process.getBuiltinModule("node:fs");
  fs.writeFileSync("x.saved", ${JSON.stringify(x(v))});
  const at = ${Date.now() / 1000 + ahead};
  fs.utimesSync("x.saved", at, at);
  fs.renameSync("x.saved", "x.mjs");
}`;

for (const [name, ahead, clock] of /** @type {const} */ ([
  ["what is saved with a time ahead of the clock, as in a shared folder", 3600, ""],
  ["what is saved while the program's clock stands still", 0, "Date.now = () => 0;"],
]))
  test(`${name}: sync.* does not evaluate again what was accepted`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `${holders} import { v } from "./x.mjs"; globalThis.seen = () => [v, held.it.v, held.z.n].join();
        import.meta.hot.accept("./x.mjs"); held.it = await sync.import("./x.mjs"); held.z = await sync.import("./z.mjs");`,
      "x.mjs": x(1),
      "z.mjs": y(1),
    });
    await it.ask(`${clock} ""`);
    for (const v of [2, 3]) {
      await it.ask(saveAhead(v, ahead));
      await it.shows(`${v},${v},${v - 1}`, "seen()");
      // What sync.* had to do for it has come before this, or with it.
      it.self.write("z.mjs", y(v));
      await it.shows(`${v},${v},${v}`, "seen()");
    }
    assert.deepEqual(it.program.stdout.match(/x\d runs/g), ["x1 runs", "x2 runs", "x3 runs"]);
  });
