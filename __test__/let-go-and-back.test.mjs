// What nobody imports any more, and has gone, may come back as it was: of what it imports, and of what imports it, there is to be one
// instance then, as in a fresh process.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

/** `goes`, and `user` requires `base`. @type {Record<string, { goes: string, user: string, base: string, text: string }>} */
const CASES = {
  // It was left as it was, with another instance of what it requires than whoever imported that next.
  "what CommonJS requires goes, and the CommonJS stays": {
    goes: "base.cjs",
    user: "user.cjs",
    base: "base.cjs",
    text: "exports.it = {};",
  },
  // Node went on giving what it had been given of the ES module.
  "CommonJS goes, and an ES module that it requires stays": {
    goes: "user.cjs",
    user: "user.cjs",
    base: "base.mjs",
    text: "export const it = {};",
  },
};

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  if (how === "import.meta.hot") continue;
  for (const [name, { goes, user, base, text }] of Object.entries(CASES)) {
    test(`${how}: ${name}`, async (t) => {
      // By its name: nobody asks for a namespace, by which Node would know it.
      const root = (
        /** @type {number} */ n,
      ) => `import * as user from "./${user}"; import { it } from "./${base}";
        export const value = () => (user.it === it ? "one ${n}" : "two ${n}");`;
      const files = { [base]: text, [user]: `exports.it = require("./${base}").it;` };
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": entry,
        "root.mjs": `export const value = () => "nothing";`,
        ...files,
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("value nothing");
      for (const n of [1, 2]) {
        self.write("root.mjs", root(n));
        await program.line(`value one ${n}`);
        self.write("root.mjs", `export const value = () => "without ${n}";`);
        await program.line(`value without ${n}`);
        self.delete(goes);
        const said = () => program.stderr.split(`${goes}: loaded anew by the next import()`).length > n;
        if (isRegistered) await program.waitFor(said, "word of what has gone");
        self.write(goes, files[goes]);
      }
    });
  }
}
