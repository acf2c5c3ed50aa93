// hmr(): what is watched, and what a change there does.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { history, live } from "./support/observed.mjs";
import { project } from "./support/project.mjs";

const MODULE = "globalThis.count = (globalThis.count ?? 0) + 1;\nexport const value = globalThis.count;\n";

/**
 * hmr("./mod.mjs", watchPath) whose module counts its evaluations.
 * @param {import("node:test").TestContext} t @param {unknown} watchPath @param {Record<string, string | object>} [files] @param {string} [options]
 */
async function counting(t, watchPath, files = {}, options = "{}") {
  const own = project(t, {
    "mod.mjs": MODULE,
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      process.on("disconnect", () => process.exit());
      process.on("message", () => {});
      await hmr("./mod.mjs", ${watchPath === undefined ? "undefined" : JSON.stringify(watchPath)}, ({ value }) => console.log("live " + value), ${options});
      console.log("ready");`,
    ...files,
  });
  const program = own.run("main.mjs");
  await live(program, 1);
  await program.line("ready");
  let count = 1;
  let edits = 0;
  const self = {
    own,
    program,
    /** The change of this file evaluates the module anew. @param {string} name */
    async counts(name) {
      own.write(name, `// ${++edits}`);
      await live(program, ++count);
    },
    /** So does a folder that comes. @param {string} folder @param {string} name */
    async comes(folder, name) {
      // Whole: a file that is written into a new folder may be seen while it is empty, and once more.
      own.write(`made/${name}`, `// ${++edits}`);
      own.rename("made", folder);
      await live(program, ++count);
    },
    /** It does not: that of `other`, made later, is the next one seen. @param {string} name @param {string} other */
    async ignores(name, other) {
      own.write(name, `// ${++edits}`);
      await self.counts(other);
      assert.equal(history(program).length, count);
    },
  };
  return self;
}

test("a folder: every file in it, however deep, whatever its name", async (t) => {
  const { counts, own, program } = await counting(t, "watched", {
    "watched/a.txt": "",
    "watched/b/c/d.html": "",
  });
  await counts("watched/a.txt");
  await counts("watched/b/c/d.html");
  await counts("watched/new.css");
  await counts("watched/.hidden");
  await counts("watched/new folder/and/another/one.txt");
  await counts("watched/new folder/and/another/one.txt");
  own.delete("watched/a.txt");
  await program.line(/^live /);
});

test("a folder: what is beside it is not watched", async (t) => {
  const { ignores } = await counting(t, "watched", {
    "watched/a.txt": "",
    "beside.txt": "",
    "watched2/a.txt": "",
  });
  await ignores("beside.txt", "watched/a.txt");
  await ignores("watched2/a.txt", "watched/a.txt");
});

test("left out: the working directory, but neither packages nor .git", async (t) => {
  const { counts, ignores } = await counting(t, undefined, {
    "node_modules/pkg/index.js": "",
    ".git/HEAD": "",
    "a/b.txt": "",
  });
  await counts("a/b.txt");
  await counts("c.txt");
  await ignores("node_modules/pkg/index.js", "c.txt");
  await ignores(".git/HEAD", "c.txt");
});

test('"." is the working directory', async (t) => {
  const { counts } = await counting(t, ".", { "a/b.txt": "" });
  await counts("a/b.txt");
});

test("one file", async (t) => {
  const { counts, ignores, own, program } = await counting(t, "data/a.txt", {
    "data/a.txt": "",
    "data/b.txt": "",
  });
  await counts("data/a.txt");
  await ignores("data/b.txt", "data/a.txt");
  own.writeAtomically("data/a.txt", "atomically");
  await program.line(/^live /);
});

test("a file that does not exist yet", async (t) => {
  const { counts } = await counting(t, "data/later.txt", { "data/b.txt": "" });
  await counts("data/later.txt");
});

for (const folder of ["later", "later/deep"]) {
  test(`a folder that does not exist yet: ${folder}`, async (t) => {
    const { comes, counts, ignores } = await counting(t, folder, { "other/a.txt": "" });
    await comes("later", folder === "later" ? "a.txt" : "deep/a.txt");
    await counts(`${folder}/a.txt`);
    await counts(`${folder}/b.txt`);
    await comes(`${folder}/c`, "d/e.txt");
    await ignores("other/a.txt", `${folder}/c/d/e.txt`);
  });
}

