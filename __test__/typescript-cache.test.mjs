// What TypeScript became is kept in the code cache's file: a second start does the same, whatever is wrong with
// the file, and an edited source or tsconfig is compiled anew.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project } from "./support/project.mjs";

const register = pathToFileURL(path.resolve(import.meta.dirname, "../runtime/esm/register.cjs")).href;

/** Fewer new modules than 16 are not worth a file. */
const names = Array.from({ length: 18 }, (_, number) => `m${number}`);

/** Blanks, and code that is made: its places come from the cache, too. @param {string} name */
const text = (name) => `import type { Missing } from "./missing";
enum Level { Low = 1, High = Low << 3 }
export class ${name} {
  value?: number;
  constructor(private readonly level: Level = Level.High) {}
  fail(this: this, first: Missing, second = <any>first): never { throw new Error(Level[this.level]); }
}
`;
const main = `${names.map((name) => `import { ${name} } from "./${name}";`).join("\n")}
const all: any[] = [${names.join(", ")}];
for (const it of all) {
  try { new it().fail(); } catch (error: any) { console.log(error.stack.split("\\n").slice(0, 2).join()); }
}
console.log(Object.keys(new ${names[0]}()).join());
`;

/** @param {import("node:test").TestContext} t @param {"module" | "commonjs"} type */
function program(t, type) {
  const files = Object.fromEntries(names.map((name) => [`${name}.ts`, text(name)]));
  const self = project(t, { "package.json": { type }, ...files, "main.ts": main });
  const folder = self.path("node_modules", ".cache", "heatsync-rs");
  /** @param {Record<string, string>} [env] @returns {Promise<string>} */
  const run = (env = {}) =>
    new Promise((resolve, reject) => {
      const { HEATSYNC_CACHE: _, NODE_V8_COVERAGE: __, ...clean } = process.env;
      const args = ["--no-warnings", "--import", register, "main.ts"];
      const child = spawn(process.execPath, args, { cwd: self.directory, env: { ...clean, ...env } });
      const said = { stdout: "", stderr: "" };
      child.stdout.on("data", (data) => (said.stdout += data));
      child.stderr.on("data", (data) => (said.stderr += data));
      t.after(() => child.kill("SIGKILL"));
      child.on("close", (code) => (code === 0 ? resolve(said.stdout) : reject(new Error(said.stderr))));
    });
  /** The cache's only file. */
  const file = () => {
    const found = fs.readdirSync(folder);
    assert.equal(found.length, 1, `${found}`);
    return path.join(folder, found[0]);
  };
  return { self, run, file };
}

for (const type of /** @type {const} */ (["module", "commonjs"])) {
  test(`${type}: a second start does the same`, async (t) => {
    const { self, run, file } = program(t, type);
    const without = await run({ HEATSYNC_CACHE: "0" });
    assert.match(without, /Error: High,.*m0\.ts:6:\d+/);
    assert.match(without, /\nlevel,value\n$|\nvalue,level\n$/);
    assert.equal(await run(), without);
    const { ino } = fs.statSync(file());
    assert.equal(await run(), without);
    // Everything was found in it: it is not written again.
    assert.equal(fs.statSync(file()).ino, ino);

    self.write("m0.ts", `\n${text("m0")}`);
    assert.equal(await run(), without.replace("m0.ts:6:", "m0.ts:7:"));
  });

  test(`${type}: another tsconfig is another way to compile`, async (t) => {
    const { self, run } = program(t, type);
    const keys = async () => (await run()).trimEnd().split("\n").at(-1);
    const options = (/** @type {boolean} */ useDefineForClassFields) =>
      self.write("tsconfig.json", { compilerOptions: { useDefineForClassFields } });
    options(true);
    assert.equal(await keys(), "level,value");
    options(false);
    assert.equal(await keys(), "level");
    options(true);
    assert.equal(await keys(), "level,value");
  });

  test(`${type}: a file that is damaged is not looked at`, async (t) => {
    const { run, file } = program(t, type);
    const first = await run();
    const whole = fs.readFileSync(file());
    const flipped = Buffer.from(whole);
    flipped[whole.length - 300] ^= 1;
    for (const bytes of [Buffer.alloc(0), whole.subarray(0, -1), flipped, Buffer.alloc(whole.length)]) {
      fs.writeFileSync(file(), bytes);
      assert.equal(await run(), first);
    }
    // V8's code is of what was compiled by then: not of the same length each time.
    const mended = fs.readFileSync(file());
    assert.equal(await run(), first);
    assert.deepEqual(fs.readFileSync(file()), mended, "all is in it");
  });

  test(`${type}: a place that can't be written to is none`, async (t) => {
    const { self, run } = program(t, type);
    self.write("node_modules/.cache", "a file");
    const first = await run();
    assert.equal(await run(), first);
    assert.equal(await run({ HEATSYNC_CACHE: self.path("package.json") }), first);
  });
}
