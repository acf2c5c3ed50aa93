// Under register a file of a cycle that sync.import holds is saved just as an update of import.meta.hot, which is about another, reads it: it is live
// with that, and sync.* has nothing left to do for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { PRELUDE } from "./support/undone.mjs";

const a = (/** @type {string} */ text, more = "") =>
  `import { b } from "./b.mjs"; export const token = {}; export const value = () => "${text}" + b(); ${more}`;
const b = (/** @type {string} */ text) =>
  `import { value } from "./a.mjs"; console.log("evaluated ${text}"); export const b = () => "${text}"; export const seen = () => value();`;

for (const [before, thrown] of Object.entries({
  "": "",
  ", after it has thrown": `throw new Error("thrown");`,
})) {
  test(`what an update reads beside what was saved is evaluated once${before}`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `${PRELUDE}
        import Heatsync from "heatsync-rs";
        import { token, value } from "./hot.mjs";
        import.meta.hot.accept("./hot.mjs");
        const { read } = Graph.prototype;
        let isRead = false;
        Graph.prototype.read = function (module, ...given) {
          if (!isRead && module.file?.endsWith("a.mjs") && fs.readFileSync("a.mjs", "utf8").includes("second")) {
            isRead = true;
            fs.writeFileSync("b.mjs", ${JSON.stringify(b("B"))});
          }
          return Reflect.apply(read, this, [module, ...given]);
        };
        const sync = new Heatsync();
        sync.events.on("error", ({ message }) => console.log("told", message));
        const root = await sync.import("./a.mjs");
        await sync.import("./marker.mjs");
        let last;
        setInterval(() => {
          const seen = "hot " + value() + ", synced " + root.value() + (token === root.token ? "" : ", two");
          if (seen !== last) console.log((last = seen));
        }, 5);`,
      "hot.mjs": `export { token, value } from "./a.mjs";`,
      "a.mjs": a("first"),
      "b.mjs": b("b"),
      "marker.mjs": "",
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("hot firstb, synced firstb");
    if (thrown) {
      self.write("a.mjs", a("throws", thrown));
      await program.line("told thrown");
    }
    self.write("a.mjs", a("second"));
    await program.line("hot secondB, synced secondB");
    // By then sync.* has been told of all that was saved before.
    self.write("marker.mjs", `console.log("marked");`);
    await program.line("marked");
    assert.equal(program.lines.filter((line) => line === "evaluated B").length, 1, program.stdout);
    assert.ok(!program.stderr.includes("old instance"), program.stderr);
  });
}

test("who is saved as what it imports goes live is evaluated alone, and nobody is said to keep an old instance of that", async (t) => {
  const root = `import { text } from "./dep.cjs"; export const value = "imports " + text;`;
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `${PRELUDE}
      import Heatsync from "heatsync-rs";
      import { hot } from "./hot.cjs";
      import.meta.hot.accept("./hot.cjs");
      const { read } = Graph.prototype;
      Graph.prototype.read = function (module, ...given) {
        if (module.file?.endsWith("dep.cjs")) fs.writeFileSync("root.mjs", ${JSON.stringify(root)});
        return Reflect.apply(read, this, [module, ...given]);
      };
      const root = await new Heatsync().import("./root.mjs");
      let last;
      setInterval(() => {
        const seen = "hot " + hot + ", synced " + root.value;
        if (seen !== last) console.log((last = seen));
      }, 5);`,
    "hot.cjs": `exports.hot = require("./dep.cjs").text;`,
    "dep.cjs": `exports.text = "first";`,
    "root.mjs": `export const value = "nothing";`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("hot first, synced nothing");
  self.write("dep.cjs", `exports.text = "second";`);
  await program.line("hot second, synced imports second");
  assert.ok(!program.stderr.includes("old instance"), program.stderr);
});
