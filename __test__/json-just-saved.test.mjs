// JSON that comes with an update, and is saved and undone while that reads it or evaluates what requires it: what is read counts as loaded, and
// whoever imports and whoever requires it have the same.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const GRAPH = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../runtime/esm/graph/graph.cjs");
const json = (/** @type {string} */ text) => JSON.stringify({ text });

/** Saves `late.json` before a step of the update that brings it, and undoes that afterwards. @param {"read" | "prepare"} method */
const between = (method) => `
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const fs = require("node:fs");
  const { Graph } = require(${JSON.stringify(GRAPH)});
  const [late, importer] = ["late.json", "all.mjs"].map((name) => require("node:path").join(import.meta.dirname, name));
  const method = Graph.prototype[${JSON.stringify(method)}];
  const isOurs = (graph) => graph.modules.ofFile(late).length === 0 && fs.readFileSync(importer, "utf8").includes("late");
  let isDone = false;
  Graph.prototype[${JSON.stringify(method)}] = function (...given) {
    if (isDone || !isOurs(this)) return Reflect.apply(method, this, given);
    isDone = true;
    fs.writeFileSync(late, ${JSON.stringify(json("between"))});
    const result = Reflect.apply(method, this, given);
    fs.writeFileSync(late, ${JSON.stringify(json("planned"))});
    console.log("undone");
    return result;
  };`;

const WAYS = {
  "an update that is accepted": {
    nodeArguments: ["--import", "heatsync-rs/register"],
    main: `${between("read")}
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      setInterval(() => console.log("sees", all), 10);`,
  },
  "what is below a boundary": {
    nodeArguments: [],
    main: `${between("prepare")}
      import { hot } from "heatsync-rs";
      await hot.init(import.meta.url, { boundaries: ["./all.mjs"] });
      setInterval(async () => console.log("sees", (await import("./all.mjs")).all), 10);`,
  },
};

for (const [name, { nodeArguments, main }] of Object.entries(WAYS)) {
  test(`JSON that comes with ${name} is not what was planned`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": main,
      "all.mjs": "export const all = 'before';",
      "late.json": json("planned"),
    });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("sees before");
    self.write(
      "all.mjs",
      `import late from "./late.json" with { type: "json" }; export const all = late.text;`,
    );
    await program.line("undone");
    await program.line("sees planned");
    assert.ok(!program.stderr.includes("not updated"), program.stderr);
  });
}

test("what requires it in that update has what is imported", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      setInterval(() => console.log("sees", all), 10);`,
    "all.mjs": "export const all = 'before';",
    "late.json": json("first"),
    "required.cjs": `const fs = require("node:fs");
      fs.writeFileSync(require.resolve("./late.json"), ${JSON.stringify(json("between"))});
      exports.late = require("./late.json");
      fs.writeFileSync(require.resolve("./late.json"), ${JSON.stringify(json("first"))});`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees before");
  self.write(
    "all.mjs",
    `import late from "./late.json" with { type: "json" }; import { late as required } from "./required.cjs";
    export const all = late.text + " " + required.text;`,
  );
  await program.line("sees first first");
});
