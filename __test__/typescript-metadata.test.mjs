// emitDecoratorMetadata of what is imported, where a file by itself does not tell: as tsc has it, which looks at the whole program.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const FILES = {
  "kinds.ts": `
    export enum Kind { Small, Big = 5, Less = -1 } export enum Str { A = "a", B = "b" } export enum Mixed { A, B = "b" }
    export class Klass {} export interface Shape { a: 1 }
    export const Level = { Low: "low", High: "high" } as const; export type Level = (typeof Level)[keyof typeof Level];`,
  "main.ts": `
    declare const console: any; const meta: string[] = [];
    const name = (it: any) => it?.name ?? String(it);
    (Reflect as any).metadata = (key: string, value: any) => (...target: any[]) => {
      meta.push([key, String(target[1]), Array.isArray(value) ? value.map(name) : name(value)].join(" "));
    };
    import { Kind, Str, Klass, Mixed, Level, type Shape } from "./kinds"; import * as kinds from "./kinds";
    const d: any = () => {}; enum Here { X }
    class A {
      @d a!: Kind; @d b!: Str; @d c!: Here; @d e?: Kind; @d f!: Klass; @d g!: Shape; @d h!: kinds.Kind; @d i!: kinds.Klass;
      @d j!: Kind | null; @d k!: Klass | null; @d l!: Mixed; @d n!: Level;
      @d m(_kind: Kind, _str: Str, _klass: Klass, _other: kinds.Str): Kind { return Kind.Big; }
    }
    console.log(meta.sort().join("\\n"), typeof A, Kind.Big, Str.A);`,
};

for (const module of ["commonjs", "esnext"]) {
  test(`imported enums: ${module}`, async (t) => {
    const type = module === "commonjs" ? "commonjs" : "module";
    const compilerOptions = {
      target: "es2022",
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      strict: true,
      types: [],
    };
    const self = project(t, {
      "package.json": { type },
      "tsconfig.json": { compilerOptions: { ...compilerOptions, module }, files: ["main.ts"] },
      "theirs/package.json": { type: "commonjs" },
      ...FILES,
    });
    execFileSync(process.execPath, [tsc, "-p", ".", "--outDir", "theirs", "--module", "commonjs"], {
      cwd: self.directory,
    });
    const theirs = execFileSync(process.execPath, ["theirs/main.js"], {
      cwd: self.directory,
      encoding: "utf8",
    });
    const ours = execFileSync(process.execPath, ["--import", "heatsync-rs/register", "main.ts"], {
      cwd: self.directory,
      encoding: "utf8",
    });
    assert.match(theirs, /design:type a Number/);
    assert.equal(ours, theirs);
  });
}
