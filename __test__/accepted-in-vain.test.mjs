// What a module has imported or required in vain, went on without, and accepts: once it can be loaded its handlers are told, and
// nothing else is evaluated (dynohot's "lazy dynamic import with error is recoverable").

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @param {string} [handler] */
const main = (handler = "seen = m.v;") => `
globalThis.mains = (globalThis.mains ?? 0) + 1;
globalThis.seen = await import("./m.mjs").then(({ v }) => v, (error) => error.name);
import.meta.hot.accept("./m.mjs", (m) => { globalThis.told = (globalThis.told ?? 0) + 1; ${handler} });`;
const requiring = `
globalThis.mains = (globalThis.mains ?? 0) + 1;
try { globalThis.seen = require("./m.cjs").v; } catch (error) { globalThis.seen = error.name; }
module.hot.accept("./m.cjs", (m) => { globalThis.told = (globalThis.told ?? 0) + 1; seen = m.v; });`;
const shown = "[seen, mains, globalThis.told ?? 0].join()";
const throws = `throw new RangeError("body");`;

for (const [what, text, name] of /** @type {const} */ ([
  ["does not parse", "export const v = ;", "SyntaxError"],
  ["throws", `export const v = 0; ${throws}`, "RangeError"],
  ["misses a name", `import { none } from "./dep.mjs"; export const v = 0;`, "SyntaxError"],
  ["misses an import", `import "./gone.mjs"; export const v = 0;`, "Error"],
  ["is not there", null, "Error"],
])) {
  test(`import() of what ${what}`, async (t) => {
    const { ask, save } = await hotProgram(t, {
      "main.mjs": main(),
      "dep.mjs": "export const dep = 1;",
      ...(text !== null && { "m.mjs": text }),
    });
    assert.equal(await ask(shown), `${name},1,0`);
    const result = await save({ "m.mjs": `import { dep } from "./dep.mjs"; export const v = dep;` });
    assert.equal(result.type, "accepted");
    const { files, evaluated, acceptedBy } = result;
    assert.deepEqual([files, evaluated, acceptedBy], [["m.mjs"], ["dep.mjs", "m.mjs"], ["main.mjs"]]);
    assert.equal(await ask(shown), "1,1,1");
    // From then on it is as any other.
    assert.deepEqual((await save({ "m.mjs": "export const v = 2;" })).evaluated, ["m.mjs"]);
    assert.equal(await ask(shown), "2,1,2");
  });
}

for (const [what, text] of /** @type {const} */ ([
  ["does not parse", `{ "v": `],
  ["is not there", null],
])) {
  for (const isAccepted of [true, false]) {
    test(`import() of JSON that ${what}, ${isAccepted ? "accepted" : "and accepted by nobody"}`, async (t) => {
      const { ask, save } = await hotProgram(t, {
        "main.mjs": `import "./mid.mjs";`,
        "mid.mjs": `globalThis.mids = (globalThis.mids ?? 0) + 1;
          globalThis.seen = await import("./m.json", { with: { type: "json" } }).then((m) => m.default.v, () => "none");
          ${isAccepted ? `import.meta.hot.accept("./m.json", (m) => { seen = m.default.v; });` : "import.meta.hot.accept();"}`,
        ...(text !== null && { "m.json": text }),
      });
      assert.equal(await ask("[seen, mids].join()"), "none,1");
      assert.equal((await save({ "m.json": `{ "v": 1 }` })).type, "accepted");
      assert.equal(await ask("[seen, mids].join()"), isAccepted ? "1,1" : "1,2");
      assert.equal((await save({ "m.json": `{ "v": 2 }` })).type, "accepted");
      assert.equal(await ask("[seen, mids].join()"), isAccepted ? "2,1" : "2,3");
    });
  }
}

