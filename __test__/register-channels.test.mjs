// Who listens to Node's diagnostics channels (APM agents do) hears of what the program imports and requires, and of nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const files = {
  "nothing.mjs": "",
  "nothing.cjs": "",
  "listen.cjs": `
    const { channel } = require("node:diagnostics_channel");
    const { writeSync } = require("node:fs");
    for (const kind of ["import", "require"]) for (const event of ["start", "end", "asyncStart", "asyncEnd", "error"])
      channel(\`tracing:module.\${kind}:\${event}\`).subscribe((message) => {
        const { id, url, parentFilename, parentURL, error } = message;
        writeSync(1, [kind, event, id ?? url, parentFilename ?? parentURL, Object.keys(message), error?.code].join(" ") + "\\n");
      });`,
  "main.mjs": `
    import { createRequire } from "node:module";
    import "./b.cjs";
    import pack from "pack";
    import "./x.mjs";
    import "awaits";
    const require = createRequire(import.meta.url);
    require("./c.cjs"); require("node:fs");
    const { x } = await import("./x.mjs");
    await import("pack"); await import("node:path"); await import("./d.cjs");
    await import("./none.mjs").catch(() => {}); await import("./throws.mjs").catch(() => {});
    await import("./throws.cjs").catch(({ stack }) => stack);
    try { require("./none.cjs"); } catch {}
    try { await import(Symbol()); } catch {}
    await import("./x.mjs"); await import("./x.mjs?again");
    import("./x.mjs").then(() => console.log("end"));`,
  "main.cjs": `
    require("./b.cjs"); require("pack"); require("./x.mjs");
    // What ends first is a matter of microtasks.
    setImmediate(() => import("./x.mjs").then(() => import("./d.cjs")).then(() => console.log("end")));`,
  "x.mjs": "export const x = 1;",
  "throws.mjs": "throw Object.assign(new Error('no'), { code: 'NO' });",
  "throws.cjs": "throw Object.assign(new Error('no'), { code: 'NO' });",
  "node_modules/awaits/package.json": { name: "awaits", exports: "./index.mjs" },
  "node_modules/awaits/index.mjs": `await import("node:url");`,
  "b.cjs": `require("./c.cjs");`,
  "c.cjs": "exports.c = 1;",
  "d.cjs": "exports.d = 1;",
  "node_modules/pack/index.js": `module.exports = require("node:os").EOL;`,
};

for (const entry of ["main.mjs", "main.cjs"]) {
  for (const way of ["--import", "--require"]) {
    test(`${way}: ${entry}`, async (t) => {
      const self = project(t, files);
      const heard = async (/** @type {string} */ first) => {
        const program = self.run(entry, {
          nodeArguments: ["--no-warnings", way, first, way, "./listen.cjs"],
        });
        const { code } = await program.exit;
        assert.equal(code, 0, program.stderr);
        return program.lines;
      };
      const plain = await heard(way === "--import" ? "./nothing.mjs" : "./nothing.cjs");
      assert.equal(plain.at(-1), "end");
      assert.deepEqual(await heard("heatsync-rs/register"), plain);
    });
  }
}
