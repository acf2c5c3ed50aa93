// Updates of graphs that mix ES modules and CommonJS, files that come and go, and several changes at once: what random
// edits have found (random-hot-edits.test.mjs), each as small as it gets.

import assert from "node:assert/strict";
import module from "node:module";
import { test } from "node:test";
import { saveAtOnce, start, startWithout } from "./support/hot-graph.mjs";

test("a body sees what CommonJS that is evaluated with it exports, by its namespace, too", async (t) => {
  const { save, shows, said } = await start(t, {
    "root.mjs": `
      import * as namespace from "./c.cjs";
      import { v as named } from "./c.cjs";
      say("root");
      export const v = [namespace.v, namespace.default.v, named];`,
    "c.cjs": `say("c"); exports.v = require("./m.mjs").v;`,
    "m.mjs": "export const v = 1;",
  });
  await shows("[1,1,1]");
  await save({ "m.mjs": "export const v = 2;" });
  assert.deepEqual(said(), ["c", "root"]);
  await shows("[2,2,2]");
});

const rounds = {
  "by import()": `const f = () => import("./a.mjs");`,
  statically: `import { f } from "./a.mjs";`,
};
for (const [how, line] of Object.entries(rounds)) {
  test(`a body sees what a module exports that is evaluated with it, by its namespace, too: a cycle ${how}`, async (t) => {
    const c = (/** @type {string} */ text) => `${line} export const ask = () => f(); ${text}`;
    const body =
      "export function f() {} ns.ask()?.catch(() => {}); export const seen = [Object.keys(ns).join(), ns.c];";
    const a = `import * as ns from "./c.mjs"; ${body}`;
    const { save, shows } = await start(t, {
      "root.mjs": `import { seen } from "./a.mjs"; import * as ns from "./c.mjs"; export const v = [seen, ns.c];`,
      "a.mjs": a,
      "c.mjs": c("export const c = 1;"),
    });
    await shows(`[["ask,c",1],1]`);
    await save({ "c.mjs": c("export const c = 2;") });
    await shows(`[["ask,c",2],2]`);
    // Another name, and that put back.
    await save({ "a.mjs": `${a} if (ns.c === 3) throw new Error("not 3");` });
    const { type } = await save({ "c.mjs": c("export const c = 3; export const d = 3;") });
    assert.equal(type, "evaluationError");
    await shows(`[["ask,c",2],2]`);
    await save({ "c.mjs": c("export const c = 4; export const d = 4;") });
    await shows(`[["ask,c,d",4],4]`);
  });
}

test("a file that has come back since it was imported in vain is not what Node has of it", async (t) => {
  const files = {
    "root.mjs": `import "./o.mjs"; export const v = async () => (await import("./m.mjs")).m;`,
    ...{ "o.mjs": "", "m.mjs": "export const m = 1;" },
  };
  // Whoever imports it is evaluated anew, and does not find it.
  const { shows, write } = await startWithout(t, files, "1", "m.mjs", { "o.mjs": "export {};" });
  await shows("ERR_MODULE_NOT_FOUND");
  write("m.mjs", "export const m = 2;");
  await shows("2");
});

test("what import() leads to, and has come since it was imported in vain, is not Node's", async (t) => {
  const { ask, shows, write } = await start(t, {
    "root.mjs": `
      import fs from "node:fs";
      export const v = async () => (await import("./a.mjs")).v;
      // Nobody can have told of the file when it is imported.
      globalThis.written = (text) => fs.writeFileSync(new URL("./part.mjs", import.meta.url), text);`,
    "a.mjs": `export { part as v } from "./part.mjs";`,
  });
  await shows("ERR_MODULE_NOT_FOUND");
  assert.equal(await ask(`written("export const part = 1;"), shown()`), "1");
  write("part.mjs", "export const part = 2;");
  await shows("2");
});

