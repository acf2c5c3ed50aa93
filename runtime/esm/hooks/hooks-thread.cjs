// @ts-check
"use strict";

// Node 20: hooks run on a thread of their own, and do not see what require() loads. A required ES
// module passes through `_compile`, as does CommonJS.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { defaultsToModule } = require("../../flags.cjs");
const { apply, inPlaceOf, putBack } = require("../../intrinsics.cjs");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { isReadPlainly } = require("../../commonjs/plain-loader.cjs");
const { installTypeScript } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const chain = require("./chain.cjs");
const { MessageChannel, receiveMessageOnPort } = require("node:worker_threads");
const {
  exportsEntered,
  facadeFor,
  noteCompiled,
  noteImported,
  onRefresh,
  refuseImported,
  watch,
} = require("./entered.cjs");
const { refuseCome } = require("../import-call/in-vain.cjs");
const { loader } = require("../index.cjs");
const { readFacades } = require("../native/read-for-bridges.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

/** `hasLoader`: `--loader` has brought the hooks already. */
const state = { hasLoader: false };

const { register } = Module;
const { load: loadAtomic, store } = Atomics;

function notPermitted() {
  const error = new Error(
    "heatsync-rs needs a thread, where Node 20 runs module hooks: --experimental-permission goes with --allow-worker here (and with --allow-addons).",
  );
  return Object.assign(error, { code: "ERR_ACCESS_DENIED", permission: "WorkerThreads" });
}

function install() {
  // Node's own words name no flag.
  if (/** @type {any} */ (process).permission?.has("worker") === false) throw notPermitted();
  installTypeScript((file) => facadeFor(pathToFileURL(file).href, MODULE));
  // Who imports what is told by that thread, and looked at when an update begins: the port keeps nobody alive.
  const { port1: told, port2: tell } = new MessageChannel();
  // How much it has told; how much of that was looked at last.
  const tally = new Int32Array(new SharedArrayBuffer(8));
  onRefresh(() => {
    const count = loadAtomic(tally, 0);
    if (count === loadAtomic(tally, 1)) return;
    for (let it = receiveMessageOnPort(told); it; it = receiveMessageOnPort(told)) {
      noteImported(it.message.from, it.message.url, it.message.specifier);
    }
    store(tally, 1, count);
  });
  let isTold = false;
  let hasLosses = false;
  const bring = (hooks = defaultsToModule ? "../hooks-entry.mjs" : "../loader.cjs") => {
    const lose = chain.hasOthers && !hasLosses ? hearOfLosses() : undefined;
    hasLosses ||= lose !== undefined;
    const data = { others: chain.hasOthers, tell: isTold ? undefined : tell, tally, lose };
    isTold = true;
    const transferList = [data.tell, lose].filter((port) => port !== undefined);
    register(hooks, pathToFileURL(__filename), { data, transferList });
  };
  bring(state.hasLoader ? "./told-by-hooks.cjs" : undefined);
  // Once more: what is registered last comes first.
  chain.watchForOthers(() => bring());
  const { _compile } = /** @type {any} */ (Module.prototype);
  /** @this {any} @param {any[]} given */
  function compile(...given) {
    const facade = facadeOf(this, given[0], given[1], given[2]);
    const known = facade && enteredBefore(given[1]);
    if (!facade) noteCompiled(given[1]);
    if (known) {
      this.exports = known.exports;
      return undefined;
    }
    // Of a package; the native modules of ours have gone past this.
    if (!facade && given[2] === "module") return reading(() => apply(_compile, this, given));
    if (!facade) return apply(_compile, this, given);
    const work = () => apply(_compile, this, [facade, given[1], "module"]);
    let isDone = false;
    // No `catch`: of an error that nobody catches Node shows the line that has thrown it last.
    try {
      const result = work();
      isDone = true;
      return result;
    } finally {
      const refused = isDone
        ? null
        : require("../namespace/refused-facade.cjs").exportsOfRefused(given[1], work);
      if (refused) this.exports = refused.exports;
      // biome-ignore lint/correctness/noUnsafeFinally: what Node refuses is the facade
      if (refused) return undefined;
    }
  }
  const reading = readFacades((url, isRequired) => {
    refuseCome(url);
    if (isRequired) refuseImported(fileURLToPath(url), url);
    return facadeFor(url, IMPORTED);
  });
  /** @type {any} */ (Module.prototype)._compile = inPlaceOf(compile, _compile);
}

/**
 * Beside other loaders Node runs what leads to their modules (served-plainly.cjs): a save of it changes nothing.
 * @returns {import("node:worker_threads").MessagePort} for the hooks' thread
 */
function hearOfLosses() {
  const { port1: heard, port2: lose } = new MessageChannel();
  heard.on("message", ([file, state]) =>
    watch.leaveToNode(file, require("../../session/unreloaded.cjs").SENTENCES.hooks, state),
  );
  heard.unref();
  return lose;
}

/**
 * What is to be compiled in the place of a file's text.
 * @param {LoaderModule} module
 * @param {unknown} source
 * @param {string} file
 * @param {string | undefined} format
 */
function facadeOf(module, source, file, format) {
  const giveBack = putBack();
  try {
    const context = format === "module" ? MODULE : OPEN;
    return isModule(module, source, file, format) && facadeFor(pathToFileURL(file).href, context);
  } finally {
    giveBack?.();
  }
}

/** @param {string} file */
function enteredBefore(file) {
  const giveBack = putBack();
  try {
    return exportsEntered(pathToFileURL(file).href);
  } finally {
    giveBack?.();
  }
}

/** @type {any} */
const IMPORTED = { importAttributes: {}, conditions: ["import"] };
/** @type {any} */
const MODULE = { format: "module", importAttributes: {}, conditions: ["require"] };
/** Node is to find out. @type {any} */
const OPEN = { ...MODULE, format: undefined };

/**
 * Is the file's own text about to be compiled as an ES module?
 * @param {LoaderModule} module
 * @param {unknown} source
 * @param {string} file
 * @param {string | undefined} format without one Node is to find out
 */
function isModule(module, source, file, format) {
  // Native modules of ours stand beside the project's.
  if (typeof file !== "string" || path.basename(file).startsWith(".heatsync-")) return false;
  if (format !== "module" && (format || !loader.isModule(file))) return false;
  return source === textOf(file) || isReadByNode(module, file);
}

/** @param {string} file */
function textOf(file) {
  try {
    return fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return null;
  }
}

/**
 * The file holds something else than what is about to be compiled. Was it saved since Node has read it? Then that is the
 * file's own text all the same; compiled by Node, it would be at the file's URL for good.
 * @param {LoaderModule} module
 * @param {string} file
 */
function isReadByNode(module, file) {
  return Loader._cache[file] === module && !module.loaded && !isTypeScript(file) && isReadPlainly(file);
}

module.exports = { install, state };
