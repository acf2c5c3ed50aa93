// While an update of sync.* awaits, something hot asks for a file that this has brought, and keeps what it gets. The update fails: that is nobody's
// then, and who has it is evaluated anew, so that the next save of the file is live there.

import { test } from "node:test";
import { AWAITS, syncedAndSeen } from "./support/awaiting.mjs";
import { project } from "./support/project.mjs";

/** @typedef {{ hot: string, fresh: string, text: string }} Way */
/** @type {Record<string, Way>} */
const ways = {
  "CommonJS that CommonJS has required": {
    hot: "hot.cjs",
    fresh: "fresh.cjs",
    text: `let it; exports.get = async () => (it ??= require("./fresh.cjs")).n;`,
  },
  "CommonJS that CommonJS has imported": {
    hot: "hot.cjs",
    fresh: "fresh.cjs",
    text: `let it; exports.get = async () => (it ??= await import("./fresh.cjs")).n;`,
  },
  "CommonJS that an ES module has imported": {
    hot: "hot.mjs",
    fresh: "fresh.cjs",
    text: `let it; export const get = async () => (it ??= await import("./fresh.cjs")).n;`,
  },
  "CommonJS that an ES module has required": {
    hot: "hot.mjs",
    fresh: "fresh.cjs",
    text: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
      let it; export const get = async () => (it ??= require("./fresh.cjs")).n;`,
  },
  "an ES module that CommonJS has required": {
    hot: "hot.cjs",
    fresh: "fresh.mjs",
    text: `let it; exports.get = async () => (it ??= require("./fresh.mjs")).n;`,
  },
  "an ES module that an ES module has imported": {
    hot: "hot.mjs",
    fresh: "fresh.mjs",
    text: `let it; export const get = async () => (it ??= await import("./fresh.mjs")).n;`,
  },
};

/** How the root of the update leads to it. @type {Record<string, (fresh: string) => string>} */
const roots = {
  imported: (fresh) => `import "./${fresh}";`,
  "required by CommonJS": () => `import "./between.cjs";`,
};

for (const [what, { hot, fresh, text }] of Object.entries(ways)) {
  const isCommonJs = fresh.endsWith(".cjs");
  for (const [how, imports] of Object.entries(roots)) {
    // What CommonJS of the update has required is in the graph at once, and stays there.
    if (!isCommonJs && how !== "imported") continue;
    test(`${what}, and which came with an update that failed, is live when it is saved (${how} there)`, async (t) => {
      const content = (/** @type {number} */ n) =>
        isCommonJs ? `exports.n = ${n} + require("./dep.cjs").n;` : `export const n = ${n};`;
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": `import Heatsync from "heatsync-rs";
          import fs from "node:fs";
          import { get } from "./${hot}";
          import.meta.hot.accept("./${hot}");
          ${syncedAndSeen('"sees " + (fs.existsSync("ask") ? await get() : "nothing")')}`,
        [hot]: text,
        "root.mjs": "",
        "between.cjs": `require("./${fresh}");`,
        "dep.cjs": `exports.n = 0;`,
      });
      const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
      await program.line("sees nothing");
      self.write(fresh, content(1));
      self.write("root.mjs", `${imports(fresh)} ${AWAITS} throw new Error("late");`);
      await program.line("awaits");
      self.write("ask", "");
      await program.line("sees 1");
      self.write("gate", "");
      await program.line("told late");
      self.write(fresh, content(2));
      await program.line("sees 2");
    });
  }
}

test("who asked in passing, and is accepted by nobody, is no reason for a restart when that fails", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import Heatsync from "heatsync-rs";
      import fs from "node:fs";
      import { get } from "./cold.cjs";
      import { marker } from "./marker.mjs";
      import.meta.hot.accept("./marker.mjs");
      ${syncedAndSeen('"sees " + marker + " " + (fs.existsSync("ask") ? get() : "nothing")')}`,
    "cold.cjs": `exports.get = () => require("./fresh.cjs").n;`,
    "marker.mjs": `export const marker = "first";`,
    "root.mjs": "",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees first nothing");
  self.write("fresh.cjs", `exports.n = 1;`);
  self.write("root.mjs", `import "./fresh.cjs"; ${AWAITS} throw new Error("late");`);
  await program.line("awaits");
  self.write("ask", "");
  await program.line("sees first 1");
  self.write("gate", "");
  await program.line("told late");
  self.write("marker.mjs", `export const marker = "second";`);
  await program.line("sees second 1");
  if (/restart/.test(program.stderr)) throw new Error(program.stderr);
});
