// Updates that do not end: what is said of them, and that a newer save of what they hang at goes live. Programs under
// register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";

const patience = JSON.stringify(
  fileURLToPath(new URL("../runtime/esm/update/patience.cjs", import.meta.url)),
);
/** Five seconds are 0.3 here. */
const impatient = `import { createRequire } from "node:module";
createRequire(import.meta.url)(${patience}).patience.milliseconds = 300;`;
const never = "new Promise(() => {})";
const accepting = "import.meta.hot.accept();";

/** @typedef {Awaited<ReturnType<typeof hotProgram>>} Program */

/** @param {Program} program @param {RegExp} words */
const heard = ({ program }, words) => program.errorOutput(words);

/**
 * Results until one is of this kind.
 * @param {Program} program @param {string} type
 */
async function until({ program }, type) {
  for (;;) {
    const result = await program.value("result");
    if (result.type === type) return result;
  }
}

test("a body that never ends: it is said, and given up for the next save", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; globalThis.read = () => x;`,
    "x.mjs": `export const x = 1; ${accepting} import.meta.hot.dispose(() => say("dispose 1"));`,
  });
  self.self.write("x.mjs", `say("x 2"); await ${never}; export const x = 2; ${accepting}`);
  await heard(
    self,
    /\[heatsync\] x\.mjs: the body has not ended for 0\.3 s, .* save it, or what it imports, again\n/,
  );
  assert.equal(await self.ask("read()"), "1");
  self.self.write("x.mjs", `export const x = 3; say("x 3"); ${accepting}`);
  const givenUp = await self.program.value("result");
  assert.equal(givenUp.type, "evaluationError");
  assert.equal(givenUp.file, "x.mjs");
  assert.match(
    givenUp.error,
    /^GivenUp: the body had not ended after .* s, and was given up for a newer save$/,
  );
  assert.equal((await self.program.value("result")).type, "accepted");
  assert.equal(await self.ask("read()"), "3");
  assert.deepEqual(self.said(), ["dispose 1", "x 2", "x 3"]);
});

test("a handler of what is pruned: a save of what imported that gives it up, and it is said", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import * as x from "./x.mjs"; globalThis.read = () => x.v; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `import "./y.mjs"; export const v = 1;`,
    "y.mjs": `import.meta.hot.prune(() => ${never});`,
  });
  self.self.write("x.mjs", "export const v = 2;");
  await heard(self, /y\.mjs: a prune handler has not ended .* to give it up save what imported it again\n/);
  self.self.write("x.mjs", "export const v = 3;");
  await self.shows("3", "read()");
});

test("what was saved before it was said goes live then", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; globalThis.read = () => x;`,
    "x.mjs": `export const x = 1; ${accepting}`,
  });
  self.self.write("x.mjs", `say("x 2"); await ${never}; export const x = 2; ${accepting}`);
  while (!self.said().includes("x 2")) await self.ask("0");
  self.self.write("x.mjs", `export const x = 3; ${accepting}`);
  await until(self, "accepted");
  assert.equal(await self.ask("read()"), "3");
});

test("a save of what the body waits for is enough", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; globalThis.read = () => x;`,
    "x.mjs": `export const x = 1; ${accepting}`,
    "pool.mjs": `export const connected = ${never};`,
  });
  const x = `import { connected } from "./pool.mjs"; export const x = await connected; ${accepting}`;
  self.self.write("x.mjs", x);
  await heard(self, /x\.mjs: the body has not ended/);
  self.self.write("pool.mjs", "export const connected = 2;");
  await until(self, "accepted");
  assert.equal(await self.ask("read()"), "2");
});

test("of a cycle that one is named which hangs", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { a } from "./a.mjs"; globalThis.read = () => a(); import.meta.hot.accept("./a.mjs");`,
    "a.mjs": `import { b } from "./b.mjs"; export function a() { return b; }`,
    "b.mjs": `import { a } from "./a.mjs"; export const b = 1; export { a };`,
  });
  self.self.write("b.mjs", `import { a } from "./a.mjs"; await ${never}; export const b = 2; export { a };`);
  await heard(self, /\[heatsync\] b\.mjs: the body has not ended for 0\.3 s/);
  self.self.write("b.mjs", `import { a } from "./a.mjs"; export const b = 3; export { a };`);
  await until(self, "accepted");
  assert.equal(await self.ask("read()"), "3");
});

