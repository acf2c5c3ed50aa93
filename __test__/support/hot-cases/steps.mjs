// The steps of an update: bodies, handlers, their data, and what they throw.

import { module } from "./module.mjs";

/** @type {import("../hot-cases.mjs").Case[]} */
export const steps = [
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
