// The runner: what a reloaded version has not asked for yet is let go by the program, and a save of it starts nothing anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const SHOW = `const show = async () => console.log("value", await get(), process.pid);
  process.stdin.on("data", show); show();`;
/** @type {Record<string, { entry: string, files: Record<string, string>, lazy: (value: number) => string }>} */
const PROGRAMS = {
  "module.hot.accept": {
    entry: "main.cjs",
    files: {
      "main.cjs": `const get = () => require("./a.cjs").get(); ${SHOW}`,
      "a.cjs": `exports.get = () => require("./lazy"); module.hot.accept();`,
    },
    lazy: (value) => `module.exports = ${value};`,
  },
  "import.meta.hot.accept": {
    entry: "main.mjs",
    files: {
      "main.mjs": `import * as a from "./a.mjs"; const get = () => a.get(); ${SHOW}`,
      "a.mjs": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
        export const get = () => require("./lazy.js"); import.meta.hot.accept();`,
    },
    lazy: (value) => `module.exports = ${value};`,
  },
  "sync.require": {
    entry: "main.cjs",
    files: {
      "main.cjs": `const Heatsync = require("heatsync-rs"); const a = new Heatsync().require("./a.cjs"); const get = () => a.get(); ${SHOW}`,
      "a.cjs": `exports.get = () => require("./lazy");`,
    },
    lazy: (value) => `module.exports = ${value};`,
  },
};

for (const [name, { entry, files, lazy }] of Object.entries(PROGRAMS)) {
  test(name, async (t) => {
    const { project, start } = runnerProject(t, { ...files, "lazy.js": lazy(0) });
    const runner = start([entry]);
    const pid = (await runner.line(/^value 0 /)).split(" ")[2];
    for (let value = 1; value < 9; value++) {
      project.write("lazy.js", lazy(value));
      for (let line = ""; line !== `value ${value} ${pid}`; ) {
        runner.child.stdin?.write("show\n");
        line = await runner.line(/^value /);
        assert.match(line, new RegExp(`^value (${value}|${value - 1}) ${pid}$`), runner.stderr);
      }
    }
    assert.doesNotMatch(runner.stderr, /restarting/);
  });
}
