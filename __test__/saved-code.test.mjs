// Saves of code that are live without having been parsed (src/transform/retext.rs): each is the module that Node has of
// that text, and what is no module is refused in Node's words, though V8 might have taken it as a function's code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";

const FIRST = `import { twice } from "./twice.mjs";
export let version = 0;
export let count = 0;
export function up() { count += 1; }
var v = 1;
function inner(x) { return twice(x) + v; }
export const read = (x) => { return inner(x); };
export const list = [1];
export class Shown { m() { return 1; } }
`;

/** One after the other: each a text in place of another. @type {[string, string, string][]} */
const EDITS = [
  ["what is in a function", "return twice(x) + v;", "const y = [x, v]; return twice(y[0]) + y[1] + 1;"],
  ["parameters", "function inner(x) {", "function inner(x, { z = 5 } = {}) { v = z;"],
  ["what is in an array", "list = [1]", "list = [1, ...[2, 3], { four: () => 4 }]"],
  [
    "what is in a class",
    "class Shown {",
    "class Shown { #p = 7; static s = [twice(1)]; get p() { return this.#p; }",
  ],
  ["what a variable is", "(x) => { return inner(x); }", "(x) => inner(x) * 2"],
  ["a function more", "export const list", "function more(x) { return x + 100; }\nexport const list"],
  ["which is called", "return twice(y[0])", "return more(twice(y[0]))"],
  ["under another name", "function more(x)", "async function* gone() {}\nfunction more(x)"],
  ["a function less", "async function* gone() {}\n", ""],
  ["statements", "export class", "v = 3;\nread(1);\n// A comment.\nconst late = class {};\nexport class"],
  ["a regular expression", "v = 3;", 'v = "3/4".split(/[/]/).length;'],
  ["templates", "const y = [x, v];", `const y = [x, v]; \`\${\`\${y}\`}\`;`],
];

/** What Node makes of the text. @param {import("./support/project.mjs").Project} own @param {string} text @param {number} number */
async function byNode(own, text, number) {
  const name = `node-${number}.mjs`;
  own.write(name, text);
  return seen(await import(pathToFileURL(own.path(name)).href));
}

/** @param {any} module */
function seen({ list, read, Shown, version }) {
  const shown = new Shown();
  return { version, list: JSON.stringify(list), read: read(2), p: shown.p, s: Shown.s, m: shown.m() };
}

/** @param {string} text @param {number} version */
const numbered = (text, version) => text.replace(/version = \d+/, `version = ${version}`);

test("what is saved is what Node has of it, edit after edit", async (t) => {
  const own = project(t, { "main.mjs": FIRST, "twice.mjs": "export const twice = (x) => 2 * x;" });
  const sync = new Heatsync();
  t.after(() => sync.dispose());
  /** @type {unknown[]} */
  const errors = [];
  sync.events.on("error", (error) => errors.push(error));
  const main = /** @type {any} */ (await sync.import(own.path("main.mjs")));
  let text = FIRST;
  // The first save of a file is parsed.
  for (const [number, [what, from, to]] of [["nothing", "", ""], ...EDITS].entries()) {
    assert.ok(text.includes(from), what);
    text = numbered(
      text.replace(from, () => to),
      number + 1,
    );
    own.write("main.mjs", text);
    await until(() => main.version === number + 1, `${what}: ${errors}`);
    assert.deepEqual(seen(main), await byNode(own, text, number), what);
  }
});

/** @type {Record<string, [string, string]>} */
const SLIPS = {
  "a slip in a function": ["return twice(x) + v;", "let a = ; return 1;"],
  "a bracket too much": ["return twice(x) + v;", "return twice(x)) + v;"],
  "a name twice in a function": ["return twice(x) + v;", "let x = 1; return x;"],
  "await as a name": ["return twice(x) + v;", "return await;"],
  "await where nothing is asynchronous": ["return twice(x) + v;", "return await (1);"],
  "what is a comment in scripts": ["return twice(x) + v;", "return 1 <!-- v;\n"],
  "the same, behind": ["return twice(x) + v;", "return 1\n--> v;\n"],
  "new.target in no function": ["list = [1]", "list = [new.target]"],
  "a function twice": ["export const list", "function inner() {}\nexport const list"],
  "a function of a variable's name": ["export const list", "function v() {}\nexport const list"],
  "a function of an import's name": ["export const list", "function twice() {}\nexport const list"],
  "a variable of an import's name": ["export const list", "var twice;\nexport const list"],
  "what is exported and has gone": ["export const read", "const unread"],
  "a private name of nobody": ["class Shown {", "class Shown { n() { return this.#none; }"],
};

