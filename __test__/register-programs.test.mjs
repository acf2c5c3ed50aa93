// Register changes nothing of what a program sees: command lines with plain Node as the oracle.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { same } from "./support/same.mjs";

const esm = (/** @type {string} */ name) =>
  `export const name = ${JSON.stringify(name)}; export default () => name; console.log("runs", name);`;
const packages = {
  "node_modules/esm/package.json": { name: "esm", exports: "./index.mjs" },
  "node_modules/esm/index.mjs": esm("esm package"),
  "node_modules/cjs/index.js": `console.log("runs cjs package"); exports.a = 1; exports.b = function b() { return this === exports; };`,
  "node_modules/awaits/package.json": { name: "awaits", type: "module", exports: "./index.js" },
  "node_modules/awaits/index.js": `console.log("awaits"); export const it = await 5; console.log("awaited");`,
  "node_modules/dual/package.json": {
    name: "dual",
    exports: {
      ".": { development: "./dev.mjs", import: "./index.mjs", require: "./index.cjs" },
      "./sub/*": "./sub-*.mjs",
    },
  },
  "node_modules/dual/index.mjs": `export const kind = "import";`,
  "node_modules/dual/index.cjs": `exports.kind = "require";`,
  "node_modules/dual/dev.mjs": `export const kind = "development";`,
  "node_modules/dual/sub-x.mjs": `export const kind = "sub";`,
};

