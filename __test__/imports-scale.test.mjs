// A program that loads its routes by import(), one file each: ten times as many take ten times what a tenth takes. Counted is how often
// what of the runtime runs, and what goes to the addon (support/looks.cjs).

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { grownFaster } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

const FEW = 40;
const MANY = 400;
const LOOKS = path.resolve(import.meta.dirname, "support/looks.cjs");

/** What imports so many. @type {Record<string, string>} */
const WAYS = {
  "at once": "await Promise.all(files.map((file) => import(file)));",
  "one after another": "for (const file of files) await import(file);",
};

/** @param {import("node:test").TestContext} t @param {string} way @param {number} size @returns {Promise<Record<string, number>>} */
async function counted(t, way, size) {
  const routes = Array.from({ length: size }, (_, at) => [
    `r${at}.mjs`,
    `import { shared } from "./shared.mjs"; export const route = () => shared + ${at};`,
  ]);
  const own = project(t, {
    ...Object.fromEntries(routes),
    "shared.mjs": "export const shared = 1;",
    "main.mjs": `import { createRequire } from "node:module";
      import "./shared.mjs";
      const looks = createRequire(import.meta.url)(${JSON.stringify(LOOKS)});
      const files = Array.from({ length: ${size} }, (_, at) => "./r" + at + ".mjs");
      looks.begin();
      ${WAYS[way]}
      console.log("counts", JSON.stringify(looks.end()));`,
  });
  // What V8 has optimized counts no more.
  const nodeArguments = ["--no-opt", "--no-maglev", "--import", "heatsync-rs/register"];
  const line = await own.run("main.mjs", { nodeArguments }).line(/^counts /);
  return JSON.parse(line.slice("counts ".length));
}

for (const way of Object.keys(WAYS)) {
  test(`routes by import(), ${way}`, async (t) => {
    const [few, many] = [await counted(t, way, FEW), await counted(t, way, MANY)];
    assert.deepEqual(grownFaster({ size: FEW, counts: few }, { size: MANY, counts: many }), []);
    assert.ok(
      Object.values(many).some((count) => count >= MANY),
      "nothing was counted",
    );
  });
}
