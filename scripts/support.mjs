// What the scripts share: the places, running a program, installing once. No dependencies.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const isWindows = process.platform === "win32";

/**
 * Runs a program to its end. `quiet` keeps its output back unless it fails. It leads a process group of its own, so
 * that Ctrl-C, or a signal to us alone, ends all it has started (cargo's compilers) as well.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, quiet?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} the exit code and all that was printed
 */
export function run(command, args, { cwd = root, env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !isWindows,
      shell: isWindows && command === "npm", // npm is a .cmd there
    });
    /** @type {Buffer[]} */
    const chunks = [];
    for (const [stream, sink] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      stream.on("data", (chunk) => {
        chunks.push(chunk);
        if (!quiet) sink.write(chunk);
      });
    }
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      child.once("close", () => process.exit(128 + os.constants.signals[signal]));
      if (isWindows || child.pid === undefined) child.kill(signal);
      else process.kill(-child.pid, signal);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    const done = () => process.off("SIGINT", stop).off("SIGTERM", stop);
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code, signal) => {
      done();
      const output = Buffer.concat(chunks).toString();
      if (quiet && code !== 0) process.stderr.write(output);
      resolve({ code: code ?? 128 + os.constants.signals[signal ?? "SIGTERM"], output });
    });
  });
}

/**
 * Installs what a folder's lockfile says, unless that is already there.
 * @param {string} folder
 */
export async function ensureInstalled(folder) {
  const lock = path.join(folder, "package-lock.json");
  const installed = path.join(folder, "node_modules", ".package-lock.json");
  if (modified(installed) >= modified(lock)) return;
  const name = path.relative(root, folder) || ".";
  console.log(`· npm ci in ${name}`);
  const { code } = await run(
    "npm",
    ["ci", "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"],
    {
      cwd: folder,
      env: forRegistry(),
      quiet: true,
    },
  );
  if (code !== 0) throw new Error(`npm ci failed in ${name}`);
  const now = new Date();
  if (fs.existsSync(installed)) fs.utimesSync(installed, now, now);
}

/** What npm needs in a test, which is started without further root certificates (scripts/test.mjs). @returns {Record<string, string>} */
export function forRegistry() {
  const { HEATSYNC_CA_CERTS: certificates } = process.env;
  return certificates ? { NODE_EXTRA_CA_CERTS: certificates } : {};
}

/** @param {string} file @returns {number} its modification time, 0 if there is none */
function modified(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * The addon, built if its sources changed.
 * @returns {Promise<void>}
 */
export async function ensureBuilt() {
  const { code } = await run(process.execPath, [path.join(root, "scripts", "build.mjs")]);
  if (code !== 0) throw new Error("the native addon could not be built");
}

/**
 * The page of `heatsync inspect`, bundled if its sources changed. Needs what `ensureInstalled` installs.
 * @returns {Promise<void>}
 */
export async function ensurePageBuilt() {
  const { code } = await run(process.execPath, [path.join(root, "scripts", "build-page.mjs")]);
  if (code !== 0) throw new Error("the page could not be built");
}

/** @param {string} command @returns {boolean} whether it can be run at all */
export function isRunnable(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

/**
 * `--name`, `--name=value` and the rest.
 * @param {string[]} argv
 */
export function parseArguments(argv) {
  /** @type {Record<string, string | true>} */
  const options = {};
  /** @type {string[]} */
  const rest = [];
  for (const argument of argv) {
    const match = /^--([\w-]+)(?:=(.*))?$/s.exec(argument);
    if (match) options[match[1]] = match[2] ?? true;
    else rest.push(argument);
  }
  return { options, rest };
}
