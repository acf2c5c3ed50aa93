// What is left in the folder for temporary files by a process that was killed, and had the same id, is in nobody's way. In a container the
// id always is 1: a program that can't stand that never starts again.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

test("files that a process with the same id has left", async (t) => {
  const self = project(t, {
    // Before anything of ours has run.
    "leave.mjs": `
      import fs from "node:fs";
      for (let count = 1; count < 100; count++)
        fs.writeFileSync(\`\${process.env.TMPDIR}/heatsync-\${process.pid}-0-\${count}.mjs\`, "throw 'left'");`,
    "main.mjs": `
      import * as a from "./a.mjs";
      console.log("value", Object.keys(a).join(), a.seen);`,
    "a.mjs": `import * as b from "./b.mjs"; export const seen = b.seen; export function later() {}`,
    "b.mjs": `import * as a from "./a.mjs"; export const seen = Object.keys({ ...Reflect.ownKeys(a) }).length;`,
    "temporary/kept": "",
  });
  const folder = self.path("temporary");
  const program = self.run("main.mjs", {
    env: { TMPDIR: folder },
    nodeArguments: ["--import", "./leave.mjs", "--import", "heatsync-rs/register"],
  });
  await program.line(/^value later,seen \d$/);
  await program.exit;
  assert.equal(program.child.exitCode, 0, program.stderr);
  // Those, and no more.
  assert.equal(fs.readdirSync(folder).length, 100);
});
