// The tools, and how each runs a program.
import path from "node:path";

const here = import.meta.dirname;
const node = process.execPath;
/** @param {...string} parts */
const installed = (...parts) => path.join(here, "node_modules", ...parts);
const bun = installed("@oven", "bun-linux-x64", "bin", "bun");
const deno = installed("@deno", "linux-x64-glibc", "deno");
const tsx = installed("tsx", "dist", "cli.mjs");
const viteNode = installed("vite-node", "dist", "cli.mjs");
/** @param {string} specifier */
const registered = (specifier) => [node, "--import", specifier];

/** @typedef {{ watch?: string[], start?: string[], hasBoundaries?: boolean, env?: Record<string, string> }} Tool */

/** @type {Record<string, Tool>} `watch`: reloads; `start`: runs the program once */
export const tools = {
  "heatsync-rs": { watch: registered("heatsync-rs/register"), start: registered("heatsync-rs/register") },
  "heatsync-rs boundary": { watch: registered("heatsync-rs/register"), hasBoundaries: true },
  node: { start: [node] },
  "node --watch": { watch: [node, "--watch", "--watch-preserve-output"] },
  dynohot: { watch: registered("dynohot/register"), start: registered("dynohot/register") },
  "hot-hook": {
    watch: registered("hot-hook/register"),
    start: registered("hot-hook/register"),
    hasBoundaries: true,
  },
  "vite-node": { watch: [node, viteNode, "--watch"], start: [node, viteNode] },
  tsx: { watch: [node, tsx, "watch"], start: [node, tsx] },
  bun: { watch: [bun, "--hot"], start: [bun] },
  deno: { watch: [deno, "run", "-A", "--quiet", "--watch"], start: [deno, "run", "-A", "--quiet"] },
};
