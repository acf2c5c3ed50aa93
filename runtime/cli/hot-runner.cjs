#!/usr/bin/env node
// @ts-check
"use strict";

// The same command under the name of hot-hook's runner, so that its scripts go on working.
require("./command.cjs").start("hot-runner");
