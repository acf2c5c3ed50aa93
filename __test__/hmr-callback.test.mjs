// hmr(): the callback, errors that are waited out, the screen, and the handle.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { hmr } from "../index.mjs";
import { history, live } from "./support/observed.mjs";
import { project } from "./support/project.mjs";

const exports = (/** @type {unknown} */ value) => `export const value = ${JSON.stringify(value)};\n`;

/**
 * A program whose handle is \`handle\`; it evaluates what it is sent.
 * @param {import("node:test").TestContext} t @param {Record<string, string | object>} files @param {string} call
 */
function calling(t, files, call = 'hmr("./mod.mjs", "mod.mjs", (mod) => say("live", mod.value))') {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      const say = (name, value = null) => console.log(name + " " + JSON.stringify(value));
      process.on("message", async (code) => { await eval(code); });
      process.on("disconnect", () => process.exit());
      const handle = ${call};
      await handle.ready;
      say("ready");`,
    ...files,
  });
  return { own, program: own.run("main.mjs") };
}

test("the namespace first, and a new one after each change", async (t) => {
  const files = { "mod.mjs": `export default 0;\n${exports(1)}` };
  const call = `hmr("./mod.mjs", ".", (mod) => { say("namespace", Object.keys(mod)); say("same", mod === globalThis.last); say("kind", Object.prototype.toString.call(mod)); globalThis.last = mod; })`;
  const { own, program } = calling(t, files, call);
  assert.deepEqual(await program.value("namespace"), ["default", "value"]);
  assert.equal(await program.value("kind"), "[object Module]");
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  assert.deepEqual(await program.value("namespace"), ["value"]);
  assert.equal(await program.value("same"), false);
});

test("a CommonJS module as the target", async (t) => {
  const call = 'hmr("./mod.cjs", "mod.cjs", (mod) => say("live", mod.default.value))';
  const { own, program } = calling(
    t,
    { "mod.cjs": 'exports.value = require("./dep.cjs");', "dep.cjs": "module.exports = 1;" },
    call,
  );
  await live(program, 1);
  await program.value("ready");
  own.write("dep.cjs", "module.exports = 2;");
  await live(program, 2);
  own.write("mod.cjs", "exports.value = 3;");
  await live(program, 3);
});

test("hmr() from a CommonJS program", async (t) => {
  const own = project(t, {
    "mod.mjs": exports(1),
    "main.cjs": `const { hmr } = require("heatsync-rs"); process.on("message", () => {}); hmr("./mod.mjs", "mod.mjs", (mod) => console.log("live " + mod.value)).then(() => console.log("ready"));`,
  });
  const program = own.run("main.cjs");
  await live(program, 1);
  await program.line("ready");
  own.write("mod.mjs", exports(2));
  await live(program, 2);
});

for (const [what, broken, pattern] of /** @type {const} */ ([
  ["a syntax error", "\nlet a = ;", /mod\.mjs:2:9[\s\S]*let a = ;/],
  ["a throw", '\nthrow new Error("thrown");', /thrown/],
  ["a missing dependency", '\nimport "./none.mjs";', /none\.mjs/],
  ["a missing export", '\nimport { none } from "./dep.mjs";', /mod\.mjs:2:10[\s\S]*none/],
])) {
  test(`${what} is logged and waited out`, async (t) => {
    const { own, program } = calling(t, { "mod.mjs": exports(1), "dep.mjs": exports(0) });
    await live(program, 1);
    await program.value("ready");
    own.write("mod.mjs", broken);
    await program.errorOutput(pattern);
    await program.errorOutput("waiting for changes");
    own.write("mod.mjs", exports(2));
    await live(program, 2);
    assert.equal(program.stderr.match(/waiting for changes/g)?.length, 1, program.stderr);
  });

  test(`${what} at the very first load is logged and waited out`, async (t) => {
    const { own, program } = calling(t, { "mod.mjs": broken, "dep.mjs": exports(0) });
    await program.errorOutput(pattern);
    await program.errorOutput("waiting for changes");
    await program.value("ready");
    own.write("mod.mjs", exports(1));
    await live(program, 1);
    own.write("mod.mjs", exports(2));
    await live(program, 2);
    assert.deepEqual(history(program), [1, 2]);
  });
}

test("an error at the very first load keeps the process waiting, with nothing else to do", async (t) => {
  const own = project(t, {
    "mod.mjs": 'throw new Error("at first");',
    "main.mjs":
      'import { hmr } from "heatsync-rs";\nhmr("./mod.mjs", ".", (mod) => { console.log("live " + mod.value); process.exit(0); });',
  });
  const program = own.run("main.mjs");
  await program.errorOutput("waiting for changes");
  own.write("mod.mjs", exports(1));
  await live(program, 1);
  assert.equal((await program.exit).code, 0);
});

test("what a package throws further up than Error.stackTraceLimit has its place, at the very first load, too", async (t) => {
  const { own, program } = calling(t, {
    "mod.mjs": `import { deep } from "fails";\ndeep(40);`,
    "node_modules/fails/package.json": { exports: "./index.mjs" },
    "node_modules/fails/index.mjs":
      "export function deep(levels) { if (levels === 0) throw new RangeError('too deep'); deep(levels - 1); }",
  });
  await program.errorOutput(`too deep\n    at ${own.path("mod.mjs")}:2:1\n`);
  await program.errorOutput("> 2 | deep(40);");
});

test("a module file that does not exist yet: it is said who asks for it, and what may have been meant", async (t) => {
  const { own, program } = calling(t, { "mode.mjs": "" });
  await program.errorOutput("Did you mean './mode.mjs'?");
  await program.errorOutput("waiting for changes to mod.mjs");
  // Who asks for it, and where: not a file of ours.
  const place = `imported from ${own.path("main.mjs")}\n    at ${own.path("main.mjs")}:6:22\n`;
  assert.ok(program.stderr.includes(place), program.stderr);
  assert.match(program.stderr, /^> 6 \| +const handle = hmr\("\.\/mod\.mjs"/m);
  assert.doesNotMatch(program.stderr, /[\\/]runtime[\\/]/);
  await program.value("ready");
  own.write("mod.mjs", exports(1));
  await live(program, 1);
  own.write("mod.mjs", exports(2));
  await live(program, 2);
});

test("a module below a folder that does not exist yet", async (t) => {
  const { own, program } = calling(t, {}, 'hmr("./lib/sub/mod.mjs", ".", (mod) => say("live", mod.value))');
  await program.errorOutput("mod.mjs");
  await program.value("ready");
  own.write("lib/sub/mod.mjs", exports(1));
  await live(program, 1);
});

test("a callback that throws, or rejects, is logged, and the next change calls it again", async (t) => {
  const call = `hmr("./mod.mjs", ".", (mod) => { say("live", mod.value); if (mod.value === 1) throw new Error("thrown by it"); if (mod.value === 2) return Promise.reject(new Error("rejected by it")); })`;
  const { own, program } = calling(t, { "mod.mjs": exports(1) }, call);
  await live(program, 1);
  await program.errorOutput("thrown by it");
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  await live(program, 2);
  await program.errorOutput("rejected by it");
  own.write("mod.mjs", exports(3));
  await live(program, 3);
});

test("async callbacks are awaited, one after another", async (t) => {
  const call = `hmr("./mod.mjs", ".", async (mod) => { say("begin", mod.value); await new Promise((go) => { globalThis.go = go; }); say("end", mod.value); })`;
  const { own, program } = calling(t, { "mod.mjs": exports(1) }, call);
  assert.equal(await program.value("begin"), 1);
  assert.ok(!program.lines.includes("ready null"), "ready waits for the first callback");
  program.child.send("go()");
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  assert.equal(await program.value("begin"), 2);
  own.write("mod.mjs", exports(3));
  own.write("mod.mjs", exports(4));
  program.child.send("go()");
  let last = await program.value("begin");
  while (last !== 4) {
    program.child.send("go()");
    last = await program.value("begin");
  }
  program.child.send("go()");
  await program.line("end 4");
  const order = program.lines.filter((line) => /^(begin|end)/.test(line));
  order.forEach((line, index) => {
    const partner = order[index + 1];
    if (index % 2 === 0) assert.equal(partner, line.replace("begin", "end"), order.join(", "));
  });
});

test("two hmr() of one module, and of two", async (t) => {
  const call = `hmr("./mod.mjs", "mod.mjs", (mod) => say("live", mod.value));
    const second = hmr("./mod.mjs", "mod.mjs", (mod) => say("second", mod.value)); await second;
    const other = hmr("./other.mjs", "other.mjs", (mod) => say("other", mod.value)); await other`;
  const { own, program } = calling(t, { "mod.mjs": exports(1), "other.mjs": exports("a") }, call);
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  await program.waitFor(() => program.lines.includes("live 2") && program.lines.includes("second 2"), "both");
  own.write("other.mjs", exports("b"));
  await program.line('other "b"');
  program.child.send("handle.close()");
  own.write("mod.mjs", exports(3));
  await program.line("second 3");
});

test("a first load that fails, of a file that was loaded before: its earlier text is news", async (t) => {
  const { own, program } = calling(
    t,
    { "mod.cjs": "exports.value = 1;", "other.cjs": "", "data/x": "" },
    `(() => {
      const fs = process.getBuiltinModule("node:fs");
      const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
      const Heatsync = require("heatsync-rs");
      new Heatsync().require("./other.cjs");
      const file = require.resolve("./mod.cjs");
      say("plain", require(file).value);
      delete require.cache[file];
      fs.writeFileSync(file, "throw new Error('not yet');");
      return hmr("./mod.cjs", "data", (mod) => say("live", mod.default.value));
    })()`,
  );
  await program.value("ready");
  own.write("mod.cjs", "exports.value = 1;");
  assert.equal(await program.value("live"), 1);
});

test("close() ends it: no more callbacks, and the process exits by itself", async (t) => {
  const own = project(t, {
    "mod.mjs": exports(1),
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      import fs from "node:fs";
      const handle = hmr("./mod.mjs", ".", (mod) => { console.log("live " + mod.value); });
      await handle;
      await handle.close();
      await handle.close();
      fs.writeFileSync("mod.mjs", "export const value = 2;");
      console.log("closed");`,
  });
  const program = own.run("main.mjs");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
  assert.deepEqual(program.lines, ["live 1", "closed"]);
});

