// Modules that an update evaluates beside what they import, or does not evaluate though it replaces what they import.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce, start, startWithout } from "./support/hot-graph.mjs";

const ACCEPTING = `import { leaf } from "./leaf.mjs"; export const m = () => leaf; import.meta.hot.accept();`;

const SELF = "import.meta.hot.accept();";

const ABOVE_LEAF = `import { leaf } from "./leaf.mjs"; import "./other.cjs"; export const v = () => leaf;`;

const SHOWING = `import { m } from "./m.mjs"; export const v = () => [m()];`;

/** Between what main.mjs accepts and a leaf is a module that accepts itself. @param {import("node:test").TestContext} t */
async function startAccepting(t) {
  const program = await start(t, {
    "root.mjs": `export { m as v } from "./m.mjs";`,
    "m.mjs": ACCEPTING,
    "leaf.mjs": "export const leaf = 1;",
  });
  await program.shows("1");
  return program;
}

test("a module that is evaluated beside what it imports, and not because of it, gets the new version", async (t) => {
  const program = await startAccepting(t);
  await saveAtOnce(program, { "root.mjs": SHOWING, "leaf.mjs": "export const leaf = 2;" });
  await program.shows("[2]");
});

test("a module that is evaluated beside what it imports, and that throws, gets the old version", async (t) => {
  const program = await startAccepting(t);
  await saveAtOnce(program, { "root.mjs": SHOWING, "m.mjs": `${ACCEPTING} throw new Error("not yet");` });
  await program.shows("[1]");
  await program.save({ "leaf.mjs": "export const leaf = 2;", "m.mjs": ACCEPTING });
  await program.shows("[2]");
});

test("a module that is evaluated beside what it imports, and that does not link, gets the old version", async (t) => {
  const program = await startAccepting(t);
  await saveAtOnce(program, {
    "root.mjs": SHOWING,
    "m.mjs": `import { none } from "./leaf.mjs"; ${ACCEPTING}`,
  });
  await program.shows("[1]");
  program.write("m.mjs", ACCEPTING);
  program.write("leaf.mjs", "export const leaf = 2;");
  await program.shows("[2]");
});

test("a module that needs of one beside it what that has not got, for it threw, waits for it", async (t) => {
  const program = await startAccepting(t);
  const m = `${ACCEPTING} export const n = () => 2;`;
  await saveAtOnce(program, {
    "root.mjs": `import { m, n } from "./m.mjs"; export const v = () => [m(), n()];`,
    "m.mjs": `${m} throw new Error("not yet");`,
  });
  await program.shows("1");
  await program.save({ "m.mjs": m });
  await program.shows("[1,2]");
});

/**
 * What root.mjs is evaluated with throws, or that itself, and something that it imports, and that accepts itself, goes live.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} saved
 */
async function startBesideFailure(t, saved) {
  const program = await start(t, {
    "root.mjs": ABOVE_LEAF,
    "leaf.mjs": `export const leaf = 1; ${SELF}`,
    "other.cjs": "",
  });
  await program.shows("1");
  await saveAtOnce(program, saved);
  return program;
}

for (const [what, failing] of Object.entries({
  "was not evaluated": { "other.cjs": "throw new Error();" },
  throws: { "root.mjs": `${ABOVE_LEAF} throw new Error();` },
})) {
  test(`a module that ${what}, and is put back, is bound to what went live meanwhile`, async (t) => {
    const leaf = `export const leaf = 2; ${SELF}`;
    const program = await startBesideFailure(t, { "leaf.mjs": leaf, ...failing });
    await program.shows("2");
  });
}

test("a module that is put back keeps what is gone from what went live meanwhile", async (t) => {
  const root = (/** @type {number} */ n) =>
    `import { next } from "./leaf.mjs"; import "./other.cjs"; export const v = () => next + ${n};`;
  const program = await startBesideFailure(t, {
    "root.mjs": root(0),
    "leaf.mjs": `export const next = 2; ${SELF}`,
    "other.cjs": "throw new Error();",
  });
  await program.shows("1");
  await program.save({ "other.cjs": "" });
  await program.shows("2");
  await program.save({ "root.mjs": root(1) });
  await program.shows("3");
});

