// hmr(): the first load, where something comes in between, and what it leaves behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { live } from "./support/observed.mjs";
import { project, until } from "./support/project.mjs";

for (const [how, call, options] of /** @type {const} */ ([
  ["close()", "handle.close();", "{}"],
  ["a signal", "controller.abort();", "{ signal: controller.signal }"],
])) {
  test(`closed before its module is loaded, by ${how}: that is not evaluated`, async (t) => {
    const own = project(t, {
      "mod.mjs": `console.log("evaluated");`,
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        const controller = new AbortController();
        const handle = hmr("./mod.mjs", "none", () => console.log("called"), ${options});
        ${call}
        await handle.ready;
        console.log("ready");`,
    });
    const program = own.run("main.mjs");
    await until(() => program.hasEnded, "its end");
    assert.deepEqual(program.lines, ["ready"], program.stderr);
  });
}

test("once it is loaded it keeps nothing of what others load", async (t) => {
  const own = project(t, {
    "mod.mjs": "export const value = 1;",
    "late.cjs": "exports.value = 1;",
    "main.cjs": `
      const { hmr } = require("heatsync-rs");
      const { setImmediate: turn } = require("node:timers/promises");
      hmr("./mod.mjs", "none", () => {}).then(async () => {
        const late = require.resolve("./late.cjs");
        let isCollected = false;
        const registry = new FinalizationRegistry(() => { isCollected = true; });
        (() => {
          require(late);
          registry.register(require.cache[late], 0);
          delete require.cache[late];
          module.children.length = 0;
        })();
        for (let count = 0; count < 50 && !isCollected; count++) { await turn(); gc(); }
        console.log("collected", isCollected);
        process.exit();
      });`,
  });
  const program = own.run("main.cjs", { nodeArguments: ["--expose-gc"] });
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(program.lines, ["collected true"], program.stderr);
});

const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;
for (const [what, load] of Object.entries({
  "createRequire()": `${REQUIRE} const dep = require("./dep.cjs");`,
  "createRequire(), by a computed name": `${REQUIRE} const name = "dep"; const dep = require("./" + name + ".cjs");`,
  "import(), by a computed name": `const name = "dep"; const dep = await import("./" + name + ".cjs");`,
})) {
  test(`what its module asks for by ${what} throws: it is tried again when that is saved`, async (t) => {
    const own = project(t, {
      "mod.mjs": `${load} export const value = dep.value;`,
      "dep.cjs": `throw new Error("not yet");`,
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        await hmr("./mod.mjs", "none", (mod) => { console.log("live " + mod.value); process.exit(); }).ready;
        console.log("ready");`,
    });
    const program = own.run("main.mjs");
    await program.line("ready");
    own.write("dep.cjs", "exports.value = 1;");
    await live(program, 1);
  });
}

test("a file without ./ that is not there yet, comes meanwhile and throws: its own error is logged, and waited out", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      import fs from "node:fs";
      const handle = hmr("late.mjs", "none", ({ value }) => { console.log("live " + value); process.exit(); });
      fs.writeFileSync("late.mjs", "throw new Error('of its own');");
      await handle.ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await program.line("ready");
  assert.match(program.stderr, /Error: of its own/);
  assert.doesNotMatch(program.stderr, /Cannot find/);
  own.write("late.mjs", "export const value = 1;");
  await live(program, 1);
});

test("a package that is not there is told of, and not waited for", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      await hmr("no-package/part.mjs", ".", () => console.log("called")).ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["ready"]);
  assert.match(program.stderr, /^\[heatsync\] hmr: Cannot find the package 'no-package'/m);
});