test("a glob", async (t) => {
  const { comes, counts, ignores } = await counting(t, "src/**/*.html", {
    "src/a.html": "",
    "src/b/c.html": "",
    "src/a.txt": "",
    "other/a.html": "",
  });
  await counts("src/a.html");
  await counts("src/b/c.html");
  await comes("src/new", "d.html");
  await ignores("src/a.txt", "src/a.html");
  await ignores("other/a.html", "src/a.html");
});

test("a list of files, folders and globs, with ! taking away", async (t) => {
  const watch = ["one.txt", "folder", "globs/*.{css,html}", "!folder/out", "!**/*.tmp"];
  const { counts, ignores } = await counting(t, watch, {
    "one.txt": "",
    "two.txt": "",
    "folder/a.txt": "",
    "folder/out/a.txt": "",
    "globs/a.css": "",
    "globs/b.html": "",
    "globs/c.js": "",
  });
  await counts("one.txt");
  await counts("folder/a.txt");
  await counts("globs/a.css");
  await counts("globs/b.html");
  await ignores("two.txt", "one.txt");
  await ignores("folder/out/a.txt", "one.txt");
  await ignores("folder/x.tmp", "one.txt");
  await ignores("globs/c.js", "one.txt");
});

test("an absolute path", async (t) => {
  const outside = project(t, { "a.txt": "" });
  const { own, program } = await counting(t, outside.directory);
  void own;
  outside.write("a.txt", "changed");
  await live(program, 2);
});

test("the module's own graph, outside of the watch path too", async (t) => {
  const files = {
    "mod.mjs": `import "./lib/a.mjs";\n${MODULE}`,
    "lib/a.mjs": 'import "./b.cjs";\n',
    "lib/b.cjs": 'require("./c.json");\n',
    "lib/c.json": "{}",
    "watched/a.txt": "",
  };
  const { own, program } = await counting(t, "watched", files);
  own.write("lib/a.mjs", 'import "./b.cjs"; // again\n');
  await live(program, 2);
  own.write("lib/b.cjs", 'require("./c.json"); // again\n');
  await live(program, 3);
  own.write("lib/c.json", '{ "again": true }');
  await live(program, 4);
  own.write("mod.mjs", `${MODULE}// alone\n`);
  await live(program, 5);
});

test("same content, a touch: nothing", async (t) => {
  const { own, program, counts } = await counting(t, "watched", { "watched/a.txt": "a" });
  // What a file of no graph held before its first save nobody has read.
  await counts("watched/a.txt");
  const text = fs.readFileSync(own.path("watched/a.txt"), "utf8");
  own.write("watched/a.txt", text);
  fs.utimesSync(own.path("watched/a.txt"), new Date(), new Date());
  own.writeAtomically("watched/a.txt", text);
  await counts("watched/a.txt");
  assert.deepEqual(history(program), [1, 2, 3]);
});

test("a file of the graph under the watch path: one evaluation for one change", async (t) => {
  const { own, program } = await counting(t, ".", { "mod.mjs": `import "./a.mjs";\n${MODULE}`, "a.mjs": "" });
  for (let count = 2; count < 6; count++) {
    own.write("a.mjs", `// ${count}`);
    await live(program, count);
  }
  assert.deepEqual(history(program), [1, 2, 3, 4, 5]);
});

test("ignore: globs and expressions, a global one too", async (t) => {
  const files = {
    "watched/a.txt": "",
    "watched/b.log": "",
    "watched/gen/c.txt": "",
    "watched/d.tmp": "",
    "watched/e.bak": "",
  };
  const { ignores } = await counting(
    t,
    "watched",
    files,
    '{ ignore: ["watched/gen", "**/*.log", /\\.tmp$/g, /.*\\.bak$/y, /[.]nothing/] }',
  );
  for (let round = 0; round < 3; round++) {
    await ignores("watched/b.log", "watched/a.txt");
    await ignores("watched/gen/c.txt", "watched/a.txt");
    await ignores("watched/d.tmp", "watched/a.txt");
    await ignores("watched/e.bak", "watched/a.txt");
  }
});

