// What goes wrong in an update: what keeps running, what is reported, and that the next good save
// mends it. Programs under register, files saved for real.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { atOnce } from "./support/observed.mjs";
import { project, until } from "./support/project.mjs";

/** Prints its exports whenever they are others, and every result it hears of. */
const main = `
import { hot } from "heatsync-rs";
import * as x from "./x.mjs";
let last;
setInterval(() => {
  const now = JSON.stringify({ v: x.v, y: x.y });
  if (now !== last) console.log("sees " + (last = now));
}, 2);
hot.on("update", ({ error, message, milliseconds, frame, help, ...result }) =>
  console.log("result " + JSON.stringify({ ...result, error: error && String(error), hasFrame: Boolean(frame) })));
`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
async function start(t, files) {
  const self = project(t, { "main.mjs": main, ...files });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  const seen = async (
    /** @type {string} */ where,
    /** @type {RegExp} */ what,
    /** @type {number} */ from,
  ) => {
    const text = () => /** @type {any} */ (program)[where].slice(from);
    await until(() => what.test(text()), String(what)).catch((error) => {
      throw new Error(`${error.message}\n${program.stdout}\n${program.stderr}`);
    });
    return text();
  };
  await seen("stdout", /sees/, 0);
  return {
    self,
    program,
    /** Saves, and gives what is then reported, in words and as data. @param {() => void} save @param {RegExp} report */
    async refused(save, report) {
      const [out, err] = [program.stdout.length, program.stderr.length];
      // What is saved together is to be one update, however busy the machine is.
      await atOnce(program, save);
      const words = await seen("stderr", report, err);
      const data = await seen("stdout", /^result .*\n/m, out);
      assert.doesNotMatch(data, /^sees/m, "the old version goes on");
      return { words, result: JSON.parse(/** @type {any} */ (/^result (.*)\n/m.exec(data))[1]) };
    },
    /** @param {() => void} save @param {RegExp} what is then seen */
    async live(save, what) {
      const out = program.stdout.length;
      save();
      const text = await seen("stdout", what, out);
      await seen("stdout", /^result .*"type":"accepted".*\n/m, out);
      return text;
    },
  };
}

const x = (/** @type {string} */ v, more = "") =>
  `import.meta.hot.accept();\n${more}\nexport const v = ${v};\n`;

test("a syntax error", async (t) => {
  const { self, refused, live } = await start(t, { "x.mjs": x("1") });
  const { words, result } = await refused(() => self.write("x.mjs", x("= 2")), /not updated(.|\n)*goes on/);
  assert.match(words, /^\[heatsync\] x\.mjs: not updated: SyntaxError: /m);
  assert.match(words, /x\.mjs:3:18\n(.*\n)*> 3 \| export const v = = 2;\n +\| +\^/);
  assert.deepEqual(result, {
    ...{ type: "linkError", disposed: [], files: [self.path("x.mjs")] },
    ...{ file: self.path("x.mjs"), line: 3, column: 18, hasFrame: true, error: result.error },
  });
  await live(() => self.write("x.mjs", x("3")), /sees {"v":3}/);
});

test("what threw is tried again when it is saved as it is", async (t) => {
  const { self, refused, live } = await start(t, { "x.mjs": x("1") });
  const needs = `import fs from "node:fs"; if (!fs.existsSync("up.txt")) throw new Error("no database");`;
  const save = () => self.write("x.mjs", x("2", needs));
  for (let time = 1; time <= 2; time++) {
    const { result } = await refused(save, /no database(.|\n)*goes on/);
    assert.equal(result.type, "evaluationError");
    await self.olderThanNow();
  }
  self.write("up.txt", "");
  await live(save, /sees {"v":2}/);
});

