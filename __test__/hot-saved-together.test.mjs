// Files that are saved at once, and that one module accepts each by itself: who is wrong waits, and holds up none that can do without it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";
import { until } from "./support/project.mjs";

const ROOT = {
  "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
    for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it, () => say(it));
    export const v = () => [x, y];`,
  "x.mjs": "export const x = 1;",
  "y.mjs": "export const y = 1;",
};

/**
 * What has not gone live so far, each once: who comes along with another save is told of again to programs.
 * @param {Awaited<ReturnType<typeof start>>} program
 * @returns {[type: string, files: string[]][]}
 */
const refused = ({ program }) => {
  const all = program.lines.flatMap((line) => {
    if (!line.startsWith("result ")) return [];
    const { files, type } = JSON.parse(line.slice("result ".length));
    return type === "accepted" ? [] : [JSON.stringify([type, files])];
  });
  return [...new Set(all)].map((it) => JSON.parse(it));
};

for (const [name, wrong] of /** @type {[string, (it: string) => string][]} */ ([
  ["lacks a name that is imported", (it) => `export const other${it} = 2;`],
  ["imports what is not there", (it) => `export { ${it} } from "./nowhere.mjs";`],
  ["imports a name that is not there", (it) => `import { none } from "./z.mjs"; export const ${it} = 2;`],
  [
    "imports a new file that imports what is not there",
    (it) => `import "./lost.mjs"; export const ${it} = 2;`,
  ],
  [
    "imports a new file that imports a name that is not there",
    (it) => `import "./lacking.mjs"; export const ${it} = 2;`,
  ],
])) {
  test(`a file that ${name} holds up none that is saved with it`, async (t) => {
    const program = await start(t, {
      ...ROOT,
      "lacking.mjs": 'import { none } from "./z.mjs";',
      "lost.mjs": 'import "./nowhere.mjs";',
      "z.mjs": "export {};",
    });
    await program.shows("[1,1]");
    program.said();
    await saveAtOnce(program, { "x.mjs": wrong("x"), "y.mjs": "export const y = 2;" });
    await program.shows("[1,2]");
    program.write("x.mjs", "export const x = 2;");
    await program.shows("[2,2]");
    await saveAtOnce(program, { "y.mjs": wrong("y"), "x.mjs": "export const x = 3;" });
    await program.shows("[3,2]");
    program.write("y.mjs", "export const y = 3;");
    await program.shows("[3,3]");
    assert.deepEqual(program.said(), ["./y.mjs", "./x.mjs", "./x.mjs", "./y.mjs"]);
    assert.deepEqual(refused(program), [
      ["linkError", ["x.mjs"]],
      ["linkError", ["y.mjs"]],
    ]);
  });
}

test("who imports a new name of a file that waits, waits with it, and is told of once", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; import { w } from "./w.mjs";
      for (const it of ["./x.mjs", "./y.mjs", "./w.mjs"]) import.meta.hot.accept(it);
      export const v = () => [x, y, w];`,
    "x.mjs": "export const x = 1;",
    "y.mjs": `import "./x.mjs"; export const y = 1; import.meta.hot.accept("./x.mjs");`,
    "w.mjs": "export const w = 1;",
  });
  await program.shows("[1,1,1]");
  await saveAtOnce(program, {
    "x.mjs": "export const renamed = 2;",
    "y.mjs": `import { renamed } from "./x.mjs"; export const y = renamed; import.meta.hot.accept("./x.mjs");`,
    "w.mjs": "export const w = 2;",
  });
  await program.shows("[1,1,2]");
  assert.deepEqual(refused(program), [["linkError", ["x.mjs", "y.mjs"]]]);
  program.write("x.mjs", "export const renamed = 3; export const x = 3;");
  await program.shows("[3,3,2]");
});

test("who imports a new name of a file that waits is told of with it, where nothing else was saved", async (t) => {
  const program = await start(t, {
    ...ROOT,
    "y.mjs": `import "./x.mjs"; export const y = 1; import.meta.hot.accept("./x.mjs");`,
  });
  await program.shows("[1,1]");
  const y = `import { renamed } from "./x.mjs"; export const y = renamed; import.meta.hot.accept("./x.mjs");`;
  await saveAtOnce(program, { "x.mjs": "export const renamed = 2;", "y.mjs": y });
  await until(() => /the old version goes on/.test(program.program.stderr));
  program.write("x.mjs", "export const renamed = 3; export const x = 3;");
  await program.shows("[3,3]");
  assert.deepEqual(refused(program), [["linkError", ["x.mjs", "y.mjs"]]]);
});

