// @ts-check
"use strict";

// ES modules for sync.import, sync.require and hmr: what Node has loaded is the first version, and
// everybody's; a module that is evaluated anew runs on this runtime, under the same URL, and what it
// was before can be collected.

const { namespaceObject } = require("../../session/namespaces.cjs");
const { holdAsRoot } = require("../../session/held-require.cjs");
const { registered } = require("../../commonjs/plain-loader.cjs");
const { shareJsonOf } = require("../../commonjs/shared-json.cjs");
const { react } = require("../../intrinsics.cjs");
const { SENTENCES, leaveToNode } = require("../../session/unreloaded.cjs");
const { Attempt, again, attempts, requestOf, requestOfKnown } = require("./attempt.cjs");
const { evaluate } = require("../evaluate/evaluate.cjs");
const { tellOfTaken } = require("../namespace/facade-url.cjs");
const { isLoadedByNode } = require("../native/loaded-by-node.cjs");
const { culpritOf, isUnlinked } = require("../link/link.cjs");
const { graph, loader, onRoot } = require("../index.cjs");
const { evictRoot } = require("../update/prune.cjs");
const { isHere, leadsToOurs } = require("./led-to-ours.cjs");
const { leaveOutdated } = require("./outdated-natives.cjs");
const { JsonModule } = require("../graph/json-module.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");
const { outsidersOf } = require("./outsiders.cjs");
const { replacedHots } = require("./replaced-hots.cjs");
const { isOutOfDate } = require("./thrown-since.cjs");
const { hasThrown } = require("../native/thrown-natives.cjs");
const { versionExports, versionNamespace } = require("../namespace/version-namespace.cjs");
const { hasWhole, wholeOf } = require("../commonjs/whole-export.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../../../native/addon").Session} NativeSession */

shareJsonOf(graph);

// Under register Node has facades alone.
graph.isSharedWithNode = !registered();

if (graph.isSharedWithNode) {
  const leave = (/** @type {string} */ file, /** @type {string} */ reason) =>
    leaveToNode(require("../../session/environment.cjs").session(), [file], reason);
  onRoot((file) => leave(file, SENTENCES["import()"]));
  graph.leavesToNode = (file, why) => leave(file, SENTENCES[why]);
  // Asked for it, Node would give the facade: of a version that is nobody's, if what it came with failed.
  tellOfTaken((file) => void graph.renewed.add(file));
}

/** @type {WeakSet<NativeSession>} */
const compiled = new WeakSet();

/** Changed modules of a session are made ready for this runtime. @param {NativeSession} session */
function compileFor(session) {
  if (compiled.has(session)) return;
  compiled.add(session);
  loader.compileFor(session);
}

/** Is the newest version of `file` one of ours? @param {string} file */
const isOurs = (file) => graph.renewed.has(file);

/**
 * The same, of a file that is imported now. V8 has no error a second time for what imports a package that threw.
 * @param {string} file
 */
function isOursFromNow(file) {
  if (isOurs(file) || !graph.isSharedWithNode) return isOurs(file);
  if (!hasThrown() && graph.renewed.size === 0) return false;
  if (loader.isModule(file) && (hasThrown() ? !isLoadedByNode(file) : leadsToOurs(graph, file)))
    forget([file]);
  return isOurs(file);
}

/** An ES module that is required, and was not before: is there a version of it here, or is there to be? @param {string} file */
function isOursAtLast(file) {
  if (isOutOfDate(file) || graph.freshOf(file) instanceof SourceTextModule) return true;
  if (!graph.isSharedWithNode || graph.renewed.size === 0 || !loader.isModule(file)) return false;
  return isHere(graph, file) || leadsToOurs(graph, file);
}

/**
 * What `import()` of a module gives that is linked.
 * @param {Module} module
 * @returns {Record<string, unknown> | Promise<Record<string, unknown>>} a promise only if something awaits
 */
const evaluated = (module) => /** @type {any} */ (evaluatedAs(module, versionNamespace));

/**
 * @template T
 * @param {Module} module
 * @param {(module: Module) => T} given
 * @returns {T | Promise<T>}
 */
function evaluatedAs(module, given) {
  const promise = evaluate(module);
  if (module.evaluationError) throw module.evaluationError.error;
  return module.status === "evaluated" ? given(module) : react(promise, () => given(module));
}

/**
 * The exports of a module that is linked, for whoever only copies them.
 * @param {Module} module
 * @param {"require" | "import"} via
 */
function exportsOf(module, via) {
  if (via !== "require") return evaluatedAs(module, versionExports);
  refuseAsync(module);
  return evaluatedAs(module, (it) => wholeOf(versionExports(it)));
}

/**
 * The same as `import()` gives for `require()`.
 * @param {Module} module
 */
function evaluatedNow(module) {
  refuseAsync(module);
  return /** @type {Record<string, unknown>} */ (evaluated(module));
}

/** @param {Module} module */
function refuseAsync(module) {
  if (isAsync(module)) {
    const file = /** @type {any} */ (module).file ?? module.url;
    const error = new Error(
      `${file} has, or uses what has, top-level await: require() can't wait for it, import() can`,
    );
    throw Object.assign(error, { code: "ERR_REQUIRE_ASYNC_MODULE" });
  }
}

/**
 * The newest version of a file that is ours.
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @param {boolean} [isThere] if there is a module of it, that is it, whatever is on disk
 */
function load(file, attributes, isThere = false) {
  const running = attempts.at(-1);
  if (running) return running.load(file, attributes, isThere);
  loader.refresh();
  /** @type {Map<string, Module>} */
  const fresh = new Map();
  const module = again(
    () => graph.prepare((isThere && requestOfKnown(file)) || requestOf(file, attributes), file, fresh),
    (error) => {
      if (isUnlinked(error)) leaveOutdated(graph, fresh);
      fresh.clear();
    },
  );
  holdAsRoot(graph.roots, module);
  return module;
}

