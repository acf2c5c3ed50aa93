// A package imports a file of the project, and is linked for a module that does not link after all: the file's module was linked with what
// was withdrawn then. Node keeps the package, and evaluates that file once the edit is mended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const files = {
  "package.json": { type: "module" },
  "node_modules/pkg/package.json": { name: "pkg", type: "module", exports: "./index.js" },
  "node_modules/pkg/index.js": `export { x, me } from "../../x.mjs";`,
  "x.mjs": `import { r, me } from "./r.mjs"; export const x = "x" + r; export { me };`,
  "r.mjs": `export const r = 1; export const me = {};`,
  "other.mjs": "export const other = 1;",
};
const ROOT = `import { r, me } from "./r.mjs"; import { x, me as mine } from "pkg"; import { another } from "./other.mjs";
  export const all = [r, x, another, me === mine].join();`;
const register = { nodeArguments: ["--import", "heatsync-rs/register"] };

test("an update that does not link, and is mended", async (t) => {
  const self = project(t, {
    ...files,
    "root.mjs": `export const all = "nothing";`,
    "main.mjs": `import { all } from "./root.mjs";
      const tell = () => console.log("all", all);
      import.meta.hot.accept("./root.mjs", tell);
      tell();
      setInterval(() => {}, 1000);`,
  });
  const program = self.run("main.mjs", register);
  await program.line("all nothing");
  self.write("root.mjs", ROOT);
  await program.errorOutput("does not provide an export named 'another'");
  self.write("other.mjs", "export const another = 2;");
  await program.line("all 1,x1,2,true");
});

test("an import() that is rejected, and called again", async (t) => {
  const self = project(t, {
    ...files,
    "root.mjs": ROOT,
    "main.mjs": `const tell = () => import("./root.mjs").then(({ all }) => console.log("all", all), (error) => console.log("all", error.message));
      process.on("message", tell);
      tell();`,
  });
  const program = self.run("main.mjs", register);
  assert.match(await program.line(/^all/), /does not provide an export named 'another'/);
  self.write("other.mjs", "export const another = 2;");
  await program.answers("all 1,x1,2,true");
});

/** It accepts the root, and saves in one turn what it is sent, so that all is one update. */
const SAVING = `import { all } from "./root.mjs";
  const tell = () => console.log("all", all);
  import.meta.hot.accept("./root.mjs", tell);
  tell();
  process.on("message", (files) => {
    for (const file of files) process.getBuiltinModule("node:fs").writeFileSync(...file);
  });`;

for (const [name, before] of Object.entries({
  "what both import is new": `export const all = "nothing";`,
  "what both import was there before": `import { r } from "./r.mjs"; export const all = "nothing";`,
})) {
  test(`an update that throws before the package was evaluated, and is mended: ${name}`, async (t) => {
    const self = project(t, {
      ...files,
      "root.mjs": before,
      "main.mjs": SAVING,
      "other.mjs": `throw new Error("no"); export const another = 1;`,
    });
    const program = self.run("main.mjs", register);
    await program.line("all nothing");
    program.child.send([
      ["r.mjs", "export const r = 5; export const me = {};"],
      ["root.mjs", `import "./other.mjs"; ${ROOT}`],
    ]);
    await program.errorOutput("not updated, it threw: Error: no");
    self.write("other.mjs", "export const another = 2;");
    await program.line("all 5,x5,2,true");
  });
}

test("an update that throws before the package was evaluated, and is mended as what that leads to is saved", async (t) => {
  const self = project(t, {
    ...files,
    "root.mjs": `import { r } from "./r.mjs"; export const all = "nothing";`,
    "main.mjs": SAVING,
    "other.mjs": `throw new Error("no"); export const another = 1;`,
  });
  const program = self.run("main.mjs", register);
  await program.line("all nothing");
  self.write("root.mjs", `import "./other.mjs"; ${ROOT}`);
  await program.errorOutput("not updated, it threw: Error: no");
  program.child.send([
    ["r.mjs", "export const r = 5; export const me = {};"],
    ["other.mjs", "export const another = 2;"],
  ]);
  await program.line("all 5,x5,2,true");
});

for (const nodeArguments of [register.nodeArguments, []]) {
  for (const boundaries of [
    ["a", "b"],
    ["b", "a"],
  ]) {
    const how = nodeArguments.length > 0 ? ", under register" : "";
    test(`a boundary that is linked before another one fails: ${boundaries}${how}`, async (t) => {
      const self = project(t, {
        ...files,
        "a.mjs": `export const a = "nothing";`,
        "b.mjs": `export const b = "nothing";`,
        "main.mjs": `import { hot } from "heatsync-rs";
          await hot.init(import.meta.url, { boundaries: ["./a.mjs", "./b.mjs"] });
          ${boundaries.map((name) => `await import("./${name}.mjs");`).join(" ")}
          setInterval(async () => console.log("all", (await import("./a.mjs")).a, (await import("./b.mjs")).b), 10);`,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("all nothing nothing");
      self.write("b.mjs", `import { another } from "./other.mjs"; export const b = another;`);
      self.write(
        "a.mjs",
        `import { x, me as mine } from "pkg"; import { r, me } from "./r.mjs"; export const a = [r, x, me === mine].join();`,
      );
      await program.line("all 1,x1,true nothing");
      self.write("other.mjs", "export const another = 2;");
      await program.line("all 1,x1,true 2");
    });
  }
}
