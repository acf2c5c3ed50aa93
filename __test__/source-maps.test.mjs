// `--enable-source-maps`: a stack names the source of the version that threw, by that version's map, or by none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const throwing = `export const f = () => { throw new Error("on purpose"); };`;

/** The third line of it is the first one of `source`. @param {string} source */
const mapped = (source) => {
  const map = { version: 3, sources: [source], names: [], mappings: ";;AAAA" };
  const text = Buffer.from(JSON.stringify(map)).toString("base64");
  return `\n\n${throwing}\n//# sourceMappingURL=data:application/json;base64,${text}`;
};

test("a version with another map, without one, and with one again", async (t) => {
  const { ask, save } = await hotProgram(
    t,
    {
      "main.mjs": `import { f } from "./x.mjs"; import.meta.hot.accept("./x.mjs");
        globalThis.place = () => { try { f(); } catch (error) { return /[^/]+:\\d+(?=:\\d+\\)?$)/m.exec(error.stack)[0]; } };`,
      "x.mjs": mapped("one.ts"),
    },
    { nodeArguments: ["--enable-source-maps"] },
  );
  const places = [await ask("place()")];
  for (const text of [mapped("two.ts"), `\n\n\n${throwing}`, `\n\n${throwing} //`, mapped("three.ts")]) {
    assert.equal((await save({ "x.mjs": text })).type, "accepted");
    places.push(await ask("place()"));
  }
  assert.deepEqual(places, ["one.ts:1", "two.ts:1", "x.mjs:4", "x.mjs:3", "three.ts:1"]);
});
