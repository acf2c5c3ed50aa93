// TypeScript under register: how files are found, which module system they are, what is said of errors.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {string} entry
 * @param {string[]} [flags]
 */
async function run(t, files, entry, flags = ["--import", "heatsync-rs/register"]) {
  const program = project(t, files).run(entry, { nodeArguments: ["--no-warnings", ...flags] });
  const { code } = await program.exit;
  return { code, stdout: program.stdout.trim(), stderr: program.stderr };
}

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {string} entry
 * @param {string} want
 * @param {string[]} [flags]
 */
async function prints(t, files, entry, want, flags) {
  const { code, stdout, stderr } = await run(t, files, entry, flags);
  assert.equal(stdout, want, stderr);
  assert.equal(code, 0, stderr);
}

const values = {
  "a.ts": "export const a: string = 'a'",
  "b.tsx": "export const b: string = 'b'",
  "c.mts": "export const c: string = 'c'",
  "d/index.ts": "export const d: string = 'd'",
  "e.service.ts": "export const e: string = 'e'",
  "f.json": '{ "f": "f" }',
  "g.js": "export const g = 'g'",
  "g.ts": "export const g = 'source before output'",
};

describe("specifiers of TypeScript files", { concurrency: 2 }, () => {
  const cases = {
    "./a.js": "a",
    "./a.ts": "a",
    "./a": "a",
    "./b.js": "b",
    "./b.jsx": "b",
    "./b": "b",
    "./c.mjs": "c",
    "./c.mts": "c",
    "./d": "d",
    "./d/": "d",
    "./d/index.js": "d",
    "./e.service": "e",
    "./e.service.js": "e",
    "./g.js": "g",
    "./a.js?query": "a",
    "@/a": "a",
    "@/d": "d",
    "#one": "a",
    "lib/a": "a",
  };
  const tsconfig = {
    "tsconfig.json":
      '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./*"], "#one": ["a.ts"], "lib/*": ["none/*", "./*"], }, } } // a comment',
  };
  test("static and dynamic imports", async (t) => {
    const names = Object.entries(cases);
    const statics = names.map(([specifier, name], at) => `import { ${name} as $${at} } from "${specifier}";`);
    const dynamics = names.map(([specifier, name]) => `(await import("${specifier}")).${name}`);
    const main = `${statics.join("\n")}
      const all: string[] = [${names.map((_, at) => `$${at}`).join()}];
      console.log(all.join(), [${dynamics.join()}].join());`;
    const want = names.map(([, name]) => (name === "g" ? "source before output" : name)).join();
    await prints(t, { ...values, ...tsconfig, "main.mts": main }, "main.mts", `${want} ${want}`);
  });
  test("require", async (t) => {
    const main = `
      const a: { a: 1 } = require("./a"), b = require("./b.js"), d = require("@/d");
      console.log(a.a, b.b, d.d, require.resolve("./e.service").slice(-12), require("./f").f);`;
    await prints(t, { ...values, ...tsconfig, "main.cts": main }, "main.cts", "a b d e.service.ts f");
  });
  test("JavaScript files keep Node's rules", async (t) => {
    const main = `import("./a").catch((error) => console.log(error.code)).then(() => import("./a.ts")).then((it) => console.log(it.a))`;
    await prints(t, { ...values, "main.mjs": main }, "main.mjs", "ERR_MODULE_NOT_FOUND\na");
  });
});

test("#imports mean the source, and so does a package that imports the project by URL", async (t) => {
  const files = {
    "package.json": '{ "type": "module", "imports": { "#lib/*": "./lib/*.js" } }',
    "lib/a.ts": "export const a: string = 'a';",
    "config.ts": "export default { name: 'config' as string };",
    "node_modules/framework/package.json": '{ "type": "module", "exports": "./index.js" }',
    "node_modules/framework/index.js":
      "export const load = async (root) => (await import(new URL('config.js', root).href)).default;",
    "main.ts": `
      import { a } from "#lib/a";
      import { load } from "framework";
      console.log(a, (await import("#lib/a")).a, (await load(new URL("./", import.meta.url))).name as string);`,
  };
  await prints(t, files, "main.ts", "a a config");
});

