// The short way of an update (runtime/esm/update/plain-update.cjs): it comes to what the general one comes to, and is left for
// whatever is not as usual.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { program, runtime } from "./support/esm-program.mjs";
import { cases } from "./support/hot-cases.mjs";

runtime.enableHot();
const { graph, loader } = runtime;
const { Update } = createRequire(import.meta.url)("../runtime/esm/update/apply-update.cjs");
const { run } = Update.prototype;
let general = 0;
/** @param {unknown[]} args */
Update.prototype.run = function (...args) {
  general++;
  return Reflect.apply(run, this, args);
};

/** The short way compares with what a record is like. @param {boolean} isShort */
function prepare(isShort) {
  for (const { file, isSourceText, record, url } of graph.modules.values()) {
    if (!isSourceText) continue;
    // What does not parse now has the record of its version before.
    record.like = isShort ? (loader.load(file, url, false, []).like ?? record.like) : undefined;
  }
}

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {Record<string, string>[]} edits
 * @param {boolean} isShort
 */
async function play(t, files, edits, isShort) {
  graph.modules.clear();
  graph.roots.clear();
  const { out, said, updates } = await program(t, files);
  const steps = [];
  const before = general;
  for (const edit of edits) {
    prepare(isShort);
    const outcomes = await updates(edit);
    // What invalidates itself is updated once more, in a turn of its own.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    steps.push({ said: said(), outcomes: JSON.stringify(outcomes, withErrors), out: out?.() });
  }
  return { steps, general: general - before };
}

/** @param {string} _key @param {unknown} value */
const withErrors = (_key, value) => (value instanceof Error ? String(value) : value);

