// TypeScript whose package.json leaves open what it is, beside another package's module hooks (OpenTelemetry's): Node, asked through these, strips
// its types to find out what it is, and refuses what takes more than that.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const ours = ["--import", "heatsync-rs/register"];
const theirs = ["--import", "./theirs.mjs"];
const hook =
  "data:text/javascript,export const resolve = (specifier, context, next) => next(specifier, context)";
const files = {
  "theirs.mjs": `import { register } from "node:module"; register(${JSON.stringify(hook)});`,
  // As ts-node/register: hooks are possible, and there are none.
  "named.cjs": `require("node:module").register;`,
  "main.ts": `import { Point } from "./point"; enum Axis { X = "x" } console.log(new Point(2)[Axis.X], typeof module);`,
  "point.ts": "export class Point { constructor(readonly x: number) {} }",
};
const commonJs = { "tsconfig.json": '{ "compilerOptions": { "module": "commonjs" } }' };
const orders = {
  "before ours": [...theirs, ...ours],
  "after ours": [...ours, ...theirs],
  "possible before ours": ["--require", "./named.cjs", ...ours],
};

for (const [kind, more] of Object.entries({ CommonJS: commonJs, "ES modules": {} })) {
  describe(kind, { concurrency: 2 }, () => {
    for (const [order, nodeArguments] of Object.entries(orders)) {
      test(`runs beside hooks ${order}`, async (t) => {
        // That module.register() is deprecated Node 26 says.
        const program = project(t, { ...files, ...more }).run("main.ts", {
          nodeArguments: ["--disable-warning=DEP0205", ...nodeArguments],
        });
        const { code } = await program.exit;
        assert.equal(program.stdout, kind === "CommonJS" ? "2 object\n" : "2 undefined\n", program.stderr);
        assert.equal(code, 0);
        // What is no ES module Node has not read again as one.
        if (kind === "CommonJS") assert.equal(program.stderr, "");
      });
    }
  });
}

const major = Number.parseInt(process.versions.node, 10);
const skip = major < 22 && "Node 20: what leads to a package is native here";
test("what Node can't strip is hot beside hooks", { skip }, async (t) => {
  const { ask, said, save } = await hotProgram(
    t,
    {
      "theirs.mjs": files["theirs.mjs"],
      "main.mjs": `import { Kind } from "./kind.ts"; globalThis.shown = () => say(Kind.A);
        import.meta.hot.accept("./kind.ts", () => say("accepted"));`,
      "kind.ts": "export enum Kind { A = 1 }",
    },
    { registered: [...theirs, ...ours] },
  );
  await ask("shown()");
  assert.deepEqual(said(), ["1"]);
  const { type } = await save({ "kind.ts": "export enum Kind { A = 2 }" });
  assert.equal(type, "accepted");
  await ask("shown()");
  assert.deepEqual(said(), ["accepted", "2"]);
});

// There the names of what Node imports of CommonJS TypeScript are missing.
const isOlder = major < 24 && "Node 22: such CommonJS has no named exports";
test("what sync.import() has of CommonJS beside hooks follows what it requires", {
  skip: isOlder,
}, async (t) => {
  const program = project(t, {
    ...commonJs,
    "theirs.mjs": files["theirs.mjs"],
    "main.mjs": `import fs from "node:fs"; import Heatsync from "heatsync-rs";
      const sync = new Heatsync({ persistentWatchers: true });
      const synced = await sync.import("./point.ts");
      console.log(new synced.Point(1).y);
      sync.events.on("reload", () => { console.log(new synced.Point(1).y); process.exit(); });
      setTimeout(() => process.exit(1), 10_000);
      fs.writeFileSync("y.ts", "export const y: number = 2;");`,
    "point.ts": `import { y } from "./y"; export class Point { y = y; constructor(readonly x: number) {} }`,
    "y.ts": "export const y: number = 1;",
  }).run("main.mjs", { nodeArguments: ["--disable-warning=DEP0205", ...theirs, ...ours] });
  await program.exit;
  assert.equal(program.stdout, "1\n2\n", program.stderr);
});
