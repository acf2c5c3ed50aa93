// 20,000 reloads of a 100 KB module in a 64 MB heap, each a real edit through the watcher, waited for.
//
//   node memory.mjs [--short | --reloads=20000] [--through=require|import|importer|esm-require|hmr|boundary|self|accept|module.hot]
//
// `require`: CommonJS. The others: an ES module, through sync.import, through a module that imports it, through
// sync.require, through hmr(), as a boundary of hot.init that a program which Node runs imports anew each time.
// Under register: `self`, an ES module that accepts itself; `accept`, one whose importer does; `module.hot`, a CommonJS
// module that accepts itself.
//
// Ends with 1 if the process dies, an edit is lost, or it grows: heap after a collection, or RSS, by more than 10 %
// from the middle to the end. --short (500 reloads, for CI) only demands the end to be reached.
import fs from "node:fs";
import path from "node:path";
import { here, machine, markdown, parseArguments, scratch, setUp, startChild } from "./support.mjs";

const { options } = parseArguments(process.argv.slice(2));
const reloads = options.short ? 500 : Number(options.reloads ?? 20_000);

await setUp();
const folder = scratch("memory");
const digits = 8;
const through = String(options.through ?? "require");
const registered = { self: "import.meta.hot.accept();", accept: "", "module.hot": "module.hot.accept();" };
const ways = ["require", "import", "importer", "esm-require", "hmr", "boundary", ...Object.keys(registered)];
if (!ways.includes(through)) throw new Error(`no way through ${through}`);
const isCommonJs = through === "require" || through === "module.hot";
const exported = (name) => (isCommonJs ? `exports.${name} =` : `export const ${name} =`);
const line = (i) =>
  `${exported(`f${i}`)} function f${i}(a, b) { return a * ${i} + b + "${"x".repeat(60)}".length; };`;
const body = Array.from({ length: 840 }, (_, i) => line(i)).join("\n");
const name = isCommonJs ? "module.js" : "module.mjs";
fs.writeFileSync(
  path.join(folder, name),
  `${exported("value")} "${"0".repeat(digits)}";\n${body}\n${registered[through] ?? ""}\n`,
);
const accept = through === "accept" ? ` import.meta.hot.accept("./module.mjs");` : "";
const importer = `import { value, f1 } from "./module.mjs"; import * as all from "./module.mjs"; export const read = () => f1 && all && value;${accept}`;
fs.writeFileSync(path.join(folder, "importer.mjs"), importer);

console.error(`${machine()}; ${reloads} reloads of ${(body.length / 1000).toFixed(0)} KB, ${through}`);
const { child } = startChild(
  process.execPath,
  [
    "--max-old-space-size=64",
    "--expose-gc",
    ...(through in registered ? ["--import", import.meta.resolve("heatsync-rs/register")] : []),
    path.join(here, "subjects", "memory.cjs"),
    String(reloads),
    through,
  ],
  { cwd: folder, stdio: ["ignore", "inherit", "inherit", "ipc"] },
);
/** @type {{ reloads: number, heap: number, rss: number, seconds: number }[]} */
const samples = [];
child.on("message", (/** @type {any} */ message) => {
  // hot.init tells its parent of updates, too.
  if ("heap" in message) samples.push(message);
});
child.on("close", (code, signal) => {
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    markdown([
      ["reloads", "heap after GC, MB", "RSS, MB", "seconds"],
      ...samples.map(({ reloads, heap, rss, seconds }) => [
        String(reloads),
        megabytes(heap),
        megabytes(rss),
        seconds.toFixed(1),
      ]),
    ]),
  );
  if (typeof options.json === "string") {
    fs.writeFileSync(options.json, `${JSON.stringify({ machine: machine(), samples }, null, 2)}\n`);
  }
  const middle = samples.find((sample) => sample.reloads >= reloads / 2);
  const end = samples.at(-1);
  if (code !== 0 || !middle || end?.reloads !== reloads) {
    console.log(`ended early: ${signal ?? code}`);
    process.exit(1);
  }
  const heap = end.heap / middle.heap - 1;
  const rss = end.rss / middle.rss - 1;
  const percent = (share) => `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)} %`;
  console.log(`from ${middle.reloads} to ${end.reloads}: heap ${percent(heap)}, RSS ${percent(rss)}`);
  process.exit(!options.short && (heap > 0.1 || rss > 0.1) ? 1 : 0);
});
