// Cycles, several users of one file, one file through both methods, and the module system changing.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ask,
  errors,
  eventually,
  HMR,
  history,
  IMPORT,
  KINDS,
  live,
  REQUIRE,
  SYNC,
  started,
  watching,
} from "./support/observed.mjs";

for (const kind of KINDS) {
  const extension = kind.extension;
  const file = `mod.${extension}`;
  const named = (/** @type {string} */ name) => `${name}.${extension}`;
  const late = (/** @type {string} */ other, /** @type {string} */ text) =>
    kind === REQUIRE
      ? `exports.text = () => ${JSON.stringify(text)};\nconst other = require("./${other}");\nexports.both = () => exports.text() + other.text();\n`
      : `import * as other from "./${other}";\nexport const text = () => ${JSON.stringify(text)};\nexport const both = () => text() + other.text();\n`;
  const cyclic = {
    [file]: kind.imports("a", `./${named("a")}`) + kind.computes("a.both()"),
    [named("a")]: late(named("b"), "a1"),
    [named("b")]: late(named("a"), "b1"),
  };

  test(`${kind.name}: a cycle below the module, edited on either side`, async (t) => {
    const { own, program } = await started(t, kind, cyclic, { first: "a1b1" });
    own.write(named("b"), late(named("a"), "b2"));
    await live(program, "a1b2");
    own.write(named("a"), late(named("b"), "a2"));
    await live(program, "a2b2");
    const begun = performance.now();
    own.write(named("b"), "let a = ;");
    own.write(named("b"), late(named("a"), "b3"));
    // Broken for so long it is told of: a machine that stood still between the two saves.
    const isAtOnce = performance.now() - begun < 40;
    await eventually(program, "a2b3");
    if (isAtOnce) assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: the module itself is part of a cycle`, async (t) => {
    const main = (/** @type {string} */ text) =>
      late(named("b"), text) +
      (kind === REQUIRE
        ? "exports.value = exports.both();\n"
        : // b is evaluated first, and holds only what is called later.
          "export const value = both();\n");
    const { own, program } = await started(
      t,
      kind,
      { [file]: main("m1"), [named("b")]: late(file, "b1") },
      { id: `./${file}`, first: "m1b1" },
    );
    own.write(named("b"), late(file, "b2"));
    await live(program, "m1b2");
    own.write(file, main("m2"));
    await live(program, "m2b2");
  });

  test(`${kind.name}: a module that uses itself`, async (t) => {
    const self = (/** @type {number} */ value) =>
      kind === REQUIRE
        ? `${kind.exports(value)}exports.value = require("./${file}").value;\n`
        : `import * as self from "./${file}";\nexport const value = ${value};\nexport const same = () => self.value === value;\n`;
    const { own, program } = await started(t, kind, { [file]: self(1) }, { id: `./${file}` });
    own.write(file, self(2));
    await live(program, 2);
    own.write(file, self(3));
    await live(program, 3);
  });

  test(`${kind.name}: a diamond is evaluated once each`, async (t) => {
    const count = (/** @type {string} */ name) => `globalThis.${name} = (globalThis.${name} ?? 0) + 1;\n`;
    const { own, program } = await started(
      t,
      kind,
      {
        [file]:
          kind.imports("l", `./${named("left")}`) +
          kind.imports("r", `./${named("right")}`) +
          count("top") +
          kind.computes("l.value + r.value"),
        [named("left")]: count("left") + kind.passesOn(`./${named("base")}`),
        [named("right")]: count("right") + kind.passesOn(`./${named("base")}`),
        [named("base")]: count("base") + kind.exports(1),
        [named("beside")]: count("beside"),
      },
      { first: 2 },
    );
    own.write(named("base"), count("base") + kind.exports(2));
    await live(program, 4);
    own.write(named("left"), `${count("left")}${kind.exports(10)}`);
    await live(program, 12);
    assert.deepEqual(await ask(program, "[top, left, right, base]"), [3, 3, 2, 2]);
  });

  test(`${kind.name}: an import that is added, and one that is taken away`, async (t) => {
    const dep = named("dep");
    const { own, program } = await started(t, kind, { [dep]: kind.exports("dep 1") });
    own.write(file, kind.passesOn(`./${dep}`));
    await live(program, "dep 1");
    own.write(dep, kind.exports("dep 2"));
    await live(program, "dep 2");
    own.write(file, kind.exports("alone"));
    await live(program, "alone");
    own.write(dep, kind.exports("dep 3"));
    own.write(file, kind.exports("still alone"));
    await live(program, "still alone");
    own.write(file, kind.passesOn(`./${dep}`));
    // Node still has the version that was required before, and may show it for a moment.
    await eventually(program, "dep 3");
    const seen = history(program).slice(0, 5);
    assert.deepEqual(seen, [1, "dep 1", "dep 2", "alone", "still alone"]);
    own.write(dep, kind.exports("dep 4"));
    await live(program, "dep 4");
  });
}

for (const kind of SYNC) {
  const file = `mod.${kind.extension}`;
  const load = kind === REQUIRE ? "sync.require" : "await sync.import";

  test(`${kind.name}: one file through two instances: both reload, one evaluation`, async (t) => {
    const counted = (/** @type {number} */ value) =>
      `globalThis.count = (globalThis.count ?? 0) + 1;\n${kind.exports(value)}`;
    const { own, program } = await started(t, kind, { [file]: counted(1) }, { id: `./${file}` });
    const second = load.replace("sync.", "globalThis.second.");
    await ask(program, `void (globalThis.second = new Heatsync())`);
    await ask(
      program,
      `(async () => { globalThis.other = ${second}("./${file}"); globalThis.second.events.on("reload", () => say("second", other.value)); })()`,
    );
    assert.equal(await ask(program, "count"), 1);
    own.write(file, counted(2));
    assert.equal(await program.value("second"), 2);
    await program.waitFor(() => history(program).includes(2), "the first instance's update");
    assert.deepEqual(await ask(program, "[mod.value, other.value, count]"), [2, 2, 2]);
    // One is disposed of, the other goes on.
    await ask(program, "globalThis.second.dispose()");
    own.write(file, counted(3));
    await eventually(program, 3);
    assert.equal(await ask(program, "count"), 3);
  });

  test(`${kind.name}: the same file at two places of the graph, both synced: the objects live on`, async (t) => {
    const dep = `dep.${kind.extension}`;
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    await ask(
      program,
      `(async () => { globalThis.dep = ${load}("./${dep}"); globalThis.before = [mod, dep]; })()`,
    );
    own.write(dep, kind.exports(2));
    await live(program, 2);
    assert.deepEqual(await ask(program, "[mod.value, dep.value, before[0] === mod, before[1] === dep]"), [
      2,
      2,
      true,
      true,
    ]);
  });
}

test("the same CommonJS file through require and import: one instance, both live", async (t) => {
  const counted = (/** @type {number} */ value) =>
    `globalThis.count = (globalThis.count ?? 0) + 1;\n${REQUIRE.exports(value)}`;
  const { own, program } = await started(t, REQUIRE, { "mod.cjs": counted(1) });
  await ask(program, '(async () => { globalThis.imported = await sync.import("./mod.cjs"); })()');
  assert.deepEqual(await ask(program, "[count, imported.value ?? imported.default.value]"), [1, 1]);
  for (const value of [2, 3]) {
    own.write("mod.cjs", counted(value));
    await live(program, value);
    assert.deepEqual(await ask(program, "[mod.value, imported.value ?? imported.default.value, count]"), [
      value,
      value,
      value,
    ]);
  }
});

test("the same ES module through require and import: one instance, both live", async (t) => {
  const counted = (/** @type {number} */ value) =>
    `globalThis.count = (globalThis.count ?? 0) + 1;\n${IMPORT.exports(value)}`;
  const { own, program } = await started(t, IMPORT, { "mod.mjs": counted(1) });
  await ask(program, 'void (globalThis.required = sync.require("./mod.mjs"))');
  assert.deepEqual(await ask(program, "[count, required.value]"), [1, 1]);
  for (const value of [2, 3]) {
    own.write("mod.mjs", counted(value));
    await live(program, value);
    assert.deepEqual(await ask(program, "[mod.value, required.value, count]"), [value, value, value]);
  }
});

test("an ES module that imports CommonJS that requires JSON", async (t) => {
  const { own, program } = await started(
    t,
    IMPORT,
    {
      "mod.mjs": 'import dep from "./dep.cjs";\nexport const value = dep.value;\n',
      "dep.cjs": 'exports.value = require("./data.json").value;\n',
      "data.json": { value: 1 },
    },
    { id: "./mod.mjs" },
  );
  own.write("data.json", { value: 2 });
  await live(program, 2);
  own.writeAtomically("dep.cjs", 'exports.value = require("./data.json").value + 10;\n');
  await live(program, 12);
  own.write("data.json", { value: 3 });
  await live(program, 13);
});

test('package.json\'s "type" changes: told, as Node remembers the old one; the old version works on', async (t) => {
  const files = { "lib/package.json": { type: "commonjs" }, "lib/mod.js": "exports.value = 1;\n" };
  const { own, program } = await started(t, IMPORT, files, { id: "./lib/mod.js" });
  await watching(own, program, "lib/mod.js");
  own.write("lib/package.json", { type: "module" });
  own.write("lib/mod.js", "export const value = 2;\n");
  const error = await program.value("error");
  assert.equal(error.file, "lib/mod.js");
  assert.equal(await ask(program, "mod.value"), 1);
  own.write("lib/package.json", { type: "commonjs" });
  own.write("lib/mod.js", "exports.value = 3;\n");
  await eventually(program, 3);
});

test("hmr: a dependency of a dependency is fresh, in CommonJS below ES modules too", async (t) => {
  const { own, program } = await started(
    t,
    HMR,
    {
      "mod.mjs": 'export { value } from "./a.mjs";\n',
      "a.mjs": 'import b from "./b.cjs";\nexport const value = b.value;\n',
      "b.cjs": 'exports.value = require("./c.cjs").value;\n',
      "c.cjs": "exports.value = 1;\n",
    },
    { id: "./mod.mjs" },
  );
  own.write("c.cjs", "exports.value = 2;\n");
  await live(program, 2);
  own.write("a.mjs", 'import b from "./b.cjs";\nexport const value = b.value * 10;\n');
  await live(program, 20);
  own.write("c.cjs", "exports.value = 3;\n");
  await live(program, 30);
});

for (const kind of [IMPORT, HMR]) {
  test(`${kind.name}: CommonJS below an ES module where something was preloaded, which may have registered hooks`, async (t) => {
    const mod = (/** @type {number} */ factor) =>
      `import c from "./c.cjs";\nexport const value = ${factor} * c.value;\n`;
    const { own, program } = await started(
      t,
      kind,
      {
        "preload.cjs": "",
        "mod.mjs": mod(1),
        "c.cjs": 'exports.value = require("./d.cjs").value;\n',
        "d.cjs": "exports.value = 1;\n",
      },
      { nodeArguments: ["--require", "./preload.cjs"] },
    );
    own.write("d.cjs", "exports.value = 2;\n");
    await live(program, 2);
    own.write("mod.mjs", mod(10));
    await live(program, 20);
    own.write("c.cjs", "exports.value = 3;\n");
    await live(program, 30);
    own.write("c.cjs", "throw new Error('broken');\n");
    if (kind === HMR) await program.errorOutput("broken");
    else assert.equal((await program.value("error")).message, "broken");
    own.write("c.cjs", "exports.value = 4;\n");
    await live(program, 40);
  });
}
