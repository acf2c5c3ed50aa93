// What a module accepts, saved together with what sync.* and hmr() hold there: neither is why the other is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @typedef {Awaited<ReturnType<typeof hotProgram>>} Program */

const sync = `
import Heatsync, { hmr } from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));`;

/** `v` is of a module that is accepted, `x()` of one that is held. */
const seen = "globalThis.seen = () => [v, x()].join();";

/** @type {Record<string, { files: Record<string, string>, held: string }>} */
const programs = {
  "sync.require": {
    held: "c.cjs",
    files: {
      "main.mjs": `${sync} import { v } from "./dep.mjs";
        const c = sync.require("./c.cjs"); const x = () => c.x;
        import.meta.hot.accept("./dep.mjs", () => say("told", v)); ${seen}`,
    },
  },
  "sync.require of an ES module": {
    held: "c.mjs",
    files: {
      "main.mjs": `${sync} import { v } from "./dep.mjs";
        const c = sync.require("./c.mjs"); const x = () => c.x;
        import.meta.hot.accept("./dep.mjs", () => say("told", v)); ${seen}`,
    },
  },
  "sync.require of what the accepted one imports": {
    held: "c.mjs",
    files: {
      "main.mjs": `${sync} import { v } from "./mid.mjs";
        const c = sync.require("./c.mjs"); const x = () => c.x;
        import.meta.hot.accept("./mid.mjs", () => say("told", v)); ${seen}`,
      "mid.mjs": `import "./c.mjs"; export * from "./dep.mjs";`,
    },
  },
  "sync.import": {
    held: "c.mjs",
    files: {
      "main.mjs": `${sync} import { v } from "./dep.mjs";
        const c = await sync.import("./c.mjs"); const x = () => c.x;
        import.meta.hot.accept("./dep.mjs", () => say("told", v)); ${seen}`,
    },
  },
  "hmr()": {
    held: "c.mjs",
    files: {
      "main.mjs": `${sync} import { v } from "./dep.mjs";
        let c; await hmr("./c.mjs", [], (module) => { c = module; }); const x = () => c.x;
        import.meta.hot.accept("./dep.mjs", () => say("told", v)); ${seen}`,
    },
  },
  "sync.require in CommonJS": {
    held: "c.cjs",
    files: {
      "main.mjs": `import "./app.cjs";`,
      "app.cjs": `const { Heatsync } = require("heatsync-rs");
        const sync = new Heatsync();
        sync.events.on("error", (error) => say("sync hears", error.message));
        let { v } = require("./dep.mjs");
        const c = sync.require("./c.cjs"); const x = () => c.x;
        module.hot.accept("./dep.mjs", () => { ({ v } = require("./dep.mjs")); say("told", v); }); ${seen}`,
    },
  },
};

/** What both lead to. */
const shared = (/** @type {number} */ n) => `export const s = ${n};`;

const dep = (/** @type {number} */ n) => `say("dep${n} runs"); export const v = ${n};`;
const held = (/** @type {string} */ file, /** @type {number} */ n) =>
  `say("c${n} runs"); ${file.endsWith(".cjs") ? `exports.x = ${n};` : `export const x = ${n};`}`;

/** In one turn of the program, so that both are one update. @param {Program} program @param {Record<string, string>} files */
const writeAll = ({ ask }, files) =>
  ask(
    Object.entries(files)
      .map(
        ([file, text]) =>
          `process.getBuiltinModule("node:fs").writeFileSync(...${JSON.stringify([file, text])});`,
      )
      .join(""),
  );

/** @param {Program} it @param {string} wanted what is seen in the end */
async function shows(it, wanted) {
  const end = Date.now() + 20_000;
  let last = "";
  while (last !== wanted && Date.now() < end) last = await it.ask("seen()");
  assert.equal(last, wanted, it.program.stdout + it.program.stderr);
}

for (const [name, { files, held: c }] of Object.entries(programs)) {
  test(`${name}, and what is accepted beside it: both are live, and each alone`, async (t) => {
    const it = await hotProgram(t, { ...files, "dep.mjs": dep(1), [c]: held(c, 1) });
    assert.equal(await it.ask("seen()"), "1,1");
    await writeAll(it, { "dep.mjs": dep(2), [c]: held(c, 2) });
    await shows(it, "2,2");
    await writeAll(it, { [c]: held(c, 3), "dep.mjs": dep(3) });
    await shows(it, "3,3");
    await writeAll(it, { [c]: held(c, 4) });
    await shows(it, "3,4");
    await writeAll(it, { "dep.mjs": dep(4) });
    await shows(it, "4,4");
    const { stdout, stderr } = it.program;
    // Each once, the accepted one also where it is evaluated because of what it imports.
    for (const n of [1, 2, 3, 4])
      assert.equal(stdout.match(new RegExp(`c${n} runs`, "g"))?.length, 1, stdout);
    for (const n of [2, 3, 4]) assert.equal(stdout.match(new RegExp(`dep${n} runs`, "g"))?.length, 1, stdout);
    assert.doesNotMatch(stdout + stderr, /nobody accepts|restart/);
  });

  test(`${name}, and what is accepted beside it: one that fails takes nothing from the other`, async (t) => {
    const it = await hotProgram(t, { ...files, "dep.mjs": dep(1), [c]: held(c, 1) });
    for (const [n, broken] of /** @type {const} */ ([
      [2, "export const v = ;"],
      [4, "throw new Error('dep');"],
      [6, "export { missing as v } from './lacking.mjs';"],
    ])) {
      it.self.write("lacking.mjs", "");
      await writeAll(it, { "dep.mjs": broken, [c]: held(c, n) });
      await shows(it, `${n - 1},${n}`);
      await writeAll(it, { "dep.mjs": dep(n) });
      await shows(it, `${n},${n}`);
      await writeAll(it, { "dep.mjs": dep(n + 1), [c]: "throw new Error('of c');" });
      await shows(it, `${n + 1},${n}`);
      await writeAll(it, { [c]: held(c, n + 1) });
      await shows(it, `${n + 1},${n + 1}`);
      await writeAll(it, {
        "dep.mjs": dep(n + 1),
        [c]: c.endsWith(".cjs") ? "exports.x = ;" : "export const x = ;",
      });
      await writeAll(it, { [c]: held(c, n + 1) });
      await shows(it, `${n + 1},${n + 1}`);
    }
    assert.doesNotMatch(it.program.stdout + it.program.stderr, /nobody accepts|restart/);
  });
}

