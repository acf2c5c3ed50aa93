// Programs whose `Error` is frozen (`--frozen-intrinsics`, SES): who has called is found, and what fails is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const frozen = {
  "by Node": { nodeArguments: ["--frozen-intrinsics", "--no-warnings"], first: "" },
  "by the program": { nodeArguments: [], first: "Object.freeze(Error); Object.freeze(Error.prototype);" },
};

const program = `
import fs from "node:fs";
import { Heatsync, hmr } from "heatsync-rs";
const sync = new Heatsync();
const save = (name, text) => fs.writeFileSync(new URL("folder/" + name, import.meta.url), text);
const until = (look) => new Promise((resolve) => { const wait = () => look() ? resolve() : setTimeout(wait, 2); wait(); });
const { load } = await import("./folder/load.mjs");
const held = await load(sync, hmr);
console.log(held.cjs.v, held.mjs.v, held.seen());
save("a.cjs", "exports.v = 2");
save("b.mjs", "export const v = 2");
save("c.mjs", "export default 2");
await until(() => held.cjs.v === 2 && held.mjs.v === 2 && held.seen() === 2);
const error = new Promise((resolve) => sync.events.once("error", resolve));
save("b.mjs", "export const v = 3; let let");
console.log((await error).stack);
save("b.mjs", "export const v = 4");
await until(() => held.mjs.v === 4);
console.log("mended");
process.exit();`;

const load = `
export async function load(sync, hmr) {
  let seen;
  await hmr("./c.mjs", ".", (namespace) => { seen = namespace.default; });
  return { cjs: sync.require("./a.cjs"), mjs: await sync.import("./b.mjs"), seen: () => seen };
}`;

for (const [how, { nodeArguments, first }] of Object.entries(frozen)) {
  for (const registered of [[], ["--import", "heatsync-rs/register"]]) {
    test(`sync.* and hmr(), frozen ${how}${registered.length > 0 ? ", under register" : ""}`, async (t) => {
      const self = project(t, {
        "main.mjs": `import "./first.mjs"; ${program}`,
        "first.mjs": first,
        "folder/load.mjs": load,
        "folder/a.cjs": "exports.v = 1",
        "folder/b.mjs": "export const v = 1",
        "folder/c.mjs": "export default 1",
      });
      const run = self.run("main.mjs", { nodeArguments: [...registered, ...nodeArguments] });
      assert.equal((await run.exit).code, 0, run.stderr);
      assert.match(run.stdout, /^1 1 1\n/);
      assert.match(run.stdout, /b\.mjs:1:25\n/);
      assert.match(run.stdout, /\nmended\n$/);
    });
  }

  test(`opt-in teardown, frozen ${how}`, async (t) => {
    const self = project(t, {
      "main.mjs": `${first} import("./x.mjs"); globalThis.count = () => process.listenerCount("SIGUSR2");  setInterval(() => {}, 1e6);`,
      "x.mjs": listening(1),
    });
    const run = self.run("main.mjs", {
      nodeArguments: ["--import", "heatsync-rs/register", ...nodeArguments],
      env: { HEATSYNC_TEARDOWN: "1" },
    });
    await run.line("has 1");
    self.write("x.mjs", listening(2));
    await run.line("then 1");
  });
}

/** @param {number} n */
function listening(n) {
  return `
import.meta.hot.accept();
process.on("SIGUSR2", () => {});
console.log("${n === 1 ? "has" : "then"} " + globalThis.count());`;
}
