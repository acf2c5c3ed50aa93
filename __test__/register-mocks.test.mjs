// `mock.module()` of node:test under register: what it reaches in plain Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const PROGRAM = `
  import { mock } from "node:test";
  import { early } from "./early.mjs";
  const base = () => import("./base.mjs").then(({ base }) => base());
  const mocked = (name) => mock.module("./base.mjs", { namedExports: { base: () => name } });
  console.log("before", early(), await base());
  const one = mocked("one");
  console.log("one", early(), await base(), (await import("./sum.mjs")).sum(), (await import("./deep.mjs")).deep());
  one.restore();
  console.log("restored", await base(), (await import("./late.mjs")).late());
  const two = mocked("two");
  console.log("two", await base(), (await import("./later.mjs")).later());
  two.restore();
`;

const NATIVE = `
  const fs = mock.module("node:fs", { namedExports: { readFileSync: () => "mocked" } });
  console.log("builtin", (await import("./reads.mjs")).read());
  fs.restore();
  const common = mock.module("./common.cjs", { defaultExport: { it: "whole" }, namedExports: { it: "mocked", "is it": 1 } });
  console.log("CommonJS", (await import("./commons.mjs")).common);
  common.restore();
`;

const uses = (/** @type {string} */ name) =>
  `import { base } from "./base.mjs"; export const ${name} = () => "${name} of " + base();`;

for (const isEarly of [true, false]) {
  test(`modules of the project, ${isEarly ? "imported before" : "not imported before"}, built-ins and CommonJS`, async (t) => {
    const self = project(t, {
      "main.mjs": (isEarly ? PROGRAM : PROGRAM.replace("await base());", `"");`)) + NATIVE,
      "early.mjs": isEarly ? uses("early") : `export const early = () => "early";`,
      "base.mjs": `export const base = () => "the real one";`,
      "sum.mjs": uses("sum"),
      "deep.mjs": `import { sum } from "./sum.mjs"; export const deep = () => "deep: " + sum();`,
      "late.mjs": uses("late"),
      "later.mjs": uses("later"),
      "common.cjs": "exports.it = 1;",
      "commons.mjs": `import whole, { it, "is it" as is } from "./common.cjs"; import * as ns from "./common.cjs"; export const common = [whole, it, is, Object.keys(ns).filter((name) => name !== "module.exports")];`,
      "reads.mjs": `import { readFileSync } from "node:fs"; export const read = () => readFileSync("main.mjs", "utf8").length;`,
    });
    const flag = "--experimental-test-module-mocks";
    const said = [];
    for (const nodeArguments of [[flag], [flag, "--import", "heatsync-rs/register"]]) {
      const program = self.run("main.mjs", { nodeArguments });
      assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
      said.push(program.stdout);
    }
    assert.equal(said[1], said[0]);
    assert.match(said[0], /one .* one sum of one/);
  });
}