test("close() waits for a callback that is running", async (t) => {
  const call = `hmr("./mod.mjs", ".", async (mod) => { say("begin", mod.value); if (mod.value === 1) return; await new Promise((go) => { globalThis.go = go; }); say("end", mod.value); })`;
  const { own, program } = calling(t, { "mod.mjs": exports(1) }, call);
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  await program.line("begin 2");
  program.child.send('handle.close().then(() => say("closed")); setImmediate(() => go())');
  await program.value("closed");
  assert.deepEqual(program.lines.slice(-2), ["end 2", "closed null"]);
});

test("close() from within the callback does not wait for itself", async (t) => {
  const call = `hmr("./mod.mjs", ".", async (mod) => { if (mod.value === 2) { handle.close(); say("closed"); } })`;
  const { own, program } = calling(t, { "mod.mjs": exports(1) }, call);
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  await program.value("closed");
});

for (const when of ["before", "while loading", "later"]) {
  test(`an AbortSignal, aborted ${when}`, async (t) => {
    const own = project(t, {
      "mod.mjs": exports(1),
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        const abort = new AbortController();
        ${when === "before" ? "abort.abort();" : ""}
        const handle = hmr("./mod.mjs", ".", (mod) => console.log("live " + mod.value), { signal: abort.signal });
        ${when === "while loading" ? "abort.abort();" : ""}
        await handle;
        console.log("ready");
        abort.abort();`,
    });
    const program = own.run("main.mjs");
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.deepEqual(program.lines, when === "later" ? ["live 1", "ready"] : ["ready"]);
    assert.equal(program.stderr, "");
  });
}

test("a signal keeps nothing of what was closed before it is aborted", async (t) => {
  const { program } = calling(t, { "mod.mjs": exports(1) }, `hmr("./mod.mjs", "mod.mjs", () => {})`);
  await program.value("ready");
  program.child.send(`(async () => {
    const { getEventListeners } = await import("node:events");
    const { signal } = new AbortController();
    const count = () => getEventListeners(signal, "abort").length;
    const counts = [];
    for (const [module, closes] of [["./mod.mjs", true], ["./mod.mjs", false], ["node:fs", false]]) {
      const one = hmr(module, "mod.mjs", () => { if (closes) one.close(); }, { signal });
      counts.push(count());
      await one;
      counts.push(count());
      await one.close();
      counts.push(count());
    }
    say("counts", counts);
  })()`);
  assert.deepEqual(await program.value("counts"), [1, 0, 0, 1, 1, 0, 1, 0, 0]);
});

test("bad arguments are a TypeError at the call", async (t) => {
  const own = project(t, {
    "main.mjs": `
      import { hmr } from "heatsync-rs";
      for (const args of [["./m.mjs"], ["./m.mjs", "."], ["./m.mjs", ".", "no"], ["./m.mjs", 1, () => {}], ["./m.mjs", "", () => {}],
        ["./m.mjs", [1], () => {}], [undefined, ".", () => {}], ["", ".", () => {}], [5, ".", () => {}],
        ["./m.mjs", ".", () => {}, { ignore: 5 }], ["./m.mjs", ".", () => {}, { signal: {} }], ["./m.mjs", ".", () => {}, "yes"]]) {
        let result;
        try { result = hmr(...args); result.close?.(); result = "accepted"; } catch (error) { result = error.name + ": " + error.message; }
        console.log("call " + JSON.stringify([args.map(String).join(), result]));
      }`,
  });
  const program = own.run("main.mjs");
  await program.exit;
  const results = program.lines
    .filter((line) => line.startsWith("call "))
    .map((line) => JSON.parse(line.slice(5)));
  assert.equal(results.length, 12, program.stderr);
  for (const [args, result] of results) assert.match(result, /^TypeError: hmr/, args);
});

test("nothing is cleared when the output is no terminal", async (t) => {
  const { own, program } = calling(
    t,
    { "mod.mjs": exports(1) },
    'hmr("./mod.mjs", ".", (mod) => say("live", mod.value), true)',
  );
  await program.value("ready");
  own.write("mod.mjs", exports(2));
  await program.line("live 2");
  assert.ok(!program.stdout.includes("\u001b"), JSON.stringify(program.stdout));
});

const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
for (const [option, clears] of /** @type {const} */ ([
  ["", true],
  [", true", true],
  [", {}", true],
  [", { clearEveryTime: true }", true],
  [", false", false],
  [", { clearEveryTime: false }", false],
])) {
  test(`a terminal with clearEveryTime "${option}"`, { skip: !hasScript }, async (t) => {
    const own = project(t, {
      "mod.mjs": exports(1),
      "main.mjs": `
        import { hmr } from "heatsync-rs";
        import fs from "node:fs";
        setInterval(() => {}, 1000);
        const handle = hmr("./mod.mjs", "mod.mjs", (mod) => {
          console.log("<" + mod.value + ">");
          if (mod.value < 3) setTimeout(() => fs.writeFileSync("mod.mjs", "export const value = " + (mod.value + 1)), 5);
          else process.exit();
        }${option});`,
    });
    const child = spawn("script", ["-qec", `"${process.execPath}" main.mjs`, "/dev/null"], {
      cwd: own.directory,
      env: { ...process.env, TERM: "xterm", NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (part) => {
      text += part;
    });
    await new Promise((resolve) => child.on("close", resolve));
    const [before, second, third] = text.split(/<\d>/);
    const clear = "\u001b[0J"; // console.clear(): the cursor home, then erase below
    assert.ok(!before.includes(clear), "not before the first callback");
    assert.equal(second.includes(clear), clears, JSON.stringify(text));
    assert.equal(third.includes(clear), clears, JSON.stringify(text));
  });
}

test("what hmr() can't take is named", () => {
  const call = (/** @type {any[]} */ ...values) => /** @type {any} */ (hmr)(...values);
  for (const [values, message] of /** @type {[any[], RegExp][]} */ ([
    [[3, ".", () => {}], /a module path is a non-empty string or a URL, not 3/],
    [["./mod.mjs", "."], /takes a callback as its third argument, not undefined/],
    [["./mod.mjs", [3], () => {}], /a watch path is a non-empty string, not 3/],
    [["./mod.mjs", ".", () => {}, 3], /takes options or a boolean as its fourth argument, not 3/],
    [
      ["./mod.mjs", ".", () => {}, { persist: true }],
      /there is no option 'persist'; there are clearEveryTime, /,
    ],
    [["./mod.mjs", ".", () => {}, { persistent: "yes" }], /persistent is a boolean, not 'yes'/],
    [["./mod.mjs", ".", () => {}, { clearEveryTime: 1 }], /clearEveryTime is a boolean, not 1/],
    [["./mod.mjs", ".", () => {}, { signal: 3 }], /signal is an AbortSignal, not 3/],
    [["./mod.mjs", ".", () => {}, { ignore: 3 }], /ignore is a glob, a RegExp or an array of these, not 3/],
    [["./mod.mjs", ".", () => {}, { esm: "x" }], /esm is "runtime" or "query", not 'x'/],
  ])) {
    assert.throws(() => call(...values), { name: "TypeError", message });
  }
});