test("what failed because CommonJS above it was gone goes live when that is back", async (t) => {
  const c = (/** @type {number} */ version) => `exports.v = () => [${version}, require("./m.mjs").v()];`;
  const files = {
    "root.mjs": `import "./m.mjs"; import * as c from "./c.cjs"; export const v = () => c.v();`,
    "c.cjs": c(1),
    "m.mjs": `import { d } from "./d.cjs"; export const v = () => d;`,
    "d.cjs": "exports.d = 1;",
  };
  const edit = { "d.cjs": "exports.d = 2;" };
  const { result, shows, write } = await startWithout(t, files, "[1,1]", "c.cjs", edit);
  assert.deepEqual([result.type, result.files], ["evaluationError", ["d.cjs"]]);
  await shows("[1,1]");
  write("c.cjs", c(2));
  await shows("[2,2]");
});

test("an ES module whose require() failed, and was tried again, is its requirer's", async (t) => {
  const c = (/** @type {number} */ version) => `exports.v = () => [${version}, require("./m.mjs").v];`;
  const { save, self, shows, write } = await start(t, {
    "root.mjs": `import * as c from "./c.cjs"; export const v = () => c.v();`,
    "c.cjs": c(1),
    "m.mjs": `import "./part.mjs"; import { d } from "./d.cjs"; export const v = d;`,
    "part.mjs": "",
    "d.cjs": "exports.d = 1;",
  });
  await shows("[1,1]");
  // Nobody has required it of this version, so it leaves the graph.
  assert.deepEqual((await save({ "c.cjs": c(2) })).pruned.includes("m.mjs"), true);
  self.delete("part.mjs");
  await shows("ERR_MODULE_NOT_FOUND");
  // Another update looks at who has required what.
  assert.equal(
    (await save({ "root.mjs": `import * as c from "./c.cjs"; export const v = () => [0, c.v()];` })).type,
    "accepted",
  );
  write("part.mjs", "");
  await shows("[0,[2,1]]");
  assert.equal((await save({ "d.cjs": "exports.d = 2;" })).type, "accepted");
  await shows("[0,[2,2]]");
});

test("a new file that was read while it was written is what is evaluated in the end", {
  skip: !("registerHooks" in module),
}, async (t) => {
  const hooks = `
    import { registerHooks } from "node:module";
    let isFirst = true;
    registerHooks({
      load(url, context, nextLoad) {
        const loaded = nextLoad(url, context);
        if (!url.endsWith("/new.mjs") || !isFirst) return loaded;
        isFirst = false;
        return { ...loaded, source: "export {};" };
      },
    });`;
  const files = { "root.mjs": "export const v = 1;", "hooks.mjs": hooks };
  const { save, shows, write } = await start(t, files, ["--import", "./hooks.mjs"]);
  await shows("1");
  write("new.mjs", "export const n = 2;");
  assert.equal((await save({ "root.mjs": `export { n as v } from "./new.mjs";` })).type, "accepted");
  await shows("2");
});

test("what new CommonJS requires and is not there is waited for, and what it had required is nobody's", async (t) => {
  const { program, save, shows, write } = await start(t, {
    "root.mjs": "export const v = 1;",
    "leaf.cjs": "exports.leaf = 1;",
  });
  write("between.mjs", `import c from "./c.cjs"; export const v = c;`);
  write("c.cjs", `module.exports = [require("./leaf.cjs").leaf, require("./late.cjs").late];`);
  assert.equal((await save({ "root.mjs": `export { v } from "./between.mjs";` })).type, "evaluationError");
  write("leaf.cjs", "exports.leaf = 2;");
  write("late.cjs", "exports.late = 1;");
  await shows("[2,1]");
  assert.doesNotMatch(program.stderr, /nobody accepts/);
});

test("what require() gives of an ES module whose exports are those of CommonJS is what that exports now", async (t) => {
  const { save, shows } = await start(t, {
    "root.mjs": `import * as c from "./c.cjs"; export const v = c.v;`,
    "c.cjs": `exports.v = require("./m.mjs").d;`,
    // The name `module.exports` is among them since Node 23.
    "m.mjs": `export * from "./d.cjs"; export const m = 1;`,
    "d.cjs": "exports.d = 1;",
  });
  await shows("1");
  await save({ "d.cjs": "exports.d = 2;" });
  await shows("2");
  await save({ "d.cjs": "exports.d = 3;" });
  await shows("3");
});

