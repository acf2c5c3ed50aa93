// A file that comes with an update is read as it is then. Saved just before, and undone just after, it holds again what the engine has planned
// with: that is a change all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { belowBoundary, PRELUDE, waysUndone } from "./support/undone.mjs";

for (const [name, { nodeArguments, main }] of Object.entries(
  waysUndone("late.mjs", (text) => `export const late = '${text}';`),
)) {
  test(`what comes with ${name} is not what was planned`, async (t) => {
    const self = project(t, {
      "main.mjs": main,
      "all.mjs": "export const all = 'before';",
      "late.mjs": "export const late = 'planned';",
    });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("sees before");
    self.write("all.mjs", "export { late as all } from './late.mjs';");
    await program.line("undone");
    await program.line("sees planned");
    assert.ok(!program.stderr.includes("not updated"), program.stderr);
  });
}

test("CommonJS that is evaluated because of what it requires is what was told of it, should it be saved just then", async (t) => {
  const self = project(t, {
    "main.cjs": `
      const fs = require("node:fs");
      const Module = require("node:module");
      const load = Module._extensions[".js"];
      const importer = require.resolve("./importer.cjs");
      const text = fs.readFileSync(importer, "utf8");
      let isArmed = false;
      Module._extensions[".js"] = (module, file) => {
        const isIt = isArmed && file === importer;
        if (isIt) fs.writeFileSync(importer, "");
        load(module, file);
        if (isIt) fs.writeFileSync(importer, text);
      };
      let all = require("./importer.cjs");
      isArmed = true;
      module.hot.accept("./importer.cjs", (it) => { all = it; });
      setInterval(() => console.log("sees", all.value), 10);`,
    "importer.cjs": `exports.value = require("./required.cjs").value;`,
    "required.cjs": "exports.value = 1;",
  });
  const program = self.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees 1");
  self.write("required.cjs", "exports.value = 2;");
  await program.line("sees 2");
});

/** Mends `late.mjs` before an update that was planned with its broken text reads it. */
const mending = `${PRELUDE}
  const late = require("node:path").join(import.meta.dirname, "late.mjs");
  const { prepare } = Graph.prototype;
  Graph.prototype.prepare = function (...given) {
    if (this.loader.plannedText(late)?.includes("broken") && fs.readFileSync(late, "utf8").includes("broken")) {
      fs.writeFileSync(late, "export const late = 'mended';");
      console.log("mended");
    }
    return Reflect.apply(prepare, this, given);
  };`;

test("what was mended since an update was planned is not Node's for good", async (t) => {
  const own = project(t, {
    "main.mjs": belowBoundary(mending),
    "all.mjs": `import { late } from "./late.mjs"; export const all = late;`,
    "late.mjs": "export const late = 'first';",
  });
  const program = own.run("main.mjs");
  await program.line("sees first");
  own.write("late.mjs", "export const broken = ;");
  await program.line("mended");
  await program.line("sees mended");
  own.write("late.mjs", "export const late = 'later';");
  await program.line("sees later");
});

/** `between` is gone while an update of `leaf.mjs` reads it, and back as it was before anybody has looked. */
const moving = (/** @type {string} */ between) => `${PRELUDE}
  const file = (name) => require("node:path").join(import.meta.dirname, name);
  const { prepare } = Graph.prototype;
  let isDone = false;
  Graph.prototype.prepare = function (...given) {
    if (!isDone && this.loader.plannedText(file("leaf.mjs"))?.includes("second")) {
      isDone = true;
      fs.renameSync(file("${between}"), file("away"));
      queueMicrotask(() => fs.renameSync(file("away"), file("${between}")));
      console.log("moved");
    }
    return Reflect.apply(prepare, this, given);
  };`;

for (const between of ["between.mjs", "between.mts"]) {
  test(`what failed below a boundary since ${between} was gone for a moment is tried again`, async (t) => {
    const own = project(t, {
      "main.mjs": belowBoundary(moving(between)),
      "all.mjs": `export { leaf as all } from "./${between}";`,
      [between]: `export * from "./leaf.mjs";`,
      "leaf.mjs": `import "./${between}"; export const leaf = "first";`,
    });
    const program = own.run("main.mjs");
    await program.line("sees first");
    own.write("leaf.mjs", `import "./${between}"; export const leaf = "second";`);
    await program.line("moved");
    await program.line("sees second");
  });
}

