// What a big tree costs: 20,000 files in 2,000 folders, 50 of them loaded.
//
//   node tree.mjs [--json=file]
//
// Prints the set-up time beside plain require's, the inotify watches of the process (Linux), its CPU time while
// nothing happens, and the time until an edit is live.
import fs from "node:fs";
import path from "node:path";
import { here, machine, markdown, parseArguments, scratch, setUp, startChild } from "./support.mjs";

const folders = 2000;
const filesEach = 10;
const loaded = 50;
const { options } = parseArguments(process.argv.slice(2));

await setUp();
const tree = scratch("tree");
for (let i = 0; i < folders; i++) {
  const folder = path.join(tree, `d${i % 40}`, `e${i}`);
  fs.mkdirSync(folder, { recursive: true });
  for (let j = 0; j < filesEach; j++)
    fs.writeFileSync(path.join(folder, `f${j}.js`), `exports.value = ${j};\n`);
}

console.error(`${machine()}; ${folders * filesEach} files in ${folders} folders, ${loaded} loaded`);
const rows = [];
for (const subject of ["require", "heatsync-rs", "fs.watch recursive"]) rows.push(await measure(subject));
const number = (value, digits) => (value === undefined ? "–" : value.toFixed(digits));
console.log(
  markdown([
    ["subject", "set-up, ms", "inotify watches", "idle CPU in 2 s, ms", "RSS, MB", "an edit live after, ms"],
    ...rows.map(({ subject, setUp, watches, idle, rss, live }) => [
      subject,
      number(setUp, 1),
      number(watches, 0),
      number(idle, 1),
      number(rss / 2 ** 20, 0),
      number(live, 2),
    ]),
  ]),
);
if (typeof options.json === "string") {
  fs.writeFileSync(options.json, `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`);
}

/** @param {string} subject @returns {Promise<any>} */
function measure(subject) {
  const { child } = startChild(
    process.execPath,
    [path.join(here, "subjects", "tree.cjs"), subject, String(loaded)],
    {
      cwd: tree,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  return new Promise((resolve, reject) => {
    child.on("message", resolve);
    child.on("close", (code) => reject(new Error(`${subject} ended with ${code}`)));
  });
}
