// @ts-check
"use strict";

// The program's end of its channel to the runner: a socket of our own beside Node's IPC channel, so that neither
// `process.on("message")` nor what keeps the program alive is any different from a start without a runner.
//
// → what was loaded, and what the program died of; ← "have you got this file in hand?" when one changes.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { hasCondition, namelessBuiltin } = require("../older-hooks.cjs");
const { now, setImmediate } = require("../intrinsics.cjs");
const { isMainThread } = require("../thread.cjs");
const { lackedPackage, missingFiles, unreadFiles } = require("./crash.cjs");

/**
 * @typedef {{ type: "full-reload", files: string[], loaded: string[], reason: string, lacked?: string }} FullReload
 * @typedef {{ type: "loaded", files: string[], taught: string[], isHooked: boolean }} Loaded
 * @typedef {FullReload | { type: "started" } | { type: "loading", file: string } | Loaded | Crash | Verdict | FromAgent} FromApp
 * @typedef {{ type: "crash", code: string, missing: string[], unread: string[], lacked: [specifier: string, from: string] }} Crash an error that nobody caught
 * @typedef {{ type: "verdict", question: number, isOwn: boolean[], refused: (string | null)[] }} Verdict `refused`: in words, by a require hook
 * @typedef {{ type: "question", question: number, files: string[] } | { type: "heard", loads: number } | ToAgent} ToApp
 * @typedef {import("../inspect/wire").FromAgent} FromAgent
 * @typedef {import("../inspect/wire").ToAgent} ToAgent
 */

const PACKAGES = `${path.sep}node_modules${path.sep}`;
const OWN = path.join(__dirname, "..", path.sep);
const SHARED = "heatsync-rs: channel to the runner";
/** Milliseconds of loading after which the runner hears of it, also when the event loop does not turn. */
const REPORT_EVERY = 20;

/** `cmd` of what a process that the program has forked says to it: such messages are no 'message' events. */
const OF_CHILD = "NODE_HEATSYNC_RUNNER";

let descriptor = 0;
/** The program, or one that it has started, has forked this process. */
let isChild = false;
/** There is a runner, and we are not connected yet: what is to be done then. @type {(() => void)[] | null} */
let waiting = null;
/** @type {Set<string>} */
const known = new Set();
/** @type {string[]} */
let fresh = [];
let isScheduled = false;
let lastReport = 0;
/** Modules of the ES runtime that are reported. */
let modulesReported = 0;
/** Loads that are told of one by one, and that the runner has not read yet, as far as we know. */
let unheard = 0;
/** … at most: while it is busy, a channel that is full would hold the program up, and a few hundred small messages fill it. */
const UNHEARD = 50;

/** There will be a connection, once the program begins. */
function expect() {
  waiting = [];
}

/** @param {() => void} callback called when there is a connection @returns {boolean} false: there is no runner */
function whenConnected(callback) {
  if (descriptor) callback();
  else if (waiting) waiting.push(callback);
  else return false;
  return true;
}

/** In a process that the program has started: it passes on what we have to say. */
function connectToParent() {
  isChild = true;
  hearChildren();
}

/** What processes that are forked here ask the runner for. */
function hearChildren() {
  require("node:diagnostics_channel").subscribe("child_process", (message) => {
    const { process: child } = /** @type {{ process: import("node:child_process").ChildProcess }} */ (
      message
    );
    child.on("internalMessage", (/** @type {any} */ { cmd, files, reason, lacked }) => {
      if (cmd === OF_CHILD) askForFullReload(files, reason, { lacked });
    });
  });
}

/** @param {number} channel @param {number} gracePeriod milliseconds that the program has to end, should the runner be killed */
function connect(channel, gracePeriod) {
  descriptor = channel;
  lastReport = now();
  observeLoads();
  hearChildren();
  if (!isMainThread) return;
  send({ type: "started" });
  // Workers write to it as well; they ask nothing, and are asked nothing.
  require("node:worker_threads").setEnvironmentData(SHARED, channel);
  process.on("uncaughtExceptionMonitor", onUncaught);
  process.on("exit", reportAll);
  for (const callback of waiting ?? []) callback();
  waiting = null;
  // After the program's own start. (An immediate that is unref'd waits for some other event to wake the loop.)
  setImmediate(listen, gracePeriod);
}

/** @param {number} gracePeriod */
function listen(gracePeriod) {
  report();
  const { Socket } = require("node:net");
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  socket.unref();
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("error", () => {});
  socket.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = /** @type {string} */ (lines.pop());
    for (const line of lines) answer(JSON.parse(line));
  });
  // The runner was killed: a program that nobody can restart would keep its port for ever.
  socket.on("close", () => require("./process-group.cjs").endOwn(gracePeriod));
}

/** @type {(count: number) => void} */
let viewersChanged = () => {};

/** Called with how many look at the runner's page. @param {(count: number) => void} callback */
function onViewers(callback) {
  viewersChanged = callback;
}

