// A refused change waits, and comes again with every change that meets it: it holds up none that can do without it, and
// nothing is evaluated twice because of it. Programs under register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const accepting = "import.meta.hot.accept();";

for (const [type, files] of Object.entries({
  declined: { "y.mjs": "import.meta.hot.decline();", "x.mjs": accepting },
  unaccepted: { "y.mjs": "", "x.mjs": accepting },
})) {
  test(`an importer that accepts itself goes live beside what was ${type}`, async (t) => {
    const { program, save, said, self } = await hotProgram(t, {
      "main.mjs": `import "./x.mjs"; import "./y.mjs";`,
      "x.mjs": `import { y } from "./y.mjs"; say("x 1, y " + y); ${files["x.mjs"]}`,
      "y.mjs": `export const y = 1; ${files["y.mjs"]}`,
    });
    assert.equal((await save({ "y.mjs": "export const y = 2;" })).type, type);
    self.write("x.mjs", `import { y } from "./y.mjs"; say("x 2, y " + y); ${accepting}`);
    // The one that waits is tried with it, and told of to programs, but not in another line.
    assert.deepEqual(
      [await program.value("result"), await program.value("result")].map((it) => [it.type, it.files]),
      [
        ["accepted", ["x.mjs"]],
        [type, ["y.mjs"]],
      ],
    );
    assert.deepEqual(said(), ["x 2, y 1"]);
    assert.equal(program.stderr.match(/y\.mjs: /g)?.length, 1, program.stderr);
  });
}

test("what was accepted beside what was refused is not evaluated again when that is mended", async (t) => {
  const { program, said, self } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; import.meta.hot.accept(["./a.mjs", "./b.mjs"]);`,
    "a.mjs": `import "./both.mjs"; say("a"); ${accepting}`,
    "b.mjs": `import "./both.mjs"; say("b"); ${accepting}`,
    "both.mjs": accepting,
  });
  said();
  self.write("b.mjs", `import "./both.mjs"; throw new Error("b"); ${accepting}`);
  self.write("a.mjs", `import "./both.mjs"; say("a 2"); ${accepting}`);
  self.write("both.mjs", `say("both 2"); ${accepting}`);
  /** What went live, until all of these have. @param {...string} wanted */
  const live = async (...wanted) => {
    for (const open = new Set(wanted); open.size > 0; ) {
      const { type, files } = await program.value("result");
      if (type === "accepted") for (const file of files) open.delete(file);
    }
  };
  await live("a.mjs", "both.mjs");
  assert.deepEqual(said().sort(), ["a 2", "both 2"]);
  self.write("b.mjs", `import "./both.mjs"; say("b 2"); ${accepting}`);
  await live("b.mjs");
  assert.deepEqual(said(), ["b 2"]);
});

test("a file that is deleted: in words, and it may come back", async (t) => {
  const { program, said, save, self } = await hotProgram(t, {
    "main.mjs": `import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs", () => say("told " + x));`,
    "x.mjs": "export const x = 1;",
  });
  self.delete("x.mjs");
  const { error, file, type } = await program.value("result");
  assert.equal(type, "linkError");
  assert.match(error, /Cannot find module '.*x\.mjs': it is not there any more; main\.mjs imports it$/);
  assert.equal(file, "x.mjs");
  await program.errorOutput("x.mjs: not updated: Error [ERR_MODULE_NOT_FOUND]: Cannot find module");
  assert.doesNotMatch(program.stderr, /runtime\//);
  await save({ "x.mjs": "export const x = 2;" });
  assert.deepEqual(said(), ["told 2"]);
});

for (const [name, broken] of Object.entries({
  "does not parse": "export const = 1;",
  "lacks an export": "export const other = 1;",
})) {
  test(`a file that ${name} holds up no other, although one module accepts both`, async (t) => {
    const { ask, program, said, save, self } = await hotProgram(t, {
      "main.mjs": `import { x } from "./x.mjs"; import { y } from "./y.mjs";
        for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it, () => say(it));
        globalThis.read = () => [x, y].join();`,
      "x.mjs": "export const x = 1;",
      "y.mjs": "export const y = 1;",
    });
    assert.equal((await save({ "x.mjs": broken })).type, "linkError");
    self.write("y.mjs", "export const y = 2;");
    while ((await program.value("result")).type !== "accepted");
    assert.equal(await ask("read()"), "1,2");
    assert.equal(program.stderr.match(/x\.mjs: not updated/g)?.length, 1, program.stderr);
    said();
    self.write("x.mjs", "export const x = 3;");
    while ((await program.value("result")).type !== "accepted");
    assert.deepEqual(said(), ["./x.mjs"]);
    assert.equal(await ask("read()"), "3,2");
  });
}

test("JSON that does not parse: in words, without frames of ours", async (t) => {
  const { program, save } = await hotProgram(t, {
    "main.mjs": `import data from "./data.json" with { type: "json" }; import.meta.hot.accept("./data.json"); say(data.value);`,
    "data.json": `{ "value": 1 }`,
  });
  const { error, type } = await save({ "data.json": `{ "value": ` });
  assert.equal(type, "linkError");
  assert.match(error, /^SyntaxError: .*data\.json: Unexpected end of JSON input$/);
  await program.errorOutput(
    /not updated: SyntaxError: .*data\.json: Unexpected end of JSON input\nthe old version goes on/,
  );
});

test("a module that comes back in syntax that V8 alone takes is not what Node has of it", async (t) => {
  const { ask, save, self } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import.meta.hot.accept("./a.mjs"); globalThis.seen = () => import("./x.mjs").then(({ v }) => v, ({ name }) => name);`,
    "a.mjs": `import * as x from "./x.mjs"; globalThis.held = x;`,
    "x.mjs": "export const v = 1;",
  });
  // It is pruned, and Node has its namespace at the file's URL.
  assert.deepEqual((await save({ "a.mjs": "" })).pruned, ["x.mjs"]);
  self.write(
    "x.mjs",
    "export const v = 2; function f() {} export const later = () => { for (f() of [1]) ; };",
  );
  assert.notEqual(await ask("seen()"), "1");
  self.write("x.mjs", "export const v = 3;");
  assert.equal(await ask("seen()"), "3");
});
