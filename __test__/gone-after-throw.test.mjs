// Node's CommonJS loader remembers which files are there until something has been evaluated to its end (runtime/commonjs/node-stats.cjs): after
// a version that threw, what has gone since is not to be found any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const WAYS = {
  "sync.require": {
    nodeArguments: [],
    main: `const { Heatsync } = require("heatsync-rs"); const sync = new Heatsync(); sync.events.on("error", (error) => console.error(error)); const user = sync.require("./user.js");`,
  },
  register: {
    nodeArguments: ["--import", "heatsync-rs/register"],
    main: `let user = require("./user.js"); module.hot.accept("./user.js", (it) => { user = it; });`,
  },
};

for (const [name, { main, nodeArguments }] of Object.entries(WAYS)) {
  test(`${name}: what a version that threw had required, and has become another file, is found`, async (t) => {
    const self = project(t, {
      "package.json": { type: "commonjs" },
      "main.js": `${main} const late = () => { try { return require("./new").v; } catch ({ code }) { return code; } };
        process.on("message", () => console.log(user.v, late()));
        console.log("ready", user.v);`,
      "user.js": `exports.v = "old";`,
    });
    const program = self.run("main.js", { nodeArguments });
    await program.line("ready old");
    self.write("new.js", `exports.v = "script";`);
    self.write("user.js", `exports.v = require("./new").v; throw new Error("slip");`);
    await program.errorOutput(/slip/);
    self.delete("new.js");
    self.write("new.json", `{ "v": "data" }`);
    program.child.send("ask");
    assert.equal(await program.line(/^old /), "old data");
  });
}