for (const [what, text, name] of /** @type {const} */ ([
  ["does not parse", "exports.v = ;", "SyntaxError"],
  ["throws", `exports.v = 0; ${throws}`, "RangeError"],
  ["misses a file", `require("./gone.cjs");`, "Error"],
  ["is not there", null, "Error"],
])) {
  test(`require() of what ${what}`, async (t) => {
    const files = { "main.cjs": requiring, "dep.cjs": "exports.dep = 1;" };
    const { ask, save } = await hotProgram(t, { ...files, ...(text !== null && { "m.cjs": text }) });
    assert.equal(await ask(shown), `${name},1,0`);
    const result = await save({ "m.cjs": `exports.v = require("./dep.cjs").dep;` });
    assert.equal(result.type, "accepted");
    const { files: changed, evaluated, acceptedBy } = result;
    assert.deepEqual([changed, evaluated, acceptedBy], [["m.cjs"], ["dep.cjs", "m.cjs"], ["main.cjs"]]);
    assert.equal(await ask(shown), "1,1,1");
    assert.deepEqual((await save({ "m.cjs": "exports.v = 2;" })).evaluated, ["m.cjs"]);
    assert.equal(await ask(shown), "2,1,2");
  });
}

// TypeScript is compiled before Node loads it: where that fails, nothing of it was begun as CommonJS.
for (const [name, text] of /** @type {const} */ ([
  ["m.ts", "exports.v = 1;"],
  ["m.ts", "export const v: number = 1;"],
  ["m.cts", "exports.v = 1 as number;"],
])) {
  for (const isAccepted of [true, false]) {
    const what = `import() of ${name} that does not parse, nor looks like an ES module`;
    test(`${what}, ${isAccepted ? "accepted" : "and accepted by nobody"}: ${text}`, async (t) => {
      const mid = `globalThis.mids = (globalThis.mids ?? 0) + 1;
        globalThis.seen = await import("./${name}").then(({ v }) => v, ({ name }) => name);`;
      const accept = isAccepted ? `accept("./${name}", ({ v }) => { seen = v; })` : "accept()";
      const { ask, save } = await hotProgram(t, {
        "main.mjs": `import "./mid.mjs";`,
        "mid.mjs": `${mid} import.meta.hot.${accept};`,
        [name]: "const = ;",
      });
      assert.equal(await ask("[seen, mids].join()"), "SyntaxError,1");
      assert.equal((await save({ [name]: text })).type, "accepted");
      assert.equal(await ask("[seen, mids].join()"), isAccepted ? "1,1" : "1,2");
      assert.equal((await save({ [name]: text.replace("1", "2") })).type, "accepted");
      assert.equal(await ask("[seen, mids].join()"), isAccepted ? "2,1" : "2,3");
    });
  }
}

