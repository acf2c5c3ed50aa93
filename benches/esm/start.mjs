// Start of N ES modules, ours against native, fresh processes, interleaved:
//   node benches/esm/start.mjs [modules] [runs]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const count = Number(process.argv[2] ?? 1000);
const runs = Number(process.argv[3] ?? 10);
const file = (name) => fileURLToPath(new URL(`../../runtime/esm/${name}`, import.meta.url));
const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-start-")));
const body = Array.from(
  { length: 12 },
  (_, i) =>
    `function helper${i}(a, b) {\n  const list = [a, b, ${i}];\n  for (const item of list) if (item > 100) return { item, list, name: "helper ${i} of this module" };\n  return list.map((x) => x * 2).filter(Boolean);\n}`,
).join("\n");
for (let n = 0; n < count; n++) {
  // A tree of ten imports each, as projects are.
  const imports = Array.from({ length: 10 }, (_, i) => n * 10 + i + 1).filter((m) => m < count);
  const lines = imports.map((m) => `import { value${m}, call${m} } from "./m${m}.mjs";`);
  const sum = [n, ...imports.map((m) => `value${m}`)].join(" + ");
  fs.writeFileSync(
    path.join(directory, `m${n}.mjs`),
    `${lines.join("\n")}\n${body}\nexport const value${n} = ${sum};\nexport function call${n}() { return helper0(${n}, ${imports.map((m) => `call${m}`).join(", ") || 0}); }\n${n === 0 ? "console.log(value0);" : ""}`,
  );
}
const register = pathToFileURL(file("register.cjs")).href;
const ways = { native: ["m0.mjs"], ours: [file("run.cjs"), "m0.mjs"], nothing: ["-e", "0"] };
// Without a code cache, with none yet, and with that of the start before.
for (const way of ["uncached", "first", "warm"]) ways[way] = ["--import", register, "m0.mjs"];
const cache = path.join(directory, "cache");
const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let run = 0; run < runs; run++) {
  for (const [way, args] of Object.entries(ways)) {
    if (way === "first") fs.rmSync(cache, { recursive: true, force: true });
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: undefined, // see peers/start.mjs
      HEATSYNC_CACHE: way === "first" || way === "warm" ? cache : "0",
    };
    const start = process.hrtime.bigint();
    execFileSync(process.execPath, args, { cwd: directory, env });
    times[way].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const text = Object.entries(times).map(([way, list]) => `${way} ${median(list).toFixed(0)} ms`);
console.log(process.version, count, "modules:", text.join(", "));
if (process.env.KEEP) console.log(directory);
else fs.rmSync(directory, { recursive: true });
