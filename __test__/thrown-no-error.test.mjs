// What a module throws that is no Error has no stack: the module is named in whose evaluation it was thrown, in each way it is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** By what throws: the module that is saved, its text, and who is named. @type {Record<string, [string, string, string]>} */
const cases = {
  "an ES module": ["x.mjs", "throw 'text';", "x.mjs"],
  "one that has awaited": ["x.mjs", "await 1; throw 'text';", "x.mjs"],
  "what an ES module imports": ["x.mjs", "import './dep.mjs';", "dep.mjs"],
  "what one imports that awaits": ["x.mjs", "import './waits.mjs';", "waits.mjs"],
  "CommonJS that an ES module imports": ["x.mjs", "import './dep.cjs';", "dep.cjs"],
  "a member of a cycle of imports": ["x.mjs", "import './cycle.mjs';", "cycle.mjs"],
  "an object, in a dependency": ["x.mjs", "import './object.mjs';", "object.mjs"],
  CommonJS: ["x.cjs", "throw 'text';", "x.cjs"],
  "what the program caught before is no matter": [
    "x.cjs",
    "try { require('./other.cjs'); } catch {} throw 'text';",
    "x.cjs",
  ],
};

const ways = {
  "sync.*": {
    flags: [],
    main: (/** @type {string} */ file) => `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
      const x = ${file.endsWith("cjs") ? `sync.require("./${file}")` : `await sync.import("./${file}")`}; globalThis.value = () => x.v;
      sync.events.on("error", ({ file, message, stack }) => console.log("told " + JSON.stringify({ file, text: stack })));`,
  },
  "hmr()": {
    flags: [],
    main: (
      /** @type {string} */ file,
    ) => `import { hmr } from "heatsync-rs"; let v; globalThis.value = () => v;
      console.error = ({ stack }) => console.log("told " + JSON.stringify({ text: stack })); hmr("./${file}", "./${file}", (x) => { v = x.v; });`,
  },
  "import.meta.hot": {
    flags: ["--import", "heatsync-rs/register"],
    main: (
      /** @type {string} */ file,
    ) => `import { hot } from "heatsync-rs"; import { v } from "./${file}"; globalThis.value = () => v;
      hot.on("error", ({ file, message }) => console.log("told " + JSON.stringify({ file, text: message }))); import.meta.hot.accept("./${file}");`,
  },
};

for (const [way, { flags, main }] of Object.entries(ways)) {
  for (const [name, [file, text, named]] of Object.entries(cases)) {
    test(`${way}: ${name}`, async (t) => {
      const good = (/** @type {string} */ v) =>
        file.endsWith("cjs") ? `exports.v = "${v}";` : `export const v = "${v}";`;
      const self = project(t, {
        "main.mjs": `${main(file)} let last; setInterval(() => { if (value() !== last) console.log("v " + (last = value())); }, 2);`,
        [file]: good("first"),
        "dep.mjs": "export const a = 1;\nthrow 'text';",
        "waits.mjs": "await 1; throw 'text';",
        "dep.cjs": "throw 'text';",
        "other.cjs": "throw 'other text';",
        "cycle.mjs": "import './x.mjs'; throw 'text';",
        "object.mjs": "throw { a: 'text' };",
      });
      const program = self.run("main.mjs", { nodeArguments: flags });
      await program.line("v first");
      self.write(file, `${good("bad")} ${text}`);
      const told = JSON.parse((await program.line(/^told /)).slice("told ".length));
      assert.match(told.text, /text/);
      assert.ok(`${told.text}\n`.includes(`\n    in the evaluation of ${self.path(named)}\n`), told.text);
      if (way !== "hmr()") assert.equal(told.file, self.path(named));
      self.write(file, good("mended"));
      await program.line("v mended");
    });
  }
}
