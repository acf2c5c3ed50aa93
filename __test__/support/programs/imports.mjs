// What specifiers lead to.

import { esm, packages } from "./parts.mjs";

/** @type {import("../same.mjs").Groups} */
export const imports = {
  imports: {
    JSON: {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import data from "./data.json" with { type: "json" }; import * as ns from "./data.json" with { type: "json" };
          console.log(data, ns, (await import("./data.json", { with: { type: "json" } })).default === data);
          for (const options of [undefined, { with: {} }, { with: { type: "css" } }, { with: { other: "json" } }])
            await import("./data.json", options).catch((error) => console.log(error.name, error.code, error.message));`,
        "data.json": `{ "a": [1] }`,
      },
    },
    "data: URLs and builtins": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import value from "data:text/javascript,export default import.meta.url.length"; import fs, { readFileSync } from "fs"; import * as path from "node:path";
          console.log(value, fs.readFileSync === readFileSync, path.basename("/a/b"), (await import("data:application/json,1", { with: { type: "json" } })).default);
          console.log((await import("node:os")).EOL, process.getBuiltinModule?.("fs") === fs);
          await import("node:none").catch((error) => console.log(error.code, error.message));`,
      },
    },
    "import() in what is made of a text": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("warning", ({ name, message }) => console.log(name, message));
          const load = new Function("specifier", "return import(specifier)");
          console.log((await load("node:os")).EOL, (await (0, eval)("import('node:path')")).sep, (await load("./x.mjs")).x);
          setImmediate(() => console.log("warned by now"));`,
        "x.mjs": "export const x = 1;",
      },
    },
    "import() in a script that has Node's loader": {
      run: ["main.mjs"],
      mask: (output) => output.split("\n").sort().join("\n"),
      files: {
        "main.mjs": `import vm from "node:vm"; process.on("warning", ({ name, message }) => console.log(name, message));
          const options = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
          console.log((await vm.runInThisContext("import('node:os')", options)).constants.signals.SIGINT);
          setImmediate(() => console.log("warned by now"));`,
      },
    },
    "data: URLs of other media types": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `const types = ["text/plain", "text/plain;base64", "text/css;charset=utf-8", "image/png", "", "nonsense", "text/javascript", "application/json"];
          for (const type of types) {
            console.log(await import("data:" + type + ",1").then((it) => it.default, (error) => [error.name, error.code, error.message]));
            console.log(await import("data:" + type + ",1", { with: { type: "json" } }).then((it) => it.default, (error) => [error.name, error.code, error.message]));
          }
          console.log(await import("./x.mjs").catch((error) => [error.name, error.code, error.message]));`,
        "x.mjs": `import "data:text/html,1";`,
      },
    },
    packages: {
      run: ["main.mjs"],
      files: {
        ...packages,
        "main.mjs": `import { name } from "esm"; import cjs, { a, b } from "cjs"; import { it } from "awaits"; import { kind } from "dual"; import { kind as sub } from "dual/sub/x";
          console.log(name, cjs.a === a, b(), it, kind, sub);
          await import("dual/missing").catch((error) => console.log(error.code, error.message));
          await import("missing").catch((error) => console.log(error.code, error.message));`,
      },
    },
    "--conditions": {
      run: ["--conditions=development", "main.mjs"],
      files: {
        ...packages,
        "main.mjs": `import { kind } from "dual"; console.log(kind); const { kind: again } = await import("dual"); console.log(again);`,
      },
    },
    "a workspace package with conditions": {
      run: ["--conditions", "development", "main.mjs"],
      files: {
        "packages/work/package.json": {
          name: "work",
          exports: { development: "./src.mjs", default: "./dist.mjs" },
        },
        "packages/work/src.mjs": `export const from = "src"; export { name } from "esm"`,
        "packages/work/dist.mjs": `export const from = "dist"; export const name = "none"`,
        ...packages,
        "main.mjs": `import { from, name } from "work"; console.log(from, name, (await import("work")).from, import.meta.resolve("work"));`,
      },
      links: [["packages/work", "node_modules/work"]],
    },
    "a workspace package": {
      run: ["main.mjs"],
      files: {
        "packages/work/package.json": {
          name: "work",
          type: "module",
          exports: { ".": "./index.js", "./cjs": "./x.cjs" },
        },
        "packages/work/index.js": `export { default as self } from "work/cjs"; export const url = import.meta.url;`,
        "packages/work/x.cjs": `module.exports = __filename`,
        "main.mjs": `import { self, url } from "work"; import cjs from "work/cjs"; console.log(self === cjs, cjs, url);`,
      },
      links: [["packages/work", "node_modules/work"]],
    },
    "#imports and the package's own name": {
      run: ["main.mjs"],
      files: {
        "package.json": {
          name: "me",
          imports: { "#x": "./x.mjs", "#p": "esm", "#c": { node: "./x.mjs" } },
          exports: { "./x": "./x.mjs" },
        },
        "x.mjs": esm("x"),
        ...packages,
        "main.mjs": `import * as a from "#x"; import * as b from "me/x"; import { name } from "#p"; import * as c from "#c"; console.log(a === b, a === c, name);`,
      },
    },
    "what is not there": {
      run: ["main.mjs"],
      files: {
        "lib/x.js": "",
        "main.mjs": `for (const name of ["./lib", "./lib/x", "./none.mjs", "none", "./main.mjs/x", "#none", "../../../../../../none.mjs", "", "./lib/x.js%2fy", "https://example.invalid/x.mjs"])
          // With a hint its stack is a text by then.
          for (let time = 0; time < 2; time++)
            await import(name).catch((error) => console.log(name, error.code, error.message, error.stack.split("\\n    at ")[0]));`,
      },
    },
    "a missing static import": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("never");`,
        "x.mjs": `import "./none.mjs"; console.log("never");`,
      },
    },
    "a missing export": {
      run: ["main.mjs"],
      files: { "main.mjs": `import { none } from "./x.mjs"; console.log("never");`, "x.mjs": esm("x") },
    },
    "a missing export of CommonJS": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import { none } from "./x.cjs"; console.log("never");`,
        "x.cjs": "exports.a = 1; console.log('never')",
      },
    },
    "a syntax error": {
      run: ["main.mjs"],
      files: { "main.mjs": `import "./x.mjs";`, "x.mjs": `export const a = ;` },
    },
    "queries are modules of their own": {
      run: ["main.mjs"],
      files: {
        "x.mjs": `let n = 0; export const next = () => ++n; export const url = import.meta.url;`,
        "main.mjs": `import * as a from "./x.mjs?a"; import * as b from "./x.mjs?b#c"; import * as c from "./x.mjs";
          a.next(); console.log(a.next(), b.next(), c.next(), a.url, b.url, (await import("./x.mjs?a")) === a, (await import("./x.mjs")) === c);`,
      },
    },
  },
  "symbolic links": {
    "--preserve-symlinks": {
      run: ["--preserve-symlinks", "main.mjs"],
      files: {
        ...packages,
        "real/m.mjs": `import { d } from "./d.mjs"; export const url = import.meta.url; console.log(d, url, import.meta.filename);`,
        "real/d.mjs": `export const d = import.meta.url; import "esm";`,
        "store/linked/package.json": { name: "linked", exports: "./index.mjs" },
        "store/linked/index.mjs": `import cjs from "cjs"; export const url = import.meta.url; export { cjs };`,
        "main.mjs": `import { url } from "./link/m.mjs"; import * as a from "./real/m.mjs"; import * as b from "./file.mjs"; import { url as linked } from "linked";
          console.log(url, a.url === url, a === b, b.url, (await import("./link/m.mjs")).url, linked, import.meta.resolve("./link/m.mjs"));`,
      },
      links: [
        ["real", "link"],
        ["real/m.mjs", "file.mjs"],
        ["store/linked", "node_modules/linked"],
      ],
    },
    "--preserve-symlinks-main": {
      run: ["--preserve-symlinks-main", "link/main.mjs"],
      files: {
        "real/main.mjs": `import "./x.mjs"; console.log(import.meta.url, import.meta.filename, import.meta.main, process.argv[1]);`,
        "real/x.mjs": `console.log(import.meta.url);`,
      },
      links: [["real", "link"]],
    },
    "both, CommonJS": {
      run: ["--preserve-symlinks-main", "--preserve-symlinks", "link/main.cjs"],
      files: {
        "real/main.cjs": `require("./x.cjs"); console.log(__filename, process.argv[1]); import("./y.mjs");`,
        "real/x.cjs": `console.log("x", __filename);`,
        "real/y.mjs": `console.log(import.meta.url); import "./x.cjs";`,
      },
      links: [["real", "link"]],
    },
    "the variables": {
      run: ["link/main.mjs"],
      env: { NODE_PRESERVE_SYMLINKS: "1", NODE_PRESERVE_SYMLINKS_MAIN: "1" },
      files: {
        "real/main.mjs": `import "./x.mjs"; console.log(import.meta.url);`,
        "real/x.mjs": `console.log(import.meta.url);`,
      },
      links: [["real", "link"]],
    },
  },
};
