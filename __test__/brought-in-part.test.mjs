// A file that was read for an update which failed, and saved since, is brought by a part of the next one, of which another part fails
// again: what runs is what that has brought, and to undo the save is another update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Brought } from "../runtime/esm/watch/brought.cjs";
import { project } from "./support/project.mjs";
import { PRELUDE } from "./support/undone.mjs";
import { started } from "./support/ways.mjs";

/** @param {string} text */
const failing = (text) =>
  `import { fresh } from "./fresh.mjs"; import { nope } from "./y.mjs"; export const x = "${text}" + fresh + nope;`;

for (const way of /** @type {const} */ (["register", "hot.init"])) {
  test(`what only a part of an update has brought is live (${way})`, async (t) => {
    const self = await started(t, way, {
      "package.json": { type: "module" },
      "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; export const shown = () => x + y;`,
      "x.mjs": `export const x = "x";`,
      "y.mjs": `export const y = "y";`,
      "fresh.mjs": `export const fresh = 1;`,
    });
    await self.shows("xy");
    self.write("x.mjs", failing("first"));
    await self.says(/x\.mjs: not updated/);
    self.write("fresh.mjs", `export const fresh = 2;`);
    self.write("x.mjs", failing("second"));
    self.write("y.mjs", `import { fresh } from "./fresh.mjs"; export const y = fresh;`);
    await self.shows("x2");
    self.write("fresh.mjs", `export const fresh = 1;`);
    await self.shows("x1");
  });
}

const late = (/** @type {string} */ text) =>
  `import { c } from "./c.mjs"; globalThis.late = "${text}"; export const late = "${text}" + c;`;

test("what a part of an update has brought as it was saved, and undone since, is live as it is", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    // Whenever the update reads what imports it, until that is evaluated.
    "main.mjs": `${PRELUDE}
      const { read } = Graph.prototype;
      Graph.prototype.read = function (module, ...given) {
        if (!module.file?.endsWith("all.mjs") || globalThis.late) return Reflect.apply(read, this, [module, ...given]);
        fs.writeFileSync("late.mjs", ${JSON.stringify(late("between"))});
        try {
          return Reflect.apply(read, this, [module, ...given]);
        } finally {
          fs.writeFileSync("late.mjs", ${JSON.stringify(late("planned"))});
        }
      };
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      setInterval(() => console.log("sees", all), 10);`,
    "all.mjs": `import { x } from "./x.mjs"; import { c } from "./c.mjs"; export const all = x + c;`,
    "x.mjs": `export const x = "x";`,
    "c.mjs": "export const c = 1;",
    "late.mjs": late("planned"),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees x1");
  self.write("x.mjs", `import { nope } from "./c.mjs"; export const x = nope;`);
  self.write("c.mjs", "export const c = 2;");
  self.write(
    "all.mjs",
    `import { x } from "./x.mjs"; import { late } from "./late.mjs"; export const all = x + late;`,
  );
  await program.line("sees xplanned2");
});

test("what an update has brought is known also if its end meets a built-in of the program's that throws, and is gone through again", () => {
  const brought = new Brought();
  const modules = /** @type {any} */ ({ hasText: (/** @type {string} */ file) => file === "/late.mjs" });
  brought.begin();
  brought.read("/late.mjs");
  brought.read("/left.mjs");
  for (const _ of ["thrown", "again"]) assert.deepEqual(brought.end([], modules), ["/late.mjs"]);
  brought.begin();
  assert.deepEqual(brought.end([], modules), []);
});
