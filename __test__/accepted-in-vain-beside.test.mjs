// What a module has imported in vain and accepts, of which something comes while something else is still missing, or fails
// (accepted-in-vain has one of them).

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** Two of them. */
const both = `
globalThis.seen = {};
for (const name of ["a", "b"]) {
  await import(\`./\${name}.mjs\`).then(({ v }) => { seen[name] = v; }, () => {});
}
import.meta.hot.accept("./a.mjs", ({ v }) => { seen.a = v; });
import.meta.hot.accept("./b.mjs", ({ v }) => { seen.b = v; });`;

test("one of what it lacks comes, then the other", async (t) => {
  const { ask, save } = await hotProgram(t, { "main.mjs": both });
  for (const [name, wanted] of [
    ["b", `{"b":1}`],
    ["a", `{"b":1,"a":1}`],
  ]) {
    const { evaluated, files, type } = await save({ [`${name}.mjs`]: "export const v = 1;" });
    assert.deepEqual([type, files, evaluated], ["accepted", [`${name}.mjs`], [`${name}.mjs`]]);
    assert.equal(await ask("JSON.stringify(seen)"), wanted);
  }
});

for (const [how, other] of /** @type {const} */ ([
  ["throws", `throw new RangeError("body");`],
  ["does not parse", "export const v = ;"],
  ["does not link", `import { none } from "node:fs"; export const v = none;`],
])) {
  test(`nothing of it is awaited, and what is there ${how}: what was missing comes`, async (t) => {
    const { ask, save } = await hotProgram(t, {
      "main.mjs": `globalThis.seen = {};
        globalThis.settled = Promise.all([
          import("./a.mjs").then(({ v }) => { seen.a = v; }, () => { seen.a = "missing"; }),
          import("./b.mjs").then(({ v }) => { seen.b = v; }, () => { seen.b = "failed"; }),
        ]);
        import.meta.hot.accept("./a.mjs", ({ v }) => { seen.a = v; });
        import.meta.hot.accept("./b.mjs", ({ v }) => { seen.b = v; });`,
      "b.mjs": other,
    });
    assert.equal(await ask("settled.then(() => JSON.stringify(seen))"), `{"a":"missing","b":"failed"}`);
    const { evaluated, type } = await save({ "a.mjs": "export const v = 1;" });
    assert.deepEqual([type, evaluated], ["accepted", ["a.mjs"]]);
    assert.equal(await ask("JSON.stringify(seen)"), `{"a":1,"b":"failed"}`);
    assert.equal((await save({ "b.mjs": "export const v = 2;" })).type, "accepted");
    assert.equal(await ask("JSON.stringify(seen)"), `{"a":1,"b":2}`);
  });
}

for (const [how, ends] of /** @type {const} */ ([
  ["by CommonJS", ".cjs"],
  ["by an ES module", ".mjs"],
])) {
  test(`it comes ${how} after it was required in vain, and before it is accepted: its handler is told`, async (t) => {
    const { save, shows } = await hotProgram(t, {
      "main.mjs": `import fs from "node:fs"; import "./mid.cjs";
        globalThis.mids = 0;
        globalThis.come = () => fs.writeFileSync(new URL("./m${ends}", import.meta.url), "${ends === ".cjs" ? "exports.v = 1;" : "export const v = 1;"}");
        import.meta.hot.accept("./mid.cjs");`,
      "mid.cjs": "",
    });
    const { type } = await save({
      "mid.cjs": `mids++; try { globalThis.seen = require("./m${ends}").v; } catch { globalThis.seen = "none"; }
        come(); module.hot.accept("./m${ends}", (m) => { seen = m.v; });`,
    });
    assert.equal(type, "accepted");
    await shows("1,1", "[seen, mids].join()");
  });
}

