"use strict";

// The floor: what Node itself needs from a save to a new value, with nothing decided in between. fs.watch on one
// folder is one inotify descriptor in the loop's epoll set; then one read, one compile, one call. A native inotify
// program would not be a fairer floor: the new code must run in Node, and so its event loop has to be woken anyway.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { reportWhenNew } = require("./report.cjs");

const file = path.join(process.cwd(), "module0.js");
let exported = load();

function load() {
  const module = { exports: {} };
  vm.compileFunction(fs.readFileSync(file, "utf8"), ["exports", "require", "module"], { filename: file })(
    module.exports,
    require,
    module,
  );
  return module.exports;
}

reportWhenNew(() => exported.value);
fs.watch(path.dirname(file), (_event, name) => {
  if (name !== path.basename(file)) return;
  const fresh = load();
  if (fresh.value !== undefined) exported = fresh; // else read between truncating and writing: the next event follows
});
