// @ts-check
"use strict";

// What older Nodes tell hooks in the program's thread otherwise than it is documented: 22 before 22.19, and 24 before 24.6.

const { isArray } = Array;

/**
 * They have a Set of the conditions that require() asks by, not a list.
 * @param {string[] | Set<string> | undefined} conditions
 * @param {"import" | "require"} name
 */
function hasCondition(conditions, name) {
  if (!conditions) return false;
  return isArray(conditions) ? conditions.includes(name) : conditions.has(name);
}

/**
 * What require() asks for that is a builtin with its scheme alone (`node:test`, `node:sqlite`) they name without it; then they don't take
 * what they find themselves, which is no text.
 * @param {string} url
 * @param {{ format?: string | null }} context
 * @returns {import("node:module").LoadFnOutput | null} null: it is something else
 */
function namelessBuiltin(url, { format }) {
  return format === "builtin" && !url.startsWith("node:") ? { format, source: "", shortCircuit: true } : null;
}

module.exports = { hasCondition, namelessBuiltin };
