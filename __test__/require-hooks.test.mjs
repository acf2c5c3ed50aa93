// Files whose language a require hook knows (`require.extensions`, as pirates, @babel/register and handlebars use it): what the hook makes of a
// save counts, not what the file holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/** As pirates does it. */
const HOOK = `
  const before = require.extensions[".js"];
  require.extensions[".js"] = (module, file) => {
    const { _compile } = module;
    module._compile = (text, name) => {
      module._compile = _compile;
      if (text.includes("BROKEN")) throw new SyntaxError("the hook does not know BROKEN");
      const made = text
        .replace(/<<(.*?)>>/g, "$1")
        .replace(/^import (.*?) from (.*?);/gm, "const $1 = require($2);")
        .replace(/^export const (\\w+)/gm, "const $1 = exports.$1");
      return module._compile(made, name);
    };
    before(module, file);
  };
  require.extensions[".txt"] = (module, file) => {
    module.exports = { value: require("node:fs").readFileSync(file, "utf8").trim() };
  };
  require.extensions[".json"] = (module, file) => {
    const text = require("node:fs").readFileSync(file, "utf8");
    module.exports = JSON.parse(text.replace(/#.*/g, ""));
  };
`;

/** @type {Record<string, { file: string, text: (value: number) => string, package?: object, broken?: string, notIn?: string[] }>} */
const LANGUAGES = {
  "a language of its own": {
    file: "dep.js",
    text: (value) => `exports.value = <<${value}>>;`,
    package: { type: "commonjs" },
    broken: "BROKEN",
  },
  "what only the hook knows, and is wrong in JavaScript, too": {
    file: "dep.js",
    text: (value) => `exports.value = <<${value}>>;`,
    package: { type: "commonjs" },
    broken: "exports.value = <<(>>;",
  },
  "an ES module's syntax, in a package without a type": {
    file: "dep.js",
    text: (value) => `import { n } from "./n";\nexport const value = n + ${value};`,
    broken: "BROKEN",
    // Its import() is Node's, who knows nothing of require hooks.
    notIn: ["hot.init"],
  },
  "JSON with comments": { file: "dep.json", text: (value) => `{ "value": ${value} } # yes` },
  "no JavaScript at all": { file: "dep.txt", text: (value) => `${value}`, notIn: ["hot.init"] },
};

/** What `get` gives is printed whenever it is another. */
const show = (/** @type {string} */ get) => `
  let shown;
  setInterval(async () => {
    const value = String((await ${get}).value);
    if (value !== shown) console.log("sees", (shown = value));
  }, 10);`;

/** @type {Record<string, { nodeArguments?: string[], program: (file: string) => string }>} */
const WAYS = {
  "sync.require": {
    program: (file) => `const { Heatsync } = require("heatsync-rs"); const sync = new Heatsync();
      sync.events.on("error", (error) => console.log("error", error.message.split("\\n")[0]));
      const dep = sync.require("./${file}"); ${show("dep")}`,
  },
  "module.hot": {
    nodeArguments: ["--require", "heatsync-rs/register"],
    program: (file) => `let dep = require("./${file}");
      module.hot.accept("./${file}", () => { dep = require("./${file}"); });
      require("heatsync-rs").hot.on("update", ({ type, error }) => error && console.log("error", error.message.split("\\n")[0]));
      ${show("dep")}`,
  },
  "hot.init": {
    program: () => `const { hot } = require("heatsync-rs");
      hot.init({ rootDirectory: __dirname, boundaries: ["./holder.cjs"] });
      hot.on("update", ({ type, error }) => error && console.log("error", error.message.split("\\n")[0]));
      ${show(`import("./holder.cjs").then((holder) => holder.default)`)}`,
  },
};

