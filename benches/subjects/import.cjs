"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { reportWhenNew } = require("./report.cjs");

const Heatsync = require("heatsync-rs");
const sync = new Heatsync({ persistentWatchers: true });
sync.events.on("error", console.error);
const extension = fs.existsSync("module0.mjs") ? "mjs" : "js";
const files = Array.from({ length: 10 }, (_, i) => path.join(process.cwd(), `module${i}.${extension}`));
sync.import(files).then((modules) => reportWhenNew(() => modules[0].value ?? modules[0].default?.value));