test("what could not be linked, and was evaluated as it was because of something else, is waited for still", async (t) => {
  const a = (/** @type {string} */ shown) =>
    `import { x } from "./x.mjs"; import { leaf } from "./leaf.mjs"; export const v = ${shown};`;
  const { program, save, self, shows, write } = await start(t, {
    "root.mjs": `export { v } from "./a.mjs";`,
    "a.mjs": a("[leaf, x]"),
    "leaf.mjs": "export const leaf = 1;",
    "x.mjs": "export const x = 1;",
  });
  await shows("[1,1]");
  self.delete("x.mjs");
  assert.equal((await program.value("result")).type, "linkError");
  assert.equal((await save({ "a.mjs": a("[x, leaf]") })).type, "linkError");
  // That a.mjs does not link comes first, perhaps.
  write("leaf.mjs", "export const leaf = 2;");
  await shows("[2,1]");
  write("x.mjs", "export const x = 3;");
  await shows("[3,2]");
});

test("a new ES module that CommonJS required in an update that was given up is required anew in the next one", async (t) => {
  const m = (/** @type {number} */ version) => `export const m = ${version};`;
  const { save, shows, write } = await start(t, {
    "root.mjs": `import c from "./c.cjs"; export const v = c;`,
    "c.cjs": "module.exports = 0;",
  });
  write("m.mjs", m(1));
  const failing = `module.exports = require("./m.mjs").m; throw new Error("not yet");`;
  assert.equal((await save({ "c.cjs": failing })).type, "evaluationError");
  write("m.mjs", m(2));
  write("c.cjs", `module.exports = require("./m.mjs").m;`);
  await shows("2");
});

test("CommonJS that an ES module imports for the first time, in an update of what it requires", async (t) => {
  const program = await start(t, {
    "root.mjs": `import a from "./a.cjs"; export const v = [a];`,
    "a.cjs": `module.exports = require("./b.cjs").b;`,
    "b.cjs": `exports.b = require("./c.cjs").c;`,
    "c.cjs": "exports.c = 1;",
    "new.mjs": `export { b } from "./b.cjs";`,
  });
  await program.shows("[1]");
  await saveAtOnce(program, {
    "c.cjs": "exports.c = 2;",
    "root.mjs": `import { b } from "./new.mjs"; import a from "./a.cjs"; export const v = [a, b];`,
  });
  await program.shows("[2,2]");
});

