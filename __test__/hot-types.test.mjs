// `/// <reference types="heatsync-rs/import-meta" />` as a project has it: from node_modules. What is
// typed how is checked in types/hot.mts, with all compilers.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { project } from "./support/project.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const tsc = path.join(root, "node_modules/typescript/bin/tsc");

for (const [module, moduleResolution] of [
  ["nodenext", "nodenext"],
  ["node16", "node16"],
  ["preserve", "bundler"],
]) {
  test(`the reference is found: ${moduleResolution}`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "tsconfig.json": {
        compilerOptions: {
          module,
          moduleResolution,
          target: "es2022",
          strict: true,
          noEmit: true,
          types: [],
        },
        include: ["*.ts"],
      },
      "env.d.ts": `/// <reference types="heatsync-rs/import-meta" />`,
      "main.ts": `import type { Hot } from "heatsync-rs";
        const hot: Hot<{ count: number }> | undefined = import.meta.hot;
        export const count: number = hot?.data.count ?? 0;
        hot?.dispose((data) => { data.count = count; });
        import.meta.dynoHot?.accept("./x.js", ({ value }) => value);
        // @ts-expect-error: that is a number
        hot?.dispose((data) => { data.count = "one"; });`,
    });
    const done = promisify(execFile)(process.execPath, [tsc, "-p", self.directory]);
    const { stdout } = await done.catch((error) => error);
    assert.equal(stdout, "");
  });
}
