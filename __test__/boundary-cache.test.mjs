// What is saved below a boundary is compiled once: V8's code of a version that no other process begins with is not made, kept in
// memory and written to disk; and what lies between, unchanged, is not compiled again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

test("versions below a boundary are not for V8's code cache, and unchanged modules between are not compiled again", async (t) => {
  const own = project(t, {
    "package.json": { type: "module" },
    "app.js": `export { version } from "./version.js";`,
    "version.js": "export const version = 0;",
    // Before ours, which keeps what it finds.
    "spy.cjs": `const vm = require("node:vm");
      const { compileFunction } = vm;
      globalThis.compiled = [];
      vm.compileFunction = (code, parameters, options) => {
        const [, name] = /(\\w+)\\.js$/.exec(options?.filename ?? "") ?? [];
        if (name) compiled.push([name, options.produceCachedData]);
        return compileFunction(code, parameters, options);
      };`,
    "main.js": `import fs from "node:fs";
      import { hot } from "heatsync-rs";
      const rootDirectory = import.meta.dirname;
      await hot.init({ root: import.meta.filename, rootDirectory, boundaries: ["./app.js"], watch: false });
      const updates = [];
      let wake = () => {};
      hot.on("update", (result) => { updates.push(result.type); wake(); });
      const alive = setInterval(() => {}, 1000);
      for (let version = 0; version < 4; version++) {
        const app = await import("./app.js");
        if (app.version !== version) throw new Error(app.version + " instead of " + version);
        const path = rootDirectory + "/version.js";
        fs.writeFileSync(path, "export const version = " + (version + 1) + ";");
        const updated = new Promise((resolve) => { wake = resolve; });
        process.emit("message", { type: "hot-hook:file-changed", path });
        await updated;
      }
      await import("./app.js");
      clearInterval(alive);
      console.log(JSON.stringify({ compiled, updates }));`,
  });
  const { HEATSYNC_CACHE: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  const program = own.run("main.js", { env, nodeArguments: ["--require", "./spy.cjs"] });
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr.slice(-2000));
  const { compiled, updates } = JSON.parse(program.lines[0]);
  assert.deepEqual(updates, Array(4).fill("accepted"));
  assert.deepEqual(
    compiled.filter(([name]) => name === "app"),
    [["app", true]],
  );
  assert.deepEqual(
    compiled.filter(([name]) => name === "version").map(([, isKept]) => isKept),
    [true, false, false, false, false],
  );
});
