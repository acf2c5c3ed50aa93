// A change in a file that a synced module uses reloads what lies between and nothing else; `deep:
// false` is npm heatsync's way: only the files that were asked for.
import assert from "node:assert/strict";
import { it } from "node:test";
import Heatsync from "../index.mjs";
import { until } from "./support/project.mjs";
import { reloaded, syncProject } from "./support/sync.mjs";

/** @param {import("node:test").TestContext} t */
function evaluations(t) {
  /** @type {string[]} */
  const log = [];
  Object.defineProperty(globalThis, "evaluated", {
    configurable: true,
    value: (/** @type {string} */ name) => log.push(name),
  });
  t.after(() => Reflect.deleteProperty(globalThis, "evaluated"));
  return log;
}

const kinds = {
  js: (/** @type {string} */ name, /** @type {string[]} */ uses, version = 1) => `
    ${uses.map((it) => `const ${it} = require("./${it}.js");`).join("\n")}
    evaluated("${name}");
    exports.seen = () => [${[`"${name}${version}"`, ...uses.map((it) => `...${it}.seen()`)]}];`,
  mjs: (/** @type {string} */ name, /** @type {string[]} */ uses, version = 1) => `
    ${uses.map((it) => `import * as ${it} from "./${it}.mjs";`).join("\n")}
    evaluated("${name}");
    export const seen = () => [${[`"${name}${version}"`, ...uses.map((it) => `...${it}.seen()`)]}];`,
};

for (const [kind, text] of Object.entries(kinds)) {
  const files = (/** @type {Record<string, string[]>} */ graph) =>
    Object.fromEntries(Object.entries(graph).map(([name, uses]) => [`${name}.${kind}`, text(name, uses)]));

  it(`evaluates what lies between, siblings untouched, each file once (.${kind})`, async (t) => {
    const log = evaluations(t);
    const test = syncProject(
      t,
      files({
        top: ["left", "right", "side"],
        left: ["deep"],
        right: ["deep"],
        deep: [],
        side: ["under"],
        under: [],
      }),
    );
    const load = (/** @type {string} */ name) => (kind === "js" ? test.load(name) : test.import(name));
    const top = await load(`./top.${kind}`);
    await test.settle(`top.${kind}`);
    /** @type {string[]} */
    const events = [];
    for (const name of ["any", "reload"]) {
      test.sync.events.on(name, (/** @type {string} */ file) =>
        events.push(`${name} ${file.split(/[\\/.]/).at(-2)}`),
      );
    }
    log.length = 0;
    // A diamond: left and right both lie between, and deep comes first.
    await test.save(`deep.${kind}`, text("deep", [], 2), `top.${kind}`);
    assert.deepEqual(log, ["deep", "left", "right", "top"]);
    assert.deepEqual(top.seen(), ["top1", "left1", "deep2", "right1", "deep2", "side1", "under1"]);
    const order = ["deep", "left", "right", "top"];
    assert.deepEqual(events, [...order.map((it) => `any ${it}`), ...order.map((it) => `reload ${it}`)]);

    log.length = 0;
    await test.save(`under.${kind}`, text("under", [], 2), `top.${kind}`);
    assert.deepEqual(log, ["under", "side", "top"]);
    assert.deepEqual(top.seen(), ["top1", "left1", "deep2", "right1", "deep2", "side1", "under2"]);

    // New edges are followed, dropped ones are not.
    await test.save(`left.${kind}`, text("left", ["under"], 2), `top.${kind}`);
    await test.save(`right.${kind}`, text("right", [], 2), `top.${kind}`);
    log.length = 0;
    test.project.write(`deep.${kind}`, text("deep", [], 3));
    await test.save(`under.${kind}`, text("under", [], 3), `top.${kind}`);
    assert.deepEqual(log, ["under", "left", "side", "top"]);
    assert.deepEqual(top.seen(), ["top1", "left2", "under3", "right2", "side1", "under3"]);
    assert.deepEqual(test.errors, []);
  });

  it(`stops at modules that are synced themselves: who holds their object follows (.${kind})`, async (t) => {
    const log = evaluations(t);
    const test = syncProject(t, files({ top: ["middle"], middle: ["deep"], deep: [], alone: [] }));
    const load = (/** @type {string} */ name) => (kind === "js" ? test.load(name) : test.import(name));
    const [deep, alone] = [await load(`./deep.${kind}`), await load(`./alone.${kind}`)];
    const top = await load(`./top.${kind}`);
    for (const name of ["alone", "deep", "top"]) await test.settle(`${name}.${kind}`);
    log.length = 0;
    await test.save(`alone.${kind}`, text("alone", [], 2));
    assert.deepEqual(log, ["alone"]);
    assert.deepEqual(alone.seen(), ["alone2"]);
    await test.save(`deep.${kind}`, text("deep", [], 2));
    await until(() => top.seen().at(-1) === "deep2");
    assert.deepEqual(deep.seen(), ["deep2"]);
    assert.equal(log.filter((it) => it === "deep").length, 1);
  });

  it(`makes one update of several changed files (.${kind})`, async (t) => {
    const log = evaluations(t);
    const names = ["a", "b", "c", "d", "e"];
    const test = syncProject(
      t,
      files({ top: names, ...Object.fromEntries(names.map((name) => [name, []])) }),
      "{ watchDebounceMS: 60 }",
    );
    const load = (/** @type {string} */ name) => (kind === "js" ? test.load(name) : test.import(name));
    const top = await load(`./top.${kind}`);
    // What is saved before its watch begins is looked at for longer.
    for (const name of [...names, "top"]) await test.settle(`${name}.${kind}`);
    log.length = 0;
    await reloaded(test.sync, test.project.path(`top.${kind}`), () => {
      for (const name of names) test.project.write(`${name}.${kind}`, text(name, [], 2));
    });
    assert.deepEqual(top.seen(), ["top1", ...names.map((it) => `${it}2`)]);
    assert.deepEqual([...log].sort(), [...names, "top"]);
  });
}

