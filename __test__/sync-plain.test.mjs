// The short way of an update of sync.* and hmr() (`loadAlone` in runtime/esm/versions/versions.cjs): it comes to what the general
// one comes to, and is left for whatever is not as usual.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "./support/project.mjs";
import { shape, syncProject } from "./support/sync.mjs";

const require = createRequire(import.meta.url);
const { hmr } = require("heatsync-rs");
const { graph } = require("../runtime/esm/index.cjs");
const { Graph } = require("../runtime/esm/graph/graph.cjs");
const versions = require("../runtime/esm/versions/versions.cjs");
const { renew } = Graph.prototype;
let general = 0;
/** @param {any[]} args */
Graph.prototype.renew = function (...args) {
  // Rehearsals (runtime/session/warm-up.cjs) come when they like.
  if (!String(args[1]).includes("rehearsal")) general++;
  return Reflect.apply(renew, this, args);
};

/** @typedef {{ sync: any, at: (name: string) => string, log: unknown[], require: NodeJS.Require }} Given */
/**
 * @typedef {object} Program
 * @property {string} name
 * @property {Record<string, string>} files
 * @property {(given: Given) => Promise<() => unknown>} [load] gives what looks at the present values
 * @property {(Record<string, string> | (() => unknown))[]} edits `x.mjs` (or `x.cjs`) has been edited once before
 * @property {number} general how many of them are not short
 * @property {number} [refused] how many are known to be wrong before anything is tried
 */

/**
 * @param {import("node:test").TestContext} t
 * @param {Program} program
 * @param {boolean} isShort
 */
async function play(t, { files, load = imported, edits }, isShort) {
  const { project, sync, require, errors } = syncProject(t, files);
  /** @type {unknown[]} */
  const log = [];
  /** @type {any} */ (globalThis).log = log;
  const at = (/** @type {string} */ name) => project.path(name);
  const plain = (/** @type {unknown} */ value) => String(value).replaceAll(project.directory, "");
  let ended = 0;
  sync.events.on("any", (/** @type {string} */ file) => log.push(`any ${plain(file)}`));
  sync.events.on("reload", (/** @type {string} */ file) => ended++ + log.push(`reload ${plain(file)}`));
  const look = await load({ sync, at, log, require });
  const steps = [];
  let before = general;
  const [edited] = Object.keys(files);
  for (const edit of [{ [edited]: `${files[edited]} // ` }, ...edits]) {
    if (typeof edit === "function") {
      steps.push(edit());
      continue;
    }
    // What the short way compares with.
    if (!isShort)
      for (const module of graph.modules.values()) {
        if (module.isSourceText) module.record.like = undefined;
        // Each version finds anew whether it is.
        else if ("isCommonJs" in module) module.isCyclic = true;
      }
    const been = ended + errors.length;
    for (const [name, text] of Object.entries(edit)) project.write(name, text);
    await until(() => ended + errors.length > been, "an end of the update");
    // Its books are closed a turn later.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    await /** @type {any} */ (globalThis).pending;
    if (steps.length === 0) before = general;
    const said = errors.splice(0).map((error) => plain(`${error}\n${error.file}`));
    steps.push({ log: log.splice(0), said, values: look() });
  }
  return { steps, general: general - before };
}

/** @param {Given} given */
async function imported({ sync, at }) {
  const x = await sync.import(at("x.mjs"));
  return () => shape(x);
}

/** @param {Given} given */
async function importedCommonJs({ sync, at }) {
  const x = await sync.import(at("x.cjs"));
  return () => shape(x);
}

/** @param {unknown} n */
const x = (n, more = "") => `log.push("x${n}"); ${more} export const value = ${JSON.stringify(n)};`;
const cjs = (/** @type {string[]} */ ...texts) => texts.map((text) => ({ "x.cjs": text }));
const mjs = (/** @type {string[]} */ ...texts) => texts.map((text) => ({ "x.mjs": text }));

