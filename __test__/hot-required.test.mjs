// ES modules that CommonJS files require: Node has one facade at a file's URL, for good. What is required after the
// names have changed, after the module has left the graph or has failed, is what the file is by then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
function start(t, files) {
  const self = project(t, files);
  // Watching keeps nobody alive.
  self.write("main.cjs", `setInterval(() => {}, 1e6);${files["main.cjs"]}`);
  const program = self.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  let seen = 0;
  /** The next line that begins so. @param {string} start */
  const next = async (start) => {
    const line = () => program.stdout.slice(seen).match(new RegExp(`^${start}.*\n`, "m"));
    const found = await until(line, start).catch((error) => {
      throw new Error(`${error.message}\n${program.stdout}\n${program.stderr}`);
    });
    seen += (found.index ?? 0) + found[0].length;
    return found[0].trim().slice(start.length).trim();
  };
  return { self, program, next };
}

test("names that come and go", async (t) => {
  const { self, next } = start(t, {
    "node_modules/holder/index.js": "exports.load = (url) => import(url);",
    "main.cjs": `
      const { pathToFileURL } = require("node:url");
      const { load } = require("holder");
      const held = require("./m.mjs");
      const show = (it) => JSON.stringify(it);
      const url = pathToFileURL(require.resolve("./held.mjs")).href;
      module.hot.accept("./m.mjs", () => {
        const again = require("./m.mjs");
        console.log("m", show([held, again]), again === require("./m.mjs"), held === again);
      });
      load(url).then(async (first) => {
        globalThis.update = async () => console.log("held", show(first), show(await load(url)));
        console.log("ready");
      });`,
    "m.mjs": "export const a = 1;",
    "held.mjs": `import.meta.hot.accept(() => globalThis.update()); export const a = 1;`,
  });
  await next("ready");
  self.write("m.mjs", "export const a = 2, b = 2;");
  assert.equal(await next("m"), '[{"a":2},{"a":2,"b":2}] true false');
  // Both go on; also when the names stay.
  self.write("m.mjs", "export const a = 3, b = 3;");
  assert.equal(await next("m"), '[{"a":3},{"a":3,"b":3}] true false');
  self.write("m.mjs", "export let b = 4;");
  assert.equal(await next("m"), '[{},{"b":4}] true false');
  // As Node marks what has a default export.
  self.write("m.mjs", "export default 5; export const a = 5;");
  assert.equal(await next("m"), '[{"a":5},{"__esModule":true,"a":5,"default":5}] true false');
  // The names of the beginning: the object of the beginning.
  self.write("m.mjs", "export const a = 6;");
  assert.equal(await next("m"), '[{"a":6},{"a":6}] true true');
  // A version that fails after it was shown is as if it had never been.
  self.write("m.mjs", `export const a = 7, b = 7; throw new Error("broken");`);
  self.write("m.mjs", "export const a = 8;");
  let shown = await next("m");
  if (shown.includes("7")) shown = await next("m");
  assert.equal(shown, '[{"a":8},{"a":8}] true true');
  // Whoever imports natively gets another one as well, with the names of now; the one before goes on.
  self.write("held.mjs", `import.meta.hot.accept(() => globalThis.update()); export const a = 2, b = 2;`);
  assert.equal(await next("held"), '{"a":2} {"a":2,"b":2}');
  self.write("held.mjs", `import.meta.hot.accept(() => globalThis.update()); export const a = 3, b = 3;`);
  assert.equal(await next("held"), '{"a":3} {"a":3,"b":3}');
});

test("names of a module in a cycle, and of one that passes them on", async (t) => {
  const { self, next } = start(t, {
    "main.cjs": `
      const held = require("./m.mjs");
      module.hot.accept("./m.mjs", () => {
        const again = require("./m.mjs");
        console.log("m", JSON.stringify([held.look(), again.look()]), Object.keys(again).join());
      });
      console.log("ready");`,
    "m.mjs": `export * from "./n.mjs"; import * as self from "./n.mjs"; export const look = () => ({ ...self });`,
    "n.mjs": `import "./m.mjs"; export let a = 1;`,
  });
  await next("ready");
  self.write("n.mjs", `import "./m.mjs"; export let a = 2, b = 2;`);
  assert.equal(await next("m"), '[{"a":2,"b":2},{"a":2,"b":2}] a,b,look');
  self.write("n.mjs", `import "./m.mjs"; export let a = 3, b = 3;`);
  assert.equal(await next("m"), '[{"a":3,"b":3},{"a":3,"b":3}] a,b,look');
  self.write("n.mjs", `import "./m.mjs"; export let b = 4;`);
  assert.equal(await next("m"), '[{"b":4},{"b":4}] b,look');
});

test("one that was pruned is required again", async (t) => {
  const { self, next } = start(t, {
    "main.cjs": `require("./x.cjs"); module.hot.accept("./x.cjs"); console.log("ready");`,
    "x.cjs": `require("./m.mjs");`,
    "m.mjs": `import.meta.hot.prune(() => console.log("pruned")); export const a = 1;`,
  });
  await next("ready");
  self.write("x.cjs", "");
  await next("pruned");
  self.write("m.mjs", `import.meta.hot.prune(() => console.log("pruned")); export const a = 2;`);
  self.write("x.cjs", `console.log("a", require("./m.mjs").a, require("./m.mjs") === require("./m.mjs"));`);
  assert.equal(await next("a"), "2 true");
  self.write("m.mjs", `import.meta.hot.prune(() => console.log("pruned")); export const a = 3;`);
  assert.equal(await next("a"), "3 true");
  self.write("x.cjs", "");
  await next("pruned");
});