it("reports an error of a file in between, the old graph whole, and mends with the next save", async (t) => {
  const log = evaluations(t);
  const test = syncProject(t, {
    "top.js": kinds.js("top", ["middle"]),
    "middle.js": kinds.js("middle", ["deep"]),
    "deep.js": kinds.js("deep", []),
  });
  const top = test.load("./top.js");
  await test.settle("top.js");
  const before = test.require("./middle.js");
  log.length = 0;
  const error = await test.fail("deep.js", `throw new Error("deep trouble");`);
  assert.equal(error.message, "deep trouble");
  assert.equal(error.file, test.project.path("deep.js"));
  assert.deepEqual(top.seen(), ["top1", "middle1", "deep1"]);
  assert.equal(test.require("./middle.js"), before);
  const syntax = await test.fail("deep.js", "const = 1;");
  assert.equal(syntax.file, test.project.path("deep.js"));
  assert.deepEqual(log, []);
  await test.save("deep.js", kinds.js("deep", [], 2), "top.js");
  assert.deepEqual(top.seen(), ["top1", "middle1", "deep2"]);
});

it("evaluates a save once, however soon after the first load", async (t) => {
  const log = evaluations(t);
  const count = 30;
  const names = Array.from({ length: count }, (_, index) => [`top${index}`, `deep${index}`]);
  const test = syncProject(
    t,
    Object.fromEntries(
      names.flatMap(([top, deep]) => [
        [`${top}.mjs`, kinds.mjs(top, [deep])],
        [`${deep}.mjs`, kinds.mjs(deep, [])],
      ]),
    ),
  );
  for (const [top, deep] of names) {
    await test.import(`./${top}.mjs`);
    await test.save(`${deep}.mjs`, kinds.mjs(deep, [], 2), `${top}.mjs`);
  }
  await test.settle("top0.mjs");
  const evaluated = names.slice(1).map(([top]) => log.filter((it) => it === top).length);
  assert.deepEqual(new Set(evaluated), new Set([2]));
});

