// What runs and no update reloads: a save of it is not lost without a word. Each file is told of once.
import assert from "node:assert/strict";
import fs from "node:fs";
import nodeModule from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
/** `(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))` */
const ADD = "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";
const WASM = { add: Buffer.from(ADD, "hex"), sub: Buffer.from(ADD.replace("6a0b", "6b0b"), "hex") };
const WASM_FLAGS = ["--no-warnings", "--experimental-wasm-modules"];

/** @param {import("./support/project.mjs").Program} program @param {string} text */
const times = ({ stderr }, text) => stderr.split(text).length - 1;

/** Prints what it is asked for; `sync` is an instance, where it is needed. */
const SYNC = `import { Heatsync } from "heatsync-rs"; const sync = new Heatsync();`;
const ASKED = `process.on("message", async (what) => console.log("value", await get(what))); console.log("ready");`;

/**
 * A save of `name` is told of with `words`, once, while a file beside it is reloaded.
 * @param {import("./support/project.mjs").Project} self
 * @param {import("./support/project.mjs").Program} program
 * @param {string} name
 * @param {(string | Buffer)[]} texts the first is what it holds
 * @param {string} words
 * @param {() => Promise<void>} reload
 */
async function isToldOnce(self, program, name, texts, words, reload) {
  assert.equal(times(program, words), 0, program.stderr);
  fs.writeFileSync(self.path(name), texts[1]);
  await program.errorOutput(words);
  fs.writeFileSync(self.path(name), texts[0]);
  await reload();
  fs.writeFileSync(self.path(name), texts[1]);
  await reload();
  assert.equal(times(program, words), 1, program.stderr);
}

/** @type {Record<string, { main: string, flags: string[] }>} */
const WASM_WAYS = {
  register: {
    main: `import * as sum from "./sum.mjs"; import.meta.hot.accept("./sum.mjs"); const get = () => sum.v; ${ASKED}`,
    flags: REGISTER,
  },
  "sync.import": {
    main: `${SYNC} const sum = await sync.import("./sum.mjs"); const get = () => sum.v; ${ASKED}`,
    flags: [],
  },
  "sync.import, under register": {
    main: `${SYNC} const sum = await sync.import("./sum.mjs"); const get = () => sum.v; ${ASKED}`,
    flags: REGISTER,
  },
};
const sum = (/** @type {number} */ n) => `import { add } from "./add.wasm"; export const v = add(${n}, 1);`;

for (const [way, { flags, main }] of Object.entries(WASM_WAYS)) {
  test(`WebAssembly that is imported, ${way}`, async (t) => {
    const self = project(t, { "main.mjs": main, "sum.mjs": sum(1) });
    fs.writeFileSync(self.path("add.wasm"), WASM.add);
    const program = self.run("main.mjs", { nodeArguments: [...WASM_FLAGS, ...flags] });
    await program.line("ready");
    let n = 1;
    const reload = async () => {
      self.write("sum.mjs", sum(++n));
      await program.answers(`value ${n + 1}`);
    };
    // A version of ours imports it, too.
    await reload();
    const words = "add.wasm: WebAssembly that is imported is Node's, which loads it once; restart to see it";
    await isToldOnce(self, program, "add.wasm", [WASM.add, WASM.sub], words, reload);
  });
}

/** What each is told with, and saved as. @type {[name: string, words: string][]} */
const DEFERRED = [
  ["inner.mjs", "inner.mjs: import defer leads to it, and what that defers is Node's, which loads it once"],
  [
    "deferred.mjs",
    "deferred.mjs: import defer leads to it, and what that defers is Node's, which loads it once",
  ],
  ["defers.mjs", "defers.mjs: import defer and import source are Node's, and so is who uses them"],
];
const NODE = Number.parseInt(process.versions.node, 10);

test("what import defer leads to, and who says it, under register", { skip: NODE < 26 }, async (t) => {
  const self = project(t, {
    "main.mjs": `import { look } from "./defers.mjs"; import * as beside from "./beside.mjs"; import.meta.hot.accept("./beside.mjs");
      const get = (what) => what === "deferred" ? look() : beside.v; ${ASKED}`,
    "defers.mjs": `import defer * as ns from "./deferred.mjs"; export const look = () => ns.v;`,
    "deferred.mjs": `export { v } from "./inner.mjs";`,
    "inner.mjs": "export const v = 1;",
    "beside.mjs": "export const v = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--js-defer-import-eval", ...REGISTER] });
  await program.line("ready");
  let n = 1;
  const reload = async () => {
    self.write("beside.mjs", `export const v = ${++n};`);
    await program.answers(`value ${n}`);
  };
  for (const [name, words] of DEFERRED) {
    const text = fs.readFileSync(self.path(name), "utf8");
    await isToldOnce(self, program, name, [text, `${text} // saved`], `${words}; restart to see it`, reload);
  }
});

