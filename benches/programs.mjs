// The programs whose saves are measured. A program is a folder of modules of 2.4 KB, one of which is edited; how the
// subject reads the new value is the API's ordinary way.
import fs from "node:fs";
import path from "node:path";

/**
 * @typedef {object} Program
 * @property {(folder: string, modules: number) => void} write makes the folder
 * @property {string} edited the file that is saved, relative to the folder
 * @property {(value: number) => string} source its text
 */

/** How far below the accepting root the edited module is. */
const LEVELS = 20;

/** Ten CommonJS modules, the first is edited. @type {Program} */
export const commonjs = flat("js", (name, value) => `exports.${name} = ${value};`);

/** The same of ES modules. @type {Program} */
export const esm = flat("mjs", (name, value) => `export const ${name} = ${value};`);

/** The same, where each edit is of code, too: what is another number in the others is parsed in a way of its own. @type {Program} */
export const esmCode = withCode(esm);

/** ES modules under `import.meta.hot`: `app.mjs` accepts the one that is edited. @type {Program} */
export const accepting = {
  write(folder, modules) {
    const list = Array.from({ length: modules }, (_, i) => `import * as m${i} from "./module${i}.mjs";`);
    write(
      folder,
      "app.mjs",
      `${list.join("\n")}\n${report("m0.value")}\nimport.meta.hot.accept("./module0.mjs");\n`,
    );
    for (let i = 0; i < modules; i++) write(folder, `module${i}.mjs`, esm.source(0));
  },
  edited: "module0.mjs",
  source: esm.source,
};

/** The same, where each edit is of code, too. @type {Program} */
export const acceptingCode = withCode(accepting);

/** A leaf that accepts itself, among others in a tree of ten imports each. @type {Program} */
export const leaf = {
  write(folder, modules) {
    write(
      folder,
      "app.mjs",
      `import { value } from "./leaf.mjs";\nimport "./tree1.mjs";\n${report("value")}\n`,
    );
    write(folder, "leaf.mjs", leaf.source(0));
    tree(folder, modules - 2);
  },
  edited: "leaf.mjs",
  source: (value) => `import.meta.hot.accept();\n${esm.source(value)}`,
};

/** A root that accepts what lies between, down to a leaf 20 levels below; the others are in a tree beside. @type {Program} */
export const deep = {
  write(folder, modules) {
    write(
      folder,
      "app.mjs",
      `import { value } from "./level1.mjs";\nimport "./tree1.mjs";\n${report("value")}\nimport.meta.hot.accept("./level1.mjs");\n`,
    );
    for (let i = 1; i < LEVELS; i++) {
      const below = i === LEVELS - 1 ? "leaf" : `level${i + 1}`;
      const own = `import { value as below } from "./${below}.mjs";\n`;
      write(folder, `level${i}.mjs`, own + text((name) => `export const ${name} = below;`));
    }
    write(folder, "leaf.mjs", esm.source(0));
    tree(folder, modules - LEVELS - 1);
  },
  edited: "leaf.mjs",
  source: esm.source,
};

/**
 * @param {string} extension
 * @param {(name: string, value: string | number) => string} exported
 * @returns {Program}
 */
function flat(extension, exported) {
  const source = (/** @type {number} */ value) => text((name) => exported(name, value), exported);
  return {
    write(folder, modules) {
      for (let i = 0; i < modules; i++) write(folder, `module${i}.${extension}`, source(0));
    },
    edited: `module0.${extension}`,
    source,
  };
}

/**
 * A module of 2.4 KB.
 * @param {(name: string) => string} value the statement that exports the value
 * @param {(name: string, value: string) => string} [exported]
 */
function text(value, exported = (name, it) => `export const ${name} = ${it};`) {
  const filler = Array.from({ length: 22 }, (_, i) =>
    exported(
      `f${i}`,
      `function f${i}(a, b) { const c = a * ${i} + b; return c > ${i * 7} ? c - a : { c, a, b, list: [a, b, c] }; }`,
    ),
  );
  return `${value("value")}\n${filler.join("\n")}\nglobalThis.benchEvaluated?.();\n`;
}

/** @param {Program} program @returns {Program} */
function withCode(program) {
  const code = (/** @type {number} */ value) => `function g${value}(a) { return a ? ${value} : [a]; }\n`;
  return { ...program, source: (value) => program.source(value) + code(value) };
}

/** @param {string} folder @param {number} count */
function tree(folder, count) {
  for (let n = 1; n <= Math.max(count, 1); n++) {
    const below = Array.from({ length: 10 }, (_, i) => (n - 1) * 10 + i + 2).filter((m) => m <= count);
    const imports = below.map((m) => `import { value as v${m} } from "./tree${m}.mjs";\n`).join("");
    const sum = ["1", ...below.map((m) => `v${m}`)].join(" + ");
    write(folder, `tree${n}.mjs`, imports + text((name) => `export const ${name} = ${sum};`));
  }
}

/** The app's part: tells the harness of new values. @param {string} read */
const report = (read) => `globalThis.reportWhenNew(() => ${read});`;

/** @param {string} folder @param {string} name @param {string} source */
const write = (folder, name, source) => fs.writeFileSync(path.join(folder, name), source);