for (const [flag, expression] of Object.entries({ global: "/\\.tmp$/g", sticky: "/.*\\.tmp$/y" })) {
  test(`ignore: a ${flag} expression that matches several times in a row`, async (t) => {
    const own = project(t, {
      "mod.mjs": MODULE,
      "other.mjs": "",
      "watched/a.tmp": "",
      "seen/a.txt": "",
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        process.on("disconnect", () => process.exit());
        process.on("message", () => {});
        await hmr("./mod.mjs", "watched", ({ value }) => console.log("live " + value), { ignore: ${expression} });
        await hmr("./other.mjs", "seen", () => console.log("seen"));
        console.log("ready");`,
    });
    const program = own.run("main.mjs");
    await program.line("ready");
    // What shows that the engine has looked is not held against the expression: a name that does not match sets it back.
    for (let save = 1; save <= 4; save++) {
      own.write("watched/a.tmp", `// ${save}`);
      own.write("seen/a.txt", `// ${save}`);
      await program.line("seen");
    }
    assert.deepEqual(history(program), [1]);
  });
}

for (const ignore of ['"**/*.log"', "/log$/"]) {
  test(`ignore: ${ignore} alone`, async (t) => {
    const { ignores } = await counting(t, "watched", { "watched/a.txt": "" }, `{ ignore: ${ignore} }`);
    await ignores("watched/b.log", "watched/a.txt");
  });
}

test("the module is relative to the caller, the watch path to the working directory", async (t) => {
  const own = project(t, {
    "deep/er/mod.mjs": MODULE,
    "watched/a.txt": "",
    "deep/er/start.mjs": `
      import { hmr } from "heatsync-rs";
      process.on("message", () => {});
      export const handle = hmr("./mod.mjs", "watched", ({ value }) => console.log("live " + value));
      await handle; console.log("ready");`,
    "main.mjs": 'import "./deep/er/start.mjs";',
  });
  const program = own.run("main.mjs");
  await live(program, 1);
  await program.line("ready");
  own.write("watched/a.txt", "changed");
  await live(program, 2);
  own.write("deep/er/mod.mjs", `// again\n${MODULE}`);
  await live(program, 3);
});

for (const [name, id] of [
  ["a bare file name, as node-esm-hmr takes it", '"mod.mjs"'],
  ["an absolute path", 'new URL("./mod.mjs", import.meta.url).pathname.replaceAll("%20", " ")'],
  ["a file: URL", 'new URL("./mod.mjs", import.meta.url).href'],
  ["a URL object", 'new URL("./mod.mjs", import.meta.url)'],
]) {
  test(`the module given as ${name}`, async (t) => {
    const own = project(t, {
      "mod.mjs": MODULE,
      "main.mjs": `import { hmr } from "heatsync-rs"; process.on("message", () => {}); hmr(${id}, "none", ({ value }) => console.log("live " + value)).ready.then(() => console.log("ready"));`,
    });
    const program = own.run("main.mjs");
    await live(program, 1);
    await program.line("ready");
    own.write("mod.mjs", `// again\n${MODULE}`);
    await live(program, 2);
  });
}

test("a module that does not exist yet, given as a file: URL", async (t) => {
  const own = project(t, {
    "main.mjs": `import { hmr } from "heatsync-rs"; process.on("message", () => {});
      hmr(new URL("./later/mod.mjs", import.meta.url), "none", ({ value }) => console.log("live " + value)).ready.then(() => console.log("ready"));`,
  });
  const program = own.run("main.mjs");
  await program.line("ready");
  own.write("later/mod.mjs", MODULE);
  await live(program, 1);
});

test("a folder given as the module is refused in the caller's name", async (t) => {
  const own = project(t, {
    "folder/index.mjs": MODULE,
    "main.mjs": `import { hmr } from "heatsync-rs"; await hmr("./folder", "none", () => {}); process.exit();`,
  });
  const program = own.run("main.mjs");
  await program.exit;
  assert.match(program.stderr, /'\.\/folder', imported from .*main\.mjs, is a folder/);
});

test("a module that is a link to itself is waited for", {
  skip: process.platform === "win32" && "no such links",
}, async (t) => {
  const own = project(t, {
    "main.mjs": `import { hmr } from "heatsync-rs";
      process.on("disconnect", () => process.exit());
      process.on("message", () => {});
      await hmr("./mod.mjs", "none", ({ value }) => console.log("live " + value));
      console.log("waits");`,
  });
  fs.symlinkSync("mod.mjs", own.path("mod.mjs"));
  const program = own.run("main.mjs");
  await program.line("waits");
  fs.rmSync(own.path("mod.mjs"));
  own.write("mod.mjs", MODULE);
  await live(program, 1);
});
