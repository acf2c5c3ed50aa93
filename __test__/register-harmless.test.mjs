// What is preloaded before us and has registered no hooks (`-r dotenv/config`), as its text shows, takes nothing from a program: neither what
// is hot, nor the way in which it is loaded.

import assert from "node:assert/strict";
import * as module from "node:module";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

/** As dotenv does: files of its own, a package's, builtins, JSON. */
const files = {
  "before.cjs": `require("node:fs"); require("node:module"); require("./settings.json"); require("settings"); process.env.SETTINGS = "read";`,
  "settings.json": "{}",
  "node_modules/settings/package.json": { name: "settings", main: "index.js" },
  "node_modules/settings/index.js": `exports.read = () => require("./never.js");`,
};
/** @type {Record<string, string[]>} */
const preloads = { "--require": ["--require", "./before.cjs"], "--import": ["--import", "./before.cjs"] };

for (const [how, before] of Object.entries(preloads)) {
  test(`what is imported by import() is its importer's to accept, beside a preload (${how})`, async (t) => {
    const { ask, said, save } = await hotProgram(
      t,
      {
        ...files,
        "main.mjs": `let lazy = await import("./lazy.mjs");
          import.meta.hot.accept("./lazy.mjs", (it) => { lazy = it; });
          globalThis.shown = () => say(process.env.SETTINGS, lazy.v);`,
        "lazy.mjs": `export { v } from "./dep.mjs";`,
        "dep.mjs": "export const v = 1;",
      },
      { registered: [...before, "--import", "heatsync-rs/register"] },
    );
    const { type, evaluated } = await save({ "dep.mjs": "export const v = 2;" });
    assert.deepEqual([type, evaluated], ["accepted", ["dep.mjs", "lazy.mjs"]]);
    await ask("shown()");
    assert.deepEqual(said(), ["read 2"]);
  });

  test(`hot.init has its boundaries beside a preload (${how})`, async (t) => {
    const own = project(t, {
      ...files,
      "package.json": { type: "module" },
      "app.js": `export { version } from "./version.js";`,
      "version.js": "export const version = 1;",
      "main.js": `import fs from "node:fs";
        import { hot } from "heatsync-rs";
        const rootDirectory = import.meta.dirname;
        await hot.init({ root: import.meta.filename, rootDirectory, boundaries: ["./app.js"], watch: false });
        const { version } = await import("./app.js");
        const path = rootDirectory + "/version.js";
        fs.writeFileSync(path, "export const version = 2;");
        const updated = new Promise((resolve) => { hot.on("update", ({ type }) => resolve(type)); });
        process.emit("message", { type: "hot-hook:file-changed", path });
        console.log(version, await updated, (await import("./app.js")).version);`,
    });
    const program = own.run("main.js", { nodeArguments: before });
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr.slice(-2000));
    assert.deepEqual(program.lines, ["1 accepted 2"]);
  });
}

test("what a preload requires may have registered hooks, and then they are asked", async (t) => {
  const registers =
    "registerHooks" in module
      ? `require("node:module").registerHooks({ load(url, context, next) {
          return url.endsWith("/told.mjs") ? { format: "module", source: "export default 'by hooks'", shortCircuit: true } : next(url, context);
        } });`
      : `require("node:module").register("./hooks.mjs", require("node:url").pathToFileURL(__filename));`;
  const own = project(t, {
    "before.cjs": `require("./within.cjs");`,
    "within.cjs": registers,
    "hooks.mjs": `export const load = (url, context, next) =>
      url.endsWith("/told.mjs") ? { format: "module", source: "export default 'by hooks'", shortCircuit: true } : next(url, context);`,
    "told.mjs": `export default "by the file";`,
    "main.mjs": `import told from "./told.mjs"; console.log(told, (await import("./told.mjs")).default);`,
  });
  const program = own.run("main.mjs", {
    nodeArguments: ["--require", "./before.cjs", "--import", "heatsync-rs/register"],
  });
  assert.equal((await program.exit).code, 0, program.stderr);
  assert.deepEqual(program.lines, ["by hooks by hooks"]);
});

test("a global variable of the name that Node has for domains, beside one, as the REPL has it", async (t) => {
  const self = project(t, {
    "main.mjs": `import { create } from "node:domain"; import { v } from "./dep.mjs";
      create(); globalThis.domain = "example.org"; setInterval(() => {}, 1000);
      import.meta.hot.accept("./dep.mjs", () => console.log("live", v)); console.log("value", v);`,
    "dep.mjs": "export const v = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value 1");
  // The event loop waits for events itself after the first one.
  for (const value of [2, 3, 4]) {
    self.write("dep.mjs", `export const v = ${value};`);
    await program.line(`live ${value}`);
  }
});
