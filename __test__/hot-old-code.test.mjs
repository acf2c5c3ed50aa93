// Versions that were replaced and go on running: a request that is still being answered, a timer, a function somebody
// keeps. What they do is no affair of the version that came after them. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const accepting = "import.meta.hot.accept();";

test("import() by a version that was replaced makes its module nobody's", async (t) => {
  const { ask, program, said, save, self } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `globalThis.later = () => import("./y.mjs").then(({ y }) => y); say("x 1"); ${accepting}`,
    "y.mjs": `export const y = 1; say("y 1");`,
  });
  await save({ "x.mjs": `say("x 2"); ${accepting}` });
  assert.equal(await ask("later()"), "1");
  said();
  // The new version does not import it: it is not evaluated for it, and does not refuse it either.
  self.write("y.mjs", `export const y = 2; say("y 2");`);
  const { evaluated, type } = await program.value("result");
  assert.deepEqual([type, evaluated, said()], ["accepted", [], []]);
  assert.equal(await ask("later()"), "2");
  assert.deepEqual(said(), ["y 2"]);
  // Once the new version imports it, too, it is that one's.
  await save({ "x.mjs": `globalThis.now = () => import("./y.mjs"); say("x 3"); ${accepting}` });
  assert.equal(await ask("now().then(({ y }) => y)"), "2");
  said();
  assert.deepEqual((await save({ "y.mjs": `export const y = 3; say("y 3");` })).acceptedBy, ["x.mjs"]);
  assert.deepEqual(said(), ["y 3", "x 3"]);
});

test("what a version that was replaced says of hot counts no more", async (t) => {
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs", () => say("main"));`,
    "x.mjs": `globalThis.old = import.meta.hot; import.meta.hot.on("app:event", () => say("old")); ${accepting}`,
  });
  await save({ "x.mjs": `import.meta.hot.dispose(() => say("dispose 2"));` });
  await ask(
    "old.accept(() => say('accepted')), old.dispose(() => say('disposed')), old.decline(), old.invalidate()",
  );
  await ask("old.send('app:event')");
  assert.deepEqual((await save({ "x.mjs": "globalThis.x = 3;" })).acceptedBy, ["main.mjs"]);
  assert.deepEqual(said(), ["dispose 2", "main"]);
});

test("what a version comes to own after it was replaced is ended, and what it listens to then is not heard", async (t) => {
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `const { hot } = import.meta; globalThis.old = hot; globalThis.opened = async (name) => { await null; return hot.own({ close: () => say(name) }); };
      hot.dispose(() => { void Promise.resolve().then(() => opened("while it was replaced")); });`,
  });
  await save({ "x.mjs": "await new Promise((resolve) => setTimeout(resolve, 20));" });
  assert.deepEqual(said(), ["while it was replaced"]);
  await ask(`opened("after it")`);
  assert.deepEqual(said(), ["after it"]);
  await ask(`old.own({ close() { throw new Error("closed twice"); } })`);
  await ask(`old.on("update", () => say("heard"))`);
  await save({ "x.mjs": "globalThis.x = 3;" });
  assert.deepEqual(said(), []);
});

test("while an update awaits, what it leaves behind goes on with all that is old", async (t) => {
  const { ask, program, said, save, self } = await hotProgram(t, {
    "main.mjs": `import "./app.mjs";`,
    "app.mjs": `import { seen } from "./old/seen.mjs"; globalThis.seen = seen; ${accepting}`,
    "old/seen.mjs": `import { a } from "../a.mjs"; import { b } from "../b.mjs"; export const seen = () => a() + b;`,
    "a.mjs": "export const a = () => 1;",
    "b.mjs": "export const b = 10;",
  });
  await ask("oldSeen = seen");
  // The folder is renamed, and what is in it needs what is new.
  self.rename("old/seen.mjs", "new/seen.mjs");
  const waits = "new Promise((resolve) => { globalThis.end = resolve; })";
  const saved = save({
    "a.mjs": "export const a = () => 2;",
    "b.mjs": `export const b = 20; say("awaiting"); await ${waits};`,
    "app.mjs": `import { seen } from "./new/seen.mjs"; globalThis.seen = seen; ${accepting}`,
  });
  await program.line(/say "awaiting"/);
  assert.equal(await ask("oldSeen()"), "11");
  await ask("end()");
  assert.equal((await saved).type, "accepted");
  assert.deepEqual([await ask("seen()"), said()], ["22", ["awaiting"]]);
});
