// A module that has left the graph in an update, and that the program imports again before that has ended, runs what its file held then:
// should that be undone at once, it is news.

import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const NATIVE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../native/load.cjs");

/** `seen()` returns once the engine has looked at what was saved before. */
const SEEN = `const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const fs = require("node:fs");
  const { Session } = require(${JSON.stringify(NATIVE)});
  const { addBoundaries } = Session.prototype;
  let session;
  Session.prototype.addBoundaries = function (...given) {
    session = this;
    return Reflect.apply(addBoundaries, this, given);
  };
  const file = (name) => require("node:path").join(import.meta.dirname, name);
  const seen = () => {
    fs.writeFileSync(file("last.mjs"), "export const last = 'saved';");
    while (!session.newer().some((name) => name.endsWith("last.mjs")));
  };`;

/** What the program imports, and shows. */
const WAYS = {
  "below a boundary, under register": {
    nodeArguments: ["--import", "heatsync-rs/register"],
    main: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./all.mjs", "./other.mjs"] });
      await import("./other.mjs"); const all = async () => (await import("./all.mjs")).all();`,
  },
  "below a boundary, by hot.init": {
    nodeArguments: [],
    main: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./all.mjs", "./other.mjs"] });
      await import("./other.mjs"); const all = async () => (await import("./all.mjs")).all();`,
  },
  "import.meta.hot": {
    nodeArguments: ["--import", "heatsync-rs/register"],
    main: `import "./other.mjs"; import { all } from "./all.mjs"; import.meta.hot.accept(["./all.mjs", "./other.mjs"]);`,
  },
};

const PRUNED = "import.meta.hot.prune(() => globalThis.between());";
const late = (/** @type {string} */ text) => `${PRUNED} export const late = ${JSON.stringify(text)};`;
const json = `import late from "./late.json" with { type: "json" }; export { late };`;

/** @type {Record<string, { asked: string, saved: string, content: (text: string) => string, files: Record<string, string> }>} */
const CASES = {
  "is imported": { asked: "late.mjs", saved: "late.mjs", content: late, files: {} },
  "is what something new imports": {
    asked: "by.mjs",
    saved: "late.mjs",
    content: late,
    files: { "by.mjs": `export * from "./late.mjs";` },
  },
  "is JSON": {
    asked: "late.mjs",
    saved: "late.json",
    content: JSON.stringify,
    files: { "late.mjs": `${PRUNED} ${json}` },
  },
};

for (const [how, { nodeArguments, main }] of Object.entries(WAYS)) {
  for (const [what, { asked, saved, content, files }] of Object.entries(CASES)) {
    test(`what has left in an update that has not ended, and ${what}, runs what its file holds: ${how}`, async (t) => {
      const write = (/** @type {string} */ text) =>
        `fs.writeFileSync(file("${saved}"), ${JSON.stringify(content(text))});`;
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": `${main} ${SEEN}
          globalThis.between = async () => {
            globalThis.between = () => {};
            ${write("between")}
            console.log("took", (await globalThis.load()).late);
            ${write("as it was")}
            seen();
          };
          setInterval(async () => console.log("sees", await all()), 10);`,
        "other.mjs": `import "./last.mjs"; globalThis.load = () => import("./${asked}");`,
        "all.mjs": `import { late } from "./late.mjs"; export const all = () => "old, " + late;`,
        "last.mjs": "",
        [saved]: content("as it was"),
        ...files,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("sees old, as it was");
      self.write("all.mjs", `export const all = async () => "new, " + (await import("./${asked}")).late;`);
      await program.line("took between");
      await program.line("sees new, as it was");
    });
  }
}
