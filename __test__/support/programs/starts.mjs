// How programs begin, and what they see of their process.

import { esm } from "./parts.mjs";

/** What is loaded, but for what only the comparison loads. */
const listed = `const list = () => console.log(Object.keys(require.cache).filter((name) => !/(say|nothing)\\.[cm]js$/.test(name)));`;

/** @type {import("../same.mjs").Groups} */
export const starts = {
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
    ...(process.allowedNodeEnvironmentFlags.has("--entry-url") && {
      "a URL with a query": {
        run: ["--entry-url", "file:m%61in.mjs?q=1#h"],
        files: {
          "main.mjs": `console.log(import.meta.main, import.meta.url, process.argv[1]);
            if (import.meta.main) await import("./main.mjs");`,
        },
      },
    }),
    missing: { run: ["missing.mjs"] },
    "neither CommonJS nor a module": { run: ["main.js"], files: { "main.js": "await 1; let x = ;" } },
    "neither CommonJS nor a module, imported and required": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `for (const file of ["awaits", "declares", "imports"]) { try { require("./" + file); } catch (error) { console.log(error.message); } }
          import("./awaits.js").catch((error) => console.log(error.message));`,
        "awaits.js": "const x = await 1; const x = 2;",
        "declares.js": "const require = 1; f(",
        "imports.js": "import 'node:fs'; f(",
      },
    },
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
    "require.cache, once something could not be required": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `${listed} for (const name of ["awaits", "none", "unlinked"]) { try { require("./" + name + ".mjs"); } catch (error) { console.log(error.code); } list(); }`,
        "awaits.mjs": "await 1;",
        "unlinked.mjs": `import { none } from "./x.mjs";`,
        "x.mjs": esm("x"),
      },
    },
    "require.cache, once something could not be imported": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `${listed} import("./none.mjs").catch(list).then(() => import("./thrown.cjs")).catch(list);`,
        "thrown.cjs": "throw new Error('no');",
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
    "a worker of --eval": {
      run: ["--eval", `new (require("node:worker_threads").Worker)("./main.mjs")`],
      files: {
        "main.mjs": "console.log(import.meta.main, import.meta.filename, process.argv.slice(1))",
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