for (const { name, files, edits } of cases) {
  test(`as in general: ${name}`, async (t) => {
    t.mock.method(process.stderr, "write", () => true);
    const named = (/** @type {Record<string, string>} */ files) =>
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${name}.mjs`, text]));
    /** @type {any} */ (globalThis).say = (/** @type {string} */ text) =>
      /** @type {any} */ (globalThis).log.push(text);
    const saves = edits.map(({ save }) => named(save));
    const [short, long] = [
      await play(t, named(files), saves, true),
      await play(t, named(files), saves, false),
    ];
    assert.deepEqual(short.steps, long.steps);
  });
}

const main = `import { value } from "./x.mjs"; import * as ns from "./x.mjs"; globalThis.out = () => [value, ns.value];`;
const accepting = `${main} import.meta.hot.accept("./x.mjs", (ns) => log.push("told " + ns.value));`;
const hot = "const { hot } = import.meta; hot.accept((ns) => log.push('accepted ' + ns.value));";
const said = (/** @type {unknown} */ n) =>
  `log.push("x${n} " + JSON.stringify(hot.data)); hot.dispose((data) => { log.push("end ${n}"); data.from = ${JSON.stringify(n)}; });`;
/** @param {unknown} n */
const x = (n, more = "") => `${hot} ${said(n)} ${more} export const value = ${JSON.stringify(n)};`;

/**
 * `general`: how many of the updates are not short.
 * @type {{ name: string, files: Record<string, string>, edits: Record<string, string>[], general: number }[]}
 */
const programs = [
  {
    name: "it accepts itself",
    files: { "main.mjs": main, "x.mjs": x(1) },
    edits: [{ "x.mjs": x(2) }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "its importer accepts it",
    files: { "main.mjs": accepting, "x.mjs": "export const value = 1;" },
    edits: [{ "x.mjs": "export const value = 2;" }, { "x.mjs": "export const value = 3;" }],
    general: 0,
  },
  {
    name: "a variable that is written, and imports of its own",
    files: {
      "main.mjs": accepting,
      "x.mjs":
        'import { y } from "./y.mjs"; import path from "node:path"; export let value = y; value += path.sep;',
      "y.mjs": "export const y = 1;",
    },
    edits: [
      {
        "x.mjs":
          'import { y } from "./y.mjs"; import path from "node:path"; export let value = y; value += path.sep + 2;',
      },
    ],
    general: 0,
  },
  {
    name: "several importers, one of which passes its names on",
    files: {
      "main.mjs": `import { value } from "./pass.mjs"; import * as ns from "./star.mjs"; import "./x.mjs"; globalThis.out = () => [value, ns.value, ns.other];`,
      "pass.mjs": 'export { value } from "./x.mjs";',
      "star.mjs": 'export * from "./x.mjs"; export const other = 1;',
      "x.mjs": x(1),
    },
    edits: [{ "x.mjs": x(2) }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "a body that throws, and is mended",
    files: { "main.mjs": main, "x.mjs": x(1) },
    edits: [{ "x.mjs": x(2, "throw new Error('thrown');") }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "a body that throws under an importer that accepts it",
    files: { "main.mjs": accepting, "x.mjs": "export const value = 1;" },
    edits: [
      { "x.mjs": "throw new Error('thrown'); export const value = 2;" },
      { "x.mjs": "export const value = 3;" },
    ],
    general: 0,
  },
  {
    name: "a dispose handler that throws",
    files: { "main.mjs": main, "x.mjs": x(1, "hot.dispose(() => { throw new Error('not disposed'); });") },
    edits: [{ "x.mjs": x(2) }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "an accept handler of its own throws, and an importer accepts it",
    files: {
      "main.mjs": accepting,
      "x.mjs": `${x(1)} hot.accept(() => { throw new Error("unaccepted"); });`,
    },
    edits: [{ "x.mjs": x(2) }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "an accept handler of its importer throws, and nobody else accepts",
    files: {
      "main.mjs": `${main} import.meta.hot.accept("./x.mjs", () => { throw new Error("unaccepted"); });`,
      "x.mjs": "export const value = 1;",
    },
    edits: [{ "x.mjs": "export const value = 2;" }, { "x.mjs": "export const value = 3;" }],
    general: 0,
  },
  {
    name: "the new version invalidates itself",
    files: { "main.mjs": accepting, "x.mjs": x(1) },
    edits: [{ "x.mjs": x(2, "hot.invalidate();") }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "its importer's handler invalidates it, which is accepted above",
    files: {
      "main.mjs": `import { mid } from "./mid.mjs"; globalThis.out = () => mid; import.meta.hot.accept("./mid.mjs");`,
      "mid.mjs": `import { value } from "./x.mjs"; export const mid = value; log.push("mid"); import.meta.hot.accept("./x.mjs", () => import.meta.hot.invalidate());`,
      "x.mjs": "export const value = 1;",
    },
    edits: [{ "x.mjs": "export const value = 2;" }, { "x.mjs": "export const value = 3;" }],
    general: 0,
  },
  {
    name: "values that are kept",
    files: { "main.mjs": main, "x.mjs": x(1, "hot.keep('a', () => log.push('made'));") },
    edits: [{ "x.mjs": x(2, "hot.keep('a', () => log.push('made'));") }, { "x.mjs": x(3) }],
    general: 0,
  },
  {
    name: "another name is exported",
    files: { "main.mjs": main, "x.mjs": x(1) },
    edits: [{ "x.mjs": `${x(2)} export const more = 1;` }],
    general: 1,
  },
  {
    name: "another file is imported",
    files: { "main.mjs": main, "x.mjs": x(1), "y.mjs": "log.push('y');" },
    edits: [{ "x.mjs": `import "./y.mjs"; ${x(2)}` }],
    general: 1,
  },
  {
    name: "it does not parse, and is mended",
    files: { "main.mjs": main, "x.mjs": x(1) },
    edits: [{ "x.mjs": "export const value = ;" }, { "x.mjs": x(3) }],
    general: 1,
  },
  {
    name: "only V8 finds what is wrong",
    files: { "main.mjs": main, "x.mjs": x(1) },
    edits: [{ "x.mjs": x(2, "/(?<a>.)(?<a>.)/v; /[/; ]/v;") }, { "x.mjs": x(3) }],
    general: 1,
  },
  {
    name: "two importers, which both accept it",
    files: {
      "main.mjs": `import "./b.mjs"; ${accepting}`,
      "b.mjs": 'import "./x.mjs"; import.meta.hot.accept("./x.mjs");',
      "x.mjs": "export const value = 1;",
    },
    edits: [{ "x.mjs": "export const value = 2;" }],
    general: 1,
  },
  {
    name: "nobody accepts it",
    files: { "main.mjs": main, "x.mjs": "export const value = 1;" },
    edits: [{ "x.mjs": "export const value = 2;" }],
    general: 1,
  },
  {
    name: "it has declined",
    files: { "main.mjs": accepting, "x.mjs": "import.meta.hot.decline(); export const value = 1;" },
    edits: [{ "x.mjs": "import.meta.hot.decline(); export const value = 2;" }],
    general: 1,
  },
  {
    name: "a cycle of imports, and one by import()",
    files: {
      "main.mjs": main,
      "x.mjs": `import "./y.mjs"; ${x(1)}`,
      "y.mjs": 'import { value } from "./x.mjs"; export const y = () => value; void import("./z.mjs");',
      "z.mjs": `import.meta.hot.accept(); import "./y.mjs"; log.push("z1");`,
    },
    edits: [
      { "x.mjs": `import "./y.mjs"; ${x(2)}` },
      { "z.mjs": `import.meta.hot.accept(); import "./y.mjs"; log.push("z2");` },
    ],
    general: 2,
  },
  {
    name: "top-level await",
    files: { "main.mjs": main, "x.mjs": `${x(1)} await 0;` },
    edits: [{ "x.mjs": `${x(2)} await 0;` }],
    general: 1,
  },
  {
    name: "two files are saved",
    files: {
      "main.mjs": `${main} import "./y.mjs";`,
      "x.mjs": x(1),
      "y.mjs": "import.meta.hot.accept(); log.push('y1');",
    },
    edits: [{ "x.mjs": x(2), "y.mjs": "import.meta.hot.accept(); log.push('y2');" }],
    general: 1,
  },
];

for (const { name, files, edits, general } of programs) {
  test(`${general === 0 ? "short" : "not short"}: ${name}`, async (t) => {
    t.mock.method(process.stderr, "write", () => true);
    const short = await play(t, files, edits, true);
    const long = await play(t, files, edits, false);
    assert.deepEqual(short.steps, long.steps);
    assert.equal(short.general, general);
  });
}

test("the first update of a module is short, and the next one", async (t) => {
  const { updates } = await program(t, { "main.mjs": main, "x.mjs": x(1) });
  const before = general;
  await updates({ "x.mjs": x(2) });
  assert.equal(general, before);
  await updates({ "x.mjs": x(3) });
  assert.equal(general, before);
});

test("who follows a package's variable reads it where it is written, once it is edited", async (t) => {
  const reader = (/** @type {number} */ version) =>
    `import { n, f } from "./mid.mjs"; import.meta.hot.accept(); import.meta.hot.accept("./mid.mjs");
    globalThis.look = () => [${version}, n, f(), n];`;
  const { update } = await program(t, {
    "main.mjs": `import "./reader.mjs";`,
    "reader.mjs": reader(1),
    "mid.mjs": "export const n = 'own'; export const f = () => 0;",
    "node_modules/pkg/package.json": `{ "type": "module", "exports": "./index.js" }`,
    "node_modules/pkg/index.js": "export let n = 0; export const f = () => ++n;",
  });
  const look = () => /** @type {any} */ (globalThis).look();
  prepare(true);
  await update({ "mid.mjs": `export { n, f } from "pkg";` });
  // In this turn it is still what it was.
  assert.deepEqual(look(), [1, 0, 1, 0]);
  prepare(true);
  await update({ "reader.mjs": reader(2) });
  assert.deepEqual(look(), [2, 1, 2, 2]);
  prepare(true);
  await update({ "reader.mjs": reader(3) });
  assert.deepEqual(look(), [3, 2, 3, 3]);
});
