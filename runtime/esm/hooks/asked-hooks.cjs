// @ts-check
"use strict";

// What Node throws because a specifier leads nowhere is thrown below a hook of ours, which asks for the rest of the chain:
// the hook's frames, and Node's around them, use up what `Error.stackTraceLimit` allows, and of the program, of which
// plain Node shows where it requires, no frame is left. So there is room for ours while we ask, and no more is shown after.

const { apply } = require("../../intrinsics.cjs");

/** @typedef {NodeJS.CallSite} CallSite */

const { set } = Reflect;
const HOOKS = "node:internal/modules/customization_hooks";
const COMMONJS = "node:internal/modules/cjs/loader";
/** More than there are, of ours and between ours. */
const ROOM = 24;

/** What the program allows, while we ask. @type {number | null} */
let allowed = null;

/**
 * Calls what Node, or another hook, has to say.
 * @param {Function} ask
 * @param {unknown} self
 * @param {any[]} given
 * @returns {any}
 */
function asked(ask, self, given) {
  const limit = Error.stackTraceLimit;
  if (allowed !== null || typeof limit !== "number" || !(limit > 0)) return apply(ask, self, given);
  const raised = limit + ROOM;
  let isAnswered = false;
  // Not writable under --frozen-intrinsics.
  if (set(Error, "stackTraceLimit", raised)) allowed = limit;
  // No `catch`: Node shows the line that has thrown last.
  try {
    const answer = apply(ask, self, given);
    isAnswered = true;
    return answer;
  } finally {
    // A hook may have set another.
    if (allowed !== null && Error.stackTraceLimit === raised) set(Error, "stackTraceLimit", limit);
    allowed = null;
    // V8 formats a stack when it is first read.
    if (!isAnswered) require("../positions/stack.cjs").installStack();
  }
}

/**
 * Without what Node calls only since there are hooks, if there are none but ours, and no more than the program wants to see.
 * @param {CallSite[]} trace innermost first
 * @param {(site: CallSite) => boolean} isOwn
 * @param {(trace: CallSite[]) => CallSite[]} shown
 */
function shownOfAsked(trace, isOwn, shown) {
  if (!trace.some((site) => isAsked(site) && isOwn(site))) return shown(trace);
  return shown(withoutHooks(trace, isOwn)).slice(0, allowed ?? Error.stackTraceLimit);
}

/** @param {CallSite} site */
const isAsked = (site) => site.getFunctionName() === asked.name;

/** @param {CallSite[]} all @param {(site: CallSite) => boolean} isOwn */
function withoutHooks(all, isOwn) {
  const scriptOf = (/** @type {CallSite} */ site) => site.getScriptNameOrSourceURL();
  // What a hook calls to ask the next one.
  const trace = all.filter(
    (site, at) => !(scriptOf(site) === HOOKS && at + 1 < all.length && isOwn(all[at + 1])),
  );
  const scripts = trace.map(scriptOf);
  const first = scripts.indexOf(HOOKS);
  const last = scripts.lastIndexOf(HOOKS);
  const between = trace.slice(first, last + 1);
  if (first < 0 || between.some((site, at) => scripts[first + at] !== HOOKS && !isOwn(site))) return trace;
  let begin = first;
  while (begin > 0 && isOwn(trace[begin - 1])) begin--;
  // `defaultResolve` of the CommonJS loader is what its hooks end with.
  const isEnd = scripts[begin - 1] === COMMONJS && trace[begin - 1].getFunctionName() === "defaultResolve";
  return [...trace.slice(0, isEnd ? begin - 1 : begin), ...trace.slice(last + 1)];
}

module.exports = { asked, isAsked, shownOfAsked };
