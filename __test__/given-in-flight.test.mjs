// While an update of sync.* awaits, a file that it has brought, or one that sync.* had already, is saved, and something hot is saved so that it
// imports that file: it gets the instance that there is, and the newer text once that update has ended.

import { test } from "node:test";
import { AWAITS } from "./support/awaiting.mjs";
import { project } from "./support/project.mjs";

const esm = (/** @type {string} */ text) => `export const c = ${JSON.stringify(text)};`;

/** @type {Record<string, { name: string, content(text: string): string, imports: string }>} */
const shared = {
  "an ES module": { name: "c.mjs", content: esm, imports: `import { c } from "./c.mjs";` },
  CommonJS: {
    name: "c.cjs",
    content: (text) => `exports.c = ${JSON.stringify(text)};`,
    imports: `import { c } from "./c.cjs";`,
  },
  JSON: {
    name: "c.json",
    content: (text) => JSON.stringify({ c: text }),
    imports: `import { default as json } from "./c.json" with { type: "json" }; const { c } = json;`,
  },
};

/** @param {string} before imports of what sync.import holds @param {string} name @param {(text: string) => string} content @returns {Record<string, string | object>} */
const filesOf = (before, name, content) => ({
  "package.json": { type: "module" },
  "main.mjs": `import Heatsync from "heatsync-rs";
  import { all } from "./all.mjs";
  import { marker } from "./marker.mjs";
  import.meta.hot.accept(["./all.mjs", "./marker.mjs"]);
  const sync = new Heatsync();
  sync.events.on("error", ({ message }) => console.log("sync hears " + message));
  const root = await sync.import("./root.mjs");
  let last;
  setInterval(() => {
    const seen = marker + ": synced " + root.value() + ", hot " + all;
    if (seen !== last) console.log((last = seen));
  }, 5);`,
  "all.mjs": "export const all = 'nothing';",
  "marker.mjs": "export const marker = 'begun';",
  "root.mjs": `${before} export const value = () => "nothing";`,
  [name]: content("first"),
});

for (const [kind, { name, content, imports }] of Object.entries(shared)) {
  /**
   * Until the update of sync.import, which awaits, is about to end.
   * @param {import("node:test").TestContext} t
   * @param {string} before what is imported from the beginning
   * @param {string} end how the body goes on
   */
  const savedInFlight = async (t, before, end) => {
    const self = project(t, filesOf(before, name, content));
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("begun: synced nothing, hot nothing");
    self.write("root.mjs", `${imports} ${AWAITS} ${end} export const value = () => c;`);
    await program.line("awaits");
    self.write(name, content("second"));
    // By then the engine has seen that.
    self.write("marker.mjs", "export const marker = 'saved';");
    await program.line("saved: synced nothing, hot nothing");
    self.write("all.mjs", `${imports} export const all = c;`);
    await program.line("saved: synced nothing, hot first");
    self.write("gate", "");
    return { program, self };
  };

  for (const [which, before] of Object.entries({ "that comes with": "", "that is there before": imports })) {
    test(`${kind} ${which} an update of sync.import, and is saved while that awaits, is live where it is hot`, async (t) => {
      const { program } = await savedInFlight(t, before, "");
      await program.line("saved: synced second, hot second");
    });
  }

  test(`${kind} that comes with an update of sync.import, which fails, is what its file holds where it is hot`, async (t) => {
    const { program, self } = await savedInFlight(t, "", `throw new Error("too late");`);
    await program.line("sync hears too late");
    await program.line("saved: synced nothing, hot second");
    self.write(name, content("third"));
    await program.line("saved: synced nothing, hot third");
  });
}
