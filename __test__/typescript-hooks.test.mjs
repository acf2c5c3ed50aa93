// Require hooks for TypeScript (ts-node, @swc-node/register, esbuild-register) compile what a file holds, not what we have made of it; what
// measures code (nyc) is handed JavaScript.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const major = Number.parseInt(process.versions.node, 10);

/** As pirates does it: what is handed on is made another text. @param {string} make */
const hook = (make) => `
  const before = require.extensions[".ts"] ?? require.extensions[".js"];
  require.extensions[".ts"] = (module, file) => {
    const { _compile } = module;
    module._compile = (text, name) => {
      module._compile = _compile;
      return module._compile(make(String(text), name), name);
    };
    before(module, file);
  };
  const make = ${make};`;

const COMPILES = hook(`(text, file) => {
  if (/(dep|main|link)\\.ts$/.test(file) && !/: \\w/.test(text)) throw new Error("not TypeScript: " + text);
  return text.replaceAll(": string", "").replaceAll("<Object>", "").replaceAll("MADE_BY", "'the hook'");
}`);
const MEASURES = hook(`(text) => {
  new Function("exports", "require", "module", text);
  return text.replaceAll("MADE_BY", "'the hook'");
}`);

/** As nyc does it: accessors in the place of the handler, which put it in front of whoever comes later, and call what they have replaced. */
const ACCESSORS = `
  const place = Object.getOwnPropertyDescriptor(require.extensions, ".ts") ?? { value: require.extensions[".js"] };
  const get = () => (place.get ? place.get() : place.value);
  const set = (handler) => {
    const measured = (module, file) => {
      const { _compile } = module;
      module._compile = (text, name) => {
        module._compile = _compile;
        new Function("exports", "require", "module", text);
        module._compile(text.replaceAll("MADE_BY", "'the hook'"), name);
      };
      handler(module, file);
    };
    if (place.set) place.set(measured);
    else place.value = measured;
  };
  set(get());
  Object.defineProperty(require.extensions, ".ts", { configurable: true, enumerable: true, get, set });
`;

const files = {
  "accessors.cjs": ACCESSORS,
  "package.json": { type: "commonjs" },
  "compiles.cjs": COMPILES,
  "measures.cjs": MEASURES,
  "dep.ts": dep(1),
  "main.ts": `const show = (by: string) => console.log("sees", require("./dep").value, by);
    show(MADE_BY);
    module.hot?.accept("./dep", () => show("again"));
    setInterval(() => {}, 1000);`,
};

/** @param {number | string} value */
function dep(value) {
  return `const value: string = "${value} " + MADE_BY;\nexports.value = value;`;
}

const ORDERS = {
  "theirs by --require, ours by --import": (/** @type {string} */ hook) => [
    ...["--require", hook],
    ...["--import", "heatsync-rs/register"],
  ],
  "theirs by --require, then ours": (/** @type {string} */ hook) => [
    ...["--require", hook],
    ...["--require", "heatsync-rs/register"],
  ],
  "ours by --require, then theirs": (/** @type {string} */ hook) => [
    ...["--require", "heatsync-rs/register"],
    ...["--require", hook],
  ],
};

describe("a require hook for TypeScript", { concurrency: 2 }, () => {
  for (const [order, flags] of Object.entries(ORDERS)) {
    for (const kind of ["compiles", "measures", "accessors"]) {
      // What Node reads past all hooks is what the file holds: on Node 20 always, on Node 22 of the entry point.
      const readsPastHooks = [20, ...(order.endsWith("--import") ? [22] : [])];
      // Accessors that are there before us are put aside: what compiles may sit behind them.
      if (kind === "accessors" && order.startsWith("theirs")) continue;
      const skip = kind === "measures" && order.startsWith("theirs") && readsPastHooks.includes(major);
      test(`that ${kind}; ${order}`, { skip }, async (t) => {
        const self = project(t, files);
        const program = self.run("main.ts", { nodeArguments: flags(`./${kind}.cjs`) });
        await program.line("sees 1 the hook the hook");
        for (const value of [2, 3]) {
          self.write("dep.ts", dep(value));
          await program.line(`sees ${value} the hook again`);
        }
        assert.equal(program.stderr.replace(/^\[heatsync\] .*\n/gm, ""), "");
      });
    }
  }

  // Node asks the handler of the entry point, by whatever name that is given (nodejs/node#61529), and of nothing else it imports.
  for (const [name, entry, ...flags] of [
    ["without its extension", "main"],
    ["by its folder", "."],
    ["by a link", "app/link.ts"],
    ["by a link that is preserved", "app/link.ts", "--preserve-symlinks-main"],
    ["by a link without its extension that is preserved", "app/link", "--preserve-symlinks-main"],
  ]) {
    test(`that compiles, and an entry point that is named ${name}`, async (t) => {
      const self = project(t, {
        ...files,
        "package.json": { type: "commonjs", main: "./main.ts" },
        "app/dep.ts": dep(1),
        "app/package.json": { type: "commonjs" },
      });
      self.link("main.ts", "app/link.ts");
      const nodeArguments = ["--require", "./compiles.cjs", "--import", "heatsync-rs/register", ...flags];
      const program = self.run(entry, { nodeArguments });
      await program.line("sees 1 the hook the hook");
      self.write(flags.length > 0 ? "app/dep.ts" : "dep.ts", dep(2));
      await program.line("sees 2 the hook again");
    });
  }

  test("that compiles, and hot.init", async (t) => {
    const self = project(t, {
      ...files,
      "main.ts": `require("heatsync-rs").hot.init({ rootDirectory: __dirname, boundaries: ["./holder.cjs"] });
        let shown: string;
        setInterval(async () => {
          const { value } = (await import("./holder.cjs")).default;
          if (value !== shown) console.log("sees", (shown = value));
        }, 10);`,
      "holder.cjs": `exports.value = require("./dep.ts").value;`,
    });
    const program = self.run("main.ts", { nodeArguments: ["--require", "./compiles.cjs"] });
    await program.line("sees 1 the hook");
    self.write("dep.ts", dep(2));
    await program.line("sees 2 the hook");
  });

  test("that compiles, and the runner", async (t) => {
    const { project: self, start } = runnerProject(t, {
      ...files,
      "main.ts": `const said: string = "sees"; console.log(said, require("./dep").value); setInterval(() => {}, 1000);`,
    });
    const runner = start(["--require", "./compiles.cjs", "main.ts"]);
    await runner.line("sees 1 the hook");
    self.write("dep.ts", dep(2));
    await runner.line("sees 2 the hook");
  });
});
