// TypeScript programs as tsc compiles them and plain Node runs what comes out: what they print and
// how they end is what ours must.

import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { materialize, programs } from "./oracle.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const register = pathToFileURL(path.resolve(here, "../../runtime/esm/register.cjs")).href;
const OUTPUT = /** @type {Record<string, string>} */ ({
  ts: "js",
  tsx: "js",
  jsx: "js",
  mts: "mjs",
  cts: "cjs",
});

/** Programs of a text: one without file names is a `main.ts`. @param {string} text */
export function typescriptPrograms(text) {
  return programs(text.replaceAll(/^(==== .*\n)(?!---- )/gm, "$1---- main.ts\n"));
}

/** @param {Record<string, string>} files */
export function prepare(files) {
  const all = { "package.json": '{ "type": "module" }', ...files };
  const entry = Object.keys(files).find((name) => name.startsWith("main.")) ?? "";
  return { entry, source: materialize(all), output: materialize(compiled(all)) };
}

/** @param {string} name */
const outputOf = (name) => name.replace(/\.(ts|tsx|jsx|mts|cts)$/, (_, extension) => `.${OUTPUT[extension]}`);

/** @param {Record<string, string>} files */
function compiled(files) {
  const { compilerOptions = {} } = JSON.parse(files["tsconfig.json"] ?? "{}");
  /** @type {[string, string][]} */
  const all = Object.entries(files).map(([name, text]) => {
    const output = outputOf(name);
    if (output === name) return [name, text];
    const given = ts.convertCompilerOptionsFromJson(
      {
        target: "ES2022",
        jsx: "react",
        useDefineForClassFields: compilerOptions.target === undefined || undefined,
        ...compilerOptions,
        module: name.endsWith("cts") ? "commonjs" : "esnext",
        isolatedModules: true,
        esModuleInterop: true,
        allowJs: true,
      },
      "",
    );
    return [output, ts.transpileModule(text, { fileName: name, compilerOptions: given.options }).outputText];
  });
  return Object.fromEntries(all);
}

const log = "data:text/javascript,globalThis.log=console.log";

/** @param {string} directory @param {string} entry */
export const byTsc = (directory, entry) => run(directory, [outputOf(entry)]);
/** @param {string} directory @param {string} entry */
export const byUs = (directory, entry) => run(directory, ["--import", register, entry]);

/**
 * @param {string} cwd
 * @param {string[]} args
 * @returns {Promise<{ stdout: string, code: unknown, stderr: string }>}
 */
function run(cwd, args) {
  return new Promise((resolve) => {
    const all = ["--no-warnings", "--import", log, ...args];
    execFile(process.execPath, all, { cwd, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ stdout, code: error ? (error.code ?? error.signal) : 0, stderr });
    });
  });
}

/** The folder of the programs. */
export const folder = path.resolve(here, "../typescript-programs");
/** @param {string} name */
export const read = (name) => typescriptPrograms(fs.readFileSync(path.join(folder, name), "utf8"));
