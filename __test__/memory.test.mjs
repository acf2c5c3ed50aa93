// No leak on reload. The long form is `npm run soak`: 20,000 reloads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** A CommonJS module of about 100 KB. @param {number} version */
const large = (version) => {
  const functions = Array.from(
    { length: 900 },
    (_, index) =>
      `exports.f${index} = function f${index}(a, b) { return a * ${index + version} + b - "${"x".repeat(40)}".length; };`,
  );
  return `require("./parent.js").seen.push(${version});\nexports.version = ${version};\n${functions.join("\n")}\n`;
};

const FILES = {
  // Native modules that require it, and one it requires back: every list that could keep a version.
  "parent.js": "exports.seen = []; exports.use = () => require('./large.js').version;",
  "between.js":
    "const large = require('./large.js'); exports.version = () => large.version; exports.large = () => large;",
  "large.js": large(0),
};

test("700 reloads of a 100 KB CommonJS module fit a 64 MB heap", async (t) => {
  const own = project(t, {
    ...FILES,
    "main.js": `
      const fs = require("node:fs");
      const { setImmediate: turn } = require("node:timers/promises");
      const Heatsync = require("heatsync-rs");
      const large = ${large};
      const sync = new Heatsync({ watchFS: false });
      const parent = require("./parent.js");
      const between = sync.require("./between.js");
      const direct = sync.require("./large.js");
      (async () => {
        for (let version = 1; version <= 700; version++) {
          fs.writeFileSync(__dirname + "/large.js", large(version));
          sync.resync("./between.js");
          if (between.version() !== version || direct.version !== version || parent.use() !== version) {
            throw new Error("stale: " + version);
          }
          await turn();
        }
        parent.seen.length = 0;
        console.log("done");
      })();`,
  });
  const program = own.run("main.js", { nodeArguments: ["--max-old-space-size=64"] });
  const { code } = await program.exit;
  assert.equal(program.stdout, "done\n", program.stderr.slice(0, 2000));
  assert.equal(code, 0);
});

test("the version before is collected once nothing of the program's holds it", async (t) => {
  const own = project(t, {
    ...FILES,
    "main.js": `
      const fs = require("node:fs");
      const Heatsync = require("heatsync-rs");
      const large = ${large};
      const sync = new Heatsync();
      const between = sync.require("./between.js");
      const collected = new FinalizationRegistry((name) => console.log("collected", name));
      const keepAlive = setInterval(() => globalThis.gc(), 20);
      const follow = (name) => {
        collected.register(require.cache[require.resolve("./large.js")], name + " module");
        collected.register(between.large().f1, name + " function");
      };
      follow("first");
      process.on("message", (name) => name === "end" || follow(name));
      sync.events.on("reload", (file) => {
        if (file.endsWith("between.js")) console.log("live", between.version());
      });
      process.on("message", (name) => {
        if (name === "end") { clearInterval(keepAlive); process.disconnect(); }
        else console.log("follows", name);
      });
      fs.writeFileSync(__dirname + "/large.js", large(1));
    `,
  });
  const program = own.run("main.js", { nodeArguments: ["--expose-gc"] });
  await program.line("live 1");
  program.child.send("second");
  await program.line("follows second");
  own.write("large.js", large(2));
  await program.line("live 2");
  const collected = (/** @type {string} */ what) => () => program.lines.includes(`collected ${what}`);
  for (const what of ["second module", "second function"]) await program.waitFor(collected(what), what);
  program.child.send("end");
  assert.equal((await program.exit).code, 0);
});
