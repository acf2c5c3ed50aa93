// What CommonJS imports by import(), which is Node's own there, and stays in Node's map of modules for good: the program is to see each
// version all the same, and one instance.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const TELL = `let last; setInterval(async () => {
  const value = await seen().catch((error) => "threw " + error.message);
  if (value !== last) console.log("value", (last = value));
}, 10);`;
const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => {});`;

/** @type {Record<string, { register: boolean, entry: string }>} Who has `root.mjs`: by which means. */
const WAYS = {
  "import.meta.hot": {
    register: true,
    entry: `import { value } from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const seen = async () => value(); ${TELL}`,
  },
  "hot.init": {
    register: false,
    entry: `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./root.mjs"] });
      const seen = async () => (await import("./root.mjs")).value(); ${TELL}`,
  },
  "sync.import, registered": {
    register: true,
    entry: `${SYNC} const root = await sync.import("./root.mjs"); const seen = async () => root.value(); ${TELL}`,
  },
  "sync.require, registered": {
    register: true,
    entry: `${SYNC} const root = sync.require("./root.mjs"); const seen = async () => root.value(); ${TELL}`,
  },
};
WAYS["hot.init, registered"] = { ...WAYS["hot.init"], register: true };

/** @param {import("node:test").TestContext} t @param {{ register: boolean, entry: string }} way @param {Record<string, string | object>} files */
function start(t, { register, entry }, files) {
  const self = project(t, { "package.json": { type: "module" }, "main.mjs": entry, ...files });
  const nodeArguments = register ? ["--import", "heatsync-rs/register"] : [];
  return { self, program: self.run("main.mjs", { nodeArguments }) };
}

const LATE = `exports.value = async () => {
  const [cjs, ts, json, esm] = await Promise.all([
    import("./a.cjs"), import("./b.cts"), import("./c.json", { with: { type: "json" } }), import("./d.mjs"),
  ]);
  return [cjs.v, cjs.default.v, cjs.w, ts.v, json.default.v, esm.v, require("./a.cjs").v].join();
};`;

/** What sync.* follows. */
const STATICALLY = `import "./a.cjs"; import "./b.cts"; import "./c.json" with { type: "json" }; import "./d.mjs";`;

for (const [name, way] of Object.entries(WAYS)) {
  for (const late of ["late.cjs", "late.cts"]) {
    test(`${name}: what ${late} imports is what it is now`, async (t) => {
      const { program, self } = start(t, way, {
        "root.mjs": `import late from "./${late}"; ${name.startsWith("sync") ? STATICALLY : ""} export const value = () => late.value();`,
        [late]: LATE,
        "a.cjs": "exports.v = 1;",
        "b.cts": "exports.v = 1 as number;",
        "c.json": { v: 1 },
        "d.mjs": "export const v = 1;",
      });
      await program.line("value 1,1,,1,1,1,1");
      self.write("a.cjs", "exports.v = 2;");
      await program.line("value 2,2,,1,1,1,2");
      self.write("b.cts", "exports.v = 2 as number;");
      await program.line("value 2,2,,2,1,1,2");
      self.write("c.json", { v: 2 });
      await program.line("value 2,2,,2,2,1,2");
      self.write("d.mjs", "export const v = 2;");
      await program.line("value 2,2,,2,2,2,2");
      self.write("a.cjs", "exports.v = 3; exports.w = 'new';");
      await program.line("value 3,3,new,2,2,2,3");
      self.write("a.cjs", "exports.v = ;");
      await program.waitFor(() => /a\.cjs:1/.test(program.stderr) || name.startsWith("sync"), "the error");
      self.write("a.cjs", "exports.v = 4;");
      await program.line("value 4,4,,2,2,2,4");
    });
  }
}

test("CommonJS and TypeScript of it accept what they import so", async (t) => {
  const text = (/** @type {string} */ imported) => `
    import("./${imported}").then((it) => console.log("${imported}", it.v));
    module.hot.accept("./${imported}", async () => console.log("${imported} again", (await import("./${imported}")).v));`;
  const { program, self } = start(
    t,
    { register: true, entry: `import "./a.cjs"; import "./b.cts"; setInterval(() => {}, 1000);` },
    {
      "a.cjs": text("c.cjs"),
      "b.cts": text("d.json")
        .replaceAll('json")', 'json", { with: { type: "json" } })')
        .replaceAll(".v", ".default.v"),
      "c.cjs": "exports.v = 1;",
      "d.json": { v: 1 },
    },
  );
  // Which comes first is open: one is read by Node.
  const areThere = () => ["c.cjs 1", "d.json 1"].every((line) => program.lines.includes(line));
  await program.waitFor(areThere, "both");
  self.write("c.cjs", "exports.v = 2;");
  await program.line("c.cjs again 2");
  self.write("d.json", { v: 2 });
  await program.line("d.json again 2");
  self.write("c.cjs", "exports.v = 3;");
  await program.line("c.cjs again 3");
});