// The update is planned when nobody leads to kept.mjs any more; what it evaluates leads there again.
for (const [kind, text] of [
  ["imports", `import { leaf } from "./leaf.mjs"; export const kept = leaf;`],
  ["has imported by import()", `export const kept = (await import("./leaf.mjs")).leaf;`],
]) {
  test(`a module that ${kind} what changed is evaluated, too, if only what the update evaluates leads to it`, async (t) => {
    const root = (/** @type {string} */ kept) => `
      import { leaf } from "./leaf.mjs";
      ${kept}
      export const v = [leaf, kept];`;
    const program = await start(t, {
      "root.mjs": root(`import { kept } from "./kept.mjs";`),
      "kept.mjs": text,
      "leaf.mjs": "export const leaf = 1;",
    });
    await program.shows("[1,1]");
    await saveAtOnce(program, {
      "leaf.mjs": "export const leaf = 2;",
      "root.mjs": root(`const { kept } = await import("./kept.mjs");`),
    });
    await program.shows("[2,2]");
  });
}

test("a module that has required what changed is evaluated, too, if only what CommonJS requires in the update leads to it", async (t) => {
  const root = (/** @type {string} */ name) => `
    import leaf from "./leaf.cjs";
    import kept from "./${name}.cjs";
    export const v = [leaf.n, kept.n];`;
  const program = await start(t, {
    "root.mjs": root("kept"),
    "kept.cjs": `const { n } = require("./leaf.cjs"); exports.n = n;`,
    "leaf.cjs": "exports.n = 1;",
    "way.cjs": `module.exports = require("./kept.cjs");`,
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, { "leaf.cjs": "exports.n = 2;", "root.mjs": root("way") });
  await program.shows("[2,2]");
});

test("what an update leaves behind need not link with it", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { m } from "./m.mjs"; import { left } from "./left.mjs"; export const v = [m, left];`,
    "left.mjs": `import { m } from "./m.mjs"; import { x } from "./x.mjs"; export const left = m + x;`,
    "m.mjs": "export const m = 1;",
    "x.mjs": "export const x = 1;",
  });
  await program.shows("[1,2]");
  assert.equal((await program.save({ "x.mjs": "export {};" })).type, "linkError");
  await saveAtOnce(program, {
    "m.mjs": "export const m = 2;",
    "root.mjs": `import { m } from "./m.mjs"; export const v = [m];`,
  });
  await program.shows("[2]");
});

// Nobody has told of the ES module that is gone, so it seems to import still what is gone, too, and was told of.
test("what failed beside what is gone goes live with who does not require the way to that any more", async (t) => {
  const files = {
    "root.mjs": `import { c } from "./c.cjs"; import { x } from "./x.mjs"; export const v = () => [c(), x];`,
    "c.cjs": `const old = require("./old.mjs"); exports.c = () => old.v;`,
    "old.mjs": `import { d } from "./d.cjs"; export const v = d;`,
    "d.cjs": "exports.d = 1;",
    "x.mjs": "export const x = 1;",
  };
  const { shows } = await startWithout(
    t,
    files,
    "[1,1]",
    "old.mjs",
    { "c.cjs": "exports.c = () => 2;" },
    failing,
  );
  await shows("[2,2]");

  async function failing(/** @type {Awaited<ReturnType<typeof start>>} */ program) {
    await saveAtOnce(program, { "x.mjs": "export const x = 2;", "d.cjs": null });
    await program.program.line(/^result {"type":"linkError"/);
  }
});

// The new version of what it was the first to require, before that was imported, still names it as its parent.
test("CommonJS that does without what it has required is not above that any more, though both are evaluated at once", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { a } from "./a.cjs"; const { b } = await import("./b.cjs"); export const v = () => [a, b];`,
    "a.cjs": `exports.a = require("./b.cjs").b;`,
    "b.cjs": "exports.b = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "a.cjs": `exports.a = "a";`,
    "b.cjs": "exports.b = module.parent.filename.at(-5);",
  });
  await program.shows(`["a","a"]`);
  // And once more, of `b` alone.
  await program.save({ "b.cjs": "exports.b = module.parent.children.length;" });
  await program.shows(`["a",0]`);
  const alone = `import { a } from "./a.cjs"; export const v = () => [a];`;
  await saveAtOnce(program, { "root.mjs": alone, "b.cjs": null });
  await program.shows(`["a"]`);
});

