"use strict";

// Edits a module and waits until the edit is live, as often as it is told to.

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { setImmediate: turn } = require("node:timers/promises");
const Heatsync = require("heatsync-rs");

const reloads = Number(process.argv[2]);
const through = process.argv[3] ?? "require";
const isCommonJs = through === "require" || through === "module.hot";
const file = path.join(process.cwd(), isCommonJs ? "module.js" : "module.mjs");
const valueAt = fs.readFileSync(file, "utf8").indexOf('"') + 1;
const sync = new Heatsync({ persistentWatchers: true });
sync.events.on("error", fail);
/** @type {() => string} */
let value;
const started = performance.now();
/** @type {() => void} */
let reloaded = () => {};
sync.events.on("reload", () => reloaded());

main().catch(fail);

/** Loads the module in the way that is asked for. */
async function load() {
  if (through === "boundary") return loadBoundary();
  if (["self", "accept", "module.hot"].includes(through)) return loadHot();
  if (through === "hmr") {
    const { ready } = Heatsync.hmr(file, file, (namespace) => {
      value = () => namespace.value;
      reloaded();
    });
    return ready;
  }
  const object = through.endsWith("require")
    ? sync.require(file)
    : await sync.import(through === "importer" ? path.join(process.cwd(), "importer.mjs") : file);
  value = () => (through === "importer" ? object.read() : object.value);
}

/** The namespace, or what requires it, has the new value without anybody's doing. */
async function loadHot() {
  Heatsync.hot.on("update", () => reloaded());
  if (through === "module.hot") {
    value = () => require(file).value;
    value();
  } else if (through === "self") {
    const namespace = await import(pathToFileURL(file).href);
    value = () => namespace.value;
  } else {
    const { read } = await import(pathToFileURL(path.join(process.cwd(), "importer.mjs")).href);
    value = read;
  }
}

/** An update makes the next import() give the new version. */
async function loadBoundary() {
  const { hot } = Heatsync;
  await hot.init({ root: __filename, rootDirectory: process.cwd(), boundaries: ["./module.mjs"] });
  const next = async () => {
    const namespace = await import(pathToFileURL(file).href);
    value = () => namespace.value;
    reloaded();
  };
  hot.on("update", () => void next().catch(fail));
  return next();
}

async function main() {
  await load();
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
  // hmr() and hot.init wait for changes for ever.
  process.exit();
}

/** @param {string} wanted as long as every other, so that only these bytes are written and nothing is truncated */
async function edit(wanted) {
  const live = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`edit ${wanted} was lost: ${value()}`)), 10_000);
    reloaded = () => {
      if (value() !== wanted) return;
      clearTimeout(timer);
      resolve(undefined);
    };
  });
  const fd = fs.openSync(file, "r+");
  fs.writeSync(fd, wanted, valueAt);
  fs.closeSync(fd);
  await live;
  await turn();
}

/** What a collection leaves may be the next one's: some of it is let go only when the loop has turned. @param {number} n */
async function sample(n) {
  let least = Number.POSITIVE_INFINITY;
  for (let same = 0; same < 3; ) {
    await turn();
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    same = heapUsed < least * 0.99 ? 0 : same + 1;
    least = Math.min(least, heapUsed);
  }
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ reloads: n, heap: heapUsed, rss, seconds: (performance.now() - started) / 1000 });
}

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exit(1);
}
