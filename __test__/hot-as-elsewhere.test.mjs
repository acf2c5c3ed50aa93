// What modules that were written for Vite or webpack rely on, and no other test holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("one function listens for several modules, and for a version and the next: it goes on as long as one wants it", async (t) => {
  const listening = `import { heard } from "./heard.mjs"; import.meta.hot.on("app:ping", heard); import.meta.hot.accept();`;
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; globalThis.ping = () => import.meta.hot.send("app:ping", "ping");`,
    "heard.mjs": `export const heard = (what) => say("heard", what);`,
    "a.mjs": `${listening} // 1`,
    "b.mjs": listening,
  });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  await save({ "a.mjs": `${listening} // 2` });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  // The one who is left.
  await save({ "a.mjs": "import.meta.hot.accept();" });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  await save({ "b.mjs": "" });
  await ask("ping()");
  assert.deepEqual(said(), []);
});

test("what was taken back by off(), and is asked for again, outlives who asked first", async (t) => {
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import { heard } from "./heard.mjs"; const { hot } = import.meta;
      globalThis.again = () => { hot.off("app:ping", heard); hot.on("app:ping", heard); };
      globalThis.ping = () => hot.send("app:ping", "ping");`,
    "heard.mjs": `export const heard = (what) => say("heard", what);`,
    "a.mjs": `import { heard } from "./heard.mjs"; import.meta.hot.on("app:ping", heard); import.meta.hot.accept();`,
  });
  await ask("again()");
  await save({ "a.mjs": "" });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
});
