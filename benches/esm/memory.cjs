// 20,000 reloads of a 100 KB ES module in a 64 MB heap, one turn of the event loop each:
//   node --max-old-space-size=64 --expose-gc benches/esm/memory.cjs [reloads] [namespace|cycle|await]
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { evaluateGraph, reloadFiles } = require("../../runtime/esm/index.cjs");

const reloads = Number(process.argv[2] ?? 20_000);
const kind = process.argv[3] ?? "plain";
const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-memory-")));
const filler = Array.from(
  { length: 900 },
  (_, i) => `export function f${i}(a, b) { return [a, b, ${i}, "${"x".repeat(60)}"]; }`,
);
const text = (n) =>
  [
    kind === "cycle" ? `import { read } from "./main.mjs"; export const later = () => read;` : "",
    kind === "await" ? "await 0;" : "",
    `export let n = ${n}; export const up = () => { n++; }; export const big = new Array(1000).fill(${n});`,
    ...filler,
  ].join("\n");
fs.writeFileSync(
  path.join(directory, "main.mjs"),
  `import { n, up, f1 } from "./x.mjs"; ${kind === "namespace" ? 'import * as ns from "./x.mjs";' : "const ns = 0;"}
   export const read = () => { up(); f1(); return ns ? ns.n : n; }; globalThis.read = read;`,
);
const file = path.join(directory, "x.mjs");
fs.writeFileSync(file, text(0));
const rss = () => Math.round(process.memoryUsage().rss / 1e6);
const heap = () => {
  gc();
  return Math.round(process.memoryUsage().heapUsed / 1e4) / 100;
};

(async () => {
  await evaluateGraph(path.join(directory, "main.mjs"));
  console.log(process.version, kind, `${Math.round(text(0).length / 1e3)} KB`);
  const start = process.hrtime.bigint();
  for (let n = 1; n <= reloads; n++) {
    fs.writeFileSync(file, text(n));
    await reloadFiles([file]);
    if (globalThis.read() !== n + 1) throw new Error(`not live: ${globalThis.read()} at ${n}`);
    await new Promise((resolve) => setImmediate(resolve));
    if (n % Math.ceil(reloads / 10) === 0 || n === 100)
      console.log(`${n}: heap ${heap()} MB, rss ${rss()} MB`);
  }
  console.log(`${Number(process.hrtime.bigint() - start) / 1e6 / reloads} ms a reload`);
  fs.rmSync(directory, { recursive: true });
})();
