// An ES module that awaits is refused to whoever requires it, and Node says so of its URL for good, also if it has but linked that; and it refuses
// what it has linked in vain. Once that is mended, it is given; so is what has thrown when it was required first.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

const ROOT = `import { late } from "./late.mjs"; import user from "./user.cjs"; export const value = () => late + " " + user.late;`;
const BELOW = "export const below = 2;";
const USER = `exports.late = require("./late.mjs").late;`;
const AWAITS = `import { below } from "./below.mjs"; export const late = "late" + below;`;
const PACKAGE = {
  "node_modules/pkg/package.json": { name: "pkg", type: "module", exports: "./index.js" },
  "node_modules/pkg/index.js": `export { late } from "../../late.mjs";`,
};
/** Saves what it is told in one turn. */
const MAIN = `${HOT} process.on("message", (files) => {
  for (const file of files) process.getBuiltinModule("node:fs").writeFileSync(...file);
});`;

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
  self.write("below.mjs", BELOW);
  await program.line("value late2 late2");
});

test("what awaited as it was linked in vain, below a package, is required once it awaits no more", async (t) => {
  const self = project(t, {
    ...PACKAGE,
    "main.mjs": MAIN,
    "root.mjs": `export const value = () => "nothing";`,
    "late.mjs": AWAITS,
    "below.mjs": "await 1; export const below = 1;",
    "other.mjs": "export const other = 1;",
    "user.cjs": USER,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value nothing");
  self.write(
    "root.mjs",
    `import { late } from "pkg"; import { another } from "./other.mjs"; export const value = () => late + another;`,
  );
  await program.errorOutput("does not provide an export named 'another'");
  program.child.send([
    ["below.mjs", BELOW],
    ["root.mjs", ROOT],
  ]);
  await program.line("value late2 late2");
});

test("what was linked in vain, below a package, as it imports a name that is not there, is required once that is", async (t) => {
  const self = project(t, {
    ...PACKAGE,
    "main.mjs": MAIN,
    "root.mjs": `export const value = () => "nothing";`,
    "late.mjs": AWAITS,
    "below.mjs": "export const other = 1;",
    "user.cjs": USER,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value nothing");
  self.write("root.mjs", `import { late } from "pkg"; export const value = () => late;`);
  await program.errorOutput("does not provide an export named 'below'");
  program.child.send([
    ["below.mjs", BELOW],
    ["root.mjs", ROOT],
  ]);
  await program.line("value late2 late2");
});

for (const [how, other] of /** @type {const} */ ([
  ["alone", ""],
  [
    "in a cycle, and is in none any more",
    `import * as other from "./other.mjs"; export const peer = () => other;`,
  ],
])) {
  test(`what has thrown as it was required first (${how}) is given once it is mended, and imported, too`, async (t) => {
    const late = (/** @type {string} */ more) =>
      `import it from "./below.cjs"; ${more} export const late = "late" + it.below;`;
    const self = project(t, {
      "main.mjs": MAIN,
      "root.mjs": `import user from "./user.cjs"; export const value = () => user.late;`,
      "late.mjs": late(other),
      "other.mjs": `import * as late from "./late.mjs"; export const other = () => late;`,
      "below.cjs": `throw new Error("not yet");`,
      "user.cjs": `exports.late = "nothing";`,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("value nothing");
    self.write("user.cjs", USER);
    await program.errorOutput("not yet");
    program.child.send([
      ["below.cjs", "exports.below = 1;"],
      ["root.mjs", ROOT],
    ]);
    await program.line("value late1 late1");
    self.write("late.mjs", late(""));
    self.write("below.cjs", "exports.below = 2;");
    await program.line("value late2 late2");
  });
}