test("what only CommonJS imported so that is gone is of those who import it still", async (t) => {
  const { program, self } = start(t, WAYS["import.meta.hot"], {
    "root.mjs": `import * as one from "./one.mjs"; import late from "./late.cjs"; export const value = async () => [one.v, await late.value()].join();`,
    "late.cjs": `exports.value = async () => (await import("./one.mjs")).v;`,
    "one.mjs": "export const v = 1;",
  });
  await program.line("value 1,1");
  self.write(
    "root.mjs",
    `import * as one from "./one.mjs"; export const value = async () => "alone " + one.v;`,
  );
  self.delete("late.cjs");
  await program.line("value alone 1");
  self.write("one.mjs", "export const v = 2;");
  await program.line("value alone 2");
});

test("what throws while it is evaluated is rejected, and evaluated again when it is mended", async (t) => {
  const { program, self } = start(t, WAYS["import.meta.hot"], {
    "root.mjs": `import late from "./late.cjs"; export const value = () => late.value();`,
    "late.cjs": `exports.value = async () => (await import("./a.cjs")).v;`,
    "a.cjs": "throw new Error('no');",
  });
  await program.line("value threw no");
  self.write("a.cjs", "exports.v = 1;");
  await program.line("value 1");
});

test("what a version imports while it is evaluated goes on, if the version before has imported it", async (t) => {
  const text = (/** @type {number} */ version) =>
    `exports.value = async () => "${version} " + (await exports.loaded).n; exports.loaded = import("./a.cjs");`;
  const { program, self } = start(t, WAYS["import.meta.hot"], {
    "root.mjs": `import late from "./late.cjs"; export const value = () => late.value();`,
    "late.cjs": text(1),
    "a.cjs": "globalThis.n = (globalThis.n ?? 0) + 1; exports.n = globalThis.n;",
  });
  await program.line("value 1 1");
  for (let version = 2; version < 8; version++) {
    self.write("late.cjs", text(version));
    await program.line(`value ${version} 1`);
  }
});

// Node has it for good, so it is kept up to date; but a fresh process would not load it.
for (const how of ["is deleted", "does not link", "throws"]) {
  test(`what CommonJS has imported and required, and does not any more, is in nobody's way: it ${how}`, async (t) => {
    const late = (/** @type {boolean} */ isWith) =>
      isWith
        ? `const gone = require("./gone.mjs"); exports.value = async () => gone.v + (await import("./gone.mjs")).v;`
        : `exports.value = async () => "without";`;
    const shared = (/** @type {number} */ n, more = ", only = 1") => `export const n = ${n}${more};`;
    const { program, self } = start(t, WAYS["import.meta.hot"], {
      "root.mjs": `import late from "./late.cjs"; import { n } from "./shared.mjs";
        export const value = async () => n + (await late.value());`,
      "late.cjs": late(true),
      "gone.mjs": `import { n, only } from "./shared.mjs"; export const v = " gone " + n; if (n === 3) throw new Error("three");`,
      "shared.mjs": shared(1),
    });
    await program.line("value 1 gone 1 gone 1");
    self.write("late.cjs", late(false));
    await program.line("value 1without");
    if (how === "is deleted") self.delete("gone.mjs");
    self.write("shared.mjs", shared(2));
    await program.line("value 2without");
    self.write("shared.mjs", how === "throws" ? shared(3) : shared(3, ""));
    await program.line("value 3without");
    self.write("shared.mjs", shared(4, ""));
    await program.line("value 4without");
    // And it may come back.
    self.write("gone.mjs", `import { n } from "./shared.mjs"; export const v = " back " + n;`);
    self.write("late.cjs", late(true));
    await program.line("value 4 back 4 back 4");
    self.write("shared.mjs", shared(5, ""));
    await program.line("value 5 back 5 back 5");
  });
}

test("require.cache lists the program's files alone", (t) => {
  const self = project(t, {
    "main.cjs": `require("./a.cjs"); import("./b.mjs").then(() => console.log(Object.keys(require.cache)));`,
    "a.cjs": "",
    "b.mjs": `import "./c.cjs";`,
    "c.cjs": "",
  });
  const listed = (/** @type {string[]} */ ...flags) =>
    execFileSync(process.execPath, [...flags, "main.cjs"], { cwd: self.directory, encoding: "utf8" });
  assert.equal(listed("--require", "heatsync-rs/register"), listed());
});
