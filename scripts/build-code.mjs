// Keeps V8's code of our own bundles beside them, runtime/startup.bundle.<V8's version>-<platform>-<arch>.code, for the Node.js
// versions that are here: compiling them is a tenth of a project's first start. V8 takes it if its version and flags are the same.
//
//   node scripts/build-code.mjs [node binaries]
//   node scripts/build-code.mjs --here     for the Node.js that runs this
//
// Needs a built addon (HEATSYNC_NATIVE may name it), and nothing from npm. Each file says of which bundle it is, and what build of Node made it.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import Module, { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(here));
const runtime = path.join(root, "runtime");
const require = createRequire(path.join(runtime, "esm", "x"));
/** So often a program is started until the thread of Node's hooks has told what it has, too. */
const TRIES = 20;

if (process.argv.includes("--here")) build();
else for (const binary of binaries()) run(binary, [here, "--here"], process.env, "inherit");

function binaries() {
  const named = process.argv.slice(2);
  if (named.length > 0) return named;
  const folder = path.join(root, "scripts", "nodes", "node_modules");
  const installed = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const others = installed.map((name) => path.join(folder, name, "bin", "node"));
  return [process.execPath, ...others.filter((binary) => fs.existsSync(binary))];
}

/** @param {string} binary @param {string[]} args @param {NodeJS.ProcessEnv} env @param {import("node:child_process").StdioOptions} stdio */
function run(binary, args, env, stdio) {
  const { error, status } = spawnSync(binary, args, { env, stdio });
  if (error || status !== 0) throw new Error(`${binary} ${args.join(" ")}: ${error?.message ?? status}`);
}

function build() {
  const bundles = ["startup.bundle"];
  if (!("registerHooks" in Module)) bundles.push("startup.hooks");
  process.env.HEATSYNC_CACHE = fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-code-"));
  delete process.env.NODE_V8_COVERAGE;
  try {
    /** @type {typeof import("../runtime/esm/code/code-cache.cjs")} */
    const { openCache, packedHead, packedName, unpacked } = require("./code/code-cache.cjs");
    const wanted = bundles.map((bundle) => {
      const text = fs.readFileSync(path.join(runtime, bundle), "latin1");
      return { file: path.join(runtime, packedName(bundle)), key: text.slice(3, 35) };
    });
    if (wanted.every(({ file, key }) => fs.existsSync(file) && unpacked(fs.readFileSync(file), key))) return;
    for (const { file } of wanted) fs.rmSync(file, { force: true });
    const main = writeProgram(process.env.HEATSYNC_CACHE);
    for (let times = bundles.length > 1 ? TRIES : 1; times > 0; times--) runProgram(main);
    openCache(main);
    /** @type {import("../native/addon").Addon} */
    const addon = require("../../native/load.cjs");
    const data = addon.codeCacheData();
    for (const { file, key } of wanted) {
      const place = addon.findCode(key);
      if (!data || !place) throw new Error(`no code for ${path.basename(file)}`);
      const code = data.subarray(place[0], place[0] + place[1]);
      const [head, end] = [packedHead(key), key].map((text) => Buffer.from(text, "latin1"));
      fs.writeFileSync(`${file}.tmp`, Buffer.concat([head, code, end]));
      fs.renameSync(`${file}.tmp`, file);
      console.log(`runtime/${path.basename(file)}: ${Math.round(code.length / 1024)} KB`);
    }
  } finally {
    fs.rmSync(process.env.HEATSYNC_CACHE, { recursive: true, force: true });
  }
}

/** What most programs begin with: functions that have not run are not in V8's code. @param {string} folder */
function writeProgram(folder) {
  const write = (/** @type {string} */ name, /** @type {string} */ text) => {
    fs.writeFileSync(path.join(folder, name), text);
  };
  write("package.json", '{ "type": "module" }');
  write("common.cjs", `exports.n = require("./data.json").n;`);
  write("data.json", '{ "n": 1 }');
  write("deep.mjs", "export let written = 0; export function write() { written++; } export default class {}");
  write("star.mjs", `export * from "./deep.mjs"; export * as deep from "./deep.mjs";`);
  write("first.mjs", `import { second } from "./second.mjs"; export const first = () => second;`);
  write("second.mjs", `import { first } from "./first.mjs"; export const second = () => first;`);
  write("late.mjs", `import { written } from "./deep.mjs"; export const late = written;`);
  write(
    "main.mjs",
    `import fs from "node:fs";
import { n } from "./common.cjs";
import data from "./data.json" with { type: "json" };
import Deep, { write, written } from "./deep.mjs";
import * as star from "./star.mjs";
import { first } from "./first.mjs";
write();
const { late } = await import("./late.mjs");
if (import.meta.hot) import.meta.hot.accept();
if (late + n + data.n + written + star.written !== 5 || !first || !Deep || !fs) throw new Error("wrong");
setTimeout(() => {}, 50);
`,
  );
  return path.join(folder, "main.mjs");
}

/** @param {string} main */
function runProgram(main) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  for (const name of Object.keys(env)) {
    if (name.startsWith("HEATSYNC_") && !["HEATSYNC_CACHE", "HEATSYNC_NATIVE"].includes(name))
      delete env[name];
  }
  const register = pathToFileURL(path.join(runtime, "esm", "register.cjs")).href;
  run(process.execPath, ["--import", register, main], env, ["ignore", "ignore", "inherit"]);
}