describe("which module system", { concurrency: 2 }, () => {
  const what = "typeof module + typeof require";
  const cases = [
    ["main.mts", {}, `console.log(${what} as string)`, "undefinedundefined"],
    ["main.cts", { type: "module" }, `console.log(${what} as string)`, "objectfunction"],
    ["main.ts", { type: "module" }, `console.log(${what} as string)`, "undefinedundefined"],
    ["main.ts", { type: "commonjs" }, `console.log(${what} as string)`, "objectfunction"],
    ["main.ts", {}, `console.log(${what} as string)`, "objectfunction"],
    ["main.ts", {}, `import type {} from "fs"; console.log(${what} as string)`, "objectfunction"],
    ["main.ts", {}, `import "fs"; console.log(${what} as string)`, "undefinedundefined"],
    ["main.ts", {}, `await 1; console.log(${what} as string)`, "undefinedundefined"],
    ["main.tsx", { type: "module" }, `console.log(${what} as string)`, "undefinedundefined"],
    ["main.jsx", { type: "module" }, `console.log(${what})`, "undefinedundefined"],
  ];
  for (const [entry, manifest, source, want] of /** @type {[string, object, string, string][]} */ (cases)) {
    test(`${entry} ${JSON.stringify(manifest)} ${source}`, (t) =>
      prints(t, { "package.json": JSON.stringify(manifest), [entry]: source }, entry, want));
  }
});

describe("every way to register", { concurrency: 2 }, () => {
  const files = {
    "main.mts": "import { one } from './one'; enum E { A = 1 } console.log(one as number + E.A)",
    "main.cts": "const { one } = require('./one'); enum E { A = 1 } console.log(one as number + E.A)",
    "one.mts": "export const one: number = 1",
  };
  for (const flags of [
    ["--import", "heatsync-rs/register"],
    ["--require", "heatsync-rs/register"],
    ["--loader", "heatsync-rs/loader"],
  ]) {
    for (const entry of ["main.mts", "main.cts"]) {
      // Node runs a CommonJS entry point before anything of ours is loaded in its thread.
      if (flags[0] === "--loader" && entry === "main.cts") continue;
      test(`${flags[0]} ${entry}`, (t) => prints(t, files, entry, "2", flags));
    }
  }
});

