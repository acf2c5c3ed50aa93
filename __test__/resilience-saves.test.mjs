// Whatever way a file is saved: the new content goes live, once, and nothing else does.

import assert from "node:assert/strict";
import fs from "node:fs";
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
} from "./support/observed.mjs";

for (const kind of KINDS) {
  test(`${kind.name}: a save in place`, async (t) => {
    const { own, program, file } = await started(t, kind);
    for (const value of [2, 3, 4]) {
      own.write(file, kind.exports(value));
      await live(program, value);
    }
  });

  test(`${kind.name}: an atomic save by rename, again and again`, async (t) => {
    const { own, program, file } = await started(t, kind);
    for (const value of [2, 3, 4, 5]) {
      own.writeAtomically(file, kind.exports(value));
      await live(program, value);
    }
    own.write(file, kind.exports(6));
    await live(program, 6);
  });

  test(`${kind.name}: vim's save with a backup (the old file is renamed, a new one written, the backup deleted)`, async (t) => {
    const { own, program, file } = await started(t, kind);
    for (const value of [2, 3]) {
      const told = errors(program).length;
      const before = performance.now();
      own.rename(file, `${file}~`);
      own.write(file, kind.exports(value));
      const quick = performance.now() - before < 60; // else it may rightly be told that the file is gone
      own.delete(`${file}~`);
      await live(program, value);
      if (quick) assert.equal(errors(program).length, told);
    }
  });

  test(`${kind.name}: deleted, then recreated with other content`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const before = performance.now();
    own.delete(file);
    own.write(file, kind.exports(2));
    const quick = performance.now() - before < 60; // else it may rightly be told that the file is gone
    await live(program, 2);
    if (quick) assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: deleted, then recreated with the same content: no update`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const before = performance.now();
    own.delete(file);
    own.write(file, kind.exports(1));
    const quick = performance.now() - before < 60; // else it may rightly be told that the file is gone
    own.write(file, kind.exports(2));
    await live(program, 2);
    if (quick) assert.deepEqual(errors(program), []);
    assert.deepEqual(history(program), [1, 2]);
  });

  test(`${kind.name}: renamed away and back`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.rename(file, "elsewhere.txt");
    own.rename("elsewhere.txt", file);
    own.write(file, kind.exports(2));
    await live(program, 2);
    own.rename(file, "elsewhere.txt");
    own.write("elsewhere.txt", kind.exports(3));
    own.rename("elsewhere.txt", file);
    await live(program, 3);
    assert.deepEqual(history(program), [1, 2, 3]);
  });

  test(`${kind.name}: a save that truncates first does not show the empty file`, async (t) => {
    const { own, program, file } = await started(t, kind);
    let quick = 0;
    for (let value = 2; value < 30 && quick < 5; value++) {
      const before = performance.now();
      const descriptor = fs.openSync(own.path(file), "w");
      await new Promise(setImmediate);
      fs.writeSync(descriptor, kind.exports(value));
      fs.closeSync(descriptor);
      const isQuick = performance.now() - before < 40;
      if (isQuick) quick++;
      // A writer that the machine held up for longer may rightly have shown the empty file.
      await (isQuick ? live(program, value) : eventually(program, value));
    }
    assert.ok(quick > 0, "the machine is too slow to tell");
  });

  test(`${kind.name}: a copy over the file`, async (t) => {
    const { own, program, file } = await started(t, kind, { "new.txt": kind.exports(2) });
    fs.copyFileSync(own.path("new.txt"), own.path(file));
    await live(program, 2);
  });

  test(`${kind.name}: the same content again, a touch, a chmod: no update`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.write(file, kind.exports(1));
    own.writeAtomically(file, kind.exports(1));
    fs.utimesSync(own.path(file), new Date(), new Date());
    fs.chmodSync(own.path(file), 0o600);
    fs.appendFileSync(own.path(file), "");
    own.write(file, kind.exports(2));
    await live(program, 2);
    fs.chmodSync(own.path(file), 0o644);
    own.write(file, kind.exports(2));
    own.write(file, kind.exports(3));
    await live(program, 3);
    assert.deepEqual(history(program), [1, 2, 3]);
  });

  test(`${kind.name}: 100 rapid edits end with the last one`, async (t) => {
    const { own, program, file } = await started(t, kind);
    for (let value = 2; value <= 101; value++) own.write(file, kind.exports(value));
    await eventually(program, 101);
    // Between two of these saves the file is empty, and may be seen so.
    const values = history(program).filter((value) => value !== null);
    const ascending = [...values].sort((a, b) => a - b);
    assert.deepEqual(values, ascending, "never back");
    own.write(file, kind.exports(102));
    await eventually(program, 102);
    assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: 100 rapid atomic saves: whole versions only, in their order`, async (t) => {
    const { own, program, file } = await started(t, kind);
    for (let value = 2; value <= 101; value++) own.writeAtomically(file, kind.exports(value));
    await eventually(program, 101);
    own.writeAtomically(file, kind.exports(102));
    await eventually(program, 102);
    // One may be live twice: saved again after it was looked at and before it was loaded.
    const values = history(program);
    const ascending = [...values].sort((a, b) => a - b);
    assert.deepEqual(values, ascending, "never back, never empty");
    assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: written in pieces while the file stays open, and once more`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const descriptor = fs.openSync(own.path(file), "w");
    t.after(() => fs.closeSync(descriptor));
    for (const piece of kind.exports(2).match(/.{1,6}/gs) ?? []) {
      fs.writeSync(descriptor, piece);
      await new Promise(setImmediate);
    }
    // Not closed: being quiet is enough.
    await eventually(program, 2);
    fs.writeSync(descriptor, "// more\n");
    fs.writeSync(descriptor, kind.exports(3).replace("value", "other"));
    fs.ftruncateSync(descriptor);
    fs.writeSync(descriptor, kind.exports(4), 0);
    await eventually(program, 4);
  });

  test(`${kind.name}: half a file that stays so is an error, its completion goes live`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const text = `${kind.exports(2)}/* ${"x".repeat(100_000)} */\n`;
    const descriptor = fs.openSync(own.path(file), "w");
    t.after(() => fs.closeSync(descriptor));
    fs.writeSync(descriptor, text.slice(0, 50_000));
    if (kind === HMR) await program.errorOutput("waiting for changes");
    else await program.line(/^error /);
    fs.writeSync(descriptor, text.slice(50_000));
    await live(program, 2);
  });

  test(`${kind.name}: a byte order mark, CRLF, a #! line, no newline at the end, nothing but a comment`, async (t) => {
    const { own, program, file } = await started(t, kind);
    own.write(file, `\uFEFF${kind.exports(2)}`);
    await live(program, 2);
    own.write(file, `// a\r\n${kind.exports(3).replace("\n", "\r\n")}`);
    await live(program, 3);
    own.write(file, `#!/usr/bin/env node\n${kind.exports(4)}`);
    await live(program, 4);
    own.write(file, kind.exports(5).trimEnd());
    await live(program, 5);
    own.write(file, "// nothing\n");
    await live(program, null);
    own.write(file, kind.exports(6));
    await live(program, 6);
    assert.deepEqual(errors(program), []);
  });

  test(`${kind.name}: a huge file`, async (t) => {
    const { own, program, file } = await started(t, kind);
    const ballast = `// ${"x".repeat(97)}\n`.repeat(60_000);
    own.write(file, `${ballast}${kind.exports(2)}`);
    await live(program, 2);
    own.writeAtomically(file, `${ballast}${kind.exports(3)}`);
    await live(program, 3);
  });
}

