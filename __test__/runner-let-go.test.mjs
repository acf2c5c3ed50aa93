// The runner: what an ES module had imported by import(), and went with that one's version, is nobody's until it is asked for again. A
// save of it starts nothing anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

test("a save of what has left with the version that had imported it", async (t) => {
  const page = (/** @type {number} */ version) =>
    `export const get = async () => (await import("./lazy.mjs")).value; // ${version}`;
  const lazy = (/** @type {number} */ value) => `export const value = ${value};`;
  const { project, start } = runnerProject(t, {
    "main.mjs": `import { get } from "./page.mjs"; import.meta.hot.accept("./page.mjs");
      const show = async () => console.log("value", await get(), process.pid);
      process.stdin.on("data", show); show();`,
    "page.mjs": page(0),
    "lazy.mjs": lazy(0),
  });
  const runner = start(["main.mjs"]);
  const pid = (await runner.line(/^value 0 /)).split(" ")[2];
  for (let round = 1; round < 6; round++) {
    project.write("page.mjs", page(round));
    const pruned = /page\.mjs: 1 evaluated, 1 pruned/g;
    await until(() => runner.stderr.match(pruned)?.length === round, `update ${round}`);
    project.write("lazy.mjs", lazy(round));
    runner.child.stdin?.write("show\n");
    assert.equal(await runner.line(/^value /), `value ${round} ${pid}`, runner.stderr);
  }
  assert.doesNotMatch(runner.stderr, /restarting/);
});