test("what failed is saved back to what runs: the last word about it is no error", async (t) => {
  const good = x("1");
  const { self, program, refused, live } = await start(t, { "x.mjs": good });
  const bad = [x("= 2"), x("3", "throw new Error('no')"), null];
  for (const text of bad) {
    const save = () => (text === null ? fs.rmSync(self.path("x.mjs")) : self.write("x.mjs", text));
    await refused(save, /x\.mjs: not updated(.|\n)*goes on/);
    const from = program.stderr.length;
    self.write("x.mjs", good);
    await until(() => /back to/.test(program.stderr.slice(from)), "the good news");
    assert.equal(program.stderr.slice(from), "[heatsync] x.mjs: back to the version that runs\n");
  }
  assert.equal(program.stdout.match(/^sees/gm)?.length, 1, "nothing is evaluated for it");
  await live(() => self.write("x.mjs", x("4")), /sees {"v":4}/);
  assert.equal(program.stderr.match(/back to/g)?.length, bad.length);
});

test("an import that leads nowhere", async (t) => {
  const { self, refused, live } = await start(t, { "x.mjs": x("1"), "yes.mjs": "export const y = 1;" });
  const save = () => self.write("x.mjs", x("2", `import { y } from "./yess.mjs"; export { y };`));
  const { words, result } = await refused(save, /not updated(.|\n)*goes on/);
  assert.match(words, /yess\.mjs/);
  assert.match(words, /x\.mjs:2:19\n(.*\n)*> 2 \| import \{ y \} from ".\/yess\.mjs"/);
  assert.match(words, /did you mean.*yes\.mjs/i);
  assert.deepEqual(
    [result.type, result.file, result.line, result.column],
    ["linkError", self.path("x.mjs"), 2, 19],
  );
  // The file comes, the importer is not touched.
  await live(() => self.write("yess.mjs", "export const y = 5;"), /sees {"v":2,"y":5}/);
});

test("a missing export", async (t) => {
  const y = `import { y } from "./y.mjs"; export { y };`;
  const { self, refused, live } = await start(t, { "x.mjs": x("1", y), "y.mjs": "export const y = 1;" });
  const { words, result } = await refused(
    () => self.write("y.mjs", "export const Y = 2;"),
    /not updated(.|\n)*goes on/,
  );
  assert.match(
    words,
    /y\.mjs: not updated: SyntaxError: The requested module '\.\/y\.mjs' does not provide an export named 'y'/,
  );
  assert.match(words, /x\.mjs:2:10\n(.*\n)*> 2 \| import \{ y \}/);
  assert.match(words, /did you mean Y\?/);
  assert.deepEqual(
    [result.file, result.line, result.column, result.files],
    [self.path("x.mjs"), 2, 10, [self.path("y.mjs")]],
  );
  await live(() => self.write("y.mjs", "export const y = 3;"), /sees {"v":1,"y":3}/);
});

test("what Node refuses to link has the place of the import, and no frames of Node's", async (t) => {
  const { self, refused, live } = await start(t, {
    "x.mjs": x("1"),
    "json.json": "1",
    "c.cjs": "exports.c = 1;",
    "none.ext": "",
  });
  const cases = {
    'import { none } from "node:fs";': ["does not provide an export named 'none'", 10],
    'import { a as none } from "./c.cjs";': ["'a'", 10],
    'import none from "node:no-such";': ["No such built-in module: node:no-such", 18],
    'import none from "./json.json";': ["needs an import attribute of", 18],
    // These words do not name what is imported.
    'import none from "./json.json" with { type: "css" };': ["css", 18],
    'import none from "./none.ext";': ["Unknown file extension", 18],
    'import "data:text/javascript,let let";': ["reserved word", 8],
    // Node 22 throws that its own error is no constructor.
    ...(!process.version.startsWith("v22.") && {
      'import none from "https://example.invalid/x.js";': ["http|network", 18],
    }),
  };
  for (const [number, [line, [why, column]]] of Object.entries(cases).entries()) {
    const save = () => self.write("x.mjs", x(`${number + 2}`, line));
    const { words, result } = await refused(save, /not updated(.|\n)*goes on/);
    assert.match(words, new RegExp(`x\\.mjs: not updated: .*(${why})`));
    assert.ok(words.includes(`x.mjs:2:${column}\n`), words);
    assert.ok(words.includes(`> 2 | ${line}`), words);
    assert.doesNotMatch(words, /node:internal/);
    assert.deepEqual([result.file, result.line, result.column], [self.path("x.mjs"), 2, column]);
  }
  await live(() => self.write("x.mjs", x("9")), /sees {"v":9}/);
});

