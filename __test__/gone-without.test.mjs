// What a program can do without, and has caught the lack of, is there from the next save on.

import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";
import { started, ways } from "./support/ways.mjs";

const native = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));
const count = "globalThis.evaluated = (globalThis.evaluated ?? 0) + 1;";
const requiring = `${count} let v; try { v = require("./local"); } catch (error) { v = error.code ?? error.name; }`;
const commonjs = { "c.cjs": `${requiring} module.exports = v;` };
const importing = (/** @type {string} */ specifier) => ({
  "root.mjs": `let v; try { v = (await import("${specifier}")).default; } catch (error) { v = error.code ?? error.name; }
    export const shown = () => v;`,
});
const MISSING = "ERR_MODULE_NOT_FOUND";

for (const way of ways) {
  test(`${way}: a required file comes, is edited, goes, and comes back`, async (t) => {
    const program = await started(t, way, commonjs);
    await program.shows("MODULE_NOT_FOUND");
    program.write("local.js", "module.exports = 1;");
    await program.shows(1);
    program.write("local.js", "module.exports = 2;");
    await program.shows(2);
    program.delete("local.js");
    // Under register it goes on until its importer is saved.
    program.write("c.cjs", `${commonjs["c.cjs"]} // saved`);
    await program.shows("MODULE_NOT_FOUND");
    program.write("local/index.js", "module.exports = 3;");
    await program.shows(3);
  });

  test(`${way}: a required file goes before anything is watched`, async (t) => {
    const text = `import v from "./c.cjs"; import fs from "node:fs"; export const shown = () => v;
      fs.rmSync(new URL("local.js", import.meta.url), { force: true });`;
    const program = await started(t, way, {
      ...commonjs,
      "local.js": "module.exports = 1;",
      "root.mjs": text,
    });
    // Elsewhere Node has read it, and nobody else; sync.import may be told before, when the machine is busy, and does without.
    if (way === "register") await program.says(/local\.js/);
    if (way !== "sync.import") await program.shows(1);
    program.write("c.cjs", `${commonjs["c.cjs"]} // saved`);
    await program.shows("MODULE_NOT_FOUND");
  });

  // sync.import: hot-notes, 23.
  test(`${way}: a file that is done without, and is back, is evaluated once`, {
    skip: way === "sync.import",
  }, async (t) => {
    const program = await started(t, way, {
      ...commonjs,
      "local.js": "globalThis.locals = (globalThis.locals ?? 0) + 1; module.exports = 0;",
      "root.mjs": `import v from "./c.cjs"; export const shown = () => \`${"${v}, ${evaluated} and ${locals}"}\`;`,
    });
    await program.shows("0, 1 and 1");
    program.delete("local.js");
    program.write("c.cjs", `${commonjs["c.cjs"]} // saved`);
    await program.shows("MODULE_NOT_FOUND, 2 and 1");
    program.write("local.js", "locals++; module.exports = 1;");
    await program.shows("1, 3 and 2");
    program.write("local.js", "locals++; module.exports = 2;");
    await program.shows("2, 4 and 3");
  });

  test(`${way}: a required file is broken, and mended`, async (t) => {
    const program = await started(t, way, { ...commonjs, "local.js": "module.exports = (;" });
    await program.shows("SyntaxError");
    program.write("local.js", "module.exports = 1;");
    await program.shows(1);
  });

  test(`${way}: what a required file requires comes`, async (t) => {
    const program = await started(t, way, { ...commonjs, "local.js": `module.exports = require("./deep");` });
    await program.shows("MODULE_NOT_FOUND");
    program.write("deep.js", "module.exports = 1;");
    await program.shows(1);
  });

  test(`${way}: what a function requires is required at each call, and nothing is evaluated for it`, async (t) => {
    const get = `() => { try { return require("./local"); } catch { return require("./other"); } }`;
    const program = await started(t, way, {
      "c.cjs": `${count} module.exports = ${get};`,
      "other.js": "module.exports = 1;",
      "root.mjs": `import v from "./c.cjs"; export const shown = () => v() + 10 * globalThis.evaluated;`,
    });
    await program.shows(11);
    program.write("local.js", "module.exports = 2;");
    await program.shows(12);
    program.write("c.cjs", `${count} module.exports = ${get}; // saved`);
    await program.shows(22);
  });
}

