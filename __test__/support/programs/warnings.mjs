// What Node warns of because of how it loads a file.

const major = Number.parseInt(process.versions.node, 10);
const listen = `process.on("warning", ({ name, code, message }) => console.log(name, code, message));`;

/**
 * What is warned of, and what is printed: on most Nodes plain Node has neither in one order with `--import` and without.
 * @param {string} output
 */
const mask = (output) => output.split("\n").sort().join("\n");

/**
 * @param {string[]} run
 * @param {Record<string, string | object>} files
 * @returns {import("../same.mjs").Case}
 */
const warns = (run, files) => ({
  run: ["--require", "./listen.cjs", ...run],
  files: { "listen.cjs": listen, "package.json": { name: "typeless" }, ...files },
  mask,
});

const exported = "export const a = 1; console.log(import.meta.url.length);";

/** @type {import("../same.mjs").Groups} */
export const warnings = {
  "a package.json without a type": {
    "of the entry point": warns(["main.js"], {
      "main.js": `import "./a.js"; console.log("main");`,
      "a.js": exported,
    }),
    "of what is imported, once of each package.json": warns(["main.mjs"], {
      "main.mjs": `import "./a.js"; import "./b.js"; import "./sub/c.js"; await import("./sub/d.js"); await import("./other/e.js");`,
      "a.js": exported,
      "b.js": exported,
      "sub/package.json": {},
      "sub/c.js": "await 1;",
      "sub/d.js": exported,
      "other/package.json": { type: "neither" },
      "other/e.js": exported,
    }),
    "of whichever Node loads first": warns(["main.mjs"], {
      "main.mjs": `import "./a.mjs"; import "./b.js";`,
      // Node reads side by side: what is this deep comes after b.js on a busy machine, too.
      "a.mjs": `import "./a/1.mjs";`,
      "a/1.mjs": `import "./2.mjs";`,
      "a/2.mjs": `import "./3.mjs";`,
      "a/3.mjs": `import "./4.mjs";`,
      "a/4.mjs": `import "./deep.js";`,
      "a/deep.js": exported,
      "b.js": exported,
    }),
    "in a cycle": warns(["main.mjs"], {
      "main.mjs": `import "./a.js";`,
      "a.js": `import "./b.js"; export const a = 1;`,
      "b.js": `import "./a.js"; export const b = 1;`,
    }),
    "not of what is required, but of what that imports": warns(["main.cjs"], {
      "main.cjs": `console.log(require("./a.js").a, require("./sub/b.js").b);`,
      "a.js": exported,
      "sub/package.json": {},
      "sub/b.js": `import "./c.js"; export const b = 1;`,
      "sub/c.js": exported,
    }),
    "of what CommonJS imports": warns(["main.cjs"], {
      "main.cjs": `import("./a.js").then(() => import("./b.js"));`,
      "a.js": exported,
      "b.js": exported,
    }),
    "not without a package.json, with another extension, with a type, in node_modules": warns(["main.mjs"], {
      "main.mjs": `import "./a.mjs"; import "./without"; import "./module/a.js"; import "pkg"; import "./c.js";`,
      "a.mjs": exported,
      without: exported,
      "module/package.json": { type: "module" },
      "module/a.js": exported,
      "c.js": "exports.a = 1;",
      "node_modules/pkg/package.json": { name: "pkg" },
      "node_modules/pkg/index.js": exported,
    }),
    // Node 20 links what is wrong on its thread of hooks, which tells once more.
    ...(major >= 22 && {
      "where something does not link": warns(["main.mjs"], {
        "main.mjs": `import "./a.js"; await import("./b.js").catch((error) => console.log(error.message));`,
        "a.js": exported,
        "b.js": `import { none } from "./a.js";`,
      }),
    }),
    "in a worker thread": warns(["main.mjs"], {
      "main.mjs": `import "./a.js"; import { Worker } from "node:worker_threads"; new Worker(new URL("./b.js", import.meta.url));`,
      "a.js": exported,
      "b.js": `import "./a.js"; await import("./sub/c.js");`,
      "sub/package.json": {},
      "sub/c.js": exported,
    }),
    ...(major >= 22 && {
      "of TypeScript": warns(["main.ts"], {
        "main.ts": `import "./a.ts"; import type { T } from "./b.ts"; console.log(1 as number);`,
        "a.ts": exported,
        "b.ts": "export type T = 1;",
      }),
    }),
  },
  "options of an import()": {
    // Node 20 knows `assert`, and V8 warns of it.
    "without attributes": warns(["main.mjs"], {
      "main.mjs": `for (const options of [{}, { with: undefined }, { other: 1 }]) await import("./x.mjs", options);`,
      "x.mjs": exported,
    }),
  },
  ...((major === 22 || major === 24) && {
    "--experimental-transform-types": {
      "ES modules": warns(["--experimental-transform-types", "main.mts"], {
        "main.mts": `import "./b.ts"; import { E } from "./a.mts"; console.log(E.A as number);`,
        "a.mts": "export enum E { A = 1 }",
        "b.ts": exported,
      }),
      CommonJS: warns(["--experimental-transform-types", "main.cjs"], {
        "main.cjs": `console.log(require("./a.cts").E, require("./b.cts"));`,
        "a.cts": "enum E { A = 1 } exports.E = E;",
        "b.cts": "enum E { A = 1 } exports.E = E;",
      }),
      "no TypeScript": warns(["--experimental-transform-types", "main.mjs"], {
        "main.mjs": `console.log("main");`,
      }),
    },
  }),
  "--pending-deprecation": {
    "of module.parent, which we ask for, too": warns(["--pending-deprecation", "main.mjs"], {
      "main.mjs": `import "./c.cjs"; console.log("main");`,
      "c.cjs": `console.log(module.parent, require("./d.cjs"));`,
      "d.cjs": "exports.d = module.children.length;",
    }),
  },
};