test("an ambiguous import", async (t) => {
  const y = `import { y } from "./y.mjs"; export { y };`;
  const { self, refused, live } = await start(t, {
    "x.mjs": x("1", y),
    "y.mjs": `export * from "./a.mjs"; export * from "./b.mjs";`,
    "a.mjs": "export const y = 1;",
    "b.mjs": "export const z = 1;",
  });
  const { words, result } = await refused(
    () => self.write("b.mjs", "export const y = 2;"),
    /not updated(.|\n)*goes on/,
  );
  assert.match(words, /conflicting star exports for name 'y'/);
  assert.match(words, /x\.mjs:2:10\n(.*\n)*> 2 \| import \{ y \}/);
  assert.deepEqual([result.file, result.line, result.column], [self.path("x.mjs"), 2, 10]);
  await live(() => self.write("a.mjs", "export const z = 1;"), /sees {"v":1,"y":2}/);
});

test("a body that throws: what caused it, and what it sums up, is told", async (t) => {
  const { self, refused } = await start(t, { "x.mjs": x("1") });
  const refusal = `new AggregateError([new Error("::1 refused"), "not an error"], "")`;
  const caused = `const cause = ${refusal}; cause.config = "sec" + "ret"; throw new Error("no database", { cause });`;
  const { words } = await refused(() => self.write("x.mjs", x("2", caused)), /not updated(.|\n)*goes on/);
  const at = String.raw` +at file:\S+x\.mjs:2:\d+`;
  const expected = [
    "Error: no database",
    `${at} {`,
    "  \\[cause\\]: AggregateError",
    at,
    "    \\[errors\\]: \\[",
    "      Error: ::1 refused",
    `${at},`,
    "      'not an error'",
    "    \\]",
    "  }",
    "}",
    String.raw`(?:[> ] +\d* \|.*\n)+the old version goes on`,
  ];
  assert.match(words, new RegExp(expected.join("(?: \\{)?\n")));
  assert.doesNotMatch(words, /secret/);
  const circular = `const error = new Error("round"); error.cause = error; throw error;`;
  const round = await refused(() => self.write("x.mjs", x("3", circular)), /round(.|\n)*goes on/);
  assert.match(round.words, /\[cause\]: \[Circular\]\n}\n/);
  const strange = `const error = new Error("strange"); Object.defineProperty(error, "cause", { get() { throw error; } }); throw error;`;
  await refused(
    () => self.write("x.mjs", x("4", strange)),
    /Error: strange\n(?: +at .*\n)+(?:[> ] +\d* \|.*\n)+the old version goes on/,
  );
});

test("a body that throws: which dispose handlers had run, and where it threw", async (t) => {
  const files = {
    "x.mjs": x("1", `import { y } from "./y.mjs"; export { y }; import.meta.hot.dispose(() => {});`),
    "y.mjs": "import.meta.hot.dispose(() => {}); export const y = 1;",
  };
  const { self, refused, live } = await start(t, files);
  const body = `import.meta.hot.accept();\n\nfunction f() {\n  throw new TypeError("body");\n}\nf(); export const v = 1, y = 2;`;
  const save = () => {
    self.write("y.mjs", "export const y = 2;");
    self.write("x.mjs", `import "./y.mjs"; ${body}`);
  };
  const { words, result } = await refused(save, /goes on/);
  assert.match(words, /not updated, it threw: TypeError: body\n +at f \(.*x\.mjs:4:9\)/);
  assert.match(words, /the old version goes on \(in [\d.]+ ms\)/);
  assert.match(words, /dispose handlers had already run in y\.mjs, x\.mjs/);
  const frame = `  3 | function f() {\n> 4 |   throw new TypeError("body");\n    |         ^\n  5 | }`;
  assert.ok(words.includes(frame) && result.hasFrame, words);
  assert.deepEqual(
    [result.type, result.file, result.line, result.column, result.disposed],
    ["evaluationError", self.path("x.mjs"), 4, 9, [self.path("y.mjs"), self.path("x.mjs")]],
  );
  await live(() => self.write("x.mjs", x("3", `export { y } from "./y.mjs";`)), /sees {"v":3,"y":2}/);
});

