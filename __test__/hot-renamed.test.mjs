// A file is renamed, and its importer says so a moment later, as editors do it who update imports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

// The importer is saved once the old name was missed, before that is told of: within 80 ms, which a busy machine may not keep.
const TIMES = 8;

for (const extension of ["mjs", "cjs"]) {
  test(`that the old name is gone is not told of, ${extension}`, async (t) => {
    const text = (/** @type {number} */ n) =>
      extension === "mjs" ? `export { x as v } from "./x${n}.mjs";` : `exports.v = require("./x${n}.cjs").x;`;
    const exported = extension === "mjs" ? "export const x = " : "exports.x = ";
    const self = project(t, {
      "main.mjs": `import fs from "node:fs"; import { hot } from "heatsync-rs"; import * as run from "./run.${extension}";
        const extension = "${extension}"; const text = ${text}; const exported = "${exported}"; let n = 0;
        import.meta.hot.accept("./run.${extension}", () => setTimeout(next, 200));
        hot.on("update", ({ type }) => type === "linkError" && fs.writeFileSync("run.${extension}", text(n)));
        function next() {
          console.log("live", run.v);
          if (n === ${TIMES}) return;
          fs.renameSync(\`x\${n}.${extension}\`, \`x\${++n}.${extension}\`);
          fs.writeFileSync(\`x\${n}.${extension}\`, exported + n);
        }
        setInterval(() => {}, 1e6); next();`,
      [`run.${extension}`]: text(0),
      [`x0.${extension}`]: `${exported}0`,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line(`live ${TIMES}`);
    const told = program.stderr.match(/not there any more/g) ?? [];
    assert.ok(told.length < TIMES / 2, program.stderr);
  });
}
