// Under register an update of import.meta.hot brings a file for what sync.import holds, too, as it was saved for a moment: what sync.import has of it
// is that text, though its own session of the engine has never seen it.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { PRELUDE } from "./support/undone.mjs";

for (const [what, name, content, imports] of [
  [
    "JSON",
    "late.json",
    (/** @type {string} */ text) => JSON.stringify({ text }),
    `import { default as late } from "./late.json" with { type: "json" }; const { text } = late;`,
  ],
  [
    "an ES module",
    "late.mjs",
    (/** @type {string} */ text) => `export const text = "${text}";`,
    `import { text } from "./late.mjs";`,
  ],
]) {
  test(`${what} that came with what is hot, and was undone, is live as it is by sync.import`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `${PRELUDE}
        import Heatsync from "heatsync-rs";
        const { read } = Graph.prototype;
        let isRead = false;
        Graph.prototype.read = function (module, ...given) {
          if (!module.file?.endsWith("root.mjs") || isRead) return Reflect.apply(read, this, [module, ...given]);
          isRead = true;
          fs.writeFileSync(${JSON.stringify(name)}, ${JSON.stringify(content("between"))});
          try {
            return Reflect.apply(read, this, [module, ...given]);
          } finally {
            fs.writeFileSync(${JSON.stringify(name)}, ${JSON.stringify(content("planned"))});
          }
        };
        import { hot } from "./hot.mjs";
        import.meta.hot.accept("./hot.mjs");
        const root = await new Heatsync().import("./root.mjs");
        setInterval(() => console.log("sees", hot, root.value), 10);`,
      "hot.mjs": `import { c } from "./c.mjs"; export const hot = "hot" + c;`,
      "root.mjs": `import { c } from "./c.mjs"; export const value = "root" + c;`,
      "c.mjs": "export const c = 1;",
      [name]: content("planned"),
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("sees hot1 root1");
    self.write("c.mjs", "export const c = 2;");
    self.write("root.mjs", `import { c } from "./c.mjs"; ${imports} export const value = text + c;`);
    await program.line("sees hot2 planned2");
  });
}

test("what an update brings that nothing of sync.* has ever led to", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      import { hot } from "./hot.mjs";
      import.meta.hot.accept("./hot.mjs");
      const root = await new Heatsync().import("./root.mjs");
      setInterval(() => console.log("sees", hot, root.value), 10);`,
    "hot.mjs": "export const hot = 1;",
    "root.mjs": "export const value = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees 1 1");
  self.write("brought.mjs", "export const brought = 2;");
  self.write("hot.mjs", `export { brought as hot } from "./brought.mjs";`);
  await program.line("sees 2 1");
  // It goes on, and what was brought is followed by whoever has it.
  self.write("brought.mjs", "export const brought = 3;");
  await program.line("sees 3 1");
  self.write("root.mjs", `export { brought as value } from "./brought.mjs";`);
  await program.line("sees 3 3");
  self.write("brought.mjs", "export const brought = 4;");
  await program.line("sees 4 4");
});
