// Where errors say they come from: each program by plain Node and by our runtime, and all it writes,
// stacks and code frames included, must be the same.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import * as module from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { materialize, programs } from "./support/oracle.mjs";
import { elsewhere } from "./support/shares.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const runtime = path.resolve(here, "../runtime/esm");
const register = ["--import", pathToFileURL(path.join(runtime, "register.cjs")).href];
/** @type {Record<string, string[]>} */
const ways = { "run.cjs": [path.join(runtime, "run.cjs")] };
if ("registerHooks" in module) ways.register = register;

/** @param {string} directory @param {string[]} args @returns {Promise<{ stdout: string, stderr: string, code: unknown }>} */
function node(directory, args) {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: directory, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({
        stdout,
        stderr: stderr.replace(/\(node:\d+\)/g, "(node:pid)"),
        code: error ? (error.code ?? error.signal) : 0,
      });
    });
  });
}

/** Windows line ends, where a program is about them. @param {Record<string, string>} files */
function written(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      name.includes("crlf") ? text.replaceAll("\n", "\r\n") : text,
    ]),
  );
}

/** What run.cjs can't be the same in: its workers are plain Node's, and so is not what starts it. */
const onlyRegistered = (/** @type {string} */ file, /** @type {string} */ name) =>
  file.startsWith("registered-") || name === "a worker";
const major = Number.parseInt(process.versions.node, 10);

/** What does not link is Node's to say: by hooks, on Node 20 those of another thread. */
const byHooks = new Set(["linking.txt"]);

for (const file of fs.readdirSync(path.join(here, "esm-positions")).sort()) {
  const text = fs.readFileSync(path.join(here, "esm-positions", file), "utf8");
  describe(file, { concurrency: 2 }, () => {
    for (const { name, files, since, flags } of programs(text)) {
      const skip = since > major ? `Node ${since} has the flags` : flags.length === 0 && elsewhere(name);
      test(name, { skip }, async (t) => {
        const { directory, remove } = materialize(written(files));
        t.after(remove);
        const expected = await node(directory, [...flags, "main.mjs"]);
        assert.notEqual(expected.stdout + expected.stderr, "", "the program says something");
        for (const [way, args] of Object.entries(byHooks.has(file) ? { register } : ways)) {
          if (onlyRegistered(file, name) && way !== "register") continue;
          assert.deepEqual(await node(directory, [...flags, ...args, "main.mjs"]), expected, way);
        }
      });
    }
  });
}
