// Whether files are compiled from the text that the engine has read: only where Node loads them as it comes out of the box.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const packageRoot = fileURLToPath(new URL("..", import.meta.url));

/** @param {import("node:test").TestContext} t @param {string} before @returns {unknown} */
function isPlain(t, before) {
  const own = project(t, {
    "a.js": "exports.a = 1;",
    "b.mjs": "export const b = 1;",
    "main.js": `
      const Heatsync = require(${JSON.stringify(packageRoot)});
      const sync = new Heatsync();
      sync.require("./a.js");
      sync.import("./b.mjs").then(() => setImmediate(() => {
        ${before}
        const { isPlain } = require(${JSON.stringify(`${packageRoot}/runtime/commonjs/plain-loader.cjs`)});
        console.log(isPlain(require.resolve("./a.js")));
      }));`,
  });
  return JSON.parse(execFileSync(process.execPath, [own.path("main.js")], { encoding: "utf8" }));
}

test("Node's own loader is told from others, also where our frames are left out of stacks", (t) => {
  assert.equal(
    isPlain(t, `require(${JSON.stringify(`${packageRoot}/runtime/esm/versions/versions.cjs`)});`),
    true,
  );
});

test("a handler of somebody else's is not Node's", (t) => {
  const wrapped = `const { ".js": js } = require.extensions; require.extensions[".js"] = function mine(module, file) { return js(module, file); };`;
  assert.equal(isPlain(t, wrapped), false);
});
