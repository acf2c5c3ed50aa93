// The runner: what the program went on without starts it anew once it is there, whoever has asked for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const TRY = `let local; try { local = require("./local"); } catch {}`;
const SHOW = `console.log("local", local); setInterval(() => {}, 1000);`;
/** @type {Record<string, Record<string, string>>} the first is run */
const PROGRAMS = {
  "required by the entry point": { "app.js": `${TRY} ${SHOW}` },
  "required further down": {
    "app.js": `const local = require("./middle"); ${SHOW}`,
    "middle.js": `${TRY} module.exports = local;`,
  },
  "required below an ES module": {
    "app.mjs": `import local from "./middle.js"; ${SHOW}`,
    "middle.js": `${TRY} module.exports = local;`,
  },
  "required by TypeScript": { "app.cts": `${TRY} ${SHOW}` },
  imported: {
    "app.mjs": `let local; try { local = (await import("./local.js")).default; } catch {} ${SHOW}`,
  },
};

for (const [name, files] of Object.entries(PROGRAMS)) {
  test(`what is there later: ${name}`, async (t) => {
    const { project, start } = runnerProject(t, files);
    const runner = start([Object.keys(files)[0]]);
    assert.equal(await runner.line(/^local /), "local undefined");
    project.write("local.js", "module.exports = 1;");
    assert.equal(await runner.line(/^local /), "local 1", runner.stderr);
    assert.match(
      runner.stderr,
      /restarting: \S+ went on without \.\/local(\.js)?, which can be loaded now\n/,
    );
  });
}

/** @param {(name: string) => string} load */
const loadThree = (load) =>
  `const all = []; for (const it of ["a", "b", "c"]) ${load("it")} console.log("has", all.join()); setInterval(() => {}, 1000);`;
/** @type {Record<string, string>} */
const OF_THREE = {
  "app.cjs": loadThree((name) => `try { all.push(require("./" + ${name})); } catch {}`),
  "app.mjs": loadThree(
    (name) => `await import("./" + ${name} + ".js").then((it) => all.push(it.default), () => {});`,
  ),
};

for (const [entry, text] of Object.entries(OF_THREE)) {
  test(`several that it lacks, and each comes in a start for another one: ${entry}`, async (t) => {
    const { project, start } = runnerProject(t, { [entry]: text });
    const runner = start([entry]);
    assert.equal(await runner.line(/^has/), "has ");
    for (const [name, has] of [
      ["a", "has a"],
      ["b", "has a,b"],
      ["c", "has a,b,c"],
    ]) {
      project.write(`${name}.js`, `module.exports = "${name}";`);
      assert.equal(await runner.line(/^has/), has, runner.stderr);
      assert.match(runner.stderr, new RegExp(`went on without \\./${name}(\\.js)?, which can be loaded now`));
    }
  });
}

/** It is watched by then. */
const LATER = `setTimeout(() => console.log("it", it), 400); setInterval(() => {}, 1000);`;
/** @type {Record<string, string>} */
const OF_ONE_THAT_THROWS = {
  "app.cjs": `let it = "none"; try { it = require("./local.cjs"); } catch {} ${LATER}`,
  "app.mjs": `let it = "none"; try { it = (await import("./local.cjs")).default; } catch {} ${LATER}`,
};

for (const [entry, text] of Object.entries(OF_ONE_THAT_THROWS)) {
  test(`what throws, and is saved twice until it does not: ${entry}`, async (t) => {
    const local = (/** @type {number} */ n) => `throw new Error("${n}");`;
    const { project, start } = runnerProject(t, { [entry]: text, "local.cjs": local(1) });
    const runner = start([entry]);
    for (const content of [local(2), local(3), "module.exports = 1;"]) {
      assert.equal(await runner.line(/^it/), "it none");
      project.write("local.cjs", content);
    }
    assert.equal(await runner.line(/^it/), "it 1", runner.stderr);
    assert.doesNotMatch(runner.stderr, /no reason/);
  });
}

const GENERATE = `setTimeout(() => { fs.writeFileSync("generated.js", "module.exports = 1;"); }, 300);`;
/** @type {Record<string, string>} */
const GENERATORS = {
  "app.cjs": `const fs = require("node:fs"); fs.rmSync("generated.js", { force: true });
    try { require("./generated"); } catch {} console.log("started"); ${GENERATE} setInterval(() => {}, 1000);`,
  "app.mjs": `import fs from "node:fs"; fs.rmSync("generated.js", { force: true });
    await import("./generated.js").catch(() => {}); console.log("started"); ${GENERATE} setInterval(() => {}, 1000);`,
};

for (const [entry, text] of Object.entries(GENERATORS)) {
  test(`what the program takes away and makes at each start is no reason for another one: ${entry}`, async (t) => {
    const { project, start } = runnerProject(t, { [entry]: text });
    const runner = start([entry]);
    for (let count = 0; count < 2; count++) await runner.line("started");
    const words =
      /went on without \.\/generated(\.js)? once more: that is no reason to start the program anew\n/;
    await runner.errorOutput(words);
    // Of a save it is started as ever, and of what is there then once more.
    project.write(entry, text.replace("force: true", "force: true, recursive: true"));
    for (let count = 0; count < 2; count++) await runner.line("started");
    assert.equal(runner.stderr.match(/restarting/g)?.length, 3, runner.stderr);
  });
}