for (const [name, text] of Object.entries({
  "mod.mjs": `export const value = 1;\nthrow new RangeError("thrown");`,
  "mod.cjs": `exports.value = 1;\nthrow new RangeError("thrown");`,
})) {
  test(`what ${name} throws is logged with the lines there`, async (t) => {
    const own = project(t, {
      [name]: text,
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        await hmr("./${name}", "none", () => {}).ready;
        process.exit();`,
    });
    const program = own.run("main.mjs");
    await until(() => program.hasEnded, "its end");
    const shown = program.stderr.split('> 2 | throw new RangeError("thrown");').length - 1;
    assert.equal(shown, 1, program.stderr);
  });
}

test("what the callback throws is logged with the lines there", async (t) => {
  const own = project(t, {
    "mod.mjs": "",
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      await hmr("./mod.mjs", "none", () => {
        throw new RangeError("by it");
      }).ready;
      process.exit();`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.match(program.stderr, /^> 4 \| +throw new RangeError\("by it"\);/m);
});

test("what can't be shown, as it throws when it is, is told of in words", async (t) => {
  const own = project(t, {
    "mod.mjs": "",
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      import { inspect } from "node:util";
      await hmr("./mod.mjs", "none", () => {
        throw Object.assign(new RangeError("hostile"), { [inspect.custom]() { throw new Error("no"); } });
      }).ready;
      process.exit();`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.match(program.stderr, /hostile[\s\S]*waiting for changes to mod\.mjs/);
});

for (const [how, callback] of Object.entries({
  throws: "() => { handle.close(); throw new RangeError('after close()'); }",
  rejects: "async () => { await handle.close(); throw new RangeError('after close()'); }",
})) {
  test(`a callback that closes it and then ${how}: the error is logged, and nothing is waited for`, async (t) => {
    const own = project(t, {
      "mod.mjs": "",
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        const handle = hmr("./mod.mjs", "none", ${callback});
        await handle.ready;
        console.log("ready");`,
    });
    const program = own.run("main.mjs");
    await until(() => program.hasEnded, "its end");
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.match(program.stderr, /RangeError: after close\(\)/);
    assert.doesNotMatch(program.stderr, /waiting for/);
  });
}

for (const [what, waits] of Object.entries({
  "Node's timers": "await setTimeout(1e6, undefined, { signal })",
  "the signal itself":
    "await new Promise((resolve) => signal.addEventListener('abort', resolve)); signal.throwIfAborted()",
})) {
  test(`a callback that waits by ${what}, and is told to end by the signal that closes it: that is no error`, async (t) => {
    const own = project(t, {
      "mod.mjs": "",
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        import { setTimeout } from "node:timers/promises";
        const controller = new AbortController();
        const { signal } = controller;
        const options = { signal };
        await hmr("./mod.mjs", "none", async () => {
          queueMicrotask(() => controller.abort());
          ${waits};
        }, options).ready;
        await hmr("./mod.mjs", "none", async () => { throw new RangeError("not called"); }, options).ready;
        console.log("ready");`,
    });
    const program = own.run("main.mjs");
    await until(() => program.hasEnded, "its end");
    assert.deepEqual([program.lines, program.stderr], [["ready"], ""]);
  });
}

test("what a callback throws otherwise, once a signal has closed it, is logged", async (t) => {
  const own = project(t, {
    "mod.mjs": "",
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      const controller = new AbortController();
      await hmr("./mod.mjs", "none", () => {
        controller.abort();
        throw new RangeError("after it");
      }, { signal: controller.signal }).ready;`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.match(program.stderr, /RangeError: after it/);
});

test("what a module throws that is closed while it is loaded is not logged", async (t) => {
  const own = project(t, {
    "mod.mjs": `globalThis.close(); throw new RangeError("not heard");`,
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      globalThis.close = () => void handle.close();
      const handle = hmr("./mod.mjs", "none", () => {});
      await handle.ready;
      console.log("ready");`,
  });
  const program = own.run("main.mjs");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual([program.lines, program.stderr], [["ready"], ""]);
});

test("closed, it asks the system to watch nothing any more", async (t) => {
  const own = project(t, {
    "mod.mjs": "",
    "watched/a.txt": "",
    "main.cjs": `
      const { hmr } = require("heatsync-rs");
      const { watchStatus } = require("node:module").createRequire(require.resolve("heatsync-rs"))("./native/load.cjs");
      const watched = () => {
        const { native, polled } = watchStatus();
        return native + polled;
      };
      (async () => {
        await hmr("./mod.mjs", "mod.mjs", () => {}, { persistent: false }).ready;
        const before = watched();
        const handle = hmr("./mod.mjs", "watched", () => {});
        await handle.ready;
        const more = watched() - before;
        await handle.close();
        console.log("more", more, watched() - before);
      })();`,
  });
  const program = own.run("main.cjs");
  await until(() => program.hasEnded, "its end");
  assert.deepEqual(program.lines, ["more 1 0"], program.stderr);
});