test("an await that is rejected", async (t) => {
  const { self, refused, live } = await start(t, { "x.mjs": x("1") });
  const save = () => self.write("x.mjs", x("2", `await Promise.reject(new Error("later"));`));
  const { result } = await refused(save, /it threw: Error: later/);
  assert.deepEqual([result.type, result.disposed], ["evaluationError", []]);
  await live(() => self.write("x.mjs", x("3")), /sees {"v":3}/);
});

test("what is thrown need not be an error", async (t) => {
  const { self, refused, live } = await start(t, { "x.mjs": x("1") });
  const { result } = await refused(() => self.write("x.mjs", x("2", "throw null;")), /it threw: null/);
  assert.equal(result.type, "evaluationError");
  await live(() => self.write("x.mjs", x("3")), /sees {"v":3}/);
});

test("a dispose handler that throws", async (t) => {
  const { self, refused, live } = await start(t, {
    "x.mjs": x("1", `import.meta.hot.dispose(() => { throw new Error("dispose"); });`),
  });
  const { words, result } = await refused(() => self.write("x.mjs", x("2")), /goes on/);
  assert.match(words, /not updated, disposing of the old version failed: Error: dispose/);
  assert.deepEqual(
    [result.type, result.file, result.line, result.disposed],
    ["fatalError", self.path("x.mjs"), 2, [self.path("x.mjs")]],
  );
  // It had its chance.
  await live(() => self.write("x.mjs", x("3")), /sees {"v":3}/);
});

test("an accept handler that throws, and nobody above accepts", async (t) => {
  const { self, program, live } = await start(t, {
    "x.mjs": `import.meta.hot.accept(() => { throw new Error("accept"); });\nexport const v = 1;`,
  });
  self.write("x.mjs", x("2"));
  await until(() => /result .*"type":"unaccepted"/.test(program.stdout), "the result");
  const words = /x\.mjs: evaluated, then accepted by nobody: main\.mjs → x\.mjs/;
  await until(() => words.test(program.stderr), "the report");
  assert.match(program.stderr, /x\.mjs: an accept handler threw, its importers are asked: Error: accept/);
  // The version before was disposed: the new one stays.
  await until(() => program.stdout.includes(`sees {"v":2}`), "the new version");
  await live(() => self.write("x.mjs", x("3")), /sees {"v":3}/);
});

test("an accept handler of an importer that throws: the importer is evaluated", async (t) => {
  const { self, program, live } = await start(t, {
    "x.mjs": x(
      "1",
      `export { y } from "./y.mjs"; import.meta.hot.accept("./y.mjs", () => { throw new Error("accept"); });`,
    ),
    "y.mjs": "export const y = 1;",
  });
  await live(() => self.write("y.mjs", "export const y = 2;"), /sees {"v":1,"y":2}/);
  await until(() => /y\.mjs: 2 evaluated, accepted by x\.mjs/.test(program.stderr), "the report");
  const told =
    /x\.mjs: an accept handler threw.*: Error: accept\n(?: +at .*\n)+(?:[> ] +\d* \|.*\n)*> 2 \|.*\n +\| +\^/;
  assert.match(program.stderr, told);
});

test("nobody accepts: said once, and again when the file is another", async (t) => {
  const x = (/** @type {number} */ v) => `export { y } from "./y.mjs"; export const v = ${v};`;
  const y = (/** @type {number} */ y) => `import.meta.hot.accept(); export const y = ${y};`;
  const { self, program, refused, live } = await start(t, { "x.mjs": x(1), "y.mjs": y(1) });
  const { words, result } = await refused(() => self.write("x.mjs", x(2)), /nobody accepts it/);
  assert.match(
    words,
    /^\[heatsync\] x\.mjs: nobody accepts it: main\.mjs → x\.mjs, in [\d.]+ ms; restart to see it$/m,
  );
  assert.deepEqual(result.path, [self.path("main.mjs"), self.path("x.mjs")]);
  // An unrelated file is not held back, and nothing is said of x.mjs again.
  await live(() => self.write("y.mjs", y(2)), /sees {"v":1,"y":2}/);
  assert.equal(program.stderr.match(/nobody accepts it/g)?.length, 1);
  await refused(() => self.write("x.mjs", x(3)), /x\.mjs: nobody accepts it/);
});

