// Three packages whose TypeScript source is on npm: under register it does what tsc's output does in plain Node.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { ensureInstalled } from "../scripts/support.mjs";
import { project } from "./support/project.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.join(here, "packages");

/** What each is asked to do; `log` prints. @type {Record<string, string>} */
const programs = {
  immer: `
import * as immer from "./src/immer.js";
const { produce, enablePatches, enableMapSet, produceWithPatches, applyPatches, original, current, isDraft, freeze, createDraft, finishDraft, nothing, castDraft, Immer } = immer;
enablePatches(); enableMapSet();
log(values(immer));
type State = { list: { id: number; done: boolean }[]; map: Map<string, number>; set: Set<string>; deep: { a: { b: number } } };
const base: State = { list: [{ id: 1, done: false }, { id: 2, done: false }], map: new Map([["a", 1]]), set: new Set(["x"]), deep: { a: { b: 1 } } };
const [next, patches, inverse] = produceWithPatches(base, (draft) => {
  draft.list[1]!.done = true; draft.list.push({ id: 3, done: false }); draft.map.set("b", 2); draft.set.delete("x"); draft.set.add("y"); draft.deep.a.b++;
  log(isDraft(draft), isDraft(base), original(draft.deep) === base.deep, JSON.stringify(current(draft.list)));
});
log(JSON.stringify(next), [...next.map], [...next.set], next.list[0] === base.list[0], base.deep.a.b, Object.isFrozen(next.list));
log(JSON.stringify(patches), JSON.stringify(inverse), JSON.stringify(applyPatches(next, inverse)) === JSON.stringify(base));
for (const fails of [() => { (next as any).list[0].id = 9; }, () => produce(1 as any, "no" as any), () => produce(base, (d) => { d.list = []; return { ...d } as any; }), () => finishDraft({} as any)])
  try { fails(); log("fine"); } catch (error: any) { log(error.name, error.message); }
const draft = createDraft({ n: 1 }); draft.n = 2; log(JSON.stringify(finishDraft(draft)), produce({ a: 1 } as any, () => nothing), new Immer({ autoFreeze: false }).autoFreeze);
class Point { [immer.immerable] = true; constructor(public x: number) {} get twice() { return this.x * 2; } }
log(produce(new Point(1), (p) => { p.x = 5; }).twice, freeze({ a: {} }, true) !== null, typeof castDraft);
export {};`,
  redux: `
import * as redux from "./src/index.js";
const { createStore, combineReducers, applyMiddleware, compose, bindActionCreators, isAction, isPlainObject, __DO_NOT_USE__ActionTypes } = redux;
log(values(redux), Object.keys(__DO_NOT_USE__ActionTypes).join());
type Action = { type: string; by?: number };
const count = (state = 0, { type, by = 1 }: Action): number => (type === "up" ? state + by : state);
const names = (state: readonly string[] = [], action: Action): readonly string[] => [...state, ...(action.type.startsWith("@@") ? [] : [action.type])];
const trace = ({ getState }: any) => (next: any) => (action: any) => { const result = next(action); log(JSON.stringify(action), JSON.stringify(getState())); return result; };
const thunk = ({ dispatch }: any) => (next: any) => (action: any) => (typeof action === "function" ? action(dispatch) : next(action));
const store = createStore(combineReducers({ count, names }) as any, applyMiddleware(thunk, trace) as any) as any;
const stop = store.subscribe(() => log("told", store.getState().count));
store.dispatch({ type: "up" }); store.dispatch((d: any) => d({ type: "up", by: 5 })); stop();
const bound = bindActionCreators({ up: (by: number) => ({ type: "up", by }) }, store.dispatch); bound.up(7); log(JSON.stringify(store.getState()));
store.replaceReducer(combineReducers({ count })); log(JSON.stringify(store.getState()), compose((x: number) => x + 1, (x: number) => x * 2)(5), isAction({ type: "x" }), isPlainObject(new Date()));
for (const fails of [() => store.dispatch({}), () => store.dispatch(new Date()), () => createStore("no" as any), () => combineReducers({ bad: () => undefined } as any)({}, { type: "x" }), () => bindActionCreators(null as any, store.dispatch), () => store.subscribe(1)])
  try { fails(); log("fine"); } catch (error: any) { log(error.name, error.message); }
const observed: unknown[] = []; store[Symbol.observable ?? "@@observable"]().subscribe({ next: (it: unknown) => observed.push(it) }); store.dispatch({ type: "up" }); log(JSON.stringify(observed));
export {};`,
  reselect: `
import * as reselect from "./src/index.js";
const { createSelector, createSelectorCreator, createStructuredSelector, lruMemoize, weakMapMemoize, setGlobalDevModeChecks } = reselect;
log(values(reselect));
const warn = console.warn; console.warn = (...all: any[]) => log("warn", String(all[0]).split("\\n")[0]);
type State = { todos: { id: number; done: boolean }[]; by: string };
const state: State = { todos: [{ id: 1, done: true }, { id: 2, done: false }], by: "x" };
const done = createSelector([(s: State) => s.todos], (todos) => todos.filter((it) => it.done));
log(JSON.stringify(done(state)), done(state) === done({ ...state, by: "y" }), done.recomputations(), done.dependencyRecomputations(), done.lastResult() === done(state));
const lru = createSelectorCreator({ memoize: lruMemoize, memoizeOptions: { maxSize: 2 } }); const byId = lru([(s: State) => s.todos, (_: State, id: number) => id], (todos, id) => todos.find((it) => it.id === id));
log(byId(state, 1)?.id, byId(state, 2)?.id, byId(state, 1)?.id, byId.recomputations(), byId(state, 3), byId.recomputations()); byId.resetRecomputations(); byId.clearCache(); log(byId.recomputations());
const all = createStructuredSelector({ todos: (s: State) => s.todos.length, by: (s: State) => s.by }); log(JSON.stringify(all(state)), all.dependencies.length);
const identity = createSelector([(s: State) => s.by], (it) => it); identity(state); setGlobalDevModeChecks({ identityFunctionCheck: "never" }); createSelector([(s: State) => s.by], (it) => it)(state);
const unstable = createSelector([(s: State) => s.todos.map((it) => it.id)], (ids) => ids.length); unstable(state);
try { (createSelector as any)([1], () => 1); } catch (error: any) { log(error.name, error.message); } const memo = weakMapMemoize((a: object, b: number) => ({ a, b })); const key = {}; log(memo(key, 1) === memo(key, 1), memo(key, 2) === memo(key, 1), memo.resultsCount());
console.warn = warn; export {};`,
};

