// Updates through import(), cycles and `export *`, and what comes and goes with them.

import { module } from "./module.mjs";

/** @type {import("../hot-cases.mjs").Case[]} */
export const graphs = [
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
        events: ["dispose a1", "a2", "a1 accepts itself", "dispose b", "prune b"],
        dynohot: ["dispose a1", "a2", "a1 accepts itself", "prune b", "dispose b"],
        why: "Vite's order, see below",
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
          ...["dispose y", "prune y", "dispose w", "prune w"],
        ],
        dynohot: [
          "dispose x1",
          "x2",
          "x1 accepts itself",
          ...["prune y", "dispose y", "prune w", "dispose w"],
        ],
        why: "Vite's order: a prune handler gets what the dispose handlers have put into `data`",
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
];