test("a broken file does not hold back another one", async (t) => {
  const { self, program, refused, live } = await start(t, {
    "x.mjs": x("1", `export { y } from "./y.mjs";`),
    "y.mjs": `import.meta.hot.accept(); export const y = 1;`,
  });
  await refused(() => self.write("y.mjs", "export const y = ;"), /y\.mjs: not updated/);
  await live(() => self.write("x.mjs", x("2", `export { y } from "./y.mjs";`)), /sees {"v":2,"y":1}/);
  assert.equal(program.stderr.match(/y\.mjs: not updated/g)?.length, 1);
  await live(() => self.write("y.mjs", "export const y = 3;"), /sees {"v":2,"y":3}/);
});

test("decline", async (t) => {
  const { self, refused } = await start(t, {
    "x.mjs": `import.meta.hot.decline(); export const v = 1;`,
  });
  const { words, result } = await refused(() => self.write("x.mjs", "export const v = 2;"), /declined/);
  assert.match(words, /x\.mjs: not updated, x\.mjs declined, in [\d.]+ ms; restart to see it/);
  assert.deepEqual(result.declinedBy, [self.path("x.mjs")]);
});

test("what import() brought and never linked refuses no change of what it imports", async (t) => {
  const { self, live, program } = await start(t, {
    "x.mjs": `export * from "./leaf.mjs"; import.meta.hot.accept(); import.meta.hot.accept("./leaf.mjs");
globalThis.retry = () => import("./missing.mjs").then((it) => console.log("at last " + it.found), (error) => console.log("still " + error.name));
await globalThis.retry();`,
    "missing.mjs": `import { not } from "./leaf.mjs"; export const found = not;`,
    "leaf.mjs": `export const v = 1;`,
  });
  assert.match(program.stdout, /still SyntaxError/);
  await live(() => self.write("leaf.mjs", "export const v = 2;"), /sees {"v":2}/);
  assert.doesNotMatch(program.stderr, /missing\.mjs/);
  // It is no dead end either: with the name it links.
  await live(() => self.write("leaf.mjs", "export const v = 3, not = 4;"), /sees {"v":3}/);
  await live(() => self.write("x.mjs", `export * from "./leaf.mjs"; await globalThis.retry();`), /at last 4/);
});

for (const extension of ["mjs", "cts"]) {
  test(`a .${extension} file that has become a folder is no error of syntax`, async (t) => {
    const text = (/** @type {number} */ v) =>
      extension === "mjs" ? x(String(v)) : `module.hot.accept(); exports.v = ${v};`;
    const { self, refused, live } = await start(t, {
      "x.mjs": `export { v } from "./y.${extension}"; import.meta.hot.accept();`,
      [`y.${extension}`]: text(1),
    });
    const { words } = await refused(() => {
      self.delete(`y.${extension}`);
      self.write(`y.${extension}/in.txt`, "");
    }, /not updated(.|\n)*goes on/);
    assert.match(words, /not updated: Error: .*directory/i);
    await live(() => {
      self.delete(`y.${extension}`);
      self.write(`y.${extension}`, text(2));
    }, /sees {"v":2}/);
  });
}

test("a file that is gone: all who import it are named", async (t) => {
  const user = `import "./y.mjs"; import.meta.hot.accept(); export const v = 1;`;
  const { self, refused } = await start(t, {
    "x.mjs": `import "./z.mjs"; ${user}`,
    "z.mjs": user,
    "y.mjs": "",
  });
  const { words } = await refused(() => self.delete("y.mjs"), /not updated(.|\n)*goes on/);
  assert.match(words, /it is not there any more; [xz]\.mjs, [xz]\.mjs import it$/m);
});
