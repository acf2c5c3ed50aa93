// What was not there when we looked, and is when Node looks, is not Node's to load: where something else is still missing it is linked in
// vain, and Node refuses to require() that from then on ("Unexpected module status 0").

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";

const LOADER = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  "../runtime/esm/graph/chained-loader.cjs",
);

/** Writes `come.mjs` once it was looked whether `missing.mjs`, which is imported after it, has come. */
const BETWEEN = `
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const fs = require("node:fs");
  const { ChainedLoader } = require(${JSON.stringify(LOADER)});
  const { targetOf } = ChainedLoader.prototype;
  let isDone = false;
  ChainedLoader.prototype.targetOf = function (...given) {
    const request = Reflect.apply(targetOf, this, given);
    if (given[0].specifier === "./missing.mjs" && !isDone) {
      isDone = true;
      fs.writeFileSync(new URL("./come.mjs", import.meta.url), "export const value = 'come';");
      console.log("written");
    }
    return request;
  };`;

test("what has come can be required", async (t) => {
  const self = project(t, {
    "main.mjs": `${BETWEEN}
      import { late } from "./commonjs.cjs";
      import "./all.mjs";
      const tell = () => {
        try { console.log("has", late()); } catch (error) { console.log("threw", error.message.slice(0, 60)); }
      };
      import.meta.hot.accept(["./commonjs.cjs", "./all.mjs"], tell);
      tell();
      setInterval(() => {}, 1000);`,
    "all.mjs": "",
    "commonjs.cjs": `exports.late = () => "nothing";`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("has nothing");
  self.write("all.mjs", `import "./come.mjs"; import "./missing.mjs";`);
  await program.line("written");
  await program.errorOutput(/all\.mjs: not updated/);
  self.write("commonjs.cjs", `exports.late = () => require("./come.mjs").value;`);
  assert.equal(await program.line(/^(has|threw)/), "has come");
});
