// Which files are watched, as imports come and go. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";

const addon = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));
/** How many folders are watched. */
const watching = `import { createRequire } from "node:module"; const { watchStatus } = createRequire(import.meta.url)(${addon});
globalThis.watched = () => { const { native = 0, polled = 0 } = watchStatus() ?? {}; return native + polled; };`;

test("what import() brought is not watched any more once it is pruned", async (t) => {
  const { ask, save, self } = await hotProgram(t, {
    "main.mjs": `${watching} import "./x.mjs";`,
    "x.mjs": "globalThis.get = null; import.meta.hot.accept();",
    "pages/page.mjs": "export const text = 1; import.meta.hot.accept();",
  });
  const x = `globalThis.get = () => import("./pages/page.mjs"); import.meta.hot.accept();`;
  const watched = async () => Number(await ask("watched()"));
  /** @param {(count: number) => boolean} isIt */
  const until = async (isIt) => {
    for (const end = performance.now() + 20_000; !isIt(await watched()); )
      assert.ok(performance.now() < end, "in time");
  };
  // What it has begun with is watched a moment later.
  await until((count) => count > 0);
  const before = await watched();
  for (let round = 1; round < 3; round++) {
    await save({ "x.mjs": x });
    await ask("get().then(() => 0)");
    await until((count) => count > before);
    await save({ "pages/page.mjs": `export const text = ${round}2; import.meta.hot.accept();` });
    assert.equal(await ask("get().then(({ text }) => text)"), `${round}2`);
    const { pruned } = await save({ "x.mjs": "globalThis.get = null; import.meta.hot.accept();" });
    assert.deepEqual(pruned, ["pages/page.mjs"]);
    await until((count) => count === before);
    self.write("pages/page.mjs", "export const text = 1; import.meta.hot.accept();");
  }
});

test("a version that is refused imports less: the one that runs on is watched as before", async (t) => {
  const y = (/** @type {number} */ value) => `import.meta.hot.accept(); say("y", ${value});`;
  const { program, said, save, self } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `import "./sub/y.mjs"; import.meta.hot.accept(); say("x 1");`,
    "sub/y.mjs": y(1),
  });
  assert.equal(
    (await save({ "x.mjs": `import.meta.hot.accept(); throw new Error("x 2");` })).type,
    "evaluationError",
  );
  for (const value of [2, 3]) {
    said();
    // The new one is tried again, and told of.
    let result = await save({ "sub/y.mjs": y(value) });
    while (result.type !== "accepted") result = await program.value("result");
    assert.deepEqual(said(), [`y ${value}`], program.stdout + program.stderr);
  }
  assert.equal(
    (await save({ "x.mjs": `import "./sub/y.mjs"; import.meta.hot.accept(); say("x 3");` })).type,
    "accepted",
  );
  self.write("sub/y.mjs", y(4));
  /** @type {string[]} */
  const heard = [];
  while (!heard.includes("y 4")) {
    await program.value("result");
    heard.push(...said());
  }
});

for (const [name, refused] of [
  ["does not link", `import { none } from "./other.mjs";`],
  ["throws", `throw new Error("x 2");`],
]) {
  test(`what only the old version imports is updated beside a new one that ${name}`, async (t) => {
    const { program, said, self } = await hotProgram(t, {
      "main.mjs": `import "./x.mjs";`,
      "x.mjs": `import "./y.mjs"; import.meta.hot.accept();`,
      "y.mjs": `import.meta.hot.accept(); say("y 1");`,
      "other.mjs": "",
    });
    said();
    self.write("y.mjs", `import.meta.hot.accept(); say("y 2");`);
    self.write("x.mjs", `${refused} import.meta.hot.accept();`);
    for (let results = 0; results < 2; results++) await program.value("result");
    assert.deepEqual(said(), ["y 2"]);
  });
}