test("what is no module is refused as Node does, and the next good save is live", async (t) => {
  const own = project(t, {
    "main.mjs": `${FIRST}export { read as again };\n`,
    "twice.mjs": "export const twice = (x) => 2 * x;",
  });
  const sync = new Heatsync();
  t.after(() => sync.dispose());
  /** @type {any[]} */
  const errors = [];
  sync.events.on("error", (error) => errors.push(error));
  const main = /** @type {any} */ (await sync.import(own.path("main.mjs")));
  let version = 0;
  let number = 100;
  for (const [what, [from, to]] of Object.entries(SLIPS)) {
    const good = numbered(`${FIRST}export { read as again };\n`, ++version);
    own.write("main.mjs", good);
    await until(() => main.version === version, `before ${what}`);
    const text = numbered(good, 999).replace(from, () => to);
    errors.length = 0;
    own.write("main.mjs", text);
    const node = await byNode(own, text, ++number).catch((error) => error);
    await until(() => errors.length > 0, `a complaint: ${what}`);
    // Behind its words there is the place.
    const [words] = errors[0].message.split("\n");
    assert.equal(errors[0].name, node.name, what);
    assert.ok(node.message.startsWith(words), `${what}: ${words}, not ${node.message}`);
    assert.match(errors[0].message, /main\.mjs:\d+:\d+\n/, what);
    assert.equal(errors[0].file, own.path("main.mjs"), what);
    assert.equal(main.version, version, what);
  }
  own.write("main.mjs", numbered(FIRST, ++version));
  await until(() => main.version === version, "after all of them");
});

test("under register such a slip is told with its place, and what mends it is live", async (t) => {
  const own = project(t, {
    "main.mjs": `import { v } from "./x.mjs";
      console.log("ready " + v);
      import.meta.hot.accept("./x.mjs", () => console.log("live " + v));
      setInterval(() => {}, 1000);`,
    "x.mjs": "export const v = 1;\nfunction f(x) {\n  return x;\n}\nf(1);\n",
  });
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("ready 1");
  own.write("x.mjs", "export const v = 2;\nfunction f(x) {\n  return x;\n}\nf(1);\n");
  await program.line("live 2");
  own.write("x.mjs", "export const v = 3;\nfunction f(x) {\n  return await (x);\n}\nf(1);\n");
  await program.errorOutput("x.mjs:3");
  assert.match(program.stderr, /SyntaxError/);
  assert.match(program.stderr, /return await \(x\);/);
  own.write("x.mjs", "export const v = 4;\nfunction f(x) {\n  return [x];\n}\nf(1);\n");
  await program.line("live 4");
  assert.ok(!program.lines.includes("live 3"), program.stdout);
});

test("the first update of a module is plain, too: its record was read ahead, with others", async (t) => {
  const runtime = fileURLToPath(new URL("../runtime/esm/index.cjs", import.meta.url));
  const own = project(t, {
    "main.mjs": `
import "./own.mjs";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
const { graph } = createRequire(import.meta.url)(${JSON.stringify(runtime)});
const file = fileURLToPath(new URL("./own.mjs", import.meta.url));
const [{ record }] = graph.modules.ofFile(file);
for (const text of ["export const value = 1, more = 2;", "export const value = () => 2;", "export const other = 2;"]) {
  writeFileSync(file, text);
  console.log("like " + JSON.stringify(graph.loader.loadLike(file, record)?.code.includes("() => 2") ?? null));
}`,
    "own.mjs": "export const value = 1;",
  });
  const program = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.equal(await program.value("like"), null, "another export");
  assert.equal(await program.value("like"), true);
  assert.equal(await program.value("like"), null, "another name");
  await program.exit;
});
