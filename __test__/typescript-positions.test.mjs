// Each error's place is the source's, also where the code was rewritten. `HERE` in a program marks the
// line and, by the caret below it, the column; the comments are no part of what is compared.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "./support/project.mjs";

/** Decorators of the standard need no option. */
const standard = JSON.stringify({ compilerOptions: { target: "ES2022" } });
const tsconfig = JSON.stringify({
  compilerOptions: { target: "ES2021", experimentalDecorators: true, emitDecoratorMetadata: true },
});

/** Where `«` stands, the error is thrown. @type {Record<string, string>} */
const programs = {
  erasable: `interface A { a: string }\nfunction f<T extends A>(a: T): void {\n  if (a as unknown) throw «new Error("x");\n}\nf<A>({ a: "" } as A);`,
  "behind an enum": `enum A {\n  B = 1,\n  C,\n}\n\nconst f = (x: A): void => {\n  throw «new Error(A[x]);\n};\nf(A.C);`,
  "in an enum": `const g = (): number => { throw «new Error("x"); };\nenum A {\n  B = g(),\n}`,
  "in a constructor with parameter properties": `class A {\n  constructor(\n    private readonly a: number,\n    public b = 2,\n  ) {\n    null!.«x;\n  }\n}\nnew A(1);`,
  "in a namespace": `namespace N {\n  export function f(): void {\n    «undefinedFunction();\n  }\n}\nN.f();`,
  "in jsx": `const React = { createElement: (f: any) => typeof f === "function" && f() };\nfunction C(): any {\n  const x: number = 1;\n  throw «new Error("x" + x);\n}\nconst a = (\n  <div\n    a="b"\n  >\n    <C />\n  </div>\n);`,
  "in a decorated method": `const d = (...a: any[]): any => {};\n@d\nclass A {\n  @d\n  private x: string = "a";\n\n  @d m(@d p: number): void {\n    throw «new Error(String(p));\n  }\n}\nnew A().m(1);`,
  "in a decorator": `const d = (...a: any[]): any => {\n  throw «new Error("x");\n};\nenum E { a }\n@d\nclass A {}`,
  "a decorator that is not defined": `const d = (...a: any[]): any => {};\nclass A {\n  «@nothing()\n  @d\n  m(): void {\n    d();\n  }\n}`,
  "metadata of what is not initialized": `const d = (...a: any[]): any => {};\nclass A {\n  @«d m(a: B): B {\n    return a;\n  }\n}\nclass B {}`,
  "below what a decorator throws": `const d = (...a: any[]): any => {\n  throw new Error("x");\n};\nclass A {\n  constructor(private a: string) {}\n  «@d\n  m(): void {}\n\n  n(): void {}\n}`,
  "below what a decorator throws, of an exported class behind imports": `import { join } from "node:path";\nconst d = (...a: any[]): any => {\n  throw new Error(join("x"));\n};\n«@d\nexport class A {\n  constructor(private a: string) {}\n}`,
  "below what a parameter's decorator throws": `const d = (...a: any[]): any => () => {\n  throw new Error("x");\n};\nclass A {\n  constructor(\n    @d(«) private a: string,\n  ) {}\n}`,
  "standard: in a decorator": `const d = (v: any, c: any): any => {\n  throw «new Error("x");\n};\nclass A {\n  @d x: number = 1;\n}`,
  "standard: in a decorator's expression": `interface A {}\nconst d = (v: any, c: any): any => {};\nclass A {\n  @d @d private m(): void {} @(null!.«x) n(): void {}\n}`,
  "standard: in a decorated field": `const d = (v: any, c: any): any => {};\nclass A<T> {\n  @d a: number = 1; @d private readonly b: T = null!.«x;\n}\nnew A();`,
  "standard: in a method of a decorated class": `const d = (v: any, c: any): any => {};\n@d class A { accessor x: number = 1; @d m(): void { throw «new Error("x"); } }\nnew A().m();`,
  "standard: beside what is rewritten": `enum E {\n  a,\n}\nconst d = (v: any, c: any): any => {};\nclass A {\n  constructor(private a: E) {}\n  @d accessor x: E = E.a;\n  @d m(): void {\n    null!.«x;\n  }\n}\nnew A(E.a).m();`,
  "behind imports in a line": `import fs from "node:fs"; import { join } from "node:path";\nconst a = join("a"), b: string = join("b") + null!.«x + fs;`,
  "in an assigned field": `class A {\n  a = 1;\n  b = this.«c();\n  c: any;\n}\nnew A();`,
};

/** @param {string} marked */
function placeOf(marked) {
  const before = marked.slice(0, marked.indexOf("«")).split("\n");
  return `${before.length}:${/** @type {string} */ (before.at(-1)).length + 1}`;
}

for (const [name, flags] of /** @type {[string, string[]][]} */ ([
  ["main.mts", []],
  ["main.cts", []],
  ["main.mts", ["--enable-source-maps"]],
])) {
  describe(`${name} ${flags.join(" ")}`, { concurrency: 2 }, () => {
    for (const [title, marked] of Object.entries(programs)) {
      test(title, async (t) => {
        const isJsx = title.includes("jsx");
        const extension = name.slice(5);
        const entry = isJsx ? "main.tsx" : name;
        const type = extension === "mts" ? "module" : "commonjs";
        const files = {
          "package.json": JSON.stringify({ name: "positions", type }),
          "tsconfig.json": title.startsWith("standard") ? standard : tsconfig,
          [entry]: marked.replace("«", ""),
        };
        const program = project(t, files).run(entry, {
          nodeArguments: ["--no-warnings", ...flags, "--import", "heatsync-rs/register"],
        });
        await program.exit;
        const frames = [...program.stderr.matchAll(/^ {4}at (.*?)(\d+:\d+)\)?$/gm)];
        // The decorator's own is the first one, and what calls it on our side has none.
        const [, file, place] = frames[title.startsWith("below") ? 1 : 0] ?? [];
        assert.equal(place, placeOf(marked), program.stderr);
        assert.match(file, new RegExp(`${entry}:$`));
      });
    }
  });
}
