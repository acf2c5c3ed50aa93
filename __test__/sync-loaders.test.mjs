// A language that only a loader of the program's knows (as .svelte and .vue are), under sync.import and hmr(): the engine
// can't read it, so what Node is seen to load and to resolve tells what it is, and what it imports.

import assert from "node:assert/strict";
import module from "node:module";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

/** Lines that begin with `@` are imports, the others what it says. */
const LANGUAGE = `
  export const compile = (text) => {
    if (text.includes("{{{")) throw new SyntaxError("page.tpl: three braces");
    const imports = text.match(/^@.*$/gm)?.map((line) => line.slice(1)).join("\\n") ?? "";
    return imports + "\\nexport default () => \`" + text.replace(/^@.*\\n/gm, "").trim() + "\`;";
  };
  export const isTemplate = (url) => new URL(url).pathname.endsWith(".tpl");
`;

/** @type {Record<string, Record<string, string>>} */
const LOADERS = {
  "module.register": {
    "loader.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
    "hooks.mjs": `
      import { readFile } from "node:fs/promises";
      import { compile, isTemplate } from "./language.mjs";
      export const load = async (url, context, next) => isTemplate(url)
        ? { format: "module", shortCircuit: true, source: compile(await readFile(new URL(url), "utf8")) }
        : next(url, context);`,
  },
  "module.registerHooks": {
    "loader.mjs": `
      import { registerHooks } from "node:module";
      import { readFileSync } from "node:fs";
      import { compile, isTemplate } from "./language.mjs";
      registerHooks({
        load: (url, context, next) => isTemplate(url)
          ? { format: "module", shortCircuit: true, source: compile(readFileSync(new URL(url), "utf8")) }
          : next(url, context),
      });`,
  },
};

const SHOW = `let last; setInterval(() => page && last !== page.default() && console.log("is", (last = page.default())), 5);`;
/** @type {Record<string, string>} */
const MAINS = {
  "sync.import": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
    sync.events.on("error", console.error); const page = await sync.import("./page.mjs"); ${SHOW}`,
  "hmr()": `import { hmr } from "heatsync-rs"; let page; hmr("./page.mjs", "none", (it) => { page = it; }); ${SHOW}`,
};

const hasSyncHooks = typeof module.registerHooks === "function";
const WAYS = Object.entries(LOADERS).flatMap(([loader, files]) => [
  { loader, files, register: [], skip: loader === "module.registerHooks" && !hasSyncHooks },
  // Node 20 runs natively what leads to another loader's module, and says so.
  { loader, files, register: ["--import", "heatsync-rs/register"], skip: !hasSyncHooks },
]);

for (const { loader, files, register, skip } of WAYS) {
  for (const [name, main] of Object.entries(MAINS)) {
    const where = register.length > 0 ? ", under register" : "";
    test(`${name}: what a loader by ${loader} reads, and what that imports${where}`, { skip }, async (t) => {
      const outer = (/** @type {string} */ text) =>
        `@import inner from "./inner.tpl";\n@import { word } from "./word.mjs";\n${text}`;
      const self = project(t, {
        ...files,
        "language.mjs": LANGUAGE,
        "main.mjs": main,
        "page.mjs": `export { default } from "./page.tpl";`,
        "page.tpl": outer("one ${inner()} ${word}"),
        "inner.tpl": "two",
        "word.mjs": `export const word = "three";`,
        "late.mjs": "export const late = 'late';",
      });
      const program = self.run("main.mjs", { nodeArguments: [...register, "--import", "./loader.mjs"] });
      const shows = (/** @type {string} */ what) =>
        until(() => program.stdout.endsWith(`is ${what}\n`), what).catch((error) => {
          throw new Error(`${error.message}\n${program.stdout}\n${program.stderr}`);
        });
      await shows("one two three");
      self.write("page.tpl", outer("1 ${inner()} ${word}"));
      await shows("1 two three");
      self.write("inner.tpl", "2");
      await shows("1 2 three");
      self.write("word.mjs", `export const word = 3;`);
      await shows("1 2 3");
      self.write("inner.tpl", `@import { late } from "./late.mjs";\n2 ${"${late}"}`);
      await shows("1 2 late 3");
      self.write("late.mjs", "export const late = 'later';");
      await shows("1 2 later 3");
      self.write("inner.tpl", "{{{");
      await until(() => program.stderr.includes("three braces"), "the loader's word");
      self.write("inner.tpl", "II");
      await shows("1 II 3");
      assert.equal(program.stderr.match(/SyntaxError/g)?.length, 1, program.stderr);
    });
  }
}

// Node brings an error from there with a stack that nobody may assign to.
test("what was not found on the thread of another loader's hooks is told of with its place", async (t) => {
  const self = project(t, {
    "loader.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
    "hooks.mjs": `export const resolve = async (specifier, context, next) => next(specifier, context);`,
    "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
      await sync.import("./page.mjs").catch((error) => console.log(error.code, error.message));
      const { value } = await sync.import("./good.mjs"); console.log("is", value);
      sync.events.on("error", (error) => console.log("error", error.code, error.message)); setInterval(() => {}, 1000);`,
    "page.mjs": `import "no-such-package";`,
    "good.mjs": `export const value = 1;`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--no-warnings", "--import", "./loader.mjs"] });
  await program.line("is 1");
  assert.match(program.stdout, /^ERR_MODULE_NOT_FOUND Cannot find package 'no-such-package' .*page\.mjs\n/);
  assert.match(program.stdout, /page\.mjs:1:8\n> 1 \| import "no-such-package";\n/);
  self.write("good.mjs", `import "no-such-package";\nexport const value = 2;`);
  await program.line(/^error ERR_MODULE_NOT_FOUND Cannot find package 'no-such-package' .*good\.mjs/);
  await program.line(/good\.mjs:1:8$/);
});
