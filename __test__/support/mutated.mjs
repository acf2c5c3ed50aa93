// Module texts with a token or two changed at random, linked both ways and not evaluated: plain Node says which of them parse and link, and
// what is wrong with the others.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { materialize, plainly, programs, registered } from "./oracle.mjs";
import { randomOf } from "./random-edits.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.resolve(here, "../esm-programs");

/** Good enough to take a text apart: what is a regular expression is taken for a division, and comes apart. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\s+|[\p{ID_Start}$_#@][\p{ID_Continue}$]*|\d[\w.]*|=>|\.\.\.|\?\.|\?\?=?|\*\*=?|&&=?|\|\|=?|>>>?=?|<<=?|[=!]==?|[-+*/%&|^<>]=|\+\+|--|./gsu;

/** What may come in between: all that means something else in modules, in strict mode or beside the wrong token. */
const POOL =
  "await yield static async of get set let enum implements import.meta new.target super this => ... ?. ?? ||= ** #p @d 0n 1_0 /x/v /[b-a]/ /(?<a>b)(?<a>c)/ export import default from as class extends function* arguments eval delete typeof in instanceof <!-- --> 0777 '\\08' 'use\x20strict' accessor * { } ( ) [ ] ; , : ? = if else for while do switch case try catch finally return throw var const label: break continue null debugger new void"
    .split(" ")
    .map((token) => token.replace("\x20", " "));

/** Known to differ (docs/test262.md): names with line breaks, attributes that nobody knows, phases. */
const DIFFERING = /\b(?:with|assert)\s*\{|\\[nr]|\\u2028|\b(?:defer|source)\b/;
const hasUsing = Number.parseInt(process.versions.node, 10) >= 24;

/** What the programs of the oracle consist of. */
function corpus() {
  const all = fs.readdirSync(folder).sort();
  const files = all.flatMap((file) => programs(fs.readFileSync(path.join(folder, file), "utf8")));
  return files.flatMap(({ files }) =>
    Object.entries(files).flatMap(([name, text]) =>
      name.endsWith(".mjs") && text.length > 10 && text.length < 2500 ? [text] : [],
    ),
  );
}

/**
 * @param {{ seed: number, count: number }} options
 * @returns {string[]}
 */
export function mutants({ seed, count }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  /** @template T @param {T[]} all @returns {T} */
  const oneOf = (all) => all[below(all.length)];
  const texts = corpus();
  const tokensOf = () => oneOf(texts).match(TOKEN) ?? [];
  /** @type {string[]} */
  const mutants = [];
  while (mutants.length < count) {
    const tokens = [...tokensOf()];
    const others = tokensOf();
    if (tokens.length < 4) continue;
    for (let changes = 1 + below(2); changes > 0; changes--) {
      const at = below(tokens.length);
      const from = below(others.length);
      [
        () => tokens.splice(at, 1),
        () => tokens.splice(at, 0, tokens[at]),
        () => tokens.splice(at, 1, tokens[from % tokens.length]),
        () => tokens.splice(at, 1, oneOf(POOL)),
        () => tokens.splice(at, 0, ` ${oneOf(POOL)} `),
        () => tokens.splice(at, 0, ...others.slice(from, from + 1 + below(6))),
      ][below(6)]();
    }
    // What is imported of it is missing, mostly: what does not parse is said first.
    const text = tokens.join("").replace(/(["'])\.{1,2}\/[^"'\n]*\1/g, "$1./imported.mjs$1");
    if (!DIFFERING.test(text) && (hasUsing || !/\busing\b/.test(text))) mutants.push(text);
  }
  return mutants;
}

const main = (/** @type {number} */ count) => `
  process.on("unhandledRejection", () => {});
  for (let n = 0; n < ${count}; n++) {
    const said = await import("./main" + n + ".mjs").catch((e) => [e.name, e.code, e.message].join(" "));
    console.log("\\n§" + n + "\\n" + said);
  }`;

/**
 * @param {string[]} sources
 * @returns {Promise<{ differing: string[], linked: number, refused: number }>} how many plain Node links, and how many it does not
 */
export async function linkedBothWays(sources) {
  /** @type {Record<string, string>} */
  const files = {
    "imported.mjs": "export let a, b, c, d, e, f, g, n, x, y, ns, value; export default 1;",
    // Whatever stands behind it is linked, and never evaluated.
    "stop.mjs": `throw new Error("stopped");`,
    "main.mjs": main(sources.length),
  };
  for (const [n, text] of sources.entries()) {
    files[`case${n}.mjs`] = text;
    files[`main${n}.mjs`] = `import "./stop.mjs"; import "./case${n}.mjs";`;
  }
  const { directory, remove } = materialize(files);
  try {
    const [plain, ours] = [await plainly(directory), await registered(directory)].map(answers);
    const differing = sources.flatMap((text, n) =>
      plain.get(n) === ours.get(n) ? [] : [`${text}\n  plain: ${plain.get(n)}\n  ours: ${ours.get(n)}`],
    );
    const linked = [...plain.values()].filter((it) => it === "Error  stopped").length;
    return { differing, linked, refused: plain.size - linked };
  } finally {
    remove();
  }
}

/** @param {{ stdout: string }} run @returns {Map<number, string>} */
function answers({ stdout }) {
  const parts = stdout.split("\n§").slice(1);
  return new Map(
    parts.map((part) => {
      const [number, ...lines] = part.split("\n");
      return [Number(number), lines.join("\n").trimEnd()];
    }),
  );
}
