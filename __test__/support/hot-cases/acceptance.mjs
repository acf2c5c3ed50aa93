// Who accepts an update, and who declines it.

import { module } from "./module.mjs";

/** @type {import("../hot-cases.mjs").Case[]} */
export const acceptance = [
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
];