test("the old text again gives the new one up", async (t) => {
  const x = `export const x = 1; ${accepting}`;
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; globalThis.read = () => x;`,
    "x.mjs": x,
  });
  self.self.write("x.mjs", `await ${never}; export const x = 2; ${accepting}`);
  await heard(self, /x\.mjs: the body has not ended/);
  self.self.write("x.mjs", x);
  await until(self, "evaluationError");
  assert.equal(await self.ask("read()"), "1");
  await self.save({ "x.mjs": `export const x = 3; ${accepting}` });
  assert.equal(await self.ask("read()"), "3");
});

test("a slow body is not given up for a file that it has nothing to do with", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; import { y } from "./y.mjs"; globalThis.read = () => [x, y].join();`,
    "x.mjs": `export const x = 1; ${accepting}`,
    "y.mjs": `export const y = 1; ${accepting}`,
  });
  self.self.write(
    "x.mjs",
    `await new Promise((go) => { globalThis.go = go; }); export const x = 2; ${accepting}`,
  );
  await heard(self, /x\.mjs: the body has not ended/);
  self.self.write("y.mjs", `export const y = 2; ${accepting}`);
  // The engine has long seen that one when this one is seen.
  assert.equal(
    await self.ask("new Promise((resolve) => setTimeout(resolve, 300)).then(() => read())"),
    "1,1",
  );
  await self.ask("go()");
  assert.deepEqual((await self.program.value("result")).evaluated, ["x.mjs"]);
  assert.deepEqual((await self.program.value("result")).evaluated, ["y.mjs"]);
  assert.equal(await self.ask("read()"), "2,2");
});

test("a body that was given up ends after all: nobody sees it, and what is evaluated meanwhile takes its time", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; import "./top.mjs"; globalThis.read = () => x;`,
    "top.mjs": `import { x } from "./x.mjs"; say("top " + x); ${accepting}`,
    "x.mjs": `export const x = 1; ${accepting}`,
  });
  const slow = (/** @type {number} */ version) =>
    `await new Promise((go) => { globalThis.go${version} = go; }); say("x ${version}"); export const x = ${version}; ${accepting}`;
  self.self.write("x.mjs", slow(2));
  await heard(self, /x\.mjs: the body has not ended/);
  self.self.write("x.mjs", slow(3));
  await until(self, "evaluationError");
  while ((await self.ask("typeof go3")) !== "function");
  assert.equal(
    await self.ask("go2(), new Promise((resolve) => setTimeout(resolve, 20)).then(() => read())"),
    "1",
  );
  await self.ask("go3()");
  assert.equal((await self.program.value("result")).type, "accepted");
  assert.equal(await self.ask("read()"), "3");
});

test("a dispose handler that never ends", async (t) => {
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; globalThis.read = () => x;`,
    "x.mjs": `export const x = 1; ${accepting} import.meta.hot.dispose(() => say("first")); import.meta.hot.dispose(() => ${never});`,
  });
  self.self.write("x.mjs", `export const x = 2; ${accepting}`);
  await heard(self, /x\.mjs: a dispose handler has not ended for 0\.3 s/);
  assert.equal(await self.ask("read()"), "1");
  self.self.write("x.mjs", `export const x = 3; ${accepting}`);
  assert.match((await until(self, "fatalError")).error, /a dispose handler had not ended/);
  assert.equal((await self.program.value("result")).type, "accepted");
  assert.deepEqual(self.said(), ["first"]);
  assert.equal(await self.ask("read()"), "3");
});

test("an accept handler that never ends: the new version is live, its importers are left alone", async (t) => {
  const handler = `(({ x }) => { say("told " + x); return x === 2 ? ${never} : undefined; })`;
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs", ${handler}); globalThis.read = () => x;`,
    "x.mjs": "export const x = 1;",
  });
  self.self.write("x.mjs", "export const x = 2;");
  await heard(self, /main\.mjs: an accept handler has not ended for 0\.3 s/);
  assert.equal(await self.ask("read()"), "2");
  self.self.write("x.mjs", "export const x = 3;");
  for (let results = 0; results < 2; results++)
    assert.equal((await self.program.value("result")).type, "accepted");
  assert.equal(await self.ask("read()"), "3");
  assert.deepEqual(self.said(), ["told 2", "told 3"]);
});

test("listeners and prune handlers that never end", async (t) => {
  const pruned = `import.meta.hot.prune(() => ${never});`;
  const self = await hotProgram(t, {
    "main.mjs": `${impatient} import "./x.mjs"; import { hot } from "heatsync-rs";
      let isFirst = true; hot.on("afterUpdate", () => { if (!isFirst) return; isFirst = false; return ${never}; });`,
    "x.mjs": `import "./y.mjs"; say("x 1"); ${accepting}`,
    "y.mjs": pruned,
  });
  self.self.write("x.mjs", `say("x 2"); ${accepting}`);
  await heard(self, /y\.mjs: a prune handler has not ended/);
  self.self.write("x.mjs", `say("x 3"); ${accepting}`);
  await heard(self, / a listener of "afterUpdate" has not ended.* save a file again/);
  // What is waiting is not saved again: any save will do.
  self.self.write("x.mjs", `say("x 4"); ${accepting}`);
  for (let said = self.said(); !said.includes("x 4"); said = self.said()) await self.program.value("result");
});
