// Modules that hold an old instance of what they import, since nothing led to them while that was replaced: they are
// evaluated anew when something leads to them again. And their namespaces, when they have left the graph.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { until } from "./support/project.mjs";

test("a module imported by a declaration, and by import() after the save, is not left with what it imported", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { leaf } from "./leaf.mjs"; import { kept } from "./by-way.mjs"; export const v = [leaf, kept];`,
    "by-way.mjs": `export const { kept } = await import("./kept.mjs");`,
    "kept.mjs": `import { leaf } from "./leaf.mjs"; export const kept = leaf;`,
    "leaf.mjs": "export const leaf = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "leaf.mjs": "export const leaf = 2;",
    "root.mjs": `import { leaf } from "./leaf.mjs"; const { kept } = await import("./kept.mjs"); export const v = [leaf, kept];`,
  });
  await program.shows("[2,2]");
});

/** @param {string} file @returns {(value: number) => string} */
const exporting = (file) => (value) =>
  ({ "x.mjs": `export default ${value};`, "x.cjs": `module.exports = ${value};` })[file] ?? `${value}`;

/** @param {string} file the attributes it is imported with */
const typeOf = (file) => (file.endsWith(".json") ? `{ type: "json" }` : "{}");

for (const together of [true, false]) {
  for (const back of [true, false]) {
    const name = `a leaf is saved ${together ? "with" : "after"} a module that threw, which is ${back ? "undone" : "mended"}`;
    test(`what that module imports again has the new leaf: ${name}`, async (t) => {
      const first = `import { x } from "./x.mjs"; export const r1 = () => x(); import.meta.hot.accept();`;
      const throwing = `throw new Error("no"); export const r1 = () => 0; import.meta.hot.accept();`;
      const program = await start(t, {
        "root.mjs": `import { r1 } from "./r1.mjs"; import { r2 } from "./r2.mjs"; export const v = () => [r1(), r2()];`,
        "r1.mjs": first,
        "x.mjs": `import { m } from "./m.mjs"; const seen = m; export const x = () => seen;`,
        "r2.mjs": `import { m } from "./m.mjs"; const seen = m; export const r2 = () => seen; import.meta.hot.accept();`,
        "m.mjs": "export const m = 1;",
      });
      await program.shows("[1,1]");
      if (together) {
        await saveAtOnce(program, { "m.mjs": "export const m = 2;", "r1.mjs": throwing });
      } else {
        await program.save({ "r1.mjs": throwing });
        await program.save({ "m.mjs": "export const m = 2;" });
      }
      program.write("r1.mjs", back ? first : `${first} // mended`);
      await program.shows("[2,2]");
    });
  }
}

for (const file of ["x.mjs", "x.cjs", "x.json"]) {
  test(`what an update leaves is not lost to those who import it again, and were saved meanwhile: ${file}`, async (t) => {
    const x = exporting(file);
    const text = (/** @type {number} */ n) =>
      `import x from "./${file}" with ${typeOf(file)}; export const v = [${n}, x];`;
    const program = await start(t, { "root.mjs": text(1), [file]: x(1) });
    await program.shows("[1,1]");
    program.write(
      "root.mjs",
      `fs.writeFileSync("begun", ""); await new Promise((resolve) => { globalThis.goOn = resolve; }); export const v = 2;`,
    );
    await until(() => fs.existsSync(program.self.path("begun")));
    program.write("root.mjs", text(3));
    // Nothing tells that the engine has looked at it, which takes a millisecond: src/engine/session/tests/reach.rs does not wait.
    for (let turn = 0; turn < 50; turn++) await program.ask("0");
    await program.ask("goOn()");
    await program.shows("[3,1]");
    program.write(file, x(2));
    await program.shows("[3,2]");
  });
}