// File by file tsc can't tell that a name is a type's.
const values =
  "const values = (ns: any) => Object.keys(ns).filter((name) => ns[name] !== undefined).sort().join();";

/** @param {string} directory @returns {string[]} */
const filesOf = (directory) =>
  fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));

/** @param {string} text @param {string} fileName */
function byTsc(text, fileName) {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
    isolatedModules: true,
  };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

before(() => ensureInstalled(packages));

for (const [name, program] of Object.entries(programs)) {
  for (const type of ["module", "commonjs"]) {
    test(`${name} as ${type}`, async (t) => {
      const source = path.join(packages, "node_modules", name, "src");
      const main = `const log = console.log;${values}${program}`;
      const texts = Object.fromEntries(
        filesOf(source).map((file) => [
          path.join("src", file),
          fs.readFileSync(path.join(source, file), "utf8"),
        ]),
      );
      const all = Object.entries({ ...texts, "main.ts": main });
      const compiled = all.map(([file, text]) => [file.replace(/ts$/, "js"), byTsc(text, file)]);
      const wanted = project(t, { "package.json": {}, ...Object.fromEntries(compiled) });
      const ours = project(t, {
        "package.json": { name: "from-source", type },
        "tsconfig.json": { compilerOptions: { target: "ES2022", jsx: "react" } },
        ...Object.fromEntries(all),
      });
      const [expected, actual] = await Promise.all([
        run(wanted.directory, ["main.js"]),
        run(ours.directory, ["--import", "heatsync-rs/register", "main.ts"]),
      ]);
      assert.equal(actual.stdout, expected.stdout, actual.stderr);
      assert.deepEqual([actual.code, expected.code], [0, 0], expected.stderr);
      assert.ok(expected.stdout.split("\n").length > 5, expected.stdout);
    });
  }
}

/**
 * @param {string} cwd
 * @param {string[]} args
 * @returns {Promise<{ stdout: string, stderr: string, code: unknown }>}
 */
function run(cwd, args) {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined, NO_COLOR: "1" };
    execFile(
      process.execPath,
      ["--no-warnings", ...args],
      { cwd, env, timeout: 60_000 },
      (error, stdout, stderr) => {
        resolve({ stdout, stderr, code: error ? (error.code ?? error.signal) : 0 });
      },
    );
  });
}
