// Files that come at the very moment when they were found to be missing: what Node would find now, or has of them from
// before, is nobody's, and what was read is not read once more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";
import { HMR, IMPORT, live, started } from "./support/observed.mjs";

const native = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));
const internals = JSON.stringify(fileURLToPath(new URL("../runtime/esm/index.cjs", import.meta.url)));

/** `comes` becomes `dep.mjs` once it was looked for in vain. @param {string} isInVain of a `file` and its `record` */
const coming = (isInVain) => `
const fs = require("node:fs");
const path = require("node:path");
const { loader } = require(${internals});
const { load } = loader;
loader.load = function (file, ...rest) {
  const comes = path.join(path.dirname(file), "comes");
  let record = {};
  try {
    return (record = Reflect.apply(load, this, [file, ...rest]));
  } finally {
    if ((${isInVain}) && fs.existsSync(comes)) fs.renameSync(comes, path.join(path.dirname(file), "dep.mjs"));
  }
};`;
/** The module that imports it was read. */
const LOOKED_FOR = "record.requests?.some((it) => it.file === undefined)";
/** It was to be read itself. */
const READ = `!record.requests && file.endsWith("dep.mjs")`;

for (const kind of [IMPORT, HMR]) {
  for (const [name, isInVain, isByUrl] of /** @type {const} */ ([
    ["looked for", LOOKED_FOR, false],
    ["looked for by its URL", LOOKED_FOR, true],
    ["read", READ, false],
  ])) {
    test(`${kind.name}: it was to be ${name}`, async (t) => {
      const using = {
        "mod.mjs": kind.passesOn("./dep.mjs"),
        "dep.mjs": kind.exports(1),
        "coming.cjs": coming(isInVain),
      };
      const { own, program } = await started(t, kind, using, {
        nodeArguments: ["--require", "./coming.cjs"],
      });
      // Node has the first one.
      own.write("dep.mjs", kind.exports(2));
      await live(program, 2);
      if (isByUrl) {
        own.write("mod.mjs", kind.passesOn(pathToFileURL(own.path("dep.mjs")).href));
        await live(program, 2);
      }
      own.write("comes", kind.exports(3));
      own.delete("dep.mjs");
      await live(program, 3);
      own.write("dep.mjs", kind.exports(4));
      await live(program, 4);
    });
  }
}

/** `next` becomes `mod.mjs` when an update begins, and `back` does once it was read. */
const passing = `
const fs = require("node:fs");
const path = require("node:path");
const { loader } = require(${internals});
const { load, refresh } = loader;
const move = (name) => fs.existsSync(name) && fs.renameSync(name, "mod.mjs");
loader.refresh = function () {
  move("next");
  return Reflect.apply(refresh, this, []);
};
loader.load = function (file, ...rest) {
  try {
    return Reflect.apply(load, this, [file, ...rest]);
  } finally {
    if (path.basename(file) === "mod.mjs" && !fs.existsSync("next")) move("back");
  }
};`;

for (const kind of [IMPORT, HMR]) {
  test(`${kind.name}: an importer is another while an update of what it imports reads it for the first time`, async (t) => {
    const mod = kind.passesOn("./dep.mjs");
    const { own, program } = await started(
      t,
      kind,
      { "mod.mjs": mod, "dep.mjs": kind.exports(1), "passing.cjs": passing },
      { nodeArguments: ["--require", "./passing.cjs"] },
    );
    own.write("back", mod);
    own.write("next", kind.exports("passing"));
    own.write("dep.mjs", kind.exports(2));
    await live(program, "passing");
    // It was saved, and saved back, before anybody looked.
    await live(program, 2);
  });
}

for (const call of ["", "import()"]) {
  test(`register: it was to be ${call ? "imported by import()" : "looked for"}`, async (t) => {
    const m = (/** @type {string} */ from) => `export { v } from "./${from}.mjs"; import.meta.hot.accept();`;
    const { ask, said, save, self } = await hotProgram(
      t,
      {
        "main.mjs": `
          ${call ? "" : `import "./m.mjs";`}
          globalThis.shown = async () => say((await import("./m.mjs").catch((error) => ({ v: error.code }))).v);`,
        "m.mjs": m(call ? "dep" : "other"),
        "other.mjs": "export const v = 0;",
        "coming.cjs": coming(LOOKED_FOR),
        ...(call ? { comes: "export const v = 1;" } : {}),
      },
      { nodeArguments: ["--require", "./coming.cjs"] },
    );
    if (!call) {
      self.write("comes", "export const v = 1;");
      // It may be refused once, and is tried again when it is known that the file is there.
      for (let type = "", tries = 0; type !== "accepted"; tries++) {
        assert.ok(tries < 2, type);
        ({ type } = await save(tries === 0 ? { "m.mjs": m("dep") } : {}));
      }
    }
    const shows = async (/** @type {string} */ wanted) => {
      for (const end = Date.now() + 15_000, seen = [""]; seen.at(-1) !== wanted; ) {
        await ask("shown()");
        seen.push(...said());
        assert.ok(Date.now() < end, `${seen.at(-1)}, not ${wanted}`);
      }
    };
    await shows("1");
    self.write("dep.mjs", "export const v = 2;");
    await shows("2");
  });
}

test("JSON that did not parse when it was read, and does when Node links it, is not Node's", async (t) => {
  const { ask, said, save, self } = await hotProgram(
    t,
    {
      "main.mjs": `
        import * as m from "./m.mjs";
        import.meta.hot.accept("./m.mjs");
        globalThis.shown = () => say(m.v);`,
      "m.mjs": "export const v = 0;",
      "mending.cjs": `
        const fs = require("node:fs");
        const { loader } = require(${internals});
        const { json } = loader;
        loader.json = function (file) {
          const text = Reflect.apply(json, this, [file]);
          if (text === "{") fs.writeFileSync(file, "1");
          return text;
        };`,
      "j.json": "{",
    },
    { nodeArguments: ["--require", "./mending.cjs"] },
  );
  await save({ "m.mjs": `import v from "./j.json" with { type: "json" }; export { v };` });
  await ask("shown()");
  assert.deepEqual(said(), ["1"]);
  self.write("j.json", "2");
  for (const end = Date.now() + 15_000, seen = [""]; seen.at(-1) !== "2"; ) {
    await ask("shown()");
    seen.push(...said());
    assert.ok(Date.now() < end, seen.at(-1));
  }
});

test("register: what has come is saved again before the engine has looked at it", async (t) => {
  const { ask, said, self } = await hotProgram(
    t,
    {
      "main.mjs": `globalThis.load = async () => void (await import("./m.mjs"));`,
      "m.mjs": `import { v } from "./dep.mjs"; say(v); import.meta.hot.accept();`,
      comes: "export const v = 1;",
      "coming.cjs": `
        const { Session } = require(${native});
        const { beginWatches } = Session.prototype;
        Session.prototype.beginWatches = function () {
          globalThis.look = () => Reflect.apply(beginWatches, this, []);
        };
        ${coming(LOOKED_FOR)}`,
    },
    { nodeArguments: ["--require", "./coming.cjs"] },
  );
  await ask("load()");
  self.write("dep.mjs", "export const v = 2;");
  while ((await ask("typeof look")) !== "function");
  await ask("look()");
  const seen = said();
  for (const end = Date.now() + 15_000; seen.at(-1) !== "2"; seen.push(...said())) {
    await ask("0");
    assert.ok(Date.now() < end, seen.join());
  }
  assert.deepEqual(seen, ["1", "2"]);
});
