// What the page makes of what it is told, without a browser: names, rows, places, words; and what is sent to it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { rowsOf } from "../page/folders.mjs";
import { layout } from "../page/layout.mjs";
import { isInPlace, Model, shortNames } from "../page/model.mjs";
import { explain, outcomeOf, sentenceOf, statusOf } from "../page/words.mjs";

const require = createRequire(import.meta.url);
const { Difference } = require("../runtime/inspect/difference.cjs");
const { Hub } = require("../runtime/inspect/hub.cjs");
const { entryOf, errorOf } = require("../runtime/inspect/entry.cjs");
const addon = require("../native/load.cjs");

const program = {
  ...{ script: "main.js", directory: "/app", pid: 1, node: "v24.0.0", state: "running" },
  ...{ hasRunner: false, showsSource: false },
};

/** @param {string} name @param {object} [more] @returns {any} */
const module = (name, more = {}) => ({
  ...{ name, format: "module", isRoot: false, isBoundary: false, acceptsItself: false, isDeclined: false },
  ...{ isSynced: false, version: 0, imports: [], dynamicImports: [], accepts: [] },
  change: { kind: "accepted", way: [] },
  ...more,
});

/** @param {any[]} modules */
const modelOf = (modules) => new Model({ program: /** @type {any} */ (program), modules, entries: [] });

describe("the model", () => {
  it("knows importers, cycles, and what is around a module, through patches", () => {
    const model = modelOf([
      module("main", { imports: ["a", "gone"] }),
      module("a", { imports: ["b"], cycle: 4 }),
      module("b", { imports: ["a"], dynamicImports: ["c"], cycle: 4 }),
      module("c"),
      module("other", { imports: ["c"] }),
    ]);
    assert.deepEqual(
      model.importersOf("c").map(({ name }) => name),
      ["b", "other"],
    );
    assert.deepEqual(
      model.cycleOf(module("a", { cycle: 4 })).map(({ name }) => name),
      ["a", "b"],
    );
    assert.deepEqual([...model.around("b")].sort(), ["a", "b", "c", "main"]);
    assert.equal(model.counts().cycles, 1);
    model.patch({ set: [module("b", { imports: [] })], gone: ["other"] });
    assert.deepEqual(model.importersOf("c"), []);
    assert.deepEqual([...model.around("c")], ["c"]);
  });

  it("says what would run as the plan of the change does, on random graphs", () => {
    let state = 11;
    const random = (/** @type {number} */ below) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    let accepted = 0;
    for (let round = 0; round < 400; round++) {
      const count = 2 + random(8);
      const described = Array.from({ length: count }, (_, place) => {
        const imports = [...new Set(Array.from({ length: random(4) }, () => random(count)))];
        const accepts = imports.filter(() => random(2) === 0);
        const isRoot = place === 0;
        return {
          imports,
          isRoot,
          acceptsItself: random(3) === 0,
          declined: false,
          accepts,
          cause: /** @type {"none" | "changed"} */ ("none"),
        };
      });
      const forecasts = addon.forecast(described);
      const names = (/** @type {number[]} */ places) => places.map(String);
      const model = modelOf(
        described.map((it, place) =>
          module(String(place), {
            isRoot: it.isRoot,
            imports: names(it.imports),
            accepts: names(it.accepts),
            acceptsItself: it.acceptsItself,
            cycle: forecasts[place].cycle,
          }),
        ),
      );
      for (const [place, { verdict }] of forecasts.entries()) {
        const plan = addon.hotPlan(
          described.map((it, other) => ({ ...it, cause: other === place ? "changed" : "none" })),
        );
        assert.equal(plan.groups[0].verdict, verdict);
        if (verdict !== "accepted") continue;
        accepted++;
        const { evaluated, told } = model.wouldRun(/** @type {any} */ (model.modules.get(String(place))));
        const steps = plan.steps.filter(({ importer }) => importer === undefined);
        assert.deepEqual(new Set(evaluated), new Set(names(steps.flatMap((step) => step.modules))));
        const listeners = plan.steps.flatMap(({ importer }) => (importer === undefined ? [] : [importer]));
        assert.deepEqual(new Set(told), new Set(names(listeners)));
      }
    }
    assert.ok(accepted > 300, `${accepted} changes were accepted`);
  });

  it("shortens names as far as they stay apart", () => {
    const names = ["a/index.js", "b/index.js", "b/c/index.js", "main.js", "x/main.js/y.js"];
    assert.deepEqual([...shortNames(names).entries()].sort(), [
      ["a/index.js", "a/index.js"],
      ["b/c/index.js", "c/index.js"],
      ["b/index.js", "b/index.js"],
      ["main.js", "main.js"],
      ["x/main.js/y.js", "y.js"],
    ]);
    assert.deepEqual([...shortNames(["a", "b/a"]).values()], ["a", "b/a"]);
  });
});