/** @type {Program[]} */
const programs = [
  {
    name: "sync.import",
    files: { "x.mjs": "export let value = 1; export { value as other, f as default }; function f() {}" },
    edits: mjs(
      "export let value = 2; export { value as other, f as default }; function f() { return 2; }",
      "export let value = 3; export { value as other, f as default }; function f() { return 3; }",
    ),
    general: 0,
  },
  {
    name: "sync.require",
    files: { "x.mjs": x(1) },
    load: async ({ sync, at }) => {
      const x = sync.require(at("x.mjs"));
      return () => shape(x);
    },
    edits: mjs(x(2), x(3)),
    general: 0,
  },
  {
    name: "both, and hmr(), whose namespaces keep their version's values, which its own code may write",
    files: { "x.mjs": x(1) },
    load: async ({ sync, at, log }) => {
      const [a, b] = [await sync.import(at("x.mjs")), sync.require(at("x.mjs"))];
      /** @type {any[]} */
      const all = [];
      const handle = hmr(at("x.mjs"), at("x.mjs"), (/** @type {any} */ x) => all.push(x) && x.write?.(), {
        persistent: false,
      });
      await handle.ready;
      return () => {
        log.push(all.map((x) => [x.value, x.count]));
        return [shape(a), shape(b), Object.prototype.toString.call(all.at(-1)), Object.keys(all.at(-1))];
      };
    },
    edits: mjs(
      x(2, "export let count = 0; export const write = () => { count += 1; };"),
      x(3, "export let count = 0; export const write = () => { count += 2; };"),
      x(4, "export let count = 0; export const write = () => { count += 4; };"),
    ),
    general: 3, // the first has other names, and three who hold it
  },
  {
    name: "what it imports, and is told of later, from what Node has loaded",
    files: {
      "x.mjs":
        'import { n, write } from "./y.mjs"; import path from "node:path"; export const read = () => n + path.sep; export const value = (write(), n);',
      "y.mjs": "export let n = 0; export const write = () => { n++; };",
    },
    load: async ({ sync, at }) => {
      const x = await sync.import(at("x.mjs"));
      return () => [x.value, x.read(), shape(x)];
    },
    edits: mjs(
      'import { n, write } from "./y.mjs"; import path from "node:path"; export const read = () => n + path.sep + 2; export const value = (write(), write(), n);',
      'import { n, write } from "./y.mjs"; import path from "node:path"; export const read = () => n + path.sep + 3; export const value = (write(), n);',
    ),
    general: 2, // what Node's own modules write again is read from their namespaces
  },
  {
    name: "what it imports, of which Node has loaded some",
    files: {
      "x.mjs": `import { y } from "./y.mjs"; ${x(1)}`,
      "y.mjs":
        'import json from "./z.json" with { type: "json" }; export const y = json; export default [y];',
      "z.json": "1",
    },
    load: async ({ sync, at }) => {
      await import(pathToFileURL(at("y.mjs")).href);
      return imported(/** @type {any} */ ({ sync, at }));
    },
    edits: [
      {
        "x.mjs":
          'import path from "node:path"; import { y, default as list } from "./y.mjs"; import json from "./z.json" with { type: "json" }; export const value = [y, list, json, path.sep];',
      },
      {
        "x.mjs":
          'import path from "node:path"; import { y, default as list } from "./y.mjs"; import json from "./z.json" with { type: "json" }; export const value = [2, y, list, json, path.sep];',
      },
      { "y.mjs": "export const y = 2; export default [3];" },
      {
        "x.mjs":
          'import path from "node:path"; import { y, default as list } from "./y.mjs"; import json from "./z.json" with { type: "json" }; export const value = [3, y, list, json, path.sep];',
      },
    ],
    general: 2,
  },
  {
    name: "what it imports is edited, then the module itself",
    files: {
      "x.mjs": 'import { y } from "./y.mjs"; export const value = y;',
      "y.mjs": "export const y = 1;",
    },
    edits: [
      { "y.mjs": "export const y = 2;" },
      { "x.mjs": 'import { y } from "./y.mjs"; export const value = y + 1;' },
      { "x.mjs": 'import { y } from "./y.mjs"; export const value = y + 2;' },
    ],
    general: 1,
  },
  {
    name: "a body that throws, and is mended",
    files: { "x.mjs": x(1) },
    edits: mjs(x(2, "throw new Error('thrown');"), x(3), x(4, "throw undefined;"), x(5)),
    general: 0,
  },
  {
    name: "timers and listeners of the version that goes on, and of the one that fails",
    files: {
      "sync.mjs":
        'import { createRequire } from "node:module"; export const { sync } = createRequire(import.meta.url)("./sync.js");',
      "x.mjs": held(1),
    },
    load: async ({ sync, at }) => {
      const emitter = new (require("node:events"))();
      /** @type {any} */ (globalThis).emitter = emitter;
      const x = await sync.import(at("x.mjs"));
      return () => {
        const listeners = emitter.listeners("event").map((/** @type {Function} */ it) => it());
        return [x.value, listeners];
      };
    },
    edits: mjs(held(2), held(3, "throw new Error('thrown');"), held(4)),
    general: 0,
  },
  {
    name: "what it requires fails, and is mended",
    files: { "x.mjs": x(1, requires("./y.cjs", "0")), "y.cjs": "throw new Error('thrown');" },
    edits: [
      { "x.mjs": x(2, requires("./y.cjs", 'require("./y.cjs").y')) },
      { "y.cjs": "exports.y = 2;" },
      { "x.mjs": x(3, requires("./y.cjs", 'require("./y.cjs").y')) },
    ],
    general: 0,
  },
  {
    name: "a CommonJS file that it requires requires it, and another module",
    files: {
      "x.mjs": x(1, requires("./y.cjs", "0")),
      "y.cjs": 'exports.x = () => require("./x.mjs").value; exports.z = require("./z.mjs").z;',
      "z.mjs": "export const z = 1;",
    },
    edits: mjs(
      x(2, `${requires("./y.cjs", 'require("./y.cjs")')} queueMicrotask(() => log.push(y.x(), y.z));`),
      x(3, `${requires("./y.cjs", 'require("./y.cjs")')} queueMicrotask(() => log.push(y.x(), y.z));`),
    ),
    general: 0,
  },
  {
    name: "it imports itself later",
    files: { "x.mjs": x(1) },
    edits: mjs(
      x(2, "globalThis.pending = import(import.meta.url).then((own) => log.push(own.value));"),
      x(3, "globalThis.pending = import(import.meta.url).then((own) => log.push(own.value));"),
      x(4, "globalThis.pending = import(import.meta.url).then((own) => log.push(own.value));"),
    ),
    general: 2, // its namespace can be seen from the first of them on
  },
  {
    name: "another name, another import, a name less",
    files: { "x.mjs": x(1), "y.mjs": "log.push('y');" },
    edits: mjs(`${x(2)} export const more = 1;`, `import "./y.mjs"; ${x(3)} export const more = 2;`, x(4)),
    general: 3,
  },
  {
    name: "it does not parse, and is mended",
    files: { "x.mjs": x(1) },
    edits: mjs("export const value = ;", x(3)),
    general: 2, // what fails is tried twice
  },
  {
    name: "only V8 finds what is wrong",
    files: { "x.mjs": x(1) },
    edits: mjs(x(2, "/(?<a>.)(?<a>.)/v; /[/; ]/v;"), x(3)),
    general: 2,
  },
  {
    name: "names in a cycle, passed on, and top-level await",
    files: {
      "x.mjs": 'import { y } from "./y.mjs"; export const value = 1; export const f = () => y;',
      "y.mjs": 'import { value } from "./x.mjs"; export const y = () => value;',
      "z.mjs": "export const z = 1;",
    },
    edits: mjs(
      'import { y } from "./y.mjs"; export const value = 2; export const f = () => y;',
      'import "./y.mjs"; export * from "./z.mjs"; export const value = 3; export const f = await 3;',
      'import "./y.mjs"; export * from "./z.mjs"; export const value = 4; export const f = await 4;',
    ),
    general: 3,
  },
  {
    name: "who imports it",
    files: { "x.mjs": x(1), "y.mjs": 'import { value } from "./x.mjs"; export const y = value;' },
    load: async ({ sync, at }) => {
      const [x, y] = [await sync.import(at("x.mjs")), await sync.import(at("y.mjs"))];
      return () => [shape(x), shape(y)];
    },
    edits: mjs(x(2), x(3)),
    general: 4, // two modules each
  },
  {
    name: "CommonJS by sync.import: names that come and go, another whole, none",
    files: { "x.cjs": "exports.a = 1;" },
    load: importedCommonJs,
    edits: cjs(
      "exports.a = 2; log.push([require.main === module, module.parent, module.children.length]);",
      "exports.b = 3; exports.__esModule = true; exports.default = 4;",
      "module.exports = class A { static a = 5; };",
      "module.exports = null;",
      "exports.a = 6;",
    ),
    general: 0,
  },
  {
    name: "CommonJS by sync.import that throws, does not parse, lacks what it requires, and is mended",
    files: { "x.cjs": "exports.a = 1;" },
    load: importedCommonJs,
    edits: cjs(
      "log.push('body'); throw new Error('thrown');",
      "exports.a = 2;",
      "exports.a = ;",
      "exports.a = 3;",
      "exports.a = require('./none.cjs');",
      "exports.a = 4;",
    ),
    general: 0,
    refused: 2,
  },
  {
    name: "CommonJS by sync.import and sync.require, hmr(), and an ES module",
    files: {
      "x.cjs": "exports.a = 1;",
      "y.mjs": "import { a } from './x.cjs'; export const y = a; log.push(a);",
    },
    load: async ({ sync, at }) => {
      const all = [await sync.import(at("x.cjs")), sync.require(at("x.cjs")), await sync.import(at("y.mjs"))];
      return () => all.map(shape);
    },
    edits: cjs("exports.a = 2;", "exports.b = 3; exports.a = 3;"),
    general: 4,
  },
  {
    name: "two files are saved, which have nothing to do with each other",
    files: { "x.mjs": x(1), "y.mjs": "export const y = 1;" },
    load: async ({ sync, at }) => {
      const [x, y] = [await sync.import(at("x.mjs")), await sync.import(at("y.mjs"))];
      return () => [shape(x), shape(y)];
    },
    edits: [{ "y.mjs": "export const y = 2;" }, { "y.mjs": "export const y = 3;" }, { "x.mjs": x(2) }],
    general: 1,
  },
];