for (const [name, { files, held: c }] of Object.entries(programs)) {
  const isCommonJs = c.endsWith(".cjs");
  const below = isCommonJs ? "shared.cjs" : "shared.mjs";
  const above = isCommonJs
    ? `say("c runs"); exports.x = require("./shared.cjs").s;`
    : `import { s } from "./shared.mjs"; say("c runs"); export const x = s;`;
  const text = (/** @type {number} */ n) => (isCommonJs ? `exports.s = ${n};` : shared(n));

  test(`${name}: what it leads to, as what is accepted does, is live in both`, async (t) => {
    const it = await hotProgram(t, {
      ...files,
      "dep.mjs": `import { s } from "./${below}"; say("dep runs"); export const v = s;`,
      [c]: above,
      [below]: text(1),
    });
    assert.equal(await it.ask("seen()"), "1,1");
    for (const n of [2, 3]) {
      await writeAll(it, { [below]: text(n) });
      await shows(it, `${n},${n}`);
    }
    await writeAll(it, { [below]: isCommonJs ? "exports.s = ;" : "export const s = ;" });
    await writeAll(it, { [below]: text(4) });
    await shows(it, "4,4");
    const { stdout, stderr } = it.program;
    assert.deepEqual(stdout.match(/told \d/g), ["told 2", "told 3", "told 4"]);
    for (const who of ["c", "dep"])
      assert.equal(stdout.match(new RegExp(`say "${who} runs"`, "g"))?.length, 4, stdout);
    assert.doesNotMatch(stdout + stderr, /nobody accepts|restart/);
  });

  test(`${name}: what is accepted imports a name that is new in what is held, both saved`, async (t) => {
    const it = await hotProgram(t, { ...files, "dep.mjs": dep(1), [c]: held(c, 1) });
    await writeAll(it, {
      "dep.mjs": `import { y } from "./${c}"; export const v = y;`,
      [c]: `${held(c, 2)} ${isCommonJs ? "exports.y = 3;" : "export const y = 3;"}`,
    });
    await shows(it, "3,2");
    assert.doesNotMatch(it.program.stdout + it.program.stderr, /nobody accepts|restart|not updated/);
  });
}

for (const [name, { files, held: c }] of Object.entries(programs)) {
  test(`${name}: what is held imports what is new, saved with what is accepted: later saves of it are live`, async (t) => {
    const isCommonJs = c.endsWith(".cjs");
    const [late, importing] = isCommonJs
      ? ["late.cjs", `exports.x = require("./late.cjs").x;`]
      : ["late.mjs", `export { x } from "./late.mjs";`];
    const it = await hotProgram(t, { ...files, "dep.mjs": dep(1), [c]: held(c, 1) });
    await writeAll(it, { "dep.mjs": dep(2), [c]: importing, [late]: held(c, 2) });
    await shows(it, "2,2");
    await writeAll(it, { [late]: held(c, 3) });
    await shows(it, "2,3");
    await writeAll(it, { "dep.mjs": dep(3), [late]: held(c, 4) });
    await shows(it, "3,4");
    assert.doesNotMatch(it.program.stdout + it.program.stderr, /nobody accepts|restart|not updated/);
  });
}

// The engine tells import.meta.hot of nothing here, as of a file that it has let go by then.
test("what import.meta.hot is never told of is planned a few times, and live", async (t) => {
  const { ask, self, shows } = await hotProgram(t, {
    "main.mjs": `import { Heatsync } from "heatsync-rs"; import { createRequire } from "node:module";
      const { Session } = createRequire(import.meta.resolve("heatsync-rs"))("./native/load.cjs");
      const { takeNews } = Session.prototype;
      globalThis.plans = 0;
      let hots = null;
      Session.prototype.takeNews = function () {
        hots ??= this;
        if (hots === this && globalThis.isSilent) return null;
        const news = takeNews.call(this);
        if (news !== null) globalThis.plans++;
        return news;
      };
      globalThis.made = await new Heatsync().import("./x.mjs");`,
    "x.mjs": "export const v = 1;",
  });
  self.write("x.mjs", "export const v = 2;");
  await shows("2", "made.v");
  await ask("globalThis.isSilent = true, globalThis.plans = 0");
  self.write("x.mjs", "export const v = 3;");
  await shows("3", "made.v");
  assert.ok(Number(await ask("plans")) <= 3, await ask("plans"));
});
