// What is deprecated Node does not tell of when it is a package that calls it, which it sees by the scripts on the stack.
// Installed in `node_modules` ours are no package to it: a program hears what it hears without us.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { install } from "./support/install.mjs";
import { project } from "./support/project.mjs";

/** Node 20 tells of `new Buffer()`, newer ones of `punycode`. */
const CALL = `new Buffer(1); process.getBuiltinModule("punycode");`;
const PACKAGES = {
  "node_modules/plain/package.json": { name: "plain", type: "module", exports: "./index.js" },
  "node_modules/plain/index.js": "export default 1;",
  "node_modules/waits/package.json": { name: "waits", type: "module", exports: "./index.js" },
  "node_modules/waits/index.js": "await 0; export default 1;",
  "node_modules/calls/index.js": CALL,
};

/** @type {Record<string, Record<string, string | object>>} */
const programs = {
  "an ES module": { "main.mjs": CALL },
  "a builtin that is imported": { "main.mjs": `import "punycode";` },
  "a builtin that another module imports": { "main.mjs": `import "./x.mjs";`, "x.mjs": `import "punycode";` },
  "a builtin by import()": { "main.mjs": `await import("punycode");` },
  "a module in a cycle": {
    "main.mjs": `import { b } from "./b.mjs"; export const a = 1; ${CALL}`,
    "b.mjs": `import { a } from "./main.mjs"; export const b = 2;`,
  },
  "beside a package": { "main.mjs": `import "plain"; ${CALL}` },
  "beside a package that awaits": { "main.mjs": `import "waits"; ${CALL}` },
  "CommonJS that is imported": { "main.mjs": `import "./x.cjs";`, "x.cjs": CALL },
  "CommonJS that requires": { "main.cjs": `require("./x.cjs");`, "x.cjs": CALL },
  "CommonJS that requires a builtin": { "main.cjs": `require("punycode");` },
  "by createRequire": {
    "main.mjs": `import { createRequire } from "node:module"; createRequire(import.meta.url)("punycode");`,
  },
  "a module that throws": {
    "main.mjs": `await import("./x.mjs").catch(() => {});`,
    "x.mjs": `${CALL} null.x;`,
  },
  "a worker": {
    "main.mjs": `import { Worker } from "node:worker_threads"; new Worker(new URL("./x.mjs", import.meta.url));`,
    "x.mjs": CALL,
  },
  "a package, which is told of nothing": { "main.mjs": `import "calls";` },
};

describe("deprecations, installed", { concurrency: 2 }, () => {
  for (const [name, files] of Object.entries(programs)) {
    test(name, async (t) => {
      const self = project(t, { "nothing.mjs": "", "nothing.cjs": "", ...PACKAGES, ...files });
      install(self, "installed");
      const entry = "main.mjs" in files ? "main.mjs" : "main.cjs";
      const told = async (/** @type {string[]} */ nodeArguments) => {
        const program = self.run(entry, { nodeArguments });
        const { code } = await program.exit;
        assert.equal(code, 0, program.stderr);
        return program.stderr.match(/\[DEP\d+\]/g) ?? [];
      };
      const plain = await told(["--import", "./nothing.mjs"]);
      if (!name.startsWith("a package,")) assert.ok(plain.length > 0 || isSilent(name));
      assert.deepEqual(await told(["--import", "installed/register"]), plain);
      assert.deepEqual(
        await told(["--loader", "installed/loader"]),
        await told(["--loader", "./nothing.mjs"]),
      );
      assert.deepEqual(
        await told(["--require", "installed/register"]),
        await told(["--require", "./nothing.cjs"]),
      );
    });
  }
});

/** Node 20 does not tell of a builtin. @param {string} name */
function isSilent(name) {
  return process.version.startsWith("v20.") && /builtin|createRequire/.test(name);
}
