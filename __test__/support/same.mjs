// Command lines run by plain Node and under register: what they print and how they end must be the same.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { project } from "./project.mjs";

/** What a program dies of, on its standard output; positions and frames are another test's. */
const SAY = `process.on("uncaughtExceptionMonitor", (error) => {
  const { inspect } = require("node:util");
  const text = error instanceof Error ? \`\${error.name} \${error.code ?? ""}: \${error.message}\` : inspect(error);
  require("node:fs").writeSync(1, \`UNCAUGHT \${text}\\n\`);
});`;

/**
 * @typedef {object} Case
 * @property {string[]} run the command line after `node`
 * @property {Record<string, string | object>} [files]
 * @property {[target: string, link: string][]} [links]
 * @property {string} [input]
 * @property {Record<string, string>} [env]
 * @property {(output: string) => string} [mask] takes out what is never the same
 */
/** By what they are about, and by name. @typedef {Record<string, Record<string, Case>>} Groups */

/**
 * The flags of register, and plain Node's: any `--import` has a CommonJS entry point loaded by another
 * loader, where `module.id` is no `.`, and on a JSON file.
 */
const WAYS = [
  [
    ["--import", "heatsync-rs/register"],
    ["--import", "./nothing.mjs"],
  ],
  [
    ["--require", "heatsync-rs/register"],
    ["--require", "./nothing.cjs"],
  ],
];

/**
 * @param {import("node:test").TestContext} t
 * @param {Case} case_
 * @param {string[][][]} [ways] register's flags, plain Node's
 */
export async function same(t, case_, ways = WAYS) {
  const self = project(t, { "say.cjs": SAY, "nothing.mjs": "", "nothing.cjs": "", ...case_.files });
  const { run, links = [], input, env, mask = (/** @type {string} */ text) => text } = case_;
  for (const [target, link] of links) self.link(target, link);
  const node = (/** @type {string[]} */ flags) =>
    execute(["--no-warnings", "--require", "./say.cjs", ...flags, ...run], self.directory, input, env);
  for (const [ours, plain] of ways) {
    const [actual, expected] = await Promise.all([node(ours), node(plain)]);
    const note = `${ours.join(" ")}\n${actual.stderr}`;
    assert.equal(mask(actual.stdout), mask(expected.stdout), note);
    assert.deepEqual([actual.code, actual.signal], [expected.code, expected.signal], note);
  }
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} [input]
 * @param {Record<string, string>} [env]
 * @returns {Promise<{ stdout: string, stderr: string, code: number | null, signal: string | null }>}
 */
function execute(args, cwd, input = "", env = {}) {
  return new Promise((resolve, reject) => {
    /** @type {Record<string, string | undefined>} */
    const all = { ...process.env, NODE_OPTIONS: "", FORCE_COLOR: undefined, NO_COLOR: "1", ...env };
    // Set by `node --test` for the files it runs.
    delete all.NODE_TEST_CONTEXT;
    const child = spawn(process.execPath, args, { cwd, env: all, timeout: 60_000 });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
    // A program that does not read may have ended by now.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
