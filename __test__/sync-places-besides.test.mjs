// Places of what sync.* and hmr() meet in files that are loaded besides, where Node's words name no place: CommonJS and JSON that
// is required for the first time, ES modules that are required, what import() leads to; at a first load whatever does not parse or link.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** What there is besides. */
const others = {
  "package.json": { name: "project" },
  "c.cjs": "exports.a = 1;\nlet b = ;",
  "d.json": `{ "a": 1,\n}`,
  "d.mjs": "export const a = 1;\nlet b = ;",
  "throws.cjs": "exports.a = 1;\nnull.b;",
  "fine.json": "{}",
  "dir/index.mjs": "export const a = 1;",
};

/** By what is saved: the module that is loaded, its text, the place, the line that is shown, and what else is said. @type {Record<string, [string, string, string, string, RegExp?]>} */
const cases = {
  "CommonJS that does not parse": ["x.cjs", `require("./c.cjs");`, "c.cjs:2:9", "> 2 | let b = ;"],
  "JSON that does not parse": ["x.cjs", `require("./d.json");`, "d.json:2:1", "> 2 | }"],
  "an ES module that does not parse, required": [
    "x.cjs",
    `require("./d.mjs");`,
    "d.mjs:2:9",
    "> 2 | let b = ;",
  ],
  "CommonJS that throws": ["x.cjs", `require("./throws.cjs");`, "throws.cjs:2:6", "> 2 | null.b;"],
  "an import() of what is not there": [
    "x.mjs",
    `await 1;\nawait import("./nope.mjs");`,
    "x.mjs:2:14",
    `> 2 | await import("./nope.mjs");`,
  ],
  "an import() of a package that is not there": [
    "x.mjs",
    `await import("nope");`,
    "x.mjs:1:14",
    `> 1 | await import("nope");`,
    /npm install nope/,
  ],
  "an import() of what does not parse": ["x.mjs", `await import("./d.mjs");`, "d.mjs:2:9", "> 2 | let b = ;"],
  "what V8 alone refuses": ["x.mjs", "let a;\nlet a;", "x.mjs:2:5", "> 2 | let a;"],
  "a break of nothing": ["x.mjs", "let a;\nbreak;", "x.mjs:2:1", "> 2 | break;"],
  "a folder": ["x.mjs", `import "./dir";`, "x.mjs:1:8", `> 1 | import "./dir";`],
  "JSON without its attribute": [
    "x.mjs",
    `import "./fine.json";`,
    "x.mjs:1:8",
    `> 1 | import "./fine.json";`,
    /with { type: "json" }/,
  ],
  "a built-in that is not there": ["x.mjs", `import "node:fss";`, "x.mjs:1:8", `> 1 | import "node:fss";`],
  "what the program parses by itself": [
    "x.mjs",
    `export const a = 1;\nexport const b = JSON.parse("{");`,
    "x.mjs:2:23",
    `> 2 | export const b = JSON.parse("{");`,
  ],
};

const printed = ({ stack, file } = /** @type {any} */ ({})) => `told ${JSON.stringify({ stack, file })}`;

for (const when of ["at first", "in a save"]) {
  for (const [name, [file, text, place, marked, said]] of Object.entries(cases)) {
    test(`${name}, ${when}`, async (t) => {
      const good = (/** @type {string} */ v) =>
        file.endsWith("mjs") ? `export const v = "${v}";` : `exports.v = "${v}";`;
      const self = project(t, {
        ...others,
        [file]: when === "at first" ? text : good("first"),
        "main.mjs": `import Heatsync, { hmr } from "heatsync-rs"; const printed = ${printed};
          const sync = new Heatsync(); sync.events.on("error", (error) => console.log(printed(error)));
          const asked = await sync.import("./${file}").catch((error) => console.log(printed(error)));
          console.error = (error) => console.log("hmr " + printed(error));
          hmr("./${file}", "./nothing", ({ v }) => console.log("v " + v));`,
      });
      const program = self.run("main.mjs");
      if (when === "in a save") {
        await program.line("v first");
        self.write(file, text);
      }
      for (const start of ["told ", "hmr told "]) {
        const told = JSON.parse((await program.line(new RegExp(`^${start}`))).slice(start.length));
        const { stack } = told;
        assert.match(stack, new RegExp(`[/\\\\]${place.replaceAll(".", "\\.")}\\)?$`, "m"));
        assert.equal(stack.split(`\n${marked}\n`).length, 2, stack);
        // Node 20 has other words for what it has refused once.
        if (said && start === "told ") assert.match(stack, said);
        if (when === "in a save" && start === "told ")
          assert.equal(told.file, self.path(place.split(":")[0]), stack);
      }
      await self.olderThanNow();
      self.write(file, good("mended"));
      await program.line("v mended");
    });
  }
}
