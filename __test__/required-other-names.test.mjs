// An ES module that was gone, is back with other names, and then has those that it had first: who requires it has the one that whoever
// imports it has, and not what Node's `require()` gave of it in between.

import { test } from "node:test";
import { atOnce } from "./support/observed.mjs";
import { project } from "./support/project.mjs";
import { synced, waysOfOneInstance } from "./support/seen.mjs";

const named = (/** @type {number} */ n, value = n) =>
  `export const held = ${value}; export const name${n} = ${value};`;
/** @param {number} n @param {string} text */
const backOf = (n, text) => `${text} export const it = { n: ${n} };`;
const USER = `exports.it = require("./back.mjs").it;`;
const ROOT = `import * as names from "./names.mjs"; import * as back from "./back.mjs"; import user from "./user.cjs";
  export const value = () => {
    const shown = Object.keys(back) + " beside " + Object.keys(names);
    return shown + (back.it === user.it ? ": both have " + back.it.n : ": imported " + back.it.n + ", required " + user.it.n);
  };`;
const WITHOUT = `import * as names from "./names.mjs"; export const value = () => "gone, " + Object.keys(names);`;

for (const [how, entry, isRegistered] of [
  ...waysOfOneInstance(""),
  /** @type {const} */ (["sync.require", synced("require", ""), false]),
]) {
  for (const more of ["", " export default 1;"]) {
    test(`who requires what has its first names again, and who imports it, have one${more && ", also with a default"}: ${how}`, async (t) => {
      const first = backOf(1, `export { held } from "./names.mjs"; export const first = 1;${more}`);
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": entry,
        "root.mjs": ROOT,
        "user.cjs": USER,
        "back.mjs": first,
        "names.mjs": named(1),
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      const byDefault = more && "default,";
      await program.line(`value ${byDefault}first,held,it beside held,name1: both have 1`);
      // One update: root.mjs as it was can't be evaluated without them.
      await atOnce(program, () => {
        for (const name of ["back.mjs", "user.cjs"]) self.delete(name);
        self.write("names.mjs", named(2));
        self.write("root.mjs", WITHOUT);
      });
      await program.line("value gone, held,name2");
      self.write("back.mjs", backOf(2, `export * from "./names.mjs"; export const second = 1;${more}`));
      // What it passes on a name of is evaluated anew with it.
      self.write("names.mjs", named(2, 3));
      self.write("user.cjs", USER);
      self.write("root.mjs", ROOT);
      await program.line(`value ${byDefault}held,it,name2,second beside held,name2: both have 2`);
      self.write("names.mjs", named(1));
      self.write("back.mjs", first);
      await program.line(`value ${byDefault}first,held,it beside held,name1: both have 1`);
    });
  }
}