test("JSON that is mended between our reading it and Node's, and is required, too", async (t) => {
  const text = `import x from "./x.json" with { type: "json" }; import y from "./y.cjs"; export const v = [x, y];`;
  const program = await start(t, { "root.mjs": "export const v = 0;", "x.json": "[1" });
  await program.shows("0");
  await program.ask(`
    const { parse } = JSON;
    let looks = 0;
    JSON.parse = (text, ...more) => {
      if (text === "[1" && ++looks === 2) fs.writeFileSync("x.json", "[2]");
      return parse(text, ...more);
    };`);
  program.write("y.cjs", `module.exports = require("./x.json");`);
  program.write("root.mjs", text);
  await program.shows("[[2],[2]]");
  program.write("x.json", "[3]");
  await program.shows("[[3],[3]]");
});

test("beside a file that is left out, since it threw before", async (t) => {
  const mid = (/** @type {string} */ kept) =>
    `import { leaf } from "./leaf.mjs"; ${kept} export const v = [leaf, kept];`;
  const program = await start(t, {
    "root.mjs": `export { v } from "./mid.mjs"; import "./beside.mjs";`,
    "beside.mjs": "export const b = 1; import.meta.hot.accept();",
    "mid.mjs": mid(`import { kept } from "./kept.mjs";`),
    "kept.mjs": `import { leaf } from "./leaf.mjs"; export const kept = leaf;`,
    "leaf.mjs": "export const leaf = 1;",
  });
  await program.shows("[1,1]");
  await program.save({ "beside.mjs": `throw new Error("b"); import.meta.hot.accept();` });
  await saveAtOnce(program, {
    "leaf.mjs": "export const leaf = 2;",
    "mid.mjs": mid(`const { kept } = await import("./kept.mjs");`),
  });
  await program.shows("[2,2]");
});

test("CommonJS that has required what nobody requires in the update", async (t) => {
  const program = await start(t, {
    "root.mjs": `import a from "./once.cjs"; import k from "./kept.cjs"; export const v = [a.v, k.n];`,
    "once.cjs": `exports.v = globalThis.off ? 0 : require("./m.cjs").n; globalThis.off = true;`,
    "kept.cjs": `exports.n = require("./m.cjs").n;`,
    "way.cjs": `module.exports = require("./kept.cjs");`,
    "m.cjs": "exports.n = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "m.cjs": "exports.n = 2;",
    "root.mjs": `import a from "./once.cjs"; import k from "./way.cjs"; export const v = [a.v, k.n];`,
  });
  await program.shows("[0,2]");
});

for (const file of ["x.mjs", "x.cjs", "x.json"]) {
  test(`what is imported by import() from the update on, and comes after its importer: ${file}`, async (t) => {
    const [x, type] = [exporting(file), typeOf(file)];
    const program = await start(t, {
      "root.mjs": `import { a } from "./a.mjs"; import x from "./${file}" with ${type}; export const v = [a, x];`,
      "a.mjs": "export const a = 0;",
      [file]: x(1),
    });
    await program.shows("[0,1]");
    await saveAtOnce(program, {
      "a.mjs": `const x = await import("./${file}", { with: ${type} }); export const a = x.default;`,
      [file]: x(2),
    });
    await program.shows("[2,2]");
  });
}

for (const file of ["lazy.mjs", "lazy.cjs"]) {
  test(`what each version of its importer imports anew has one namespace, which Node keeps: ${file}`, async (t) => {
    const text = (/** @type {number} */ n) =>
      file.endsWith(".cjs") ? `exports.n = ${n};` : `export const n = ${n};`;
    const program = await start(t, {
      "root.mjs": `globalThis.seen ??= new Set();
        export const v = () => import("./${file}").then((it) => [it.n, seen.add(it).size]);`,
      [file]: text(1),
    });
    await program.shows("[1,1]");
    for (const n of [2, 3]) {
      const { pruned } = await program.save({ [file]: text(n) });
      assert.deepEqual(pruned, [file]);
      await program.shows(`[${n},1]`);
    }
  });
}