for (const flags of [[], ["--preserve-symlinks", "--preserve-symlinks-main"]]) {
  test(`what symbolic links lead to ${flags.join(" ")}`, async (t) => {
    const { ask, save, self } = await hotProgram(
      t,
      {
        "main.mjs": `
          import { x } from "./x.mjs"; import c from "./c.cjs";
          import.meta.hot.accept("./x.mjs"); import.meta.hot.accept("./c.cjs");
          globalThis.seen = () => [x, c.c].join();`,
        "x.mjs": "export const x = 1;",
        "c.cjs": "exports.c = 1;",
        "far/x.mjs": "export const x = 2;",
        "far/c.cjs": "exports.c = 2;",
        "farther/c.cjs": "exports.c = 3;",
      },
      { nodeArguments: flags },
    );
    /** @param {string} name @param {string} to */
    const link = (name, to) =>
      ask(`{
        const fs = process.getBuiltinModule("node:fs");
        fs.symlinkSync(${JSON.stringify(to)}, "next");
        fs.renameSync("next", ${JSON.stringify(name)});
      }`);
    /** @param {string} wanted */
    const sees = (wanted) =>
      ask(`new Promise((done) => {
        const look = () => seen() === ${JSON.stringify(wanted)} ? done() : setTimeout(look, 2);
        look();
      })`);
    await link("x.mjs", "far/x.mjs");
    await sees("2,1");
    assert.equal((await save({ "far/x.mjs": "export const x = 3;" })).type, "accepted");
    await sees("3,1");
    // Written and moved into place, as editors do.
    self.write("far/x.next", "export const x = 4;");
    self.rename("far/x.next", "far/x.mjs");
    await sees("4,1");
    await link("c.cjs", "far/c.cjs");
    await sees("4,2");
    await link("c.cjs", "farther/c.cjs");
    await sees("4,3");
    await save({ "farther/c.cjs": "exports.c = 4;" });
    await sees("4,4");
    self.write("c.next", "exports.c = 5;");
    self.rename("c.next", "c.cjs");
    await sees("4,5");
    await save({ "c.cjs": "exports.c = 6;" });
    await sees("4,6");
  });
}

test("with --preserve-symlinks what a link led to from the beginning is watched", async (t) => {
  const self = project(t, {
    "main.mjs": `
      import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs", () => console.log("x is", x)); console.log("x is", x);
      process.on("disconnect", () => process.exit());`,
    "far/x.mjs": "export const x = 1;",
  });
  self.link("far/x.mjs", "x.mjs");
  const nodeArguments = [
    ...["--preserve-symlinks", "--preserve-symlinks-main"],
    ...["--import", "heatsync-rs/register"],
  ];
  const program = self.run("main.mjs", { nodeArguments });
  await program.line(/x is 1/);
  self.write("far/x.mjs", "export const x = 2;");
  await program.line(/x is 2/);
});

test("with --preserve-symlinks a folder that is loaded by two paths", async (t) => {
  const self = project(t, {
    "main.mjs": `
      import { x } from "./far/x.mjs"; import { x as y } from "./near/x.mjs"; console.log(x, y);
      import.meta.hot.accept(["./far/x.mjs", "./near/x.mjs"], () => console.log(x, y));
      process.on("disconnect", () => process.exit());`,
    "far/x.mjs": "export const x = 1;",
  });
  self.link("far", "near");
  const nodeArguments = [
    "--preserve-symlinks",
    "--preserve-symlinks-main",
    "--import",
    "heatsync-rs/register",
  ];
  const program = self.run("main.mjs", { nodeArguments });
  await program.line(/^1 1$/);
  self.write("far/x.mjs", "export const x = 2;");
  await program.line(/^2 2$/);
  self.write("near/x.mjs", "export const x = 3;");
  await program.line(/^3 3$/);
});

// What is waited for in such a package is asked for by the link in node_modules.
test("a workspace's package whose exports lead nowhere for a while", async (t) => {
  const exports = (/** @type {string} */ file) =>
    JSON.stringify({ name: "lib", type: "module", exports: `./${file}` });
  const self = project(t, {
    "main.mjs": `
      import { used } from "./use.mjs"; console.log("it is", used());
      import.meta.hot.accept("./use.mjs", () => console.log("it is", used()));
      process.on("disconnect", () => process.exit());`,
    "use.mjs": `import { x } from "lib"; export const used = () => x;`,
    "packages/lib/package.json": exports("one.mjs"),
    "packages/lib/one.mjs": "export const x = 1;",
  });
  self.link("packages/lib", "node_modules/lib");
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line(/it is 1/);
  self.write("packages/lib/package.json", exports("two.mjs"));
  await until(() => /two\.mjs/.test(program.stderr), "that it is not there");
  self.write("packages/lib/two.mjs", "export const x = 2;");
  await program.line(/it is 2/);
  self.write("packages/lib/two.mjs", "export const x = 3;");
  await program.line(/it is 3/);
  self.write("packages/lib/package.json", exports("one.mjs"));
  await program.line(/it is 1/);
  self.write("packages/lib/one.mjs", "export const x = 4;");
  await program.line(/it is 4/);
});