test("a new ES module shows what CommonJS is from now on, also if something else that it imports is evaluated first", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { a } from "./a.cjs"; export const v = [a];`,
    "a.cjs": `exports.a = 1;`,
    "first.mjs": "",
    "new.mjs": `import "./first.mjs"; export { a } from "./a.cjs"; import { a } from "./a.cjs"; export const seen = a;`,
  });
  await program.shows("[1]");
  await saveAtOnce(program, {
    "a.cjs": "exports.a = 2;",
    "root.mjs": `import { a, seen } from "./new.mjs"; export const v = [a, seen];`,
  });
  await program.shows("[2,2]");
});

test("a new file that imports what is not there yet, and then is, leads to it from then on", async (t) => {
  const { save, shows, write } = await start(t, {
    "root.mjs": `export const v = 1;`,
  });
  await shows("1");
  write("new.mjs", `export { part as v } from "./part.mjs";`);
  assert.equal((await save({ "root.mjs": `export { v } from "./new.mjs";` })).type, "linkError");
  write("part.mjs", "export const part = 2;");
  await shows("2");
  write("part.mjs", "export const part = 3;");
  await shows("3");
});

test("what import() brought below something that was missing is followed once that is there", async (t) => {
  const root = (/** @type {number} */ version) =>
    `export const v = async () => [${version}, (await import("./a.mjs")).v];`;
  const { save, shows, write } = await start(t, {
    "root.mjs": root(1),
    "a.mjs": `export { v } from "./b.mjs";`,
    "b.mjs": `export { part as v } from "./part.mjs";`,
  });
  await shows("ERR_MODULE_NOT_FOUND");
  write("part.mjs", "export const part = 2;");
  // The engine has seen all that was saved before.
  await save({ "root.mjs": root(2) });
  await shows("[2,2]");
  write("part.mjs", "export const part = 3;");
  await shows("[2,3]");
});

test("what is imported by import() again, once it is there, is its importer's, and followed from that moment on", async (t) => {
  const { shows, write } = await start(t, {
    "root.mjs": `export const v = async () => (await import("./a.mjs")).v();`,
    "a.mjs": `export const v = async () => (await import("./part.mjs")).part;`,
  });
  await shows("ERR_MODULE_NOT_FOUND");
  for (const version of [1, 2, 3]) {
    write("part.mjs", `export const part = ${version};`);
    // The first time before the engine has seen that the file is there.
    await shows(String(version));
  }
});

test("what does not link, and is not imported any more, holds nothing back", async (t) => {
  const program = await start(t, {
    "root.mjs": `export { v } from "./a.mjs";`,
    "a.mjs": `import "./bad.mjs"; export { leaf as v } from "./leaf.mjs";`,
    "bad.mjs": `import "./leaf.mjs";`,
    "leaf.mjs": "export const leaf = 1;",
  });
  await program.shows("1");
  // It is another file's fault, so that it is tried again with any change.
  program.write("worse.mjs", `export { none } from "./root.mjs";`);
  assert.equal(
    (await program.save({ "bad.mjs": `import "./leaf.mjs"; import "./worse.mjs";` })).type,
    "linkError",
  );
  await saveAtOnce(program, {
    "a.mjs": `export { leaf as v } from "./leaf.mjs";`,
    "leaf.mjs": "export const leaf = 2;",
  });
  await program.shows("2");
});

for (const name of ["b.mjs", "b's.mjs"]) {
  test(`what failed because a body imports ${name}, which is not there, goes live when that comes`, async (t) => {
    const { program, save, self, shows, write } = await start(t, {
      "root.mjs": `
        import { a } from "./a.mjs";
        const { b } = await import("./${name}");
        export const v = [a, b];`,
      "a.mjs": "export const a = 1;",
      [name]: "export const b = 1;",
    });
    await shows("[1,1]");
    self.delete(name);
    assert.equal((await program.value("result")).type, "linkError");
    assert.equal((await save({ "a.mjs": "export const a = 2;" })).type, "evaluationError");
    write(name, "export const b = 2;");
    await shows("[2,2]");
  });
}

test("what import() brought, and was not evaluated since something before it threw, is loaded anew with that", async (t) => {
  const { shows, write } = await start(t, {
    "root.mjs": `export const v = () => import("./a.mjs").then(({ a }) => a);`,
    "a.mjs": `
      import { leaf } from "./leaf.mjs";
      import { second } from "./second.mjs";
      export const a = [leaf, second];`,
    "second.mjs": `import { leaf } from "./leaf.mjs"; export const second = leaf;`,
    "leaf.mjs": `throw new Error("not yet"); export let leaf;`,
  });
  await shows("not yet");
  write("leaf.mjs", "export const leaf = 1;");
  await shows("[1,1]");
  write("leaf.mjs", "export const leaf = 2;");
  await shows("[2,2]");
});

// Node keeps what an update that fails has required: it is of the version that runs then, and of the next one.
const AS = `import * as m from "./m.mjs";`;
const BY_NAME = `import { it, n } from "./m.mjs"; const m = { it, n };`;
for (const [what, imports, always, first] of [
  ["in a cycle", AS, `import "./peer.mjs";`, ""],
  ["as a namespace", AS, "", ""],
  ["by name", BY_NAME, "", ""],
  ["by name, with a name more", BY_NAME, "", "export const other = 1;"],
]) {
  test(`one that was required first in an update that failed, and is imported ${what}`, async (t) => {
    const m = (/** @type {number} */ n) => `${always} export const it = {}; export const n = ${n};`;
    const program = await start(t, {
      "root.mjs": `${imports} export const v = () => [m.n];`,
      "m.mjs": m(1),
      "peer.mjs": `import * as m from "./m.mjs"; export const peer = () => m;`,
    });
    const { save, shows, write } = program;
    await shows("[1]");
    write("user.cjs", `exports.its = require("./m.mjs").it;`);
    const root = `${imports} import { its } from "./user.cjs"; export const v = () => [m.n, m.it === its];`;
    await saveAtOnce(program, { "m.mjs": m(2) + first, "root.mjs": `${root} throw new Error("no");` });
    await shows("[1]");
    await save({ "m.mjs": m(3), "root.mjs": root });
    await shows("[3,true]");
    await save({ "m.mjs": m(4) });
    await shows("[4,true]");
  });
}
