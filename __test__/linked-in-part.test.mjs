// A module below a boundary that an update reads again, as it is saved and undone, while a part of that update can't be linked: several
// attempts are made then, and what runs is what the last one that succeeded has read.

import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./support/project.mjs";
import { belowBoundary, PRELUDE } from "./support/undone.mjs";

const NATIVE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../native/load.cjs");

const member = (/** @type {string} */ text, /** @type {string} */ more) =>
  `import { c } from "./c.mjs"; import { q } from "./q.mjs"; ${more} export const p = () => "${text}";`;

/** `seen()` returns once the engine has looked at what was saved before. */
const SEEN = `${PRELUDE}
  const { Session } = require(${JSON.stringify(NATIVE)});
  const { beginAttempt } = Session.prototype;
  let session;
  Session.prototype.beginAttempt = function () {
    session = this;
    return Reflect.apply(beginAttempt, this, []);
  };
  const seen = () => {
    fs.writeFileSync(require("node:path").join(import.meta.dirname, "last.mjs"), "export const last = 'saved';");
    while (!session.newer().some((file) => file.endsWith("last.mjs")));
  };`;

/**
 * Each attempt reads p.mjs as it was saved just then, until one succeeds.
 * @param {string} more
 * @param {string} [before]
 * @param {string} [undone] what is done once it is undone
 */
const between = (more, before = PRELUDE, undone = "") => `${before}
  const [c, p] = ["c.mjs", "p.mjs"].map((name) => require("node:path").join(import.meta.dirname, name));
  const { prepare } = Graph.prototype;
  let isLinked = false;
  Graph.prototype.prepare = function (...given) {
    if (isLinked || this.superseding === null || !fs.readFileSync(c, "utf8").includes("new")) return Reflect.apply(prepare, this, given);
    fs.writeFileSync(p, ${JSON.stringify(member("between", more))});
    try {
      const result = Reflect.apply(prepare, this, given);
      isLinked = true;
      return result;
    } finally {
      fs.writeFileSync(p, ${JSON.stringify(member("as it was", more))});
      if (isLinked) ${undone};
    }
  };`;

const BROKEN = `import "./broken.mjs";`;

for (const nodeArguments of [["--import", "heatsync-rs/register"], []]) {
  const how = nodeArguments.length > 0 ? "under register" : "by hot.init";
  for (const [what, more, before] of [
    ["what is put back by the end of an update that fails in part", "", between("")],
    ["what an attempt that fails has read after one that did not", BROKEN, between(BROKEN)],
    ["what is seen undone before the update ends", BROKEN, between(BROKEN, SEEN, "seen()")],
  ]) {
    test(`${what} is live (${how})`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": belowBoundary(before),
        "all.mjs": `import { c } from "./c.mjs"; import { p } from "./p.mjs"; import { broken } from "./broken.mjs"; import "./last.mjs";
          export const all = [c, p(), broken].join();`,
        // In a cycle, so that it is read again though it was not saved.
        "p.mjs": member("as it was", more),
        "q.mjs": `import { p } from "./p.mjs"; export const q = () => p;`,
        "c.mjs": `export const c = "old";`,
        "broken.mjs": `export const broken = "sound";`,
        "last.mjs": "",
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("sees old,as it was,sound");
      // What does not parse is held back for a moment: both are one update.
      self.write("broken.mjs", "export const broken = ;");
      self.write("c.mjs", `export const c = "new";`);
      await program.line("sees new,as it was,sound");
    });
  }
}