/** What Node has of them is not good: whoever wants them gets ours. @param {string[]} files */
function forget(files) {
  for (const file of files) graph.renewed.add(file);
}

/**
 * What `require()` of an ES module gives, as Node 20.19 to 26 have it.
 * @param {string} file
 * @returns {{ exports: unknown } | null} null: Node's own is the newest
 */
function required(file) {
  if (!isOurs(file) && isOursAtLast(file)) forget([file]);
  if (!isOurs(file) || !loader.isModule(file)) return null;
  const before = newestOf(file);
  const wasRoot = before !== undefined && graph.roots.has(before);
  const namespace = importedNow(file);
  if (!wasRoot) noteRequired(file);
  if (hasWhole(namespace)) return { exports: namespace["module.exports"] };
  if (!("default" in namespace) || "__esModule" in namespace) return { exports: namespace };
  // So that compiled CommonJS finds the default export where it looks for it.
  const names = new Map([...Object.keys(namespace), "__esModule"].map((name) => [name, name]));
  const propertyOf = (/** @type {string} */ name) =>
    name === "__esModule" ? { value: true } : { get: () => namespace[name] };
  return { exports: namespaceObject(names, propertyOf) };
}

/** @param {string} file */
const newestOf = (file) => graph.freshOf(file) ?? graph.modules.get(file);

/** Under register it is of whoever has required it, which shows later, and goes when nobody does any more. @param {string} file */
function noteRequired(file) {
  const module = newestOf(file);
  if (!module || !graph.commonJs) return;
  graph.roots.delete(module);
  graph.commonJs.required.note(module);
  graph.roots.add(module);
}

/**
 * What `import()` of a file that is ours gives whoever asks for it first: what throws is evaluated anew by the next who asks.
 * @param {string} file
 * @param {ImportAttributes} [attributes]
 * @param {boolean} [isThere] as of `load`
 * @returns {Promise<Record<string, unknown>>}
 */
async function imported(file, attributes, isThere) {
  const module = loadAnew(file, attributes, isThere);
  try {
    return await evaluated(module);
  } catch (error) {
    leave(module);
    throw error;
  }
}

/**
 * The same for `require()`.
 * @param {string} file
 */
function importedNow(file) {
  const module = loadAnew(file);
  let isDone = false;
  // No `catch`: Node shows the line that has thrown last.
  try {
    const namespace = evaluatedNow(module);
    isDone = true;
    return namespace;
  } finally {
    if (!isDone) leave(module);
  }
}

/** … for `sync.require()`. @param {string} file */
const whole = (file) => wholeOf(importedNow(file));

/** @param {string} file @param {ImportAttributes} [attributes] @param {boolean} [isThere] */
function loadAnew(file, attributes, isThere) {
  // It has been imported by others, or within an update.
  const known = graph.modules.get(file);
  if (known) leave(known);
  return load(file, attributes, isThere);
}

/** @param {Module} module which is evaluated, maybe */
function leave(module) {
  // An update has its own end.
  if (module.evaluationError && attempts.length === 0) evictRoot(graph, module);
}

/**
 * Is there an instance of this ES module or JSON already, and is nothing read when it is required? Of what an ES module of an update is
 * made the engine was told when that was read, or it is what it was; of another it knows that, or is told now.
 * @param {string} file
 * @param {boolean} isUpdating is anything evaluated anew?
 * @param {NativeSession} session
 */
function isHad(file, isUpdating, session) {
  const isFresh = graph.freshOf(file) instanceof SourceTextModule;
  const isMember = isFresh || attempts.some((attempt) => attempt.has(file));
  const modules = graph.modules.ofFile(file);
  if (file.endsWith(".json"))
    return !isMember && modules.some((it) => it instanceof JsonModule && isHeld(it));
  if (isMember) return loader.isModule(file);
  const known = modules.find((it) => it instanceof SourceTextModule);
  const isBetween = attempts.length === 0 && !isUpdating;
  // Of each CommonJS file that is loaded this is asked: what the engine does not know nobody has imported.
  if (!known && isBetween && session.format(file) !== "module") return false;
  const had = known ? known.status === "evaluated" && !known.evaluationError : isNodes(file);
  // What the engine knows of it stays: the file may have been saved just now, and hold something else.
  if (had && isBetween) session.prepare(file);
  return had;
}

/** Does Node run it? What has thrown it does not; to ask whether that is out of date is to be told so once. @param {string} file */
const isNodes = (file) =>
  graph.isSharedWithNode &&
  !isOurs(file) &&
  loader.isModule(file) &&
  isLoadedByNode(file) &&
  !isOutOfDate(file);

/** @param {Module} module */
const isHeld = ({ dynamicImporters, importers }) => importers.size + dynamicImporters.size > 0;

/** Is it known what it was made of? @param {string} file */
const hasRecord = (file) => graph.modules.get(file) instanceof SourceTextModule;

/** @param {string[]} files @param {string[]} [changed] all, unless it is said @param {import("./attempt.cjs").Reading} [reading] */
const begin = (files, changed = files, reading = undefined) => new Attempt(files, changed, reading);

/** @param {string[]} files that were evaluated anew */
const outsiders = (files) => outsidersOf(graph, files);

module.exports = {
  begin,
  compileFor,
  culpritOf,
  evaluated,
  evaluatedNow,
  exportsOf,
  forget,
  hasRecord,
  imported,
  isOurs,
  isHad,
  isOursFromNow,
  outsiders,
  replacedHots,
  required,
  whole,
};
