"use strict";

// Edits a module and waits until the edit is live, as often as it is told to.

const fs = require("node:fs");
const path = require("node:path");
const { setImmediate: turn } = require("node:timers/promises");
const Heatsync = require("heatsync-rs");

const reloads = Number(process.argv[2]);
const file = path.join(process.cwd(), "module.js");
const valueAt = 'exports.value = "'.length;
const sync = new Heatsync();
sync.events.on("error", fail);
const module_ = sync.require(file);
const started = performance.now();
/** @type {() => void} */
let reloaded = () => {};
sync.events.on("reload", () => reloaded());

main().catch(fail);

async function main() {
  const samples = new Set([
    0,
    Math.floor(reloads / 4),
    Math.floor(reloads / 2),
    Math.floor((3 * reloads) / 4),
    reloads,
  ]);
  for (let n = 0; n <= reloads; n++) {
    if (n > 0) await edit(String(n).padStart(8, "0"));
    if (samples.has(n)) await sample(n);
  }
  await sync.dispose();
  process.disconnect?.();
}

/** @param {string} value as long as every other, so that only these bytes are written and nothing is truncated */
async function edit(value) {
  const live = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`edit ${value} was lost: ${module_.value}`)), 10_000);
    reloaded = () => {
      if (module_.value !== value) return;
      clearTimeout(timer);
      resolve(undefined);
    };
  });
  const fd = fs.openSync(file, "r+");
  fs.writeSync(fd, value, valueAt);
  fs.closeSync(fd);
  await live;
  await turn();
}

/** @param {number} n */
async function sample(n) {
  for (let i = 0; i < 3; i++) {
    await turn();
    globalThis.gc?.();
  }
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ reloads: n, heap: heapUsed, rss, seconds: (performance.now() - started) / 1000 });
}

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exit(1);
}