test("it comes, and who patches Node's resolution loads a module as it is looked up for who accepts it: both are hot", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import fs from "node:fs"; import "./patch.cjs"; import "./mid.cjs";
      globalThis.come = () => fs.writeFileSync(new URL("./m.cjs", import.meta.url), "exports.v = 1;");
      import.meta.hot.accept("./mid.cjs");`,
    "patch.cjs": `const Module = require("node:module"); const before = Module._resolveFilename; globalThis.isToLoad = false;
      Module._resolveFilename = function (request, ...rest) {
        if (request === "./m.cjs" && isToLoad) { isToLoad = false; require("./helper.cjs"); }
        return before.call(this, request, ...rest);
      };`,
    "helper.cjs": `require("./dep.cjs"); module.hot.accept("./dep.cjs", () => {});`,
    "dep.cjs": "",
    "mid.cjs": "",
  });
  await it.save({
    "mid.cjs": `try { globalThis.seen = require("./m.cjs").v; } catch { globalThis.seen = "none"; }
      come(); isToLoad = true; module.hot.accept("./m.cjs", (m) => { seen = m.v; });`,
  });
  await it.shows("1", "seen");
  const { acceptedBy } = await it.save({ "dep.cjs": "globalThis.dep = 2;" });
  assert.deepEqual(acceptedBy, ["helper.cjs"]);
});

test("what does not parse still is no news when something else comes", async (t) => {
  const { ask, program, save } = await hotProgram(t, { "main.mjs": both, "a.mjs": "export const v = ;" });
  assert.deepEqual((await save({ "b.mjs": "export const v = 1;" })).files, ["b.mjs"]);
  assert.equal((await save({ "a.mjs": "export const v = 1;" })).type, "accepted");
  assert.equal(await ask("JSON.stringify(seen)"), `{"b":1,"a":1}`);
  assert.equal(program.lines.filter((line) => line.startsWith("result ")).length, 2);
  assert.doesNotMatch(program.stderr, /not updated/);
});

// The engine knows of no way by which it is above what is refused.
test("who lacks it is read again for an update that is refused: what was missing comes", async (t) => {
  const { ask, save, shows } = await hotProgram(t, {
    "main.mjs": `import "./user.mjs"; import.meta.hot.accept("./user.mjs", () => {});`,
    // In a cycle, and so it has another body each time that it is evaluated anew.
    "user.mjs": `import "./cycle.mjs"; export let v = 0; export const w = 1;
      globalThis.shown = async () => [(await import("./m.mjs")).m, v];
      globalThis.asked = import("./local.mjs").then((it) => { v = it.v; }, () => {});
      import.meta.hot.accept("./local.mjs", (it) => { v = it.v; });`,
    "cycle.mjs": `import "./user.mjs";`,
    "m.mjs": "export const m = 1;",
  });
  assert.equal(await ask("asked.then(shown)"), "1,0");
  await ask("isTold()");
  assert.equal((await save({ "m.mjs": `export { none as m } from "./cycle.mjs";` })).type, "linkError");
  await save({ "local.mjs": "export const v = 1;" });
  await shows("1,1", "shown()");
});

for (const [name, attributes, bad, good] of /** @type {const} */ ([
  ["data.json", `, { with: { type: "json" } }`, "{,", `{ "n": 2 }`],
  ["data.mjs", "", "const = ;", "export default { n: 2 };"],
  ["data.cjs", "", `throw new Error("data");`, "exports.n = 2;"],
])) {
  test(`${name} could not be loaded, is deleted, and comes`, async (t) => {
    const { ask, program, self, shows } = await hotProgram(t, {
      "main.mjs": `import "./user.mjs"; import "./other.mjs"; import.meta.hot.accept(["./user.mjs", "./other.mjs"], () => {});`,
      "user.mjs": `let it; const take = (given) => { it = given.default ?? given; };
        globalThis.asked = import("./${name}"${attributes}).then(take, () => {});
        import.meta.hot.accept("./${name}", take); globalThis.shown = () => it?.n ?? 0;`,
      "other.mjs": "",
      [name]: bad,
    });
    assert.equal(await ask("asked.then(shown)"), "0");
    await ask("isTold()");
    self.delete(name);
    // Once that is told of as gone, so is what was deleted before.
    self.delete("other.mjs");
    await program.errorOutput(/other\.mjs: not updated/);
    await ask("isTold()");
    self.write(name, good);
    await shows("2", "shown()");
  });
}

test("who patches Node's resolution passes on another module as the one that asks: that one has not gone without what is looked up", async (t) => {
  const it = await hotProgram(t, {
    "main.cjs": `require("./patch.cjs"); require("./mid.cjs"); module.hot.accept("./mid.cjs");`,
    "patch.cjs": `const Module = require("node:module"); const before = Module._resolveFilename;
      Module._resolveFilename = function (request, parent, ...rest) {
        const isOfRoot = request.startsWith("~/");
        return before.call(this, isOfRoot ? "." + request.slice(1) : request, isOfRoot ? require.main : parent, ...rest);
      };`,
    "mid.cjs": `globalThis.load = () => require("~/m.cjs").v; module.hot.accept("~/m.cjs", () => say("told"));`,
    "m.cjs": "exports.v = 1;",
  });
  assert.equal(await it.ask("load()"), "1");
  assert.equal((await it.save({ "m.cjs": "exports.v = 2;" })).type, "accepted");
  assert.deepEqual(it.said(), ["told"]);
});