for (const way of ways) {
  test(`${way}: nobody waits for what was only looked for, or had`, async (t) => {
    const program = await started(t, way, {
      "c.cjs": `${count} require("./had.js"); require.resolve("./local.js"); delete require.cache[require.resolve("./had.js")];
        module.exports = () => globalThis.evaluated;`,
      "had.js": "",
      "local.js": "",
      "probe.mjs": "export default 1;",
      "root.mjs": `import v from "./c.cjs"; import p from "./probe.mjs"; export const shown = () => p + ":" + v();`,
    });
    await program.shows("1:1");
    program.write("local.js", "// saved");
    program.write("probe.mjs", "export default 2;");
    await program.shows("2:1");
  });
}

// Of the other ways Node itself runs the first version of an ES module, and tells nobody what that imports in vain.
test("register: an imported file comes, goes, and comes back", async (t) => {
  const program = await started(t, "register", importing("./local.mjs"));
  await program.shows(MISSING);
  program.write("local.mjs", "export default 1;");
  await program.shows(1);
  program.write("local.mjs", "export default 2;");
  await program.shows(2);
  program.delete("local.mjs");
  program.write("root.mjs", `${importing("./local.mjs")["root.mjs"]} // saved`);
  await program.shows(MISSING);
  program.write("local.mjs", "export default 3;");
  await program.shows(3);
});

test("register: an imported file is broken, and mended", async (t) => {
  const program = await started(t, "register", {
    ...importing("./local.mjs"),
    "local.mjs": "export default (;",
  });
  await program.shows("SyntaxError");
  program.write("local.mjs", "export default 1;");
  await program.shows(1);
});

test("register: what an imported file imports comes", async (t) => {
  const local = `export { default } from "./deep.mjs";`;
  const program = await started(t, "register", { ...importing("./local.mjs"), "local.mjs": local });
  await program.shows(MISSING);
  program.write("deep.mjs", "export default 1;");
  await program.shows(1);
});

test("register: an imported file throws, and is mended", async (t) => {
  const program = await started(t, "register", {
    ...importing("./local.mjs"),
    "local.mjs": "export default boom;",
  });
  await program.shows("ReferenceError");
  program.write("local.mjs", "export default 1;");
  await program.shows(1);
});