/** Held by an emitter as long as it lives. @param {number} n */
function held(n, more = "") {
  return `import { sync } from "./sync.mjs"; sync.addTemporaryListener(emitter, "event", () => ${n}); ${x(n, more)}`;
}

/** @param {string} name @param {string} y */
function requires(name, y) {
  return `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const y = ${y}; log.push(JSON.stringify(y), ${JSON.stringify(name)});`;
}

for (const program of programs) {
  test(`${program.general === 0 ? "short" : "not always short"}: ${program.name}`, async (t) => {
    const short = await play(t, program, true);
    const long = await play(t, program, false);
    assert.deepEqual(short.steps, long.steps);
    assert.equal(short.general, program.general);
    assert.ok(long.general >= program.edits.length - (program.refused ?? 0));
  });
}

test("what was not there when somebody asked for it last is found", async (t) => {
  const { project, import: load, save } = syncProject(t, { "x.mjs": x(1) });
  /** @type {any} */ (globalThis).log = [];
  await load("./x.mjs");
  await save("x.mjs", x(2));
  const [file, url] = [project.path("x.mjs"), pathToFileURL(project.path("x.mjs")).href];
  assert.equal(graph.loader.target("./y.mjs", [], file, url).target, "native");
  // Nobody has seen these saves yet: the look at a changed file would find it, too.
  project.write("y.mjs", "export const y = 1;");
  project.write("x.mjs", `import { y } from "./y.mjs"; ${x(3)}`);
  const attempt = versions.begin([file]);
  try {
    assert.equal(attempt.loadAlone(file), null);
    const { requested } = attempt.load(file, undefined, true);
    assert.equal(requested[0].isSourceText, true, "Node does not load it");
  } finally {
    attempt.restore([]);
  }
});
