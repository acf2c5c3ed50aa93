// Programs that load one module each in one of the three ways and print what happens to it:
// `live <value>` for the first load and each update of it, `error {…}` for each reported error.
// They also do what the test sends them (`ask`), and run until the test ends.

import assert from "node:assert/strict";
import fs from "node:fs";
import { project, until } from "./project.mjs";

/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {import("./project.mjs").Program} Program */

const PRELUDE = `
const say = (name, value = null) => console.log(name + " " + JSON.stringify(value));
const tell = (error) => say("error", {
  name: error.name, message: error.message, code: error.code, file: error.file && path.relative(process.cwd(), error.file),
});
process.on("message", async (code) => {
  try { say("answer", await eval(code)); } catch (error) { say("answer", "threw " + error.stack); }
});
process.on("disconnect", () => process.exit());
`;

/** @param {string} load @param {string} options @param {string} id */
const synced = (load, options, id) => `${PRELUDE}
const sync = new Heatsync(${options});
let mod;
sync.events.on("error", tell);
sync.events.on("reload", (file) => { if (file === fs.realpathSync(path.resolve(${JSON.stringify(id)}))) say("live", mod.value); });
mod = ${load}(${JSON.stringify(id)});
say("live", mod.value);
`;

/**
 * A way of loading.
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} extension of its modules
 * @property {(value: unknown) => string} exports source of a module whose `value` is this
 * @property {(expression: string) => string} computes the same, from an expression
 * @property {(specifier: string) => string} passesOn source of a module with another one's value
 * @property {(name: string, specifier: string) => string} imports a statement: `name` is that module's exports
 * @property {(id: string, options?: string) => string} program
 * @property {string} entry
 */

const commonjs = {
  extension: "cjs",
  exports: (/** @type {unknown} */ value) => `exports.value = ${JSON.stringify(value)};\n`,
  computes: (/** @type {string} */ expression) => `exports.value = ${expression};\n`,
  passesOn: (/** @type {string} */ specifier) =>
    `exports.value = require(${JSON.stringify(specifier)}).value;\n`,
  imports: (/** @type {string} */ name, /** @type {string} */ specifier) =>
    `const ${name} = require(${JSON.stringify(specifier)});\n`,
};

const esm = {
  extension: "mjs",
  exports: (/** @type {unknown} */ value) => `export const value = ${JSON.stringify(value)};\n`,
  computes: (/** @type {string} */ expression) => `export const value = ${expression};\n`,
  passesOn: (/** @type {string} */ specifier) => `export { value } from ${JSON.stringify(specifier)};\n`,
  imports: (/** @type {string} */ name, /** @type {string} */ specifier) =>
    `import * as ${name} from ${JSON.stringify(specifier)};\n`,
};

/** @type {Kind} */
export const REQUIRE = {
  name: "sync.require",
  ...commonjs,
  entry: "main.cjs",
  program: (id, options = "{}") => `
const fs = require("node:fs"), path = require("node:path");
const Heatsync = require("heatsync-rs");
${synced("sync.require", options, id)}`,
};

/** @type {Kind} */
export const IMPORT = {
  name: "sync.import",
  ...esm,
  entry: "main.mjs",
  program: (id, options = "{}") => `
import fs from "node:fs";
import path from "node:path";
import Heatsync from "heatsync-rs";
${synced("await sync.import", options, id)}`,
};

/** Its errors go to standard error. @type {Kind} */
export const HMR = {
  name: "hmr",
  ...esm,
  entry: "main.mjs",
  program: (id, options = "{}") => `
import fs from "node:fs";
import path from "node:path";
import { hmr } from "heatsync-rs";
${PRELUDE}
const handle = hmr(${JSON.stringify(id)}, "./${id.replace(/^\.\//, "")}", (mod) => say("live", mod.value), ${options});
await handle.ready;
`,
};

export const SYNC = [REQUIRE, IMPORT];
export const KINDS = [REQUIRE, IMPORT, HMR];

/**
 * A project whose program has loaded `./mod.<extension>` with the value 1.
 * @param {import("node:test").TestContext} t
 * @param {Kind} kind
 * @param {Record<string, string | object>} [files] besides the module, or in its place
 * @param {{ id?: string, options?: string, env?: Record<string, string | undefined>, nodeArguments?: string[], first?: unknown }} [settings]
 */
export async function started(t, kind, files = {}, settings = {}) {
  const file = `mod.${kind.extension}`;
  const id = settings.id ?? `./${file}`;
  const own = project(t, {
    [kind.entry]: kind.program(id, settings.options),
    ...(settings.id ? {} : { [file]: kind.exports(1) }),
    ...files,
  });
  const program = own.run(kind.entry, { env: settings.env, nodeArguments: settings.nodeArguments });
  await live(program, "first" in settings ? settings.first : 1);
  return { own, program, file };
}

/**
 * Waits for the next update (or first load), and for no other one.
 * @param {Program} program
 * @param {unknown} value
 */
export async function live(program, value) {
  assert.deepEqual(await program.value("live"), value, `${program.stdout}\n${program.stderr}`);
}

/**
 * Waits until `value` is live, whatever is live in between.
 * @param {Program} program
 * @param {unknown} value
 */
export async function eventually(program, value) {
  await program.line(`live ${JSON.stringify(value)}`);
}

/** Every value that was live so far. @param {Program} program */
export const history = (program) =>
  program.lines.filter((line) => line.startsWith("live ")).map((line) => JSON.parse(line.slice(5)));

/** Every error that was told so far. @param {Program} program */
export const errors = (program) =>
  program.lines.filter((line) => line.startsWith("error ")).map((line) => JSON.parse(line.slice(6)));

/**
 * The value of an expression in the program.
 * @param {Program} program
 * @param {string} expression
 */
export async function ask(program, expression) {
  program.child.send(expression);
  return program.value("answer");
}

/**
 * Waits until the program watches all it has loaded: a first edit goes live. What is edited while the
 * watching begins is seen as well, but file by file.
 * @param {import("./project.mjs").Project} own
 * @param {Program} program
 * @param {string} file the module
 */
export async function watching(own, program, file) {
  const value = history(program).at(-1);
  own.write(file, `${fs.readFileSync(own.path(file), "utf8")}// watched\n`);
  await live(program, value);
}

/**
 * Does several things while the program stands still, so that to it they happen at once, however
 * busy the machine is.
 * @param {Program} program
 * @param {() => void} work
 */
export async function atOnce(program, work) {
  program.child.kill("SIGSTOP");
  // Every thread, not only the first to notice.
  const tasks = `/proc/${program.child.pid}/task`;
  const isStopped = (/** @type {string} */ task) => {
    const stat = fs.readFileSync(`${tasks}/${task}/stat`, "utf8");
    return /^[Tt]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  };
  if (fs.existsSync(tasks)) await until(() => fs.readdirSync(tasks).every(isStopped), "a stopped program");
  work();
  program.child.kill("SIGCONT");
}
