// Bundles the page of `heatsync inspect`: page/ → runtime/inspect/page/, which the package ships, so that nobody who
// installs it needs a bundler.
//
//   node scripts/build-page.mjs
//
// Does nothing while what is there was made from these very files by this very esbuild and Cytoscape.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { root } from "./support.mjs";

const from = path.join(root, "page");
const to = path.join(root, "runtime", "inspect", "page");
const copied = ["index.html", "icon.svg"];
/** In this order. */
const styles = ["base.css", "panels.css"];

const stamp = `${stampOf()}\n`;
const stampFile = path.join(to, ".built");
if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === stamp) {
  console.log("runtime/inspect/page is up to date");
} else await build();

async function build() {
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(from, "main.mjs")],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome115", "firefox115", "safari16.4"],
    legalComments: "inline",
    write: false,
    absWorkingDir: root,
  });
  const [{ contents }] = outputFiles;
  const license = fs.readFileSync(path.join(root, "node_modules", "cytoscape", "LICENSE"), "utf8").trim();
  fs.mkdirSync(to, { recursive: true });
  fs.writeFileSync(path.join(to, "page.js"), `/*! Contains Cytoscape.js:\n\n${license}\n*/\n`);
  fs.appendFileSync(path.join(to, "page.js"), contents);
  const style = styles.map((name) => fs.readFileSync(path.join(from, name), "utf8"));
  fs.writeFileSync(path.join(to, "page.css"), style.join("\n"));
  for (const name of copied) fs.copyFileSync(path.join(from, name), path.join(to, name));
  fs.writeFileSync(stampFile, stamp);
  console.log(`runtime/inspect/page: ${Math.round(contents.length / 1024)} KB of JavaScript`);
}

function stampOf() {
  const hash = createHash("sha256");
  const files = fs.readdirSync(from).sort();
  for (const name of files) hash.update(`${name}\0`).update(fs.readFileSync(path.join(from, name)));
  hash.update(fs.readFileSync(path.join(root, "scripts", "build-page.mjs")));
  for (const name of ["esbuild", "cytoscape"]) {
    hash.update(fs.readFileSync(path.join(root, "node_modules", name, "package.json")));
  }
  return hash.digest("hex");
}
