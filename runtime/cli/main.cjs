#!/usr/bin/env node
// @ts-check
"use strict";

// Started however this is loaded: in a project of ES modules pm2 imports what it runs, which is no `require.main` then.
require("./command.cjs").start("heatsync");
