// What a function of CommonJS TypeScript asks for by a path that has led elsewhere before: a folder that has become a file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const boundary = `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
  const late = async () => (await import("./root.mjs")).late();`;
/** @type {Record<string, { nodeArguments: string[], late: string }>} */
const WAYS = {
  accept: {
    nodeArguments: REGISTER,
    late: `import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const late = () => root.late();`,
  },
  "hot.init": { nodeArguments: [], late: boundary },
  "hot.init, under register": { nodeArguments: REGISTER, late: boundary },
  "sync.import": {
    nodeArguments: [],
    late: `import { Heatsync } from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", console.error);
      const root = await sync.import("./root.mjs"); const late = () => root.late();`,
  },
};

const root = (/** @type {string} */ folder) =>
  `import user from "./${folder}/user.cts"; export const late = () => "${folder} " + user.late();`;

for (const [name, { nodeArguments, late }] of Object.entries(WAYS)) {
  test(`${name}: a folder that a path meant becomes a file, and its importer moves`, async (t) => {
    const user = `exports.late = (): string => require("../m").v;`;
    const self = project(t, {
      "package.json": { type: "commonjs" },
      "main.mjs": `${late}
        process.on("message", async () => { try { console.log("has", await late()); } catch ({ message }) { console.log("has", message); } });
        console.log("ready", await late());`,
      "root.mjs": root("a"),
      "a/user.cts": user,
      "m/index.js": `exports.v = "folder";`,
    });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("ready a folder");
    const ask = () => {
      program.child.send("ask");
      return program.line(/^has/);
    };
    self.delete("m");
    self.write("m.js", `exports.v = "file";`);
    self.rename("a/user.cts", "b/user.cts");
    self.write("root.mjs", root("b"));
    // Where the machine holds up who reads the events, root.mjs is live a few milliseconds before it is known that the folder
    // has gone. That is not so for good.
    const patience = performance.now() + 10_000;
    let answer = await ask();
    while (answer !== "has b file" && performance.now() < patience) answer = await ask();
    assert.equal(answer, "has b file");
  });
}