test("what is below a file that waits, waits with it", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
      for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it);
      export const v = () => [x, y];`,
    "x.mjs": `import { below } from "./below.mjs"; export const x = below;`,
    "below.mjs": "export const below = 1;",
    "y.mjs": "export const y = 1;",
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, {
    "x.mjs": `import { none } from "./below.mjs"; export const x = none;`,
    "below.mjs": "export const below = 2;",
    "y.mjs": "export const y = 2;",
  });
  await program.shows("[1,2]");
  assert.deepEqual(refused(program), [["linkError", ["x.mjs", "below.mjs"]]]);
  program.write("x.mjs", `import { below } from "./below.mjs"; export const x = below;`);
  await program.shows("[2,2]");
});

for (const [name, extension, ex] of /** @type {const} */ ([
  [
    "ES modules",
    "mjs",
    (/** @type {string} */ it, /** @type {string} */ value) => `export const ${it} = ${value};`,
  ],
  [
    "ES modules that await",
    "mjs",
    (/** @type {string} */ it, /** @type {string} */ value) => `await 0; export const ${it} = ${value};`,
  ],
  ["CommonJS", "cjs", (/** @type {string} */ it, /** @type {string} */ value) => `exports.${it} = ${value};`],
])) {
  const x = `x.${extension}`;
  const y = `y.${extension}`;
  const files = {
    "root.mjs": `import { x } from "./${x}"; import { y } from "./${y}";
      for (const it of ["./${x}", "./${y}"]) import.meta.hot.accept(it, () => say(it));
      export const v = () => [x, y];`,
    [x]: ex("x", "1"),
    [y]: ex("y", "1"),
  };
  test(`${name}: a file that throws holds up none that is saved with it`, async (t) => {
    const program = await start(t, files);
    await program.shows("[1,1]");
    program.said();
    const disposed =
      extension === "mjs"
        ? `import.meta.hot.dispose(() => say("disposed"));`
        : `module.hot.dispose(() => say("disposed"));`;
    await saveAtOnce(program, {
      [x]: `throw new Error("x"); ${ex("x", "2")}`,
      [y]: `${ex("y", "2")} ${disposed}`,
    });
    await program.shows("[1,2]");
    program.write(x, ex("x", "2"));
    await program.shows("[2,2]");
    await saveAtOnce(program, { [y]: `throw new Error("y"); ${ex("y", "2")}`, [x]: ex("x", "3") });
    await program.shows("[3,2]");
    program.write(y, ex("y", "3"));
    await program.shows("[3,3]");
    assert.deepEqual(program.said(), [`./${y}`, `./${x}`, "disposed", `./${x}`, `./${y}`]);
    assert.deepEqual(refused(program), [
      ["evaluationError", [x]],
      ["evaluationError", [y]],
    ]);
  });
}

test("a dispose handler that throws holds up none that was saved with its module", async (t) => {
  const program = await start(t, {
    ...ROOT,
    "x.mjs": `export const x = 1; import.meta.hot.dispose(() => { throw new Error("x"); });`,
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, { "x.mjs": "export const x = 2;", "y.mjs": "export const y = 2;" });
  await program.shows("[1,2]");
  assert.deepEqual(refused(program), [["fatalError", ["x.mjs"]]]);
});

test("what shares a saved file with what throws, waits with it", async (t) => {
  const shared = (/** @type {string} */ it, more = "") =>
    `import { n } from "./n.mjs"; ${more} export const ${it} = n;`;
  const program = await start(t, {
    "root.mjs": `import { y } from "./y.mjs"; import { x } from "./x.mjs"; import { z } from "./z.mjs";
      for (const it of ["./x.mjs", "./y.mjs", "./z.mjs"]) import.meta.hot.accept(it);
      export const v = () => [x, y, z];`,
    "x.mjs": shared("x"),
    "y.mjs": shared("y"),
    "n.mjs": "export const n = 1;",
    "z.mjs": "export const z = 1;",
  });
  await program.shows("[1,1,1]");
  await saveAtOnce(program, {
    "x.mjs": shared("x", `throw new Error("x");`),
    "n.mjs": "export const n = 2;",
    "z.mjs": "export const z = 2;",
  });
  await program.shows("[1,1,2]");
  assert.deepEqual(refused(program), [["evaluationError", ["x.mjs", "n.mjs"]]]);
  program.write("x.mjs", shared("x"));
  await program.shows("[2,2,2]");
});

test("an importer of what throws and of what does not is evaluated with the latter", async (t) => {
  const program = await start(t, {
    "root.mjs": `import { mid } from "./mid.mjs"; import.meta.hot.accept("./mid.mjs"); export const v = () => mid;`,
    "mid.mjs": `import { a } from "./a.mjs"; import { b } from "./b.mjs"; say("mid"); export const mid = [a, b];`,
    "a.mjs": "export const a = 1;",
    "b.mjs": "export const b = 1;",
  });
  await program.shows("[1,1]");
  program.said();
  await saveAtOnce(program, {
    "a.mjs": "export const a = 2;",
    "b.mjs": `throw new Error("b"); export const b = 2;`,
  });
  await program.shows("[2,1]");
  await saveAtOnce(program, {
    "a.mjs": `throw new Error("a"); export const a = 3;`,
    "b.mjs": "export const b = 3;",
  });
  await program.shows("[2,3]");
  program.write("a.mjs", "export const a = 4;");
  await program.shows("[4,3]");
  assert.deepEqual(program.said(), ["mid", "mid", "mid"]);
});

test("what was saved above what throws waits with it", async (t) => {
  const y = (/** @type {number} */ n) => `import { x } from "./x.mjs"; export const y = [${n}, x];`;
  const program = await start(t, {
    "root.mjs": `import { y } from "./y.mjs"; import { z } from "./z.mjs";
      for (const it of ["./y.mjs", "./z.mjs"]) import.meta.hot.accept(it); export const v = () => [y, z];`,
    "x.mjs": "export const x = 1;",
    "y.mjs": y(1),
    "z.mjs": "export const z = 1;",
  });
  await program.shows("[[1,1],1]");
  await saveAtOnce(program, {
    "x.mjs": `throw new Error("x"); export const x = 2;`,
    "y.mjs": y(2),
    "z.mjs": "export const z = 2;",
  });
  await program.shows("[[1,1],2]");
  program.write("x.mjs", "export const x = 3;");
  await program.shows("[[2,3],2]");
});

const lists = (/** @type {string} */ it, /** @type {number} */ n, more = "") =>
  `sync.addTemporaryListener(heard, "look", () => seen.push("${it}${n}")); ${more} export const ${it} = ${n};`;
const BESIDE_SYNC = {
  ...ROOT,
  "setup.mjs": `import { EventEmitter } from "node:events"; import Heatsync from "heatsync-rs";
    globalThis.heard = new EventEmitter(); globalThis.sync = new Heatsync();
    globalThis.look = () => { globalThis.seen = []; heard.emit("look"); return seen.sort(); };
    sync.events.on("reload", (file) => say("reload " + file.replace(/.*[\\\\/]/, "")));`,
  "root.mjs": `import "./setup.mjs"; ${ROOT["root.mjs"].replace("[x, y]", "look()")}`,
  "x.mjs": lists("x", 1),
  "y.mjs": lists("y", 1),
};

test("beside sync.*: what versions that were given up have made ends, what the others have made goes on", async (t) => {
  const program = await start(t, BESIDE_SYNC);
  await program.shows(`["x1","y1"]`);
  await saveAtOnce(program, { "x.mjs": lists("x", 2, `throw new Error("x");`), "y.mjs": lists("y", 2) });
  await program.shows(`["x1","y2"]`);
  await saveAtOnce(program, { "x.mjs": lists("x", 3), "y.mjs": lists("y", 3, `throw new Error("y");`) });
  await program.shows(`["x3","y2"]`);
});

test("beside sync.*: what each of several that are given up had made goes on", async (t) => {
  const program = await start(t, BESIDE_SYNC);
  await program.shows(`["x1","y1"]`);
  await saveAtOnce(program, {
    "x.mjs": lists("x", 2, `throw new Error("x");`),
    "y.mjs": lists("y", 2, `throw new Error("y");`),
  });
  await until(() => refused(program).length > 1);
  await program.shows(`["x1","y1"]`);
});

test("beside sync.*: what was to be evaluated because of what is given up keeps what it has made", async (t) => {
  const program = await start(t, {
    ...BESIDE_SYNC,
    "x.mjs": `import "./below.mjs"; ${lists("x", 1)}`,
    "below.mjs": "",
  });
  await program.shows(`["x1","y1"]`);
  await saveAtOnce(program, { "below.mjs": `throw new Error("below");`, "y.mjs": lists("y", 2) });
  await program.shows(`["x1","y2"]`);
  program.write("below.mjs", "export {};");
  await program.shows(`["x1","y2"]`);
});

for (const [type, more] of /** @type {const} */ ([
  ["unaccepted", ""],
  ["declined", "import.meta.hot.decline();"],
])) {
  test(`what is ${type} holds up none that is saved with it and is accepted`, async (t) => {
    const program = await start(t, {
      "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; import { z } from "./z.mjs"; import { w } from "./w.mjs";
        import fs from "node:fs"; globalThis.fs = fs;
        import.meta.hot.accept(["./x.mjs", "./w.mjs"]);
        globalThis.shown = () => JSON.stringify([x, y, z, w]);`,
      "x.mjs": "export const x = 1;",
      "y.mjs": `export const y = 1; ${more}`,
      "z.mjs": `export const z = 1; ${more}`,
      "w.mjs": `import { y } from "./y.mjs"; export const w = [1, y];`,
    });
    await program.shows("[1,1,1,[1,1]]");
    await saveAtOnce(program, {
      "x.mjs": "export const x = 2;",
      "y.mjs": `export const y = 2; ${more}`,
      "z.mjs": `export const z = 2; ${more}`,
    });
    await program.shows("[2,1,1,[1,1]]");
    // In one line.
    assert.deepEqual(
      refused(program).map(([type, files]) => [type, files.sort()]),
      [[type, ["y.mjs", "z.mjs"]]],
    );
    // What was saved above it is of it.
    await saveAtOnce(program, {
      "x.mjs": "export const x = 3;",
      "y.mjs": `export const y = 3; ${more}`,
      "w.mjs": `import { y } from "./y.mjs"; export const w = [3, y];`,
    });
    await program.shows("[3,1,1,[1,1]]");
    assert.deepEqual(
      refused(program).map(([type, files]) => [type, files.sort()]),
      [
        [type, ["y.mjs", "z.mjs"]],
        [type, ["w.mjs", "y.mjs"]],
        [type, ["z.mjs"]],
      ],
    );
  });
}

