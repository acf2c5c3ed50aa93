// Puts what every start under register needs of runtime/ into two files, runtime/startup.head and, when the program's
// files begin to be read, runtime/startup.bundle; and what the thread of Node's hooks needs into runtime/startup.hooks: finding, reading and compiling some 170 files is most of what
// registering costs. Needs nothing from npm.
//
//   node scripts/build-startup.mjs
//
// The files stay what they are: each is a function of one of them, under its own name, and runtime/startup.cjs makes the
// very modules of them that Node would. runtime/.startup says of which states of the files they were made; in the
// package that is published there is no such file, and nothing is compared.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const runtime = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "runtime");
/** What runtime/esm/register.cjs loads by `startup.cjs`. */
const roots = [
  "boundaries/init.cjs",
  "esm/index.cjs",
  "esm/hooks/hooks.cjs",
  "esm/hooks/hooks-thread.cjs",
  "esm/evaluate/drive.cjs",
];
/** The same of runtime/esm/loader.cjs. */
const hooksRoots = [
  "boundaries/native-boundary.cjs",
  "esm/hooks/chain.cjs",
  "esm/namespace/facade-text.cjs",
  "esm/native/internal-source.cjs",
  "typescript.cjs",
  "typescript-file.cjs",
  "esm/graph/project-file.cjs",
  "esm/hooks/served-plainly.cjs",
  "esm/hooks/survey.cjs",
];
/** In the head. */
const head = [
  "copies.cjs",
  "flags.cjs",
  "main-file.cjs",
  "thread.cjs",
  "../native/load.cjs",
  "esm/begin.cjs",
  "esm/code/code-cache.cjs",
];
/** Loaded before either can be. */
const before = ["startup.cjs", "esm/loader.cjs", "esm/register.cjs", ...head];
/** Those of Node's, and what a program may put something else in the place of: `globalThis.process = undefined`. */
const PARAMETERS = "exports, require, module, __filename, __dirname, process";
/** A `require()` at the top level of a file, in the form they all have. */
const REQUIRE = /^\S.*\brequire\("(\.{1,2}\/[^"]+)"\)/gm;

const files = reached(roots);
const hooksFiles = reached(hooksRoots);
write("startup.head", table(head));
write("startup.bundle", `// ${hashOf(files)}\n${table(files)}`);
write("startup.hooks", `// ${hashOf(hooksFiles)}\n${table(hooksFiles)}`);
const states = [...new Set([...head, ...files, ...hooksFiles])].map((name) => {
  const { mtimeMs, size } = fs.statSync(path.join(runtime, name));
  return [name, mtimeMs, size];
});
write(".startup", JSON.stringify(states));
console.log(`runtime/startup.bundle: ${files.length} files`);

/** @param {string[]} names */
function hashOf(names) {
  const texts = names.map((name) => [name, read(name)]);
  return createHash("sha256")
    .update(JSON.stringify([PARAMETERS, texts]))
    .digest("hex")
    .slice(0, 32);
}

/**
 * An expression: the files' functions by name. In parentheses, functions are compiled at once: looking at them
 * first, to compile them when they are called, is twice the work.
 * @param {string[]} names
 */
function table(names) {
  const functions = names.map((name) => {
    const text = withoutComments(name, read(name));
    check(name, text);
    return `${JSON.stringify(name)}: (function (${PARAMETERS}) {${ascii(text)}\n}),\n`;
  });
  const script = `({\n${functions.join("")}})\n`;
  new vm.Script(script); // says what is wrong with it
  return script;
}

/**
 * Half of our text is comments, which V8 would read at every first start. Lines stay where they are.
 * @param {string} name
 * @param {string} text
 */
function withoutComments(name, text) {
  let isWithin = false;
  let backticks = 0;
  const lines = text.split("\n").map((line) => {
    const code = line.trim();
    // Not a cast: there is code behind it.
    const begins = !isWithin && /^\/\*(?!.*\*\/.)/.test(code);
    if (!isWithin && !begins && !code.startsWith("//")) {
      backticks += line.split("`").length - 1;
      return line;
    }
    if (backticks % 2 === 1) throw new Error(`runtime/${name}: is this a comment? ${line}`);
    if (isWithin || begins) isWithin = !code.endsWith("*/");
    return "";
  });
  if (isWithin) throw new Error(`runtime/${name}: a comment without an end`);
  return lines.join("\n");
}

/** Files that are loaded when the roots are, in the order Node would begin them. @param {string[]} roots @returns {string[]} */
function reached(roots) {
  /** @type {Set<string>} */
  const found = new Set();
  const visit = (/** @type {string} */ name) => {
    if (found.has(name) || before.includes(name) || name.startsWith("..")) return;
    found.add(name);
    for (const [, specifier] of read(name).matchAll(REQUIRE)) {
      visit(path.posix.join(path.posix.dirname(name), specifier));
    }
  };
  roots.forEach(visit);
  return [...found];
}

/** @param {string} name */
function read(name) {
  return fs.readFileSync(path.join(runtime, name), "utf8");
}

/**
 * In place of Node's `require` files get that of runtime/startup.cjs, and `import()` they have none: a script has it only
 * by an option that Node 20 calls experimental.
 * @param {string} name
 * @param {string} text
 */
function check(name, text) {
  const other = /(?<![-\w])require\.(?!cache\b|resolve\()\w+|^(?:.*\bawait)? *import\([^)].*/m.exec(text);
  if (other) throw new Error(`runtime/${name}: ${other[0]} is not what it is in a file of its own`);
}

/** One byte a character, for V8, too. What is not ASCII stands in strings and comments. @param {string} text */
function ascii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Processes that start meanwhile read the old one or the new one. @param {string} name @param {string} text */
function write(name, text) {
  const file = path.join(runtime, name);
  fs.writeFileSync(`${file}.tmp`, text);
  fs.renameSync(`${file}.tmp`, file);
}