describe("errors", { concurrency: 2 }, () => {
  test("a type in the wrong place", async (t) => {
    const files = { "main.mts": "import './wrong.mjs'", "wrong.mts": "const a = 1;\nconst b: = 2;\n" };
    const { code, stderr } = await run(t, files, "main.mts");
    assert.equal(code, 1);
    assert.match(stderr, /wrong\.mts:2:10\n/);
    assert.match(stderr, /> 2 \| const b: = 2;\n/);
    assert.match(stderr, /SyntaxError: /);
  });
  test("in CommonJS", async (t) => {
    const { code, stderr } = await run(t, { "main.cts": "const a = 1;\n  const b: = 2;\n" }, "main.cts");
    assert.equal(code, 1);
    assert.match(stderr, /main\.cts:2:12\n/);
    assert.match(stderr, /> 2 \| {3}const b: = 2;\n/);
  });
  test("a caught one is printed with its place, and not in brackets", async (t) => {
    const files = {
      "main.mts": `import { createRequire } from "node:module";
        for (const file of ["./wrong.mts", "./leads.mts"]) await import(file).catch((error) => console.log(error));
        try { createRequire(import.meta.url)("./wrong.cts"); } catch (error) { console.log(error); }`,
      "leads.mts": `import "./wrong.mts";`,
      "wrong.mts": "const a = 1;\nconst b: = 2;\n",
      "wrong.cts": "const b: = 2;\n",
    };
    const { stdout } = await run(t, files, "main.mts");
    const places = [...stdout.matchAll(/^SyntaxError: .*\n +at .*[\\/](wrong\.[cm]ts:\d:\d+)$/gm)];
    assert.deepEqual(
      places.map(([, place]) => place),
      ["wrong.mts:2:10", "wrong.mts:2:10", "wrong.cts:1:10"],
      stdout,
    );
    assert.doesNotMatch(stdout, /^[[\]]/m);
  });
  test("an early error of JavaScript is shown in the source", async (t) => {
    const { stderr } = await run(
      t,
      { "main.mts": "let a: number = 1; let é: 1; let a: string;" },
      "main.mts",
    );
    assert.match(stderr, /main\.mts:1:\d+\n/);
    assert.match(stderr, /let é: 1; let a: string/);
  });
  test("positions are the source's", async (t) => {
    const main = `interface A { b: string }\nfunction f<T extends A>(a: T): never { throw new Error("here" as string) }\n  f<A>({ b: "" });`;
    const { stderr } = await run(t, { "main.mts": main }, "main.mts");
    assert.match(stderr, /main\.mts:2:46\)?\n/);
    assert.match(stderr, /main\.mts:3:3\)?\n/);
  });
  test("a name that is not exported: the line of the import, as Node tells it of JavaScript", async (t) => {
    const files = {
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
      "a.mts": "export type T = 1; export const a = 1;",
      "enum.mts": `enum E { A }\nimport { b } from "./a.mjs"; console.log(b, E.A);`,
      "paths.mts": `\nimport { b } from "@/a.mjs"; console.log(b);`,
      "type.mts": `import { c } from "./pass.mjs";\nimport { b } from "./a.mjs"; console.log(b, c);`,
      "pass.mts": `export { T } from "./a.mjs"; export const c = 1;`,
      "caught.mts": `for (const name of ["enum", "paths", "type"]) await import(\`./\${name}.mts\`).catch((error) => console.log(error.stack));`,
    };
    for (const [name, specifier] of Object.entries({ enum: "./a.mjs", paths: "@/a.mjs", type: "./a.mjs" })) {
      const { code, stderr } = await run(t, files, `${name}.mts`);
      assert.equal(code, 1, stderr);
      assert.match(stderr, new RegExp(`${name}\\.mts:2[:\n](.|\n)*import \\{ b \\} from(.|\n)*\\^\n`));
      assert.ok(
        stderr.includes(
          `SyntaxError: The requested module '${specifier}' does not provide an export named 'b'`,
        ),
        stderr,
      );
      assert.doesNotMatch(stderr, /heatsync-rs|startup/);
    }
    const { code, stdout } = await run(t, files, "caught.mts");
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.match(/\w+\.mts:2/g)?.slice(0, 3),
      ["enum.mts:2", "paths.mts:2", "type.mts:2"],
      stdout,
    );
    assert.equal(stdout.match(/does not provide an export named 'b'/g)?.length, 3, stdout);
  });
  test("a tsconfig that is wrong", async (t) => {
    const { code, stderr } = await run(t, { "main.mts": "1", "tsconfig.json": "{ wrong" }, "main.mts");
    assert.equal(code, 1);
    assert.match(stderr, /tsconfig\.json/);
  });
});

for (const [name, files] of /** @type {[string, Record<string, string>][]} */ ([
  ["a.cts requires b.mts", { "a.cts": `const b = require("./b.mjs");`, "b.mts": "" }],
  ["a.cjs requires b.mts", { "a.cjs": `const b = require("./b.mts");`, "b.mts": "" }],
  [
    "a.cjs requires b.ts",
    { "package.json": `{ "type": "module" }`, "a.cjs": `const b = require("./b.ts");`, "b.ts": "" },
  ],
])) {
  test(`an ES module in TypeScript is accepted by the CommonJS file that requires it: ${name}`, async (t) => {
    const [a, b] = Object.keys(files).filter((it) => it !== "package.json");
    const value = (/** @type {string} */ it) => `export const value: string = "${it}";`;
    const { ask, save } = await hotProgram(t, {
      ...files,
      [a]: `${files[a]} exports.value = "a" + b.value; module.hot.accept();`,
      [b]: value("one"),
      "main.cjs": `require("./${a}"); globalThis.shown = () => require("./${a}").value;`,
    });
    assert.equal(await ask("shown()"), "aone");
    for (const it of ["two", "three"]) {
      assert.equal((await save({ [b]: value(it) })).type, "accepted");
      assert.equal(await ask("shown()"), `a${it}`);
    }
  });
}
