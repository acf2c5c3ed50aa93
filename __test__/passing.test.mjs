// What the program makes, imports and takes away again (a bundled configuration) is no reason for a word; what somebody else deletes is.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

test("of a file that the program makes, imports and takes away nothing is said", async (t) => {
  const { ask, program, self } = await hotProgram(t, {
    "main.mjs": `import fs from "node:fs"; import "./static.mjs"; await import("./old.mjs"); import.meta.hot.accept();
      globalThis.passing = async (name) => {
        const url = new URL(name, import.meta.url);
        fs.writeFileSync(url, "export default 1;");
        try { return (await import(url)).default; } finally { fs.unlinkSync(url); }
      };`,
    "static.mjs": "import.meta.hot.accept();",
    "old.mjs": "export {};",
  });
  /** @param {string} file */
  const refused = async (file) => {
    for (;;) {
      const { type, files } = await program.value("result");
      if (files.includes(file)) return assert.equal(type, "linkError");
    }
  };
  for (const name of ["made-1.mjs", "made-2.mjs"]) {
    assert.equal(await ask(`passing("./${name}")`), "1");
    await refused(name);
  }
  // Each is told of as long after its outcome as the others would be.
  self.delete("old.mjs");
  await refused("old.mjs");
  await program.errorOutput("old.mjs: not updated: Error [ERR_MODULE_NOT_FOUND]");
  assert.doesNotMatch(program.stderr, /made-/);
});

test("a file that is new, and that somebody imports by a declaration, is missed", async (t) => {
  const { program, save, self } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import.meta.hot.accept("./a.mjs");`,
    "a.mjs": "",
  });
  self.write("new.mjs", "export {};");
  await save({ "a.mjs": `import "./new.mjs"; import("./new.mjs");` });
  self.delete("new.mjs");
  await program.errorOutput("new.mjs: not updated: Error [ERR_MODULE_NOT_FOUND]");
});

test("what goes ten seconds after its import is missed: somebody may have deleted it", (t) => {
  const { now } = Date;
  // The clock of files is a little behind.
  let later = -1000;
  Date.now = () => now() + later;
  const { Passing } = createRequire(import.meta.url)("../runtime/esm/watch/passing.cjs");
  Date.now = now;
  const [passing, file] = [new Passing(), project(t, { "new.mjs": "" }).path("new.mjs")];
  const graph = { modules: { ofFile: () => [] } };
  later = 0;
  passing.imports(file);
  assert(passing.has(file, graph));
  later = 10_100;
  assert(!passing.has(file, graph));
});
