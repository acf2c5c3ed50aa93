// A file that is no UTF-8 (an editor or a shell has saved UTF-16) has no lines to be shown: it is named, and said what it is.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

for (const [way, main, nodeArguments] of /** @type {[string, string, string[]][]} */ ([
  [
    "sync.import",
    `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); const x = await sync.import("./x.mjs"); globalThis.value = () => x.v;
      sync.events.on("error", ({ message }) => console.log("told " + JSON.stringify(message)));`,
    [],
  ],
  [
    "import.meta.hot",
    `import { hot } from "heatsync-rs"; import { v } from "./x.mjs"; globalThis.value = () => v; import.meta.hot.accept("./x.mjs");
      hot.on("error", ({ message }) => console.log("told " + JSON.stringify(message)));`,
    ["--import", "heatsync-rs/register"],
  ],
])) {
  test(way, async (t) => {
    const self = project(t, {
      "main.mjs": `${main} let last; setInterval(() => { if (value() !== last) console.log("v " + (last = value())); }, 2);`,
      "x.mjs": `import "./y.mjs"; export const v = "first";`,
      "y.mjs": "",
    });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("v first");
    fs.writeFileSync(self.path("y.mjs"), Buffer.from("\ufeffexport const a = 1;", "utf16le"));
    const message = JSON.parse((await program.line(/^told /)).slice("told ".length));
    assert.ok(
      message.includes(`\n    at ${self.path("y.mjs")}\nIt is no UTF-8 (UTF-16?): save it as UTF-8`),
      message,
    );
    self.write("y.mjs", "");
    self.write("x.mjs", `import "./y.mjs"; export const v = "mended";`);
    await program.line("v mended");
  });
}
