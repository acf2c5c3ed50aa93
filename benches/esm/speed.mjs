// Hot loops over imported bindings, ours against native, fresh processes, interleaved:
//   node benches/esm/speed.mjs [runs]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const runs = Number(process.argv[2] ?? 10);
const runner = fileURLToPath(new URL("../../runtime/esm/run.cjs", import.meta.url));
const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-speed-")));
const dependency = `
  export function add(a, b) { return (a + b) | 0; }
  export const K = 7;
  export class Point { constructor(x) { this.x = x; } get() { return this.x; } }
  export let count = 0;
  export function up() { count++; }
  export let total = 0;
  export function sum(n) { for (let i = 0; i < n; i++) total += i & 3; return total; }
  export const table = Array.from({ length: 64 }, (_, i) => i);
  export default (x) => x ^ 5;
`;
const work = {
  function: "let s = 0; for (let i = 0; i < N; i++) s = add(s, i); return s;",
  constant: "let s = 0; for (let i = 0; i < N; i++) s = (s + K) | 0; return s;",
  class: "let s = 0; for (let i = 0; i < N; i++) s = (s + new Point(i).get()) | 0; return s;",
  array: "let s = 0; for (let i = 0; i < N; i++) s = (s + table[i & 63]) | 0; return s;",
  default: "let s = 0; for (let i = 0; i < N; i++) s = d(s + i); return s;",
  namespace: "let s = 0; for (let i = 0; i < N; i++) s = ns.add(s, ns.K); return s;",
  "let read": "let s = 0; for (let i = 0; i < N; i++) s = (s + count) | 0; return s;",
  "let written": "return sum(N);",
  "let both": "let s = 0; for (let i = 0; i < N; i++) { up(); s = (s + count) | 0; } return s;",
};
const program = (name) => `
  import d, { add, K, Point, count, up, sum, table } from "./dep.mjs";
  ${name === "namespace" ? 'import * as ns from "./dep.mjs";' : ""}
  void [d, add, K, Point, count, up, sum, table];
  const N = 4e7;
  function work(N) { ${work[name]} }
  work(1e5); work(1e5);
  const start = process.hrtime.bigint(); work(N);
  console.log(Number(process.hrtime.bigint() - start) / 1e6);
`;
fs.writeFileSync(path.join(directory, "dep.mjs"), dependency);
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

console.log(process.version, runs, "runs each");
for (const name of process.argv[3]?.split(",") ?? Object.keys(work)) {
  fs.writeFileSync(path.join(directory, "main.mjs"), program(name));
  const times = { native: [], ours: [] };
  for (let run = 0; run < runs; run++) {
    for (const [kind, args] of [
      ["native", ["main.mjs"]],
      ["ours", [runner, "main.mjs"]],
    ]) {
      times[kind].push(Number(execFileSync(process.execPath, args, { cwd: directory, encoding: "utf8" })));
    }
  }
  const [native, ours] = [median(times.native), median(times.ours)];
  console.log(
    `${name}: native ${native.toFixed(1)} ms, ours ${ours.toFixed(1)} ms, ${(ours / native).toFixed(3)}`,
  );
}
fs.rmSync(directory, { recursive: true });
