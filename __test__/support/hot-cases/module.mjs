// The modules of these programs.

/**
 * A module that says when it is evaluated, disposed, pruned, and what it is told.
 * @param {string} name its version is what digits it ends with
 * @param {{ imports?: string[], self?: boolean, accepts?: (string | string[])[], first?: string, last?: string, exports?: string }} [how]
 */
export function module(
  name,
  { imports = [], self = false, accepts = [], first = "", last = "", exports = "" } = {},
) {
  const lines = imports.map((it) => `import "./${it}.mjs";`);
  lines.push(`const hot = import.meta.hot;`, first, `say("${name}");`);
  lines.push(`hot.dispose(() => say("dispose ${name}"));`, `hot.prune(() => say("prune ${name}"));`);
  if (self) lines.push(`hot.accept(() => say("${name} accepts itself"));`);
  for (const what of accepts) {
    const list = [what].flat();
    const specifiers = JSON.stringify(list.map((it) => `./${it}.mjs`));
    const first = Array.isArray(what) ? specifiers : `"./${what}.mjs"`;
    lines.push(`hot.accept(${first}, () => say("${name} accepts ${list.join(" ")}"));`);
  }
  return [...lines, exports, last].join("\n");
}
