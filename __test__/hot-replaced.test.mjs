// Programs that have put something of their own, that throws, in the place of built-ins which updates call: a save may be
// refused then, and a line says so, but the next one goes live.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const replaced = [
  ["Array.prototype", "flat"],
  ["Array.prototype", "flatMap"],
  ["Array.prototype", "map"],
  ["Array.prototype", "some"],
  ["Array.prototype", "Symbol.iterator"],
  ["Array", "from"],
  ["Map.prototype", "get"],
  ["Set.prototype", "add"],
  ["Set.prototype", "Symbol.iterator"],
  ["String.prototype", "slice"],
  ["Promise.prototype", "then"],
];

/** In the program: a save that meets what throws, then one when all is as it was. */
const trial = `
import fs from "node:fs";
const file = new URL("./dep.mjs", import.meta.url);
const { defineProperty, getOwnPropertyDescriptor } = Object, { setTimeout } = globalThis, { writeFileSync } = fs;
const pause = () => new Promise((resolve) => { setTimeout(resolve, 5); });
globalThis.met = async (holder, key, first, second) => {
  const before = getOwnPropertyDescriptor(holder, key);
  let isMet = false;
  writeFileSync(file, first.text);
  const value = () => { isMet = true; throw new Error("replaced"); };
  defineProperty(holder, key, { ...before, value });
  while (!isMet && globalThis.live !== first.value) await pause();
  await pause();
  defineProperty(holder, key, before);
  writeFileSync(file, second.text);
  while (globalThis.live !== second.value) await pause();
  return isMet;
};`;

for (const how of ["accepts itself", "is accepted"]) {
  test(`what goes live after built-ins were replaced: a module that ${how}`, async (t) => {
    const isSelf = how === "accepts itself";
    let version = 0;
    const dep = () => {
      const value = ++version;
      return { value, text: `globalThis.live = ${value}; ${isSelf ? "import.meta.hot.accept();" : ""}` };
    };
    const { ask, save } = await hotProgram(t, {
      "main.mjs": `import "./dep.mjs"; import "./trial.mjs"; ${isSelf ? "" : `import.meta.hot.accept("./dep.mjs");`}`,
      "dep.mjs": dep().text,
      "trial.mjs": trial,
    });
    await save({ "dep.mjs": dep().text });
    const met = [];
    for (const [holder, name] of replaced) {
      const key = name.startsWith("Symbol") ? name : JSON.stringify(name);
      const [first, second] = [dep(), dep()].map((it) => JSON.stringify(it));
      if ((await ask(`met(${holder}, ${key}, ${first}, ${second})`)) === "true")
        met.push(`${holder} ${name}`);
    }
    assert.ok(met.length > 3, met.join());
  });
}

test("an invalidate() that meets replaced built-ins ends nothing, and the next one goes live", async (t) => {
  const { ask, program } = await hotProgram(t, {
    "main.mjs": `import "./dep.mjs";
      const { defineProperty, getOwnPropertyDescriptor } = Object, { setTimeout } = globalThis;
      const pause = () => new Promise((resolve) => { setTimeout(resolve, 1); });
      globalThis.evaluated = 1;
      globalThis.met = async (holder, key) => {
        const { evaluated, invalidate } = globalThis;
        const before = getOwnPropertyDescriptor(holder, key);
        let isMet = false;
        const value = () => { isMet = true; throw new Error("replaced"); };
        invalidate();
        defineProperty(holder, key, { ...before, value });
        while (!isMet && globalThis.evaluated === evaluated) await pause();
        await pause();
        defineProperty(holder, key, before);
        for (const goal = globalThis.evaluated + 1; globalThis.evaluated < goal; await pause()) globalThis.invalidate();
        return isMet;
      };`,
    "dep.mjs": `globalThis.evaluated++; import "./below.mjs"; import.meta.hot.accept();
      globalThis.invalidate = () => import.meta.hot.invalidate();`,
    "below.mjs": "",
  });
  const met = [];
  for (const [holder, name] of replaced) {
    const key = name.startsWith("Symbol") ? name : JSON.stringify(name);
    if ((await ask(`met(${holder}, ${key})`)) === "true") met.push(`${holder}.${name}`);
  }
  assert.ok(met.length > 3, met.join(", "));
  assert.match(program.stderr, /an update failed: Error: replaced/);
});

