// Several files are saved at once, as `git switch` does, and one of them is new: what it imports or requires has changed as well, and
// nothing but its text says that it will. Every module is to be the one instance, and the version, that a fresh process has.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const TELL = `let last; setInterval(() => { const value = seen(); if (value !== last) console.log("value", (last = value)); }, 10);`;
const esm = { "package.json": { type: "module" } };

/** Who has `root.mjs`: by which means. */
const WAYS = {
  "import.meta.hot": {
    register: true,
    entry: `import { value } from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const seen = () => value(); ${TELL}`,
  },
  "hot.init": {
    register: false,
    entry: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
      let now = (await import("./root.mjs")).value;
      // Of half a branch what is required may be gone by the time it is evaluated.
      setInterval(() => import("./root.mjs").then((it) => { now = it.value; }, () => {}), 10); const seen = () => now(); ${TELL}`,
  },
  "sync.import": {
    register: false,
    entry: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {}); const root = await sync.import("./root.mjs");
      const seen = () => root.value(); ${TELL}`,
  },
  "sync.require": {
    register: false,
    entry: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {}); const root = sync.require("./root.mjs");
      const seen = () => root.value(); ${TELL}`,
  },
  hmr: {
    register: false,
    entry: `import { hmr } from "heatsync-rs"; let root; hmr("./root.mjs", [], (m) => { root = m; }, { clearEveryTime: false });
      const seen = () => root?.value() ?? "nothing"; ${TELL}`,
  },
};

for (const name of /** @type {const} */ (["hot.init", "sync.import", "sync.require", "hmr"])) {
  Object.assign(WAYS, { [`${name}, registered`]: { ...WAYS[name], register: true } });
}

/**
 * @param {import("node:test").TestContext} t
 * @param {{ register: boolean, entry: string }} way
 * @param {Record<string, string | object>} files
 */
function start(t, { register, entry }, files) {
  const self = project(t, { ...esm, "main.mjs": entry, ...files });
  const program = self.run("main.mjs", {
    nodeArguments: register ? ["--import", "heatsync-rs/register"] : [],
  });
  return {
    program,
    self,
    /** @param {Record<string, string | null>} files null: it goes */
    save(files) {
      for (const [name, text] of Object.entries(files)) {
        if (text === null) fs.unlinkSync(self.path(name));
        else self.write(name, text);
      }
    },
  };
}

const text = (/** @type {string} */ data, /** @type {string} */ value) =>
  data.endsWith("json") ? `{ "v": "${value}" }` : `exports.v = "${value}";`;

for (const [name, way] of Object.entries(WAYS)) {
  for (const data of ["data.json", "data.cjs"]) {
    test(`${name}: new CommonJS requires ${data}, which is saved with it`, async (t) => {
      const { program, save } = start(t, way, {
        "root.mjs": `import first from "./mid.mjs"; import second from "./second.cjs";
          export const value = () => "first " + first.v + ", second " + second.v;`,
        "mid.mjs": "export default {};",
        "second.cjs": `exports.v = require("./${data}").v;`,
        [data]: text(data, "old"),
      });
      await program.line("value first undefined, second old");
      save({
        "mid.mjs": `import first from "./first.cjs"; export default first;`,
        // By way of another that is new, too.
        "first.cjs": `exports.v = require("./between.cjs").v;`,
        "between.cjs": `exports.v = require("./${data}").v;`,
        [data]: text(data, "new"),
      });
      await program.line("value first new, second new");
      save({ [data]: text(data, "newer") });
      await program.line("value first newer, second newer");
    });
  }

  test(`${name}: JSON that is imported and required`, async (t) => {
    const { program, save } = start(t, way, {
      "root.mjs": `import { a } from "./a.mjs"; import b from "./b.cjs"; export const value = () => a + " " + b.v;`,
      "a.mjs": `import data from "./data.json" with { type: "json" }; export const a = data.v;`,
      "b.cjs": `exports.v = require("./data.json").v;`,
      "data.json": text("data.json", "one"),
    });
    await program.line("value one one");
    for (const value of ["two", "three"]) {
      save({ "data.json": text("data.json", value) });
      await program.line(`value ${value} ${value}`);
    }
  });

  test(`${name}: a new ES module is imported and required: there is one`, async (t) => {
    const db = (/** @type {string} */ value) =>
      `globalThis.opened = (globalThis.opened ?? 0) + 1; export const id = globalThis.opened; export const v = "${value}";`;
    const root = (
      /** @type {string} */ file,
    ) => `import * as db from "./${file}"; import service from "./service.cjs";
      export const value = () => (db.id === service.id() ? "one " : "two ") + db.v;`;
    const service = (/** @type {string} */ file) =>
      `const db = require("./${file}"); exports.id = () => db.id; exports.v = () => db.v;`;
    const { program, save } = start(t, way, {
      "root.mjs": `import "./service.cjs"; export const value = () => "none";`,
      "service.cjs": "exports.id = () => 0;",
    });
    await program.line("value none");
    save({ "db.mjs": db("first"), "root.mjs": root("db.mjs"), "service.cjs": service("db.mjs") });
    await program.line("value one first");
    save({ "db.mjs": db("second") });
    await program.line("value one second");
    // Moved.
    save({
      "db.mjs": null,
      "pool.mjs": db("moved"),
      "root.mjs": root("pool.mjs"),
      "service.cjs": service("pool.mjs"),
    });
    await program.line("value one moved");
  });

  test(`${name}: CommonJS goes, with a save of what it required and of who required it`, async (t) => {
    const { program, save } = start(t, way, {
      "root.mjs": `import user from "./user.cjs"; import base from "./base.cjs"; export const value = () => user.v + " " + base.v;`,
      "user.cjs": `exports.v = "by " + require("./goes.cjs").v;`,
      "goes.cjs": `exports.v = require("./base.cjs").v;`,
      "base.cjs": `exports.v = "old";`,
    });
    await program.line("value by old old");
    save({
      "goes.cjs": null,
      "base.cjs": `exports.v = "new";`,
      "user.cjs": `exports.v = "without " + require("./base.cjs").v;`,
    });
    await program.line("value without new new");
    if (way.register) assert.doesNotMatch(program.stderr, /not updated/);
  });

  test(`${name}: two branches, of which one has CommonJS that requires ES modules`, async (t) => {
    const branch = (/** @type {boolean} */ isA) => ({
      "base.mjs": `export const v = "${isA ? "A" : "B"}";`,
      "first.cjs": `exports.v = require("./base.mjs").v;`,
      "second.cjs": isA ? `exports.v = require("./first.cjs").v;` : null,
      "third.mjs": isA ? `import second from "./second.cjs"; export const v = second.v;` : null,
      "fourth.mjs": isA ? `export { v } from "./third.mjs";` : `export const v = "B";`,
      "fifth.cjs": isA ? `exports.v = require("./third.mjs").v;` : `exports.v = "none";`,
      "mid.mjs": `import { v as x } from "./fourth.mjs"; export const v = x;`,
      "user.cjs": isA ? `exports.v = require("./mid.mjs").v;` : null,
      "root.mjs": `import * as base from "./base.mjs"; import "./first.cjs"; ${
        isA ? `import "./second.cjs"; import * as third from "./third.mjs";` : ""
      } import * as fourth from "./fourth.mjs"; import "./fifth.cjs"; import * as mid from "./mid.mjs";
        ${isA ? `import user from "./user.cjs";` : `const user = { v: "-" };`}
        export const value = () => mid.v + " " + user.v;`,
    });
    const all = Object.entries(branch(true)).flatMap(([name, text]) => (text === null ? [] : [[name, text]]));
    const { program, save, self } = start(t, way, Object.fromEntries(all));
    const to = (/** @type {boolean} */ isA) => {
      const isOther = (/** @type {[string, string | null]} */ [name, text]) =>
        text !== (fs.existsSync(self.path(name)) ? fs.readFileSync(self.path(name), "utf8") : null);
      save(Object.fromEntries(Object.entries(branch(isA)).filter(isOther)));
    };
    await program.line("value A A");
    for (let round = 0; round < 2; round++) {
      to(false);
      await program.line("value B -");
      to(true);
      await program.line("value A A");
    }
  });

  // Without register Node 20 imports no TypeScript (docs/typescript-notes.md, 11).
  const users =
    name === "sync.require" && process.version.startsWith("v20.") ? ["user.cjs"] : ["user.cjs", "user.cts"];
  for (const user of users)
    test(`${name}: what ${user} calls ./m moves into a folder, and back, while an importer by its full name is saved`, async (t) => {
      const m = (/** @type {number} */ n) =>
        `exports.m = require("node:path").basename(__filename) + ${n}; exports.it = {};`;
      const root = (
        /** @type {string} */ file,
      ) => `import m from "./cj/${file}"; import user from "./cj/${user}";
      export const value = () => (m === user.m ? "one " : "two ") + m.m;`;
      const { program, save, self } = start(t, way, {
        "cj/package.json": { type: "commonjs" },
        [`cj/${user}`]: user.endsWith("ts")
          ? `import m = require("./m"); export = { m };`
          : `exports.m = require("./m");`,
        "cj/m.js": m(1),
        "root.mjs": root("m.js"),
      });
      await program.line("value one m.js1");
      for (let n = 2; n < 6; n += 2) {
        save({ "cj/m.js": null, "cj/m/index.js": m(n), "root.mjs": root("m/index.js") });
        await program.line(`value one index.js${n}`);
        fs.rmSync(self.path("cj/m"), { recursive: true });
        save({ "cj/m.js": m(n + 1), "root.mjs": root("m.js") });
        await program.line(`value one m.js${n + 1}`);
      }
    });
}

for (const gap of [true, false]) {
  const when = gap ? "after it has gone live" : "at once";
  test(`sync.require of CommonJS: a new ES module imports what was saved ${when}`, async (t) => {
    const root = (/** @type {string} */ file) =>
      `const shared = require("./shared.mjs"); const it = ${
        file ? `require("./${file}")` : "{}"
      }; exports.value = () => shared.v + " " + it.v;`;
    const way = {
      register: false,
      entry: WAYS["sync.require"].entry.replace("./root.mjs", "./root.cjs"),
    };
    const { program, save } = start(t, way, {
      "root.cjs": root(""),
      "shared.mjs": `export const v = "old";`,
    });
    await program.line("value old undefined");
    save({ "shared.mjs": `export const v = "new";` });
    if (gap) await program.line("value new undefined");
    save({
      "between.mjs": `export * from "./shared.mjs";`,
      "fresh.mjs": `import * as shared from "./between.mjs"; export const v = shared.v;`,
      "root.cjs": root("fresh.mjs"),
    });
    await program.line("value new new");
  });
}

test("sync.import of another module later: it imports what there is by now", async (t) => {
  const { program, save } = start(
    t,
    {
      register: false,
      entry: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {}); const root = await sync.import("./root.mjs");
        let late; const seen = () => root.value() + " " + late?.value(); ${TELL}
        process.on("message", async () => { late = await sync.import("./late.mjs"); });`,
    },
    {
      "root.mjs": `import { v } from "./shared.mjs"; export const value = () => v;`,
      "shared.mjs": `export const v = "old";`,
      "late.mjs": `export { value } from "./later.mjs";`,
      "later.mjs": `import { v } from "./shared.mjs"; export const value = () => v;`,
    },
  );
  await program.line("value old undefined");
  save({ "shared.mjs": `export const v = "new";` });
  await program.line("value new undefined");
  program.child.send("now");
  await program.line("value new new");
  save({ "shared.mjs": `export const v = "newer";` });
  await program.line("value newer newer");
});

