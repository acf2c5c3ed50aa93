"use strict";

// heatsync-rs and npm heatsync, by the same code. BENCH_PACKAGE says which.

const path = require("node:path");
const { reportWhenNew } = require("./report.cjs");

const Heatsync = require(/** @type {string} */ (process.env.BENCH_PACKAGE));
const sync = new Heatsync({ persistentWatchers: true });
sync.events.on("error", console.error);
const modules = sync.require(Array.from({ length: 10 }, (_, i) => path.join(process.cwd(), `module${i}.js`)));
reportWhenNew(() => modules[0].value);