// `c` takes what imports `f`, and is evaluated with the `f` that there was; what imports `f` beside it is sync's, and so is `f`.
test("what sync.* evaluates is evaluated with what import.meta.hot took as a file was back that it imports", async (t) => {
  const self = project(t, {
    "main.mjs": `${PRELUDE}
      import Heatsync from "heatsync-rs";
      const [e, f] = ["e.mjs", "f.mjs"].map((name) => require("node:path").join(import.meta.dirname, name));
      const { link } = Graph.prototype;
      Graph.prototype.link = function (modules, ...given) {
        const isIt = modules.some(({ file }) => file === e) && fs.readFileSync(e, "utf8").includes("e2");
        if (isIt && !fs.existsSync(f)) fs.writeFileSync(f, "export const f = 2;");
        return Reflect.apply(link, this, [modules, ...given]);
      };
      const sync = new Heatsync();
      sync.events.on("error", () => console.log("failed"));
      const all = await sync.import("./all.mjs");
      let last;
      setInterval(() => { const seen = all.seen(); if (seen !== last) console.log("sees", (last = seen)); }, 5);`,
    "all.mjs": `import { e } from "./c.mjs"; import { f } from "./f.mjs"; export const seen = () => [e(), f].join();`,
    "c.mjs": `export { e } from "./e.mjs"; import.meta.hot.accept();`,
    "e.mjs": `import { f } from "./f.mjs"; export const e = () => "e1 " + f;`,
    "f.mjs": "export const f = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees e1 1,1");
  self.delete("f.mjs");
  await program.line("failed");
  self.write("e.mjs", `import { f } from "./f.mjs"; export const e = () => "e2 " + f;`);
  await program.line("sees e2 2,2");
});

/** Saves `ring.mjs`, of which nothing is new, while an update of `leaf.mjs` reads it again, and undoes that afterwards. */
const amid = (/** @type {string} */ method, /** @type {string} */ isReading) => `${PRELUDE}
  const file = (name) => require("node:path").join(import.meta.dirname, name);
  const method = Graph.prototype[${JSON.stringify(method)}];
  let isDone = false;
  Graph.prototype[${JSON.stringify(method)}] = function (...given) {
    const isNow = !isDone && fs.readFileSync(file("leaf.mjs"), "utf8").includes("second") && ${isReading};
    if (!isNow) return Reflect.apply(method, this, given);
    isDone = true;
    const text = fs.readFileSync(file("ring.mjs"), "utf8");
    fs.writeFileSync(file("ring.mjs"), text.replace('"ring ', '"between '));
    try { return Reflect.apply(method, this, given); } finally { fs.writeFileSync(file("ring.mjs"), text); }
  };`;

const OF_CYCLES = {
  "what is accepted": {
    nodeArguments: ["--import", "heatsync-rs/register"],
    main: `${amid("link", `given[0].some((module) => module.file === file("ring.mjs"))`)}
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      setInterval(() => console.log("sees", all()), 10);`,
  },
  "what is below a boundary": {
    nodeArguments: [],
    main: belowBoundary(amid("prepare", "this.superseding !== null")).replace(".all)", ".all())"),
  },
  "what sync.import gave": {
    nodeArguments: [],
    main: `${amid("renew", "true")}
      import Heatsync from "heatsync-rs";
      const all = await new Heatsync().import("./all.mjs");
      setInterval(() => console.log("sees", all.all()), 10);`,
  },
};

for (const [name, { nodeArguments, main }] of Object.entries(OF_CYCLES)) {
  test(`what is read again because it is in a cycle, and undone then, is what its file holds: ${name}`, async (t) => {
    const leaf = (/** @type {string} */ text) =>
      `import { ring } from "./ring.mjs"; export const own = () => ring; export const leaf = () => "${text}";`;
    const own = project(t, {
      "main.mjs": main,
      "all.mjs": `export { ring as all } from "./ring.mjs";`,
      "ring.mjs": `import { leaf } from "./leaf.mjs"; export const ring = () => "ring " + leaf();`,
      "leaf.mjs": leaf("first"),
    });
    const program = own.run("main.mjs", { nodeArguments });
    await program.line("sees ring first");
    // By sync.* Node runs the first version, which is not read again.
    own.write("leaf.mjs", leaf("ours"));
    await program.line("sees ring ours");
    own.write("leaf.mjs", leaf("second"));
    await program.line("sees ring second");
  });
}