test("it throws again, and does not link, before it is mended", async (t) => {
  const { ask, program, save } = await hotProgram(t, { "main.mjs": main(), "dep.mjs": "", "m.mjs": throws });
  const thrown = await save({ "m.mjs": `\n  ${throws}` });
  assert.deepEqual(
    [thrown.type, thrown.files, thrown.file, thrown.line],
    ["evaluationError", ["m.mjs"], "m.mjs", 2],
  );
  const unlinked = await save({ "m.mjs": `import { none } from "./dep.mjs"; export const v = 0;` });
  assert.deepEqual([unlinked.type, unlinked.files, unlinked.line], ["linkError", ["m.mjs"], 1]);
  await program.errorOutput(/dep\.mjs' does not provide .*(?:\n.*)+\nmain\.mjs goes on without it \(/);
  assert.equal((await save({ "m.mjs": "export const v = 1;" })).type, "accepted");
  assert.equal(await ask(shown), "1,1,1");
});

for (const [how, mid, next] of [
  ["imported in vain, and accepted", main()],
  [
    "imported by a version that did not link for it",
    `globalThis.seen = "Error";`,
    `import { v } from "./m.mjs"; globalThis.seen = v;`,
  ],
]) {
  test(`what comes half written, and whole a moment later, is no error to anybody: ${how}`, async (t) => {
    // It is the program that goes on writing, once that half of it is found to be of no use.
    const { ask, program, self, shows } = await hotProgram(t, {
      "main.mjs": `import "./mid.mjs"; import { hot } from "heatsync-rs"; import fs from "node:fs";
        import.meta.hot.accept("./mid.mjs");
        hot.on("update", ({ type, error }) => {
          const isHalf = type === "linkError" && /Unexpected/.test(error.message);
          if (isHalf) setImmediate(() => setImmediate(() => fs.appendFileSync("m.mjs", "v = 1;")));
        });`,
      "mid.mjs": mid,
    });
    assert.equal(await ask("seen"), "Error");
    if (next) {
      self.write("mid.mjs", next);
      await program.errorOutput(/Cannot find module(?:.*\n)*.*goes on/);
    }
    const before = program.stderr.length;
    self.write("m.mjs", "export const ");
    await shows("1", "seen");
    await program.errorOutput(/\d evaluated, accepted by m/);
    assert.doesNotMatch(program.stderr.slice(before), /not updated/);
  });
}

// As on a busy machine: it is written on between two of our steps. `step` is what the engine is told first after that.
for (const [when, step, piece, reads] of [
  ["has thrown, and is read again before that is told", "threw", "expor", true],
  ["has not parsed, before Node is asked for its words", "goesWithoutFailed", "export const v = ;", false],
  [
    "has not parsed, and throws as Node is asked for its words",
    "goesWithoutFailed",
    "export const v = ;",
    false,
  ],
]) {
  test(`what comes in pieces and is imported by who goes on without it: it ${when}`, async (t) => {
    const pieces = when.includes("throws as") ? ["expor", "export const v = 1;"] : ["export const v = 1;"];
    const { ask, program, self, shows } = await hotProgram(t, {
      "main.mjs": `import "./writer.mjs"; import "./mid.mjs";`,
      "writer.mjs": `import fs from "node:fs"; import { createRequire } from "node:module";
        const native = createRequire(import.meta.resolve("heatsync-rs"))("./native/load.cjs");
        const { prototype } = native.Session;
        const { ${step}: told } = prototype;
        const pieces = ${JSON.stringify(pieces)};
        globalThis.begin = () => { prototype.${step} = function (...args) {
          prototype.${step} = told;
          fs.writeFileSync("m.mjs", pieces.shift());
          const end = Date.now() + 10_000;
          while (${reads} && !this.newer().some((it) => it.endsWith("m.mjs")) && Date.now() < end) native.watchStatus();
          return told.apply(this, args);
        }; };`,
      "mid.mjs": `globalThis.seen = await import("./m.mjs").then(({ v }) => v, ({ name }) => name); import.meta.hot.accept();`,
    });
    assert.equal(await ask("seen"), "Error");
    await ask("begin()");
    self.write("m.mjs", piece);
    if (pieces.length > 1) {
      await shows("ReferenceError", "seen");
      self.write("m.mjs", pieces[1]);
    }
    await shows("1", "seen");
    self.write("m.mjs", "export const v = 2;");
    await shows("2", "seen");
    assert.doesNotMatch(program.stderr, /nobody accepts it/);
  });
}

test("what it imports has thrown", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": main(),
    "m.mjs": `export { v } from "./deep.mjs";`,
    "deep.mjs": `export const v = 0; ${throws}`,
  });
  const { files, evaluated } = await save({ "deep.mjs": "export const v = 1;" });
  assert.deepEqual([files[0], evaluated], ["deep.mjs", ["deep.mjs", "m.mjs"]]);
  assert.equal(await ask(shown), "1,1,1");
});

test("a function has imported it in vain, long after", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `let m; globalThis.get = async () => (m ??= await import("./m.mjs")).v;
      import.meta.hot.accept("./m.mjs", (next) => { globalThis.seen = next.v; });`,
    "m.mjs": throws,
  });
  assert.equal(await ask("get().catch(({ name }) => name)"), "RangeError");
  const { acceptedBy, type } = await save({ "m.mjs": "export const v = 1;" });
  assert.deepEqual([type, acceptedBy], ["accepted", ["main.mjs"]]);
  assert.equal(await ask("seen"), "1");
});

