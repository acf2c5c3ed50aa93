// Constant load from a process of its own:  node load.mjs <url> [connections]
//
// Keep-alive connections that ask again as soon as they were answered. To its parent it says "running" when each of
// them has been answered once, and, asked to "end", how many were answered, how long they waited (ms), and what failed:
// an answer in which a number is less than in the one before, on the same connection, is old and counts as failed.

import http from "node:http";

const [url, connections = "8"] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
/** Waiting times, in a ring: percentiles of the last ones. */
const times = new Float64Array(200_000);
let answered = 0;
let isEnding = false;
/** @type {string[]} */
const failures = [];
/** Different ones. @type {Set<string>} */
const answers = new Set();

/**
 * @param {string} before what was answered last
 * @returns {Promise<string>}
 */
function request(before) {
  return new Promise((resolve) => {
    const started = performance.now();
    const failed = (/** @type {unknown} */ error) => {
      failures.push(String(error));
      resolve(before);
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
        answers.add(text);
        if (isOlder(text, before)) failures.push(`${text} after ${before}`);
        resolve(text);
      });
    });
    asked.on("error", failed);
  });
}

/** @param {string} text @param {string} before */
function isOlder(text, before) {
  const numbers = (/** @type {string} */ it) => (it.match(/\d+/g) ?? []).map(Number);
  const earlier = numbers(before);
  return numbers(text).some((number, index) => number < earlier[index]);
}

let waiting = Number(connections);
const loops = Array.from({ length: waiting }, async () => {
  let last = await request("");
  if (--waiting === 0) process.send?.("running");
  while (!isEnding) last = await request(last);
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
  process.send?.({ answered, failures, latency, answers: answers.size });
  process.disconnect();
  agent.destroy();
});
// Nobody is there to be told.
process.on("disconnect", () => process.exit());
