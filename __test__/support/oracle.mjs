// Programs run by plain Node and by our runtime: what they print, how they end and what they die of
// must be the same.

import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const runner = path.resolve(here, "../../runtime/esm/run.cjs");
const preload = pathToFileURL(path.join(here, "say-uncaught.mjs")).href;

/**
 * The programs of a text: `==== name`, then files, `---- name` each. `main.mjs` is the entry.
 * @param {string} text
 */
export function programs(text) {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((part) => {
      const [name, ...rest] = part.split("\n");
      const files = rest
        .join("\n")
        .split(/^---- /m)
        .slice(1);
      const pairs = files.map((file) => {
        const [path, ...lines] = file.split("\n");
        return [path.trim(), lines.join("\n").trimEnd()];
      });
      return { name: name.trim(), files: Object.fromEntries(pairs) };
    });
}

/** @param {Record<string, string>} files */
export function materialize(files) {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync oracle ")));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return { directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) };
}

/** @param {string} directory */
export const plainly = (directory) => run(directory, ["main.mjs"]);
/** @param {string} directory */
export const ours = (directory) => run(directory, [runner, "main.mjs"]);

const register = pathToFileURL(path.resolve(here, "../../runtime/esm/register.cjs")).href;
/** @param {string} directory */
export const registered = (directory) => run(directory, ["main.mjs"], ["--import", register]);

/** @param {string} directory @param {string[]} args @param {string[]} [first] before our preload, or that might have hooks */
function run(directory, args, first = []) {
  const all = ["--no-warnings", ...first, "--import", preload, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { cwd: directory, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal) : 0;
      resolve({ stdout, code, stderr });
    });
  });
}
