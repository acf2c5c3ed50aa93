// Folders that move, are replaced or are links, and files that are links.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
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
import { project, until } from "./support/project.mjs";

/** @param {string} target @param {string} link */
const link = (target, link) =>
  fs.symlinkSync(target, link, process.platform === "win32" ? "junction" : undefined);

for (const kind of KINDS) {
  const file = `mod.${kind.extension}`;
  const inside = `lib/deep/dep.${kind.extension}`;
  const using = { [file]: kind.passesOn(`./${inside}`), [inside]: kind.exports(1) };

  test(`${kind.name}: a folder moved away and back`, async (t) => {
    const { own, program } = await started(t, kind, using);
    own.rename("lib", "away");
    own.rename("away", "lib");
    own.write(inside, kind.exports(2));
    await live(program, 2);
    // Edited while it was away.
    own.rename("lib", "away");
    own.write(`away/deep/dep.${kind.extension}`, kind.exports(3));
    own.rename("away", "lib");
    await eventually(program, 3);
    own.write(inside, kind.exports(4));
    await live(program, 4);
  });

  test(`${kind.name}: a folder that stays away for a while`, async (t) => {
    const { own, program } = await started(t, kind, using);
    own.rename("lib/deep", "lib/away");
    if (kind === HMR) await program.errorOutput("waiting for changes");
    else assert.match((await program.value("error")).message, /deep/);
    own.rename("lib/away", "lib/deep");
    own.write(inside, kind.exports(2));
    // What came back may be live before that, where the machine holds up who writes it.
    await eventually(program, 2);
  });

  test(`${kind.name}: a folder comes back, and a file in it is being written again`, async (t) => {
    const { own, program } = await started(t, kind, using);
    const told = () => errors(program).length + program.stderr.split("waiting for changes").length;
    for (let value = 2, isQuick = false; !isQuick; value++) {
      assert.ok(value < 12, "the machine is too slow to tell");
      const before = { history: history(program).length, told: told() };
      own.rename("lib/deep", "lib/away");
      await until(() => told() > before.told, "the error");
      own.rename("lib/away", "lib/deep");
      const start = performance.now();
      const descriptor = fs.openSync(own.path(inside), "w");
      // The program is busy with what has come back.
      while (performance.now() - start < 15);
      fs.writeSync(descriptor, kind.exports(value));
      fs.closeSync(descriptor);
      // A writer that the machine held up for longer may rightly have shown the empty file.
      isQuick = performance.now() - start < 30;
      await eventually(program, value);
      if (!isQuick) continue;
      const seen = history(program).slice(before.history);
      assert.deepEqual(
        seen.filter((it) => it !== value - 1),
        [value],
        "never the empty file",
      );
      assert.equal(told() - before.told, 1, `${program.stdout}\n${program.stderr}`);
    }
  });

  test(`${kind.name}: a folder replaced by a build (rm -rf, then written anew)`, async (t) => {
    const { own, program } = await started(t, kind, using);
    for (const value of [2, 3, 4]) {
      own.delete("lib");
      own.write(inside, kind.exports(value));
      await eventually(program, value);
    }
    own.write(inside, kind.exports(5));
    // What came between two looks at it may be live twice.
    await eventually(program, 5);
  });

  test(`${kind.name}: a folder replaced by rename`, async (t) => {
    const { own, program } = await started(t, kind, using);
    for (const value of [2, 3]) {
      own.write(`new/deep/dep.${kind.extension}`, kind.exports(value));
      own.rename("lib", "old");
      own.rename("new", "lib");
      await eventually(program, value);
      own.delete("old");
    }
    own.write(inside, kind.exports(4));
    await live(program, 4);
  });

  test(`${kind.name}: the folder of the module itself replaced`, async (t) => {
    const main = `lib/deep/${file}`;
    const settings = { id: `./${main}` };
    const { own, program } = await started(t, kind, { [main]: kind.exports(1) }, settings);
    own.delete("lib");
    own.write(main, kind.exports(2));
    await eventually(program, 2);
    own.writeAtomically(main, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: 50 folders deep`, async (t) => {
    const deep = `${"d/".repeat(50)}dep.${kind.extension}`;
    const { own, program } = await started(t, kind, {
      [file]: kind.passesOn(`./${deep}`),
      [deep]: kind.exports(1),
    });
    own.write(deep, kind.exports(2));
    await live(program, 2);
    own.rename("d/d/d", "d/d/e");
    own.rename("d/d/e", "d/d/d");
    own.writeAtomically(deep, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: a linked file follows its target`, async (t) => {
    const target = `elsewhere/real.${kind.extension}`;
    const own = project(t, { [target]: kind.exports(1), [kind.entry]: kind.program(`./${file}`) });
    link(own.path(target), own.path(file));
    const program = own.run(kind.entry);
    await live(program, 1);
    own.write(target, kind.exports(2));
    await live(program, 2);
    own.writeAtomically(target, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: a dependency through a linked folder`, async (t) => {
    const target = `elsewhere/dep.${kind.extension}`;
    const own = project(t, {
      [target]: kind.exports(1),
      [file]: kind.passesOn(`./linked/dep.${kind.extension}`),
      [kind.entry]: kind.program(`./${file}`),
    });
    link(own.path("elsewhere"), own.path("linked"));
    const program = own.run(kind.entry);
    await live(program, 1);
    own.write(`linked/dep.${kind.extension}`, kind.exports(2));
    await live(program, 2);
    own.writeAtomically(target, kind.exports(3));
    await live(program, 3);
  });

  test(`${kind.name}: a linked workspace package is reloaded, a real package is not watched`, async (t) => {
    const main = `index.${kind.extension}`;
    const real = `node_modules/real/${main}`;
    const workspace = `packages/work/${main}`;
    const own = project(t, {
      [workspace]: kind.exports(1),
      "packages/work/package.json": { name: "work", main, exports: `./${main}` },
      [real]: kind.exports(1),
      "node_modules/real/package.json": { name: "real", main, exports: `./${main}` },
      [file]:
        kind.imports("work", "work") +
        kind.imports("real", "real") +
        kind.computes("[work.value, real.value]"),
      [kind.entry]: kind.program(`./${file}`),
    });
    link(own.path("packages/work"), own.path("node_modules/work"));
    const program = own.run(kind.entry);
    await live(program, [1, 1]);
    own.write(workspace, kind.exports(2));
    await live(program, [2, 1]);
    own.write(real, kind.exports(2));
    own.write(workspace, kind.exports(3));
    await live(program, [3, 1]);
    assert.deepEqual(history(program), [
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  test(`${kind.name}: a project reached through a linked working directory`, async (t) => {
    const own = project(t, {
      "real/package.json": "{}",
      [`real/${file}`]: kind.exports(1),
      [`real/${kind.entry}`]: kind.program(`./${file}`),
    });
    link(own.path("real"), own.path("cwd"));
    // As a shell does it: the working directory and the entry by the linked name.
    const code = `process.chdir(${JSON.stringify(own.path("cwd"))}); import(${JSON.stringify(`file://${own.path("cwd", kind.entry).replaceAll(" ", "%20")}`)});`;
    own.write("start.mjs", code);
    const program = own.run("start.mjs", { env: { PWD: own.path("cwd") } });
    await live(program, 1);
    own.write(`cwd/${file}`, kind.exports(2));
    await live(program, 2);
    own.writeAtomically(`real/${file}`, kind.exports(3));
    await live(program, 3);
  });
}

for (const kind of SYNC) {
  const file = `mod.${kind.extension}`;

  test(`${kind.name}: git switches between two versions of several folders`, async (t) => {
    const git = (/** @type {string[]} */ ...args) => {
      const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
      const identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.autocrlf=false"];
      const done = spawnSync("git", [...identity, ...args], { cwd: own.directory, env, encoding: "utf8" });
      assert.equal(done.status, 0, done.stderr);
    };
    const names = ["a/one", "a/b/two", "c/three"].map((name) => `${name}.${kind.extension}`);
    const main =
      names.map((name, index) => kind.imports(`m${index}`, `./${name}`)).join("") +
      kind.computes("m0.value + m1.value + m2.value");
    const own = project(t, {
      [file]: main,
      [kind.entry]: kind.program(`./${file}`),
      ".gitignore": "node_modules\n",
    });
    for (const name of names) own.write(name, kind.exports("1"));
    git("init", "-q", "-b", "one");
    git("add", ".");
    git("commit", "-qm", "one");
    git("checkout", "-q", "-b", "two");
    for (const name of names) own.write(name, kind.exports("2"));
    git("commit", "-qam", "two");
    git("checkout", "-q", "one");
    const program = own.run(kind.entry);
    await live(program, "111");
    git("checkout", "-q", "two");
    await eventually(program, "222");
    git("checkout", "-q", "one");
    await eventually(program, "111");
  });
}

test("sync.require: files of a folder that is not the project's, without a package.json anywhere near", async (t) => {
  const outside = project(t, {});
  fs.rmSync(outside.path("package.json"));
  outside.write("shared/mod.cjs", REQUIRE.exports(1));
  const id = outside.path("shared/mod.cjs");
  const { program } = await started(t, REQUIRE, {}, { id });
  outside.write("shared/mod.cjs", REQUIRE.exports(2));
  await live(program, 2);
  outside.delete("shared");
  outside.write("shared/mod.cjs", REQUIRE.exports(3));
  await eventually(program, 3);
});

test("sync.import: a folder that is created later holds a dependency of the next version", async (t) => {
  const { own, program } = await started(t, IMPORT);
  own.write("mod.mjs", IMPORT.passesOn("./a/b/c/dep.mjs"));
  await program.value("error");
  own.write("a/b/c/dep.mjs", IMPORT.exports(2));
  await live(program, 2);
  own.delete("a");
  await until(() => errors(program).length > 1, "the loss is told");
  own.write("a/b/c/dep.mjs", IMPORT.exports(3));
  await live(program, 3);
  assert.equal(await ask(program, "mod.value"), 3);
});

for (const kind of KINDS) {
  const name = `a project that is somebody's working directory is deleted and made again`;
  // Windows does not let it be deleted.
  test(`${kind.name}: ${name}`, { skip: process.platform === "win32" }, async (t) => {
    const file = `lib/mod.${kind.extension}`;
    const files = { "lib/package.json": {}, [file]: kind.exports(1) };
    const { own, program } = await started(t, kind, files, { id: `./${file}` });
    own.write("holder.cjs", `process.chdir("lib"); console.log("there"); setInterval(() => {}, 1000);`);
    await own.run("holder.cjs").line("there");
    own.delete("lib");
    if (kind === HMR) await program.errorOutput("waiting for changes");
    else await program.value("error");
    own.write("lib/package.json", {});
    own.write(file, kind.exports(2));
    await live(program, 2);
    own.write(file, kind.exports(3));
    await live(program, 3);
  });
}

test("the working directory is gone: what is wrong with a save is said all the same", async (t) => {
  const own = project(t, {
    "main.mjs": `import fs from "node:fs"; import { value } from "./value.mjs";
      fs.mkdirSync("gone"); process.chdir("gone"); fs.rmdirSync("../gone");
      import.meta.hot.accept("./value.mjs", () => console.log("value", value)); console.log("value", value);`.concat(
      "\nsetInterval(() => {}, 1000);",
    ),
    "value.mjs": "export const value = 1;",
  });
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value 1");
  own.write("value.mjs", "export const value = ;");
  await program.errorOutput(/value\.mjs: not updated: SyntaxError/);
  own.write("value.mjs", "export const value = 2;");
  await program.line("value 2");
  await program.errorOutput(/value\.mjs: 1 evaluated/);
});

test("the working directory is gone before sync.import is called: it is live, or says what Node 20 lacks", async (t) => {
  const own = project(t, {
    "main.mjs": `import fs from "node:fs"; import { fileURLToPath } from "node:url"; import Heatsync from "heatsync-rs";
      process.cwd(); fs.mkdirSync("gone"); process.chdir("gone"); fs.rmdirSync("../gone");
      const sync = new Heatsync();
      const load = () => sync.import("./value.mjs");
      const refused = (error) => {
        console.log(error.message);
        process.chdir(fileURLToPath(new URL(".", import.meta.url)));
        return load();
      };
      const it = await load().catch(refused);
      setInterval(() => console.log("value", it.value), 10);`,
    "value.mjs": "export const value = 1;",
  });
  const program = own.run("main.mjs");
  await program.line("value 1");
  const isOld = process.versions.node.startsWith("20.");
  assert.equal(program.stdout.includes("the working directory is gone, and without one Node.js 20"), isOld);
  own.write("value.mjs", "export const value = 2;");
  await program.line("value 2");
});