test("a package that is installed while the program runs: what imports it is live, not saved once more", async (t) => {
  const { ask, program, save, self } = await hotProgram(t, {
    "main.mjs": `import { v } from "./a.mjs"; globalThis.v = () => v; import.meta.hot.accept("./a.mjs");`,
    "a.mjs": "export const v = 0;",
    "node_modules/other/package.json": {},
  });
  const cases = /** @type {const} */ ([
    ["main", "main", { main: "./lib.js" }, "exports.v = 1;"],
    ["exports", "exports", { type: "module", exports: "./lib.js" }, "export const v = 2;"],
    ["@scope/sub/path", "@scope/sub", { exports: { "./path": "./lib.js" } }, "export const v = 3;"],
  ]);
  for (const [index, [specifier, name, manifest, text]] of cases.entries()) {
    const { type, line, column } = await save({ "a.mjs": `export { v } from ${JSON.stringify(specifier)};` });
    assert.deepEqual([type, line, column], ["linkError", 1, 19]);
    self.write(`node_modules/${name}/lib.js`, text);
    self.write(`node_modules/${name}/package.json`, { name, ...manifest });
    assert.equal((await program.value("result")).type, "accepted");
    assert.equal(await ask("v()"), String(index + 1));
  }
});

test("a file that moves to another that its importers call so: they follow it, and it is watched", async (t) => {
  const cases = [
    ["./it", "it.ts", "it/index.ts"],
    ["./it.js", "it.js", "it.ts"],
  ];
  for (const [specifier, before, after] of cases) {
    const { program, said, save, self } = await hotProgram(t, {
      "package.json": '{ "type": "module" }',
      "main.mjs": `import "./between.ts"; import.meta.hot.accept("./between.ts");`,
      "between.ts": `import { it } from "${specifier}"; declare const say: any; say(it);`,
      [before]: "export const it = 1;",
    });
    assert.deepEqual(said(), ["1"]);
    self.rename(before, after);
    const moved = await program.value("result");
    assert.equal(moved.type, "accepted");
    assert.deepEqual(moved.pruned, [before]);
    assert.deepEqual(said(), ["1"]);
    const { type, evaluated } = await save({ [after]: "export const it = 2;" });
    assert.deepEqual([type, evaluated], ["accepted", [after, "between.ts"]]);
    assert.deepEqual(said(), ["2"]);
    // And back.
    self.rename(after, before);
    assert.equal((await program.value("result")).type, "accepted");
    assert.equal((await save({ [before]: "export const it = 3;" })).type, "accepted");
    assert.deepEqual(said(), ["3"]);
  }
});

test("a file that is deleted, and comes as another that its importers call so: they follow it", async (t) => {
  for (const importing of [`import { it } from "./it";`, `const { it } = await import("./it");`]) {
    const { program, said, save, self } = await hotProgram(t, {
      "package.json": '{ "type": "module" }',
      "main.mjs": `import "./between.ts"; import.meta.hot.accept("./between.ts");`,
      "between.ts": `${importing} declare const say: any; say(it);`,
      "it.ts": "export const it = 1;",
    });
    self.delete("it.ts");
    assert.equal((await program.value("result")).type, "linkError");
    // It is back, and is not what was waited for.
    const back = await save({ "it.ts": "export const it = 0;" });
    assert.deepEqual([back.type, back.evaluated], ["accepted", ["it.ts", "between.ts"]]);
    self.delete("it.ts");
    assert.equal((await program.value("result")).type, "linkError");
    const came = await save({ "it/index.ts": "export const it = 2;" });
    assert.deepEqual([came.type, said().join()], ["accepted", "2"]);
    const { type, evaluated } = await save({ "it/index.ts": "export const it = 3;" });
    assert.deepEqual([type, evaluated], ["accepted", ["it/index.ts", "between.ts"]]);
    assert.deepEqual(said(), ["3"]);
  }
});

test("it comes between an update that missed it and what that is followed by", async (t) => {
  const { program, said } = await hotProgram(t, {
    "package.json": '{ "type": "module" }',
    "main.mjs": `import "./between.ts"; import fs from "node:fs"; import { hot } from "heatsync-rs";
      import.meta.hot.accept("./between.ts");
      hot.on("update", ({ type }) => {
        if (type !== "linkError") return;
        fs.mkdirSync("it");
        fs.writeFileSync("it/index.ts", "export const it = 2;");
      });
      setImmediate(() => fs.rmSync("it.ts"));`,
    "between.ts": `import { it } from "./it"; declare const say: any; say(it);`,
    "it.ts": "export const it = 1;",
  });
  assert.equal((await program.value("result")).type, "linkError");
  assert.equal((await program.value("result")).type, "accepted");
  assert.deepEqual(said(), ["1", "2"]);
});
