// A file that waits, since it does not parse, is evaluated as it was because of what it imports; and what is saved then is judged by itself.

import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { until } from "./support/project.mjs";

test("what it imports leads nowhere: that is said of it, and it holds up none that is saved with it", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
      for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it); export const v = () => [x, y];`,
    "x.mjs": `import { below } from "./below.mjs"; export const x = [1, below];`,
    "below.mjs": "export const below = 1;",
    "y.mjs": "export const y = 1;",
  });
  const says = (/** @type {RegExp} */ words) =>
    until(() => program.program.lines.some((it) => it.startsWith("result ") && words.test(it)));
  await program.shows("[[1,1],1]");
  program.write("x.mjs", "const = ;");
  await says(/"files":\["x\.mjs"\].*SyntaxError/);
  await saveAtOnce(program, {
    "below.mjs": `export { below } from "./nowhere.mjs";`,
    "y.mjs": "export const y = 2;",
  });
  await program.shows("[[1,1],2]");
  await says(/"files":\["below\.mjs"\].*nowhere\.mjs/);
  program.write("below.mjs", "export const below = 2;");
  await program.shows("[[1,2],2]");
});
