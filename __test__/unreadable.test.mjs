// A file in use that is there and can't be read: that is told of, once, and what it holds is live when it can be.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const skip = process.platform === "win32" && "Windows has no chmod";

const files = {
  "a.mjs": "export const a = 1;",
  // Nothing is unreadable to root.
  "main.mjs": `import { a } from "./a.mjs";
    import.meta.hot.accept("./a.mjs", () => console.log("a " + a));
    if (process.getuid() === 0) process.setuid(65534);
    console.log("a " + a);
    setInterval(() => {}, 1000);`,
};

test("saved, and not to be read", { skip }, async (t) => {
  const self = project(t, files);
  fs.chmodSync(self.directory, 0o755);
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("a 1");
  for (const value of [2, 3]) {
    const before = program.stderr.length;
    fs.chmodSync(self.path("a.mjs"), 0);
    // Root may write it still; others put another file in its place.
    const temporary = self.path(`a.mjs.tmp-${value}`);
    fs.writeFileSync(temporary, `export const a = ${value};`, { mode: 0 });
    fs.renameSync(temporary, self.path("a.mjs"));
    const said = () => program.stderr.slice(before).match(/a\.mjs can't be read: .*denied.*/g);
    await program.waitFor(() => said() !== null, "that it can't be read");
    fs.chmodSync(self.path("a.mjs"), 0o644);
    await program.line(`a ${value}`);
    assert.equal(said()?.length, 1, program.stderr);
  }
});