for (const [what, broken, message] of [
  ["threw", `throw new Error("at first");`, "at first"],
  ["lacked a name", `import { none } from "./dep.mjs";`, "does not provide an export named 'none'"],
  ["lacked a name of Node's", `import { none } from "node:fs";`, "does not provide an export named 'none'"],
  ["lacked a file", `import "./none.mjs";`, "Cannot find module"],
  ["did not parse", "export const = 1;", "Unexpected token"],
  ["awaited", "await 1;", "require() cannot be used on an ESM graph with top-level await"],
]) {
  test(`one that ${what} at first is required again`, async (t) => {
    const { self, next } = start(t, {
      "main.cjs": `
        let last;
        const look = () => {
          let now;
          try {
            now = JSON.stringify(require("./m.mjs"));
          } catch (error) {
            now = error.message.split("\\n")[0];
          }
          if (now !== last) console.log("now", (last = now));
        };
        setInterval(look, 20);
        module.hot.accept("./m.mjs", () => console.log("accepted"));`,
      "m.mjs": broken,
      "dep.mjs": "export const some = 1;",
    });
    assert.ok((await next("now")).includes(message));
    self.writeAtomically("m.mjs", `throw new Error("then");`);
    assert.equal(await next("now"), "then");
    self.writeAtomically("m.mjs", "export const a = 1;");
    assert.equal(await next("now"), '{"a":1}');
    self.write("m.mjs", "export const a = 2, b = 2;");
    await next("accepted");
    assert.equal(await next("now"), '{"a":2,"b":2}');
  });
}

test("one that is saved while Node reads it does not stay what it was", async (t) => {
  const { next } = start(t, {
    "main.cjs": `
      const fs = require("node:fs");
      const { readFileSync } = fs;
      let last, looks = 0;
      const save = () => {
        fs.readFileSync = readFileSync;
        fs.writeFileSync(require.resolve("./m.mjs"), "export const a = 1;");
      };
      fs.readFileSync = (...given) => {
        const text = readFileSync(...given);
        if (last && String(given[0]).endsWith("m.mjs")) save();
        return text;
      };
      const look = () => {
        let now;
        // Where Node's hooks are on the program's own thread, nobody has read it so.
        if (++looks === 10 && fs.readFileSync !== readFileSync) save();
        try {
          now = JSON.stringify(require("./m.mjs"));
        } catch (error) {
          now = error.message.split("\\n")[0];
        }
        if (now !== last) console.log("now", (last = now));
      };
      setInterval(look, 20);`,
    "m.mjs": `import { none } from "./dep.mjs";`,
    "dep.mjs": "export const some = 1;",
  });
  assert.ok((await next("now")).includes("does not provide an export named 'none'"));
  assert.equal(await next("now"), '{"a":1}');
});

test("one that was deleted meanwhile, and one that becomes CommonJS", async (t) => {
  const { self, next } = start(t, {
    "main.cjs": `require("./x.cjs"); module.hot.accept("./x.cjs"); console.log("ready");`,
    "x.cjs": `require("./m.js");`,
    "m.js": `import.meta.hot.prune(() => console.log("pruned")); export const a = 1;`,
  });
  await next("ready");
  self.write("x.cjs", "");
  await next("pruned");
  self.delete("m.js");
  self.write("x.cjs", `try { require("./m.js"); } catch ({ code }) { console.log("code", code); }`);
  assert.equal(await next("code"), "MODULE_NOT_FOUND");
  self.write("m.js", "exports.a = 2;");
  self.write("x.cjs", `console.log("a", require("./m.js").a);`);
  assert.equal(await next("a"), "2");
  self.write("m.js", "exports.a = 3;");
  assert.equal(await next("a"), "3");
});

test("a module with a query: what the program has of it, and what is imported natively later, both follow", async (t) => {
  const x = (/** @type {number} */ n) =>
    `export let n = ${n}; export const up = () => { n += 10; }; import.meta.hot.accept();`;
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `
      import * as ns from "./x.mjs?query";
      import { load } from "pkg";
      // Shown, so that there is an object of it.
      globalThis.early = ns;
      const url = new URL("./x.mjs?query", import.meta.url).href;
      globalThis.seen = async () => {
        const native = await load(url);
        ns.up();
        return [early.n, native.n, early.up === native.up].join();
      };`,
    "x.mjs": x(1),
    "node_modules/pkg/package.json": JSON.stringify({ name: "pkg", exports: "./index.mjs" }),
    "node_modules/pkg/index.mjs": "export const load = (url) => import(url);",
  });
  assert.equal(await ask("seen()"), "11,11,true");
  assert.equal((await save({ "x.mjs": x(2) })).type, "accepted");
  assert.equal(await ask("seen()"), "12,12,true");
});
