// The manners in which files come to hold another text: what editors, package managers, git and people do to them.

import fs from "node:fs";
import path from "node:path";

/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {(file: string, text: string, self: Project) => void} Manner */

const sleep = (/** @type {number} */ milliseconds) =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

let count = 0;

/** A new file that holds it, in a folder that nobody watches. @param {string} text @param {Project} self */
function staged(text, self) {
  const file = self.path(`staged/${++count}`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

/** @param {string} file @param {string} text in two pieces, the file open all the while */
function inPieces(file, text) {
  const opened = fs.openSync(file, "w");
  sleep(count % 3);
  fs.writeSync(opened, text.slice(0, text.length / 2));
  sleep(++count % 7);
  fs.writeSync(opened, text.slice(text.length / 2));
  fs.closeSync(opened);
}

/** @type {Record<string, Manner>} */
export const MANNERS = {
  "in place": (file, text) => fs.writeFileSync(file, text),
  "in pieces": (file, text) => inPieces(file, text),
  "by a temporary file": (file, text) => {
    fs.writeFileSync(`${file}.tmp`, text);
    fs.renameSync(`${file}.tmp`, file);
  },
  "with a backup": (file, text) => {
    if (fs.existsSync(file)) fs.renameSync(file, `${file}~`);
    fs.writeFileSync(file, text);
    fs.rmSync(`${file}~`, { force: true });
  },
  "as git": (file, text) => {
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, text);
  },
  "as vim": (file, text) => {
    const probe = path.join(path.dirname(file), "4913");
    fs.writeFileSync(probe, "");
    fs.rmSync(probe);
    MANNERS["with a backup"](file, text, /** @type {any} */ (undefined));
    fs.writeFileSync(path.join(path.dirname(file), `.${path.basename(file)}.swp`), text);
  },
  "of the same time": (file, text, self) => {
    const from = staged(text, self);
    fs.utimesSync(from, 1_000_000_000, 1_000_000_000);
    fs.renameSync(from, file);
  },
  "by a hard link": (file, text, self) => {
    const from = staged(text, self);
    fs.rmSync(file, { force: true });
    fs.linkSync(from, file);
  },
  "through a hard link": (file, text, self) => {
    MANNERS["by a hard link"](file, `${text}\n`, self);
    // What is written through the other name nobody hears of, but of the touch.
    fs.writeFileSync(self.path(`staged/${count}`), text);
    fs.utimesSync(file, new Date(), new Date());
  },
  touched: (file, text) => {
    fs.writeFileSync(file, text);
    fs.chmodSync(file, 0o755);
    fs.utimesSync(file, new Date(), new Date());
    fs.chmodSync(file, 0o644);
  },
  "with CRLF": (file, text) => fs.writeFileSync(file, text.replaceAll("\n", "\r\n")),
  "with a BOM": (file, text) => fs.writeFileSync(file, `\ufeff${text}`),
  "in a folder that is away": (file, text) => {
    const folder = path.dirname(file);
    fs.renameSync(folder, `${folder}.away`);
    fs.writeFileSync(path.join(`${folder}.away`, path.basename(file)), text);
    fs.renameSync(`${folder}.away`, folder);
  },
  "in a copy of its folder": (file, text) => {
    const folder = path.dirname(file);
    fs.cpSync(folder, `${folder}.copy`, { recursive: true });
    fs.writeFileSync(path.join(`${folder}.copy`, path.basename(file)), text);
    fs.renameSync(folder, `${folder}.old`);
    fs.renameSync(`${folder}.copy`, folder);
    fs.rmSync(`${folder}.old`, { recursive: true });
  },
  "where a folder was": (file, text) => {
    fs.rmSync(file, { force: true });
    fs.mkdirSync(file);
    fs.writeFileSync(path.join(file, "index.js"), "");
    sleep(++count % 4);
    fs.rmSync(file, { recursive: true });
    fs.writeFileSync(file, text);
  },
  "where another was": (file, text) => {
    fs.writeFileSync(`${file}.new`, text);
    if (fs.existsSync(file)) fs.renameSync(file, `${file}.old`);
    fs.renameSync(`${file}.new`, file);
    fs.rmSync(`${file}.old`, { force: true });
  },
};

/**
 * Writes it in a manner taken at random, and says which.
 * @param {Project} self @param {string} name @param {string} text @param {() => number} random
 */
export function writeSomehow(self, name, text, random) {
  // What is in no folder of its own would take the program's with it.
  const isAlone = !name.includes("/");
  const names = Object.keys(MANNERS).filter((it) => !isAlone || !/^in a .*folder/.test(it));
  const manner = names[Math.floor(random() * names.length)];
  fs.mkdirSync(path.dirname(self.path(name)), { recursive: true });
  MANNERS[manner](self.path(name), text, self);
  return `${name} ${manner}`;
}
