// Programs in which a file that comes with the next update is saved just before a step of that, and undone just after.
import path from "node:path";
import { fileURLToPath } from "node:url";

const GRAPH = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../runtime/esm/graph/graph.cjs");

export const PRELUDE = `
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const fs = require("node:fs");
  const { Graph } = require(${JSON.stringify(GRAPH)});`;

/** @param {string} before @returns {string} a program that shows what it imports of a boundary */
export const belowBoundary = (before) => `${before}
      import { hot } from "heatsync-rs";
      await hot.init(import.meta.url, { boundaries: ["./all.mjs"] });
      setInterval(async () => console.log("sees", (await import("./all.mjs")).all), 10);`;

/**
 * By each kind of update that `all.mjs` brings the file with.
 * @param {string} name of the file
 * @param {(text: string) => string} content what it holds that says this
 */
export function waysUndone(name, content) {
  const [saved, planned] = ["between", "planned"].map((text) => JSON.stringify(content(text)));
  const between = (/** @type {string} */ method) => `${PRELUDE}
  const late = require("node:path").join(import.meta.dirname, ${JSON.stringify(name)});
  const method = Graph.prototype[${JSON.stringify(method)}];
  const isOurs = (graph) => graph.modules.ofFile(late).length === 0 && fs.readFileSync(importer, "utf8").includes("late");
  const importer = require("node:path").join(import.meta.dirname, "all.mjs");
  let isDone = false;
  Graph.prototype[${JSON.stringify(method)}] = function (...given) {
    if (isDone || !isOurs(this)) return Reflect.apply(method, this, given);
    isDone = true;
    fs.writeFileSync(late, ${saved});
    try {
      return Reflect.apply(method, this, given);
    } finally {
      fs.writeFileSync(late, ${planned});
      console.log("undone");
    }
  };`;
  const register = ["--import", "heatsync-rs/register"];
  const held = `${between("renew")}
      import Heatsync from "heatsync-rs";
      const root = await new Heatsync().import("./all.mjs");
      setInterval(() => console.log("sees", root.all), 10);`;
  return {
    "an update of sync.*": { nodeArguments: [], main: held },
    "an update of sync.*, registered": { nodeArguments: register, main: held },
    "an update that is accepted": {
      nodeArguments: register,
      main: `${between("read")}
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      setInterval(() => console.log("sees", all), 10);`,
    },
    "what is below a boundary": {
      nodeArguments: [],
      main: belowBoundary(between("prepare")),
    },
  };
}
