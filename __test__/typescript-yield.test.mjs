// `yield` in what is evaluated around a decorated class. tsc puts an arrow function around it and V8 refuses that, so there
// is no oracle but the specification: ClassDefinitionEvaluation, ECMA-262 15.7.14, is part of the generator.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const generators = `
const d = (value: any): any => (_: any, { name }: any) => { log(name, value) };
const log = console.log, Base = class {};
export function* plain(this: any, a: string): any {
  @d(yield 1) class C { @d(yield a) x = 1; }
  const D = class extends (yield this.p) { @d(2) [(yield arguments.length) as any] = 1; };
  const o = { [yield "key"]: @d(yield "inner") class {} };
  return [C.name, D.name, Object.keys(new D()), o.k.name];
}
export async function* later(): any {
  @d(yield 1) class C { @d(await (yield Promise.resolve(2))) x = 1; }
  try { void class { accessor y; @d(yield 3) z; }; } finally { log("left", C.name); }
}
`;

test("yield in decorators, keys and heritage", async (t) => {
  const program = project(t, {
    "generators.ts": generators,
    "main.ts": `
import { plain, later } from "./generators.ts";
const it = plain.call({ p: "this" }, "argument"), seen = [it.next().value];
for (const given of ["c", "x", class {}, "computed", "k", "o"]) {
  const { value } = it.next(given);
  seen.push(value);
}
console.log(JSON.stringify(seen));
const other = later(), all: unknown[] = [];
all.push((await other.next()).value, (await other.next("C")).value, (await other.next("x")).value, (await other.return("end")).value);
console.log(all.join());`,
  }).run("main.ts", { nodeArguments: ["--no-warnings", "--import", "heatsync-rs/register"] });
  await program.exit;
  assert.deepEqual(
    program.stdout.trim().split("\n"),
    [
      "x x",
      "C c",
      "computed 2",
      "k o",
      '[1,"argument","this",1,"key","inner",["C","D",["computed"],"k"]]',
      "x x",
      "C C",
      "left C",
      "1,2,3,end",
    ],
    program.stderr,
  );
});