test("what a version that was given up had imported is ended, should that meet replaced built-ins, and the program goes on", async (t) => {
  for (const late of ["late.mjs", "late.cjs"]) {
    const hot = late === "late.mjs" ? "import.meta.hot" : "module.hot";
    const { ask, save, said } = await hotProgram(t, {
      "main.mjs": `import "./top.mjs";
        globalThis.gate = new Promise((resolve) => { globalThis.open = resolve; });
        const { flatMap } = Array.prototype;
        // It is put back in a turn of the event loop of its own, after ours.
        globalThis.replace = () => new Promise((resolve) => {
          Array.prototype.flatMap = () => { say("met"); throw new Error("replaced"); };
          setImmediate(() => resolve(Array.prototype.flatMap = flatMap));
        });`,
      "top.mjs": "import.meta.hot.accept();",
      "throws.mjs": `globalThis.imported = gate.then(() => import("./${late}")); throw new Error("on purpose");`,
      [late]: `${hot}.own(() => say("end"));`,
    });
    const { type } = await save({ "top.mjs": `import.meta.hot.accept(); import "./throws.mjs";` });
    assert.equal(type, "evaluationError");
    await ask("open(), imported.then(replace).then(() => isTold())");
    // What else is due in that turn may meet it, too.
    assert.deepEqual([...new Set(said())], ["met", "end"], late);
  }
});

/** @type {Record<string, { file: string, main: string, text: (live: number) => string }>} */
const AWAITED = {
  "accepts itself": {
    file: "dep.mjs",
    main: `import "./dep.mjs";`,
    text: (live) =>
      `await null; globalThis.live = ${live}; import.meta.hot.accept(); import.meta.hot.dispose(async () => {});`,
  },
  "is accepted": {
    file: "dep.mjs",
    main: `import "./dep.mjs"; import.meta.hot.accept("./dep.mjs", async () => {});`,
    text: (live) => `globalThis.live = ${live};`,
  },
  "is accepted, and CommonJS": {
    file: "dep.cjs",
    main: `import "./dep.cjs"; import.meta.hot.accept("./dep.cjs", async () => {});`,
    text: (live) => `globalThis.live = ${live};`,
  },
};

for (const [how, { file, main, text }] of Object.entries(AWAITED)) {
  for (const [gives, then] of Object.entries({ nothing: "", "an error": "throw new Error();" })) {
    test(`no update waits for a then() of the program's, which gives ${gives}: a module that ${how}`, async (t) => {
      const { ask, program, save } = await hotProgram(t, {
        "main.mjs": `${main} Promise.prototype.then = () => { ${then} };`,
        [file]: text(0),
      });
      for (const live of [1, 2, 3]) {
        const { type } = await save({ [file]: text(live) });
        assert.equal(type, "accepted");
        assert.equal(await ask("globalThis.live"), String(live));
      }
      assert.doesNotMatch(program.stderr, /failed/);
    });
  }
}

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  test(`a program without Array.prototype.findLast, and sync.* ${flags.join(" ")}`, async (t) => {
    const self = project(t, {
      "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
        const own = await sync.import("./own.mjs");
        delete Array.prototype.findLast; delete Array.prototype.findLastIndex;
        console.log("x " + (await import("./x.mjs")).x);
        let last;
        setInterval(() => { if (own.v !== last) console.log("v " + (last = own.v)); }, 1);`,
      "own.mjs": "export const v = 1;",
      "x.mjs": `import { createRequire } from "node:module"; export const { x } = createRequire(import.meta.url)("./y.mjs");`,
      "y.mjs": "export const x = 1;",
    });
    const program = self.run("main.mjs", { nodeArguments: [...flags, "--no-warnings"] });
    await program.line("x 1");
    for (const v of [2, 3]) {
      self.write("own.mjs", `import { x } from "./x.mjs"; export const v = ${v} * x;`);
      await program.line(`v ${v}`);
    }
    assert.equal(program.stderr, "");
  });
}
