// @ts-check
"use strict";

// CommonJS that is imported, for what Node's frames are then (commonjs-frames.cjs).

require("../positions/stack.cjs").noteCommonJs();
