// @ts-check
"use strict";

// `node --import heatsync-rs/register app.mjs`, for one thread of the process.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { hideLoaded, load, openBundle, openHead } = require("../startup.cjs");

openHead();
/** @type {typeof import("../thread.cjs")} */
const { isHooksThread, isMainThread } = load("thread.cjs");
/** @type {typeof import("../flags.cjs")} */
const { preservesMain, refusal } = load("flags.cjs");
/** @type {typeof import("../main-file.cjs")} */
const { entryPoint } = load("main-file.cjs");
/** @type {typeof import("../copies.cjs")} */
const { inOtherCopy } = load("copies.cjs");
if (!isHooksThread()) registerOnce();

function registerOnce() {
  const other = inOtherCopy(__filename);
  if (other) require(other);
  else register();
}

function register() {
  // The program runs as without us.
  if (refusal) return say(refusal);
  beginHooksThread();
  const main = mainFile();
  if (main) {
    load("esm/code/code-cache.cjs").openCache(main);
    load("esm/begin.cjs").beginProgram(main);
  }
  openBundle();
  const { settingsOfPackage, start } = load("boundaries/init.cjs");
  // Before anything is installed: a program whose options are wrong runs as Node has it, if it does.
  const settings = settingsOfPackage();
  load("esm/index.cjs").onMain(mainFile);
  if ("registerHooks" in Module) {
    load("esm/positions/stack.cjs").noteCommonJs();
    load("esm/hooks/hooks.cjs").install();
  } else load("esm/hooks/hooks-thread.cjs").install();
  if (settings) start(settings);
  if (!isMainThread) require("../inspect/threads.cjs").beginInWorker();
  hideLoaded();
}

/**
 * Node 20 runs hooks on a thread, which takes it 25 ms to begin, and `Module.register` waits for that: begun here, it comes while the
 * rest of us is loaded. Node begins it before it asks for the name of what is to be registered.
 */
function beginHooksThread() {
  const begin = Module.register;
  if ("registerHooks" in Module) return;
  const unnamed = {
    toString() {
      throw unnamed;
    },
  };
  try {
    begin(/** @type {any} */ (unnamed));
  } catch {
    // Ours. Or it may not be begun, or another preload has put its own in the place of that function: said when hooks are registered.
  }
}

/** A worker's parent has said it. @param {string} refusal */
function say(refusal) {
  if (isMainThread) process.stderr.write(`[heatsync] ${refusal}\n`);
}

/** The program's entry point. */
function mainFile() {
  const found = entryPoint();
  if (!found) return null;
  const { named, file } = found;
  // Through a link, which may be led elsewhere, if it is no name without its extension.
  if (!preservesMain && file !== named && fs.existsSync(named)) {
    // A link to a folder leads to what was found in it.
    const within = path.relative(fs.realpathSync(named), file);
    if (!within.startsWith("..") && !path.isAbsolute(within))
      require("../../native/load.cjs").enteredThrough(path.join(named, within), file);
  }
  return file;
}

//# sourceURL=node:heatsync-rs/esm/register.cjs
