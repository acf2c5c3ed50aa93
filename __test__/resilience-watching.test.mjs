// When the system can't watch, when the user watches in another way, and what is said about it.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
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
import { project } from "./support/project.mjs";

const native = JSON.stringify(fileURLToPath(new URL("../native/load.cjs", import.meta.url)));

/** @param {string} text */
const notices = (text) => text.split("\n").filter((line) => line.startsWith("[heatsync]"));

for (const kind of KINDS) {
  const file = `mod.${kind.extension}`;
  const deps = ["a", "b/b", "b/c/c", "d/d"].map((name) => `${name}.${kind.extension}`);
  const files = {
    [file]:
      deps.map((name, index) => kind.imports(`m${index}`, `./${name}`)).join("") +
      kind.computes("m0.value + m1.value + m2.value + m3.value"),
    ...Object.fromEntries(deps.map((name) => [name, kind.exports(1)])),
  };

  for (const limit of ["0", "1", "3"]) {
    test(`${kind.name}: no more than ${limit} watches: polling takes over, one notice, edits arrive`, async (t) => {
      const { own, program } = await started(t, kind, files, {
        env: { HEATSYNC_MAX_WATCHES: limit },
        first: 4,
      });
      for (const [index, name] of deps.entries()) {
        own.write(name, kind.exports(10));
        await eventually(program, 4 + 9 * (index + 1));
        own.writeAtomically(name, kind.exports(10.5));
        await eventually(program, 4 + 9 * (index + 1) + 0.5);
        own.write(name, kind.exports(10));
        await eventually(program, 4 + 9 * (index + 1));
      }
      await program.errorOutput("[heatsync]");
      assert.equal(notices(program.stderr).length, 1, program.stderr);
      assert.match(program.stderr, /poll/i);
    });
  }

  test(`${kind.name}: HEATSYNC_POLL=1 polls, without a word`, async (t) => {
    const { own, program } = await started(t, kind, files, { env: { HEATSYNC_POLL: "1" }, first: 4 });
    own.write(deps[2], kind.exports(2));
    await eventually(program, 5);
    own.delete("b");
    own.write(deps[1], kind.exports(3));
    own.write(deps[2], kind.exports(4));
    await eventually(program, 9);
    own.write(file, "let a = ;");
    if (kind === HMR) await program.errorOutput("waiting for changes");
    else await program.line(/^error /);
    own.write(file, kind.exports(100));
    await eventually(program, 100);
    assert.deepEqual(
      notices(program.stderr).filter((line) => /poll/i.test(line)),
      [],
    );
  });

  test(`${kind.name}: polling sees an edit that changes neither size nor whole seconds`, async (t) => {
    const { own, program } = await started(t, kind, {}, { env: { HEATSYNC_POLL: "5" } });
    for (const value of [2, 3, 4]) {
      own.write(file, kind.exports(value));
      await eventually(program, value);
    }
    // Renamed over, with the same time and size.
    const { atime, mtime } = fs.statSync(own.path(file));
    own.write("new.txt", kind.exports(5));
    fs.utimesSync(own.path("new.txt"), atime, mtime);
    own.rename("new.txt", file);
    await eventually(program, 5);
    // Written in place, and given its time back (cp -p, rsync -t).
    for (const value of [6, 7, 8]) {
      own.write(file, kind.exports(value));
      fs.utimesSync(own.path(file), atime, mtime);
      await eventually(program, value);
    }
  });
}

