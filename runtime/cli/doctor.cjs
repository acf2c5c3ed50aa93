// @ts-check
"use strict";

// `heatsync doctor`: what is installed, how files are watched here, and what would be slow.

const fs = require("node:fs");
const { version } = require("../../package.json");
const { workingDirectory } = require("../report.cjs");

/** @returns {number} the exit code */
function doctor() {
  /** @type {[string, string][]} */
  const rows = [
    ["heatsync-rs", version],
    ["Node.js", `${process.version}, ABI ${process.versions.modules}, ${process.platform} ${process.arch}`],
  ];
  /** @type {string[]} */
  const remarks = [];
  try {
    const native = require("../../native/load.cjs");
    const status = native.watchStatus();
    rows.push(["addon", "loaded"]);
    rows.push(["watcher", status ? status.backend : "not answering"]);
    const directory = workingDirectory();
    const fileSystem = directory && native.fileSystemKind(directory);
    if (directory) rows.push(["file system", `${fileSystem ?? "local"} (${directory})`]);
    else remarks.push("The working directory is not there any more: change to one that is.");
    if (fileSystem) {
      remarks.push(
        `${directory} is on ${fileSystem}, which does not report changes made elsewhere: files are polled there.`,
      );
    }
    if (status?.backend === "none") remarks.push("Files are polled: no watch could be set up.");
  } catch (error) {
    rows.push(["addon", "not loaded"]);
    remarks.push(/** @type {Error} */ (error).message);
  }
  for (const [name, path, least] of LIMITS) {
    const value = readNumber(path);
    if (value === undefined) continue;
    rows.push([name, String(value)]);
    if (value < least) remarks.push(`${name} is low: sudo sysctl ${name}=${least}`);
  }
  for (const name of ["HEATSYNC_POLL", "HEATSYNC_MAX_WATCHES", "HEATSYNC_NATIVE"]) {
    const value = process.env[name];
    if (value !== undefined) rows.push([name, value]);
  }
  if (isPolling(process.env.HEATSYNC_POLL)) {
    remarks.push("HEATSYNC_POLL is set: all files are polled, whatever the watcher could do.");
  }
  const hasHooks = "registerHooks" in require("node:module");
  rows.push(["ES module hooks", hasHooks ? "in the program's own threads" : "in a thread of their own"]);
  if (!hasHooks) {
    remarks.push(`Node.js ${process.version} runs hooks in a thread of their own: programs start slower.`);
  }
  const isWindows = process.platform === "win32";
  rows.push(["spare process", isWindows ? "none on Windows" : "stands by for restarts"]);
  if (isWindows) remarks.push("Restarts wait for Node.js to start: on Windows no process can stand by.");
  if (/--inspect/.test(process.env.NODE_OPTIONS ?? "")) {
    remarks.push("NODE_OPTIONS has --inspect: no spare process stands by, only one can have the port.");
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
  for (const remark of remarks) console.log(`! ${remark}`);
  return rows.some(([name, value]) => name === "addon" && value === "not loaded") ? 1 : 0;
}

/** Linux: each directory with a loaded file takes a watch, each process one instance. @type {[string, string, number][]} */
const LIMITS = [
  ["fs.inotify.max_user_watches", "/proc/sys/fs/inotify/max_user_watches", 65_536],
  ["fs.inotify.max_user_instances", "/proc/sys/fs/inotify/max_user_instances", 128],
  ["fs.inotify.max_queued_events", "/proc/sys/fs/inotify/max_queued_events", 16_384],
];

/** As the environment reads it (environment.cjs). @param {string | undefined} value */
const isPolling = (value) => Boolean(value) && value !== "0";

/** @param {string} path */
function readNumber(path) {
  try {
    return Number(fs.readFileSync(path, "utf8"));
  } catch {
    return undefined; // another platform
  }
}

module.exports = { doctor };
