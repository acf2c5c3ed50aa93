// @ts-check
"use strict";

// `error.stack` as plain Node has it. Between the program's frames and Node's stand some of ours,
// and a module's text is not quite what its author wrote: when a stack is formatted, which V8 does
// when it is first asked for, our frames are left out and columns are mapped back.
//
// V8 asks a function that Node has set, and the addon puts ours before it (src/binding/stacks.rs): the array of
// call sites is corrected in place. Where that can't be, `Error.prepareStackTrace`, which Node asks, becomes an
// accessor: Node gets a function that hands the corrected call sites on to the program's own function, or to
// Node's; the program is given back what it has set.

const addon = require("../../../native/load.cjs");
const { insist } = require("../../intrinsics.cjs");
const { isOwnScript } = require("../../startup.cjs");
const { isLoad, noteFrames, ofCommonJs } = require("../commonjs/commonjs-frames.cjs");
const { isAskingOnly } = require("../commonjs/resolve-required.cjs");
const { isAsked, shownOfAsked } = require("../hooks/asked-hooks.cjs");
const { BRIDGE, internalName } = require("../native/internal-source.cjs");
const { copyOf, lineOf, movedSite } = require("./call-site.cjs");
const { cutOffBelowPackage, endOfPackage } = require("./cut-off.cjs");
const { hasPositions, isBeforeSource, isOurs, takeUnmapped } = require("./positions.cjs");

/** @typedef {NodeJS.CallSite} CallSite */

/** Frames of Node's under an evaluation that Node began. */
class NativeFrames {
  constructor() {
    const frames = framesNow(NativeFrames);
    /** Of an evaluation within another the program's are among them. @type {CallSite[]} */
    this.all = shown(frames.slice(ownFrames(frames, 0).end), true);
  }

  /** Those that every `import()` has: they end with the first asynchronous one of Node's loader. */
  get ofImport() {
    const end = this.all.findIndex((site) => /** @type {any} */ (site).isAsync());
    const isLoader = end >= 0 && scriptOf(this.all[end]).startsWith("node:internal/modules/esm/");
    return isLoader ? this.all.slice(0, end + 1) : [];
  }
}

/** All there are, as V8 has them. @param {Function} below */
function framesNow(below) {
  const { stackTraceLimit } = Error;
  setLimit(100);
  const holder = {};
  Error.captureStackTrace(holder, below);
  setLimit(stackTraceLimit);
  // Now: within the formatting of another stack V8 would not ask us.
  return callSites(holder);
}

/** By the name of what Node evaluates. @type {Map<string, NativeFrames>} */
const entries = new Map();

/** Whose evaluation Node has begun last, and not ended yet; or has ended by an error, whose stack is asked for then. @type {string | null} */
let innermost = null;

/** Call it where an evaluation that Node began comes to us. @param {string} name @returns {string | null} within whose it did */
function noteEntry(name) {
  const around = innermost;
  entries.set(name, new NativeFrames());
  innermost = name;
  return around;
}

/** And where it has ended well. @param {string | null} around */
function leaveEntry(around) {
  innermost = around;
}

/** Of a stack that V8 has cut off before it tells. */
const likelyEntry = () =>
  (innermost === null ? null : entries.get(innermost)) ?? entries.values().next().value;

/** Call it where Node has imported a CommonJS file of ours. */
function noteCommonJs() {
  noteFrames(() => framesNow(noteCommonJs));
}

/** Node's frames under an `import()` that is ours to run. @returns {CallSite[]} */
function framesOfImport() {
  for (const entry of entries.values()) {
    if (entry.ofImport.length > 0) return entry.ofImport;
  }
  return [];
}

/** @param {CallSite} site @returns {string} */
const scriptOf = (site) => site.getScriptNameOrSourceURL() ?? "";

/** @param {CallSite} site */
function isOwn(site) {
  const script = scriptOf(site);
  if (isOwnScript(script) || internalName(script) !== null) return true;
  // What the transform has put around a module is on no line that a frame could name. Nor is a
  // static initializer, which has no name and is the program's.
  return isOurs(site.getFileName() ?? "") && lineOf(site) === null && site.getFunctionName() !== null;
}

