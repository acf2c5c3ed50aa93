// A pipe in the place of a module: nobody but who loads it waits for what is written to it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const skip = process.platform === "win32" && "Windows has no mkfifo";

for (const file of ["x.mjs", "x.cjs", "x.ts"]) {
  test(`a pipe comes in the place of ${file}: other files are reloaded, and so is the next one there`, {
    skip,
  }, async (t) => {
    const text = (/** @type {number} */ value) =>
      file === "x.cjs" ? `exports.v = ${value};` : `export const v = ${value};`;
    const { ask, path, save } = await hotProgram(t, {
      "package.json": `{ "type": "module" }`,
      "main.mjs": `import { v } from "./${file}"; import { w } from "./y.mjs";
        import.meta.hot.accept(["./${file}", "./y.mjs"]); globalThis.seen = () => v + " " + w;`,
      [file]: text(0),
      "y.mjs": "export const w = 0;",
    });
    execFileSync("mkfifo", [path("pipe")]);
    fs.renameSync(path("pipe"), path(file));
    assert.deepEqual((await save({ "y.mjs": "export const w = 1;" })).files, ["y.mjs"]);
    assert.equal(await ask("seen()"), "0 1");
    fs.rmSync(path(file));
    assert.deepEqual((await save({ [file]: text(2) })).files, [file]);
    assert.equal(await ask("seen()"), "2 1");
  });
}

test("a module that is a pipe is read once, by who imports it, and what else is saved is reloaded", {
  skip,
}, async (t) => {
  const self = project(t, {
    "main.mjs": `import { v } from "./pipe.mjs"; import "./x.mjs"; console.log("v " + JSON.stringify(v));`,
    "x.mjs": `import.meta.hot.accept(); console.log("x 0"); setInterval(() => {}, 1000);`,
  });
  const pipe = `${self.directory}/pipe.mjs`;
  execFileSync("mkfifo", [pipe]);
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await fs.promises.writeFile(pipe, "export const v = 1;");
  assert.equal(await program.value("v"), 1);
  self.write("x.mjs", `import.meta.hot.accept(); console.log("x 1");`);
  while ((await program.value("x")) !== 1);
});
