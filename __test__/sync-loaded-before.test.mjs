// What the program had loaded before it made the instance, and saves in the very turn in which it is synced: the
// instance's version is the one before that save.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const COUNT = 30;
const names = (/** @type {string} */ extension) =>
  Array.from({ length: COUNT }, (_, i) => `m${i}.${extension}`);

const KINDS = {
  "sync.require": {
    extension: "cjs",
    text: (/** @type {number} */ v) => `exports.v = ${v};`,
    main: `const held = names.map((name) => require("./" + name));
      const { Heatsync } = require("heatsync-rs");
      const sync = new Heatsync();
      const all = names.map((name) => {
        const synced = sync.require("./" + name);
        save(name);
        return synced;
      });`,
  },
  "what is below what sync.require loads": {
    extension: "cjs",
    text: (/** @type {number} */ v) => `exports.v = ${v};`,
    main: `const held = names.map((name) => require("./" + name));
      const { Heatsync } = require("heatsync-rs");
      const sync = new Heatsync();
      const all = sync.require("./below.cjs");
      names.forEach(save);`,
  },
  "sync.import": {
    extension: "mjs",
    text: (/** @type {number} */ v) => `export const v = ${v};`,
    main: `for (const name of names) await import("./" + name);
      const { Heatsync } = await import("heatsync-rs");
      const sync = new Heatsync();
      const all = [];
      for (const name of names) {
        all.push(await sync.import("./" + name));
        save(name);
      }`,
  },
};

for (const [name, { extension, text, main }] of Object.entries(KINDS)) {
  test(`${name}, loaded before the instance was made: a save in the same turn is live`, async (t) => {
    const self = project(t, {
      [`main.${extension}`]: `const fs = process.getBuiltinModule("node:fs");
        const path = process.getBuiltinModule("node:path");
        const names = ${JSON.stringify(names(extension))};
        const save = (name) => fs.writeFileSync(path.join(${extension === "mjs" ? "import.meta.dirname" : "__dirname"}, name), ${JSON.stringify(text(2))});
        ${main}
        setInterval(() => Object.values(all).every(({ v }) => v === 2) && console.log("all live"), 20);`,
      "below.cjs": `for (const name of ${JSON.stringify(names("cjs"))}) exports[name] = require("./" + name);`,
      ...Object.fromEntries(names(extension).map((it) => [it, text(1)])),
    });
    const program = self.run(`main.${extension}`);
    await program.line("all live");
  });
}