test("what V8 takes and our parser does not, and a cycle in which a package comes first, under register", async (t) => {
  const odd = "for (f() of []); function f() {} export const v = 1;";
  const y = 'import { own } from "pkg"; export function y() {}';
  const self = project(t, {
    "main.mjs": `import "pkg"; import { v } from "./odd.mjs"; import * as beside from "./beside.mjs"; import.meta.hot.accept("./beside.mjs");
      const get = () => beside.v; ${ASKED}`,
    "odd.mjs": odd,
    "y.mjs": y,
    "node_modules/pkg/package.json": `{ "name": "pkg", "type": "module", "exports": "./i.js" }`,
    "node_modules/pkg/i.js": `import { y } from "../../y.mjs"; y(); export const own = "own";`,
    "beside.mjs": "export const v = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: REGISTER });
  await program.line("ready");
  let n = 1;
  const reload = async () => {
    self.write("beside.mjs", `export const v = ${++n};`);
    await program.answers(`value ${n}`);
  };
  const words = "odd.mjs: Node takes it and our parser does not, so Node runs it; restart to see it";
  await isToldOnce(self, program, "odd.mjs", [odd, `${odd} // saved`], words, reload);
  const ofCycle =
    "y.mjs: it was loaded for a package while Node was loading one that it imports, and so Node runs it; restart to see it";
  await isToldOnce(self, program, "y.mjs", [y, `${y} // saved`], ofCycle, reload);
});

test("a save of WebAssembly is an update that is refused, under register", async (t) => {
  const self = project(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; import "./sum.mjs";
      hot.on("update", ({ type, files, path }) => console.log(type, files.length, path[0] === files[0])); console.log("ready");
      process.on("message", () => {});`,
    "sum.mjs": sum(1),
  });
  fs.writeFileSync(self.path("add.wasm"), WASM.add);
  const program = self.run("main.mjs", { nodeArguments: [...WASM_FLAGS, ...REGISTER] });
  await program.line("ready");
  for (const bytes of [WASM.sub, WASM.add]) {
    fs.writeFileSync(self.path("add.wasm"), bytes);
    await program.line("unaccepted 1 true");
  }
});

test("the runner starts the program anew for WebAssembly", async (t) => {
  const { project: self, start } = runnerProject(t, {
    "main.mjs": `import "./sum.mjs"; setInterval(() => {}, 1e6);`,
    "sum.mjs": `import { add } from "./add.wasm"; console.log("value", add(3, 1));`,
  });
  fs.writeFileSync(self.path("add.wasm"), WASM.add);
  const runner = start([...WASM_FLAGS, "main.mjs"]);
  await runner.line("value 4");
  fs.writeFileSync(self.path("add.wasm"), WASM.sub);
  await runner.line("value 2");
  assert.match(runner.stderr, /restarting: add.wasm changed/);
});

const ENTRIES = {
  "sync.require": {
    main: "main.cjs",
    files: {
      "main.cjs": `const { Heatsync } = require("heatsync-rs"); const sync = new Heatsync(); module.exports = { sync };
        require("./own.cjs"); require("./shared.cjs"); const command = sync.require("./command.cjs"); const get = () => command.v; ${ASKED}`,
      "own.cjs": "exports.own = 1;",
      "shared.cjs": "exports.v = 1;",
      "command.cjs": `require("./main.cjs"); exports.v = require("./shared.cjs").v;`,
    },
    own: "own.cjs",
    shared: (/** @type {number} */ v) => ["shared.cjs", `exports.v = ${v};`],
  },
  "sync.import": {
    main: "main.mjs",
    files: {
      "main.mjs": `${SYNC} export { sync }; import "./own.mjs"; import "./shared.mjs";
        let command; const get = () => command.v; sync.import("./command.mjs").then((it) => { command = it; ${ASKED} });`,
      "own.mjs": "export const own = 1;",
      "shared.mjs": "export const v = 1;",
      "command.mjs": `import { sync } from "./main.mjs"; export { v } from "./shared.mjs";`,
    },
    own: "own.mjs",
    shared: (/** @type {number} */ v) => ["shared.mjs", `export const v = ${v};`],
  },
};

for (const [way, { main, files, own, shared }] of Object.entries(ENTRIES)) {
  test(`the entry point that something synced imports, and what it alone imports, ${way}`, async (t) => {
    const self = project(t, files);
    const program = self.run(main);
    await program.line("ready");
    let v = 1;
    const reload = async () => {
      self.write(shared(++v)[0], shared(v)[1]);
      await program.answers(`value ${v}`);
    };
    const text = /** @type {any} */ (files)[main];
    const evaluatedOnce = `${main}: the program's entry point is evaluated once, whoever imports it; restart to see it`;
    await isToldOnce(self, program, main, [text, `${text} //`], evaluatedOnce, reload);
    const imports = `${own}: the program's entry point imports it, and is evaluated once; restart to see it`;
    const ownText = /** @type {any} */ (files)[own];
    await isToldOnce(self, program, own, [ownText, `${ownText} //`], imports, reload);
    assert.equal(times(program, "restart to see it"), 2, program.stderr);
  });
}

test("what ran before us, and is saved before anything is watched", async (t) => {
  const { main, files } = ENTRIES["sync.require"];
  const self = project(t, {
    ...files,
    [main]: `const early = require("./early.cjs"); ${files["main.cjs"]}`,
    "early.cjs": "exports.v = 1;",
    // Files are stamped by a clock that stands still for some milliseconds at a time.
    "command.cjs": `require("./main.cjs"); exports.v = require("./early.cjs").v; const fs = require("node:fs");
      const save = (name) => fs.appendFileSync(__dirname + name, " exports.v = 2;");
      if (!globalThis.isSaved) {
        globalThis.isSaved = true; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); save("/main.cjs"); save("/early.cjs");
      }`,
  });
  const program = self.run(main);
  await program.line("ready");
  await program.errorOutput(`${main}: the program's entry point is evaluated once`);
  await program.answers("value 2");
});

test("of an entry point that nothing synced imports nothing is said", async (t) => {
  const { main, files, shared } = ENTRIES["sync.require"];
  const self = project(t, { ...files, "command.cjs": `exports.v = require("./shared.cjs").v;` });
  const program = self.run(main);
  await program.line("ready");
  for (const v of [2, 3]) {
    self.write(main, `${files["main.cjs"]} //${v}`);
    self.write(shared(v)[0], shared(v)[1]);
    await program.answers(`value ${v}`);
  }
  assert.equal(times(program, "restart to see it"), 0, program.stderr);
});

const IMPORTS = {
  "sync.import": {
    main: "main.mjs",
    text: `${SYNC} const it = await sync.import("./it.mjs"); const get = (what) => it.get(what); ${ASKED}`,
    it: [
      "it.mjs",
      `import { v } from "./v.mjs"; export const get = async (what) => what === "v" ? v : [v, (await import("./late.mjs")).late].join();`,
    ],
    v: (/** @type {number} */ v) => ["v.mjs", `export const v = ${v};`],
  },
  "sync.require": {
    main: "main.cjs",
    text: `const { Heatsync } = require("heatsync-rs"); const it = new Heatsync().require("./it.cjs"); const get = (what) => it.get(what); ${ASKED}`,
    it: [
      "it.cjs",
      `const { v } = require("./v.cjs"); exports.get = async (what) => what === "v" ? v : [v, (await import("./late.mjs")).late].join();`,
    ],
    v: (/** @type {number} */ v) => ["v.cjs", `exports.v = ${v};`],
  },
  "hmr()": {
    main: "main.mjs",
    text: `import { hmr } from "heatsync-rs"; let it; const get = (what) => it.get(what);
      hmr("./it.mjs", "./it.mjs", (module) => { if (!it) { ${ASKED} } it = module; });`,
    it: [
      "it.mjs",
      `import { v } from "./v.mjs"; export const get = async (what) => what === "v" ? v : [v, (await import("./late.mjs")).late].join();`,
    ],
    v: (/** @type {number} */ v) => ["v.mjs", `export const v = ${v};`],
  },
};
const late = (/** @type {number} */ n) => `export const late = ${n};`;

for (const [way, { main, text, it, v }] of Object.entries(IMPORTS)) {
  test(`what import() alone leads to, ${way}`, async (t) => {
    const self = project(t, {
      [main]: text,
      [it[0]]: it[1],
      ...Object.fromEntries([v(1)]),
      "late.mjs": late(0),
    });
    const program = self.run(main);
    await program.line("ready");
    const words = "late.mjs: nobody reloads it, import() alone leads to it; restart to see it";
    let round = 1;
    const reload = async (what = "late") => {
      const seen = what === "v" ? "" : ",1";
      round++;
      self.write(v(round)[0], v(round)[1]);
      for (let line = ""; line !== `value ${round}${seen}`; line = await program.line(/^value/)) {
        program.child.send(what);
        assert.match(line, RegExp(`^$|^value (${round}|${round - 1})${seen}$`));
      }
    };
    // It is not loaded yet.
    self.write("late.mjs", late(1));
    await reload("v");
    await reload();
    await isToldOnce(self, program, "late.mjs", [late(1), late(2)], words, reload);
  });
}

test("what the import() of a later version leads to", async (t) => {
  const it = (/** @type {number} */ v) =>
    `export const get = async (what) => what === "v" ? ${v} : [${v}, (await import("./late.mjs")).late].join();`;
  const self = project(t, {
    "main.mjs": IMPORTS["sync.import"].text,
    "it.mjs": "export const get = () => 1;",
    "late.mjs": late(1),
  });
  const program = self.run("main.mjs");
  await program.line("ready");
  let v = 1;
  const reload = async () => {
    self.write("it.mjs", it(++v));
    await program.answers(`value ${v},1`, "late");
  };
  await reload();
  const words = "late.mjs: nobody reloads it, import() alone leads to it; restart to see it";
  await isToldOnce(self, program, "late.mjs", [late(1), late(2)], words, reload);
});

test("what is imported statically as well is reloaded, and nothing is said", async (t) => {
  const self = project(t, {
    "main.mjs": `${SYNC} const it = await sync.import("./it.mjs"); const get = () => it.get(); ${ASKED}`,
    "it.mjs": `import { late } from "./late.mjs"; export const get = async () => (await import("./late.mjs"), late);`,
    "late.mjs": late(1),
  });
  const program = self.run("main.mjs");
  await program.line("ready");
  for (const n of [2, 3]) {
    self.write("late.mjs", late(n));
    await program.answers(`value ${n}`);
  }
  assert.equal(times(program, "restart to see it"), 0, program.stderr);
});

const HOOKS = {
  "node_modules/tracer/package.json": { name: "tracer", type: "module", exports: "./index.mjs" },
  // As import-in-the-middle does: it puts a module of its own around packages.
  "node_modules/tracer/index.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
  "node_modules/tracer/hooks.mjs": `
    export async function resolve(specifier, context, next) {
      const resolved = await next(specifier, context);
      const isAround = resolved.url.includes("/node_modules/traced/") && !context.parentURL.includes("?around");
      return isAround ? { ...resolved, url: resolved.url + "?around" } : resolved;
    }
    export async function load(url, context, next) {
      if (!url.endsWith("?around")) return next(url, context);
      return { format: "module", shortCircuit: true, source: "export * from " + JSON.stringify(url.slice(0, -7)) };
    }`,
  "node_modules/traced/package.json": { name: "traced", type: "module", exports: "./index.mjs" },
  "node_modules/traced/index.mjs": "export const traced = 1;",
};
const uses = (/** @type {number} */ v) =>
  `import { traced } from "traced"; export const v = traced + ${v}; import.meta.hot?.accept();`;

test("beside hooks of another package: hot, or told of", async (t) => {
  const self = project(t, {
    ...HOOKS,
    "main.mjs": `import * as uses from "./uses.mjs"; import * as free from "./free.mjs";
      const get = () => [uses.v, free.v].join(); ${ASKED}`,
    "uses.mjs": uses(0),
    "free.mjs": "export const v = 1; import.meta.hot?.accept();",
  });
  const program = self.run("main.mjs", { nodeArguments: [...REGISTER, "--import", "tracer"] });
  await program.line("ready");
  const isHot = "registerHooks" in nodeModule;
  let [v, used] = [1, 1];
  const seen = () => program.answers(`value ${used},${v}`);
  const reload = async () => {
    self.write("free.mjs", `export const v = ${++v}; import.meta.hot?.accept();`);
    await seen();
  };
  await reload();
  if (isHot) {
    used = 3;
    self.write("uses.mjs", uses(2));
    await seen();
    return;
  }
  const words =
    "uses.mjs: another package's hooks (module.register) have to do with it, and beside them Node 20 runs it itself; restart to see it";
  await isToldOnce(self, program, "uses.mjs", [uses(0), uses(1)], words, reload);
  const main = `${fs.readFileSync(self.path("main.mjs"), "utf8")} //`;
  self.write("main.mjs", main);
  await program.errorOutput(/main\.mjs: another package's hooks/);
});

test("beside hooks of another package Node 20 runs who accepts, and that is said", async (t) => {
  const self = project(t, {
    ...HOOKS,
    "main.mjs": `import { traced } from "traced"; import { v } from "./free.mts";
      const get = () => v + traced; import.meta.hot?.accept("./free.mts"); ${ASKED}`,
    "free.mts": "export const v: number = 0;",
  });
  const program = self.run("main.mjs", { nodeArguments: [...REGISTER, "--import", "tracer"] });
  await program.line("ready");
  self.write("free.mts", "export const v: number = 1;");
  if ("registerHooks" in nodeModule) {
    await program.answers("value 2");
    return;
  }
  await program.errorOutput(
    "restart to see it\nNode 20 runs main.mjs itself, beside another package's hooks (module.register), and what is accepted there does not count; heatsync-rs/register runs TypeScript without them\n",
  );
});
