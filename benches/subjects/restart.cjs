"use strict";

// For the tools that start the process anew: live is when the new process has read the value.

const path = require("node:path");
const { report } = require("./report.cjs");

const modules = Array.from({ length: 10 }, (_, i) => require(path.join(process.cwd(), `module${i}.js`)));
report(modules[0].value);
