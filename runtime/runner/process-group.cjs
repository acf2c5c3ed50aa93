// @ts-check
"use strict";

// A program with everything it has started: on POSIX the process group whose leader it is, on Windows the tree below
// it. Whoever makes a group of its own (`detached`) has left on purpose, and is let go.

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");

const isWindows = process.platform === "win32";
/** Milliseconds between two looks at a group that is ending. */
const INTERVAL = 10;
/** Milliseconds a killed group may take: a process in a system call that can't be interrupted is not waited for. */
const KILLED = 1000;

/**
 * @param {number} pid the leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  if (isWindows) {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left.
  }
}

/**
 * Ends what the leader, which has ended, left behind: `signal`, then SIGKILL for those who are still there.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @param {number} grace milliseconds, Infinity: no SIGKILL
 * @returns {Promise<void>}
 */
async function endLeftovers(pid, signal, grace) {
  if (isWindows || !isAlive(pid)) return;
  signalGroup(pid, signal);
  const killAt = performance.now() + grace;
  while (isAlive(pid)) {
    const now = performance.now();
    if (now > killAt + KILLED) return;
    if (now >= killAt) signalGroup(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/**
 * Does the group have a member that runs?
 * @param {number} pid
 */
function isAlive(pid) {
  try {
    process.kill(-pid, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || hasLiving(pid);
}

/**
 * Where the first process of a container reaps nobody, zombies stay members for ever.
 * @param {number} group
 * @param {number} [except] who is not meant
 */
function hasLiving(group, except) {
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === except) continue;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
      // proc(5): "pid (comm) state ppid pgrp …"; comm may hold anything, a bracket too.
      const [state, , processGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(processGroup) === group && state !== "Z" && state !== "X") return true;
    } catch {
      // It has ended meanwhile.
    }
  }
  return false;
}

/**
 * In the program, which the runner has made the leader of a group: ends that.
 * @param {number} grace milliseconds until SIGKILL, which handlers may make necessary that do not exit (OpenTelemetry's); Infinity: never
 */
function endOwn(grace) {
  if (isWindows) process.exit(1);
  if (grace > 0 && Number.isFinite(grace)) outlive(grace);
  process.kill(0, grace > 0 ? "SIGTERM" : "SIGKILL");
  const { setTimeout } = require("../intrinsics.cjs");
  if (Number.isFinite(grace)) setTimeout(() => process.kill(0, "SIGKILL"), grace).unref();
}

/**
 * What it has started may not end by that, and the program is gone by then: a process outside of the group waits for that, as the runner would.
 * @param {number} grace
 */
function outlive(grace) {
  const { execPath, pid, platform } = process;
  try {
    if (platform === "linux" && !hasLiving(pid, pid)) return;
    // The signal 0 asks no second time.
    const code = `require(${JSON.stringify(__filename)}).endLeftovers(${pid}, 0, ${grace})`;
    const waiting = spawn(execPath, ["-e", code], { cwd: "/", detached: true, env: {}, stdio: "ignore" });
    waiting.on("error", () => {}).unref();
  } catch {
    // It may not start anything (`--permission`), or look.
  }
}

module.exports = { endLeftovers, endOwn, signalGroup };
