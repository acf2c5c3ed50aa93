import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * What npm installs for `"<name>": "npm:heatsync-rs"`: the packed files, under that name.
 * @param {import("./project.mjs").Project} self
 * @param {string} name
 */
export function install(self, name) {
  const { files } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  // Of files that were copied it is not true: the bundle of the runtime would not be used.
  const isPacked = (/** @type {string} */ source) => path.basename(source) !== ".startup";
  const left = ["src/", "Cargo.toml", "Cargo.lock", "build.rs", "native/*.node"];
  const binaries = fs.readdirSync(path.join(root, "native")).filter((name) => name.endsWith(".node"));
  const packed = [
    "package.json",
    ...files.filter((/** @type {string} */ name) => !left.includes(name) && !name.startsWith("!")),
  ];
  for (const file of [...packed, ...binaries.map((binary) => `native/${binary}`)]) {
    const target = self.path("node_modules", name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.cpSync(path.join(root, file), target, { recursive: true, filter: isPacked });
  }
}
