// WebAssembly that is imported by a declaration, as Node has it: by a flag on Node 20 and 22.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** `(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))` */
const ADD = "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";
const FLAGS = ["--no-warnings", "--experimental-wasm-modules"];

test("a module that imports WebAssembly starts, and is hot", async (t) => {
  const self = project(t, {
    "main.mjs": `import * as sum from "./sum.mjs"; import.meta.hot?.accept("./sum.mjs"); setInterval(() => console.log(sum.v), 20);`,
    "sum.mjs": `import { add } from "./add.wasm"; export const v = add(5, 3);`,
  });
  fs.writeFileSync(path.join(self.directory, "add.wasm"), Buffer.from(ADD, "hex"));
  const plain = self.run("main.mjs", { nodeArguments: FLAGS });
  assert.equal(await plain.line(/./), "8");
  const program = self.run("main.mjs", { nodeArguments: [...FLAGS, "--import", "heatsync-rs/register"] });
  await program.line("8");
  self.write("sum.mjs", `import { add } from "./add.wasm"; export const v = add(5, 4);`);
  await program.line("9");
});
