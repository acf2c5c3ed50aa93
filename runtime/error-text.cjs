// @ts-check
"use strict";

// An error in words. Its stack is not all there is to tell: why `fetch` failed is in its cause, and what a connection was refused
// by in the errors that one sums up, whose own message is empty. So these are told as Node tells them of an error that nobody
// catches; what else an error has, Node would tell of too, and of many a library that is a hundred lines.

/**
 * @param {unknown} error
 * @param {ReadonlySet<unknown>} [above] the errors it is part of
 * @returns {string}
 */
function textOf(error, above = new Set()) {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspected(error);
  const text = String(error.stack ?? error.message);
  const parts = partsOf(error, new Set([...above, error]));
  return parts.length > 0 ? `${text} {\n${indented(parts.join(",\n"))}\n}` : text;
}

/** @param {Error & { errors?: unknown }} error @param {ReadonlySet<unknown>} above */
function partsOf(error, above) {
  const part = (/** @type {unknown} */ it) => {
    if (above.has(it)) return "[Circular]";
    return it instanceof Error ? textOf(it, above) : inspected(it);
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
const inspected = (value) => require("node:util").inspect(value);

module.exports = { textOf };