it("evaluates a package's file that has come since the program began once, until it is saved", async (t) => {
  const log = evaluations(t);
  const test = syncProject(t, { "other.js": kinds.js("other", []) });
  test.load("./other.js");
  test.project.write("node_modules/pkg/index.js", kinds.js("pkg", []));
  const pkg = test.load("pkg");
  await test.settle("other.js");
  assert.equal(log.filter((it) => it === "pkg").length, 1);
  await test.save("node_modules/pkg/index.js", kinds.js("pkg", [], 2));
  assert.deepEqual(pkg.seen(), ["pkg2"]);
  assert.equal(log.filter((it) => it === "pkg").length, 2);
});

it("counts JSON, and leaves packages alone", async (t) => {
  const test = syncProject(t, {
    "a.js": `exports.value = [require("./data.json").value, require("pkg").value];`,
    "data.json": { value: 1 },
    "node_modules/pkg/index.js": "exports.value = 1;",
    "other.js": "",
  });
  const a = test.load("./a.js");
  await test.save("data.json", { value: 2 }, "a.js");
  assert.deepEqual(a.value, [2, 1]);
  test.load("./other.js");
  let reloads = 0;
  test.sync.events.on(test.project.path("a.js"), () => reloads++);
  test.project.write("node_modules/pkg/index.js", "exports.value = 2;");
  await test.save("other.js", "exports.later = 1;");
  assert.equal(reloads, 0);
  assert.deepEqual(a.value, [2, 1]);
});

it("leaves the other instance its way, deep or not", async (t) => {
  const log = evaluations(t);
  const test = syncProject(t, {
    "top.mjs": kinds.mjs("top", ["inner"]),
    "inner.mjs": kinds.mjs("inner", []),
  });
  const shallow = new Heatsync({ deep: false });
  t.after(() => shallow.dispose());
  const deepTop = await test.import("./top.mjs");
  const shallowTop = await shallow.import("./top.mjs", undefined, test.project.directory);
  await test.settle("top.mjs");
  /** @type {string[]} */
  const events = [];
  shallow.events.on("reload", (/** @type {string} */ file) => events.push(file));
  log.length = 0;
  await test.save("inner.mjs", kinds.mjs("inner", [], 2), "top.mjs");
  assert.deepEqual(deepTop.seen(), ["top1", "inner2"]);
  assert.deepEqual(shallowTop.seen(), ["top1", "inner1"]);
  assert.deepEqual(log, ["inner", "top"]);
  await test.save("top.mjs", kinds.mjs("top", ["inner"], 2));
  assert.deepEqual([deepTop.seen()[0], shallowTop.seen()[0]], ["top2", "top2"]);
  assert.equal(events.at(-1), test.project.path("top.mjs"));
});

it("reloads only the very file with `deep: false`", async (t) => {
  const log = evaluations(t);
  const test = syncProject(
    t,
    {
      "top.js": kinds.js("top", ["deep"]),
      "deep.js": kinds.js("deep", []),
      "module.mjs": kinds.mjs("module", ["inner"]),
      "inner.mjs": kinds.mjs("inner", []),
      "other.js": "",
    },
    "{ deep: false }",
  );
  const top = test.load("./top.js");
  const module = await test.import("./module.mjs");
  test.load("./other.js");
  for (const name of ["top.js", "module.mjs", "other.js"]) await test.settle(name);
  /** @type {string[]} */
  const events = [];
  test.sync.events.on("any", (/** @type {string} */ file) => events.push(file));
  log.length = 0;
  test.project.write("deep.js", kinds.js("deep", [], 2));
  test.project.write("inner.mjs", kinds.mjs("inner", [], 2));
  await test.save("other.js", "exports.later = 1;");
  assert.deepEqual(log, []);
  assert.deepEqual(top.seen(), ["top1", "deep1"]);
  await test.save("top.js", kinds.js("top", ["deep"], 2));
  await test.save("module.mjs", kinds.mjs("module", ["inner"], 2));
  // As npm heatsync: the file is evaluated anew, what it requires comes from the cache.
  assert.deepEqual(top.seen(), ["top2", "deep1"]);
  assert.deepEqual(module.seen(), ["module2", "inner1"]);
  assert.deepEqual(log, ["top", "module"]);
  assert.deepEqual(
    events,
    ["other.js", "top.js", "module.mjs"].map((it) => test.project.path(it)),
  );
  assert.deepEqual(test.errors, []);
});