/** @param {ToApp} message */
function answer(message) {
  if (message.type === "page") return viewersChanged(message.viewers);
  if (message.type === "heard") {
    unheard -= message.loads;
    return;
  }
  const { question, files } = message;
  const { owns } = require("./ownership.cjs");
  report();
  const isOwn = owns(files).map((it, index) => it || isWorkers(files[index]));
  send({
    type: "verdict",
    question,
    isOwn,
    refused: files.map((file, at) => refusedByHook(file, isOwn[at])),
  });
}

/** The runner has no require hooks. @param {string} file @param {boolean} isOwn @returns {string | null} why it would not start */
const refusedByHook = (file, isOwn) =>
  isOwn || !isTaught(file) ? null : require("../commonjs/require-hooks.cjs").refusalOf(file);

/**
 * Do worker threads alone have it, and hear of its change themselves? They ask when it can't be reloaded.
 * @param {string} file
 */
function isWorkers(file) {
  if (known.has(file) || !require("../../native/load.cjs").isWatchedElsewhere(file)) return false;
  // ES modules of Node 20 are not noted.
  return !require("../esm/native/loaded-by-node.cjs").isLoadedByNode(file);
}

/**
 * Something changed that can't be reloaded in place: asks the runner to start the program anew.
 * @param {string[]} files because of which, absolute
 * @param {string} reason for the user, after the files' names: "is accepted by nobody"
 * @param {{ shouldBeReloadable?: boolean, lacked?: string }} [what] `shouldBeReloadable`: they would be, if a boundary were not imported
 *   statically; `lacked`: what they went on without, and was not there, in words
 * @returns {boolean} false: there is no runner
 */
function askForFullReload(files, reason, { shouldBeReloadable, lacked } = {}) {
  if (isChild && process.connected) {
    process.send?.({ cmd: OF_CHILD, files, reason, lacked }, undefined, undefined, () => {});
    return true;
  }
  if (!descriptor) return false;
  // What our runtime has loaded since is reported with the next file that Node loads, which may never come: the runner
  // would not know that these are the program's, and start it anew for what does not parse.
  report();
  const loaded = files.filter((file) => known.has(file) && !isTaught(file));
  if (isMainThread && process.connected) {
    // As hot-hook's runner and its like know it.
    const [path] = files;
    const message = { path, paths: files, loaded, shouldBeReloadable, reason, lacked };
    process.send?.({ type: "hot-hook:full-reload", ...message });
  } else send({ type: "full-reload", files, loaded, reason, lacked });
  return true;
}

/** Does the runner restart the program for these by itself? @param {string[]} files */
function isRunners(files) {
  if (!descriptor || !isMainThread) return false;
  const { owns } = require("./ownership.cjs");
  return files.length > 0 && owns(files).every((isOwn) => !isOwn);
}

/**
 * A new start alone has what the file holds now: is it the runner's to begin one?
 * @param {string} file
 */
function isRestartedFor(file) {
  return (descriptor !== 0 && isMainThread && known.has(file)) || askForFullReload([file], "changed");
}

/** A package.json, or tsconfig, that what has been loaded can't follow, in the engine's words. */
const TAKES_A_RESTART = /^(.*) is not taken, .* takes a restart$/s;

/** What the engine has to say; of what takes a restart the runner, if there is one. @param {string} text */
function tell(text) {
  // It watches what the program has loaded, and says so itself.
  if (descriptor && isMainThread && text.includes("can't be read: ")) return;
  const [, file] = TAKES_A_RESTART.exec(text) ?? [];
  if (!file || !askForFullReload([file], "changed")) require("../report.cjs").notice(text);
}

function observeLoads() {
  const loader = /** @type {any} */ (Module);
  // Hooks see require(), too, and stand in no stack trace.
  if (loader.registerHooks) {
    loader.registerHooks({
      /** @type {import("node:module").LoadHookSync} */
      load(url, context, nextLoad) {
        if (url.startsWith("file:")) note(fileURLToPath(url));
        return namelessBuiltin(url, context) ?? nextLoad(url, context);
      },
      /** @type {import("node:module").ResolveHookSync} */
      resolve(specifier, context, nextResolve) {
        const resolved = nextResolve(specifier, context);
        const { url } = resolved;
        // What others' handlers in `require.extensions` load the other hook does not hear of.
        if (url.startsWith("file:") && hasCondition(context.conditions, "require")) {
          noteIfLoaded(fileURLToPath(url));
        }
        return resolved;
      },
      // They change nothing (plain-loader.cjs, which is not to be loaded for this).
      [Symbol.for("heatsync-rs: own hooks")]: true,
    });
    return;
  }
  const { load } = loader.prototype;
  /** @this {unknown} @param {string} file @param {any[]} rest */
  loader.prototype.load = function (file, ...rest) {
    note(file);
    return Reflect.apply(load, this, [file, ...rest]);
  };
}

/** For the next report. @param {string} file @returns {boolean} is it new? */
function noteQuietly(file) {
  if (known.has(file) || !isProjectFile(file)) return false;
  known.add(file);
  fresh.push(file);
  return true;
}