test("who declines, and accepts some of what it imports, declines the rest alone", async (t) => {
  const program = await start(t, {
    ...ROOT,
    "root.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
      import.meta.hot.accept("./x.mjs"); import.meta.hot.decline(); export const v = () => [x, y];`,
  });
  await program.shows("[1,1]");
  await saveAtOnce(program, { "x.mjs": "export const x = 2;", "y.mjs": "export const y = 2;" });
  await program.shows("[2,1]");
  assert.deepEqual(refused(program), [["declined", ["y.mjs"]]]);
});

test("what nobody accepts, and has waited with another file, is no reason for that to wait", async (t) => {
  const x = (/** @type {number} */ n) => `import { y } from "./y.mjs"; export const x = [${n}, y];`;
  const program = await start(t, {
    "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; import fs from "node:fs"; globalThis.fs = fs;
      import.meta.hot.accept("./x.mjs"); globalThis.shown = () => JSON.stringify([x, y]);`,
    "x.mjs": x(1),
    "y.mjs": "export const y = 1;",
  });
  await program.shows("[[1,1],1]");
  await saveAtOnce(program, { "x.mjs": `${x(2)} const = ;`, "y.mjs": "export const y = 2;" });
  await until(() => refused(program).length > 0);
  program.write("x.mjs", x(2));
  await program.shows("[[2,1],1]");
  program.write("x.mjs", `${x(3)} const = ;`);
  await until(() => refused(program).some(([type]) => type === "linkError"));
  program.write("x.mjs", x(3));
  await program.shows("[[3,1],1]");
});

