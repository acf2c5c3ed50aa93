// Programs run by plain Node and by our runtime: what they print, how they end and what they die of
// must be the same.

import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const runner = path.resolve(here, "../../runtime/esm/run.cjs");
const sayUncaught = path.join(here, "say-uncaught.cjs");
const preload = ["--import", pathToFileURL(sayUncaught).href];

/**
 * The programs of a text: `==== name`, then files, `---- name` each. `main.mjs` is the entry; `.flags`, if it is
 * there, the first major version of Node that has the flags behind it.
 * @param {string} text
 */
export function programs(text) {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((part) => {
      const [name, ...lines] = part.split("\n");
      const texts = lines
        .join("\n")
        .split(/^---- /m)
        .slice(1);
      const pairs = texts.map((text) => {
        const [path, ...rest] = text.split("\n");
        return [path.trim(), rest.join("\n").trimEnd()];
      });
      const { ".flags": given = "0", ...files } = Object.fromEntries(pairs);
      const [since, ...flags] = given.split(" ");
      return { name: name.trim(), files, since: Number(since), flags };
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

/** @param {string} directory @param {string[]} [flags] of Node */
export const plainly = (directory, flags) => run(directory, ["main.mjs"], [...preload, ...(flags ?? [])]);
/** @param {string} directory @param {string[]} [flags] */
export const ours = (directory, flags) =>
  run(directory, [runner, "main.mjs"], flags, { HEATSYNC_RUN_FIRST: sayUncaught });

const register = pathToFileURL(path.resolve(here, "../../runtime/esm/register.cjs")).href;
/** @param {string} directory @param {string[]} [flags] */
export const registered = (directory, flags) =>
  // What comes before us might be another loader.
  run(directory, ["main.mjs"], ["--import", register, ...preload, ...(flags ?? [])]);

/** @param {string} directory @param {string[]} args @param {string[]} [flags] @param {Record<string, string>} [env] */
function run(directory, args, flags = [], env = {}) {
  const all = ["--no-warnings", ...flags, ...args];
  return new Promise((resolve) => {
    const options = { cwd: directory, timeout: 60_000, env: { ...process.env, ...env } };
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal) : 0;
      resolve({ stdout, code, stderr });
    });
  });
}
