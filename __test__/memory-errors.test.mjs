// An Error that nobody reads holds, in V8, the functions and receivers of the calls it was made in: ours, when a module makes it while it
// is evaluated. What these lead to lives as long as it does, and would be every version before (runtime/esm/update/transaction.cjs, attempt.cjs).
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const SAVES = 40;
/** 2 MB, and an Error: 40 of them are more than there is room for. */
const BIG = `new Array(250_000).fill(v + 0.5); const NONE = new Error("none"); const find = () => { throw NONE; };`;
const COUNTS = "let count = 0; const counted = () => console.log(`updated ${++count}`);";
const ES_MODULES = {
  "leaf.mjs": "export const v = 0;",
  "mid.mjs": `import { v } from "./leaf.mjs"; export { v }; export const big = ${BIG} export { find };`,
};
const COMMONJS = {
  "leaf.cjs": "exports.v = 0;",
  "mid.cjs": `const { v } = require("./leaf.cjs"); exports.v = v; exports.big = ${BIG} exports.find = find;`,
};

/** @type {Record<string, { files: Record<string, string>, nodeArguments: string[] }>} */
const WAYS = {
  "import.meta.hot": {
    nodeArguments: REGISTER,
    files: {
      ...ES_MODULES,
      "main.mjs": `import * as mid from "./mid.mjs"; ${COUNTS} import.meta.hot.accept("./mid.mjs", counted); setInterval(() => mid, 1000); console.log("ready");`,
    },
  },
  "module.hot": {
    nodeArguments: REGISTER,
    files: {
      ...COMMONJS,
      "main.cjs": `let mid = require("./mid.cjs"); ${COUNTS} module.hot.accept("./mid.cjs", (it) => { mid = it; counted(); }); setInterval(() => mid, 1000); console.log("ready");`,
    },
  },
  "sync.import": {
    nodeArguments: [],
    files: {
      ...ES_MODULES,
      "main.mjs": `import { Heatsync } from "heatsync-rs"; ${COUNTS} const sync = new Heatsync(); const mid = await sync.import("./mid.mjs"); setInterval(() => { if (mid.v !== count) counted(); }, 5); console.log("ready");`,
    },
  },
  "hot.init": {
    nodeArguments: REGISTER,
    files: {
      ...ES_MODULES,
      "main.mjs": `import { hot } from "heatsync-rs"; ${COUNTS} await hot.init({ root: import.meta.filename, boundaries: ["./mid.mjs"] }); setInterval(async () => { const { v } = await import("./mid.mjs"); if (v !== count) counted(); }, 5); console.log("ready");`,
    },
  },
};

for (const [name, { files, nodeArguments }] of Object.entries(WAYS)) {
  test(`${name}: Errors that nobody has read do not keep old versions`, async (t) => {
    const self = project(t, files);
    const main = "main.cjs" in files ? "main.cjs" : "main.mjs";
    const program = self.run(main, { nodeArguments: ["--max-old-space-size=48", ...nodeArguments] });
    await program.line("ready");
    for (let v = 1; v <= SAVES; v++) {
      if (main === "main.cjs") self.write("leaf.cjs", `exports.v = ${v};`);
      else self.write("leaf.mjs", `export const v = ${v};`);
      await program.line(`updated ${v}`);
    }
  });
}