/** @type {Record<string, Record<string, import("./support/same.mjs").Case>>} */
const groups = {
  entry: {
    "import.meta and process": {
      run: ["main.mjs", "a", "--b"],
      files: {
        "main.mjs": `import other from "./other.mjs"; const { url, filename, dirname, main } = import.meta;
          console.log(url, filename, dirname, main, Object.keys(import.meta), process.argv.slice(1), typeof require, this);
          console.log(other, import.meta.resolve("./other.mjs"), import.meta.resolve("node:fs"), import.meta.resolve("fs"));
          try { import.meta.resolve("missing-package"); } catch (error) { console.log(error.code, error.message); }
          console.log(process.listenerCount("exit"), process.listenerCount("beforeExit"), process.exitCode);`,
        "other.mjs": `export default [import.meta.main, import.meta.url];`,
      },
    },
    "named without extension": {
      run: ["main"],
      files: {
        "package.json": { type: "module" },
        "main.js": "console.log(import.meta.main, process.argv[1], import.meta.url)",
      },
    },
    "a folder": {
      run: ["."],
      files: {
        "package.json": { main: "./lib/start.mjs" },
        "lib/start.mjs": "console.log(import.meta.main, process.argv[1], import.meta.url)",
      },
    },
    "a symbolic link": {
      run: ["link.mjs"],
      files: {
        "real/main.mjs": `import "./x.mjs"; console.log(import.meta.main, process.argv[1], import.meta.url)`,
        "real/x.mjs": esm("x"),
      },
      links: [["real/main.mjs", "link.mjs"]],
    },
    "strange names": {
      run: ["a b%20c#d.mjs"],
      files: {
        "a b%20c#d.mjs": `import { name } from "./%23%3f%25.mjs"; console.log(name, import.meta.url, import.meta.filename, import.meta.main);`,
        "#?%.mjs": esm("strange"),
      },
    },
    missing: { run: ["missing.mjs"] },
    "syntax is detected": {
      run: ["main.js"],
      files: {
        "package.json": {},
        "main.js": `import { name } from "./x.js"; console.log(name, import.meta.filename);`,
        "x.js": esm("x"),
      },
    },
    CommonJS: {
      run: ["main.cjs", "a"],
      files: {
        "main.cjs": `console.log(require.main === module, module.id, module.parent, process.argv.slice(1), __filename, this === exports);
          const x = require("./x.mjs"); console.log(x, x.default(), require("./x.mjs") === x, require("./other.cjs"));
          import("./x.mjs").then((again) => console.log(again === x, again));`,
        "x.mjs": esm("x"),
        "other.cjs": `module.exports = [require.main === module, module.parent?.filename];`,
      },
    },
    "CommonJS of a typed package": {
      run: ["main.js"],
      files: {
        "package.json": { type: "commonjs" },
        "main.js": `console.log(require.main === module); import("./m.mjs").then(console.log);`,
        "m.mjs": "export default import.meta.filename",
      },
    },
    JSON: { run: ["main.json"], files: { "main.json": "{}" } },
  },
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
          await import(name).catch((error) => console.log(name, error.name, error.code, error.message));`,
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
  "what is there to see": {
    "require.cache": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import { createRequire } from "node:module"; import "./c.cjs"; const require = createRequire(import.meta.url); require("./d.cjs");
          const names = () => Object.keys(require.cache).filter((name) => !/(say|nothing)\\.[cm]js$/.test(name));
          console.log(names()); for (const name in require.cache) delete require.cache[name];
          console.log(names(), require("./d.cjs"), names(), (await import("./x.mjs")).name);`,
        "c.cjs": "exports.a = 1;",
        "d.cjs": "exports.b = module.parent?.filename;",
        "x.mjs": esm("x"),
      },
    },
    "the properties of process and Error": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `console.log(Reflect.ownKeys(process).filter((key) => key !== "noDeprecation"), process.emit.name, process.emit.length, Object.getOwnPropertyDescriptor(process, "emit"), Reflect.ownKeys(Error), Object.getOwnPropertyDescriptor(Error, "prepareStackTrace").writable);
          console.log(process.eventNames().map(String), await new Promise((resolve) => { process.once("x", resolve); process.emit("x", 5); }));`,
      },
    },
    "--pending-deprecation": {
      run: ["--pending-deprecation", "--throw-deprecation", "main.mjs"],
      files: {
        "main.mjs": `import "./c.cjs"; console.log("main"); try { new Buffer(1); } catch (error) { console.log(error.code); }`,
        "c.cjs": "require('./d.cjs');",
        "d.cjs": "console.log(require.main === module);",
      },
    },
  },
  CommonJS: {
    "project files, imported": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import whole, { a, default as again } from "./x.cjs"; import * as ns from "./x.cjs"; import f from "./f.cjs"; import { flag } from "./compiled.cjs"; import compiled from "./compiled.cjs";
          console.log(whole === again, a, Object.keys(ns), f(), flag, compiled);`,
        "x.cjs": `exports.a = 1; exports["b c"] = 2; console.log("runs", module.parent, require.main?.filename);`,
        "f.cjs": `module.exports = () => __filename;`,
        "compiled.cjs": `Object.defineProperty(exports, "__esModule", { value: true }); exports.flag = true; exports.default = 5;`,
      },
    },
    createRequire: {
      run: ["main.mjs"],
      files: {
        ...packages,
        "main.mjs": `import { createRequire } from "node:module"; import * as x from "./x.mjs"; import cjs from "./c.cjs";
          const require = createRequire(import.meta.url);
          console.log(require("./x.mjs") === x, require("./c.cjs") === cjs, require("./d.json"), require("dual").kind, require.resolve("./x.mjs"), require("esm").name);
          try { require("./none.cjs"); } catch (error) { console.log(error.code, error.message); }
          console.log(require("./z.mjs").name, Object.keys(require.cache).filter((name) => /[/\\\\][xzcd]\\.\\w+$/.test(name)).map((name) => name.slice(-5)));`,
        "x.mjs": esm("x"),
        "z.mjs": esm("z"),
        "c.cjs": `module.exports = { c: 1 };`,
        "d.json": `{ "d": 1 }`,
      },
    },
    "one instance for import, import() and require()": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import { count, next } from "./counter.mjs"; import inc from "./inc.cjs";
          next(); inc(); console.log(count, (await import("./counter.mjs")).count, inc.ns === (await import("./counter.mjs")));
          console.log(await inc.dynamic() === inc.ns);`,
        "counter.mjs": `console.log("counter runs"); export let count = 0; export const next = () => ++count;`,
        "inc.cjs": `const ns = require("./counter.mjs"); module.exports = () => ns.next(); module.exports.ns = ns; module.exports.dynamic = () => import("./counter.mjs");`,
      },
    },
    "require() of modules that await": {
      run: ["main.cjs"],
      files: {
        ...packages,
        "main.cjs": `for (const name of ["./a.mjs", "./b.mjs", "./c.mjs"]) try { console.log(require(name)); } catch (error) { console.log(error.name, error.code, error.message); }
          import("./a.mjs").then(async (ns) => { console.log(ns, await import("./b.mjs"), await import("./c.mjs")); });`,
        "a.mjs": `export const a = await 1;`,
        "b.mjs": `export { a } from "./a.mjs";`,
        "c.mjs": `export { it } from "awaits";`,
      },
    },
    "require() of a module that throws": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `for (let i = 0; i < 2; i++) try { require("./x.mjs"); } catch (error) { console.log(error.message); }
          import("./x.mjs").catch((error) => { console.log(error.message); require("./syntax.mjs"); });`,
        "x.mjs": `console.log("runs"); throw new Error("no");`,
        "syntax.mjs": `export const a = ;`,
      },
    },
    "require() in a cycle with ES modules": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./c.cjs"; export const a = 1; console.log("main");`,
        "c.cjs": `try { console.log(require("./main.mjs")); } catch (error) { console.log(error.code, error.message); }`,
      },
    },
    "require() of what import() is loading": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import { createRequire } from "node:module";
          const require = createRequire(import.meta.url);
          const said = (file) => { try { return Object.keys(require(file)); } catch (error) { return [error.code, error.message]; } };
          const missing = import("./missing.mjs").catch((error) => error.code);
          const one = import("./x.mjs");
          console.log(said("./x.mjs"), said("./below.mjs"), said("./other.mjs"));
          // Node 20 and 22 fail an assertion of their own while it is loading.
          if (parseInt(process.versions.node) >= 24) {
            await null;
            const two = import("./y.mjs");
            console.log(said("./x.mjs"), said("./y.mjs"), said("./y.mjs"), said("./below.mjs"));
            await two;
          }
          await one;
          console.log(said("./x.mjs"), said("./below.mjs"), said("./y.mjs"), await missing);`,
        "x.mjs": `import "./below.mjs"; import "./z.cjs"; console.log("x"); export const x = 1;`,
        "y.mjs": `export { below } from "./below.mjs"; console.log("y");`,
        "z.cjs": `console.log("z", require("./sibling.mjs"));`,
        "sibling.mjs": `console.log("sibling"); export const sibling = 1;`,
        "below.mjs": `console.log("below"); export const below = 1;`,
        "other.mjs": `console.log("other"); export const other = 1;`,
        "missing.mjs": `import "./nothing.mjs";`,
      },
    },
    "require() of modules that Node has imported": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import { createRequire } from "node:module"; import * as self from "./main.mjs";
          const require = createRequire(import.meta.url);
          const said = (file) => { try { return require(file); } catch (error) { return [error.code, error.message]; } };
          export const a = 1; export let b = 2; export default class {}
          setImmediate(async () => {
            b = 3;
            console.log(said("./main.mjs"), said("./main.mjs") === said("./main.mjs"), said("./main.mjs").default === self.default);
            await require("./c.cjs");
            console.log(said("./x.mjs"), said("./y.mjs"), said("./throws.mjs"), said("./awaits.mjs")[0]);
          });`,
        "c.cjs": `module.exports = Promise.allSettled(["./x.mjs", "./y.mjs", "./throws.mjs", "./awaits.mjs"].map((file) => import(file))).then(([x, y]) => console.log(x, y, require("./x.mjs") === x.value));`,
        "x.mjs": `export const x = 1;`,
        "y.mjs": `const y = 2; export { y as "module.exports" };`,
        "throws.mjs": `throw new Error("thrown");`,
        "awaits.mjs": `export const it = await 1;`,
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
    "require() of a module that is being evaluated": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("main");`,
        "x.mjs": `import "./c.cjs"; export const a = 1; console.log("x");`,
        "c.cjs": `try { console.log(require("./x.mjs")); } catch (error) { console.log(error.code, error.message); }`,
      },
    },
    "require() of a module that imports one that is being evaluated": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; import "./y.mjs"; console.log("main");`,
        "x.mjs": `import "./c.cjs"; export const a = 1; console.log("x");`,
        "y.mjs": `import { a } from "./x.mjs"; console.log("y", a); export const y = 1;`,
        "z.mjs": `import "./y.mjs"; console.log("z"); export const z = 1;`,
        "new.mjs": `import { a } from "./x.mjs"; console.log("new", a);`,
        "above.mjs": `import "./new.mjs"; console.log("above");`,
        "c.cjs": `const files = ["./new.mjs", "./new.mjs", "./above.mjs", "./x.mjs", "./main.mjs"];
          for (const file of files) try { console.log(require(file)); } catch (error) { console.log(error.code, error.message); }
          setImmediate(() => { console.log(require("./above.mjs"), require("./x.mjs")); });`,
      },
    },
    "require() of an awaiting module that is being evaluated": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import again from "./c.cjs"; export const m = 1; console.log(again()); await 0; console.log("end");`,
        "c.cjs": `module.exports = () => { try { return require("./main.mjs"); } catch (error) { return error.code; } };`,
      },
    },
    "the export named module.exports": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `console.log(require("./x.mjs"));`,
        "x.mjs": `const f = 5; export { f as "module.exports" };`,
      },
    },
    "packages that import and require the project": {
      run: ["main.mjs"],
      files: {
        "node_modules/plugin/index.js": `const path = require("path"); module.exports = (file) => require(path.resolve(file)); module.exports.import = (file) => import(require("url").pathToFileURL(path.resolve(file)));`,
        "main.mjs": `import plugin from "plugin"; import * as x from "./x.mjs"; console.log(plugin("x.mjs") === x, (await plugin.import("x.mjs")) === x, plugin("y.mjs").name, (await plugin.import("z.mjs")).name);`,
        "x.mjs": esm("x"),
        "y.mjs": esm("y"),
        "z.mjs": `await 0; ${esm("z")}`,
      },
    },
  },
  ends: {
    "process.exitCode": {
      run: ["main.mjs"],
      files: { "main.mjs": `process.exitCode = 7; await 0; console.log("end");` },
    },
    "process.exit() while a module awaits": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("never");`,
        "x.mjs": `setTimeout(() => process.exit(3)); await new Promise(() => {});`,
      },
    },
    "an await that is never settled": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("exit", (code) => console.log("exit", code)); await new Promise(() => {});`,
      },
    },
    "a throw": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("x"); throw new TypeError("no");`,
        "x.mjs": esm("x"),
      },
    },
    "a throw in a dependency": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("never");`,
        "x.mjs": `throw Object.assign(new RangeError("no"), { code: "E" });`,
      },
    },
    "a thrown string": { run: ["main.mjs"], files: { "main.mjs": `throw "text";` } },
    "a rejected await": { run: ["main.mjs"], files: { "main.mjs": `await 0; throw new Error("late");` } },
    "an unhandled rejection": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `Promise.reject(new Error("nobody")); setTimeout(() => console.log("never"), 50);`,
      },
    },
    "--unhandled-rejections": {
      run: ["--unhandled-rejections=warn", "main.mjs"],
      files: {
        "main.mjs": `Promise.reject(new Error("nobody")); setTimeout(() => console.log("still"), 5);`,
      },
    },
    "handlers of the program": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("uncaughtException", (error, origin) => console.log(error.message, origin)); process.on("unhandledRejection", (error) => console.log("R", error.message)); setTimeout(() => { throw new Error("timer"); }); Promise.reject(new Error("rejected")); queueMicrotask(() => console.log("micro"));`,
      },
    },
    "the order of ends": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("beforeExit", () => console.log("beforeExit")); process.on("exit", () => console.log("exit")); setImmediate(() => console.log("immediate")); process.nextTick(() => console.log("tick")); Promise.resolve().then(() => console.log("promise")); console.log("sync");`,
      },
    },
    "a signal": {
      run: ["main.mjs"],
      files: { "main.mjs": `process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1000);` },
    },
  },
  "other modes": {
    "--eval": {
      run: [
        "--eval",
        `console.log(require("./x.cjs"), __filename); import("./x.mjs").then(console.log)`,
        "arg",
      ],
      files: {
        "x.cjs": "module.exports = require.main",
        "x.mjs": `${esm("x")} console.log(import.meta.main, process.argv.length)`,
      },
    },
    "--eval of a module": {
      run: [
        "--input-type=module",
        "--eval",
        `import { name } from "./x.mjs"; console.log(name, import.meta.url.startsWith("file:"), process.argv.length)`,
      ],
      files: { "x.mjs": esm("x") },
    },
    "--print": { run: ["-p", `[1, require("./x.mjs").name]`], files: { "x.mjs": esm("x") } },
    "standard input": {
      run: ["-"],
      input: `console.log(typeof require, 5); import("./x.mjs").then(console.log);`,
      files: { "x.mjs": esm("x") },
    },
    "standard input, a module": {
      run: ["--input-type=module"],
      input: `import { name } from "./x.mjs"; console.log(name);`,
      files: { "x.mjs": esm("x") },
    },
    "standard input, a module that imports two, of which one sees the other's namespace": {
      run: ["--input-type=module"],
      input: `import * as x from "./x.mjs"; import { self, count } from "./y.mjs"; console.log(self, self.ns.name, count()); x.add(); console.log(self.ns.n, x.n, count());`,
      files: {
        "x.mjs": `${esm("x")}; export let n = 1; export const add = () => n++;`,
        "y.mjs": `import * as ns from "./x.mjs"; import * as self from "./y.mjs"; export { ns, self }; export const count = () => ns.n;`,
      },
    },
    "the REPL": {
      run: ["--interactive"],
      input: `1 + 1\nawait import("./x.mjs")\nrequire("./x.mjs").name\n.exit\n`,
      files: { "x.mjs": esm("x") },
    },
    "--check": {
      run: ["--check", "main.mjs"],
      files: { "main.mjs": `import "./none.mjs"; console.log("never");` },
    },
    "--check of a syntax error": { run: ["--check", "main.mjs"], files: { "main.mjs": `const a = ;` } },
    "--test": {
      run: ["--test", "--test-reporter=tap", "x.test.mjs", "y.test.cjs"],
      files: {
        "x.mjs": esm("x"),
        "x.test.mjs": `import { test } from "node:test"; import assert from "node:assert"; import { name } from "./x.mjs"; test("passes", () => assert.equal(name, "x")); test("fails", () => assert.equal(1, 2));`,
        "y.test.cjs": `require("node:test").test("passes, too", async () => { await import("./x.mjs"); });`,
      },
      mask: (text) =>
        text
          .replace(/duration_ms.*/g, "")
          .replace(/^ +(at |stack: |async ).*\n/gm, "")
          .replace(/^ +(new |Module|file:|node:|Test|Suite|startSubtest|process).*\n/gm, ""),
    },
    "--env-file and flags after": {
      run: ["--env-file=.env", "--stack-trace-limit=3", "main.mjs"],
      files: { ".env": "A=5", "main.mjs": `console.log(process.env.A, Error.stackTraceLimit);` },
    },
    "import() in eval, new Function and vm": {
      run: ["main.mjs"],
      files: {
        "x.mjs": esm("x"),
        "main.mjs": `import vm from "node:vm"; const url = import.meta.resolve("./x.mjs"); const show = (promise) => promise.then((ns) => console.log(ns.name), (error) => console.log(error.code));
          await show(eval("import('./x.mjs')")); await show((0, eval)("import(" + JSON.stringify(url) + ")"));
          await show(new vm.Script("import(" + JSON.stringify(url) + ")", { importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext());`,
      },
    },
  },
};

for (const [group, cases] of Object.entries(groups)) {
  describe(group, { concurrency: 2 }, () => {
    for (const [name, case_] of Object.entries(cases)) test(name, async (t) => void (await same(t, case_)));
  });
}

test("the oracle itself tells programs apart", async (t) => {
  const files = { "main.mjs": "console.log(typeof import.meta.hot)" };
  await assert.rejects(same(t, { run: ["main.mjs"], files }), /undefined/);
});