/**
 * What runs legacy decorators, within the text that uses it: the program has called none of it, and who reports an error looks for the
 * first frame of the project.
 * @param {CallSite} site
 */
function isHelper(site) {
  const url = site.getFileName() ?? "";
  if (site.isEval() || !hasPositions(url) || lineOf(site) !== 1) return false;
  return isBeforeSource(url, site.getColumnNumber() ?? 1, () => /** @type {any} */ (site).getScriptHash());
}

/** `arguments` in the code of a direct eval. @param {CallSite} site */
const isForArguments = (site) => site.isEval() && site.getFunctionName() === "no_args";

/** `Generator.next`, `Array.map`. @param {CallSite} site */
const isBuiltin = (site) => !site.getFileName() && !site.isEval();

/** @param {CallSite} site */
const isNodes = (site) => scriptOf(site).startsWith("node:") && !isOwnScript(scriptOf(site));

/** Functions of ours that evaluate modules, ours and Node's. */
const EVALUATING = new Set(["runBodies", "compileNatively", "compileModule"]);

/**
 * Some frames in a row that are ours, or there for us.
 * @param {CallSite[]} trace
 * @param {number} from
 */
function ownFrames(trace, from) {
  const names = new Set();
  let isBridge = false;
  let isEvaluation = false;
  let entry = BRIDGE;
  let end = from;
  for (; end < trace.length; end++) {
    const site = trace[end];
    if (!isOwn(site)) {
      const isBetween = isBuiltin(site) && end + 1 < trace.length && isOwn(trace[end + 1]);
      if (!isBetween && !(isBridge && isNodes(site))) break;
      continue;
    }
    const name = internalName(scriptOf(site));
    isBridge = name === BRIDGE;
    isEvaluation ||= isBridge || EVALUATING.has(site.getFunctionName() ?? "");
    // A member of a cycle is run by it, with nothing in between.
    if (end === from && site.getFunctionName() === "importModule")
      isEvaluation = !(/** @type {any} */ (site).isAsync());
    if (entry === BRIDGE) entry = name ?? BRIDGE;
    names.add(site.getFunctionName());
  }
  return { names, entry, end, isEvaluation };
}

/**
 * The call sites that plain Node would have.
 * @param {CallSite[]} trace innermost first; V8 has cut it at Error.stackTraceLimit
 * @param {boolean} [isBelow] does it begin below the program's frames?
 * @returns {CallSite[]}
 */
