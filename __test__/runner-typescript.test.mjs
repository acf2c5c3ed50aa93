// The runner: TypeScript that is CommonJS, by its tsconfig or its package, is loaded by hooks of ours. Its saves count as well.
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";
const commonJs = { compilerOptions: { module: "commonjs", target: "es2022" } };
const b = (/** @type {number} */ value) => `export function b(): number { return ${value}; }`;
const main = `import { a } from "./a"; console.log("value", a()); ${STAY}`;
const a = `import { b } from "./b"; export const a = (): number => b();`;

/** @type {Record<string, Record<string, string | object>>} */
const PROGRAMS = {
  "a tsconfig that says commonjs": { "tsconfig.json": commonJs, "main.ts": main, "a.ts": a, "b.ts": b(1) },
  "a package of that type": {
    "package.json": { type: "commonjs" },
    "main.ts": main,
    "a.ts": a,
    "b.ts": b(1),
  },
  "below an ES module": {
    "package.json": { type: "module" },
    "lib/package.json": { main: "a.ts" },
    "lib/tsconfig.json": commonJs,
    "main.ts": `import { a } from "./lib/a.js"; console.log("value", a()); ${STAY}`,
    "lib/a.ts": a,
    "lib/b.ts": b(1),
  },
};

for (const [name, files] of Object.entries(PROGRAMS)) {
  const file = Object.keys(files).find((it) => it.endsWith("b.ts")) ?? "";

  test(`${name}: saves`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start(["main.ts"]);
    await runner.line("value 1");
    for (const value of [2, 3]) {
      project.write(file, b(value));
      await runner.line(`value ${value}`);
    }
  });

  test(`${name}: a file that goes and comes back`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start(["main.ts"]);
    await runner.line("value 1");
    for (const value of [2, 3]) {
      const end = /it is not there any more|waiting for a change/g;
      const before = runner.stderr.match(end)?.length ?? 0;
      project.delete(file);
      await runner.waitFor(() => (runner.stderr.match(end)?.length ?? 0) > before, "what becomes of it");
      project.write(file, b(value));
      await runner.line(`value ${value}`);
    }
  });
}
