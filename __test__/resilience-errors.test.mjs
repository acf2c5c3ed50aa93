// What goes wrong is told once, with its place; the old version works on; the next good save goes
// live, also when that is the save of another file.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ask,
  atOnce,
  errors,
  history,
  IMPORT,
  live,
  REQUIRE,
  SYNC,
  started,
  watching,
} from "./support/observed.mjs";
import { until } from "./support/project.mjs";
import { syncProject } from "./support/sync.mjs";

/** The message and the code frame both name the place. @param {any} error @param {string} place */
function names(error, place, ...parts) {
  assert.ok(error.message.includes(place), `${place} in ${error.message}`);
  for (const part of parts) assert.match(error.message, part);
}

for (const kind of SYNC) {
  const file = `mod.${kind.extension}`;
  const dep = `dep.${kind.extension}`;

  test(`${kind.name}: a syntax error, then a good save`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, `// two\nconst a = 1;\nconst b = = 2;\n${kind.exports(2)}`);
    const error = await program.value("error");
    assert.equal(error.name, "SyntaxError");
    assert.equal(error.file, file);
    names(error, `${own.path(file)}:3:11`, /3 .*const b = = 2;/, /\^/);
    assert.equal(await ask(program, "mod.value"), 1, "the old version works on");
    own.write(file, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 1, program.stdout);
  });

  test(`${kind.name}: a syntax error in a dependency`, async (t) => {
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    own.write(dep, "function (\n");
    const error = await program.value("error");
    assert.equal(error.file, dep);
    names(error, `${own.path(dep)}:1:10`, /function \(/);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(dep, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 1);
  });

  test(`${kind.name}: the same broken file saved again is not told again, another error is`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, "let a = ;");
    await program.value("error");
    own.write(file, "let a = ;");
    own.writeAtomically(file, "let a = ;");
    own.write(file, "\n\nlet b = ;");
    names(await program.value("error"), `${own.path(file)}:3:9`);
    own.write(file, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 2, program.stdout);
  });

  test(`${kind.name}: the old content again after an error: nothing to do, and the next save goes live`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, "let a = ;");
    await program.value("error");
    own.write(file, kind.exports(1));
    own.write(file, kind.exports(2));
    await live(program, 2);
    own.write(file, "let a = ;");
    await program.value("error");
    assert.deepEqual(history(program), [1, 2]);
    assert.equal(errors(program).length, 2, "an error that came back is told again");
  });

  test(`${kind.name}: a throw while loading, then a good save`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, `\n\nthrow new RangeError("not today");\n`);
    const error = await program.value("error");
    assert.deepEqual([error.name, error.message, error.file], ["RangeError", "not today", file]);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(file, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 1);
  });

  test(`${kind.name}: a throw in a dependency names the dependency; mending either is enough`, async (t) => {
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    own.write(dep, `throw new Error("dep");\n${kind.exports(0)}`);
    assert.equal((await program.value("error")).file, dep);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(file, kind.exports(2));
    await live(program, 2);
    own.write(dep, kind.exports(3));
    own.write(file, kind.passesOn(`./${dep}`));
    await live(program, 3);
    assert.equal(errors(program).length, 1);
  });

  test(`${kind.name}: throwing what is no Error`, async (t) => {
    const { own, program } = await started(t, kind);
    for (const thrown of [
      "null",
      "undefined",
      "'text'",
      "{ an: 'object' }",
      "Object.freeze(new Error('frozen'))",
    ]) {
      own.write(file, `throw ${thrown};`);
      const error = await program.value("error");
      assert.equal(typeof error.message, "string", thrown);
    }
    own.write(file, kind.exports(2));
    await live(program, 2);
  });

  test(`${kind.name}: a missing dependency goes live when it is created, without another save`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, `// see\n${kind.passesOn("./later/dep")}`.replace('dep"', `${dep}"`));
    const error = await program.value("error");
    assert.match(error.code, /MODULE_NOT_FOUND/);
    assert.equal(error.file, file);
    names(error, `${own.path(file)}:2:`, /later/);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(`later/${dep}`, kind.exports(2));
    await live(program, 2);
    own.write(`later/${dep}`, kind.exports(3));
    await live(program, 3);
    assert.equal(errors(program).length, 1);
  });

  test(`${kind.name}: a missing dependency of a dependency, mended by taking the import out`, async (t) => {
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    own.write(dep, kind.passesOn(`./none.${kind.extension}`));
    const error = await program.value("error");
    assert.equal(error.file, dep);
    names(error, `${own.path(dep)}:1:`);
    own.write(dep, kind.exports(2));
    await live(program, 2);
    own.write(`none.${kind.extension}`, kind.exports("unused"));
    own.write(dep, kind.exports(3));
    await live(program, 3);
    assert.deepEqual(history(program), [1, 2, 3]);
  });

  test(`${kind.name}: a missing package is named`, async (t) => {
    const { own, program } = await started(t, kind);
    own.write(file, kind.passesOn("no-such-package"));
    const error = await program.value("error");
    names(error, "no-such-package", /mod\.[cm]js:1:/);
    own.write(file, kind.exports(2));
    await live(program, 2);
  });

  test(`${kind.name}: a dependency that is deleted is told of, and back again when it is back`, async (t) => {
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    own.delete(dep);
    const error = await program.value("error");
    assert.match(error.message, /dep\./);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(dep, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 1, program.stdout);
  });

  test(`${kind.name}: the file itself deleted is told of, and back again when it is back`, async (t) => {
    const { own, program } = await started(t, kind);
    own.delete(file);
    const error = await program.value("error");
    assert.equal(error.file, file);
    assert.equal(await ask(program, "mod.value"), 1);
    own.write(file, kind.exports(2));
    await live(program, 2);
    assert.equal(errors(program).length, 1);
  });

  test(`${kind.name}: a folder in the file's place, then the file again`, async (t) => {
    const { own, program } = await started(t, kind);
    own.delete(file);
    own.write(`${file}/inside.txt`, "");
    await program.value("error");
    assert.equal(await ask(program, "mod.value"), 1);
    own.delete(file);
    own.write(file, kind.exports(2));
    await live(program, 2);
  });

  test(`${kind.name}: an error mended within a few milliseconds is never told`, async (t) => {
    const { own, program } = await started(t, kind);
    let value = 1;
    for (let quick = 0, round = 0; quick < 5 && round < 40; round++) {
      const told = errors(program).length;
      const before = performance.now();
      own.write(file, "let a = ;");
      await new Promise(setImmediate);
      own.write(file, kind.exports(++value));
      const isQuick = performance.now() - before < 60;
      await program.line(`live ${value}`);
      if (!isQuick) continue; // the machine held us up for longer than the promise is for
      quick++;
      assert.equal(errors(program).length, told, program.stdout);
    }
  });

  test(`${kind.name}: two files that are only right together are never told of`, async (t) => {
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
    });
    await watching(own, program, file);
    await atOnce(program, () => {
      own.write(file, kind.passesOn(`./new.${kind.extension}`));
      own.write(`new.${kind.extension}`, kind.exports(2));
      own.delete(dep);
    });
    await live(program, 2);
    assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: many files broken at once, and mended one after another`, async (t) => {
    const names = ["a", "b", "c"].map((name) => `${name}.${kind.extension}`);
    const imports = names.map((name, index) => kind.imports(`m${index}`, `./${name}`)).join("");
    const { own, program } = await started(
      t,
      kind,
      {
        [file]: imports + kind.computes("m0.value + m1.value + m2.value"),
        ...Object.fromEntries(names.map((name) => [name, kind.exports(1)])),
      },
      { id: `./${file}`, first: 3 },
    );
    await watching(own, program, file);
    await atOnce(program, () => {
      for (const name of names) own.write(name, "let a = ;");
    });
    await program.value("error");
    for (const name of names) own.writeAtomically(name, kind.exports(10));
    await live(program, 30);
  });

  test(`${kind.name}: a first load that fails goes to the caller, with its place`, async (t) => {
    const { own, program } = await started(t, kind, { "bad/mod.txt": "" });
    own.write(`bad/${file}`, `\nlet a = ;`);
    const load = kind === REQUIRE ? `sync.require("./bad/${file}")` : `await sync.import("./bad/${file}")`;
    const caught = `(async () => { try { ${load}; } catch (error) { return error; } })().then((error) => ({ name: error.name, message: error.message }))`;
    const error = await ask(program, caught);
    assert.equal(error.name, "SyntaxError");
    names(error, `${own.path("bad", file)}:2:9`);
    assert.deepEqual(errors(program), []);
    // Node 20's own loader keeps the failed ES module for the life of the process.
    if (kind !== REQUIRE && process.version.startsWith("v20.")) return;
    // Not loaded: a second call tries again.
    own.write(`bad/${file}`, kind.exports(7));
    assert.equal(await ask(program, `(async () => (${load}).value)()`), 7);
  });
}

test("sync.import: a missing export, told with its place and what there is; then created", async (t) => {
  const { own, program } = await started(t, IMPORT, {
    "mod.mjs": 'import { value } from "./dep.mjs";\nexport { value };\n',
    "dep.mjs": "export const value = 1, other = 2;\n",
  });
  own.write("mod.mjs", 'import { value, Other } from "./dep.mjs";\nexport { value };\n');
  const error = await program.value("error");
  assert.equal(error.name, "SyntaxError");
  assert.equal(error.file, "mod.mjs");
  names(error, `${own.path("mod.mjs")}:1:17`, /Other/, /did you mean other\?/);
  assert.equal(await ask(program, "mod.value"), 1);
  own.write("dep.mjs", "export const value = 2, Other = 2;\n");
  await live(program, 2);
  own.write("dep.mjs", "export const value = 3;\n");
  const second = await program.value("error");
  names(second, "Other");
  own.write("mod.mjs", 'import { value } from "./dep.mjs";\nexport { value };\n');
  await live(program, 3);
  assert.equal(errors(program).length, 2);
});

test("sync.import: a top-level await that rejects", async (t) => {
  const { own, program } = await started(t, IMPORT);
  own.write("mod.mjs", `await Promise.reject(new RangeError("later"));\n`);
  const error = await program.value("error");
  assert.deepEqual([error.message, error.file], ["later", "mod.mjs"]);
  assert.equal(await ask(program, "mod.value"), 1);
  own.write("mod.mjs", `await null;\n${IMPORT.exports(2)}`);
  await live(program, 2);
});

test("without an 'error' listener the error is uncaught, with its place", async (t) => {
  const { own, program, file } = await started(t, REQUIRE, {}, { options: "{}" });
  await ask(program, 'void sync.events.removeAllListeners("error")');
  own.write(file, "let a = ;");
  const { code } = await program.exit;
  assert.equal(code, 1);
  assert.ok(program.stderr.includes(`${own.path(file)}:1`), program.stderr);
});

test("a required file that is deleted: as a fresh process says it, also to who can do without", async (t) => {
  const own = syncProject(t, {
    "a.js": `exports.v = require("./lib/b");`,
    "lib/b.js": "module.exports = 1;",
    "optional.js": `
      try { exports.v = require("./lib/c"); }
      catch (error) { if (error.code !== "MODULE_NOT_FOUND") throw error; exports.v = "none"; }`,
    "lib/c.js": "module.exports = 1;",
  });
  const [a, optional] = [own.load("./a.js"), own.load("./optional.js")];
  own.project.delete("lib/c.js");
  await until(() => optional.v === "none", "the module without the file");
  assert.deepEqual(own.errors, []);
  own.project.delete("lib/b.js");
  await until(() => own.errors.length > 0, "an error");
  const [error] = own.errors;
  assert.equal(error.code, "MODULE_NOT_FOUND");
  assert.match(error.message, /^Cannot find module '\.\/lib\/b'(.*\n)*.*a\.js:1:21\n> 1 \|/);
  assert.equal(a.v, 1);
});
