// CommonJS that is TypeScript, and accepts what it imports by declaration: it stays, and its imports are those of the new version, as in an
// ES module.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const leaf = (/** @type {number} */ n) =>
  `export const v: number = ${n}; export class Of { is = ${n} } export let counted = ${n}; export const count = () => ++counted; export default "default ${n}";`;

/** @param {string} accepting @param {string} [above] */
const files = (accepting, above = "main.cts") => ({
  ...(above === "main.cts" ? {} : { "main.cts": `import "./${above}";` }),
  [above]: `
    import { v, Of, counted } from "./leaf";
    import * as all from "./leaf";
    import named, { count } from "./leaf";
    export { v as passed } from "./leaf";
    export { all };
    globalThis.shown = () => [v, new Of().is, counted, all.v, named, exports.passed, exports.all.v].join();
    globalThis.count = () => count();
    ${accepting}`,
  "leaf.cts": leaf(1),
  "package.json": `{ "type": "commonjs" }`,
});

/** @param {number} n */
const shown = (n) => `${n},${n},${n},${n},default ${n},${n},${n}`;

for (const accepting of [
  `module.hot!.accept("./leaf");`,
  `module.hot!.accept(["./leaf"], () => say(globalThis.shown()));`,
  `module.hot!.accept("./leaf.cts", (it: any) => say(globalThis.shown(), it.v === v));`,
]) {
  test(`imports follow: ${accepting}`, async (t) => {
    const program = await hotProgram(t, files(accepting.replaceAll("globalThis", "(globalThis as any)")));
    assert.equal(await program.ask("shown()"), shown(1));
    for (const n of [2, 3]) {
      assert.equal((await program.save({ "leaf.cts": leaf(n) })).type, "accepted");
      await program.ask("isTold()");
      if (accepting.includes("=>")) assert.match(program.said().join(), new RegExp(`^${shown(n)}( true)?$`));
      assert.equal(await program.ask("shown()"), shown(n));
      // An export that is written is read where it is.
      assert.equal(await program.ask("count()"), String(n + 1));
      assert.equal(await program.ask("shown().split(',')[2]"), String(n + 1));
    }
  });
}

test("what fails when it is evaluated was never theirs", async (t) => {
  const program = await hotProgram(t, files(`module.hot!.accept("./leaf");`));
  const { type } = await program.save({ "leaf.cts": `${leaf(2)} throw new Error("thrown");` });
  assert.equal(type, "evaluationError");
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), shown(1));
  assert.equal((await program.save({ "leaf.cts": leaf(3) })).type, "accepted");
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), shown(3));
});

test("so are those of an ES module whose names change", async (t) => {
  const program = await hotProgram(t, {
    ...files(""),
    "main.cts": `import * as all from "./leaf.mjs"; import { v } from "./leaf.mjs"; import named from "./leaf.mjs";
      (globalThis as any).shown = () => [v, named, Object.keys(all).join("|")].join();
      module.hot!.accept("./leaf.mjs");`,
    "leaf.mjs": "export const v = 1; export default 1;",
  });
  assert.equal(await program.ask("shown()"), "1,1,__esModule|default|v");
  await program.save({ "leaf.mjs": "export const v = 2, w = 2; export default 2;" });
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), "2,2,__esModule|default|v|w");
  await program.save({ "leaf.mjs": "export const v = 3; export default 3;" });
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), "3,3,__esModule|default|v");
});

test("a file that is between is bound to by who accepts that", async (t) => {
  const program = await hotProgram(t, {
    "main.cts": `import { v } from "./between"; import { w } from "./other"; (globalThis as any).shown = () => [v, w].join(); module.hot!.accept("./between");`,
    "between.cts": `export { v } from "./leaf"; export * from "./other";`,
    "other.cts": `(globalThis as any).others = ((globalThis as any).others ?? 0) + 1; export const w: string = "w";`,
    "leaf.cts": leaf(1),
    "package.json": `{ "type": "commonjs" }`,
  });
  assert.equal(await program.ask("shown()"), "1,w");
  await program.save({ "leaf.cts": leaf(2) });
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), "2,w");
  assert.equal(await program.ask("others"), "1");
});

test("names of a program's own are no names of ours", async (t) => {
  const program = await hotProgram(t, {
    "main.cts": `import { v } from "./leaf"; class Symbol { static is = "own"; }
      (globalThis as any).shown = () => [v, Symbol.is].join(); module.hot!.accept("./leaf");`,
    "leaf.cts": leaf(1),
  });
  assert.equal(await program.ask("shown()"), "1,own");
  await program.save({ "leaf.cts": leaf(2) });
  await program.ask("isTold()");
  assert.equal(await program.ask("shown()"), "2,own");
});
