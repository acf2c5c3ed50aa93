// require() of an ES module that imports one which does not parse: Node is asked for its words about that one alone. What else the module
// imports would be linked for nothing then, and Node refuses to require() what it has linked so ("Unexpected module status 0"; without
// register it does so, too).

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const files = {
  "broken.mjs": "export const a = 1;\nexport const b = ;\n",
  "good.mjs": "export const good = 1;",
  "typed.ts": "export const typed: number = 1;",
};

for (const [name, text] of Object.entries({
  "the module itself": `import "./good.mjs"; import "./broken.mjs";`,
  "what it imports": `import "./good.mjs"; import "./between.mjs";`,
})) {
  test(`${name}: what was imported beside it can be required after the next edit`, async (t) => {
    const required = (/** @type {string} */ file) => `exports.late = () => require("${file}");`;
    const self = project(t, {
      ...files,
      "between.mjs": `import "./good.mjs"; import "./broken.mjs";`,
      "main.mjs": `import { late } from "./commonjs.cjs";
        const tell = () => {
          try { console.log("has", late().good); } catch (error) { console.log("threw", error.message.split("\\n")[0]); }
        };
        import.meta.hot.accept("./commonjs.cjs", tell);
        tell();
        setInterval(() => {}, 1000);`,
      "commonjs.cjs": required("./module.mjs"),
      "module.mjs": text,
    });
    const program = self.run("main.mjs", { nodeArguments: REGISTER });
    assert.equal(await program.line(/^(has|threw)/), "threw Unexpected token ';'");
    self.write("commonjs.cjs", required("./good.mjs"));
    assert.equal(await program.line(/^(has|threw)/), "has 1");
  });
}

/** @param {string} stderr */
const topOf = (stderr) => /^file:.*\n.*\n\s+\^/m.exec(stderr)?.[0];

test("the error says where, also beside TypeScript, which Node 20 does not know", async (t) => {
  const self = project(t, {
    ...files,
    "plain.mjs": `import "./good.mjs"; import "./broken.mjs";`,
    "typed.mjs": `import "./typed.ts"; import "./broken.mjs";`,
    "main.cjs": "require(process.argv[2]);",
  });
  const run = async (/** @type {string} */ name, /** @type {string[]} */ nodeArguments) => {
    const program = self.run("main.cjs", { nodeArguments, arguments: [name] });
    assert.equal((await program.exit).code, 1);
    return program.stderr;
  };
  const plain = await run("./plain.mjs", []);
  assert.match(plain, /^file:.*broken\.mjs:2\n/);
  for (const name of ["./plain.mjs", "./typed.mjs"]) {
    const told = await run(name, REGISTER);
    assert.equal(topOf(told), topOf(plain), told);
    assert.match(told, /SyntaxError: Unexpected token ';'/);
  }
});