test("what does not link holds up no other that it meets in importers alone", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { c } from "./c.mjs"; import { leaf } from "./between.mjs"; export const v = () => [leaf, c];`,
    "between.mjs": `import "./c.mjs"; export * from "./leaf.mjs"; ${SELF}`,
    "leaf.mjs": "export const leaf = 1;",
    "c.mjs": `export const c = 1; ${SELF}`,
    "empty.mjs": "",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "leaf.mjs": `export { missing as leaf } from "./empty.mjs";`,
    "c.mjs": `export const c = 2; ${SELF}`,
  });
  await program.shows("[1,2]");
  const told = await program.stderr();
  assert.match(told, /leaf\.mjs: not updated/);
  assert.doesNotMatch(told, /c\.mjs: not updated/);
  program.write("leaf.mjs", "export const leaf = 3;");
  await program.shows("[3,2]");
});

for (const [name, text] of Object.entries({
  "does not parse": "const = ;",
  "leads nowhere": `import "./nowhere.mjs"; import "./a.mjs"; export const c = 2;`,
  "lacks a name": `import { none } from "./empty.mjs"; import "./a.mjs"; export const c = 2;`,
})) {
  for (const [how, a] of Object.entries({
    "no more": "export const a = () => 2;",
    "no more, but another": `export const a = async () => (await import("./other.mjs")).n;`,
  })) {
    test(`what ${name} holds up nothing that leads to it ${how}`, async (t) => {
      const program = await start(t, {
        "root.mjs": `import { a } from "./a.mjs"; export const v = async () => [await a()];`,
        "a.mjs": `export const a = async () => (await import("./b.mjs")).b;`,
        "b.mjs": `export { c as b } from "./c.mjs";`,
        "c.mjs": `import "./a.mjs"; export const c = 1;`,
        "empty.mjs": "",
        "other.mjs": "export const n = 2;",
      });
      await program.shows("[1]");
      await saveAtOnce(program, { "c.mjs": text, "a.mjs": a });
      await program.shows("[2]");
    });
  }
}

test("what waits, and nothing leads to any more, holds up nothing that waits with it once who needed that is mended", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { a } from "./a.mjs"; import { c } from "./c.mjs"; import { d } from "./d.mjs";
      export const v = async () => [await a(), c, d]; import.meta.hot.accept(["./a.mjs", "./c.mjs", "./d.mjs"]);`,
    "a.mjs": `export * from "./names.mjs"; export const a = async () => (await import("./b.mjs")).b;`,
    "b.mjs": `import { name } from "./names.mjs"; export const b = name;`,
    "c.mjs": `import { name } from "./a.mjs"; export const c = name;`,
    "d.mjs": "export const d = 1;",
    "names.mjs": "export const name = 1;",
  });
  await program.shows("[1,1,1]");
  await saveAtOnce(program, {
    "a.mjs": `export * from "./names.mjs"; export const a = () => 2;`,
    "names.mjs": "export const other = 2;",
    "b.mjs": `import { name } from "./names.mjs"; export const b = name + 1;`,
    "d.mjs": "export const d = 2;",
  });
  await program.shows("[1,1,2]");
  program.write("c.mjs", "export const c = 3;");
  await program.shows("[2,3,2]");
});
