// Constant load from a process of its own:  node load.mjs <url> [connections]
//
// Keep-alive connections that ask again as soon as they were answered. To its parent it says "running" when each of
// them has been answered once, and, asked to "end", how many were answered, how long they waited (ms), and what failed.

import http from "node:http";

const [url, connections = "8"] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
/** Waiting times, in a ring: percentiles of the last ones. */
const times = new Float64Array(200_000);
let answered = 0;
let isEnding = false;
/** @type {string[]} */
const failures = [];
/** Different answers, and how often. @type {Map<string, number>} */
const answers = new Map();

/** @returns {Promise<void>} */
function request() {
  return new Promise((resolve) => {
    const started = performance.now();
    const failed = (/** @type {unknown} */ error) => {
      failures.push(String(error));
      resolve();
    };
    const asked = http.get(url, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("error", failed);
      response.on("end", () => {
        if (response.statusCode !== 200) return failed(`${response.statusCode} ${text}`);
        times[answered++ % times.length] = performance.now() - started;
        answers.set(text, (answers.get(text) ?? 0) + 1);
        resolve();
      });
    });
    asked.on("error", failed);
  });
}

let waiting = Number(connections);
const loops = Array.from({ length: waiting }, async () => {
  await request();
  if (--waiting === 0) process.send?.("running");
  while (!isEnding) await request();
});

process.on("message", async (message) => {
  if (message === "reset") {
    answered = 0;
    return;
  }
  if (message !== "end") return;
  isEnding = true;
  await Promise.all(loops);
  const sorted = times.subarray(0, Math.min(answered, times.length)).sort();
  const at = (/** @type {number} */ share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const latency = { p50: at(0.5), p99: at(0.99), max: at(1) };
  process.send?.({ answered, failures, latency, answers: [...answers.keys()] });
  process.disconnect();
  agent.destroy();
});
// Nobody is there to be told.
process.on("disconnect", () => process.exit());