/** @param {unknown} file */
function note(file) {
  if (typeof file !== "string" || !noteQuietly(file)) return;
  if (now() - lastReport > REPORT_EVERY) return report();
  // A loop without end, or what takes the process with it, lets nobody report: the runner would not know what mends it.
  if (isMainThread && unheard < UNHEARD) {
    unheard++;
    send({ type: "loading", file });
  }
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(report);
}

/** Required, or only found: what is loaded is in Node's cache then. @param {string} file */
function noteIfLoaded(file) {
  if (known.has(file) || !isProjectFile(file)) return;
  resolved.add(file);
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(report);
}

/** What the hook has seen found since the last report. @type {Set<string>} */
const resolved = new Set();

/** What is loaded where the hook of `observeLoads` is not asked: ours come before it. @param {string} file */
function noteLoaded(file) {
  if (descriptor) note(file);
}

/** @param {string} file */
const isProjectFile = (file) =>
  path.isAbsolute(file) && !file.includes(PACKAGES) && !file.startsWith(OWN) && !isGenerated(file);

/** @param {string} file */
function isGenerated(file) {
  return require("../project-files.cjs").isGenerated(file);
}

/**
 * At the end of the program: what threw while a require hook loaded it is in no cache any more, and its next save is waited for. What Node's
 * own handlers load is noted by then; else it was only found (`require.resolve()`), to be written, say.
 */
function reportAll() {
  for (const file of resolved) {
    if (!isInCache(file) && !isLoadedByNodesHandler(file) && noteQuietly(file)) thrown.add(file);
  }
  report();
}

/** @type {Set<string>} */
const thrown = new Set();

/** Tells the runner which files the program consists of, as far as it does not know. */
function report() {
  isScheduled = false;
  lastReport = now();
  const { runtimeModules, runtimeRoots } = require("./ownership.cjs");
  for (const file of resolved) if (isInCache(file)) noteQuietly(file);
  resolved.clear();
  const modules = runtimeModules();
  if (isMainThread && modules && modules.size !== modulesReported) {
    modulesReported = modules.size;
    for (const { file } of modules.values()) if (file) noteQuietly(file);
  }
  if (isMainThread) for (const file of runtimeRoots()) noteQuietly(file);
  // A worker's modules that reload are its own affair: it asks when it can't.
  const files = isMainThread ? fresh : fresh.filter((file) => !isOfRuntime(modules, file));
  fresh = [];
  for (let start = 0; start < files.length; start += 500) {
    const some = files.slice(start, start + 500);
    send({ type: "loaded", files: some, taught: some.filter(isTaught), isHooked: mayBeHooked() });
  }
}

/** @param {string} file */
const isInCache = (file) => Object.hasOwn(/** @type {any} */ (Module)._cache, file);

/** Does a require hook make something else of it (pirates, `@babel/register`, a handler of its own)? @param {string} file */
function isTaught(file) {
  return thrown.has(file) || (isInCache(file) && !isLoadedByNodesHandler(file));
}

/** @param {string} file */
function isLoadedByNodesHandler(file) {
  return require("../commonjs/plain-loader.cjs").isLoadedByNodesHandler(file);
}

function mayBeHooked() {
  return require("../commonjs/plain-loader.cjs").mayBeHooked();
}

/** @param {Map<string, { file?: string }> | undefined} modules @param {string} file */
function isOfRuntime(modules, file) {
  return [...(modules?.values() ?? [])].some((module) => module.file === file);
}

/** @param {any} error */
function onUncaught(error) {
  // Somebody catches it after all, and the program goes on.
  if (process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  reportAll();
  const code = typeof error?.code === "string" ? error.code : "";
  const [missing, unread] = [missingFiles(error, code), unreadFiles(error, code)];
  send({ type: "crash", code, missing, unread, lacked: lackedPackage(error) });
}

/** At once, also while the process ends. @param {FromApp} message */
function send(message) {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  // The channel does not block once somebody listens to it; the runner reads it whatever it is at.
  for (let attempt = 0; rest.length > 0 && attempt < 1000; attempt++) {
    try {
      rest = rest.subarray(fs.writeSync(descriptor, rest));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EAGAIN") return; // the runner is gone
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** The channel, in a worker of the program. @returns {number} */
function sharedChannel() {
  const { getEnvironmentData } = require("node:worker_threads");
  return /** @type {number | undefined} */ (getEnvironmentData(SHARED)) ?? 0;
}

/** Somebody starts this process anew, or what it is part of, when a file of it is saved. */
const hasRunner = () => isChild || descriptor !== 0;

/** Did the program, or one that it has started, start this process? */
const isOfProgram = () => isChild;

module.exports = {
  askForFullReload,
  connect,
  connectToParent,
  expect,
  hasRunner,
  isOfProgram,
  isRestartedFor,
  isRunners,
  noteLoaded,
  onViewers,
  send,
  sharedChannel,
  TAKES_A_RESTART,
  tell,
  whenConnected,
};
