// @ts-check
"use strict";

// An error in words. Its stack is not all there is to tell: why `fetch` failed is in its cause, and what a connection was refused
// by in the errors that one sums up, whose own message is empty. So these are told as Node tells them of an error that nobody
// catches; what else an error has, Node would tell of too, and of many a library that is a hundred lines.

/**
 * What was thrown, if it can be looked at. A program throws what it likes: a revoked proxy, or what has getters that throw. Whoever
 * asks what an error is asks this, or the getter's own error would end what was to tell of it.
 * @param {unknown} thrown
 * @returns {unknown} that, or an error that stands for it
 */
function legible(thrown) {
  try {
    const { code, message, name, path, stack } = /** @type {any} */ (thrown ?? {});
    if (thrown instanceof Error) void `${name}${message}${stack}`;
    void [code, path];
    return thrown;
  } catch {
    return standIn(thrown);
  }
}

/** @param {unknown} thrown */
function standIn(thrown) {
  const error = new Error("a module threw something that can't be looked at", { cause: thrown });
  // Ours: it says nothing about the program.
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/**
 * What Node brings from the thread of hooks (`module.register`) has a stack that can be defined, and not be assigned to.
 * @param {Error} error
 * @param {string} value
 */
function setStack(error, value) {
  Object.defineProperty(error, "stack", {
    __proto__: null,
    configurable: true,
    enumerable: false,
    value,
    writable: true,
  });
}

/**
 * @param {unknown} thrown
 * @param {ReadonlySet<unknown>} [above] the errors it is part of
 * @returns {string}
 */
function textOf(thrown, above = new Set()) {
  const error = legible(thrown);
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspected(error);
  const text = String(error.stack ?? error.message);
  const parts = partsOf(error, new Set([...above, error]));
  return parts.length > 0 ? `${text} {\n${indented(parts.join(",\n"))}\n}` : text;
}

/** @param {Error & { errors?: unknown }} error @param {ReadonlySet<unknown>} above */
function partsOf(error, above) {
  const part = (/** @type {unknown} */ it) => {
    if (above.has(it)) return "[Circular]";
    return legible(it) === it && it instanceof Error ? textOf(it, above) : inspected(it);
  };
  const parts = [];
  try {
    const { errors } = error;
    if (error instanceof AggregateError && Array.isArray(errors) && errors.length > 0)
      parts.push(`[errors]: [\n${indented(errors.map(part).join(",\n"))}\n]`);
    if (error.cause !== undefined && Object.hasOwn(error, "cause"))
      parts.push(`[cause]: ${part(error.cause)}`);
  } catch {
    // They are what a library made of them; what the error itself says is known.
  }
  return parts;
}

/** @param {string} text */
const indented = (text) => text.replace(/^(?=.)/gm, "  ");

/** @param {unknown} value */
function inspected(value) {
  const { inspect } = require("node:util");
  // Its own method may throw, or a getter that Node reads.
  for (const options of [{}, { customInspect: false }]) {
    try {
      return inspect(value, options);
    } catch {}
  }
  return "[something that can't be looked at]";
}

module.exports = { inspected, legible, setStack, standIn, textOf };
