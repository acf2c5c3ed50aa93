// What boundary.mjs measures: a program with a boundary, `./app.js`, copied beside it. The mark is only there where
// something knows it: plain Node refuses it.

import http from "node:http";

const { BENCH_MODE = "plain", BENCH_COUNT = "100000", BENCH_ROUNDS = "5" } = process.env;
const [what, how = ""] = BENCH_MODE.split(" ");
if (how === "init") {
  // By the name that the package is known by, the same for both.
  const { hot } = await import(what);
  await hot.init({
    root: import.meta.filename,
    rootDirectory: import.meta.dirname,
    boundaries: ["./app.js"],
  });
}
const isMarked = how === "register";
const get = isMarked ? () => import("./app.js", { with: { hot: "true" } }) : () => import("./app.js");

if (process.argv.includes("serve")) {
  const server = http.createServer(async (_request, response) => {
    const { answer } = await get();
    response.end(answer());
  });
  server.listen(0, "127.0.0.1", () => process.send?.({ port: /** @type {any} */ (server.address()).port }));
} else {
  const count = Number(BENCH_COUNT);
  /** @type {number[][]} */
  const microseconds = [[], []];
  await get();
  for (let round = 0; round < Number(BENCH_ROUNDS); round++) {
    for (const [index, loop] of [resolved, imported].entries()) {
      const before = process.hrtime.bigint();
      await loop(count);
      microseconds[index].push(Number(process.hrtime.bigint() - before) / 1000 / count);
    }
  }
  const [floor, own] = microseconds.map((list) => list.toSorted((a, b) => a - b)[list.length >> 1]);
  process.send?.({ floor, own });
  process.exit();
}

async function resolved(/** @type {number} */ count) {
  const value = {};
  for (let i = 0; i < count; i++) await Promise.resolve(value);
}

async function imported(/** @type {number} */ count) {
  for (let i = 0; i < count; i++) await get();
}