for (const kind of SYNC) {
  test(`${kind.name}: an edit in the same tick in which it returned is not lost`, async (t) => {
    const edit = `fs.writeFileSync("mod.${kind.extension}", ${JSON.stringify(kind.exports(2))});`;
    const { own, program, file } = await started(t, kind, {
      [kind.entry]: `${kind.program(`./mod.${kind.extension}`)};${edit}`,
    });
    await live(program, 2);
    own.write(file, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: an edit of a dependency in the same tick is not lost`, async (t) => {
    const dep = `dep.${kind.extension}`;
    const edit = `fs.writeFileSync("${dep}", ${JSON.stringify(kind.exports(2))});`;
    const { program } = await started(t, kind, {
      [`mod.${kind.extension}`]: kind.passesOn(`./${dep}`),
      [dep]: kind.exports(1),
      [kind.entry]: `${kind.program(`./mod.${kind.extension}`)};${edit}`,
    });
    await live(program, 2);
  });

  test(`${kind.name}: a file that changes itself while it is loaded`, async (t) => {
    const file = `mod.${kind.extension}`;
    const own = kind === REQUIRE ? "__filename" : 'new URL("./mod.mjs", import.meta.url)';
    const fsOf = kind === REQUIRE ? 'const fs = require("node:fs");' : 'import fs from "node:fs";';
    const self = `${fsOf}\n${kind.exports(1)}\nfs.writeFileSync(${own}, ${JSON.stringify(kind.exports(2))});`;
    const { program } = await started(t, kind, { [file]: self });
    await live(program, 2);
  });
}

test("sync.require: a JSON file half-written, then completed", async (t) => {
  const { own, program } = await started(t, REQUIRE, { "data.json": { value: 1 } }, { id: "./data.json" });
  own.write("data.json", '{ "value": 2, "list": [1, 2');
  const error = await program.value("error");
  assert.equal(error.file, "data.json");
  assert.match(error.message, /data\.json/);
  assert.equal(await ask(program, "mod.value"), 1, "the old one stays");
  own.write("data.json", '{ "value": 3, "list": [1, 2] }');
  await live(program, 3);
  own.writeAtomically("data.json", '\uFEFF{ "value": 4 }');
  await live(program, 4);
  assert.deepEqual(await ask(program, "Object.keys(mod)"), ["value"]);
  assert.equal(errors(program).length, 1);
});

test("sync.import: a JSON file, with its attributes again at each reload", async (t) => {
  const { own, program } = await started(
    t,
    IMPORT,
    {
      "data.json": { value: 1 },
      "main.mjs": IMPORT.program("./data.json")
        .replaceAll("mod.value", "mod.default.value")
        .replace('sync.import("./data.json")', 'sync.import("./data.json", { type: "json" })'),
    },
    { id: "./data.json" },
  );
  own.write("data.json", '{ "value": 2,');
  const error = await program.value("error");
  assert.equal(error.file, "data.json");
  own.write("data.json", { value: 3 });
  await live(program, 3);
});