describe("the rows of the tree", () => {
  const modules = [
    module("main.js"),
    module("src/deep/only/x.js", { change: { kind: "exposed", way: ["main.js", "src/deep/only/x.js"] } }),
    module("src/deep/only/y.js?v=1/2"),
    module("lib/a.js"),
    module("lib/b/c.js"),
  ];
  const view = { closed: new Set(), query: "", onlyRestarts: false };
  const shown = (/** @type {Partial<typeof view>} */ more) =>
    rowsOf(modules, { ...view, ...more }).map(({ level, label }) => `${"  ".repeat(level - 1)}${label}`);

  it("are folders, then modules, with their places among siblings", () => {
    assert.deepEqual(shown({}), [
      ...["lib/", "  b/", "    c.js", "  a.js"],
      ...["src/deep/only/", "  x.js", "  y.js?v=1/2", "main.js"],
    ]);
    const [lib, b] = rowsOf(modules, view);
    assert.deepEqual([lib.position, lib.siblings, lib.inside, lib.isOpen], [1, 3, 2, true]);
    assert.deepEqual([b.position, b.siblings, b.level], [1, 2, 2]);
    assert.equal(rowsOf(modules, view).find(({ key }) => key === "src/deep/only/")?.restarts, 1);
  });

  it("close, are looked through, and filtered", () => {
    assert.deepEqual(shown({ closed: new Set(["lib/"]) }).slice(0, 2), ["lib/", "src/deep/only/"]);
    assert.deepEqual(shown({ query: "LIB c", closed: new Set(["lib/"]) }), ["lib/b/", "  c.js"]);
    assert.deepEqual(shown({ onlyRestarts: true }), ["src/deep/only/", "  x.js"]);
    assert.deepEqual(shown({ query: "nothing" }), []);
  });
});

describe("the drawing's places", () => {
  it("have importers left of what they import, and cycles in one column", () => {
    const graph = [
      { id: "main", width: 80, imports: ["a", "b"] },
      { id: "a", width: 80, imports: ["c"] },
      { id: "b", width: 80, imports: ["a", "main"], cycle: 1 },
      { id: "c", width: 80, imports: [] },
      { id: "lonely", width: 80, imports: ["lonely", "unknown"] },
    ];
    graph[0].cycle = 1;
    const places = layout(/** @type {any} */ (graph));
    const x = (/** @type {string} */ id) => places.get(id)?.x ?? Number.NaN;
    assert.ok(x("main") < x("a") && x("a") < x("c"));
    assert.equal(x("main"), x("b"));
    const y = (/** @type {string} */ id) => places.get(id)?.y ?? Number.NaN;
    assert.equal(Math.abs(y("main") - y("b")), 44, "its members are neighbours");
    assert.equal(places.size, 5);
  });

  it("do not overlap, for 2,000 modules", () => {
    const graph = Array.from({ length: 2000 }, (_, number) => ({
      id: `m${number}`,
      width: 100,
      imports: Array.from({ length: 3 }, (_, nth) => `m${number * 3 + nth + 1}`),
    }));
    const places = layout(graph);
    const seen = new Set([...places.values()].map(({ x, y }) => `${x} ${y}`));
    assert.equal(seen.size, 2000);
    const heights = [...places.values()].map(({ y }) => y);
    const widths = [...places.values()].map(({ x }) => x);
    const ratio = (Math.max(...widths) - Math.min(...widths)) / (Math.max(...heights) - Math.min(...heights));
    assert.ok(ratio > 0.3 && ratio < 8, `no line a mile long: ${ratio}`);
  });
});

describe("the words", () => {
  it("say why, for every kind of change", () => {
    const kinds = /** @type {const} */ ([
      ["accepted", [], /in place/, /Accepted by main\./],
      ["boundary", [], /in place/, /crosses a boundary/],
      ["synced", [], /in place/, /keeps up to date/],
      ["exposed", ["main", "x"], /needs a restart/, /from main/],
      ["exposed", ["x"], /needs a restart/, /where the program begins/],
      ["fixed", ["main", "bound", "x"], /needs a restart/, /main imports the boundary bound statically/],
      ["declined", ["main", "x"], /needs a restart/, /main would be evaluated anew, and declined/],
      ["declined", ["x"], /needs a restart/, /It declined/],
      ["plain", ["main", "x"], /needs a restart/, /nobody takes care/],
    ]);
    for (const [kind, way, verdict, why] of kinds) {
      const x = module("x", { change: { kind, way } });
      const model = modelOf([module("main", { imports: ["x"], accepts: ["x"] }), x]);
      const said = explain(model, x);
      assert.match(said.verdict, verdict);
      assert.match(said.why, why);
      assert.equal(statusOf(x).tone === "live", isInPlace(x.change));
      model.program = { ...model.program, hasRunner: true };
      assert.match(explain(model, x).verdict, /in place|restarts the program/);
    }
  });

  it("name every kind of entry, once aloud", () => {
    const lists = { files: ["a.js"], evaluated: [], acceptedBy: [], pruned: [], way: [], at: 0, id: 1 };
    const types = ["accepted", "declined", "unaccepted", "linkError", "evaluationError", "fatalError"];
    for (const type of [...types, "handlerError", "started", "restarted", "broken", "crashed"]) {
      const { word } = outcomeOf(/** @type {any} */ ({ ...lists, type }));
      assert.match(word, /^[a-z ()]{4,}$/, type);
    }
    const entry = { ...lists, type: "accepted", evaluated: ["a.js", "b.js"], milliseconds: 1.25 };
    assert.equal(sentenceOf(/** @type {any} */ (entry)), "a.js: live, 2 evaluated, in 1.3 ms");
  });
});

