// @ts-check
"use strict";

// Finds and loads the addon. Everything the search learned on a failed way is kept, so that the one error a user
// may see names every place and the reason it did not serve.

const fs = require("node:fs");
const path = require("node:path");

const packageRoot = path.dirname(__dirname);

/** @typedef {{ place: string, reason: string }} Attempt */

module.exports = load();

/** @returns {import("./addon").Addon} */
function load() {
  /** @type {Attempt[]} */
  const attempts = [];
  const override = process.env.HEATSYNC_NATIVE;
  if (override) {
    // Whoever names a file wants that file: no quiet falling back to another build.
    const file = path.resolve(override);
    return attempt(attempts, `${file} (from HEATSYNC_NATIVE)`, () => openFile(file)) ?? fail(attempts);
  }
  const triple = platformTriple();
  const file = path.join(__dirname, `heatsync-rs.${triple}.node`);
  return (
    attempt(attempts, file, () => openFile(file)) ??
    attempt(attempts, `package heatsync-rs-${triple}`, () => openPackage(`heatsync-rs-${triple}`)) ??
    fail(attempts)
  );
}

/**
 * @param {Attempt[]} attempts where a failure is written down
 * @param {string} place
 * @param {() => any} open
 */
function attempt(attempts, place, open) {
  try {
    return open();
  } catch (error) {
    // It is there and fits, for all we know.
    if (/** @type {any} */ (error)?.code === "ERR_DLOPEN_DISABLED") refuse(error);
    const [reason] = String(/** @type {any} */ (error)?.message ?? error).split(/\r?\n/, 1);
    attempts.push({ place, reason: reason.replace(`${place}: `, "") }); // dlopen repeats the path
    return undefined;
  }
}

/** @param {string} file */
function openFile(file) {
  if (!fs.existsSync(file)) throw new Error("no such file");
  const addon = { exports: {} };
  process.dlopen(addon, file); // not require(), which would run any file that is not named *.node as JavaScript
  checkInterface(addon.exports);
  return addon.exports;
}

/**
 * The binary and the JavaScript beside it must be of one make: addon.d.ts is compiled into the binary.
 * @param {any} addon
 */
function checkInterface(addon) {
  const declarations = fs.readFileSync(path.join(__dirname, "addon.d.ts"), "utf8");
  if (addon.declares?.(declarations)) return;
  throw new Error("it was built from other sources than the JavaScript of this package");
}

/** @param {string} name */
function openPackage(name) {
  /** @type {string} */
  let manifest;
  try {
    manifest = require.resolve(`${name}/package.json`);
  } catch {
    throw new Error("not installed (optional dependencies left out, or none is published for this platform)");
  }
  const found = require(manifest);
  const version = ownVersion();
  if (found.version !== version) {
    throw new Error(`its version ${found.version} does not belong to heatsync-rs ${version}`);
  }
  return openFile(path.join(path.dirname(manifest), found.main));
}

/** Read when it is needed only. @returns {string} */
function ownVersion() {
  return require("../package.json").version;
}

/**
 * The platform as napi-rs names it: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`, ...
 * scripts/build.mjs names the file the same way.
 */
function platformTriple() {
  const abi = process.platform === "linux" ? `-${libc()}` : process.platform === "win32" ? "-msvc" : "";
  return `${process.platform}-${process.arch}${abi}`;
}

/** Which libc this process runs on: its own ELF interpreter says so (a few µs); Node's report (ms) only if it has none. */
function libc() {
  try {
    const interpreter = elfInterpreter(process.execPath);
    if (interpreter) return interpreter.includes("musl") ? "musl" : "gnu";
  } catch {
    // Not readable: ask Node.
  }
  try {
    const report = /** @type {any} */ (process.report?.getReport());
    return report?.header?.glibcVersionRuntime ? "gnu" : "musl";
  } catch {
    return "gnu";
  }
}

/**
 * The PT_INTERP entry of a little-endian 64-bit ELF file, e.g. `/lib64/ld-linux-x86-64.so.2`.
 * @param {string} file
 * @returns {string | undefined}
 */
function elfInterpreter(file) {
  const fd = fs.openSync(file, "r");
  try {
    const head = Buffer.alloc(4096);
    const length = fs.readSync(fd, head, 0, head.length, 0);
    const is64LittleEndian = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1;
    if (!is64LittleEndian) return undefined;
    const tableAt = Number(head.readBigUInt64LE(32));
    const entrySize = head.readUInt16LE(54);
    const entries = head.readUInt16LE(56);
    for (let i = 0; i < entries; i++) {
      const entry = tableAt + i * entrySize;
      if (entry + entrySize > length) return undefined;
      if (head.readUInt32LE(entry) !== 3) continue; // PT_INTERP
      const text = Buffer.alloc(Number(head.readBigUInt64LE(entry + 32)));
      fs.readSync(fd, text, 0, text.length, Number(head.readBigUInt64LE(entry + 8)));
      return text.toString("latin1").replace(/\0.*$/s, "");
    }
    return undefined;
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * @param {Attempt[]} attempts
 * @returns {never}
 */
function fail(attempts) {
  const here = path.relative(process.cwd(), packageRoot);
  const prefix = here === "" ? "" : ` --prefix ${quote(here.startsWith("..") ? packageRoot : here)}`;
  const platform = [process.platform, process.arch, process.platform === "linux" ? libc() : ""].filter(
    Boolean,
  );
  const lines = [
    `heatsync-rs has no native addon that fits this platform and its own version, ${ownVersion()}: ${platform.join(" ")}, Node.js ${process.versions.node}, ABI ${process.versions.modules}.`,
    "Looked for:",
    ...attempts.map(({ place, reason }) => `  - ${place}: ${reason}`),
    "The package carries its Rust source. With Rust installed (https://rustup.rs), this builds the addon:",
    `  npm run build${prefix}`,
  ];
  const error = /** @type {Error & { code: string, attempts: Attempt[] }} */ (new Error(lines.join("\n")));
  error.code = "HEATSYNC_NO_BINARY";
  error.attempts = attempts;
  throw error;
}

/** @param {unknown} cause @returns {never} */
function refuse(cause) {
  const flag = /** @type {any} */ (process).permission
    ? "--permission goes with --allow-addons here (and --allow-fs-read for the program's files)"
    : "it can't be used with --no-addons";
  const error = new Error(`heatsync-rs is a native addon, and this Node.js may load none: ${flag}.`, {
    cause,
  });
  throw Object.assign(error, { code: "HEATSYNC_NO_BINARY" });
}

/** @param {string} text */
function quote(text) {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : JSON.stringify(text);
}
