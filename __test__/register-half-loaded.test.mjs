// What a preload has begun to import (OpenTelemetry's detectors: gaxios, which imports node-fetch), while the program imports the same
// builtin, or package: Node 20 has no module of it until the thread of hooks has answered, and links nothing with it that can't wait.

import { test } from "node:test";
import { same } from "./support/same.mjs";

const program = {
  "package.json": { type: "module" },
  // The thread of hooks answers it late, and the program sooner, whose turn to ask comes after.
  "late.mjs": `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      let isHeld = false;
      export async function load(url, context, next) {
        if (url === "node:punycode" && !isHeld) {
          isHeld = true;
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
        return next(url, context);
      }\`));`,
  "begun.mjs": `
    const imported = import("dep").then(({ dep }) => void process.on("exit", () => console.log("preload", dep)));
    await new Promise((resolve) => setTimeout(resolve, 100));`,
  "node_modules/dep/package.json": { name: "dep", type: "module", exports: "./dep.js" },
  "node_modules/dep/dep.js": `import { ucs2 } from "node:punycode"; export const dep = typeof ucs2;`,
  "main.mjs": `import { ucs2 } from "node:punycode"; console.log("main", typeof ucs2);`,
  "calls.mjs": `await import("./main.mjs"); console.log("called");`,
};

const theirs = ["--no-warnings", "--import", "./late.mjs", "--import", "./begun.mjs"];
const ours = ["--import", "heatsync-rs/register"];

for (const main of ["main.mjs", "calls.mjs"]) {
  test(`a builtin that an import() of a package is about to load is imported by the program (${main})`, (t) =>
    same(t, { run: [main], files: program }, [[[...ours, ...theirs], theirs]]));
}

const packaged = {
  "package.json": { type: "module" },
  "late.mjs": `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      export async function load(url, context, next) {
        if (url.includes("/dep/")) await new Promise((resolve) => setTimeout(resolve, 3000));
        return next(url, context);
      }\`));`,
  "begun.mjs": `
    import("dep").then(() => console.log("preload"));
    await new Promise((resolve) => setTimeout(resolve, 100));`,
  "node_modules/dep/package.json": { name: "dep", type: "module", exports: "./dep.js" },
  "node_modules/dep/dep.js": `export const dep = "dep";`,
  "main.mjs": `import { own } from "./own.mjs"; console.log("main", own);`,
  "own.mjs": `import { dep } from "dep"; export const own = dep;`,
};

// Node 22 fails an assertion of its own where such a package is linked synchronously; it loads the program's modules then.
test("a package that an import() of a preload before ours is loading is imported by the program", (t) =>
  same(t, { run: ["main.mjs"], files: packaged }, [[[...theirs, ...ours], theirs]]));