test("the handler throws: its importers are asked", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs"; import.meta.hot.accept("./mid.mjs");`,
    "mid.mjs": main("throw new Error('handler');"),
    "m.mjs": throws,
  });
  const { acceptedBy, evaluated, type } = await save({ "m.mjs": "export const v = 1;" });
  assert.deepEqual([type, evaluated, acceptedBy], ["accepted", ["m.mjs", "mid.mjs"], ["main.mjs"]]);
  assert.equal(await ask(shown), "1,2,1");
});

test("one of two importers accepts it: the other is evaluated anew", async (t) => {
  const other = `globalThis.others = (globalThis.others ?? 0) + 1;
    globalThis.other = await import("./m.mjs").then(({ v }) => v, ({ name }) => name);
    import.meta.hot.accept();`;
  const { ask, self, shows } = await hotProgram(t, {
    "main.mjs": `import "./other.mjs"; ${main()}`,
    "other.mjs": other,
    "m.mjs": "export const v = ;",
  });
  assert.equal(await ask("other"), "SyntaxError");
  self.write("m.mjs", "export const v = 1;");
  await shows("1,1,1,1,2", "[seen, mains, globalThis.told, other, others].join()");
});

test("accepted in one list with what it does not import: that is ignored, and it is evaluated anew", async (t) => {
  const list = (/** @type {string} */ it) =>
    it.replace('accept("./m.mjs", (m)', 'accept(["./m.mjs", "./dep.mjs"], ([m])');
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs"; import.meta.hot.accept("./mid.mjs");`,
    "mid.mjs": list(main()),
    "dep.mjs": "",
  });
  const { acceptedBy, type } = await save({ "m.mjs": "export const v = 1;" });
  assert.deepEqual([type, acceptedBy], ["accepted", ["main.mjs"]]);
  assert.equal(await ask(shown), "1,2,0");
});

test("accepted in one list with what it lacks, too: told once both are there", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `globalThis.seen = [];
      for (const name of ["m", "n"]) await import("./" + name + ".mjs").catch(() => {});
      await import("./m.mjs").catch(() => {}); await import("./n.mjs").catch(() => {});
      import.meta.hot.accept(["./m.mjs", "./n.mjs"], (both) => seen.push(both.map((it) => it?.v)));`,
    "m.mjs": throws,
    "n.mjs": throws,
  });
  await save({ "m.mjs": "export const v = 1;" });
  await save({ "n.mjs": "export const v = 2;" });
  assert.equal(await ask("JSON.stringify(seen.at(-1))"), "[1,2]");
});

test("what it accepts is not all that it lacks: it is evaluated anew", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs";`,
    "mid.mjs": `${main()} try { await import("./" + "n.mjs"); } catch {} import.meta.hot.accept();`,
  });
  const { acceptedBy, type } = await save({ "n.mjs": "", "m.mjs": "export const v = 1;" });
  assert.deepEqual([type, acceptedBy], ["accepted", ["mid.mjs"]]);
  assert.equal(await ask("seen"), "1");
});

test("two importers accept it: they are told of one version in one update", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    "main.mjs": `import "./other.mjs"; ${main()}`,
    "other.mjs": `await import("./m.mjs").catch(() => {}); globalThis.others = 0;
      import.meta.hot.accept("./m.mjs", (m) => { others += m.v; });`,
  });
  const thrown = await save({ "m.mjs": throws });
  assert.deepEqual([thrown.type, thrown.files], ["evaluationError", ["m.mjs"]]);
  const { acceptedBy, evaluated, files } = await save({ "m.mjs": "export const v = 1;" });
  assert.deepEqual([files, evaluated, acceptedBy.sort()], [["m.mjs"], ["m.mjs"], ["main.mjs", "other.mjs"]]);
  assert.equal(await ask(`${shown} + "," + others`), "1,1,1,1");
  assert.equal(program.lines.filter((line) => line.startsWith("result ")).length, 2);
});