function shown(trace, isBelow = false) {
  const isExact = isPreparing();
  if (/** @type {any} */ (process).sourceMapsEnabled) noteSourceMaps(trace);
  /** @type {CallSite[]} */
  const sites = [];
  let most = trace.length;
  for (let index = 0; index < trace.length; ) {
    if (!isOwn(trace[index])) {
      const site = trace[index++];
      const isNobodys = isForArguments(site) && index > 1 && isOwn(trace[index - 2]);
      if (!isNobodys && !isHelper(site)) sites.push(movedSite(site, isExact));
      continue;
    }
    const { names, entry, end, isEvaluation } = ownFrames(trace, index);
    const caller = trace[isAsked(trace[index]) ? index + 1 : index] ?? trace[index];
    if (sites.length > 0) sites.push(calledFor(/** @type {CallSite} */ (sites.pop()), caller));
    let removed = end - index;
    const rest = trace.length - end;
    index = end;
    // A builtin that we called, so that it calls the program; Node, so that it evaluates a package.
    const isForPackage = names.has("compileModule");
    const isCaller = (/** @type {CallSite} */ site) => isBuiltin(site) || (isForPackage && isNodes(site));
    // What Node itself has thrown, since it can't load a package, has nothing but these. `eval` is called for V8's words alone.
    const isOfNode = !isBelow && sites.every((site) => isCaller(site) && site.getFunctionName() !== "eval");
    const kept = isForPackage ? endOfPackage(sites) : 0;
    for (; !isOfNode && sites.length > kept && isCaller(sites[sites.length - 1]); removed++) sites.pop();
    // What runs bodies may be cut off.
    const isCommonJs = names.has("begin") && isLoad(sites[sites.length - 1]);
    if (!isEvaluation && !(isCommonJs && rest === 0)) continue;
    if (isCommonJs) {
      sites.push(...ofCommonJs());
      // There are more of Node's than of ours. V8 has cut nothing off if it has fewer than it may have.
      most = Math.max(most, Number(Error.stackTraceLimit) || 0);
      removed = most - sites.length;
    }
    // What did the evaluating stands where Node's frames would.
    if (names.has("importModule")) {
      sites.push(...framesOfImport().slice(0, removed));
      continue;
    }
    // What follows is known, also where V8 has cut it off because ours were counted.
    const known = entry === BRIDGE ? (rest === 0 ? likelyEntry() : null) : entries.get(entry);
    if (known) return [...sites, ...known.all].slice(0, most);
  }
  const begin = isBelow ? -1 : cutOffBelowPackage(trace);
  const likely = begin < 0 ? null : likelyEntry();
  if (likely) return [...sites.slice(0, begin - trace.length), ...likely.all].slice(0, most);
  endWithNode(sites, trace);
  // All of it is ours: whoever looks for our mistake wants to see it.
  return sites.length > 0 ? sites.slice(0, most) : trace;
}

/** @param {CallSite[]} trace */
function noteSourceMaps(trace) {
  for (const site of trace) {
    const url = site.getFileName() ?? "";
    if (takeUnmapped(url)) require("../native/source-maps.cjs").noteSourceMap(url);
  }
}

/**
 * V8 has cut a stack off right behind what resumes the body of a member of a cycle, before any frame that is known
 * to be ours: Node's frame is to be there.
 * @param {CallSite[]} sites
 * @param {CallSite[]} trace
 */
function endWithNode(sites, trace) {
  const { length } = sites;
  if (length < 2 || !isBuiltin(trace[trace.length - 1])) return;
  if (!/^(Async)?Generator\.next /.test(`${trace[trace.length - 1]}`)) return;
  const body = /** @type {any} */ (trace[trace.length - 2]);
  // A module's body is a function of ours, on the line before its first.
  if (!isOurs(body.getFileName()) || lineOf(body, "getEnclosingLineNumber") !== null) return;
  const [known] = entries.values();
  if (known && known.all.length > 0) sites[length - 1] = known.all[0];
}

/**
 * In the place of some of Node's methods we have put a function that calls it. V8 names a method after the property
 * that holds it, and finds none.
 * @param {CallSite} site
 * @param {CallSite} caller
 */
function calledFor(site, caller) {
  if (!isNodes(site) || site.getFunctionName() !== null || site.isToplevel()) return site;
  const name = caller.getFunctionName();
  const text = `${site}`;
  if (!name || !text.includes(".<anonymous> ")) return site;
  const named = text.replace(".<anonymous> ", () => `.${name} `);
  return copyOf(site, { getMethodName: name, toString: named });
}

/** Node's own, or what was there before us. */
const before = /** @type {unknown} */ (Error.prepareStackTrace);
/** What the program has set. */
let chosen = before;
/** What V8's call sites are wanted of, as they are. @type {object | null} */
let wanted = null;
/** @type {CallSite[]} */
let given = [];

/** Does the program format stacks itself? */
function isPreparing() {
  return isNative
    ? Object.getOwnPropertyDescriptor(Error, "prepareStackTrace")?.value !== before
    : chosen !== before;
}

/**
 * node:assert shows the expression as V8 has compiled it; it asks for the stack when the message is there.
 * @param {any} error
 * @param {CallSite[]} sites
 */
