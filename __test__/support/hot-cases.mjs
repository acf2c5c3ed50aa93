// What `import.meta.hot` makes of edits: programs, edits, and the events in their order. The order
// is dynohot 1.2.1's, measured (`HEATSYNC_DYNOHOT`, hot-semantics.test.mjs); where ours is another,
// `dynohot` has theirs and `why` says why.

/**
 * @typedef {object} Edit
 * @property {Record<string, string>} save
 * @property {string[]} events
 * @property {string | string[]} [ends] how the update ends: `accepted` if left out
 * @property {string[]} [dynohot]
 * @property {string} [why]
 */
/** @typedef {{ name: string, files: Record<string, string>, start: string[], edits: Edit[], dynohotStart?: string[] }} Case */

/**
 * A module that says when it is evaluated, disposed, pruned, and what it is told.
 * @param {string} name its version is what digits it ends with
 * @param {{ imports?: string[], self?: boolean, accepts?: (string | string[])[], first?: string, last?: string, exports?: string }} [how]
 */
function module(
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

/** @type {Case[]} */
export const cases = [
  {
    name: "a module accepts itself",
    files: { main: module("main", { imports: ["x"] }), x: module("x1", { self: true }) },
    start: ["x1", "main"],
    edits: [
      { save: { x: module("x2", { self: true }) }, events: ["dispose x1", "x2", "x1 accepts itself"] },
      { save: { x: module("x3", { self: true }) }, events: ["dispose x2", "x3", "x2 accepts itself"] },
    ],
  },
  {
    name: "the new version need not accept: the old one's word counts",
    files: { main: module("main", { imports: ["x"] }), x: module("x1", { self: true }) },
    start: ["x1", "main"],
    edits: [
      { save: { x: module("x2") }, events: ["dispose x1", "x2", "x1 accepts itself"] },
      { save: { x: module("x3") }, events: [], ends: "unaccepted" },
    ],
  },
  {
    name: "an importer accepts",
    files: { main: module("main", { imports: ["x"], accepts: ["x"] }), x: module("x1") },
    start: ["x1", "main"],
    edits: [{ save: { x: module("x2") }, events: ["dispose x1", "x2", "main accepts x"] }],
  },
  {
    name: "a module that accepts itself is not its importer's business",
    files: { main: module("main", { imports: ["x"], accepts: ["x"] }), x: module("x1", { self: true }) },
    start: ["x1", "main"],
    edits: [{ save: { x: module("x2") }, events: ["dispose x1", "x2", "x1 accepts itself"] }],
  },
  {
    name: "what lies between is disposed and evaluated, module by module",
    files: {
      main: module("main", { imports: ["top"] }),
      top: module("top", { imports: ["mid"], self: true }),
      mid: module("mid", { imports: ["leaf"] }),
      leaf: module("leaf1"),
    },
    start: ["leaf1", "mid", "top", "main"],
    edits: [
      {
        save: { leaf: module("leaf2") },
        events: ["dispose leaf1", "leaf2", "dispose mid", "mid", "dispose top", "top", "top accepts itself"],
      },
    ],
  },
  {
    name: "each way up needs a boundary of its own",
    files: {
      main: module("main", { imports: ["a", "b"] }),
      a: module("a", { imports: ["x"], accepts: ["x"] }),
      b: module("b", { imports: ["x"], self: true }),
      x: module("x1"),
    },
    start: ["x1", "a", "b", "main"],
    edits: [
      {
        save: { x: module("x2") },
        events: ["dispose x1", "x2", "a accepts x", "dispose b", "b", "b accepts itself"],
      },
    ],
  },
  {
    name: "one way without a boundary refuses",
    files: {
      main: module("main", { imports: ["a", "b"] }),
      a: module("a", { imports: ["x"], accepts: ["x"] }),
      b: module("b", { imports: ["x"] }),
      x: module("x1"),
    },
    start: ["x1", "a", "b", "main"],
    edits: [{ save: { x: module("x2") }, events: [], ends: "unaccepted" }],
  },
  {
    name: "a module that import() brought, accepted by who brought it",
    files: {
      main: module("main", { last: `await import("./x.mjs"); hot.accept("./x.mjs", () => say("told"));` }),
      x: module("x", { imports: ["y"] }),
      y: module("y1"),
    },
    start: ["main", "y1", "x"],
    edits: [{ save: { y: module("y2") }, events: ["dispose y1", "y2", "dispose x", "x", "told"] }],
  },
  {
    name: "a module that import() brought, accepted before it came",
    files: {
      main: module("main", { accepts: ["x"], last: `await import("./x.mjs");` }),
      x: module("x1"),
    },
    start: ["main", "x1"],
    edits: [{ save: { x: module("x2") }, events: ["dispose x1", "x2", "main accepts x"] }],
  },
  {
    name: "a module that import() brought, accepted by nobody",
    files: { main: module("main", { last: `await import("./x.mjs");` }), x: module("x1") },
    start: ["main", "x1"],
    edits: [{ save: { x: module("x2") }, events: [], ends: "unaccepted" }],
  },
  {
    name: "import() within what import() brought",
    files: {
      main: module("main", { last: `await import("./a.mjs");` }),
      a: module("a", { self: true, last: `await import("./b.mjs");` }),
      b: module("b", { last: `await import("./c.mjs");` }),
      c: module("c1"),
    },
    start: ["main", "a", "b", "c1"],
    edits: [
      {
        save: { c: module("c2") },
        events: ["dispose c1", "c2", "dispose b", "b", "dispose a", "a", "a accepts itself"],
      },
    ],
  },
  {
    name: "what import() brought goes when its importer is evaluated anew and does not ask again",
    files: {
      main: module("main", { imports: ["a"] }),
      a: module("a1", { self: true, last: `await import("./b.mjs");` }),
      b: module("b"),
    },
    start: ["a1", "b", "main"],
    edits: [
      {
        save: { a: module("a2", { self: true }) },
        events: ["dispose a1", "a2", "a1 accepts itself", "prune b", "dispose b"],
      },
      {
        save: { a: module("a3", { self: true, last: `await import("./b.mjs");` }) },
        events: ["dispose a2", "a3", "b", "a2 accepts itself"],
      },
    ],
  },
  {
    name: "members of a cycle are evaluated together",
    files: {
      main: module("main", { imports: ["a"] }),
      a: module("a", { imports: ["b"], self: true }),
      b: module("b1", { imports: ["a"], self: true }),
    },
    start: ["b1", "a", "main"],
    edits: [
      {
        save: { b: module("b2", { imports: ["a"], self: true }) },
        events: ["dispose b1", "dispose a", "b2", "a", "b1 accepts itself", "a accepts itself"],
      },
    ],
  },
  {
    name: "a cycle is accepted by an importer of each member it imports",
    files: {
      main: module("main", { imports: ["a", "b"], accepts: ["a", "b"] }),
      a: module("a", { imports: ["b"] }),
      b: module("b1", { imports: ["a"] }),
    },
    start: ["b1", "a", "main"],
    edits: [
      {
        save: { b: module("b2", { imports: ["a"] }) },
        events: ["dispose b1", "dispose a", "b2", "a", "main accepts a", "main accepts b"],
      },
    ],
  },
  {
    name: "a dependency appears",
    files: { main: module("main", { imports: ["x"] }), x: module("x1", { self: true }) },
    start: ["x1", "main"],
    edits: [
      {
        save: { y: module("y1"), x: module("x2", { imports: ["y"], self: true }) },
        events: ["y1", "dispose x1", "x2", "x1 accepts itself"],
      },
      {
        save: { y: module("y2") },
        events: ["dispose y1", "y2", "dispose x2", "x2", "x2 accepts itself"],
      },
    ],
  },
  {
    name: "a dependency vanishes, and what only it imported",
    files: {
      main: module("main", { imports: ["x"] }),
      x: module("x1", { imports: ["y", "z"], self: true }),
      y: module("y", { imports: ["w"] }),
      z: module("z"),
      w: module("w"),
    },
    start: ["w", "y", "z", "x1", "main"],
    edits: [
      {
        save: { x: module("x2", { imports: ["z"], self: true }) },
        events: [
          "dispose x1",
          "x2",
          "x1 accepts itself",
          ...["prune y", "dispose y", "prune w", "dispose w"],
        ],
      },
      {
        save: { x: module("x3", { imports: ["y", "z"], self: true }) },
        events: ["w", "y", "dispose x2", "x3", "x2 accepts itself"],
      },
    ],
  },
  {
    name: "a dependency that somebody else imports stays",
    files: {
      main: module("main", { imports: ["x", "y"] }),
      x: module("x1", { imports: ["y"], self: true }),
      y: module("y"),
    },
    start: ["y", "x1", "main"],
    edits: [
      {
        save: { x: module("x2", { self: true }) },
        events: ["dispose x1", "x2", "x1 accepts itself"],
      },
    ],
  },
  {
    name: "through export *",
    files: {
      main: `import { value } from "./barrel.mjs"; const hot = import.meta.hot; say("main " + value); hot.accept("./barrel.mjs", () => say("main sees " + value));`,
      barrel: module("barrel", { exports: `export * from "./x.mjs";` }),
      x: module("x1", { exports: "export const value = 1;" }),
    },
    start: ["x1", "barrel", "main 1"],
    edits: [
      {
        save: { x: module("x2", { exports: "export const value = 2;" }) },
        events: ["dispose x1", "x2", "dispose barrel", "barrel", "main sees 2"],
      },
    ],
  },
  {
    name: "decline, where the update comes by",
    files: {
      main: module("main", { imports: ["top"] }),
      top: module("top", { imports: ["mid"], self: true }),
      mid: module("mid", { imports: ["x"], last: "hot.decline();" }),
      x: module("x1"),
    },
    start: ["x1", "mid", "top", "main"],
    edits: [{ save: { x: module("x2") }, events: [], ends: "declined" }],
  },
  {
    name: "decline, where it does not",
    files: {
      main: module("main", { imports: ["mid"] }),
      mid: module("mid", { imports: ["x"], last: "hot.decline();" }),
      x: module("x1", { self: true, last: "hot.decline();" }),
    },
    start: ["x1", "mid", "main"],
    edits: [{ save: { x: module("x2") }, events: ["dispose x1", "x2", "x1 accepts itself"] }],
  },
  {
    name: "asynchronous handlers end before the next step",
    files: {
      main: module("main", {
        imports: ["x"],
        last: `hot.accept("./x.mjs", async () => { say("told"); await new Promise(setImmediate); say("told too"); });`,
      }),
      x: module("x1", {
        last: `hot.dispose(async () => { say("end"); await new Promise(setImmediate); say("ended"); });`,
      }),
    },
    start: ["x1", "main"],
    edits: [
      {
        save: { x: module("x2") },
        events: ["end", "ended", "dispose x1", "x2", "told", "told too"],
      },
    ],
  },
  {
    name: "asynchronous bodies end before the next step",
    files: {
      main: module("main", { imports: ["x"], accepts: ["x"] }),
      x: module("x", { imports: ["y"], last: `await new Promise(setImmediate); say("x ends");` }),
      y: module("y1"),
    },
    start: ["y1", "x", "x ends", "main"],
    edits: [
      {
        save: { y: module("y2", { last: `await new Promise(setImmediate); say("y ends");` }) },
        events: ["dispose y1", "y2", "y ends", "dispose x", "x", "x ends", "main accepts x"],
      },
    ],
  },
  {
    name: "data is what dispose handlers left, and no more",
    files: {
      main: module("main", { imports: ["x"] }),
      x: `const hot = import.meta.hot; hot.accept(); hot.dispose((data) => { data.a = 1; }); hot.dispose((data) => { data.b = 2; });`,
    },
    start: ["main"],
    edits: [
      {
        save: {
          x: `const hot = import.meta.hot; say(JSON.stringify(hot.data)); hot.accept(); hot.dispose((data) => { data.c = hot.data.a; });`,
        },
        events: ['{"b":2,"a":1}'],
      },
      { save: { x: `say(JSON.stringify(import.meta.hot.data));` }, events: ['{"c":1}'] },
    ],
  },
  {
    name: "data of members of a cycle",
    files: {
      main: module("main", { imports: ["a"], accepts: ["a"] }),
      a: `import "./b.mjs"; const hot = import.meta.hot; say("a " + hot.data?.n); hot.dispose((data) => { data.n = (hot.data?.n ?? 0) + 1; });`,
      b: module("b1", { imports: ["a"] }),
    },
    start: ["b1", "a undefined", "main"],
    edits: [
      {
        save: { b: module("b2", { imports: ["a"] }) },
        events: ["dispose b1", "b2", "a 1", "main accepts a"],
      },
      {
        save: { b: module("b3", { imports: ["a"] }) },
        events: ["dispose b2", "b3", "a 2", "main accepts a"],
      },
    ],
  },
  {
    name: "several handlers for one specifier, all called",
    files: {
      main: module("main", { imports: ["x", "y"], accepts: ["x", ["y", "x"], "y"] }),
      x: module("x1"),
      y: module("y"),
    },
    start: ["x1", "y", "main"],
    edits: [
      { save: { x: module("x2") }, events: ["dispose x1", "x2", "main accepts x", "main accepts y x"] },
    ],
  },
  {
    name: "an accept handler that throws: its module is evaluated",
    files: {
      main: module("main", { imports: ["mid"] }),
      mid: module("mid", {
        imports: ["x"],
        self: true,
        last: `hot.accept("./x.mjs", () => { throw new Error("handler"); });`,
      }),
      x: module("x1"),
    },
    start: ["x1", "mid", "main"],
    edits: [
      { save: { x: module("x2") }, events: ["dispose x1", "x2", "dispose mid", "mid", "mid accepts itself"] },
    ],
  },
  {
    name: "a self-accept handler that throws: its importers are asked",
    files: {
      main: module("main", { imports: ["mid"] }),
      mid: module("mid", { imports: ["x"], accepts: ["x"] }),
      x: module("x1", { last: `hot.accept(() => { throw new Error("handler"); });` }),
    },
    start: ["x1", "mid", "main"],
    edits: [{ save: { x: module("x2") }, events: ["dispose x1", "x2", "mid accepts x"] }],
  },
  {
    name: "two files, two boundaries, one order",
    files: {
      main: module("main", { imports: ["a", "b"] }),
      a: module("a", { imports: ["x", "y"], self: true }),
      b: module("b", { imports: ["y"], accepts: ["y"] }),
      x: module("x1"),
      y: module("y1"),
    },
    start: ["x1", "y1", "a", "b", "main"],
    edits: [
      {
        save: { y: module("y2"), x: module("x2") },
        events: [
          ...["dispose x1", "x2", "dispose y1", "y2", "dispose a", "a", "a accepts itself"],
          "b accepts y",
        ],
        dynohot: [
          ...["dispose x1", "dispose y1", "x2", "y2"],
          ...["b accepts y", "dispose a", "a", "a accepts itself"],
        ],
        why: "it runs neighbours side by side; ours awaits each step before the next",
      },
    ],
  },
  {
    name: "invalidate() in a self-accept handler: its importers are asked",
    files: {
      main: module("main", { imports: ["mid"] }),
      mid: module("mid", { imports: ["x"], self: true }),
      x: module("x1", { last: `hot.accept(() => { say("no"); hot.invalidate(); });` }),
    },
    start: ["x1", "mid", "main"],
    edits: [
      {
        save: { x: module("x2") },
        events: ["dispose x1", "x2", "no", "dispose mid", "mid", "mid accepts itself"],
        dynohot: ["dispose x1", "x2", "no"],
        why: "its documentation says that the self-accept is cancelled; 1.2.1 looks at the flag of the new version only",
      },
    ],
  },
  {
    name: "invalidate() in an importer's handler: the importer is evaluated",
    files: {
      main: module("main", { imports: ["mid"] }),
      mid: module("mid", {
        imports: ["x"],
        self: true,
        last: `hot.accept("./x.mjs", () => { say("no"); hot.invalidate(); });`,
      }),
      x: module("x1"),
    },
    start: ["x1", "mid", "main"],
    edits: [
      {
        save: { x: module("x2") },
        events: ["dispose x1", "x2", "no", "dispose mid", "mid", "mid accepts itself"],
      },
    ],
  },
  {
    name: "a body that throws: what is above is not evaluated",
    files: {
      main: module("main", { imports: ["top"] }),
      top: module("top", { imports: ["x"], self: true }),
      x: module("x1"),
    },
    start: ["x1", "top", "main"],
    edits: [
      {
        save: { x: module("x2", { first: `throw new Error("body");` }) },
        events: ["dispose x1"],
        ends: "evaluationError",
      },
      {
        save: { x: module("x3") },
        events: ["x3", "dispose top", "top", "top accepts itself"],
        dynohot: ["dispose x1", "x3", "dispose top", "top", "top accepts itself"],
        why: "a handler that ran has run: it closed what it had to",
      },
    ],
  },
];
