// What TypeScript programs do, with tsc as the oracle; on one Node with esbuild, where it does what tsc does. Each program is a few small files in typescript-programs/*.txt.

import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { byNode, byUs, entryOf, esbuildOutput, folder, read, sourceOf, tscOutput } from "./support/tsc.mjs";

/** Where esbuild is not tsc, and tsc is right or at least the one people compile with. */
const OTHERWISE = new Set([
  // Names and bindings of replaced classes, contexts, `Symbol.metadata`, syntax it does not read.
  "standard decorators in order",
  "methods that are replaced",
  "accessors",
  "classes that are replaced",
  "private statics of a replaced class",
  "class decorators: initializers, names, results",
  "a class that has a name of its own",
  "this of decorators",
  "initializers that are added",
  "initializers are refused",
  "metadata when there are none",
  "export of decorated classes",
  "decorated classes in loops and closures",
  "nested decorated classes",
  "decorated fields that are assigned",
  "decorators in a cts file",
  "decorators that are imported",
  "Object.prototype methods of a decorated class",
  "calling the decorated constructor",
  "classes under computed keys have their names",
  "decorated classes merge with namespaces",
  // It drops import attributes for this target.
  "json and builtins",
  // The names of default exports; no reverse mapping of a member that another enum's string gives.
  "default exports",
  "enums",
  // Exports of a module in CommonJS are getters, imports are called as methods.
  "module syntax in a cts file",
  "a cycle in commonjs",
  "this of an imported function",
  // What it makes of it throws.
  "blocks of a namespace see one another's exports",
  // Blocks do not see one another's exports, or are no strings.
  "a namespace whose name is another thing inside",
  "an enum that merges with one of another block of its namespace",
  // It has none.
  "emitDecoratorMetadata",
  "metadata through aliases",
  // It always has interop, and leaves `import()` to Node.
  "no interop in a cts file",
  "no interop, reexports in a cts file",
  "import() in a cts file",
  "import() in a script",
  "import = require() in an ES module",
]);
// What either makes is the same on all, and so is what we make: the oldest and the newest Node.js run a quarter of the programs.
const hasEsbuild = process.versions.node.startsWith("24.");
const every = /^v2[24]\./.test(process.version) ? 1 : 4;

/** The last line of a program of ours: what its place is told to be must be its place in the source. */
const PROBE = `globalThis.log("place", /:(\\d+:\\d+)\\)?$/m.exec(new Error().stack)[1]);`;

/** @param {Record<string, string>} files */
function withProbe(files) {
  const entry = entryOf(files);
  const text = `${files[entry]}\n${PROBE}`;
  const place = `place ${text.split("\n").length}:${PROBE.indexOf("new Error") + 1}\n`;
  return { probed: { ...files, [entry]: text }, place };
}

const names = new Set();
for (const name of fs.readdirSync(folder).sort()) {
  describe(name, { concurrency: 2 }, () => {
    for (const [number, program] of read(name).entries()) {
      names.add(program.name);
      const skip = number % every > 0 && "on Node 22 and 24";
      test(program.name, { skip }, async () => {
        const byOracle = hasEsbuild && !OTHERWISE.has(program.name) ? esbuildOutput : tscOutput;
        const entry = entryOf(program.files);
        const { probed, place } = withProbe(program.files);
        const source = sourceOf(probed);
        const output = byOracle(program.files);
        try {
          const [expected, actual] = await Promise.all([
            byNode(output.directory, entry),
            byUs(source.directory, entry),
          ]);
          assert.match(actual.stdout, /^place /m, actual.stderr);
          assert.equal(/^place .*\n/m.exec(actual.stdout)?.[0], place);
          assert.equal(actual.stdout.replace(place, ""), expected.stdout, actual.stderr);
          assert.equal(actual.code, expected.code, actual.stderr);
          // What neither can run proves nothing.
          assert.equal(expected.code, 0, expected.stderr);
        } finally {
          source.remove();
          output.remove();
        }
      });
    }
  });
}

test("the programs that esbuild runs otherwise are programs", () => {
  assert.deepEqual(
    [...OTHERWISE].filter((name) => !names.has(name)),
    [],
  );
});
