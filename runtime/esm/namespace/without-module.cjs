// @ts-check
"use strict";

// Namespaces of modules that have left. Node keeps each that it was given, with the values in it; the module, its environment and what it
// imported are not to be kept by that.

const { Cell } = require("../graph/cell.cjs");
const { Module } = require("../graph/module-record.cjs");

/** In the place of modules that have left. */
const nobody = new Module("");
const nothing = { module: nobody, cell: new Cell() };

/** @param {import("./variables.cjs").Variable[]} variables */
function letGoOf(variables) {
  for (const variable of variables) if (!variable.from && !variable.isPolled) variable.binding = nothing;
}

module.exports = { letGoOf, nobody };
