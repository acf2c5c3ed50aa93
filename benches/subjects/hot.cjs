"use strict";

// Gives a program under register, whose modules are all in its own folder, the way to report.

const { reportWhenNew } = require("./report.cjs");

/** @type {any} */ (globalThis).reportWhenNew = reportWhenNew;