for (const [language, { file, text, package: manifest = {}, broken, notIn = [] }] of Object.entries(
  LANGUAGES,
)) {
  for (const [way, { nodeArguments, program: of }] of Object.entries(WAYS)) {
    if (notIn.includes(way)) continue;
    test(`${way}: ${language}`, async (t) => {
      const self = project(t, {
        "package.json": manifest,
        "main.cjs": HOOK + of(file),
        "holder.cjs": `exports.value = require("./${file}").value;`,
        "n.js": `export const n = "";`,
        [file]: text(1),
      });
      const program = self.run("main.cjs", { nodeArguments });
      await program.line("sees 1");
      for (const value of [2, 3]) {
        self.write(file, text(value));
        await program.line(`sees ${value}`);
      }
      if (!broken) return;
      self.write(file, broken);
      const error = await program.line(/^error /);
      assert.match(error, broken === "BROKEN" ? /the hook does not know BROKEN/ : /Unexpected token/);
      self.write(file, text(4));
      await program.line("sees 4");
      assert.ok(!program.lines.includes("sees undefined"), program.lines.join("\n"));
    });
  }

  test(`the runner: ${language}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "package.json": manifest,
      "main.cjs": `${HOOK} console.log("sees", require("./${file}").value); setInterval(() => {}, 1000);`,
      "n.js": `export const n = "";`,
      [file]: text(1),
    });
    const runner = start(["main.cjs"]);
    await runner.line("sees 1");
    for (const value of [2, 3]) {
      project.write(file, text(value));
      await runner.line(`sees ${value}`);
    }
    if (!broken) return;
    // The program that runs is worth more than one that can't start.
    project.write(file, broken);
    await runner.errorOutput(
      broken === "BROKEN" ? /the hook does not know BROKEN/ : /SyntaxError: Unexpected token/,
    );
    assert.match(runner.stderr, /not restarted: /);
    project.write(file, text(4));
    await runner.line("sees 4");
    // It was said before, on another pipe.
    const restarts = () => runner.stderr.split("restarting").length - 1;
    await runner.waitFor(() => restarts() >= 3, "the third reason");
    assert.doesNotMatch(runner.stderr, /waiting for a change/);
    assert.equal(restarts(), 3, runner.stderr);
  });
}

/** Handlers that do more, or less, than to make another text. */
const HANDLERS = {
  "hands on what it leaves as it is": {
    handler: `before(module, file);`,
    text: (/** @type {number} */ value) => `export const value = ${value};`,
    // Older ones can't require ES modules.
    skip: !process.features.require_module,
  },
  "uses what was evaluated": {
    handler: `before(module, file); if (file.endsWith("dep.js")) module.exports.value = module.exports.name.toUpperCase();`,
    text: (/** @type {number} */ value) => `exports.name = "a${value}";`,
  },
  "compiles by the method of all modules": {
    handler: `const text = require("node:fs").readFileSync(file, "utf8");
      require("node:module").prototype._compile.call(module, text, file);`,
    text: (/** @type {number} */ value) => `console.log("evaluated ${value}"); exports.value = ${value};`,
  },
  "compiles nothing": {
    handler: `if (!file.endsWith("dep.js")) return before(module, file);
      module.exports = { value: require("node:fs").readFileSync(file, "utf8").trim() };`,
    text: (/** @type {number} */ value) => `no JavaScript ${value}`,
  },
};

for (const [what, { handler, text, ...rest }] of Object.entries(HANDLERS)) {
  test(`module.hot: a handler that ${what}`, { skip: "skip" in rest && rest.skip }, async (t) => {
    const { program: of, nodeArguments } = WAYS["module.hot"];
    const hook = `const before = require.extensions[".js"]; require.extensions[".js"] = (module, file) => { ${handler} };`;
    const self = project(t, { "package.json": {}, "main.cjs": hook + of("dep.js"), "dep.js": text(1) });
    const program = self.run("main.cjs", { nodeArguments });
    for (const value of [1, 2, 3]) {
      self.write("dep.js", text(value));
      await program.line(new RegExp(`^sees .*${value}$`));
    }
    const evaluated = program.lines.filter((line) => line.startsWith("evaluated"));
    assert.equal(new Set(evaluated).size, evaluated.length, program.lines.join("\n"));
    assert.doesNotMatch(program.stderr, /not updated/);
  });
}

test("the runner starts nothing anew for what is only looked for", async (t) => {
  const { project, start } = runnerProject(t, {
    "main.cjs": `require.resolve("./found.js"); console.log("sees", require("./dep.cjs")); setInterval(() => {}, 1000);`,
    "found.js": "",
    "dep.cjs": "module.exports = 1;",
  });
  const runner = start(["main.cjs"]);
  await runner.line("sees 1");
  project.write("found.js", "// saved");
  project.write("dep.cjs", "module.exports = 2;");
  await runner.line("sees 2");
  assert.doesNotMatch(runner.stderr, /found\.js/);
});

test("who looks at a frame below Node's resolution finds one, also where an update asks", async (t) => {
  // tsx/cjs does so, at each call: it does not answer es-module-lexer's look-ups.
  const looks = `const Module = require("node:module");
    const { _resolveFilename } = Module;
    Module._resolveFilename = function (...given) {
      new Error("who asks?").stack.split("\\n")[4].includes("cjsPreparseModuleExports");
      return Reflect.apply(_resolveFilename, this, given);
    };`;
  const self = project(t, {
    "looks.cjs": looks,
    "main.cjs": `let dep = require("./dep.cjs");
      module.hot.accept("./dep.cjs", (accepted) => { dep = accepted; });
      ${show("dep")}`,
    "dep.cjs": "exports.value = 1;",
  });
  const nodeArguments = ["--require", "heatsync-rs/register", "--require", "./looks.cjs"];
  const program = self.run("main.cjs", { nodeArguments });
  await program.line("sees 1");
  self.write("dep.cjs", "exports.value = 2;");
  await program.line("sees 2");
});
