// Builds the addon with plain cargo: native/heatsync-rs.<platform>.node. And the one file that starts load of runtime/, with V8's code of
// it for this Node.js (and those that the tests have installed).
//
//   node scripts/build.mjs [--force] [--debug] [--target=<rust triple>]
//
// Needs Rust and nothing from npm, since `npm run build --prefix node_modules/heatsync-rs` is the way out where no
// prebuilt binary fits. Does nothing while the sources are those the binary was built from.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inputs = [
  "Cargo.toml",
  "build.rs",
  ".cargo/config.toml",
  "rust-toolchain.toml",
  "native/addon.d.ts",
  "src",
];

/** Rust target → the name Node.js packages use, as native/load.cjs asks for it. */
const platforms = {
  "x86_64-unknown-linux-gnu": "linux-x64-gnu",
  "aarch64-unknown-linux-gnu": "linux-arm64-gnu",
  "x86_64-unknown-linux-musl": "linux-x64-musl",
  "aarch64-unknown-linux-musl": "linux-arm64-musl",
  "x86_64-apple-darwin": "darwin-x64",
  "aarch64-apple-darwin": "darwin-arm64",
  "x86_64-pc-windows-msvc": "win32-x64-msvc",
  "aarch64-pc-windows-msvc": "win32-arm64-msvc",
};

const flags = new Map(
  process.argv.slice(2).map((flag) => /** @type {[string, string]} */ (flag.split("=", 2))),
);
try {
  await import("./build-startup.mjs");
  await build(flags.get("--target"), flags.has("--debug") ? "dev" : "release", flags.has("--force"));
  // A binary of another platform does not run here.
  if (!flags.has("--target")) await keepCode();
} catch (error) {
  console.error(`heatsync-rs build: ${error.message}`);
  process.exitCode = 1;
}

/** Without it first starts are slower, no more. */
async function keepCode() {
  try {
    await capture(process.execPath, [path.join(root, "scripts", "build-code.mjs")]);
  } catch (error) {
    console.error(`V8's code of the runtime is not kept: ${error.message}`);
  }
}

/**
 * @param {string | undefined} target a Rust triple; this machine's when left out
 * @param {"release" | "dev"} profile
 * @param {boolean} force
 */
async function build(target, profile, force) {
  const rustTarget = target ?? hostTarget(await capture("rustc", ["-vV"]).catch(noRust));
  const platform = platforms[rustTarget];
  if (!platform) {
    throw new Error(
      `no name for the Rust target ${rustTarget}; known are ${Object.keys(platforms).join(", ")}`,
    );
  }
  const binary = path.join(root, "native", `heatsync-rs.${platform}.node`);
  const stampFile = path.join(root, "native", `.built.${platform}`);
  // The sources as they are before the build, in case they are edited meanwhile; the lockfile as cargo leaves it.
  const sources = hashOf(inputs);
  const stamp = () => `${profile} ${sources} ${hashOf(["Cargo.lock"])}\n`;
  if (!force && fs.existsSync(binary) && read(stampFile) === stamp()) {
    console.log(`native/${path.basename(binary)} is up to date`);
    return;
  }
  const started = performance.now();
  const library = await cargoBuild(rustTarget, target !== undefined, profile);
  // Never written over in place: a process that has the old file mapped would crash.
  const temporary = `${binary}.${process.pid}.tmp`;
  fs.copyFileSync(library, temporary);
  try {
    fs.renameSync(temporary, binary);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new Error(`${binary} could not be replaced (${error.code}): end the processes that have it loaded`);
  }
  fs.writeFileSync(stampFile, stamp());
  const megabytes = (fs.statSync(binary).size / 2 ** 20).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`native/${path.basename(binary)}: ${megabytes} MB, ${profile}, ${seconds} s`);
}

/**
 * @param {string} rustTarget
 * @param {boolean} cross whether the target was asked for by name
 * @param {"release" | "dev"} profile
 * @returns {Promise<string>} the dynamic library
 */
function cargoBuild(rustTarget, cross, profile) {
  const args = ["build", "--lib", "--message-format=json-render-diagnostics", `--profile=${profile}`];
  if (cross) args.push(`--target=${rustTarget}`);
  // The lockfile is the author's to change, nobody else's.
  if (process.env.CI || root.split(path.sep).includes("node_modules")) args.push("--locked");
  const env = { ...process.env };
  if (rustTarget.endsWith("musl")) {
    // musl targets link libc statically unless told otherwise, and a static library can't be loaded.
    const name = `CARGO_TARGET_${rustTarget.toUpperCase().replaceAll("-", "_")}_RUSTFLAGS`;
    env[name] = `${env[name] ?? ""} -C target-feature=-crt-static`.trim();
  }
  return new Promise((resolve, reject) => {
    const cargo = spawn("cargo", args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    cargo.on("error", (error) => (error.code === "ENOENT" ? reject(noRustError()) : reject(error)));
    /** @type {string | undefined} */
    let library;
    readline.createInterface({ input: cargo.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const message = JSON.parse(line);
      if (message.reason !== "compiler-artifact" || message.target.name !== "heatsync_rs") return;
      library = message.filenames.find((file) => /\.(so|dylib|dll)$/.test(file)) ?? library;
    });
    cargo.on("close", (code) => {
      if (code !== 0) reject(new Error(`cargo build ended with ${code}`));
      else if (!library) reject(new Error("cargo built no dynamic library named heatsync_rs"));
      else resolve(library);
    });
  });
}

/** @param {string} rustcVersion */
function hostTarget(rustcVersion) {
  return /^host: (.+)$/m.exec(rustcVersion)?.[1] ?? "unknown";
}

/** @returns {Promise<string>} */
function capture(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}

function noRust(error) {
  throw error.code === "ENOENT" ? noRustError() : error;
}

function noRustError() {
  return new Error("Rust is needed (https://rustup.rs): `rustc` and `cargo` are not in the PATH");
}

/** @param {string} file */
function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

/** @param {string[]} files files and folders of the package; those that do not exist count as empty */
function hashOf(files) {
  const hash = createHash("sha256");
  const visit = (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of fs.readdirSync(file).sort()) visit(path.join(file, name));
      return;
    }
    hash.update(`${path.relative(root, file)}\0${stat.size}\0`).update(fs.readFileSync(file));
  };
  for (const file of files) visit(path.join(root, file));
  return hash.digest("hex");
}