describe("what is sent", () => {
  it("are differences", () => {
    const difference = new Difference();
    const [a, b] = [module("a"), module("b")];
    assert.deepEqual(difference.to([a, b]), { set: [a, b], gone: [] });
    assert.equal(difference.to([module("a"), b]), null);
    const newer = module("a", { version: 1 });
    assert.deepEqual(difference.to([newer]), { set: [newer], gone: ["b"] });
    assert.deepEqual(difference.to([newer, b]), { set: [b], gone: [] });
  });

  it("is remembered for pages that are opened later, and replaced by what a new process says first", () => {
    const hub = new Hub(program);
    /** @type {number[]} */
    const counts = [];
    hub.onViewers = (/** @type {number} */ count) => void counts.push(count);
    hub.patchOfProgram({ set: [module("a"), module("b")], gone: [] });
    for (let nth = 0; nth < 250; nth++) hub.entry({ type: "accepted" });
    /** @type {any[]} */
    const heard = [];
    const stop = hub.subscribe(
      (/** @type {string} */ event, /** @type {any} */ data) => void heard.push([event, data]),
    );
    const [[event, state]] = heard;
    assert.equal(event, "state");
    assert.equal(state.entries.length, 200);
    assert.equal(state.entries.at(-1).id, 250);
    hub.forgetModules();
    assert.equal(hub.state.modules.length, 2);
    hub.patchOfProgram({ set: [module("b", { version: 2 })], gone: [] });
    assert.deepEqual(heard.at(-1)[1].gone, ["a"]);
    hub.patchOfProgram({ set: [module("c")], gone: [] });
    assert.deepEqual(
      hub.state.modules.map(({ name }) => name),
      ["b", "c"],
    );
    stop();
    stop();
    assert.deepEqual(counts, [1, 0]);
    hub.program({ pid: 2 });
    assert.equal(heard.at(-1)[0], "patch");
  });

  it("keeps what the workers of a new process say before that does, until the next one begins", () => {
    const hub = new Hub(program);
    const names = () => hub.state.modules.map((/** @type {any} */ { name }) => name);
    hub.patchOfProgram({ set: [module("a")], gone: [] });
    hub.forgetModules();
    hub.patchOfProgram({ set: [module("of a worker")], gone: [], isOfWorker: true });
    assert.deepEqual(names(), ["a", "of a worker"]);
    hub.patchOfProgram({ set: [module("b")], gone: [] });
    assert.deepEqual(names(), ["of a worker", "b"]);
    hub.forgetModules();
    hub.patchOfProgram({ set: [module("b")], gone: [] });
    assert.deepEqual(names(), ["b"]);
  });

  it("has no code, unless source was asked for", () => {
    const frame = "> 1 | const secret = = 1;";
    const error = new SyntaxError(`Unexpected token '='\n    at /app/a.js:1:16\n${frame}`);
    const place = { file: `${process.cwd()}/a.js`, line: 1, column: 16, frame, help: "a hint" };
    const outcome = {
      type: "linkError",
      error,
      disposed: [],
      files: [place.file],
      milliseconds: 2,
      message: frame,
      ...place,
    };
    const told = entryOf(/** @type {any} */ (outcome), false);
    assert.doesNotMatch(JSON.stringify(told), /secret/);
    assert.equal(told.error?.message, "Unexpected token '='");
    assert.equal(told.error?.file, "a.js");
    assert.match(JSON.stringify(entryOf(/** @type {any} */ (outcome), true)), /secret/);
    const uncaught = new Error("no");
    uncaught.stack = `${process.cwd()}/a.js:1\nconst secret = 1;\n^\n\nError: no\n    at file://${process.cwd()}/a.js:1:2\n    at f (node:internal:1:1)`;
    assert.deepEqual(errorOf(uncaught, {}, false).stack, ["at a.js:1:2", "at f (node:internal:1:1)"]);
  });

  it("bears whatever is thrown", () => {
    const hostile = {
      get message() {
        throw new Error("no");
      },
    };
    for (const [thrown, message] of /** @type {[unknown, RegExp][]} */ ([
      ["text", /^text$/],
      [undefined, /^undefined$/],
      [null, /^null$/],
      [Symbol("s"), /^Symbol\(s\)$/],
      [{ password: 1 }, /^an object \(Object\)$/],
      [Object.create(null), /^an object/],
      [hostile, /can't be looked at/],
    ])) {
      assert.match(errorOf(thrown, {}, false).message, message);
    }
  });
});
