// What the benchmarks share: the arguments, a scratch folder, statistics, seeded chance.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureBuilt, ensureInstalled, parseArguments, root } from "../scripts/support.mjs";

export const here = path.join(root, "benches");
export { parseArguments };

/** Packages and addon, as far as they are missing. */
export async function setUp() {
  await ensureInstalled(here);
  await ensureBuilt();
}

/**
 * A folder that is gone when the process ends, however it ends.
 * @param {string} name
 */
export function scratch(name) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `heatsync-rs-${name}-`)));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])) {
    process.once(signal, () => process.exit(code));
  }
  return folder;
}

/** @type {Set<() => void>} */
const stops = new Set();
process.on("exit", () => {
  for (const stop of stops) stop();
});

/**
 * Starts a program that ends with us, with all it has started itself.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function startChild(command, args, options) {
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  const stop = () => {
    try {
      if (process.platform === "win32") child.kill();
      else process.kill(-(/** @type {number} */ (child.pid)), "SIGTERM");
    } catch {
      // Ended already.
    }
  };
  stops.add(stop);
  child.once("close", () => stops.delete(stop));
  return { child, stop };
}

/**
 * Seeded chance (mulberry32), so that two runs wait and shuffle alike.
 * @param {number} seed
 * @returns {() => number} from 0 to below 1
 */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {number[]} sample */
export function statistics(sample) {
  const sorted = sample.toSorted((a, b) => a - b);
  /** @param {number} share nearest-rank percentile */
  const at = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** @param {string[][]} rows the first is the head; every column but the first is right-aligned */
export function markdown(rows) {
  const [head, ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  /** @param {string[]} row */
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** One line about the machine: no figure means much without it. */
export function machine() {
  const load = os.loadavg()[0].toFixed(2);
  return `Node.js ${process.versions.node}, ${process.platform} ${process.arch}, ${os.availableParallelism()} cores, load ${load}`;
}
