// CommonJS that requires what changed is linked by the names that its file has, and evaluated from what that holds then, which may be a save
// that nobody has been told of yet: with other names. So is what waits below a boundary for the next import().

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  test(`names saved while an update evaluates them are those of the namespace: ${how}`, async (t) => {
    const user = (/** @type {string} */ name) => `require("./m.mjs"); exports.${name} = 1;`;
    const self = project(t, {
      "main.mjs": entry,
      "root.mjs": `import "./m.mjs"; import * as user from "./user.cjs";
        export const value = () => Object.keys(user).filter((name) => /^(old|new)$/.test(name)).join();`,
      "user.cjs": user("old"),
      "m.mjs": `export const v = 1;`,
    });
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? REGISTER : [],
    });
    await program.line("value old");
    self.write(
      "m.mjs",
      `import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(self.path("user.cjs"))}, ${JSON.stringify(user("new"))});`,
    );
    await program.line("value new");
  });
}

for (const [how, load] of [
  ["import()", `const user = () => import("./user.cjs");`],
  ["import * as", `import * as all from "./user.cjs"; const user = () => all;`],
]) {
  for (const nodeArguments of [[], REGISTER]) {
    test(`names saved before an import() evaluates them are those of the namespace: ${how} ${nodeArguments}`, async (t) => {
      const self = project(t, {
        "main.mjs": `
          import fs from "node:fs";
          import { hot } from "heatsync-rs";
          await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
          const user = new URL("./user.cjs", import.meta.url);
          let root;
          const look = async () => console.log("value", await (root = await import("./root.mjs")).value());
          await look();
          setInterval(() => {}, 1000);
          const isLinked = () => fs.readFileSync(user, "utf8").includes("linked");
          const save = async () => {
            fs.writeFileSync(user, "exports.new = 1;");
            await root.value(); // before any event is read
            await look();
            setInterval(look, 10);
          };
          hot.on("update", () => isLinked() && setImmediate(save));`,
        "root.mjs": `${load} export const value = async () => Object.keys(await user()).filter((name) => /^(old|new)$/.test(name)).join();`,
        "user.cjs": "exports.old = 1;",
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value old");
      self.write("user.cjs", "exports.linked = 1;");
      await program.line("value new");
    });
  }
}
