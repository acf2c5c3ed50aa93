// TypeScript programs as tsc and esbuild compile them and plain Node runs what comes out: what they print and
// how they end is what ours must.

import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import esbuild from "esbuild";
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
function typescriptPrograms(text) {
  return programs(text.replaceAll(/^(==== .*\n)(?!---- )/gm, "$1---- main.ts\n"));
}

/** @param {Record<string, string>} files */
export const entryOf = (files) => Object.keys(files).find((name) => name.startsWith("main.")) ?? "";

/** @param {Record<string, string>} files */
const withPackage = (files) => ({ "package.json": '{ "type": "module" }', ...files });

/** @param {Record<string, string>} files */
export const sourceOf = (files) => materialize(withPackage(files));

/** @param {string} name */
const outputOf = (name) => name.replace(/\.(ts|tsx|jsx|mts|cts)$/, (_, extension) => `.${OUTPUT[extension]}`);

/**
 * A folder with what `compile` makes of a program's TypeScript.
 * @param {Record<string, string>} files
 * @param {(name: string, text: string, compilerOptions: Record<string, any>) => string} compile
 */
function compiled(files, compile) {
  const { compilerOptions = {} } = JSON.parse(files["tsconfig.json"] ?? "{}");
  const all = Object.entries(withPackage(files)).map(([name, text]) => {
    const output = outputOf(name);
    return [output, output === name ? text : compile(name, text, compilerOptions)];
  });
  return materialize(Object.fromEntries(all));
}

/** What it is compiled to but for `import x = require()` is the same. @param {{ module?: string }} options */
const esmOf = ({ module }) => (module === "nodenext" ? module : "esnext");

/** @param {Record<string, string>} files */
export const tscOutput = (files) =>
  compiled(files, (name, text, compilerOptions) => {
    const given = ts.convertCompilerOptionsFromJson(
      {
        target: "ES2022",
        jsx: "react",
        useDefineForClassFields: compilerOptions.target === undefined || undefined,
        esModuleInterop: true,
        ...compilerOptions,
        module: name.endsWith("cts") ? (compilerOptions.module ?? "commonjs") : esmOf(compilerOptions),
        isolatedModules: true,
        allowJs: true,
      },
      "",
    );
    return ts.transpileModule(text, { fileName: name, compilerOptions: given.options }).outputText;
  });

/** @param {Record<string, string>} files */
export const esbuildOutput = (files) =>
  compiled(files, (name, text, compilerOptions) => {
    const { code } = esbuild.transformSync(text, {
      // `.mts` and `.cts` are TypeScript to it.
      loader: /** @type {"ts" | "tsx" | "jsx"} */ (name.replace(/^.*\.[mc]?/, "")),
      // It decides about fields by the tsconfig's target alone.
      tsconfigRaw: JSON.stringify({ compilerOptions: { target: "ES2022", ...compilerOptions } }),
      format: name.endsWith("cts") ? "cjs" : "esm",
      platform: "node",
      target: "es2022",
      sourcefile: name,
      logLevel: "silent",
    });
    return code;
  });

const log = "data:text/javascript,globalThis.log=console.log";

/** @param {string} directory @param {string} entry */
export const byNode = (directory, entry) => run(directory, [outputOf(entry)]);
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