for (const [name, accepted, y, type] of /** @type {const} */ ([
  ["for another reason", `["./x.mjs", "./y.mjs"]`, `export { y } from "./nowhere.mjs";`, "linkError"],
  ["since nobody accepts it", `"./x.mjs"`, "export const y = 2;", "unaccepted"],
])) {
  test(`what waits ${name} is not told of with what nobody accepts`, async (t) => {
    const program = await start(t, {
      "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs"; import { z } from "./z.mjs";
        import fs from "node:fs"; globalThis.fs = fs;
        import.meta.hot.accept(${accepted}); globalThis.shown = () => JSON.stringify([x, y, z]);`,
      "x.mjs": "export const x = 1;",
      "y.mjs": "export const y = 1;",
      "z.mjs": "export const z = 1;",
    });
    await program.shows("[1,1,1]");
    await saveAtOnce(program, { "y.mjs": y });
    await until(() => refused(program).length > 0);
    await saveAtOnce(program, { "x.mjs": "export const x = 2;", "z.mjs": "export const z = 2;" });
    await program.shows("[2,1,1]");
    await until(() => refused(program).length > 1);
    assert.deepEqual(refused(program), [
      [type, ["y.mjs"]],
      ["unaccepted", ["z.mjs"]],
    ]);
  });
}
