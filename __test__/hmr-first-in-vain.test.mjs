// hmr(): what its module asks for in vain at its first load, by a way that its text does not show, is waited for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { live } from "./support/observed.mjs";
import { project } from "./support/project.mjs";

const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;
/** How, and what comes. @type {Record<string, { load: string, come: string, folder?: string }>} */
const WAYS = {
  "createRequire()": { load: `${REQUIRE} const dep = require("./dep.cjs");`, come: "dep.cjs" },
  "createRequire(), without an extension": {
    load: `${REQUIRE} const dep = require("./dep");`,
    come: "dep.js",
  },
  "createRequire(), by a computed name": {
    load: `${REQUIRE} const name = "dep"; const dep = require("./" + name + ".cjs");`,
    come: "dep.cjs",
  },
  "createRequire(), of a folder": { load: `${REQUIRE} const dep = require("./dep");`, come: "dep/index.js" },
  "import(), by a computed name": {
    load: `const name = "dep é"; const { default: dep } = await import("./" + name + ".cjs");`,
    come: "dep é.cjs",
  },
};
const exported = (/** @type {string} */ load) => `${load} export const value = dep.value;`;
const main = `
  import { hmr } from "heatsync-rs";
  await hmr("./mod.mjs", "none", (mod) => { console.log("live " + mod.value); process.exit(); }).ready;
  console.log("ready");`;

for (const registered of [false, true]) {
  const nodeArguments = registered ? ["--import", "heatsync-rs/register"] : [];
  for (const [what, { load, come }] of Object.entries(WAYS)) {
    test(`what is asked for by ${what}${registered ? ", under register" : ""}`, async (t) => {
      const own = project(t, { "mod.mjs": exported(load), "main.mjs": main });
      const program = own.run("main.mjs", { nodeArguments });
      await program.line("ready");
      own.write(come, "exports.value = 1;");
      await live(program, 1);
    });
  }

  test(`what a module below it asks for${registered ? ", under register" : ""}`, async (t) => {
    const own = project(t, {
      "mod.mjs": `export { value } from "./lib/below.mjs";`,
      "lib/below.mjs": exported(`${REQUIRE} const dep = require("./dep.cjs");`),
      "main.mjs": main,
    });
    const program = own.run("main.mjs", { nodeArguments });
    await program.line("ready");
    own.write("lib/dep.cjs", "exports.value = 1;");
    await live(program, 1);
  });
}

test("one after the other, the first of which throws when it comes; each version is evaluated once", async (t) => {
  const own = project(t, {
    "mod.mjs": `${REQUIRE} console.log("tries"); const a = require("./a.cjs"); const { default: b } = await import("./" + "b" + ".cjs");
export const value = a.value + b.value;`,
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      await hmr("./mod.mjs", "none", (mod) => console.log("live " + mod.value)).ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await program.line("ready");
  own.write("a.cjs", `throw new Error("not yet");`);
  await program.errorOutput(/not yet/);
  own.write("a.cjs", "exports.value = 1;");
  await program.errorOutput(/Cannot find module '[^']*b\.cjs'/);
  own.write("b.cjs", "exports.value = 2;");
  await live(program, 3);
  own.write("mod.mjs", "export const value = 4;");
  await live(program, 4);
  // The first load, one each for what comes and throws, what is mended, and what comes last.
  assert.equal(program.lines.filter((line) => line === "tries").length, 4, program.stderr);
});