function asWritten(error, sites) {
  // A getter of the program's is not to be called.
  const own = (/** @type {string} */ key) => Object.getOwnPropertyDescriptor(error, key)?.value;
  const message = own("message");
  if (own("code") !== "ERR_ASSERTION" || typeof message !== "string") return;
  const [, words, expression] = /^(The expression evaluated to .*\n\n {2})([\s\S]*)\n$/.exec(message) ?? [];
  const url = sites[0]?.getFileName() ?? "";
  if (expression === undefined || !isOurs(url) || !url.startsWith("file:")) return;
  // Here: most programs have none of it.
  const { writtenText } = require("./function-text.cjs");
  const { fileURLToPath } = require("node:url");
  error.message = `${words}${writtenText(fileURLToPath(url), expression)}\n`;
}

/** What V8 calls. @param {unknown} error @param {CallSite[]} trace */
function correct(error, trace) {
  if (error === wanted) {
    wanted = null;
    given = [...trace];
    // What follows makes a text of it that nobody reads: of our frames V8 would count the lines of the whole bundle for that. One is left
    // for what the program formats stacks with.
    if (trace.length === 0) return;
    trace[0] = trace[trace.length - 1];
    trace.length = 1;
    return;
  }
  insist(() => correctSites(error, trace));
}

/** @param {unknown} error @param {CallSite[]} trace */
function correctSites(error, trace) {
  // Who patches Node's resolution may look at the frame that stands so many below it (tsx does): where we ask by ourselves
  // there is none but ours.
  if (isAskingOnly()) return;
  const sites = shownOfAsked(trace, isOwn, shown);
  asWritten(error, sites);
  // In place: it is an array of the realm that the error is of.
  for (const [index, site] of sites.entries()) trace[index] = site;
  trace.length = sites.length;
}

/** What Node calls. @type {(error: any, trace: CallSite[]) => unknown} */
function ErrorPrepareStackTrace(error, trace) {
  if (error === wanted) {
    wanted = null;
    given = trace;
    return "";
  }
  const prepare = typeof chosen === "function" ? chosen : before;
  return Reflect.apply(/** @type {Function} */ (prepare), Error, [error, shownOfAsked(trace, isOwn, shown)]);
}

/** @param {object} holder @returns {CallSite[]} */
function callSites(holder) {
  wanted = holder;
  given = [];
  void (/** @type {any} */ (holder).stack);
  return given;
}

/** Is Node asking, because it formats a stack? V8 formats none within another by way of Node. */
function isFormatting() {
  const { stackTraceLimit } = Error;
  setLimit(0);
  const probe = {};
  Error.captureStackTrace(probe);
  wanted = probe;
  void (/** @type {any} */ (probe).stack);
  const isWithin = wanted === probe;
  wanted = null;
  setLimit(stackTraceLimit);
  return isWithin;
}

/** @param {number} limit */
function setLimit(limit) {
  // Not writable under --frozen-intrinsics.
  Reflect.set(Error, "stackTraceLimit", limit);
}

/** Once for each thread. */
function installStack() {
  if (isInstalled) return;
  isInstalled = true;
  isNative = addon.correctStacks(correct);
  if (isNative) return;
  const { configurable = true } = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace") ?? {};
  if (!configurable || !Object.isExtensible(Error) || typeof before !== "function") return;
  Object.defineProperty(Error, "prepareStackTrace", {
    __proto__: null,
    configurable: true,
    enumerable: false,
    get() {
      if (chosen === before || wanted) return ErrorPrepareStackTrace;
      return isFormatting() ? ErrorPrepareStackTrace : chosen;
    },
    set(value) {
      if (this === Error) chosen = value === ErrorPrepareStackTrace ? before : value;
      else Object.defineProperty(this, "prepareStackTrace", { __proto__: null, ...OWN_PROPERTY, value });
    },
  });
}

/** Of a subclass. */
const OWN_PROPERTY = { configurable: true, enumerable: true, writable: true };

let isInstalled = false;
/** Does V8 ask us? */
let isNative = false;

module.exports = { installStack, leaveEntry, noteCommonJs, noteEntry };
