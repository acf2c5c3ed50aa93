// Boundaries under the runner, and CommonJS below them: it is loaded anew by the next import(), in the same process.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

/** @type {Record<string, Record<string, string>>} the boundary and what stands between it and lib.cjs */
const GRAPHS = {
  "a CommonJS boundary": { "pages/home.cjs": `exports.text = require("../lib.cjs").text;` },
  "an ES module as boundary": {
    "pages/home.js": `import lib from "../lib.cjs"; export const { text } = lib;`,
  },
  "an ES module between": {
    "pages/home.js": `export { text } from "../between.js";`,
    "between.js": `import lib from "./lib.cjs"; export const { text } = lib;`,
  },
  "CommonJS between": {
    "pages/home.cjs": `exports.text = require("../between.cjs").text;`,
    "between.cjs": `exports.text = require("./lib.cjs").text;`,
  },
};

/** @type {Record<string, [before: string, words: string[], manifest: object]>} */
const WAYS = {
  "package.json": ["", [], { heatsync: { boundaries: ["./pages/*"] } }],
  "hot.init": [
    `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./pages/*"] });`,
    ["--no-register"],
    {},
  ],
};

for (const [way, [before, words, manifest]] of Object.entries(WAYS)) {
  for (const [name, files] of Object.entries(GRAPHS)) {
    const boundary = Object.keys(files)[0];
    test(`${way}: ${name}`, async (t) => {
      const { project, start } = runnerProject(t, {
        "package.json": { type: "module", ...manifest },
        "app.js": `${before}
          import { createRequire } from "node:module";
          createRequire(import.meta.url)("./root.cjs");
          const show = async () => console.log("app", (await import("./" + "${boundary}")).text, process.pid);
          process.stdin.on("data", show);
          await show();`,
        "root.cjs": "",
        "lib.cjs": `exports.text = "one";`,
        ...files,
      });
      const runner = start([...words, "app.js"]);
      const first = (await runner.line(/^app one /)).split(" ")[2];
      const reloads = () => runner.stderr.split("lib.cjs: loaded anew by the next import()").length;
      const isRestarted = () => runner.stderr.includes("restarting");
      for (const text of ["two", "three"]) {
        const before = reloads();
        project.write("lib.cjs", `exports.text = "${text}";`);
        await runner.waitFor(() => reloads() > before || isRestarted(), `the reload for ${text}`);
        if (text === "two") runner.child.stdin?.write("show\n");
        if (text === "two") assert.equal(await runner.line(/^app /), `app two ${first}`);
      }
      // Nobody has asked for "three": there is nothing to reload.
      project.write("lib.cjs", `exports.text = "four";`);
      for (let line = ""; line !== `app four ${first}`; ) {
        runner.child.stdin?.write("show\n");
        line = await runner.line(/^app /);
        assert.match(line, new RegExp(`^app (three|four) ${first}$`));
      }
      assert.doesNotMatch(runner.stderr, /restarting/);
      // What the program itself requires is not below the boundary.
      project.write("root.cjs", "// new");
      await runner.waitFor(() => /restarting: root\.cjs/.test(runner.stderr), "the restart");
      const isNew = (/** @type {string} */ line) =>
        line.startsWith("app four ") && !line.endsWith(` ${first}`);
      await runner.waitFor(() => runner.lines.some(isNew), "the new process");
    });
  }
}