for (const [what, importing, extension] of /** @type {const} */ ([
  ["import()", main(), "mjs"],
  ["require()", requiring, "cjs"],
])) {
  test(`${what} of what comes and throws, and again, and is mended`, async (t) => {
    const { ask, save } = await hotProgram(t, { [`main.${extension}`]: importing });
    const name = `m.${extension}`;
    for (const line of [1, 2]) {
      const result = await save({ [name]: `${"\n".repeat(line - 1)}${throws}` });
      assert.deepEqual(
        [result.type, result.files, result.file, result.line],
        ["evaluationError", [name], name, line],
      );
    }
    const text = extension === "cjs" ? "exports.v = 1;" : "export const v = 1;";
    assert.deepEqual((await save({ [name]: text })).evaluated, [name]);
    assert.equal(await ask(shown), "1,1,1");
  });
}

test("import() with attributes", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `globalThis.mains = (globalThis.mains ?? 0) + 1;
      globalThis.seen = await import("./m.json", { with: { type: "json" } }).catch(({ name }) => name);
      import.meta.hot.accept("./m.json", (m) => { globalThis.told = 1; globalThis.seen = m.default.v; });`,
  });
  assert.deepEqual((await save({ "m.json": `{ "v": 1 }` })).acceptedBy, ["main.mjs"]);
  assert.equal(await ask(shown), "1,1,1");
});

test("by a name of `imports`", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "package.json": `{ "imports": { "#m": "./folder/m.mjs" } }`,
    "main.mjs": main().replaceAll("./m.mjs", "#m"),
  });
  assert.deepEqual((await save({ "folder/m.mjs": "export const v = 1;" })).files, ["folder/m.mjs"]);
  assert.equal(await ask(shown), "1,1,1");
});

test("what require() gives may be thenable", async (t) => {
  const { ask, save } = await hotProgram(t, { "main.cjs": requiring });
  const { type } = await save({
    "m.cjs": `exports.v = 1; exports.then = () => { throw new Error("called"); };`,
  });
  assert.equal(type, "accepted");
  assert.equal(await ask(shown), "1,1,1");
});

test("beforeUpdate is told of it", async (t) => {
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import { basename } from "node:path";
      hot.on("beforeUpdate", ({ files }) => say(...files.map((it) => basename(it)))); ${main()}`,
  });
  await save({ "m.mjs": "export const v = 1;" });
  assert.deepEqual(said(), ["m.mjs"]);
});

test("its handler throws, and who imports it does then: it stays, and nothing is said to go on without it", async (t) => {
  const text = (/** @type {number} */ n) =>
    `export const v = ${n}; import.meta.hot.dispose(() => say("disposed ${n}"));`;
  const { program, said, save } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs"; import.meta.hot.accept("./mid.mjs");`,
    "mid.mjs": `if (globalThis.mains) throw new Error("again"); ${main("if (m.v === 1) throw new Error('handler');")}`,
  });
  assert.equal((await save({ "m.mjs": text(1) })).type, "evaluationError");
  await program.errorOutput(/again(?:\n.*)+\nthe old version goes on \(/);
  assert.deepEqual(said(), []);
  const { acceptedBy, evaluated } = await save({ "m.mjs": text(2) });
  assert.deepEqual([evaluated, acceptedBy], [["m.mjs"], ["mid.mjs"]]);
  assert.deepEqual(said(), ["disposed 1"]);
});

test("another module imports what has come while its own evaluation has not ended: it is given it all the same", async (t) => {
  const { ask, self, shows } = await hotProgram(t, {
    "main.mjs": `import("./mid.mjs"); globalThis.other = () => import("./other.mjs").then(({ v }) => v);`,
    "mid.mjs": `globalThis.seen = await import("./m.mjs").then(({ v }) => v, () => "none");
      import.meta.hot.accept("./m.mjs", (m) => { seen = m.v; });
      await new Promise((resolve) => { globalThis.release = resolve; });`,
    "other.mjs": `export { v } from "./m.mjs";`,
    "m.mjs": "export const v = ;",
  });
  await shows("none function", `globalThis.seen + " " + typeof globalThis.release`);
  self.write("m.mjs", "export const v = 1;");
  assert.equal(await ask("other()"), "1");
  await ask("release()");
  await shows("1", "seen");
});
