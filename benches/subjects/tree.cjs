"use strict";

// Loads a few files of a big tree in one of three ways, and reports what that costs.

const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const [subject, count] = process.argv.slice(2);
const files = Array.from({ length: Number(count) }, (_, i) => {
  const folder = (i * 37) % 2000;
  return path.join(process.cwd(), `d${folder % 40}`, `e${folder}`, "f0.js");
});

main();

async function main() {
  const Heatsync = subject === "heatsync-rs" ? require("heatsync-rs") : undefined;
  const sync = Heatsync && new Heatsync();
  const started = performance.now();
  if (sync) sync.require(files);
  else for (const file of files) require(file);
  const watcher = subject === "fs.watch recursive" ? fs.watch(process.cwd(), { recursive: true }) : undefined;
  const setUp = performance.now() - started;
  await sleep(1000); // whatever goes on after the set-up

  const watches = inotifyWatches();
  const cpu = process.cpuUsage();
  await sleep(2000);
  const { user, system } = process.cpuUsage(cpu);
  const live = sync && (await timeOfEdit(sync));
  const { rss } = process.memoryUsage();
  process.send?.({ subject, setUp, watches, idle: (user + system) / 1000, rss, live });
  watcher?.close();
  await sync?.dispose();
  process.disconnect?.();
}

/** @returns {number | undefined} undefined where the system can't tell */
function inotifyWatches() {
  if (process.platform !== "linux") return undefined;
  return fs
    .readdirSync("/proc/self/fdinfo")
    .map((fd) => {
      try {
        return fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      } catch {
        return ""; // the descriptor of the listing itself
      }
    })
    .reduce((sum, info) => sum + (info.match(/^inotify wd:/gm)?.length ?? 0), 0);
}

/** @param {import("heatsync-rs")} sync */
async function timeOfEdit(sync) {
  // Holds the process, which watching does not.
  const lost = setTimeout(() => process.exit(1), 10_000);
  const live = new Promise((resolve) => sync.events.once("reload", resolve));
  const started = performance.now();
  fs.writeFileSync(files[7], "exports.value = -1;\n");
  await live;
  clearTimeout(lost);
  return performance.now() - started;
}
