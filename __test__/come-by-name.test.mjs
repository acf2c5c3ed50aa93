// What a name of package.json leads to (`imports`, or the own name) was not there when we looked, and is when Node does: it is not Node's to
// load, of whom it would be a root, and what is saved of it would wait for a restart.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

const NATIVE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../runtime/esm/native/native.cjs");

const MANIFEST = {
  name: "tree",
  type: "module",
  imports: { "#dep": "./dep.cjs", "#app:dep": "./dep.cjs" },
  exports: { "./dep": "./dep.cjs" },
};
const NAMES = ["#dep", "#app:dep", "tree/dep"];

/** Writes `dep.cjs` once it was looked whether it has come, and before Node is asked for it. */
const BETWEEN = `
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const fs = require("node:fs");
  const { prototype } = require(${JSON.stringify(NATIVE)}).NativeModule;
  const { hasCome } = prototype;
  let isDone = false;
  prototype.hasCome = function () {
    const result = Reflect.apply(hasCome, this, []);
    if (!isDone) {
      isDone = true;
      fs.writeFileSync(new URL("./dep.cjs", import.meta.url), "exports.dep = 1;");
    }
    return result;
  };`;

for (const name of NAMES) {
  test(`CommonJS that has come by ${name} is no root`, async (t) => {
    const self = project(t, {
      "package.json": MANIFEST,
      "main.mjs": `${BETWEEN} ${HOT}`,
      "root.mjs": "export const value = () => 0;",
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("value 0");
    self.write("root.mjs", `import { dep } from ${JSON.stringify(name)}; export const value = () => dep;`);
    await program.line("value 1");
    self.write("dep.cjs", "exports.dep = 2;");
    await program.line("value 2");
    assert.ok(!program.stderr.includes("nobody accepts it"), program.stderr);
  });
}

for (const name of NAMES) {
  test(`what has come by ${name} since import() found nothing is no root`, async (t) => {
    const self = project(t, {
      "package.json": MANIFEST,
      "main.mjs": `import fs from "node:fs";
        const load = () => import(${JSON.stringify(name)}).then(({ dep }) => dep, ({ code }) => code);
        console.log("at first", await load());
        if (!globalThis.dep) fs.writeFileSync(new URL("./dep.cjs", import.meta.url), "exports.dep = 1;");
        console.log("value", (globalThis.dep = await load()));
        import.meta.hot.accept();
        setInterval(() => {}, 1000);`,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("at first ERR_MODULE_NOT_FOUND");
    await program.line("value 1");
    self.write("dep.cjs", "exports.dep = 2;");
    await program.line("value 2");
    assert.ok(!program.stderr.includes("nobody accepts it"), program.stderr);
  });
}
