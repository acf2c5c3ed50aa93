// An ES module that awaits is refused to whoever requires it, and Node says so of its URL for good. Once it awaits no more it is given.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

const ROOT = `import { late } from "./late.mjs"; import user from "./user.cjs"; export const value = () => late + " " + user.late;`;
const USER = `exports.late = require("./late.mjs").late;`;
const AWAITS = `import { below } from "./below.mjs"; export const late = "late" + below;`;

test("what awaited as it was required, and is imported, too, is required once it awaits no more", async (t) => {
  const self = project(t, {
    "main.mjs": HOT,
    "root.mjs": `import { late } from "./late.mjs"; export const value = () => late;`,
    "late.mjs": AWAITS,
    "below.mjs": "await 1; export const below = 1;",
    "user.cjs": USER,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value late1");
  self.write("root.mjs", ROOT);
  await program.errorOutput("ERR_REQUIRE_ASYNC_MODULE");
  self.write("below.mjs", "export const below = 2;");
  await program.line("value late2 late2");
});
