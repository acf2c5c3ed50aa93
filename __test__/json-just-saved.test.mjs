// JSON that comes with an update, and is saved and undone while that reads it or evaluates what requires it: what is read counts as loaded, and
// whoever imports and whoever requires it have the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysUndone } from "./support/undone.mjs";

const json = (/** @type {string} */ text) => JSON.stringify({ text });

for (const [name, { nodeArguments, main }] of Object.entries(waysUndone("late.json", json))) {
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

for (const [how, other] of Object.entries({
  "does not link": "export const another = 1;",
  throws: `throw new Error("no"); export const other = 1;`,
})) {
  test(`JSON that comes with an update of sync.* which ${how} is not what was planned`, async (t) => {
    const { main } = waysUndone("late.json", json)["an update of sync.*"];
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": main.replace(
        "const root = await new Heatsync()",
        `const sync = new Heatsync();
      sync.events.on("error", (error) => console.log("failed", String(error)));
      const root = await sync`,
      ),
      "all.mjs": "export const all = 'before';",
      "late.json": json("planned"),
      "other.mjs": other,
    });
    const program = self.run("main.mjs");
    await program.line("sees before");
    self.write(
      "all.mjs",
      `import late from "./late.json" with { type: "json" }; import { other } from "./other.mjs"; export const all = late.text + other;`,
    );
    await program.line("undone");
    await program.line(/^failed/);
    self.write("other.mjs", "export const other = 2;");
    await program.line("sees planned2");
  });
}

for (const [how, other] of Object.entries({
  "does not link": "export const another = 1;",
  throws: `throw new Error("no"); export const other = 1;`,
})) {
  test(`JSON that comes with an update of sync.* which ${how} is what its file holds to who requires it next`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `import { createRequire } from "node:module";
        import Heatsync from "heatsync-rs";
        const require = createRequire(import.meta.url);
        const sync = new Heatsync();
        sync.events.on("error", (error) => console.log("failed", String(error)));
        await sync.import("./all.mjs");
        process.on("message", () => console.log("requires", require("./late.json").text));
        console.log("up");`,
      "all.mjs": "export const all = 'before';",
      "late.json": json("first"),
      "other.mjs": other,
    });
    const program = self.run("main.mjs");
    await program.line("up");
    self.write(
      "all.mjs",
      `import late from "./late.json" with { type: "json" }; import { other } from "./other.mjs"; export const all = late.text + other;`,
    );
    await program.line(/^failed/);
    self.write("late.json", json("second"));
    await program.line(/^failed/);
    program.child.send("?");
    await program.line("requires second");
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

for (const nodeArguments of [[], ["--import", "heatsync-rs/register"]]) {
  const how = nodeArguments.length > 0 ? ", registered" : "";
  for (const [what, before] of [
    ["comes with", "export const all = 'before';"],
    ["changes with", `import late from "./late.json" with { type: "json" }; export const all = late.text;`],
  ]) {
    test(`what is saved as it is required in the update of sync.* that it ${what} is live${how}`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": `import Heatsync from "heatsync-rs";
          const root = await new Heatsync().import("./all.mjs");
          setInterval(() => console.log("sees", root.all), 10);`,
        "all.mjs": before,
        "late.json": json("before"),
        "required.cjs": `const fs = require("node:fs");
          if (fs.readFileSync(require.resolve("./late.json"), "utf8").includes("first"))
            fs.writeFileSync(require.resolve("./late.json"), ${JSON.stringify(json("saved"))});
          exports.late = require("./late.json");`,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("sees before");
      self.write("late.json", json("first"));
      self.write(
        "all.mjs",
        `import { late as required } from "./required.cjs"; import late from "./late.json" with { type: "json" };
        export const all = late.text + " " + required.text;`,
      );
      await program.line("sees saved saved");
    });
  }
}