test("register: what createRequire has not found comes", async (t) => {
  const program = await started(t, "register", {
    "root.mjs": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
      ${requiring} export const shown = () => v;`,
  });
  await program.shows("MODULE_NOT_FOUND");
  program.write("local.js", "module.exports = 1;");
  await program.shows(1);
});

test("register: a save of what a broken file imports is no reason to evaluate who goes on without it", async (t) => {
  const program = await started(t, "register", {
    "root.mjs": `${count} import p from "./probe.mjs";
      for (const name of ["parses", "throws"]) try { await import("./" + name + ".mjs"); } catch {}
      let shown = p;
      import.meta.hot.accept("./probe.mjs", (it) => { shown = it.default; });
      const get = () => shown + ":" + globalThis.evaluated;
      export { get as shown };`,
    "probe.mjs": "export default 1;",
    "parses.mjs": `import "./probe.mjs"; (`,
    "throws.mjs": `import "./probe.mjs"; throw new Error("no database");`,
  });
  await program.shows("1:1");
  program.write("probe.mjs", "export default 2;");
  await program.shows("2:1");
  program.write("throws.mjs", "");
  await program.shows("2:2");
  program.write("parses.mjs", "");
  await program.shows("2:3");
});

for (const way of ways) {
  test(`${way}: what is made when it is missing, and had then, is no reason to evaluate anything`, async (t) => {
    const program = await started(t, way, {
      "c.cjs": `${count} const fs = require("node:fs"); const file = __dirname + "/made.js";
        try { require("./made"); } catch { fs.writeFileSync(file, "module.exports = 1;"); require("./made"); }
        module.exports = () => globalThis.evaluated;`,
      "probe.mjs": "export default 1;",
      "root.mjs": `import v from "./c.cjs"; import p from "./probe.mjs"; export const shown = () => p + ":" + v();`,
    });
    await program.shows("1:1");
    program.write("probe.mjs", "export default 2;");
    await program.shows("2:1");
  });
}

test("register: who waits for a file itself is not evaluated for it", async (t) => {
  const program = await started(t, "register", {
    "root.mjs": `import { waited } from "./waiting.mjs"; import p from "./probe.mjs"; import.meta.hot.accept("./probe.mjs");
      export const shown = () => p + ":" + waited + ":" + globalThis.evaluated;`,
    "waiting.mjs": `${count} import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
      export let waited = 0;
      process.send({ shown: "waiting" });
      for (const load of [() => import("./config.mjs"), () => require("./config.cjs")])
        for (;;) try { await load(); waited++; break; } catch { await new Promise((done) => setTimeout(done, 5)); }`,
    "probe.mjs": "export default 1;",
  });
  program.write("config.mjs", "");
  program.write("config.cjs", "");
  await program.shows("1:2:1");
  program.write("probe.mjs", "export default 2;");
  await program.shows("2:2:1");
});

test("register: what comes the moment it is found to be missing is had by who imports it", async (t) => {
  const program = await started(t, "register", {
    "root.mjs": `import { config } from "./waiting.mjs"; import p from "./probe.mjs"; import.meta.hot.accept("./probe.mjs");
      export const shown = () => [p, config.c, globalThis.evaluated, globalThis.configs].join(":");`,
    // It is called between our look and Node's.
    "waiting.mjs": `${count} import fs from "node:fs"; import { createRequire } from "node:module";
      const { prototype } = createRequire(import.meta.url)(${native}).Session;
      const { askedInVain } = prototype;
      prototype.askedInVain = function (...args) {
        prototype.askedInVain = askedInVain;
        fs.writeFileSync(new URL("config.mjs", import.meta.url), "globalThis.configs = (globalThis.configs ?? 0) + 1; export let c = 1;");
        return askedInVain.apply(this, args);
      };
      export const config = await import("./config.mjs");`,
    "probe.mjs": "export default 1;",
  });
  await program.shows("1:1:1:1");
  program.write("probe.mjs", "export default 2;");
  await program.shows("2:1:1:1");
  program.write("config.mjs", "configs++; export let c = 2;");
  await program.shows("2:2:2:2");
});

test("register: what goes in one update with a save of who can do without it", async (t) => {
  const requiring = (/** @type {number} */ n) =>
    `let v; try { v = require("./local"); } catch (error) { v = error.code; } module.exports = v + " ${n}";`;
  const program = await start(t, {
    "c.cjs": requiring(0),
    "local.js": "module.exports = 0;",
    "root.mjs": `import c from "./c.cjs"; export const v = c;`,
  });
  await program.shows('"0 0"');
  await saveAtOnce(program, { "local.js": null, "c.cjs": requiring(1) });
  await program.shows('"MODULE_NOT_FOUND 1"');
  program.write("local.js", "module.exports = 2;");
  await program.shows('"2 1"');
});

// What has asked before it has asked for the same.
test("register: CommonJS that is evaluated again at once has asked, too", async (t) => {
  const { save, shows } = await hotProgram(t, {
    "main.cjs": `module.hot.accept("./c.cjs", () => {}); require("./c.cjs");
      delete require.cache[require.resolve("./c.cjs")]; require("./c.cjs");`,
    "c.cjs": `globalThis.shown = 0; try { shown = require("./local.cjs").n; } catch {}`,
  });
  await save({ "local.cjs": "exports.n = 1;" });
  await shows("1", "shown");
});

test("register: an ES module that an update has left, and that is imported again at once, has asked, too", async (t) => {
  const { ask, save, shows } = await hotProgram(t, {
    "main.mjs": `import "./loader.mjs"; import { hot } from "heatsync-rs"; import.meta.hot.accept("./loader.mjs", () => {});
      globalThis.updated = new Promise((resolve) => hot.on("update", () => resolve(load())));`,
    "loader.mjs": `import "./dep.mjs"; globalThis.load = () => import("./user.mjs");`,
    // That it has been evaluated is seen a moment later, as it awaits.
    "user.mjs": `import { n } from "./dep.mjs"; let data = 0; globalThis.shown = () => [n, data];
      globalThis.asked = import("./data.mjs").then((it) => { data = it.n; }, () => {});
      import.meta.hot.accept("./data.mjs", (it) => { data = it.n; }); await 0;`,
    "dep.mjs": "export const n = 1;",
  });
  await ask("load().then(() => asked)");
  await save({ "dep.mjs": "export const n = 2;" });
  await ask("updated.then(() => asked)");
  await save({ "data.mjs": "export const n = 3;" });
  await shows("2,3", "shown()");
});
