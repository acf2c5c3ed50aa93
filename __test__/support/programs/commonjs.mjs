// CommonJS among ES modules.

import { esm, packages } from "./parts.mjs";

/** @type {import("../same.mjs").Groups} */
export const commonjs = {
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
    "a handler of the program's in the place of Node's": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `const { _extensions } = require("node:module"); const before = _extensions[".js"];
          _extensions[".js"] = (module, file) => { console.log(file); before(module, file); };
          console.log(require("./x.js"), require("./y.cjs"), delete require.cache[require.resolve("./x.js")], require("./x.js"));`,
        "x.js": "exports.x = 1;",
        "y.cjs": "exports.y = 1;",
      },
    },
    "a handler of the program's where Node has none": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `const { extensions } = require; const before = extensions[".ts"];
          const names = () => Object.keys(extensions).join();
          extensions[".own"] = extensions[".tsx"] = extensions[".ts"] = extensions[".js"];
          const others = Object.assign(Object.create(extensions), { ".mts": 1 });
          console.log(names(), Object.keys(others), require("./x"), require("./y"), require("./z"));
          if (before) extensions[".ts"] = before; else delete extensions[".ts"];
          try { require("./w"); } catch (error) { console.log(names(), error.code); }`,
        "x.ts": "exports.x = 1;",
        "y.tsx": "exports.y = 1;",
        "z.own": "exports.z = 1;",
        "w.ts": "exports.w = 1;",
      },
    },
    "how many parameters Node's functions have": {
      run: ["main.cjs"],
      files: {
        "main.cjs": `const Module = require("node:module");
          const lengths = (it) => Object.keys(it).flatMap((key) => typeof it[key] === "function" ? [key + " " + it[key].length] : []);
          console.log(lengths(Module), lengths(Module.prototype));`,
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
};
