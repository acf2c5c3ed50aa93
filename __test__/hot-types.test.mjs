// `/// <reference types="heatsync-rs/import-meta" />` as a project has it: from node_modules. What is
// typed how is checked in types/hot.mts, with all compilers.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { project } from "./support/project.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const tsc = path.join(root, "node_modules/typescript/bin/tsc");
// What a compiler says is the same on all.
const skip = !process.versions.node.startsWith("24.") && "on Node 24";

for (const [module, moduleResolution] of [
  ["nodenext", "nodenext"],
  ["node16", "node16"],
  ["preserve", "bundler"],
]) {
  test(`the reference is found: ${moduleResolution}`, { skip }, async (t) => {
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

test("dynohot's own places of its types, in a program that has this package under its name", {
  skip,
}, async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "tsconfig.json": {
      compilerOptions: { module: "nodenext", target: "es2022", strict: true, noEmit: true, types: [] },
      include: ["*.ts"],
    },
    "env.d.ts": `/// <reference types="dynohot/import-meta" />`,
    "main.ts": `import type { Hot } from "dynohot/hot";
      const hot: Hot<{ server?: string }> | undefined = import.meta.hot;
      export const server: string = hot?.data?.server ?? "new";
      hot?.dispose((data) => { data.server = server; });`,
    "run.mjs": `import * as hot from "dynohot/hot"; console.log(typeof hot);`,
  });
  fs.symlinkSync(root, self.path("node_modules/dynohot"), "junction");
  const done = promisify(execFile)(process.execPath, [tsc, "-p", self.directory]);
  const { stdout } = await done.catch((error) => error);
  assert.equal(stdout, "");
  const running = self.run("run.mjs");
  assert.equal((await running.exit).code, 0, running.stderr);
});
