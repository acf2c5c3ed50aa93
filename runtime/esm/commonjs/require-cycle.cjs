// @ts-check
"use strict";

// What Node refuses to `require()`: an ES module whose evaluation has begun and not ended, and one that imports such a
// module. V8 can't evaluate it then, and evaluating it without what it imports would break ECMA-262's promises. Since
// Node 24 one that an import() has begun to load, too. And one that awaits, though import() has evaluated it.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { isMarked } = require("../../commonjs/node-marks.cjs");
const { parentOf } = require("../../commonjs/parents.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { isInFlight } = require("../import-call/in-flight.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** Node 24 looks first whether it awaits, and says so. Its words are others, too. */
const looksForAwait = Number.parseInt(process.versions.node, 10) >= 24;

/**
 * @param {Module} module that is required
 * @param {string} file its own
 * @param {string | null | undefined} from the file that requires it
 */
function refuseCycle(module, file, from) {
  if (module.status !== "evaluating" || (looksForAwait && isAsync(module))) return;
  throw refusal(
    CYCLE,
    `Cannot require() ES Module ${file} in a cycle.${place(from)} A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript specification. Try making at least part of the dependency in the graph lazily loaded.`,
  );
}

/**
 * @param {string} file that is required
 * @param {string | null | undefined} from the file that requires it
 */
function refuseRace(file, from) {
  if (!isInFlight(file)) return;
  throw refusal(
    "ERR_REQUIRE_ESM_RACE_CONDITION",
    `Cannot require() ES Module ${file} because it is not yet fully loaded.\nThis may be caused by a race condition if the module is simultaneously dynamically import()-ed via Promise.all().\nTry await-ing the import() sequentially in a loop instead.\n (From ${from ? `${from} in ` : " "}non-loader-hook thread)`,
  );
}

/**
 * One that awaits and whose evaluation was begun by an import(). Node hears of that from its own loader, where it has imported the
 * module; what it has of ours at the file's URL is a facade that awaits nothing.
 * @param {Module} module that is required
 * @param {string} file its own
 * @param {string | null | undefined} from the file that requires it
 */
function refuseAwaiting(module, file, from) {
  const { entrance, facade, status } = module;
  if (status !== "evaluated" && status !== "evaluating-async") return;
  // Node has been given one that awaits, and says so.
  if (entrance?.isGiven || (facade && "isGiven" in facade && facade.isGiven)) return;
  if (looksForAwait && (facade?.url !== null || !facade.namespace)) return;
  if (!isAsync(module)) return;
  const error = module.evaluationError ?? module.cycleRoot?.evaluationError;
  // Until Node 24 what it has thrown comes first.
  if (error && !looksForAwait) throw error.error;
  throw awaits(file, from);
}

/** @param {string} file that is required @param {string | null | undefined} from the file that requires it */
function awaits(file, from) {
  const where = looksForAwait
    ? `\nRequired module: ${file}${requireStack(from)}`
    : `${from ? `\n  From ${from}` : ""}\n  Requiring ${file}`;
  return refusal(
    "ERR_REQUIRE_ASYNC_MODULE",
    `require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the top-level await comes from, use --experimental-print-required-tla.${where}`,
  );
}

/** Who has required whom, as Node tells it. @param {string | null | undefined} from */
function requireStack(from) {
  // Who has made its own `require` is in no cache.
  const stack = from ? [`\n- ${from}`] : [];
  const requirer = from ? Loader._cache[from] : undefined;
  for (let at = requirer && parentOf(requirer); at; at = parentOf(at))
    stack[stack.length] = `\n- ${at.filename || at.id}`;
  return stack.length > 0 ? `\nRequire stack:${stack.join("")}` : "";
}

/** @param {Map<string, Module>} fresh modules that come by `require()`, in the order in which they were loaded */
function refuseImports(fresh) {
  for (const module of fresh.values()) {
    if (!(module instanceof SourceTextModule)) continue;
    const { file, record, requested } = module;
    const index = requested.findIndex((it) => it.status === "evaluating" || isExecuting(it));
    if (index < 0) continue;
    const what = wasRequired(requested[index]) ? "CommonJS Module" : "Module";
    throw cycle(what, record.requests[index].specifier, file);
  }
}

/** @param {string} what @param {string} specifier @param {string} [from] */
const cycle = (what, specifier, from) =>
  refusal(CYCLE, `Cannot import ${what} ${specifier} in a cycle.${place(from)}`);

/**
 * Is it CommonJS that Node is in the midst of, without us? Its exports are not whole yet, and an `import` would never see the rest
 * (`loadAndTranslateForImportInRequiredESM` in lib/internal/modules/esm/loader.js).
 * @param {Module} module
 */
function isExecuting(module) {
  const entry = module instanceof CommonJsModule ? Loader._cache[module.file] : null;
  if (!entry || entry.loaded) return false;
  return isMarked(entry, "kIsExecuting");
}

/**
 * Node's ES loader, which is what loads an entry point beside `--import`, names CommonJS otherwise than it does what was required.
 * @param {Module} module
 */
function wasRequired(module) {
  const entry = module instanceof CommonJsModule ? Loader._cache[module.file] : null;
  return !!entry && module.status !== "evaluating" && (entry.id === "." || !!parentOf(entry));
}

/** @param {string | null | undefined} file */
const place = (file) => (file ? ` (from ${file})` : "");

/** Errors of ours, thrown by the hook. @type {WeakSet<Error>} */
const refused = new WeakSet();

const CYCLE = "ERR_REQUIRE_CYCLE_MODULE";

/** As Node's own: the code is in what it is as a text. */
class NodeError extends Error {
  /** @override */
  toString() {
    return `${this.name} [${/** @type {any} */ (this).code}]: ${this.message}`;
  }
}
Object.defineProperty(NodeError.prototype, "constructor", { value: Error });

/** Frames of ours that may stand above the program's. */
const OWN_FRAMES = 16;

/** @param {string} code @param {string} text */
function refusal(code, text) {
  const limit = Error.stackTraceLimit;
  // Ours are left out, and are not to push the program's out. (Not writable under --frozen-intrinsics.)
  if (typeof limit === "number") Reflect.set(Error, "stackTraceLimit", limit + OWN_FRAMES);
  const error = Object.assign(new NodeError(text), { code });
  if (typeof limit === "number") Reflect.set(Error, "stackTraceLimit", limit);
  // What V8 writes above the frames when it is asked first; Node's own errors have that from Node.
  const head = error.toString();
  Object.defineProperty(error, "name", { __proto__: null, value: `Error [${code}]`, configurable: true });
  const { stack } = error;
  Reflect.deleteProperty(error, "name");
  if (typeof stack === "string" && stack.startsWith(head)) {
    const frames = stack.slice(head.length).split("\n").slice(1);
    error.stack = [head, ...frames.slice(0, limit)].join("\n");
  }
  refused.add(error);
  return error;
}

/** @param {unknown} error */
const isRefused = (error) => refused.has(/** @type {Error} */ (error));

module.exports = { awaits, cycle, isRefused, refuseAwaiting, refuseCycle, refuseImports, refuseRace };
