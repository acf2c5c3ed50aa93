// Puts what every start under register needs of runtime/ into one file, runtime/startup.bundle: finding, reading and
// compiling some 75 files is most of what registering costs. Needs nothing from npm.
//
//   node scripts/build-startup.mjs
//
// The files stay what they are: each is a function of the bundle, under its own name, and runtime/startup.cjs makes the
// very modules of them that Node would. runtime/.startup says of which states of the files the bundle was made; in the
// package that is published there is no such file, and nothing is compared.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const runtime = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "runtime");
/** What runtime/esm/register.cjs and runtime/esm/loader.cjs load by `startup.cjs`. */
const roots = [
  "boundaries/init.cjs",
  "esm/index.cjs",
  "esm/hooks.cjs",
  "esm/hooks-thread.cjs",
  "esm/survey.cjs",
  "esm/served-plainly.cjs",
];
/** Loaded before the bundle can be. */
const before = [
  "flags.cjs",
  "startup.cjs",
  "thread.cjs",
  "esm/begin.cjs",
  "esm/code-cache.cjs",
  "esm/loader.cjs",
  "esm/register.cjs",
];
/** A `require()` at the top level of a file, in the form they all have. */
const REQUIRE = /^\S.*\brequire\("(\.{1,2}\/[^"]+)"\)/gm;

const files = reached();
const texts = files.map((name) => [name, read(name)]);
for (const [name, text] of texts) check(name, text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, ""));
const hash = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32);
// In parentheses, functions are compiled at once: looking at them first, to compile them when they are called, is twice the work.
const functions = texts.map(
  ([name, text]) =>
    `${JSON.stringify(name)}: (function (exports, require, module, __filename, __dirname) {${ascii(text)}\n}),\n`,
);
write("startup.bundle", `// ${hash}\n({\n${functions.join("")}})\n`);
const states = files.map((name) => {
  const { mtimeMs, size } = fs.statSync(path.join(runtime, name));
  return [name, mtimeMs, size];
});
write(".startup", JSON.stringify(states));
console.log(`runtime/startup.bundle: ${files.length} files`);

/** Files that are loaded when the roots are, in the order Node would begin them. @returns {string[]} */
function reached() {
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
