// The project that all tools run: a tree of modules of 2.4 KB, and beside it a chain of twenty at whose end is a leaf.
import fs from "node:fs";
import path from "node:path";

/** Who takes care of a change of the leaf: itself, or the root, twenty levels up. @typedef {"leaf" | "root"} Case */

const body = Array.from(
  { length: 12 },
  (_, i) =>
    `function helper${i}(a, b) {\n  const list = [a, b, ${i}];\n  for (const item of list) if (item > 100) return { item, list, name: "helper ${i} of this module" };\n  return list.map((x) => x * 2).filter(Boolean);\n}`,
).join("\n");
const CHAIN = 20;

/**
 * @param {string} folder
 * @param {number} count modules of the tree
 * @param {string} extension "mjs" or "ts"
 */
export function writeTree(folder, count, extension = "mjs") {
  const type = extension === "ts" ? ": number" : "";
  for (let n = 0; n < count; n++) {
    const imports = Array.from({ length: 10 }, (_, i) => n * 10 + i + 1).filter((m) => m < count);
    const lines = imports.map((m) => `import { value${m} } from "./m${m}.${extension}";`);
    const sum = [n, ...imports.map((m) => `value${m}`)].join(" + ");
    const text = `${lines.join("\n")}\n${typed(body, type)}\nexport const value${n}${type} = ${sum};\nexport const call${n} = () => helper0(${n}, 1);\n`;
    fs.writeFileSync(path.join(folder, `m${n}.${extension}`), text);
  }
}

/** @param {string} text @param {string} type */
const typed = (text, type) => text.replaceAll("(a, b)", `(a${type && ": any"}, b${type && ": any"})`);

/**
 * Where the program says that new code has run. hot-hook evaluates at the next import(), so it is asked every millisecond.
 * @param {string} folder
 * @param {number} count
 * @param {Case} which
 * @param {boolean} hasBoundaries
 * @param {string} extension
 */
export function writeProject(folder, count, which, hasBoundaries, extension = "mjs") {
  writeTree(folder, count, extension);
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module", hotHook: {} }));
  fs.writeFileSync(
    path.join(folder, `report.${extension}`),
    `import net from "node:net";
const socket = net.connect(process.env.BENCH_SOCKET).on("error", () => process.exit());
globalThis.live = (value${extension === "ts" ? ": number" : ""}) => socket.write(process.env.BENCH_SUBJECT + " " + value + "\\n");
setInterval(() => {}, 2 ** 30);`,
  );
  for (let n = 0; n < CHAIN; n++) {
    const next = n + 1 < CHAIN ? `./c${n + 1}.${extension}` : `./leaf.${extension}`;
    // The first of the chain is evaluated last.
    const report = n === 0 && which === "root" ? "globalThis.live(value);" : "";
    fs.writeFileSync(
      path.join(folder, `c${n}.${extension}`),
      `import { value } from "${next}";\n${report}\nexport { value };\n`,
    );
  }
  writeLeaf(folder, which, 0, hasBoundaries, extension);
  const boundary = which === "leaf" ? `./leaf.${extension}` : `./c0.${extension}`;
  const main = hasBoundaries
    ? `setInterval(() => import("${boundary}", { with: { hot: "true" } }), 1);`
    : `import { value } from "./c0.${extension}";\nexport const read = () => value;${which === "root" ? `\nimport.meta.hot?.accept("./c0.${extension}", () => {});` : ""}`;
  fs.writeFileSync(
    path.join(folder, `main.${extension}`),
    `import "./report.${extension}";\nimport "./m0.${extension}";\n${main}\n`,
  );
}

/**
 * @param {string} folder
 * @param {Case} which
 * @param {number} value
 * @param {boolean} hasBoundaries
 * @param {string} extension
 */
export function writeLeaf(folder, which, value, hasBoundaries, extension = "mjs") {
  const type = extension === "ts" ? ": number" : "";
  const accept = hasBoundaries ? "" : "import.meta.hot?.accept();"; // hot-hook has none
  const own = which === "leaf" ? `${accept}\nglobalThis.live(value);` : "";
  fs.writeFileSync(path.join(folder, `leaf.${extension}`), `export const value${type} = ${value};\n${own}\n`);
}
