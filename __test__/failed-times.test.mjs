// What has failed is evaluated again with what may mend it, and with nothing else, whatever the times of its file are (`touch -d`, `cp -p`,
// `tar x`), and the clock of the program: neither tells when it was saved.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const DAY = 24 * 60 * 60;

for (const [name, days, faked] of /** @type {[string, number, string?][]} */ ([
  ["is ahead of the clock", 1],
  ["is of the day before", -1],
  ["is what it is, and the program fakes its clock", 0, "Date.now = () => 0;"],
])) {
  test(`a file whose time ${name}`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `import { value } from "./both.mjs";
        import.meta.hot.accept("./both.mjs");
        ${faked ?? ""}
        let last;
        setInterval(() => {
          if (value !== last) console.log((last = value));
        }, 5);`,
      "both.mjs": `import { a } from "./a.mjs"; import { b } from "./b.mjs"; export const value = a + " " + b;`,
      "a.mjs": `export const a = "a1";`,
      "b.mjs": `export const b = "b1";`,
    });
    /** @param {string} file @param {string} text */
    const save = (file, text) => {
      const moved = self.path(`${file}.tmp`);
      fs.writeFileSync(moved, text);
      const time = Date.now() / 1000 + days * DAY;
      fs.utimesSync(moved, time, time);
      fs.renameSync(moved, self.path(file));
    };
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("a1 b1");
    save(
      "a.mjs",
      `console.log("tries a"); await new Promise((done) => setTimeout(done, 50)); throw new Error("thrown"); export const a = 0;`,
    );
    await program.errorOutput(/the old version goes on/);
    save("b.mjs", `export const b = "b2";`);
    await program.line("a1 b2");
    save("b.mjs", `export const b = "b3";`);
    await program.line("a1 b3");
    assert.equal(program.stdout.match(/tries a/g)?.length, 1);
    save("a.mjs", `export const a = "a2";`);
    await program.line("a2 b3");
  });
}