for (const register of [true, false]) {
  test(`sync.require: what moves is one module to who imports it and who requires it (${register ? "" : "not "}registered)`, async (t) => {
    const way = { register, entry: WAYS["sync.require"].entry.replace("./root.mjs", "./root.cjs") };
    const tree = (/** @type {string} */ folder, /** @type {string} */ ending) => ({
      "root.cjs": `const base = require("./${folder}/base.mjs"), one = require("./one.${ending}"), two = require("./two.cjs"),
        three = require("./three.mjs"); exports.value = () => [one.it(), two.it(), three.it()].every((it) => it === base.it)
        ? "one in ${folder}" : "several in ${folder}";`,
      [`${folder}/base.mjs`]: "export const it = {};",
      [`one.${ending}`]: `import * as base from "./${folder}/base.mjs"; export const it = () => base.it;`,
      "two.cjs": `const one = require("./one.${ending}"); exports.it = () => one.it();`,
      "three.mjs": `import * as base from "./${folder}/base.mjs"; export const it = () => base.it;`,
    });
    const [A, B] = [tree("a", "js"), tree("b", "mjs")];
    const { program, save } = start(t, way, A);
    await program.line("value one in a");
    for (let round = 0; round < 2; round++) {
      save({ "a/base.mjs": null, "one.js": null, ...B });
      await program.line("value one in b");
      save({ "b/base.mjs": null, "one.mjs": null, ...A });
      await program.line("value one in a");
    }
  });
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: an ES module that Node runs, and that new CommonJS requires, goes on to be followed`, async (t) => {
    const { program, save } = start(t, way, {
      "root.mjs": `import * as one from "./one.mjs"; import * as user from "./user.mjs"; export const value = () => one.v + " " + user.v;`,
      "user.mjs": `export { v } from "./one.mjs";`,
      "one.mjs": "export const v = 1;",
    });
    await program.line("value 1 1");
    save({
      "user.mjs": null,
      "user.cjs": `exports.v = "required " + require("./one.mjs").v;`,
      "root.mjs": `import * as one from "./one.mjs"; import * as user from "./user.cjs"; export const value = () => one.v + " " + user.v;`,
    });
    await program.line("value 1 required 1");
    save({ "one.mjs": "export const v = 2;" });
    await program.line("value 2 required 2");
    assert.doesNotMatch(program.stderr, /user\.mjs imports it directly/);
  });
}

for (const name of /** @type {const} */ (["import.meta.hot", "hot.init", "sync.import", "sync.require"])) {
  for (const user of ["user.cts", "user.cjs"]) {
    test(`${name}: ./data in ${user} was data.js, and is data.json`, async (t) => {
      const way = name.startsWith("sync") ? { ...WAYS[name], register: true } : WAYS[name];
      const root = (/** @type {string} */ data) =>
        `import data from ${data}; import * as user from "./${user}"; export const value = () => data.v + " " + user.v;`;
      const { program, save } = start(t, way, {
        "root.mjs": root(`"./data.js"`),
        [user]: `exports.v = "required " + require("./data").v;`,
        "data.js": `export const v = 1; export default { v };`,
      });
      await program.line("value 1 required 1");
      save({
        "data.js": null,
        "data.json": `{ "v": 2 }`,
        "root.mjs": root(`"./data.json" with { type: "json" }`),
      });
      await program.line("value 2 required 2");
      save({ "data.json": `{ "v": 3 }` });
      await program.line("value 3 required 3");
      // And back, twice: the second time it is known already.
      for (const version of [4, 6]) {
        save({
          "data.json": null,
          "data.js": `export const v = ${version}; export default { v };`,
          "root.mjs": root(`"./data.js"`),
        });
        await program.line(`value ${version} required ${version}`);
        save({
          "data.js": null,
          "data.json": `{ "v": ${version + 1} }`,
          "root.mjs": root(`"./data.json" with { type: "json" }`),
        });
        await program.line(`value ${version + 1} required ${version + 1}`);
      }
    });
  }
}