for (const kind of SYNC) {
  const file = `mod.${kind.extension}`;
  const dep = `dep.${kind.extension}`;
  const using = { [file]: kind.passesOn(`./${dep}`), [dep]: kind.exports(1) };

  for (const options of [
    "{ watchFunction: fs.watchFile }",
    "{ watchFunction: (file, options, listener) => fs.watchFile(file, { ...options, interval: 20 }, listener) }",
    "{ watchFunction: fs.watch }",
    "{ watchFunction: fs.watch, watchDebounceMS: 20 }",
    "{ watchDebounceMS: 20 }",
    "{ poll: 10 }",
  ]) {
    // fs.watchFile looks every 5 seconds by itself.
    const isSlow = options === "{ watchFunction: fs.watchFile }";
    if (isSlow && kind === IMPORT) continue;
    test(`${kind.name} with ${options}`, async (t) => {
      const { own, program } = await started(t, kind, using, { options });
      own.write(dep, kind.exports(2));
      await eventually(program, 2);
      if (isSlow) return;
      for (const value of [3, 4, 5]) {
        own.writeAtomically(dep, kind.exports(value));
        await eventually(program, value);
        own.write(file, `// ${value}\n${kind.passesOn(`./${dep}`)}`);
        await eventually(program, value);
      }
      own.write(dep, "let a = ;");
      await program.line(/^error /);
      own.write(dep, kind.exports(6));
      await eventually(program, 6);
      assert.deepEqual(await ask(program, "sync.dispose()"), null);
    });
  }

  test(`${kind.name}: watchFS: false reloads only when told`, async (t) => {
    const { own, program } = await started(t, kind, using, { options: "{ watchFS: false }" });
    own.write(dep, kind.exports(2));
    // Another instance in the same process, which watches, sees what comes after.
    own.write(`other.${kind.extension}`, kind.exports(1));
    await ask(
      program,
      `(async () => {
      globalThis.watching = new Heatsync();
      watching.events.on("reload", (file) => say("other", path.basename(file)));
      await watching.import("./other.${kind.extension}");
    })()`,
    );
    own.write(dep, kind.exports(3));
    own.write(`other.${kind.extension}`, kind.exports(2));
    assert.equal(await program.value("other"), `other.${kind.extension}`);
    assert.deepEqual(history(program), [1]);
    await ask(program, `(async () => { await sync.resync("./${file}"); })()`);
    await program.waitFor(() => history(program).length === 2, "the resync");
    assert.deepEqual(history(program), [1, 3]);
  });
}

test("ignore: changes of these files are nobody's business", async (t) => {
  const { own, program } = await started(
    t,
    REQUIRE,
    {
      "mod.cjs": 'exports.value = [require("./gen/a.cjs").value, require("./b.cjs").value];',
      "gen/a.cjs": "exports.value = 1;",
      "b.cjs": "exports.value = 1;",
    },
    { options: '{ ignore: ["gen/**"] }', first: [1, 1] },
  );
  own.write("gen/a.cjs", "exports.value = 2;");
  own.write("b.cjs", "exports.value = 2;");
  await live(program, [1, 2]);
  assert.deepEqual(errors(program), []);
});

test("HEATSYNC_POLL and HEATSYNC_MAX_WATCHES: 0 is no, 1 is yes, more is an interval; the program's own word counts first", (t) => {
  const { watchOptions } = createRequire(import.meta.url)("../runtime/watch-options.cjs");
  const { HEATSYNC_MAX_WATCHES, HEATSYNC_POLL, ...others } = process.env;
  const env = process.env;
  t.after(() => {
    process.env = env;
  });
  for (const [text, asked, poll, pollInterval] of /** @type {const} */ ([
    ["", undefined, false, undefined],
    ["0", undefined, false, undefined],
    ["1", undefined, true, undefined],
    ["250", undefined, true, 250],
    ["yes", undefined, true, undefined],
    ["-1", undefined, true, undefined],
    ["250", false, false, undefined],
    ["250", 0, false, undefined],
    ["0", true, true, undefined],
    ["0", 90, true, 90],
  ])) {
    process.env = { ...others, HEATSYNC_POLL: text };
    assert.deepEqual(watchOptions(asked), { poll, pollInterval, maxWatches: undefined }, `${text} ${asked}`);
  }
  for (const [text, maxWatches] of /** @type {const} */ ([
    ["", undefined],
    ["0", 0],
    ["7", 7],
    ["many", undefined],
    ["-7", undefined],
    ["Infinity", undefined],
  ])) {
    process.env = { ...others, HEATSYNC_MAX_WATCHES: text };
    assert.deepEqual(watchOptions(), { poll: false, pollInterval: undefined, maxWatches }, text);
  }
});

test("HEATSYNC_POLL=1 polls under register, too", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { createRequire } from "node:module";
      import { value } from "./dep.mjs";
      import.meta.hot.accept("./dep.mjs", () => console.log("value", value));
      process.on("message", () => {}); // and so it stays
      process.on("disconnect", () => process.exit());
      const { watchStatus } = createRequire(import.meta.url)(${native});
      setTimeout(function look() {
        const { native, polled } = watchStatus() ?? {};
        if (polled > 0) console.log("watched", JSON.stringify({ native }));
        else setTimeout(look, 5);
      });`,
    "dep.mjs": "export const value = 1;",
  });
  const program = own.run("main.mjs", {
    nodeArguments: ["--import", "heatsync-rs/register"],
    env: { HEATSYNC_POLL: "1" },
  });
  assert.deepEqual(await program.value("watched"), { native: 0 });
  own.write("dep.mjs", "export const value = 2;");
  assert.equal(await program.value("value"), 2);
});
